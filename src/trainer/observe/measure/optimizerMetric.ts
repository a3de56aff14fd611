import type { EngineInternals } from '../tape/engineInternals.ts';

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

type Slots = readonly ({ readonly variable: { readonly dataId: object } } | undefined)[];

type Metric = Float64Array | 'identity' | null;

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
  gradient: Float32Array,
): Metric {
  const state = optimizer as OptimizerState;
  const read = (slots: Slots | undefined): ArrayLike<number> | null => {
    const variable = slots?.[slot]?.variable;
    return variable === undefined ? null : engine.readSync(variable.dataId);
  };
  const epsilon = state.epsilon ?? 1e-7;
  const scale = (diagonal: (g: number, k: number) => number): Float64Array => {
    const metric = new Float64Array(gradient.length);
    for (let k = 0; k < metric.length; k++) {
      metric[k] = 1 / diagonal(gradient[k] ?? 0, k);
    }
    return metric;
  };
  switch (className) {
    case 'SGD':
    case 'Momentum':
      return 'identity';
    case 'Adam': {
      const moments = read(state.accumulatedSecondMoment);
      const beta2 = state.beta2 ?? 0.999;
      // accBeta2 holds beta2^t of the step t that is about to be made.
      const corrected =
        1 - (state.accBeta2 === undefined ? beta2 : (engine.readSync(state.accBeta2.dataId)[0] ?? beta2));
      return scale((g, k) => Math.sqrt(((moments?.[k] ?? 0) * beta2 + g * g * (1 - beta2)) / corrected) + epsilon);
    }
    case 'Adamax': {
      const norms = read(state.accumulatedWeightedInfNorm);
      const beta2 = state.beta2 ?? 0.999;
      return scale((g, k) => Math.max((norms?.[k] ?? 0) * beta2, Math.abs(g)) + epsilon);
    }
    case 'RMSProp': {
      const [squares, means] = [read(state.accumulatedMeanSquares), read(state.accumulatedMeanGrads)];
      const decay = state.decay ?? 0.9;
      return scale((g, k) => {
        const square = (squares?.[k] ?? 0) * decay + g * g * (1 - decay);
        const mean = (means?.[k] ?? 0) * decay + g * (1 - decay);
        // tfjs's own formula: centred, epsilon stands inside the difference.
        return Math.sqrt(state.centered === true ? square - (mean * mean + epsilon) : square + epsilon);
      });
    }
    case 'Adagrad': {
      const sums = read(state.accumulatedGrads);
      const initial = state.initialAccumulatorValue ?? 0.1;
      return scale((g, k) => Math.sqrt((sums?.[k] ?? initial) + g * g + 1e-7));
    }
    case 'Adadelta': {
      const [sums, updates] = [read(state.accumulatedGrads), read(state.accumulatedUpdates)];
      // tfjs divides by the accumulator as it was before this gradient.
      return scale((_, k) => Math.sqrt((sums?.[k] ?? 0) + epsilon) / Math.sqrt((updates?.[k] ?? 0) + epsilon));
    }
    default:
      return null;
  }
}
