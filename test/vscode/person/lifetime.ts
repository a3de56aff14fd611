import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import type { WindowLine } from '../../../src/core/run/record.ts';
import { processLives } from '../../../src/processes/processLives.ts';
import { ATTACHMENT_FILE, parseAttachment } from '../../../src/protocol/attachment.ts';
import { recordFaults } from '../../recordSchema.ts';
import { eventually, test, type Body } from '../runner.ts';
import { endOf, firstStepOf, newRun, recordLines, recordText, runFolders } from '../runs.ts';
import { closeEverything, notification, openFile, runCommand, webview, workbench, type Outside } from './window.ts';

/** What may happen to a training, its window, its process and its files while it runs. */
export function surviveWhatHappens({ folder, open, extensionHostErrors }: Outside): void {
  let opened: Promise<Page> | undefined;
  /** A window of its own, with nothing open in it. */
  const window = async (): Promise<Page> => {
    const page = await (opened ??= open().then(({ page: fresh }) => fresh));
    await closeEverything(page);
    return page;
  };
  const patiently = (name: string, body: Body): void => test(name, body, 180);
  patiently('a window that is reloaded finds its training again, and no step is missing', async () => {
    const page = await window();
    const { run, pid } = await begun(page, folder, 'own/long.mjs');
    const before = await shownStep(page);
    await reloaded(page);
    await attachedAgain(page);
    assert.ok(processLives(pid), 'the script runs on');
    // The panel that showed it shows it again, and follows it.
    await eventually('the panel to go on', async () => (await shownStep(page)) > before + 20);
    await stopped(page, run, pid);
  });

  patiently('an extension host that is killed is followed by one that finds the training again', async () => {
    const page = await window();
    const { run, pid } = await begun(page, folder, 'own/long.mjs');
    const host = parentOf(pid);
    process.kill(host, 'SIGKILL');
    await eventually('the end of the old extension host', () => !processLives(host));
    // On the desktop another one starts by itself; a window in a browser has to be reloaded for it.
    await reloaded(page);
    await attachedAgain(page);
    await stopped(page, run, pid);
  });

  patiently('a second window sees a training of the first, and may stop it', async () => {
    const page = await window();
    const { run } = await begun(page, folder, 'own/long.mjs');
    const { page: second } = await open();
    await attachedAgain(second);
    await runCommand(second, 'MTL: Stop Training');
    assert.equal((await endOf(run)).state, 'cancelled');
    await notification(page, /long\.mjs was stopped/);
    await second.close();
  });

  patiently('a script that is killed: the message says what happened, and all its lines are kept', async () => {
    const page = await window();
    const { run, pid } = await begun(page, folder, 'own/long.mjs');
    const lines = recordLines(run).length;
    process.kill(pid, 'SIGKILL');
    const message = await notification(page, /the training process was lost/);
    assert.match(await message.innerText(), /SIGKILL.*What was recorded is kept/s);
    assert.ok(recordLines(run).length >= lines);
    assert.deepEqual(recordFaults(recordText(run)), ['the last line is not the end']);
    await webview(page).locator('.state', { hasText: 'cut short' }).waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  patiently('a script that hangs is stopped by force, and the message says so', async () => {
    const page = await window();
    const { run, pid } = await begun(page, folder, 'own/hangs.mjs');
    await runCommand(page, 'MTL: Stop Training');
    const end = await endOf(run);
    assert.equal(end.state, 'cancelled');
    await notification(page, /hangs\.mjs came to no training step and was ended by force after 3 steps/);
    await eventually('the end of the process', () => !processLives(pid));
  });

  patiently('a run folder that is deleted while it grows: the record moves, and the window says where', async () => {
    const page = await window();
    const { run, pid } = await begun(page, folder, 'own/long.mjs');
    rmSync(run, { recursive: true });
    await notification(page, /was deleted or replaced while the run went on, so the record is now in/);
    await runCommand(page, 'MTL: Stop Training');
    await notification(page, /long\.mjs was stopped/);
    await eventually('the end of the process', () => !processLives(pid));
    await webview(page).locator('.state', { hasText: 'cancelled' }).waitFor();
  });

  const disk = path.join(folder, 'full', '.mtl');
  if (mayMount(disk)) {
    patiently('a disk that is full: the record moves with all its lines, and the window says so', async () => {
      const page = await window();
      mount(disk);
      try {
        await openFile(page, 'full/fills.mjs');
        await runCommand(page, 'MTL: Train Active File');
        const message = await notification(page, /ENOSPC: the disk is full/);
        const [, moved = ''] = /the record is now in (\S+)/.exec(await message.innerText()) ?? [];
        await runCommand(page, 'MTL: Stop Training');
        const end = await endOf(moved);
        const steps = recordLines(moved).filter(({ type }) => type === 'step');
        assert.equal(steps.length, end.observed);
        rmSync(path.dirname(moved), { recursive: true });
      } finally {
        unmount(disk);
      }
    });
  }

  test('nothing of this was an unhandled error', () => {
    assert.deepEqual(extensionHostErrors(), []);
  });
}

/** As a person does it: the window keeps its tabs. */
async function reloaded(page: Page): Promise<void> {
  const load = page.waitForEvent('load');
  await runCommand(page, 'Developer: Reload Window');
  await load;
  await workbench(page);
}

/** Starts a script that has made a step; its run's folder and its process. */
async function begun(page: Page, workspace: string, file: string): Promise<{ run: string; pid: number }> {
  const before = runFolders(workspace);
  await openFile(page, file);
  await runCommand(page, 'MTL: Train Active File');
  const run = await newRun(workspace, before, file);
  await firstStepOf(run);
  const word = parseAttachment(readFileSync(path.join(run, ATTACHMENT_FILE), 'utf8'));
  assert.ok(word);
  return { run, pid: word.pid };
}

/** The step that the panel of the running training shows. */
async function shownStep(page: Page): Promise<number> {
  await webview(page).locator('.head h1', { hasText: 'long.mjs' }).waitFor({ timeout: 60_000 });
  return Number((await webview(page).locator('.cursor .at').innerText()).replace(/\D/g, ''));
}

/** The window shows how far a training is, and goes on showing it. */
async function attachedAgain(page: Page): Promise<void> {
  const status = page.locator('.statusbar-item', { hasText: /long\.mjs: step/ });
  await status.waitFor({ timeout: 60_000 });
  const first = await status.innerText();
  await eventually('the steps to go on', async () => (await status.innerText()) !== first);
}

/** Stops the training from the palette: it ends at its next step, and none is missing. */
async function stopped(page: Page, run: string, pid: number): Promise<void> {
  await runCommand(page, 'MTL: Stop Training');
  const end = await endOf(run);
  assert.equal(end.state, 'cancelled');
  const lines = recordLines(run);
  assert.equal(lines.filter(({ type }) => type === 'step').length, end.observed);
  const windows = lines.filter((line): line is WindowLine => line.type === 'window');
  assert.deepEqual(
    windows.map(({ from }) => from),
    [1, ...windows.slice(0, -1).map(({ step }) => step + 1)],
    'every step is in one window',
  );
  assert.equal(windows.at(-1)?.step, end.steps);
  assert.deepEqual(recordFaults(recordText(run)), []);
  await eventually('the end of the process', () => !processLives(pid));
  await notification(page, /long\.mjs was stopped/);
  await runCommand(page, 'Notifications: Clear All Notifications');
}

function parentOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, ')').split(' ')[2]);
}

/** Puts a disk of 64 KB there. */
function mount(place: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place], { stdio: 'ignore' });
}

/** Even while something on it is still open. */
function unmount(place: string): void {
  execFileSync('umount', ['-l', place], { stdio: 'ignore' });
}

function mayMount(place: string): boolean {
  try {
    mount(place);
    unmount(place);
    return true;
  } catch {
    return false;
  }
}
