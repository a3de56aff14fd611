import {
  correctedCosine,
  FEWEST_STEPS,
  halvesProducts,
  type CorrectedCosine,
} from '../measure/noiseCorrectedCosine.ts';
import { median, toNumber, toRecorded } from '../run/numbers.ts';
import type { GroupMeasure, HalvesLine, RecordedNumber } from '../run/record.ts';
import type { Run } from '../run/run.ts';

/** Whether two tasks' gradients agree in a group that they share: as the steps have it, and without the noise of the batches. */
export interface CosineSummary {
  readonly objective: string;
  readonly group: string;
  readonly tasks: readonly [string, string];
  /** Of the recent deep steps: the median cosine, and on how many of the steps it was below 0. Noise pulls it to 0. */
  readonly raw: { readonly cosine: RecordedNumber; readonly below: number; readonly steps: number } | null;
  /** From the recent halves of batches; null where there are none. */
  readonly corrected:
    | (CorrectedCosine & {
        readonly steps: number;
        readonly from: number;
        readonly step: number;
        /** Samples in a batch, the median. */
        readonly rows: number;
        /** False where the halves have to do with one another: the noise is then not gone. */
        readonly independent: boolean;
      })
    | null;
}

/** Deep steps that the raw cosine is taken over. */
const RECENT_STEPS = 100;

/** Halves that the corrected one is taken over: noise needs many, and the tasks change while they train. */
const RECENT_HALVES = 1000;

/** One entry per objective, shared group and pair of its tasks that was measured; certain conflicts first, what is unknown last. */
export function summariseCosines(run: Run): CosineSummary[] {
  const shared = run.graph?.groups.filter(({ kind }) => kind === 'shared') ?? [];
  const objectives = run.graph?.objectives ?? [];
  const summaries = objectives.flatMap(({ id: objective, terms }) => {
    const steps = newest(run.steps, (step) => step.objective === objective, RECENT_STEPS);
    const halves = newest(run.halves, (line) => line.at('objective') === objective, RECENT_HALVES).map(
      ({ line }) => line,
    );
    return shared.flatMap(({ id: group, tasks }) => {
      const present = terms.filter((term) => tasks.includes(term));
      const measures = present.length < 2 ? [] : steps.flatMap((step) => step.group(group) ?? []);
      return pairsOf(present).map((pair) => ({
        objective,
        group,
        tasks: pair,
        raw: rawCosine(measures, pair),
        corrected: corrected(halves, group, pair),
      }));
    });
  });
  return summaries.filter(({ raw, corrected }) => raw !== null || corrected !== null).sort((a, b) => rank(a) - rank(b));
}

/** -1 to 1 where an interval is known, by its upper end; then what could not be measured. */
function rank({ corrected }: CosineSummary): number {
  if (corrected === null) {
    return 4;
  }
  return corrected.verdict === 'measured' ? corrected.high : corrected.verdict === 'notMeasurable' ? 2 : 3;
}

function rawCosine(measures: readonly GroupMeasure[], [a, b]: CosineSummary['tasks']): CosineSummary['raw'] {
  const cosines = measures.flatMap(({ terms, norm, gram }) => {
    const [i, j] = [terms.indexOf(a), terms.indexOf(b)];
    if (i < 0 || j < 0) {
      return [];
    }
    const [row, column] = [Math.min(i, j), Math.max(i, j)];
    const product = gram[row * terms.length - (row * (row - 1)) / 2 + (column - row)];
    const cosine = toNumber(product ?? 'NaN') / (toNumber(norm[i] ?? 'NaN') * toNumber(norm[j] ?? 'NaN'));
    return Number.isFinite(cosine) ? [cosine] : [];
  });
  const middle = median(cosines);
  return middle === null
    ? null
    : { cosine: toRecorded(middle), below: cosines.filter((each) => each < 0).length, steps: cosines.length };
}

function corrected(
  lines: readonly HalvesLine[],
  group: string,
  [a, b]: CosineSummary['tasks'],
): CosineSummary['corrected'] {
  const products = halvesProducts(lines, group, a, b);
  const [first, last] = [products[0], products.at(-1)];
  if (first === undefined || last === undefined) {
    return null;
  }
  const rows = median(products.map((each) => each.rows)) ?? 0;
  return {
    ...correctedCosine(products, rows),
    steps: products.length,
    from: first.step,
    step: last.step,
    rows,
    independent: products.every(({ independent }) => independent),
  };
}

function pairsOf(tasks: readonly string[]): (readonly [string, string])[] {
  return tasks.flatMap((a, i) => tasks.slice(i + 1).map((b) => [a, b] as const));
}

/** The last `most` of those that are meant, in their order. */
function newest<T>(all: readonly T[], isMeant: (each: T) => boolean, most: number): T[] {
  const found: T[] = [];
  for (let i = all.length - 1; i >= 0 && found.length < most; i--) {
    const each = all[i];
    if (each !== undefined && isMeant(each)) {
      found.push(each);
    }
  }
  return found.reverse();
}

/** In words, short enough for a table: whether the tasks pull apart, agree, or cannot be told. */
export function cosineVerdict({ corrected }: CosineSummary): string {
  switch (corrected?.verdict) {
    case 'measured':
      return corrected.high < 0 ? 'pull apart' : corrected.low > 0 ? 'agree' : 'not told from 0';
    case 'notMeasurable':
      return `not measurable with ${formatRows(corrected.rows)} rows: needs a batch of about ${formatRows(corrected.batch)}`;
    case 'tooFewSteps':
      return `too few halves yet: ${corrected.steps} of ${FEWEST_STEPS}`;
    case undefined:
      return 'no halves of batches';
  }
}

/** Two digits are more than such an estimate knows. */
function formatRows(rows: number): string {
  return Number(rows.toPrecision(rows < 1000 ? 3 : 2)).toLocaleString('en-US');
}
