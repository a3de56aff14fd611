// A record of a long run, written through the same classes as a real one; its numbers are drawn.
import { LossWindows } from '../../src/core/run/windows/lossWindows.ts';
import type { GraphLine, GroupMeasure, RecordLine, StepLine } from '../../src/core/run/record.ts';
import { DeepLaw } from '../../src/core/schedule/deepLaw.ts';
import { RecordWriter } from '../../src/trainer/io/recordWriter.ts';
import { seededRandom, type Random } from '../../test/random.ts';
import { end, graph, group, header } from '../../test/sampleRecord.ts';

export { RecordReader } from '../../src/core/run/readRecord.ts';
export { FollowedRun } from '../../src/host/runs/followedRun.ts';
export { AT_ONCE, RunFeed } from '../../src/host/panel/runFeed.ts';

/** Lines that are written in one go, as they wait for the thread that writes. */
const AT_A_TIME = 200;

/** As many digits as the trainer writes: sums of products of single-precision numbers. */
const drawn = (random: Random, scale: number): number => (0.5 + random.next()) * scale + random.next() * 1e-9;

/** `towers` of their own, one group that all share, and the rest shared by two or more of the tasks. */
export function graphOf(tasks: number, groups: number): GraphLine {
  const random = seededRandom(1);
  const ids = Array.from({ length: tasks }, (_, i) => `task_${i}`);
  const subsets = Array.from({ length: groups - tasks - 1 }, (_, i) => {
    // One each of the first ones, then whoever is drawn: no two groups are the same.
    const more = ids.filter((_, j) => j !== i % tasks && random.next() < 0.3);
    return [ids[i % tasks] ?? '', ...(more.length > 0 ? more : [ids[(i + 1) % tasks] ?? ''])].sort();
  });
  return {
    ...graph,
    terms: ids.map((id) => ({ id, name: id, kind: 'task', position: null, from: 'output' })),
    objectives: graph.objectives.map((objective) => ({ ...objective, terms: ids })),
    groups: [
      group('shared', 'shared', ids),
      ...subsets.map((of, i) => ({
        ...group('shared', `shared by ${of.join(', ')}`, of),
        id: `shared(${of.join('+')})#${i}`,
      })),
      ...ids.map((id) => group('tower', `${id} tower`, [id])),
    ],
    paths: [],
  };
}

function measured(terms: readonly string[], random: Random): GroupMeasure {
  const values = (count: number, scale: number): number[] => Array.from({ length: count }, () => drawn(random, scale));
  const triangle = (terms.length * (terms.length + 1)) / 2;
  return {
    terms,
    norm: values(terms.length, 0.1),
    share: values(terms.length, 1 / terms.length),
    gram: values(triangle, 0.01),
    metricGram: values(triangle, 100),
    total: drawn(random, 0.3),
    updateRatio: drawn(random, 1e-3),
  };
}

export function deepLine(step: number, { groups, terms }: GraphLine, random: Random): StepLine {
  return {
    type: 'step',
    step,
    objective: 'fit',
    time: step * 10.1,
    epoch: 1 + Math.floor(step / 1000),
    overhead: drawn(random, 0.04),
    total: drawn(random, 3),
    loss: terms.map(() => ({
      raw: drawn(random, 1),
      weight: 1,
      weighted: drawn(random, 1),
      relative: drawn(random, 1),
    })),
    groups: Object.fromEntries(groups.map(({ id, tasks }) => [id, measured(tasks, random)])),
  };
}

/** One after another: windows as `LossWindows` closes them, with the boundary looked at every third step, and full lines as `DeepLaw` has room. */
export function* linesOf(steps: number, of: GraphLine): Generator<RecordLine> {
  const random = seededRandom(2);
  const [windows, law] = [new LossWindows(), new DeepLaw()];
  const terms = of.terms.map(({ id }) => id);
  const triangle = (terms.length * (terms.length + 1)) / 2;
  yield { ...header, version: 2 };
  yield of;
  for (let step = 1; step <= steps; step++) {
    if (law.fits(step)) {
      const line = deepLine(step, of, random);
      law.wrote(step, JSON.stringify(line).length);
      yield line;
    }
    const boundary = {
      terms,
      norm: terms.map(() => drawn(random, 0.1)),
      gram: Array.from({ length: triangle }, () => drawn(random, 0.01)),
    };
    yield* windows.add(
      {
        objective: 'fit',
        step,
        time: step * 10.1,
        epoch: 1 + Math.floor(step / 1000),
        overhead: 0.0412,
        total: drawn(random, 3),
        loss: terms.map(() => ({ raw: drawn(random, 1), weight: 1, weighted: drawn(random, 1) })),
        boundary: step % 3 === 0 ? boundary : null,
      },
      false,
    );
  }
  yield* windows.close();
  yield { ...end, steps };
}

/** Writes the record below a folder; its own folder. */
export function writeRecord(below: string, lines: Iterable<RecordLine>): { folder: string; bytes: number } {
  const writer = new RecordWriter({ runsFolder: below, ignoredFolder: null, temporaryFolder: below }, 'long', {
    onPlace: () => undefined,
    onDropped: (message) => {
      throw new Error(message);
    },
  });
  let waiting: string[] = [];
  for (const line of lines) {
    waiting.push(JSON.stringify(line));
    if (waiting.length === AT_A_TIME) {
      writer.append(waiting);
      waiting = [];
    }
  }
  writer.append(waiting);
  writer.close();
  return { folder: writer.folder, bytes: writer.bytes };
}
