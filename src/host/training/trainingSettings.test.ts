import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { childEnvironment } from './childEnvironment.ts';
import { readSettings, SettingError } from './trainingSettings.ts';

const folder = path.resolve('/projects/feed');
const read = (settings: Readonly<Record<string, unknown>>, within: string | null = folder) =>
  readSettings((key) => settings[key], within);

describe('the settings of a training', () => {
  it('are taken as they stand', () => {
    const settings = {
      args: ['--epochs', '5'],
      env: { A: 'x', B: null, N: 3 },
      backend: 'cpu',
      seed: 0,
      every: 1,
      fastKernels: false,
    };
    expect(read(settings)).toMatchObject({ ...settings, env: { A: 'x', B: null, N: '3' } });
  });

  it('let an interval go before the budget; one of 0 watches losses alone', () => {
    expect(read({ every: 3 })).toMatchObject({ every: 3, budget: null });
    expect(read({ every: 3, overheadBudget: 5 })).toMatchObject({ every: 3, budget: null });
    expect(read({})).toMatchObject({ every: null, budget: 0.05 });
    expect(read({ every: null, overheadBudget: 1 })).toMatchObject({ every: null, budget: 0.01 });
    expect(read({ overheadBudget: 0 })).toMatchObject({ every: 0, budget: null });
  });

  it('resolve the working folder against the workspace folder', () => {
    expect(read({ cwd: 'models' }).cwd).toBe(path.join(folder, 'models'));
    expect(read({ cwd: '${workspaceFolder}/models' }).cwd).toBe(path.join(folder, 'models'));
    expect(read({ cwd: path.resolve('/data') }).cwd).toBe(path.resolve('/data'));
    expect(read({ cwd: ' ' }).cwd).toBeNull();
    expect(read({ cwd: path.resolve('/data') }, null).cwd).toBe(path.resolve('/data'));
    expect(() => read({ cwd: 'models' }, null)).toThrow(SettingError);
  });

  it.each([
    ['args', '--epochs 5'],
    ['args', [1]],
    ['env', ['A=1']],
    ['env', { A: true }],
    ['backend', 'gpu'],
    ['seed', -1],
    ['seed', 1.5],
    ['seed', '7'],
    ['every', 0],
    ['every', Number.NaN],
    ['fastKernels', 'no'],
    ['overheadBudget', -1],
    ['overheadBudget', '5 %'],
    ['cwd', 7],
    ['nodePath', {}],
  ])('say which of them cannot be meant: %s %j', (key, value) => {
    expect(() => read({ [key]: value })).toThrow(new RegExp(`mtlDebugger\\.${key} `));
  });
});

it("a script's environment is the user's, without what VS Code tells its own processes", () => {
  const own = {
    PATH: '/bin',
    HOME: '/home/ada',
    VSCODE_PID: '1',
    ELECTRON_RUN_AS_NODE: '1',
    NODE_OPTIONS: '--max-old-space-size=8000',
  };
  expect(childEnvironment(own, { ELECTRON_RUN_AS_NODE: '1' }, { HOME: null, TASKS: '2' })).toEqual({
    PATH: '/bin',
    NODE_OPTIONS: '--max-old-space-size=8000',
    ELECTRON_RUN_AS_NODE: '1',
    TASKS: '2',
  });
});
