import type * as Tf from '@tensorflow/tfjs';
import { toRecorded } from '../../../core/run/numbers.ts';
import type { FactLog } from '../facts/factLog.ts';
import { holdData, isVariable, type EngineInternals, type GradientsResult } from '../tape/engineInternals.ts';
import { reductionsOf } from './backendReductions.ts';

export interface CurvatureTools {
  readonly engine: EngineInternals;
  readonly facts: FactLog;
  readonly random: { snapshot(): unknown; restore(snapshot: unknown): void } | null;
  groupOf(variable: string): string | undefined;
  /** tfjs's own `gradients`, which no observation sees. */
  readonly gradients: (f: () => Tf.Tensor, xs: readonly Tf.Tensor[]) => GradientsResult;
  /** The model whose training function runs right now; its loss function may be run once more. */
  readonly modelNow: () => object | null;
}

interface ProbedVariable {
  readonly x: Tf.Variable;
  /** Before the update. */
  readonly weights: Tf.Tensor;
  readonly gradient: Tf.Tensor;
}

interface ProbedStep {
  readonly step: number;
  readonly objective: string;
  readonly f: () => Tf.Tensor;
  /** Random numbers as they were before the step's own forward pass. */
  readonly drawn: unknown;
  readonly variables: ReadonlyMap<string, ProbedVariable>;
  readonly waiting: Set<string>;
}

/** A probe is due at steps that lie this much further apart. */
const FURTHER = 2;

/**
 * Slope and curvature of the loss along the optimizer's own step, by group: for each group the gradient is taken once more on the same
 * batch, with the group where the update has put it and the others where they were. With d the group's step, slope is <g(w), d>, bend
 * <g(w + d) - g(w), d>, and alpha = bend / -slope - 1 (F. Schneider, F. Dangel, P. Hennig: Cockpit, 2021): eta h - 1 for a step eta on
 * h x^2 / 2.
 *
 * Only what tfjs's own training functions minimise is run again. A loss function of the script's own may count, or draw its batch.
 */
export class CurvatureProbe {
  private due = 1;
  private drawn: unknown = null;
  private probed: ProbedStep | null = null;

  constructor(private readonly tools: CurvatureTools) {}

  /** A step begins, before its forward pass. */
  beginStep(step: number): void {
    this.dispose();
    this.drawn = step >= this.due ? (this.tools.random?.snapshot() ?? null) : null;
  }

  /** @param gradients By x: those that the update will use */
  measured(
    { step, f, xs }: { readonly step: number; readonly f: () => Tf.Tensor; readonly xs: readonly Tf.Tensor[] },
    objective: string,
    gradients: readonly (Tf.Tensor | undefined)[],
  ): void {
    const { engine } = this.tools;
    if (step < this.due || this.tools.modelNow() === null) {
      return;
    }
    this.due = FURTHER * step;
    const variables = new Map(
      xs.flatMap((x, i) => {
        const gradient = gradients[i];
        return gradient === undefined || !isVariable(x)
          ? []
          : [[x.name, { x, weights: holdData(engine, x), gradient: holdData(engine, gradient) }] as const];
      }),
    );
    this.probed = { step, objective, f, drawn: this.drawn, variables, waiting: new Set(variables.keys()) };
  }

  /** An optimizer has moved these variables. */
  afterUpdate(names: readonly string[]): void {
    const { probed } = this;
    names.forEach((name) => probed?.waiting.delete(name));
    if (probed === null || probed.waiting.size > 0) {
      return;
    }
    try {
      this.probe(probed);
    } finally {
      this.dispose();
    }
  }

  /** Lets go of what a step holds whose update never came. */
  dispose(): void {
    this.probed?.variables.forEach(({ weights, gradient }) => {
      weights.dispose();
      gradient.dispose();
    });
    this.probed = null;
  }

  private probe(probed: ProbedStep): void {
    const { facts } = this.tools;
    for (const [group, members] of this.byGroup(probed)) {
      const products = this.along(probed, members);
      if (products === null) {
        return;
      }
      const { slope, bend } = products;
      const about = { objective: probed.objective, task: null, layer: null, position: null };
      const details = { group, slope: toRecorded(slope), bend: toRecorded(bend), alpha: toRecorded(bend / -slope - 1) };
      facts.tell({ type: 'fact', fact: 'curvature', step: probed.step, ...about, details }, group);
    }
  }

  private byGroup({ variables }: ProbedStep): Map<string, ProbedVariable[]> {
    const groups = new Map<string, ProbedVariable[]>();
    for (const each of variables.values()) {
      const group = this.tools.groupOf(each.x.name);
      if (group !== undefined) {
        groups.set(group, [...(groups.get(group) ?? []), each]);
      }
    }
    return groups;
  }

  /** Slope and bend along the step of these variables alone; null where the function cannot be run again. */
  private along(probed: ProbedStep, members: readonly ProbedVariable[]): { slope: number; bend: number } | null {
    const { engine } = this.tools;
    return engine.tidy('curvature', () => {
      const steps = members.map(({ x, weights }) => engine.runKernel('Sub', { a: x, b: weights }));
      const again = this.gradientsAgain(probed, members);
      let [slope, bend] = [0, 0];
      for (const [i, { gradient }] of members.entries()) {
        const [step, further] = [steps[i], again?.[i]];
        if (step === undefined || further === undefined) {
          return null;
        }
        // Upper triangle of [gradient, further, step].
        const products = reductionsOf(engine).gram([gradient, further, step]);
        slope += products[2] ?? NaN;
        bend += (products[4] ?? NaN) - (products[2] ?? NaN);
      }
      return { slope, bend };
    });
  }

  /**
   * The members' gradients where only they have moved. Null where the function draws random numbers that cannot be drawn again.
   * Everything is put back as it was.
   */
  private gradientsAgain(
    { f, drawn, variables: probedVariables }: ProbedStep,
    members: readonly ProbedVariable[],
  ): GradientsResult['grads'] | null {
    const { engine, random, gradients, modelNow } = this.tools;
    const model = modelNow() as { metricsTensors?: unknown } | null;
    const [metrics, now, ownRandom] = [model?.metricsTensors, random?.snapshot() ?? null, Math.random];
    const variables = Object.values(engine.state.registeredVariables).map((variable) => ({
      variable,
      dataId: variable.dataId,
      held: holdData(engine, variable),
    }));
    let draws = 0;
    try {
      if (random === null) {
        // Watching draws nothing from the script's own numbers.
        Math.random = () => (++draws % 997) / 997;
      } else {
        random.restore(drawn);
      }
      if (model !== null) {
        // tfjs's training function hands out each metric that its loss function computes.
        model.metricsTensors = [];
      }
      for (const each of probedVariables.values()) {
        if (!members.includes(each)) {
          each.x.assign(each.weights);
        }
      }
      const { grads } = gradients(
        f,
        members.map(({ x }) => x),
      );
      return draws > 0 ? null : grads;
    } catch {
      // What does not bear a second time is not measured.
      return null;
    } finally {
      if (model !== null) {
        model.metricsTensors = metrics;
      }
      if (random === null) {
        Math.random = ownRandom;
      } else {
        random.restore(now);
      }
      for (const { variable, dataId, held } of variables) {
        if (variable.dataId !== dataId) {
          variable.assign(held);
        }
        held.dispose();
      }
    }
  }
}
