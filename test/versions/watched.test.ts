import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report/report.ts';
import { runNode, trainInChild } from '../children/trainInChild.ts';
import { Projects } from './projects.ts';
import { ownRelease, releaseWithWasm, watchedReleases } from './releases.ts';
import type { scripts } from './scripts.ts';

type Script = keyof typeof scripts;

const projects = new Projects();
afterAll(() => projects.dispose());

/** What the script itself says of its training. */
const wordsOf = (output: string): string | undefined => /^trained .*/m.exec(output)?.[0];

interface Seen {
  readonly tasks: readonly string[];
  readonly groups: readonly string[];
  readonly norms: Readonly<Record<string, number>>;
}

async function watch(project: string, script: Script, backend: string) {
  const options = ['--backend', backend, '--every', '1'];
  const { report, stderr, status } = await trainInChild(project, `${script}.mjs`, options);
  expect(status, stderr).toBe(0);
  expect(report.events.map(({ message }) => message)).toEqual([]);
  return { seen: seenIn(report), words: wordsOf(stderr), report };
}

function seenIn({ tasks, groups, steps }: Report): Seen {
  const norms = steps.flatMap(({ step, groups: measured }) =>
    Object.entries(measured).flatMap(([group, { terms, norm }]) =>
      terms.map((term, i): [string, number] => [`step ${step}, ${group}, ${term}`, Number(norm[i])]),
    ),
  );
  return {
    tasks: tasks.map(({ name }) => name),
    groups: groups.map(({ id, variables }) => `${id} ${variables.map(({ shape }) => shape.join('x')).join()}`),
    norms: Object.fromEntries(norms),
  };
}

function expectSame(seen: Seen, expected: Seen, tolerance = 1e-5): void {
  expect(seen.tasks).toEqual(expected.tasks);
  expect(seen.groups).toEqual(expected.groups);
  expect(Object.keys(seen.norms)).toEqual(Object.keys(expected.norms));
  for (const [what, norm] of Object.entries(expected.norms)) {
    expect(Math.abs(seen.norms[what]! - norm), what).toBeLessThanOrEqual(tolerance * norm);
  }
}

const expected = new Map<Script, Seen>();
beforeAll(async () => {
  await projects.install([ownRelease, ...watchedReleases, releaseWithWasm]);
  const own = projects.with(ownRelease, { skip: () => expect.unreachable() });
  for (const script of ['fit', 'loop', 'convolutions'] as const) {
    const { seen } = await watch(own, script, 'cpu');
    expect(seen.tasks.filter((name) => name !== 'regularisers')).toEqual(['click', 'dwell']);
    expect(seen.groups.map((group) => group.split(' ')[0])).toEqual([
      'shared(click+dwell)',
      'tower(click)',
      'tower(dwell)',
    ]);
    // Both tasks in the trunk and each in its tower, at every step.
    expect(Object.keys(seen.norms).length).toBeGreaterThanOrEqual(4 * 6);
    expected.set(script, seen);
  }
}, 900_000);

describe.each(watchedReleases)('in a project with tfjs %s', (release) => {
  it.for(['fit', 'loop'] as const)(
    '%s, as written: tasks, groups and gradient norms are seen, and training is untouched',
    async (script, context) => {
      const project = projects.with(release, context);
      const [plain, watched] = await Promise.all([
        runNode([`${script}.mjs`], project),
        watch(project, script, 'asWritten'),
      ]);
      expect(watched.report.run.versions.tfjs).toBe(release);
      expectSame(watched.seen, expected.get(script)!);
      // The same weights to the bit, and no tensor more is left.
      expect(wordsOf(plain.stdout)).toMatch(/^trained cpu tensors \d+ weights [0-9a-f]{64}$/);
      expect(watched.words).toBe(wordsOf(plain.stdout));
    },
  );

  it("convolutions: the debugger's wasm backend and kernels train with it, and give the same gradient norms", async (context) => {
    const { seen, words, report } = await watch(projects.with(release, context), 'convolutions', 'auto');
    expect(report.run.backend.reason).toContain('12 fast kernels');
    expectSame(seen, expected.get('convolutions')!, 1e-4);
    expect(words).toContain('trained wasm tensors');
  });
});

it(`in a project with tfjs and wasm backend ${releaseWithWasm}: the debugger's kernels work in that backend's memory`, async (context) => {
  const { seen, words, report } = await watch(projects.with(releaseWithWasm, context), 'convolutions', 'auto');
  // More kernels are missing there than from the debugger's own: cpu has them.
  expect(report.run.backend.reason).toMatch(/12 fast kernels, .* and 5\d delegated to cpu/);
  expectSame(seen, expected.get('convolutions')!, 1e-4);
  expect(words).toContain('trained wasm tensors');
});
