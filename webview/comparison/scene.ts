import { runLetter } from '../../src/core/report/compare/comparedRun.ts';
import { compareRuns, type Comparison } from '../../src/core/report/compare/comparison.ts';
import type { Run } from '../../src/core/run/run.ts';
import type { Scene } from '../model/scene.ts';

/** One of the compared runs, with the letter, the colour and the dash that it has everywhere. */
export interface RunBeside {
  readonly id: string;
  readonly folder: string;
  readonly live: boolean;
  readonly run: Run;
  readonly letter: string;
  readonly style: number;
}

/** Everything that is needed to draw a comparison once. */
export interface ComparisonScene extends Pick<Scene, 'ui' | 'look' | 'change' | 'send' | 'at' | 'step' | 'live'> {
  readonly runs: readonly RunBeside[];
  readonly comparison: Comparison;
}

/** `at` and `step` are in the common steps: only at those can runs be held against each other. */
export function comparisonScene(
  shown: readonly Omit<RunBeside, 'letter' | 'style'>[],
  drawn: Pick<Scene, 'ui' | 'look' | 'change' | 'send'>,
): ComparisonScene {
  const comparison = compareRuns(shown);
  const { cursor } = drawn.ui;
  const { common } = comparison;
  const at =
    cursor === null
      ? common.length - 1
      : Math.max(
          0,
          common.findLastIndex((step) => step <= cursor),
        );
  return {
    ...drawn,
    runs: shown.map((each, i) => ({ ...each, letter: runLetter(i), style: i })),
    comparison,
    at,
    step: common[at] ?? null,
    live: shown.some(({ live }) => live),
  };
}
