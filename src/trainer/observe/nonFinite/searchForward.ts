import type * as Tf from '@tensorflow/tfjs';
import type { Reductions } from '../measure/reductions.ts';
import { holdData, isVariable, type EngineInternals, type TapeNode } from '../tape/engineInternals.ts';
import type { ForwardTracer } from '../tape/forwardTrace.ts';
import { isBroken, opName, type Birthplace } from './birthplace.ts';

/**
 * Runs a step's function once more, and looks at what every op makes: a tidy has disposed of most of it the first time. Random
 * numbers and variables are as before afterwards; a script that counts in the function itself has counted once more. Null
 * where the second time went well.
 */
export function searchForward(
  engine: EngineInternals,
  reductions: Reductions,
  tracer: ForwardTracer,
  random: { snapshot(): unknown; restore(snapshot: unknown): void } | null,
  f: () => Tf.Tensor,
): Birthplace | null {
  const { state } = engine;
  const stepsOwn = state.activeTape;
  const drawn = random?.snapshot() ?? null;
  const variables = Object.values(state.registeredVariables).map((variable) => ({
    variable,
    dataId: variable.dataId,
    held: holdData(engine, variable),
  }));
  const broken: BrokenNode[] = [];
  let total: Tf.Tensor['id'] | null = null;
  const running = tracer.start(true, (kernelName, inputs, outputs) => {
    if (outputs.some((output) => isBroken(reductions, output))) {
      const tapeIndex = (state.activeTape?.length ?? 0) - 1;
      const from = Object.values(inputs).filter((input) => isBroken(reductions, input));
      broken.push({
        kernelName,
        tapeIndex,
        inputs: from.map(({ id }) => id),
        outputs: outputs.map(({ id }) => id),
        ...cameFrom(from),
      });
    }
  });
  try {
    engine.scopedRun(
      () => engine.startTape(),
      () => engine.endTape(),
      () =>
        // Stacks of ops are cut at this name: see forwardFrame.
        engine.tidy('search', function mtlDebuggerForward() {
          total = f().id;
        }),
    );
  } catch {
    // A script that does not bear a second time: what it came to is told.
  } finally {
    running.end();
    disposeSaved(state.activeTape);
    state.activeTape = stepsOwn;
    running.trace.dispose();
    random?.restore(drawn);
    for (const { variable, dataId, held } of variables) {
      if (variable.dataId !== dataId) {
        variable.assign(held);
      }
      held.dispose();
    }
  }
  const place = sourceOf(broken, total);
  if (place === undefined) {
    return null;
  }
  const { phase, variable, kernelName, tapeIndex } = place;
  const origin = running.trace.origins[tapeIndex];
  return { phase, variable, op: opName(kernelName, origin), layer: origin?.layer?.name ?? null, origin, term: null };
}

/** An op that made a number that is not finite. */
interface BrokenNode extends Pick<Birthplace, 'phase' | 'variable'> {
  readonly kernelName: string;
  readonly tapeIndex: number;
  /** Those that are not finite. */
  readonly inputs: readonly Tf.Tensor['id'][];
  readonly outputs: readonly Tf.Tensor['id'][];
}

/**
 * The first op from which a number that is not finite has come down to the total. An earlier one may have done no harm: a
 * mask of minus infinity ends in a softmax. Where nothing leads to the total, the first of all.
 */
function sourceOf(broken: readonly BrokenNode[], total: Tf.Tensor['id'] | null): BrokenNode | undefined {
  const spoilt = new Set(total === null ? [] : [total]);
  // In the order of the tape, what spoils a tensor stands before it.
  const chain = broken.toReversed().filter(({ inputs, outputs }) => {
    const leads = outputs.some((output) => spoilt.has(output));
    if (leads) {
      inputs.forEach((input) => spoilt.add(input));
    }
    return leads;
  });
  return chain.at(-1) ?? broken[0];
}

function cameFrom(broken: readonly Tf.Tensor[]): Pick<Birthplace, 'phase' | 'variable'> {
  const variable = broken.find(isVariable);
  return variable !== undefined
    ? { phase: 'weights', variable: variable.name }
    : { phase: broken.length > 0 ? 'data' : 'forward', variable: null };
}

function disposeSaved(tape: readonly TapeNode[] | null): void {
  for (const { saved } of tape ?? []) {
    saved.forEach((tensor) => tensor.dispose());
  }
}
