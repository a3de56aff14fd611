import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { runCommand, temporaryFolders } from './command.ts';

const freshFolder = temporaryFolders();
let folder = '';

beforeAll(async () => {
  folder = await freshFolder();
  await writeFile(join(folder, 'train.js'), '');
  await writeFile(join(folder, 'train.py'), '');
  await mkdir(join(folder, 'models'));
});

describe('bad usage', () => {
  it.each<[string, RegExp]>([
    ['', /command is missing: train FILE, report RUN or diagnose RUN\|FILE/],
    ['trian train.js', /no command trian.*Did you mean train\?/],
    ['--jsn', /no option --jsn here; the options are --help, --version/],
    ['train', /FILE is missing/],
    ['train --every', /--every needs a value: --every N/],
    ['train --every 0 train.js', /--every takes a whole number from 1 up, and got 0/],
    ['train --every -3 train.js', /--every .* got -3/],
    ['train --every=1.5 train.js', /--every .* got 1.5/],
    ['train --every 99999999999999999 train.js', /--every .* got 9+/],
    ['train --seed ten train.js', /--seed takes a whole number from 0 up, and got ten/],
    ['train --backend wsm train.js', /auto, asWritten, node, wasm, cpu. Did you mean wasm\?/],
    ['train --evry 3 train.js', /no option --evry .*Did you mean --every\?/],
    ['train --json=yes train.js', /--json takes no value, and got yes/],
    ['train -x train.js', /no option -x/],
    ['train tarin.js', /no file tarin.js. Did you mean train.js\?/],
    ['train nothing/like/it.js', /no file nothing\/like\/it.js\./],
    ['train train.js/deeper.js', /no file train.js\/deeper.js\./],
    ['train .', /\. is a folder; FILE is the training script itself. In it: train.js\./],
    ['train train.py', /train.py is not a script .* \.js, \.mjs, \.cjs, \.ts, \.mts/],
    ['train --cwd modles train.js', /--cwd: there is no folder modles. Did you mean models\?/],
    ['train --cwd train.js train.js', /--cwd: train.js is a file, not a folder/],
    ['train --runs train.js train.js', /--runs: train.js is a file/],
    ['train --node models train.js', /--node: there is no program models/],
    ['train --node train.js train.js', /--node: train.js is not a program that may be run/],
    ['report', /RUN is missing/],
    ['report a b', /takes one RUN, and b is a second/],
    ['report --every 3 a', /no option --every here; the options are --runs, --json, --help/],
  ])('mtl-debugger %s', async (line, message) => {
    const { status, stdout, stderr } = await runCommand(line === '' ? [] : line.split(' '), folder);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^mtl-debugger: .*\nSee mtl-debugger --help\.\n$/);
    expect([status, stdout]).toEqual([2, '']);
  });
});

describe('help and version', () => {
  it.each([
    [['--help'], /^Debugs the training of multi-task models/],
    [['-h'], /^Debugs/],
    [['help', 'train'], /^Usage: mtl-debugger train/],
    [['train', '--help'], /^Usage: mtl-debugger train/],
    [['train', '--every', '0', '--help'], /^Usage: mtl-debugger train/],
    [['report', '-h'], /^Usage: mtl-debugger report/],
    [['diagnose', '-h'], /^Usage: mtl-debugger diagnose/],
    [['help', 'diagnose'], /^Usage: mtl-debugger diagnose/],
  ])('%j', async (args, start) => {
    const { status, stdout, stderr } = await runCommand(args, folder);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(start);
    expect(stdout).toContain('Exit status:');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it("--version is the package's", async () => {
    expect(await runCommand(['--version'], folder)).toEqual({
      status: 0,
      stdout: `${packageJson.version}\n`,
      stderr: '',
    });
  });
});
