import { magnitudeSimilarity } from '../../../measure/closedForms.ts';
import { correctedCosine, halvesProducts, type CorrectedCosine } from '../../../measure/noiseCorrectedCosine.ts';
import { mean } from '../../../measure/seriesInterval.ts';
import { median } from '../../../run/numbers.ts';
import type { Objective, VariableGroup } from '../../../run/record.ts';
import type { RunView } from '../../runView.ts';
import { laterHalf, meetings, rests, type Rests } from './meeting.ts';

/** Two tasks in a group that they share: the cosine of their gradients without the noise of the batches. */
export interface PairCosine {
  readonly objective: Objective;
  readonly group: VariableGroup;
  readonly tasks: readonly [string, string];
  readonly cosine: CorrectedCosine;
  /** 2ab / (a² + b²) of their norms without noise; NaN where those are not known. */
  readonly similarity: number;
  readonly rows: number;
  /** False where the halves have to do with one another: the noise is then not gone. */
  readonly independent: boolean;
  readonly steps: Rests;
}

/** Every pair in every group that both reach, from the halves of the later half of the steps. */
export function pairCosines(view: RunView): PairCosine[] {
  return meetings(view).flatMap(({ objective, tasks }) => {
    const lines = laterHalf(view.halves.filter((line) => line.objective === objective.id));
    return view.groups
      .filter(({ kind }) => kind === 'shared')
      .flatMap((group) => {
        const present = tasks.filter((task) => group.tasks.includes(task));
        return present.flatMap((a, i) =>
          present.slice(i + 1).flatMap((b): PairCosine[] => {
            const products = halvesProducts(lines, group.id, a, b);
            const rows = median(products.map((each) => each.rows)) ?? 0;
            const norms = [mean(products.map(({ first }) => first)), mean(products.map(({ second }) => second))].map(
              Math.sqrt,
            );
            return products.length === 0
              ? []
              : [
                  {
                    objective,
                    group,
                    tasks: [a, b],
                    cosine: correctedCosine(products, rows),
                    similarity: magnitudeSimilarity(norms[0] ?? NaN, norms[1] ?? NaN),
                    rows,
                    independent: products.every(({ independent }) => independent),
                    steps: rests(products),
                  },
                ];
          }),
        );
      });
  });
}
