import { floatsOf, type EngineInternals, type Numbers } from '../tape/engineInternals.ts';

/** What the metric needs of tfjs's optimizers: they keep their moments by position in the list of variables. */
interface OptimizerState {
  readonly accumulatedSecondMoment?: Slots;
  readonly accumulatedWeightedInfNorm?: Slots;
  readonly accumulatedMeanSquares?: Slots;
  readonly accumulatedMeanGrads?: Slots;
  readonly accumulatedGrads?: Slots;
  readonly accumulatedUpdates?: Slots;
  readonly accBeta2?: { readonly dataId: object };
  readonly beta2?: number;
  readonly decay?: number;
  readonly centered?: boolean;
  readonly epsilon?: number;
  readonly initialAccumulatorValue?: number;
}

type Slots = readonly ({ readonly variable: Numbers } | undefined)[];

/** P = diag(1 / (sqrt((decay · moments + gain · g^2) / divisor + inside) + outside)). */
export interface RootMetric {
  readonly kind: 'root';
  /** Null before the first update: all are `initial`. */
  readonly moments: Numbers | null;
  readonly initial: number;
  readonly gradient: Numbers;
  readonly decay: number;
  readonly gain: number;
  readonly divisor: number;
  readonly inside: number;
  readonly outside: number;
}

/** The diagonal P of an optimizer's metric; `identity` for SGD and momentum; null where it is not known. */
export type Metric = RootMetric | { readonly kind: 'elements'; readonly diagonal: Float64Array } | 'identity' | null;

/**
 * The diagonal P by which an optimizer scales a gradient in the update that is about to be made: its state as it will be
 * after `gradient` has entered it. Momentum is carried, not scaled, and stays outside.
 *
 * @param slot Position of the variable in the list that the optimizer is given.
 * @returns `identity` for SGD and momentum; null for an optimizer that tfjs does not bring.
 */
export function optimizerMetric(
  engine: EngineInternals,
  optimizer: object,
  className: string,
  slot: number,
  gradient: Numbers,
): Metric {
  const state = optimizer as OptimizerState;
  const read = (slots: Slots | undefined): ArrayLike<number> | null => {
    const variable = slots?.[slot]?.variable;
    return variable === undefined ? null : engine.readSync(variable.dataId);
  };
  const epsilon = state.epsilon ?? 1e-7;
  const root = (
    slots: Slots | undefined,
    rest: Pick<RootMetric, 'decay' | 'gain'> & Partial<Pick<RootMetric, 'initial' | 'divisor' | 'inside' | 'outside'>>,
  ): RootMetric => ({
    kind: 'root',
    moments: slots?.[slot]?.variable ?? null,
    gradient,
    initial: 0,
    divisor: 1,
    inside: 0,
    outside: 0,
    ...rest,
  });
  const elements = (denominator: (g: number, k: number) => number): Metric => ({
    kind: 'elements',
    diagonal: Float64Array.from(floatsOf(engine, gradient), (g, k) => 1 / denominator(g, k)),
  });
  switch (className) {
    case 'SGD':
    case 'Momentum':
      return 'identity';
    case 'Adam': {
      const beta2 = state.beta2 ?? 0.999;
      // accBeta2 holds beta2^t of the step t that is about to be made.
      const divisor = 1 - (state.accBeta2 === undefined ? beta2 : (engine.readSync(state.accBeta2.dataId)[0] ?? beta2));
      return root(state.accumulatedSecondMoment, { decay: beta2, gain: 1 - beta2, divisor, outside: epsilon });
    }
    case 'Adamax': {
      const norms = read(state.accumulatedWeightedInfNorm);
      const beta2 = state.beta2 ?? 0.999;
      return elements((g, k) => Math.max((norms?.[k] ?? 0) * beta2, Math.abs(g)) + epsilon);
    }
    case 'RMSProp': {
      const decay = state.decay ?? 0.9;
      if (state.centered !== true) {
        return root(state.accumulatedMeanSquares, { decay, gain: 1 - decay, inside: epsilon });
      }
      const [squares, means] = [read(state.accumulatedMeanSquares), read(state.accumulatedMeanGrads)];
      return elements((g, k) => {
        const square = (squares?.[k] ?? 0) * decay + g * g * (1 - decay);
        const mean = (means?.[k] ?? 0) * decay + g * (1 - decay);
        // tfjs's own formula: centred, epsilon stands inside the difference.
        return Math.sqrt(square - (mean * mean + epsilon));
      });
    }
    case 'Adagrad': {
      const initial = state.initialAccumulatorValue ?? 0.1;
      return root(state.accumulatedGrads, { initial, decay: 1, gain: 1, inside: 1e-7 });
    }
    case 'Adadelta': {
      const [sums, updates] = [read(state.accumulatedGrads), read(state.accumulatedUpdates)];
      // tfjs divides by the accumulator as it was before this gradient.
      return elements((_, k) => Math.sqrt((sums?.[k] ?? 0) + epsilon) / Math.sqrt((updates?.[k] ?? 0) + epsilon));
    }
    default:
      return null;
  }
}

/** The metric's diagonal, number by number. */
export function diagonalOf(engine: EngineInternals, metric: Exclude<Metric, null | 'identity'>): Float64Array {
  if (metric.kind === 'elements') {
    return metric.diagonal;
  }
  const { moments, initial, decay, gain, divisor, inside, outside } = metric;
  const kept = moments === null ? null : engine.readSync(moments.dataId);
  return Float64Array.from(
    floatsOf(engine, metric.gradient),
    (g, k) => 1 / (Math.sqrt(((kept?.[k] ?? initial) * decay + g * g * gain) / divisor + inside) + outside),
  );
}
