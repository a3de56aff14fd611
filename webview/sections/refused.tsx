import type { VNode } from 'preact';

/** Says that the page was sent what it could not read. */
export function Refused({ count }: { readonly count: number }): VNode | null {
  return count === 0 ? null : (
    <p class="calm">
      {count} messages could not be read and were left out. Reload the window if the figures stand still.
    </p>
  );
}
