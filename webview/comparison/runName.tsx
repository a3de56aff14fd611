import type { VNode } from 'preact';
import { Swatch } from '../sections/swatch.tsx';
import type { RunBeside } from './scene.ts';

/** A run's letter with the colour and dash that it has everywhere. */
export function RunName({ each }: { readonly each: Pick<RunBeside, 'letter' | 'style'> }): VNode {
  return (
    <span class="term">
      <Swatch style={each.style} />
      <b>{each.letter}</b>
    </span>
  );
}
