import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report/report.ts';
import { end, header, healthy, recordText } from '../sampleRecord.ts';
import { runCommand, temporaryFolders } from './command.ts';

const freshFolder = temporaryFolders();
let folder = '';
const OLD = '2026-01-01T00-00-00-old';
const NEW = '2026-03-04T05-06-07-feed';

async function addRun(name: string, text: string): Promise<void> {
  const run = join(folder, '.mtl', 'runs', name);
  await mkdir(run, { recursive: true });
  await writeFile(join(run, 'record.jsonl'), text);
}

beforeAll(async () => {
  folder = await freshFolder();
  await addRun(NEW, recordText(healthy));
  await addRun(OLD, recordText([header, { ...end, steps: 0, observed: 0 }]));
  await mkdir(join(folder, '.mtl', 'runs', '2027-not-a-run'));
  await mkdir(join(folder, 'deep', 'er'), { recursive: true });
});

describe('mtl-debugger report', () => {
  it.each([`.mtl/runs/${NEW}`, `.mtl/runs/${NEW}/record.jsonl`, 'latest', NEW])('finds %s', async (run) => {
    const { status, stdout, stderr } = await runCommand(['report', run], folder);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^feed.ts --epochs 2 finished after 1.2 s\n/);
    expect(stdout).toContain(`Record: ${join(folder, '.mtl', 'runs', NEW, 'record.jsonl')}\n`);
  });

  it('finds the runs of the project from a folder inside it', async () => {
    expect((await runCommand(['report', 'latest'], join(folder, 'deep', 'er'))).status).toBe(0);
  });

  it('takes runs from where --runs says', async () => {
    const { status, stdout } = await runCommand(
      ['report', '--runs', join(folder, '.mtl/runs'), OLD],
      join(folder, 'deep'),
    );
    expect([status, stdout]).toEqual([4, expect.stringContaining('Nothing was observed')]);
  });

  it('is one JSON document with --json', async () => {
    const { status, stdout } = await runCommand(['report', 'latest', '--json'], folder);
    const report = JSON.parse(stdout) as Report;
    expect(status).toBe(0);
    expect(report.run.folder).toBe(join(folder, '.mtl', 'runs', NEW));
    expect(report.steps.map(({ step }) => step)).toEqual([1, 10, 20, 30, 40]);
    expect(report.state.state).toBe('finished');
  });

  it('tells a run that is still trained from one that was cut short', async () => {
    const unended = (pid: number): string => recordText([{ ...header, pid }, ...healthy.slice(1, -1)]);
    await addRun('running', unended(process.pid));
    expect((await runCommand(['report', 'running'], folder)).stdout).toMatch(/^feed.ts --epochs 2 is still running/);
    // A process that has just ended: its number is free.
    const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
    await new Promise((resolve) => gone.once('close', resolve));
    await addRun('gone', unended(gone.pid ?? 0));
    expect((await runCommand(['report', 'gone'], folder)).stdout).toMatch(/^feed.ts --epochs 2 was cut short/);
  });

  it('opens a run that was cut in the middle of a line', async () => {
    const text = recordText(healthy);
    await addRun('cut', text.slice(0, text.lastIndexOf('"step":40') + 20));
    const { status, stdout } = await runCommand(['report', 'cut'], folder);
    expect(status).toBe(0);
    expect(stdout).toContain('Loss per task, step 1 to step 30');
    expect(stdout).toContain('Its last line is cut in the middle and was left out.');
  });

  it.each<[string, string, RegExp]>([
    ['a newer version', recordText([{ ...header, version: 3 }]), /version 3.*up to 2.*update/],
    ['an empty file', '', /not a run record.*no header/],
    ['another file', '{"name": "x"}\n', /not a run record.*line 1 is damaged/],
    ['half a header', recordText([header]).slice(0, 40), /not a run record.*cut short/],
    ['a record without its header', recordText(healthy.slice(1)), /no header/],
  ])('cannot read %s: status 5', async (name, text, message) => {
    await writeFile(join(folder, 'other.jsonl'), text);
    const { status, stdout, stderr } = await runCommand(['report', 'other.jsonl'], folder);
    expect([name, status, stdout]).toEqual([name, 5, '']);
    expect(stderr).toMatch(message);
  });

  it.each<[string, RegExp]>([
    ['2026-03-04T05-06-07-fed', /no run 2026-03-04T05-06-07-fed:.*Did you mean 2026-03-04T05-06-07-feed\?/],
    ['lastest', /Did you mean latest\?/],
    ['deep', /deep is not the folder of a run: there is no record.jsonl in it/],
  ])('does not find %s: status 5', async (run, message) => {
    const { status, stderr } = await runCommand(['report', run], folder);
    expect([status, stderr]).toEqual([5, expect.stringMatching(message)]);
  });

  it('says what to do where there is no run at all', async () => {
    const { status, stderr } = await runCommand(['report', 'latest'], await freshFolder());
    expect([status, stderr]).toEqual([
      5,
      expect.stringMatching(/no recorded run in .*Train first: mtl-debugger train FILE/),
    ]);
  });
});
