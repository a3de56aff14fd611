import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Tf from '@tensorflow/tfjs';
import type { HeaderLine } from '../../core/run/record.ts';
import { HOST_PIPE, type TrainingConfiguration } from '../../protocol/trainingConfiguration.ts';
import { BackendUnavailableError, chooseBackend } from '../backend/chooseBackend.ts';
import { mayBeTakenOver, NativeTakeover } from '../backend/nativeTakeover.ts';
import { startRecording, type OpenRecording } from '../io/recording.ts';
import { answerImports } from '../loading/importedNative.ts';
import { installLoading } from '../loading/installLoading.ts';
import { loadTypescript } from '../loading/loadTypescript.ts';
import { createSourcePositions } from '../loading/positions.ts';
import { installObservation } from '../observe/installObservation.ts';
import { installLossesOnly } from '../observe/lossesOnly/installLossesOnly.ts';
import { whyLossesOnly } from '../observe/lossesOnly/whyLossesOnly.ts';
import { seedRandomness } from '../seed.ts';
import { findTfjs, loadTfjs, type FoundTfjs } from './findTfjs.ts';
import { BackendPackages } from './nativePackages.ts';
import { keepOnWithoutOutput } from './outputFile.ts';
import { runHeader } from './runHeader.ts';
import { waitForDebugger } from './waitForDebugger.ts';
import { watchProcess } from './watchProcess.ts';

/** The run cannot begin; the message says why, and what to do. */
class CannotTrainError extends Error {
  override readonly name = 'CannotTrainError';
}

/**
 * Prepares this process for its training script: record, tfjs, backend, seed, loader, observation. The script runs when
 * this resolves. A run that cannot begin ends the process with status 1 and a record that says why.
 * @param preload URL of the built preload.mjs
 */
export async function trainUnderObservation(configuration: TrainingConfiguration, preload: string): Promise<void> {
  const startedAt = performance.now();
  const time = new Date();
  const { entry, cwd, runsFolder } = configuration;
  const recording = await startRecording({
    recorder: new URL('./recorder.mjs', preload),
    hostPipe: HOST_PIPE,
    runsFolder: runsFolder ?? path.join(cwd, '.mtl', 'runs'),
    ignoredFolder: runsFolder === null ? path.join(cwd, '.mtl') : null,
    temporaryFolder: tmpdir(),
    startedAt: time.getTime(),
    cancelGrace: configuration.cancelGrace,
    hostGrace: configuration.hostGrace,
    output: configuration.output,
  });
  if (configuration.output !== null) {
    keepOnWithoutOutput();
  }
  const ownDist = path.dirname(path.dirname(fileURLToPath(preload)));
  const positions = createSourcePositions({
    entry,
    cwd,
    ownFolders: [ownDist, path.join(path.dirname(ownDist), 'src')],
  });
  const watch = watchProcess(recording, positions);
  let begun = false;
  try {
    const { tf, backend, notices, packages } = await prepare(configuration, preload);
    begun = true;
    recording.begin(runHeader(configuration, time, backend, tf.version.tfjs));
    notices.forEach((sentence) => say(recording, sentence));
    const lossesOnly = whyLossesOnly(tf);
    if (lossesOnly !== null) {
      say(recording, lossesOnly);
    }
    const observe = lossesOnly === null ? installObservation : installLossesOnly;
    const takeover = mayBeTakenOver(backend) ? letNativeTakeOver(tf, packages, recording) : null;
    watch.follow(
      observe({
        tf,
        recording,
        every: configuration.every,
        budget: configuration.budget,
        startedAt,
        framesOf: (error) => positions.framesOf(error),
        random: configuration.seed === null ? null : seedRandomness(tf, configuration.seed),
        cwd,
        loadTypescript,
        get backendName() {
          return takeover?.name ?? backend.name;
        },
        takeover,
        stop: () => watch.stop(),
      }),
    );
    if (configuration.debug) {
      await waitForDebugger((url) => recording.inspector(url));
    }
  } catch (error) {
    const expected = error instanceof CannotTrainError || error instanceof BackendUnavailableError;
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error ? (error.stack ?? '') : '';
    const backend = { asked: configuration.backend, name: null, reason: message };
    if (!begun) {
      recording.begin(runHeader(configuration, time, backend, null));
    }
    recording.finish({
      state: 'failed',
      reason: message,
      steps: 0,
      observed: 0,
      exitCode: 1,
      error: { message, stack, position: null },
    });
    process.stderr.write(`mtl-debugger: ${expected ? message : stack}\n`);
    process.exit(1);
  }
}

interface Prepared {
  readonly tf: typeof Tf;
  readonly backend: HeaderLine['backend'];
  readonly notices: readonly string[];
  readonly packages: BackendPackages;
}

async function prepare(configuration: TrainingConfiguration, preload: string): Promise<Prepared> {
  const { entry, backend: asked, fastKernels } = configuration;
  const ownFile = fileURLToPath(preload);
  const found = findTfjs(entry, ownFile);
  if (found === null) {
    throw new CannotTrainError(
      `No tfjs was found for ${entry}, and the debugger has no copy of its own. Run 'npm install @tensorflow/tfjs' in the script's project.`,
    );
  }
  const packages = new BackendPackages(entry, ownFile);
  const loading = installLoading({ entry, preload, tfjs: found.file, ownNativeFolders: packages.ownNativeFolders });
  const tf = load(found);
  const backend = await chooseBackend(asked, tf, packages, fastKernels);
  loading.redirect(packages.redirects(backend, loading));
  const notices =
    found.owner === 'script'
      ? []
      : [`The script's project has no @tensorflow/tfjs, so the debugger's own copy (${tf.version.tfjs}) trains it.`];
  return { tf, backend, notices, packages };
}

/** Where the script imports tfjs-node, or its model is large. */
function letNativeTakeOver(tf: typeof Tf, packages: BackendPackages, recording: OpenRecording): NativeTakeover {
  const { hasNative } = packages;
  const takeover = new NativeTakeover({ tf, modules: packages, hasNative, append: (line) => recording.append(line) });
  answerImports(() => takeover.imported());
  return takeover;
}

function load(found: FoundTfjs): typeof Tf {
  try {
    return loadTfjs(found);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CannotTrainError(`tfjs does not load from ${found.file}: ${reason}. Install @tensorflow/tfjs again.`);
  }
}

/** For the record and for whoever watches. */
function say(recording: OpenRecording, message: string): void {
  recording.append({ type: 'event', kind: 'notice', step: 0, task: null, position: null, message });
  recording.notice(message);
}
