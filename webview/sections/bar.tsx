import type { VNode } from 'preact';

interface Props {
  readonly part: number;
  /** A CSS colour; grey without one. */
  readonly colour?: string;
}

/** A part of a whole as a bar. */
export function Bar({ part, colour = 'var(--faint)' }: Props): VNode {
  const width = Number.isFinite(part) ? Math.max(0, Math.min(1, part)) : 0;
  return (
    <span class="bar" aria-hidden="true">
      <span style={{ width: `${(width * 100).toFixed(1)}%`, background: colour }} />
    </span>
  );
}
