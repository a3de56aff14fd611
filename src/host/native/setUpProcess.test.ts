import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Step } from '../../native/setUpNative.ts';
import { startSetUp, type SetUpProcess } from './setUpProcess.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'mtl-set-up-'));
afterAll(() => rmSync(folder, { recursive: true }));

const plan = {
  wheel: 'w 1',
  package: 'p 1',
  wheelMegabytes: 232,
  packagesMegabytes: 75,
  diskMegabytes: 618,
  folder: '/f',
  there: false,
};

/** A program that tells its plan, waits for what it is told, and then runs `after(text)`. */
function program(after: string): { set: SetUpProcess; steps: [Step, number][] } {
  const file = path.join(folder, `${Math.random()}.cjs`);
  writeFileSync(
    file,
    `const tell = (message) => console.log(JSON.stringify(message));
    tell({ type: 'plan', plan: ${JSON.stringify(plan)} });
    let text = '';
    process.stdin.on('data', (chunk) => { text += chunk; if (text === 'yes\\n') after(text); });
    process.stdin.on('end', () => { tell({ type: 'cancelled' }); process.exit(130); });
    function after(text) { ${after} }`,
  );
  const steps: [Step, number][] = [];
  const set = startSetUp({
    node: process.execPath,
    env: process.env,
    file,
    progress: (step, part) => steps.push([step, part]),
  });
  return { set, steps };
}

describe('the set-up as a process', () => {
  it('says what it would do, begins when it is told to, and tells how far it is', async () => {
    const { set, steps } = program(`
      tell({ type: 'progress', step: 'wheel', part: 0.5 });
      tell({ type: 'done', folder: '/f/p', already: false });
      process.exit(0);`);
    expect(await set.plan).toEqual(plan);
    expect(steps).toEqual([]);
    set.goOn();
    expect(await set.ended).toEqual({ state: 'done', folder: '/f/p', already: false });
    expect(steps).toEqual([['wheel', 0.5]]);
  });

  it('is cancelled, before and after it began', async () => {
    const { set } = program('');
    await set.plan;
    set.cancel();
    expect(await set.ended).toEqual({ state: 'cancelled' });
    const begun = program('').set;
    begun.goOn();
    begun.cancel();
    expect(await begun.ended).toEqual({ state: 'cancelled' });
  });

  it('says why it failed', async () => {
    const { set } = program(`
      tell({ type: 'failed', sentences: [{ template: '{0} is missing.', values: ['pip'] }, { template: 'So is {0}.', values: ['npm'] }] });
      process.exit(1);`);
    set.goOn();
    expect(await set.ended).toEqual({ state: 'failed', why: 'pip is missing. So is npm.' });
  });

  it('that dies, or cannot be started, has failed', async () => {
    const { set } = program(`process.stderr.write('out of luck'); process.exitCode = 3; process.stdin.destroy();`);
    set.goOn();
    expect(await set.ended).toEqual({
      state: 'failed',
      why: 'The set-up ended without a word (status 3): out of luck',
    });
    const none = startSetUp({ node: path.join(folder, 'no-node'), env: {}, file: 'x', progress: () => undefined });
    expect(await none.plan).toBeNull();
    expect((await none.ended).state).toBe('failed');
  });
});
