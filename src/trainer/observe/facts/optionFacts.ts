import type { FactLine } from '../../../core/run/record.ts';
import { toRecorded } from '../../../core/run/numbers.ts';
import type { IgnoredWeights } from '../calls/compileCalls.ts';
import { classNameOf } from '../calls/optimizerCalls.ts';
import type { IgnoredRate } from '../calls/optimizersMade.ts';
import type { FrameReader } from '../graph/positions.ts';
import type { FactLog } from './factLog.ts';

interface Told {
  readonly facts: FactLog;
  readonly reader: FrameReader;
  readonly stepNow: () => number;
}

/** Tells which options of the script tfjs ignores. What no line of the script does is left out. */
export function ignoredOptions({ facts, reader, stepNow }: Told): {
  weights(ignored: IgnoredWeights): void;
  rate(ignored: IgnoredRate): void;
} {
  const tell = (error: Error, details: FactLine<'ignoredOption'>['details']): void => {
    const [position] = reader.framesOf(error);
    if (position !== undefined) {
      const about = { objective: null, task: null, layer: null };
      facts.tell({ type: 'fact', fact: 'ignoredOption', step: stepNow(), ...about, position, details });
    }
  };
  return {
    weights: ({ weights, error }) =>
      tell(error, {
        option: 'lossWeights',
        given: [...weights].map(([output, weight]) => `${output}: ${weight}`).join(', '),
        inForce: null,
        tasks: [...weights].filter(([, weight]) => weight !== 1).map(([output]) => output),
      }),
    rate: ({ given, inForce, error }) =>
      tell(error, { option: 'learningRate', given: String(given), inForce: toRecorded(inForce), tasks: [] }),
  };
}

export interface OptimizerSources {
  /** Captured where the optimizer was made. */
  madeAt(optimizer: object): Error | null;
  /** The rate in force. */
  rateOf(optimizer: object): number | null;
  /** Made for a name that compile was given. */
  isNamed(optimizer: object): boolean;
  groupOf(variable: string): string | undefined;
}

/** Tells which optimizer moves which groups, and where it was made, when it first does. */
export class OptimizersAtWork {
  private readonly known = new WeakMap<object, Set<string>>();

  constructor(
    private readonly told: Omit<Told, 'stepNow'>,
    private readonly sources: OptimizerSources,
  ) {}

  /** An optimizer is about to move these variables. @param objective What they were minimised for */
  before(names: readonly string[], optimizer: object, objective: string | null, step: number): void {
    const key = objective ?? '';
    const known = this.known.get(optimizer) ?? new Set<string>();
    if (known.has(key)) {
      return;
    }
    this.known.set(optimizer, known.add(key));
    const { facts, reader } = this.told;
    const made = this.sources.madeAt(optimizer);
    const rate = this.sources.rateOf(optimizer);
    const groups = new Set(names.flatMap((name) => this.sources.groupOf(name) ?? []));
    facts.tell(
      {
        type: 'fact',
        fact: 'optimizer',
        step,
        objective,
        task: null,
        layer: null,
        position: made === null ? null : (reader.framesOf(made)[0] ?? null),
        details: {
          name: classNameOf(optimizer),
          learningRate: rate === null ? null : toRecorded(rate),
          named: this.sources.isNamed(optimizer),
          groups: [...groups],
        },
      },
      [...groups].join(),
    );
  }
}
