import type { FactDetails } from '../../../../core/run/facts/factLine.ts';
import type { FactLine } from '../../../../core/run/record.ts';
import { LabelFigures } from '../../../../core/measure/labelFigures.ts';
import { toRecorded } from '../../../../core/run/numbers.ts';
import { positionOfOrigin, type FrameReader } from '../../graph/positions.ts';
import { nodesOfStep } from '../../graph/termStructure.ts';
import type { EngineInternals } from '../../tape/engineInternals.ts';
import type { LossPlaces, ForwardReadings } from '../../tape/observedForward.ts';
import { tensorAt } from '../../tape/tapeFingerprint.ts';
import type { FactLog } from '../factLog.ts';
import type { StepWitness, WitnessedStep } from '../stepWitness.ts';
import { addIds, type ClassIds } from './classIdCounts.ts';
import { LabelLeak, type Table } from './labelLeak.ts';
import { plansOf, type TaskPlan } from './lossPlan.ts';
import { LookTimes } from './lookTimes.ts';
import { targetPlace } from './targetPosition.ts';
import { readBatch, type Input, type TaskBatch } from './taskBatch.ts';
import { taughtRows } from './taughtRows.ts';

/** Graphs whose data is looked at: a script that makes a new one at every step would be slowed down. */
const MOST_GRAPHS = 60;
/** So often is a task's gradient by rows looked at: later, rows that are learned get none. */
const TAUGHT_LOOKS = 24;

export interface DataTools {
  readonly engine: EngineInternals;
  readonly facts: FactLog;
  readonly reader: FrameReader;
  /** The seeded Math.random: a script's own gradient functions may draw. */
  readonly random: { snapshot(): unknown; restore(snapshot: unknown): void } | null;
}

interface GraphPlan {
  readonly tasks: readonly (TaskPlan | null)[];
  readonly times: LookTimes;
}

/** Everything known of a task's data, over all its batches. */
class TaskData {
  /** Of targets as they are compared. */
  readonly labels = new LabelFigures();
  /** Of targets as they were given, where those are others. */
  readonly given = new LabelFigures();
  readonly leak = new LabelLeak();
  readonly ids = new Map<number, ClassIds>();
  readonly taught = { rows: 0, taught: 0, weights: 0, looks: 0 };

  /** A loss that smooths its targets was given such rows all the same. */
  get oneHotRows(): LabelFigures['oneHotRows'] {
    return this.given.oneHotRows ?? this.labels.oneHotRows;
  }
}

/** Looks at the batches of some steps: at targets, class ids, shapes, and at which rows teach. It keeps figures, and no data. */
export function dataWitness({ engine, facts, reader, random }: DataTools): StepWitness {
  const plans = new WeakMap<LossPlaces, GraphPlan>();
  const ofTasks = new Map<string, TaskData>();
  let graphs = 0;
  /** Of the step that runs, where it is looked at. */
  let read: { readonly plan: GraphPlan; readonly batches: readonly (TaskBatch | null)[] } | null = null;

  const planOf = (forward: ForwardReadings): GraphPlan | undefined => {
    const known = plans.get(forward.losses);
    if (known !== undefined || graphs >= MOST_GRAPHS) {
      return known;
    }
    graphs++;
    const made = { tasks: plansOf(forward), times: new LookTimes() };
    plans.set(forward.losses, made);
    return made;
  };
  const dataOf = (task: string): TaskData => {
    const data = ofTasks.get(task) ?? new TaskData();
    ofTasks.set(task, data);
    return data;
  };
  return {
    ended: (forward, { fit }) => {
      read = null;
      const plan = planOf(forward);
      if (plan?.times.isDue() !== true) {
        return;
      }
      const { traced, losses } = forward;
      const batch = losses.found.from === 'output' ? (fit?.batch ?? null) : null;
      const batches = plan.tasks.map((task, index) =>
        task === null
          ? null
          : readBatch(engine, traced, task, batch === null ? null : { ...batch, target: batch.targets[index] }),
      );
      plan.times.looked(Math.max(0, ...batches.map((each) => each?.target?.values.length ?? 0)));
      read = { plan, batches };
    },

    met: (step) => {
      plans.get(step.forward.losses)?.tasks.forEach((plan, index) => {
        const task = step.graph.step.terms[index]?.id;
        if (plan !== null && task !== undefined) {
          tellStructure(plan, task, step);
        }
      });
    },

    seen: (step) => {
      read?.plan.tasks.forEach((plan, index) => {
        const task = step.graph.step.terms[index]?.id;
        const batch = read?.batches[index] ?? null;
        if (plan !== null && task !== undefined && batch !== null) {
          tellBatch(plan, task, batch, step);
        }
      });
    },

    walked: (step) => {
      const { forward, graph } = step;
      read?.plan.tasks.forEach((plan, index) => {
        const task = graph.step.terms[index]?.id;
        const [leaf] = forward.tasks[index]?.leaves ?? [];
        if (plan !== null && task !== undefined && leaf !== undefined) {
          tellTaught(plan, task, leaf, step);
        }
      });
      read = null;
    },
  };

  function about(
    { origin, graph }: WitnessedStep,
    task: string,
  ): Pick<FactLine, 'type' | 'step' | 'objective' | 'task'> {
    return { type: 'fact', step: origin.step, objective: graph.step.objective.id, task };
  }

  function tellStructure(plan: TaskPlan, task: string, step: WitnessedStep): void {
    const { origins } = step.graph;
    for (const { node, op, prediction, side, result } of plan.stretched) {
      const origin = origins[node];
      facts.tell({
        ...about(step, task),
        fact: 'broadcast',
        layer: origin?.layer?.name ?? null,
        position: origin === undefined ? null : positionOfOrigin(reader, origin),
        details: { op, prediction, target: side, result },
      });
    }
    for (const { first, second } of plan.doubled) {
      const origin = origins[second.node];
      const own = origin === undefined ? null : positionOfOrigin(reader, origin);
      facts.tell({
        ...about(step, task),
        fact: 'doubleActivation',
        layer: origins[first.node]?.layer?.name ?? null,
        position: own ?? step.graph.step.objective.position,
        details: { activation: first.activation, loss: second.what },
      });
    }
  }

  function tellBatch(plan: TaskPlan, task: string, batch: TaskBatch, step: WitnessedStep): void {
    const { target, compared, isComputed, ids, inputs } = batch;
    const data = dataOf(task);
    const { origins } = step.graph;
    const call = step.graph.step.objective.position;
    const given = step.origin.fit?.batch === undefined ? plan.target?.tapeIndex : undefined;
    const place = targetPlace(reader, given === undefined ? undefined : origins[given], call);
    if (compared !== null) {
      data.labels.add(compared);
      const computed = targetPlace(reader, origins[plan.target?.computedAt ?? -1], null);
      const at = isComputed && computed.position !== null ? computed : place;
      const details = data.labels.details(at.argument);
      facts.tell(
        { ...about(step, task), fact: 'labels', layer: null, position: at.position, details },
        details.nonFinite > 0 ? 'nonFinite' : '',
      );
    }
    if (target !== null && target !== compared) {
      data.given.add(target);
    }
    const coded = plan.excludesClasses && plan.codes.length === 0 ? data.oneHotRows : null;
    if (coded !== null) {
      const classes = target === null ? 0 : target.values.length / target.rows;
      const all = { values: coded.coded + coded.empty, outside: coded.empty, worst: NaN };
      tellClassIds(all, classes, { ...place, plan }, task, step);
    }
    plan.codes.forEach(({ tapeIndex, classes }, index) => {
      const values = ids[index];
      if (values == null) {
        return;
      }
      const known = data.ids.get(classes) ?? { values: 0, outside: 0, worst: 0 };
      data.ids.set(classes, known);
      addIds(known, values, classes);
      const at = given === undefined ? place : targetPlace(reader, origins[tapeIndex], call);
      tellClassIds(known, classes, { ...at, plan }, task, step);
    });
    tellLeak(plan, task, data, target, inputs, step);
  }

  function tellClassIds(
    { values, outside, worst }: ClassIds,
    classes: number,
    { position, argument, plan }: ReturnType<typeof targetPlace> & { readonly plan: TaskPlan },
    task: string,
    step: WitnessedStep,
  ): void {
    const details = { classes, outside, values, worst: toRecorded(worst), masked: plan.masked, argument };
    facts.tell(
      { ...about(step, task), fact: 'classIds', layer: null, position, details },
      outside > 0 ? 'outside' : '',
    );
  }

  function tellLeak(
    plan: TaskPlan,
    task: string,
    data: TaskData,
    target: Table | null,
    inputs: readonly (Input | null)[],
    step: WitnessedStep,
  ): void {
    const isOneColumn = target !== null && (target.values.length === target.rows || data.oneHotRows !== null);
    if (!isOneColumn || data.leak.isDone) {
      return;
    }
    // A generator is asked for a class, and another model that is not trained here says which one it sees.
    const isJudged = step.graph.facts.variables.some(
      ({ status, onTape }) => status !== 'trained' && onTape.includes(task),
    );
    data.leak.add(
      inputs.map((input) => (input?.rows !== target.rows || (isJudged && input.isTarget) ? null : input)),
      target,
    );
    const found = data.leak.found();
    if (found !== null) {
      const used = step.origin.fit?.batch === undefined ? plan.inputs[found.input]?.usedAt : undefined;
      const consumer = step.graph.origins[used ?? -1];
      const { position } = targetPlace(reader, consumer, step.graph.step.objective.position);
      const details: FactDetails['labelAmongInputs'] = { ...found, correlation: toRecorded(found.correlation) };
      facts.tell({ ...about(step, task), fact: 'labelAmongInputs', layer: null, position, details });
    }
  }

  function tellTaught(
    plan: TaskPlan,
    task: string,
    leaf: { readonly id: number; readonly shape: readonly number[] },
    step: WitnessedStep,
  ): void {
    const { taught } = dataOf(task);
    const { traced } = step.forward;
    const prediction = tensorAt(plan.prediction, traced.tape, traced.total);
    if (taught.looks >= TAUGHT_LOOKS || prediction === undefined || prediction.rank === 0) {
      return;
    }
    const nodes = nodesOfStep(step.graph.structure, traced.tape).filter(({ tapeIndex }) => plan.between.has(tapeIndex));
    const drawn = random?.snapshot() ?? null;
    const found = taughtRows(engine, { nodes, loss: leaf, prediction, reduction: plan.reduction });
    random?.restore(drawn);
    if (found === null) {
      return;
    }
    taught.looks++;
    taught.rows += found.rows;
    taught.taught += found.taught;
    taught.weights += found.weight ?? NaN;
    facts.tell({
      ...about(step, task),
      fact: 'taughtRows',
      layer: null,
      // Where the rows are added up, or else where the target is compared.
      position:
        [plan.reduction, plan.target?.tapeIndex]
          .map((at) => targetPlace(reader, step.graph.origins[at ?? -1], null).position)
          .find((position) => position !== null) ?? step.graph.step.objective.position,
      details: { rows: taught.rows, taught: taught.taught, weight: toRecorded(taught.weights / taught.looks) },
    });
  }
}
