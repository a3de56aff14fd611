import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.dirname(import.meta.dirname);
const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));

/** The files of the repository that a text of .vscode/ names; built ones and patterns are left out. */
function filesIn(text: string): string[] {
  const inWorkspace = [...text.matchAll(/\$\{workspaceFolder\}\/([\w./-]+)(?=["/ ]|$)/g)].map(([, file = '']) => file);
  const inCommands = [...text.matchAll(/\bnode ([\w./-]+)/g)].map(([, file = '']) => file);
  return [...inWorkspace, ...inCommands].filter((file) => !file.startsWith('dist'));
}

describe('.vscode', () => {
  const { configurations } = read('.vscode/launch.json') as {
    configurations: { name: string; preLaunchTask: string }[];
  };
  const { tasks } = read('.vscode/tasks.json') as { tasks: { label: string; command: string }[] };
  const { scripts } = read('package.json') as { scripts: Record<string, string> };

  it('offers to run the extension and to debug a test, each after a build', () => {
    expect(configurations.map(({ name }) => name)).toEqual(['Run Extension', 'Debug a test file']);
    const labels = tasks.map(({ label }) => label);
    configurations.forEach(({ preLaunchTask }) => expect(labels).toContain(preLaunchTask));
  });

  it.each([...configurations, ...tasks].flatMap((each) => filesIn(JSON.stringify(each))))(
    'names %s, which exists',
    (file) => {
      expect(existsSync(path.join(root, file))).toBe(true);
    },
  );

  it.each(tasks.flatMap(({ command }) => /^npm (?:run )?([\w-]+)/.exec(command)?.[1] ?? []))(
    'calls the npm script %s, which exists',
    (script) => expect(scripts[script]).toBeDefined(),
  );
});
