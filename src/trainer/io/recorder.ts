/**
 * The I/O thread of a training process: the only writer of the run's record and the only one that talks to the host.
 * It works while the training thread's event loop stands still for minutes, and ends the process when no host is left.
 */
import { Socket } from 'node:net';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { EndLine } from '../../core/run/record.ts';
import { streamTransport } from '../../protocol/streamTransport.ts';
import { endProcessTree } from '../../processes/endProcessTree.ts';
import { AttachPoint } from './attachPoint.ts';
import { Hosts } from './hosts.ts';
import { ScriptOutputFile } from './scriptOutputFile.ts';
import { NumberRing } from './numberRing.ts';
import { RecordWriter } from './recordWriter.ts';
import { runName } from './runFolder.ts';
import { SharedState, type StopReason } from './sharedState.ts';
import type { FromRecorder, RecorderStart, ToRecorder } from './threadMessages.ts';
import { WindowedReadings } from './windowedReadings.ts';

/** The host is woken at most this often, in milliseconds. */
const WAKE_INTERVAL = 250;

/** How often the readings of steps are looked for, in milliseconds: a process that is killed loses no more of them. */
const LOOK_INTERVAL = 20;

if (parentPort === null) {
  throw new Error('The recorder runs as a worker thread of a training process.');
}
const port = parentPort;
const start = workerData as RecorderStart;
const shared = new SharedState(start.shared);

let writer: RecordWriter | null = null;
let pending: string[] = [];
/** Of them, those that came as messages: the training thread waits for these. */
let pendingLines = 0;
const readings = new WindowedReadings(new NumberRing(start.ring), (line) => pending.push(JSON.stringify(line)));
let observed = 0;
let ended = false;
let told = { bytes: 0, step: 0 };

let alone: NodeJS.Timeout | null = null;
let inspector: string | null = null;

const output = new ScriptOutputFile(start.output);
const hosts = new Hosts({
  onCancel: () =>
    stop('cancelled', `cancelled, and ended by force: no training step came in ${start.cancelGrace / 1000} s`),
  onNone: () => waitForHost(),
  onJoin: () => {
    clearTimeout(alone ?? undefined);
    alone = null;
    return writer === null || writer.folder === ''
      ? []
      : [
          { type: 'record', folder: writer.folder, moved: null },
          { type: 'grown', bytes: writer.bytes, step: shared.step },
          // A debugger was lost with its window.
          ...(inspector === null ? [] : [{ type: 'inspector', url: inspector } as const]),
        ];
  },
});
const attachPoint = start.hostGrace > 0 ? await openAttachPoint() : null;
hosts.add(streamTransport(new Socket({ fd: start.hostPipe, readable: true, writable: true })));
port.on('message', (message: ToRecorder) => take(message));
setInterval(() => writePending(), LOOK_INTERVAL);
setInterval(() => wakeHosts(), WAKE_INTERVAL);
tellTraining({ type: 'ready' });

/** Null where the system does not let us: the training then ends with its host. */
async function openAttachPoint(): Promise<AttachPoint | null> {
  try {
    return await AttachPoint.open((socket, token) => {
      hosts.knock(streamTransport(socket), token, () => socket.destroy());
    });
  } catch {
    return null;
  }
}

function take(message: ToRecorder): void {
  readings.take(message);
  switch (message.type) {
    case 'begin': {
      const { header } = message;
      const name = runName(new Date(start.startedAt), header.entry);
      writer = new RecordWriter(start, name, {
        onPlace: (folder, moved) => {
          output.moveTo(folder);
          attachPoint?.leaveWord(folder, output.path);
          hosts.send({ type: 'record', folder, moved });
        },
        onDropped: (sentence) => hosts.send({ type: 'notice', message: sentence }),
      });
      writer.append([JSON.stringify({ ...header, run: writer.name })]);
      writer.announce();
      return;
    }
    case 'line':
      if (pendingLines === 0) {
        // All lines that wait in the port are written in one go.
        setImmediate(() => writePending());
      }
      pending.push(message.text);
      pendingLines++;
      observed += message.kind === 'step' ? 1 : 0;
      ended ||= message.kind === 'end';
      return;
    case 'name':
    case 'reading':
    case 'closeWindows':
      // The readings' own.
      return;
    case 'look':
      writePending();
      return;
    case 'notice':
      hosts.send({ type: 'notice', message: message.message });
      return;
    case 'inspector':
      inspector = message.url;
      hosts.send({ type: 'inspector', url: message.url });
      return;
    case 'close':
      close();
      shared.markClosed();
      return;
  }
}

function writePending(): void {
  readings.takeReady();
  const [lines, done] = [pending, pendingLines];
  if (lines.length === 0) {
    return;
  }
  pending = [];
  pendingLines = 0;
  writer?.append(lines);
  if (done > 0) {
    shared.linesDone += done;
  }
}

function close(): void {
  writePending();
  writer?.close();
  attachPoint?.close();
  wakeHosts();
}

function wakeHosts(): void {
  const now = { bytes: writer?.bytes ?? 0, step: shared.step };
  if (now.bytes !== told.bytes || now.step !== told.step) {
    told = now;
    hosts.send({ type: 'grown', ...now });
  }
}

/** At its next step, or by force, with `reason`, where it comes to none. */
function stop(state: StopReason, reason: string): void {
  shared.requestStop(state);
  tellTraining({ type: 'stop' });
  setTimeout(() => endProcess(state, reason), start.cancelGrace);
}

/** A window that is reloaded comes back. Where nobody can, or nobody does, nobody is left to train for. */
function waitForHost(): void {
  if (attachPoint === null) {
    // The training thread may never look up: the process ends here.
    endProcess('interrupted', 'the process that had started the run went away');
    return;
  }
  alone ??= setTimeout(() => {
    const seconds = start.hostGrace / 1000;
    stop('interrupted', `nobody watched it any more for ${seconds} s; ended by force, because no training step came`);
  }, start.hostGrace);
}

function endProcess(state: EndLine['state'], reason: string): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    take(next.message as ToRecorder);
  }
  readings.takeReady();
  if (!ended) {
    readings.close();
    const time = performance.timeOrigin + performance.now() - start.startedAt;
    const end: EndLine = {
      type: 'end',
      state,
      reason,
      time,
      steps: shared.step,
      observed,
      exitCode: null,
      error: null,
    };
    pending.push(JSON.stringify(end));
  }
  close();
  // Not process.exit: in a worker that ends the worker only.
  endProcessTree(process.pid);
}

function tellTraining(message: FromRecorder): void {
  port.postMessage(message);
}
