import type * as Tf from '@tensorflow/tfjs';
import type { Reductions } from '../measure/reductions.ts';
import { holdData, isVariable, type EngineInternals, type TapeNode } from '../tape/engineInternals.ts';
import type { ForwardTracer } from '../tape/forwardTrace.ts';
import { isBroken, opName, type Birthplace } from './birthplace.ts';

/**
 * Runs a step's function once more, and looks at what every op makes, until the first number that is not finite. A tidy has
 * disposed of most of it the first time. Random numbers and variables are as before afterwards; a script that counts in the
 * function itself has counted once more. Null where the second time went well, or threw.
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
  const found: (Pick<Birthplace, 'phase' | 'variable'> & { readonly kernelName: string })[] = [];
  const running = tracer.start(true, (kernelName, inputs, outputs) => {
    if (found.length === 0 && outputs.some((output) => isBroken(reductions, output))) {
      found.push({ ...cameFrom(reductions, inputs), kernelName });
      throw new FoundError();
    }
  });
  try {
    engine.scopedRun(
      () => engine.startTape(),
      () => engine.endTape(),
      () =>
        // Stacks of ops are cut at this name: see forwardFrame.
        engine.tidy('search', function mtlDebuggerForward() {
          f();
        }),
    );
  } catch {
    // What was looked for, or a script that does not bear a second time: there is nothing to tell of that one.
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
  const origin = running.trace.origins.at(-1);
  const [place] = found;
  if (place === undefined) {
    return null;
  }
  const { phase, variable, kernelName } = place;
  return { phase, variable, op: opName(kernelName, origin), layer: origin?.layer?.name ?? null, origin, term: null };
}

/** Ends the second run where it has told enough. */
class FoundError extends Error {
  override readonly name = 'FoundError';
}

function cameFrom(
  reductions: Reductions,
  inputs: Readonly<Record<string, Tf.Tensor>>,
): Pick<Birthplace, 'phase' | 'variable'> {
  const broken = Object.values(inputs).filter((input) => isBroken(reductions, input));
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
