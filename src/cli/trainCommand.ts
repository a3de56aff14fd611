import { basename } from 'node:path';
import type { Report } from '../core/report/report.ts';
import { startTraining } from '../launch/startTraining.ts';
import { checkTrainPaths } from './checkPaths.ts';
import { CommandError } from './commandError.ts';
import { EXIT, statusOfTraining, type ExitStatus } from './exitStatus.ts';
import { reportOf } from './openReport.ts';
import type { TrainCommand } from './parseCommand.ts';
import { printReport } from './printReport.ts';
import { LiveDisplay, PlainDisplay, type Streams } from './progress/display.ts';
import { terminalStyle } from './terminalStyle.ts';
import { watchTraining, type TrainerEnd, type TrainingOutcome } from './watchTraining.ts';

/** `mtl-debugger train FILE [args]`. */
export async function trainCommand(command: TrainCommand): Promise<ExitStatus> {
  const { entry, cwd, runs, node } = checkTrainPaths(command);
  const { args, every, seed, backend, json } = command;
  const { stdout, stderr } = process;
  const streams: Streams = { output: json ? stderr : stdout, error: stderr };
  const live = stderr.isTTY && process.env['TERM'] !== 'dumb';
  const training = startTraining({
    entry,
    args,
    every,
    seed,
    backend,
    // The block needs to know where the script's output ends; elsewhere the script writes for itself.
    stdio: live ? ['inherit', 'pipe', 'pipe'] : ['inherit', json ? 2 : 'inherit', 'inherit'],
    ...(cwd === null ? {} : { cwd }),
    ...(runs === null ? {} : { runsFolder: runs }),
    ...(node === null ? {} : { nodePath: node }),
  });
  const display = live ? new LiveDisplay(streams, basename(entry), terminalStyle(stderr)) : new PlainDisplay(streams);
  const outcome = await watchTraining(training, display);
  const report = reportOfOutcome(outcome);
  await printReport(report, json);
  const status = statusOfTraining(report);
  // Killed by the user's own second Ctrl-C: that is a cancelled run too.
  return outcome.cancelled && status === EXIT.trainerLost ? EXIT.cancelled : status;
}

function reportOfOutcome({ end, recorded }: TrainingOutcome): Report {
  if (recorded?.run.header == null) {
    throw new CommandError(
      `The trainer ended (${endWord(end)}) before it recorded anything. What it printed stands above.`,
      EXIT.trainerLost,
    );
  }
  return reportOf(recorded.run, recorded.problems, recorded, false);
}

function endWord({ exitCode, signal }: TrainerEnd): string {
  return signal === null ? `status ${exitCode ?? 'unknown'}` : `signal ${signal}`;
}
