import type * as Tf from '@tensorflow/tfjs';
import { installTrainingObserver } from '../../../core/announcements.ts';
import type { RecordLine } from '../../../core/run/record.ts';
import { readingsAsLines } from '../../../core/run/windows/readings.ts';
import { SuddenLoss } from '../../../core/schedule/suddenLoss.ts';
import { libraryObserver } from '../calls/libraryObserver.ts';
import { installTrainingCalls } from '../calls/trainingCalls.ts';
import type { Observation, ObservationOptions } from '../installObservation.ts';
import { nonFiniteMessage } from '../nonFinite/nonFiniteMessage.ts';
import { epochOf, planLine, siteOf } from '../stepContext.ts';
import { captureStack } from '../tape/captureStack.ts';
import { LossObjectives, type ReadStep } from './lossObjectives.ts';
import { installOutputLosses, type NamedLossValue } from './outputLosses.ts';
import { installTrainingSteps } from './trainingSteps.ts';

interface PendingStep extends Omit<ReadStep, 'losses' | 'from'> {
  readonly step: number;
  readonly epoch: number | null;
  readonly time: number;
  /** NaN until the step has run. */
  total: number;
  ran: boolean;
  losses: readonly NamedLossValue[] | null;
  from: ReadStep['from'];
}

/**
 * Watches a training with a tfjs whose internals are not known: every step's losses are read from what tfjs itself returns, and
 * nothing is run in place of its own.
 */
export function installLossesOnly(options: ObservationOptions): Observation {
  const { tf, recording } = options;
  const append = (line: RecordLine): void => recording.append(line);
  const objectives = new LossObjectives(options);
  const readings = recording.readings ?? readingsAsLines(append);
  const sudden = new SuddenLoss();
  let toldOfNonFinite = false;
  const firstCalls = new Map<string, Error>();
  let steps = 0;
  let libraryEpoch: number | null = null;
  let pending: PendingStep | null = null;

  /** Writes the step that ran last: what follows it has told all that it can. */
  const commit = (): void => {
    const done = pending;
    pending = null;
    if (done?.ran !== true) {
      return;
    }
    const { step, epoch, time, total, losses } = done;
    const { id, terms } = objectives.of(done);
    const news = objectives.news(step);
    if (news !== null) {
      append(news);
    }
    const raws = losses?.map(({ raw }) => raw) ?? [total];
    if (!toldOfNonFinite && ![total, ...raws].every(Number.isFinite)) {
      toldOfNonFinite = true;
      const guilty = raws.findIndex((raw) => !Number.isFinite(raw));
      const { id: task = null, name = null, position = null } = terms[guilty] ?? {};
      const value = raws[guilty] ?? total;
      const message = nonFiniteMessage({ step, what: 'loss', value, task: name, place: null, variable: null });
      append({ type: 'event', kind: 'nonFinite', step, task, position, message, cause: null });
    }
    // What a loss adds to the total only gradients tell, but for the total itself.
    const known = losses === null ? { weight: 1, weighted: total } : { weight: null, weighted: null };
    const loss = raws.map((raw) => ({ raw, ...known }));
    const reading = { objective: id, step, epoch, time, overhead: null, total, loss, boundary: null };
    const alone = sudden.note(total) || !Number.isFinite(total);
    readings.add(reading, alone);
  };
  const flush = (): void => {
    commit();
    readings.close();
  };

  const calls = installTrainingCalls(tf, (call) => append(planLine(steps, call, options)));
  const restoreSteps = installTrainingSteps(tf, {
    before: (f, xs) => {
      if (recording.stopRequested !== null) {
        flush();
        options.stop();
      }
      commit();
      steps++;
      recording.noteStep(steps);
      if (steps === 1) {
        const name = tf.getBackend();
        if (options.backendName !== null && name !== options.backendName) {
          append({ type: 'backend', step: 1, name, reason: 'The script chose it itself.' });
        }
      }
      const call = calls.fit?.call ?? null;
      const site = siteOf(f, xs, null, calls.fit?.modelName ?? null);
      const error = firstCalls.get(site) ?? captureStack('training call');
      firstCalls.set(site, error);
      const epoch = epochOf(call) ?? libraryEpoch;
      const time = performance.now() - options.startedAt;
      pending = { site, call, error, step: steps, epoch, time, total: NaN, ran: false, losses: null, from: 'output' };
    },
    after: (total) => {
      if (pending !== null) {
        pending.total = total.dataSync()[0] ?? NaN;
        pending.ran = true;
      }
    },
  });
  const restoreOutputs = installOutputLosses(tf, (losses) => {
    if (pending !== null) {
      pending.losses = losses;
      pending.from = 'output';
    }
  });
  const removeObserver = installTrainingObserver(
    libraryObserver({
      reader: options,
      append,
      stepNow: () => steps,
      trace: () => ({
        stopped: () => undefined,
        tasks: (tasks) => {
          if (pending !== null) {
            pending.losses = tasks.map(({ name, loss }) => ({ name, raw: meanOf(loss as unknown as Readable) }));
            pending.from = 'declared';
          }
        },
      }),
      noteEpoch: (epoch) => (libraryEpoch = epoch),
    }),
  );

  return {
    get steps() {
      return steps;
    },
    // Only gradients are observed.
    observed: 0,
    get training() {
      return calls.open === null ? null : `${calls.open.via} of ${calls.open.model}`;
    },
    flush,
    uninstall: () => {
      flush();
      removeObserver();
      restoreOutputs();
      restoreSteps();
      calls.uninstall();
    },
  };
}

type Readable = Pick<Tf.Tensor, 'dataSync'>;

function meanOf(tensor: Readable): number {
  const values = tensor.dataSync();
  let sum = 0;
  for (const value of values) {
    sum += value;
  }
  return sum / values.length;
}
