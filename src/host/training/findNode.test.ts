import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findNode, NodeError } from './findNode.ts';
import { isRecentEnough, parseNodeVersion } from './nodeVersion.ts';

describe('a version of Node', () => {
  it('is read from what node --version prints', () => {
    expect(parseNodeVersion('v20.19.0\n')).toEqual({ major: 20, minor: 19, text: '20.19.0' });
    expect(parseNodeVersion('v24.0.0-nightly2025\r\n')?.major).toBe(24);
    for (const other of ['', 'Python 3.12.1', 'v20', '20.19', 'deno 2.0.0', 'v20.19.0 and more']) {
      expect(parseNodeVersion(other), other).toBeNull();
    }
  });

  it('is recent enough from 20.19 on', () => {
    const enough = (text: string): boolean => isRecentEnough(parseNodeVersion(text)!);
    expect(['v20.19.0', 'v20.20.2', 'v22.0.0', 'v24.1.0'].map(enough)).toEqual([true, true, true, true]);
    expect(['v20.18.9', 'v18.99.0', 'v0.12.0'].map(enough)).toEqual([false, false, false]);
  });
});

// Programs that print a version stand for Nodes; on Windows a script is no program.
describe.skipIf(process.platform === 'win32')('the Node that runs a training', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'mtl-node-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const program = (name: string, prints: string): string => {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho '${prints}'\n`);
    chmodSync(file, 0o755);
    return file;
  };
  const find = (setting: string, search: string, ownVersion = '22.14.0') =>
    findNode({
      setting,
      cwd: folder,
      env: { PATH: path.join(folder, search) },
      own: { path: '/code', version: ownVersion },
    });

  it("is the setting's, even where the PATH has one", async () => {
    const mine = program('mine', 'v21.0.0');
    program('bin/node', 'v24.0.0');
    expect(await find(mine, 'bin')).toMatchObject({ path: mine, version: '21.0.0', from: 'setting', env: {} });
  });

  it("is the PATH's, else VS Code's own, which must be told to be a Node", async () => {
    program('bin/node', 'v24.0.0');
    program('old/node', 'v18.20.0');
    expect(await find('', 'bin')).toMatchObject({ path: 'node', version: '24.0.0', from: 'path', env: {} });
    const own = { path: '/code', version: '22.14.0', from: 'vscode', env: { ELECTRON_RUN_AS_NODE: '1' } };
    const old = await find('', 'old');
    expect(old).toMatchObject(own);
    expect(old.reason).toContain('it is Node 18.20.0, which is older than 20.19');
    const none = await find('', 'nowhere');
    expect(none).toMatchObject(own);
    expect(none.reason).toContain('there is no such program');
  });

  it('is never another than the one that was asked for', async () => {
    program('bin/node', 'v24.0.0');
    const fault = async (setting: string): Promise<string> => {
      const error: unknown = await find(setting, 'bin').catch((each: unknown) => each);
      expect(error).toBeInstanceOf(NodeError);
      return (error as NodeError).message;
    };
    expect(await fault(path.join(folder, 'absent'))).toContain('there is no such program');
    expect(await fault(program('old', 'v18.0.0'))).toContain('older than 20.19');
    expect(await fault(program('python', 'Python 3.12.1'))).toContain('printed "Python 3.12.1"');
    expect(await fault(folder)).toContain('could not be run');
  });

  it('is none where nothing is recent enough, and the message says what to do', async () => {
    await expect(find('', 'nowhere', '18.0.0')).rejects.toThrow(/Install one, or set mtlDebugger\.nodePath/);
  });
});
