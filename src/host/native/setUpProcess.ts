import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { SetUpMessage } from '../../native/messages.ts';
import type { Plan } from '../../native/plan.ts';
import type { Step } from '../../native/setUpNative.ts';
import { t } from '../text.ts';

/** How a set-up ended; `why` is for people. */
export type SetUpEnd =
  | { readonly state: 'done'; readonly already: boolean; readonly folder: string }
  | { readonly state: 'failed'; readonly why: string }
  | { readonly state: 'cancelled' };

export interface SetUpProcess {
  /** What it would do; null where it ended before it could say. */
  readonly plan: Promise<Plan | null>;
  readonly ended: Promise<SetUpEnd>;
  /** It begins only now. */
  goOn(): void;
  /** It tidies up and ends. */
  cancel(): void;
}

export interface SetUpProgram {
  /** Node, and what it needs in its environment. */
  readonly node: string;
  readonly env: NodeJS.ProcessEnv;
  /** The built `native/setUp.mjs`. */
  readonly file: string;
  readonly progress: (step: Step, part: number) => void;
}

/**
 * Starts the set-up of the native backend as a process of its own: it unpacks hundreds of megabytes, and the native library is for
 * the Node that trains. When this process ends, so does the set-up, with nothing half-done.
 */
export function startSetUp({ node, env, file, progress }: SetUpProgram): SetUpProcess {
  const child = spawn(node, [file, '--json'], { env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true });
  let planned: (plan: Plan | null) => void = () => undefined;
  const plan = new Promise<Plan | null>((resolve) => (planned = resolve));
  let end: SetUpEnd | null = null;
  const read = (message: SetUpMessage): void => {
    switch (message.type) {
      case 'plan':
        planned(message.plan);
        return;
      case 'progress':
        progress(message.step, message.part);
        return;
      case 'done':
        end = { state: 'done', already: message.already, folder: message.folder };
        return;
      case 'failed':
        end = {
          state: 'failed',
          why: message.sentences.map(({ template, values }) => t(template, ...values)).join(' '),
        };
        return;
      case 'cancelled':
        end = { state: 'cancelled' };
    }
  };
  createInterface({ input: child.stdout }).on('line', (line) => read(JSON.parse(line) as SetUpMessage));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  // It may have ended when it is told to.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<SetUpEnd>((resolve) => {
    const finish = (why: string): void => {
      planned(null);
      resolve(end ?? { state: 'failed', why });
    };
    child.on('error', (error) => finish(t('The set-up could not be started: {0}', error.message)));
    child.on('close', (code, signal) =>
      finish(t('The set-up ended without a word (status {0}): {1}', String(code ?? signal), said.trim())),
    );
  });
  return {
    plan,
    ended,
    goOn: () => void child.stdin.write('yes\n'),
    cancel: () => void child.stdin.end(),
  };
}
