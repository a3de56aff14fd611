import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { judgeRecord } from './judgeRecord.ts';
import type { Outcome } from './outcome.ts';
import { anyKeptRecord, KEPT, keptRecord, trainedKey, trainerKey, trainVariant } from './trainVariant.ts';
import type { Variant } from './variant.ts';

export interface Task {
  readonly variant: Variant;
  readonly seed: number;
}

export interface RunOptions {
  /** The repository; dist/ must be built. */
  readonly root: string;
  /** Names the rules and baselines that judge; results of others are judged anew, from the kept records. */
  readonly judgedBy: string;
  /** Judge the records that are there, whatever trainer wrote them, and train nothing. */
  readonly judgeOnly: boolean;
  /** Trainings at a time. */
  readonly workers: number;
  readonly onDone?: (outcome: Outcome, done: number, trained: boolean) => void;
}

const RESULTS = 'results.jsonl';

/** Every task's outcome, in their order. What was done before is not done again; each result is written down at once. */
export async function runAll(tasks: readonly Task[], options: RunOptions): Promise<Outcome[]> {
  const { root, judgedBy, judgeOnly } = options;
  const file = path.join(root, KEPT, RESULTS);
  const known = new Map(readResults(file).map((outcome) => [`${outcome.variant} ${outcome.seed}`, outcome]));
  const trainer = trainerKey(root);
  mkdirSync(path.dirname(file), { recursive: true });
  const outcomes = new Map<Task, Outcome>();
  const waiting = [...tasks];
  const work = async (): Promise<void> => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const { variant, seed } = task;
      const trained = trainedKey(variant, seed, trainer);
      const before = known.get(`${variant.id} ${seed}`);
      if (!judgeOnly && before?.trained === trained && before.judged === judgedBy) {
        outcomes.set(task, before);
        options.onDone?.(before, outcomes.size, false);
        continue;
      }
      const kept = judgeOnly ? anyKeptRecord(root, variant, seed) : keptRecord(root, variant, seed, trained);
      if (kept === null && judgeOnly) {
        continue;
      }
      const record = kept ?? (await trainVariant(root, variant, seed, trained));
      const outcome: Outcome = {
        variant: variant.id,
        seed,
        trained: judgeOnly ? 'kept' : trained,
        judged: judgedBy,
        ...judgeRecord(record, variant.script),
      };
      outcomes.set(task, outcome);
      appendFileSync(file, `${JSON.stringify(outcome)}\n`);
      options.onDone?.(outcome, outcomes.size, kept === null);
    }
  };
  await Promise.all(Array.from({ length: options.workers }, work));
  return tasks.flatMap((task) => outcomes.get(task) ?? []);
}

/** A line that was cut short by the end of a process is left out. */
function readResults(file: string): Outcome[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as Outcome);
}
