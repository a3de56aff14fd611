import type { DiagnosisDocument } from '../core/diagnosis/document.ts';
import { SEVERITIES, type Severity } from '../core/diagnosis/finding.ts';
import type { RunState } from '../core/run/run.ts';

/** The exit statuses of `mtl-debugger`; docs/command-line.md and `--help` list them. */
export const EXIT = {
  ok: 0,
  scriptFailed: 1,
  badUsage: 2,
  cancelled: 3,
  nothingObserved: 4,
  unreadable: 5,
  trainerLost: 6,
  information: 10,
  warning: 11,
  error: 12,
  internal: 70,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

export const exitMeanings: Readonly<Record<ExitStatus, string>> = {
  [EXIT.ok]: 'the script was trained and watched; the report was printed; nothing was found',
  [EXIT.scriptFailed]: 'the script failed: it threw, could not be loaded, or ended itself while it trained',
  [EXIT.badUsage]: 'bad usage: an unknown option, a missing file, a value that is not valid',
  [EXIT.cancelled]: 'cancelled',
  [EXIT.nothingObserved]: 'no training step was seen',
  [EXIT.unreadable]: 'the run cannot be read: there is none, it is no record, or a newer version wrote it',
  [EXIT.trainerLost]: 'the trainer was killed or crashed; what it recorded before is kept',
  [EXIT.information]: 'diagnose found what is worth knowing, and nothing worse',
  [EXIT.warning]: 'diagnose found what harms the training',
  [EXIT.error]: 'diagnose found that what was trained is not what was meant',
  [EXIT.internal]: 'a fault of MTL Debugger itself, told with its stack',
};

/** What a training run ended with. A script that failed has failed, however much of it was observed. One of which only losses are known was watched. */
export function statusOfTraining(state: RunState, steps: number): ExitStatus {
  switch (state) {
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
      return steps > 0 ? EXIT.ok : EXIT.nothingObserved;
  }
}

/** By the worst finding that no comment ignores. Where nothing was found, what the run itself says stands. */
export function statusOfDiagnosis({ findings }: DiagnosisDocument, failOn: Severity, ofRun: ExitStatus): ExitStatus {
  const counts = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  const worst = counts.find((severity) => findings.some((each) => !each.ignored && each.severity === severity));
  return worst === undefined ? ofRun : EXIT[worst];
}
