import { basename } from 'node:path';
import { startTraining } from '../launch/startTraining.ts';
import type { Training, TrainingEnd } from '../launch/training.ts';
import { checkTrainPaths } from './checkPaths.ts';
import { CommandError } from './commandError.ts';
import { EXIT, statusOfTraining, type ExitStatus } from './exitStatus.ts';
import { openRun, type OpenedRun } from './openRun.ts';
import type { AskedTraining } from './optionValues.ts';
import type { TrainCommand } from './parseCommand.ts';
import { printReport } from './printReport.ts';
import { LiveDisplay, PlainDisplay, type Display } from './progress/display.ts';
import { terminalStyle } from './terminalStyle.ts';
import { watchTraining, type TrainingOutcome } from './watchTraining.ts';

/** `mtl-debugger train FILE [args]`. */
export async function trainCommand(command: TrainCommand): Promise<ExitStatus> {
  const { opened, status } = await trainFile(command);
  await printReport(opened, command.json);
  return status;
}

/** Trains a script from the first step to the last; what it was found in, and what the command line ends with for it. */
export async function trainFile(asked: AskedTraining): Promise<{ opened: OpenedRun; status: ExitStatus }> {
  const paths = checkTrainPaths(asked);
  const live = process.stderr.isTTY && process.env['TERM'] !== 'dumb';
  const outcome = await watchTraining(start(asked, paths, live || asked.json), displayFor(asked, live));
  const opened = await openTrained(outcome);
  const status = statusOfTraining(opened.run.state(false), opened.run.stepsDone);
  // Killed by the user's own second Ctrl-C: that is a cancelled run too.
  return { opened, status: outcome.cancelled && status === EXIT.trainerLost ? EXIT.cancelled : status };
}

function start(
  { args, every, budget, seed, backend, fastKernels }: AskedTraining,
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

function displayFor({ file, json }: AskedTraining, live: boolean): Display {
  const { stdout, stderr } = process;
  const streams = { output: json ? stderr : stdout, error: stderr };
  return live ? new LiveDisplay(streams, basename(file), terminalStyle(stderr)) : new PlainDisplay(streams);
}

/** Read from the file afresh, as every later reader will: what was tailed may have been cut and moved meanwhile. */
async function openTrained({ end, found }: TrainingOutcome): Promise<OpenedRun> {
  if (found === null) {
    throw new CommandError(
      `The trainer ended (${endWord(end)}) before it recorded anything. What it printed stands above.`,
      EXIT.trainerLost,
    );
  }
  return openRun(found, false);
}

function endWord({ exitCode, signal }: TrainingEnd): string {
  return signal === null ? `status ${exitCode ?? 'unknown'}` : `signal ${signal}`;
}
