/**
 * The I/O thread of a training process: the only writer of the run's record and the only one that talks to the host.
 * It works while the training thread's event loop stands still for minutes, and ends the process when the host is gone.
 */
import { Socket } from 'node:net';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import type { EndLine } from '../../core/run/record.ts';
import { Channel } from '../../protocol/channel.ts';
import { isHostToTrainer } from '../../protocol/messageShapes.ts';
import type { HostToTrainer, TrainerToHost } from '../../protocol/messages.ts';
import { streamTransport } from '../../protocol/streamTransport.ts';
import { RecordWriter } from './recordWriter.ts';
import { runName } from './runFolder.ts';
import { SharedState } from './sharedState.ts';
import type { FromRecorder, RecorderStart, ToRecorder } from './threadMessages.ts';

/** The host is woken at most this often, in milliseconds. */
const WAKE_INTERVAL = 250;

if (parentPort === null) {
  throw new Error('The recorder runs as a worker thread of a training process.');
}
const port = parentPort;
const start = workerData as RecorderStart;
const shared = new SharedState(start.shared);

let writer: RecordWriter | null = null;
let pending: string[] = [];
let pendingLines = 0;
let observed = 0;
let ended = false;
let told = { bytes: 0, step: 0 };

const transport = streamTransport(new Socket({ fd: start.hostPipe, readable: true, writable: true }));
const host = new Channel<TrainerToHost, HostToTrainer>(transport, isHostToTrainer, () => cancel());
transport.onClose(() => endWithoutHost());
port.on('message', (message: ToRecorder) => take(message));
setInterval(() => wakeHost(), WAKE_INTERVAL);
tellTraining({ type: 'ready' });

function take(message: ToRecorder): void {
  switch (message.type) {
    case 'begin': {
      const { header } = message;
      const name = runName(new Date(start.startedAt), header.entry);
      writer = new RecordWriter(start, name, {
        onPlace: (folder, moved) => host.send({ type: 'record', folder, moved }),
        onDropped: (sentence) => host.send({ type: 'notice', message: sentence }),
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
    case 'notice':
      host.send({ type: 'notice', message: message.message });
      return;
    case 'close':
      close();
      shared.markClosed();
      return;
  }
}

function writePending(): void {
  const lines = pending;
  pending = [];
  pendingLines = 0;
  writer?.append(lines);
  shared.linesDone += lines.length;
}

function close(): void {
  writePending();
  writer?.close();
  wakeHost();
}

function wakeHost(): void {
  const now = { bytes: writer?.bytes ?? 0, step: shared.step };
  if (now.bytes !== told.bytes || now.step !== told.step) {
    told = now;
    host.send({ type: 'grown', ...now });
  }
}

function cancel(): void {
  shared.requestCancel();
  tellTraining({ type: 'cancel' });
  setTimeout(
    () =>
      endProcess('cancelled', `cancelled, and ended by force: no training step came in ${start.cancelGrace / 1000} s`),
    start.cancelGrace,
  );
}

/** Nobody is left to train for, and the training thread may never look up: the process ends here. */
function endWithoutHost(): void {
  endProcess('interrupted', 'the process that had started the run went away');
}

function endProcess(state: EndLine['state'], reason: string): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
    take(next.message as ToRecorder);
  }
  if (!ended) {
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
  process.kill(process.pid, 'SIGKILL');
}

function tellTraining(message: FromRecorder): void {
  port.postMessage(message);
}
