import { say } from '../core/diagnosis/sentence.ts';
import { withPerson, withProgram } from './conversation.ts';
import { planOf } from './plan.ts';
import type { NativeRelease } from './release.ts';
import { SetUpCancelledError, SetUpError } from './setUpError.ts';
import { setUpNative } from './setUpNative.ts';

const options = ['--yes', '--json', '--anew'];

/**
 * The set-up as a program of its own: `npm run native` and the extension start it.
 * @param args `--yes`: without asking; `--anew`: also where it is set up; `--json`: see messages.ts
 * @returns the exit status: 0 set up, 1 not, 2 misused, 130 cancelled
 */
export async function setUpCommand(release: NativeRelease, args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => !options.includes(arg));
  if (unknown !== undefined) {
    process.stderr.write(`There is no option ${unknown}. There are: ${options.join(', ')}.\n`);
    return 2;
  }
  const controller = new AbortController();
  const cancel = (): void => controller.abort();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  signals.forEach((name) => process.on(name, cancel));
  const yes = args.includes('--yes');
  const conversation = args.includes('--json') ? withProgram(yes, cancel) : withPerson(yes, controller.signal);
  try {
    const plan = planOf(release);
    conversation.tell({ type: 'plan', plan });
    if (!(await conversation.agreed(plan))) {
      throw new SetUpCancelledError();
    }
    const result = await setUpNative({
      release,
      signal: controller.signal,
      progress: (step, part) => conversation.tell({ type: 'progress', step, part }),
      anew: args.includes('--anew'),
    });
    conversation.tell({ type: 'done', ...result });
    return 0;
  } catch (error) {
    if (error instanceof SetUpCancelledError || controller.signal.aborted) {
      conversation.tell({ type: 'cancelled' });
      return 130;
    }
    const sentences = error instanceof SetUpError ? error.sentences : [unforeseen(error)];
    conversation.tell({ type: 'failed', sentences });
    return 1;
  } finally {
    signals.forEach((name) => process.off(name, cancel));
    process.stdin.destroy();
  }
}

function unforeseen(error: unknown): ReturnType<typeof say> {
  return say(
    'The set-up failed, and nothing of it is kept: {0}',
    error instanceof Error ? error.message : String(error),
  );
}
