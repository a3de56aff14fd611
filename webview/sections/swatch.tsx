import type { VNode } from 'preact';
import { colourOf, dashOf } from '../look.ts';
import type { ShownTerm } from '../model/scene.ts';

/** A short piece of a task's line: its colour and its dash. */
export function Swatch({ style }: Pick<ShownTerm, 'style'>): VNode {
  return (
    <svg class="swatch" width="22" height="8" aria-hidden="true">
      <line
        x1="0"
        y1="4"
        x2="22"
        y2="4"
        style={{ stroke: colourOf(style) }}
        stroke-dasharray={dashOf(style).join(' ')}
      />
    </svg>
  );
}

/** A task's name with the colour and dash that it has everywhere. */
export function TermName({ term }: { readonly term: ShownTerm }): VNode {
  return (
    <span class="term">
      <Swatch style={term.style} />
      {term.name}
    </span>
  );
}
