import type { Training } from '../launch/training.ts';

export interface Interruption {
  /** Whether a signal asked the training to end. */
  readonly asked: boolean;
  dispose(): void;
}

/** The first signal (Ctrl-C, or a polite kill) asks the training to end at its next step; the second kills it. */
export function cancelOnSignals(
  { pid, cancel }: Pick<Training, 'pid' | 'cancel'>,
  tell: (message: string) => void,
): Interruption {
  let asked = false;
  const onSignal = (): void => {
    if (!asked) {
      asked = true;
      tell('Cancelling: the training ends after its current step. Ctrl-C again kills it.');
      cancel();
    } else if (pid !== undefined) {
      tell('Killed. What was recorded is kept.');
      process.kill(pid, 'SIGKILL');
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  signals.forEach((signal) => process.on(signal, onSignal));
  return {
    get asked() {
      return asked;
    },
    dispose: () => signals.forEach((signal) => process.off(signal, onSignal)),
  };
}
