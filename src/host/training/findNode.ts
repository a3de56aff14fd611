import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { t } from '../text.ts';
import { isRecentEnough, LEAST_NODE, parseNodeVersion } from './nodeVersion.ts';

/** The Node that runs a training. */
export interface NodeChoice {
  readonly path: string;
  readonly version: string;
  readonly from: 'setting' | 'path' | 'vscode';
  /** What it needs in its environment to be a plain Node. */
  readonly env: Readonly<Record<string, string>>;
  /** One sentence for people: which, and why. */
  readonly reason: string;
}

export interface NodeSearch {
  /** The setting `mtlDebugger.nodePath`; empty: not set. */
  readonly setting: string;
  /** Where the script will run: version managers choose by the folder. */
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The program that runs this very code. */
  readonly own: { readonly path: string; readonly version: string };
}

/** The Node that was asked for cannot run a training; the message says what to do. */
export class NodeError extends Error {}

const LEAST = `${LEAST_NODE.major}.${LEAST_NODE.minor}`;
const TIME_LIMIT = 10_000;

/**
 * The Node of the setting, else the PATH's where it is recent enough, else VS Code's own.
 * @throws {NodeError} where the setting names something that is no Node or is too old; nothing is taken in its place,
 * because the user asked for this one
 */
export async function findNode({ setting, cwd, env, own }: NodeSearch): Promise<NodeChoice> {
  if (setting !== '') {
    const asked = await versionOf(setting, cwd, env);
    if (asked.fault !== null) {
      throw new NodeError(
        t('The setting mtlDebugger.nodePath is {0}, and {1}. Correct it, or leave it empty.', setting, asked.fault),
      );
    }
    const reason = t('Node {0}: {1}, from the setting mtlDebugger.nodePath', asked.version, setting);
    return { path: setting, version: asked.version, from: 'setting', env: {}, reason };
  }
  const found = await versionOf('node', cwd, env);
  if (found.fault === null) {
    const reason = t("Node {0}: the PATH's", found.version);
    return { path: 'node', version: found.version, from: 'path', env: {}, reason };
  }
  const version = parseNodeVersion(own.version);
  if (version === null || !isRecentEnough(version)) {
    throw new NodeError(
      t(
        'There is no Node {0} or newer: on the PATH, {1}. Install one, or set mtlDebugger.nodePath.',
        LEAST,
        found.fault,
      ),
    );
  }
  const reason = t("Node {0}: VS Code's own, because on the PATH, {1}", version.text, found.fault);
  return { path: own.path, version: version.text, from: 'vscode', env: { ELECTRON_RUN_AS_NODE: '1' }, reason };
}

type Version = { readonly version: string; readonly fault: null } | { readonly version: null; readonly fault: string };

async function versionOf(path: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Version> {
  let printed: string;
  try {
    printed = (await promisify(execFile)(path, ['--version'], { cwd, env, timeout: TIME_LIMIT, windowsHide: true }))
      .stdout;
  } catch (error) {
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    const fault = absent
      ? t('there is no such program')
      : t('it could not be run ({0})', error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    return { version: null, fault };
  }
  const version = parseNodeVersion(printed);
  if (version === null) {
    return { version: null, fault: t('it is no Node: its --version printed "{0}"', printed.trim().slice(0, 80)) };
  }
  return isRecentEnough(version)
    ? { version: version.text, fault: null }
    : { version: null, fault: t('it is Node {0}, which is older than {1}', version.text, LEAST) };
}
