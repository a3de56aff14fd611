import type { Report } from '../core/report/report.ts';

/** The exit statuses of `mtl-debugger`; docs/command-line.md and `--help` list them. */
export const EXIT = {
  ok: 0,
  scriptFailed: 1,
  badUsage: 2,
  cancelled: 3,
  nothingObserved: 4,
  unreadable: 5,
  trainerLost: 6,
  internal: 70,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export const exitMeanings: Readonly<Record<ExitStatus, string>> = {
  [EXIT.ok]: 'the script was trained and watched; or the report was printed',
  [EXIT.scriptFailed]: 'the script failed: it threw, could not be loaded, or ended itself while it trained',
  [EXIT.badUsage]: 'bad usage: an unknown option, a missing file, a value that is not valid',
  [EXIT.cancelled]: 'cancelled',
  [EXIT.nothingObserved]: 'no training step was seen',
  [EXIT.unreadable]: 'the run cannot be read: there is none, it is no record, or a newer version wrote it',
  [EXIT.trainerLost]: 'the trainer was killed or crashed; what it recorded before is kept',
  [EXIT.internal]: 'a fault of MTL Debugger itself, told with its stack',
};

/** What a training run ended with. A script that failed has failed, however much of it was observed. One of which only losses are known was watched. */
export function statusOfTraining({ state, run }: Report): ExitStatus {
  switch (state.state) {
    case 'failed':
    case 'exited':
      return EXIT.scriptFailed;
    case 'cancelled':
      return EXIT.cancelled;
    case 'interrupted':
    case 'cut short':
    case 'running':
      return EXIT.trainerLost;
    case 'finished':
      return run.steps > 0 ? EXIT.ok : EXIT.nothingObserved;
  }
}
