import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BACKENDS, DEFAULT_BUDGET } from '../launch/trainingChoices.ts';
import { COMMANDS, COMPARISON_TYPE, PANEL_TYPE, RUNS_VIEW, SECTION } from './names.ts';
import { readSettings } from './training/trainingSettings.ts';

const root = resolve(import.meta.dirname, '..', '..');
const read = (file: string): string => readFileSync(resolve(root, file), 'utf8');

interface Setting {
  readonly default: unknown;
  readonly type: string | readonly string[];
  readonly scope: string;
  readonly markdownDescription?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly enumDescriptions?: readonly string[];
}

interface Manifest {
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly configuration: {
      readonly properties: Readonly<Record<string, Setting>>;
    };
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const { contributes } = manifest;

describe('the manifest', () => {
  it('has exactly the commands that the code binds, and no other in its menus', () => {
    const declared = contributes.commands.map(({ command }) => command);
    expect(declared.toSorted()).toEqual(Object.values(COMMANDS).toSorted());
    const inMenus = Object.values(contributes.menus).flatMap((entries) => entries.map(({ command }) => command));
    expect(inMenus.filter((command) => !declared.includes(command))).toEqual([]);
  });

  it('has the views and activates for the panels of an earlier window', () => {
    expect(Object.values(contributes.views).flatMap((views) => views.map(({ id }) => id))).toContain(RUNS_VIEW);
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${PANEL_TYPE}`);
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${COMPARISON_TYPE}`);
  });

  it('names every text that it leaves to translation, and nothing else is translated', () => {
    const named = new Set([...read('package.json').matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key));
    expect(Object.keys(JSON.parse(read('package.nls.json')) as object).toSorted()).toEqual([...named].toSorted());
  });

  it('gives the settings the defaults that the trainer has', () => {
    const { properties } = contributes.configuration;
    const settings = readSettings((key) => properties[`${SECTION}.${key}`]?.default, '/w');
    expect(settings).toEqual({
      nodePath: '',
      args: [],
      env: {},
      cwd: null,
      backend: 'auto',
      seed: null,
      every: null,
      budget: DEFAULT_BUDGET / 100,
      fastKernels: true,
    });
    expect(Object.keys(properties)).toHaveLength(Object.keys(settings).length);
    expect(properties[`${SECTION}.backend`]?.enum).toEqual(BACKENDS);
  });

  it('lets no untrusted workspace say what is run', () => {
    const restricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations;
    expect(restricted).toEqual(
      expect.arrayContaining(['nodePath', 'args', 'env', 'cwd'].map((key) => `${SECTION}.${key}`)),
    );
  });

  it('describes and bounds every setting, and scopes it to the folder or the machine', () => {
    for (const [name, setting] of Object.entries(contributes.configuration.properties)) {
      expect(setting.markdownDescription, name).toMatch(/^%setting\.\w+%$/);
      expect(['resource', 'machine-overridable'], name).toContain(setting.scope);
      if ([setting.type].flat().includes('integer')) {
        expect(setting.minimum, name).toBeTypeOf('number');
        expect(setting.maximum, name).toBeGreaterThan(setting.minimum ?? Infinity);
      }
      expect(setting.enumDescriptions?.length, name).toBe(setting.enum?.length);
    }
  });

  it('asks for the VS Code that the types are of', () => {
    expect(manifest.engines.vscode).toBe(`^${manifest.devDependencies['@types/vscode'] ?? ''}`);
  });
});

it('every text of the host stands in the bundle for translators, and no other does', () => {
  // Fails, and says what to do, where the bundle is not what the script would write.
  expect(execFileSync(process.execPath, ['scripts/texts.mjs', '--check'], { cwd: root, encoding: 'utf8' })).toMatch(
    /^\d{2,} texts\n$/,
  );
});
