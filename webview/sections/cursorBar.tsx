import type { VNode } from 'preact';
import { formatCount } from '../../src/core/report/format.ts';
import type { Scene } from '../model/scene.ts';
import { Check } from '../ui.tsx';

interface Props {
  readonly scene: Pick<Scene, 'at' | 'step' | 'ui' | 'live' | 'change'>;
  /** What the slider runs over, ascending. */
  readonly steps: readonly number[];
  /** The newest step of all: losses are known of more steps than the slider runs over. */
  readonly newest: number | null;
}

/** One step for all charts: a slider over the observed steps, and a switch that follows the newest. */
export function CursorBar({ scene, steps, newest }: Props): VNode {
  const { at, step, ui, live } = scene;
  const last = newest ?? 0;
  const choose = (event: Event): void => {
    if (event.currentTarget instanceof HTMLInputElement) {
      scene.change({ cursor: steps[Number(event.currentTarget.value)] ?? null });
    }
  };
  return (
    <footer class="cursor" aria-label="Step shown in all charts">
      <span class="at">step {step === null ? '–' : formatCount(step)}</span>
      <input
        type="range"
        min={0}
        max={Math.max(0, steps.length - 1)}
        value={Math.max(0, at)}
        aria-label="Step shown in all charts"
        aria-valuetext={`step ${formatCount(step ?? 0)} of ${formatCount(last)}`}
        onInput={choose}
      />
      <span class="newest">{formatCount(last)}</span>
      <Check
        checked={ui.cursor === null}
        onChange={(follow) => scene.change({ cursor: follow ? null : step })}
        label={live ? 'Live: follow the newest step' : 'Newest: follow the newest step'}
      >
        {live ? 'Live' : 'Newest'}
      </Check>
    </footer>
  );
}
