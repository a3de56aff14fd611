import type { VNode } from 'preact';
import { counted } from '../../src/core/report/format.ts';

/** Messages that were no messages of the host are left out, and not in silence. */
export function Refused({ count }: { readonly count: number }): VNode | null {
  return count === 0 ? null : (
    <p class="calm refused" data-count={count}>
      {counted(count, 'message')} could not be read and {count === 1 ? 'was' : 'were'} left out. Reload the window if
      the figures stand still.
    </p>
  );
}
