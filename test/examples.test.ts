import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

/** The examples as their reader runs them: plain Node, no debugger, `mtl-debugger` from the built package. */
const root = fileURLToPath(new URL('..', import.meta.url));

async function run(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, timeout: 100_000 });
  return stdout;
}

/** All figures that a line prints after `name`. */
function figures(output: string, name: string): number[] {
  return [...output.matchAll(new RegExp(`${name} (\\S+?)(?=[,;]?(?:\\s|$))`, 'gm'))].map(([, figure]) =>
    Number(figure),
  );
}

const brief = [
  { script: 'penguins/train.mjs', args: ['--epochs', '1'], tasks: ['species', 'mass'] },
  { script: 'feed/train.mjs', args: ['--epochs', '1'], tasks: ['click', 'dwell', 'conversion'] },
  { script: 'feed/train.mjs', args: ['--epochs', '1', '--stop-gradient'], tasks: ['click', 'dwell', 'conversion'] },
  { script: 'feed/loop.mjs', args: ['--epochs', '1'], tasks: ['click', 'dwell', 'conversion'] },
  { script: 'feed/loop.mjs', args: ['--epochs', '1', '--detach'], tasks: ['click', 'dwell', 'conversion'] },
  { script: 'rates/train.mjs', args: ['--epochs', '1'], tasks: ['small', 'large'] },
  { script: 'rates/train.mjs', args: ['--epochs', '1', '--groups'], tasks: ['small', 'large'] },
  { script: 'kendall/train.mjs', args: ['--epochs', '2'], tasks: ['noisy', 'clear'] },
  { script: 'experts/train.mjs', args: ['--epochs', '1', '--relatedness', '0.5'], tasks: ['first', 'second'] },
  { script: 'gan/train.mjs', args: ['--steps', '3'], tasks: ['real', 'class', 'fool', 'match'] },
];

describe('examples, run briefly with plain Node', () => {
  it.each(brief)('$script $args', async ({ script, args, tasks }) => {
    const output = await run(`examples/${script}`, ...args);
    for (const task of tasks) {
      const losses = figures(output, `${task} loss`);
      expect(losses, `${task} in:\n${output}`).not.toEqual([]);
      expect(losses.every(Number.isFinite), `${task} in:\n${output}`).toBe(true);
    }
  });

  it('covers every example there is', async () => {
    const files = await readdir(`${root}examples`, { recursive: true });
    const scripts = files.map((file) => file.replaceAll('\\', '/')).filter((file) => /\/(?:train|loop)\./.test(file));
    expect(new Set(brief.map(({ script }) => script))).toEqual(new Set(scripts));
  });
});

describe('examples, run in full', () => {
  it('penguins learns neither task', async () => {
    const output = await run('examples/penguins/train.mjs');
    expect(figures(output, 'species accuracy').at(-1), output).toBeLessThan(0.5);
    const massError = figures(output, 'mass error').at(-1);
    expect(massError, output).toBeGreaterThan(5e5);
    expect(massError, output).toBeLessThan(9e5);
  });

  it('rates kills units of one tower with one rate, and none with a rate per group', async () => {
    // Its start is drawn anew at each run: the middle of five tells what usually happens.
    const middles = async (...args: readonly string[]): Promise<number[]> => {
      const found: number[][] = [];
      for (let i = 0; i < 5; i++) {
        const output = await run('examples/rates/train.mjs', ...args);
        const figures = /variance: small (\S+), large (\S+); dead units: small \d+, large (\d+) of/.exec(output);
        expect(figures, output).not.toBeNull();
        found.push(figures!.slice(1).map(Number));
      }
      return [0, 1, 2].map((column) => found.map((row) => row[column]!).sort((x, y) => x - y)[2]!);
    };
    const [smallByOne, largeByOne, deadByOne] = await middles();
    const [small, large, dead] = await middles('--groups');
    expect(small).toBeLessThan(smallByOne!);
    expect(large).toBeLessThan(largeByOne!);
    expect(dead).toBeLessThan(deadByOne! - 2);
  });
});
