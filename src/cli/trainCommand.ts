import { basename } from 'node:path';
import type { Report } from '../core/report/report.ts';
import { startTraining } from '../launch/startTraining.ts';
import type { Training, TrainingEnd } from '../launch/training.ts';
import { checkTrainPaths } from './checkPaths.ts';
import { CommandError } from './commandError.ts';
import { EXIT, statusOfTraining, type ExitStatus } from './exitStatus.ts';
import { openReport } from './openReport.ts';
import type { TrainCommand } from './parseCommand.ts';
import { printReport } from './printReport.ts';
import { LiveDisplay, PlainDisplay, type Display } from './progress/display.ts';
import { terminalStyle } from './terminalStyle.ts';
import { watchTraining, type TrainingOutcome } from './watchTraining.ts';

/** `mtl-debugger train FILE [args]`. */
export async function trainCommand(command: TrainCommand): Promise<ExitStatus> {
  const paths = checkTrainPaths(command);
  const live = process.stderr.isTTY && process.env['TERM'] !== 'dumb';
  const outcome = await watchTraining(start(command, paths, live || command.json), displayFor(command, live));
  const report = await reportOf(outcome);
  await printReport(report, command.json);
  const status = statusOfTraining(report);
  // Killed by the user's own second Ctrl-C: that is a cancelled run too.
  return outcome.cancelled && status === EXIT.trainerLost ? EXIT.cancelled : status;
}

function start(
  { args, every, budget, seed, backend, fastKernels }: TrainCommand,
  { entry, cwd, runs, node }: ReturnType<typeof checkTrainPaths>,
  piped: boolean,
): Training {
  return startTraining({
    entry,
    args,
    every,
    budget,
    seed,
    backend,
    fastKernels,
    stdio: piped ? 'pipe' : 'inherit',
    ...(cwd === null ? {} : { cwd }),
    ...(runs === null ? {} : { runsFolder: runs }),
    ...(node === null ? {} : { nodePath: node }),
  });
}

function displayFor({ file, json }: TrainCommand, live: boolean): Display {
  const { stdout, stderr } = process;
  const streams = { output: json ? stderr : stdout, error: stderr };
  return live ? new LiveDisplay(streams, basename(file), terminalStyle(stderr)) : new PlainDisplay(streams);
}

/** Read from the file afresh, as every later reader will: what was tailed may have been cut and moved meanwhile. */
async function reportOf({ end, found }: TrainingOutcome): Promise<Report> {
  if (found === null) {
    throw new CommandError(
      `The trainer ended (${endWord(end)}) before it recorded anything. What it printed stands above.`,
      EXIT.trainerLost,
    );
  }
  return openReport(found, false);
}

function endWord({ exitCode, signal }: TrainingEnd): string {
  return signal === null ? `status ${exitCode ?? 'unknown'}` : `signal ${signal}`;
}
