import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { endProcessTree } from '../processes/endProcessTree.ts';
import { processLives } from '../processes/processLives.ts';
import { ATTACHMENT_FILE, parseAttachment, type Attachment } from '../protocol/attachment.ts';
import type { TrainerToHost } from '../protocol/messages.ts';
import { streamTransport } from '../protocol/streamTransport.ts';
import { OutputTail } from './tailOutput.ts';
import { CANCEL_GRACE, FORCE_MARGIN, TrainerConnection, type Training } from './training.ts';

/** How long a trainer may take to answer, in milliseconds: its own I/O thread does, whatever the script is at. */
const PATIENCE = 5_000;

/** How often a process is looked for whose connection has closed, in milliseconds. */
const LOOK_AGAIN = 100;

/**
 * Attaches to a training that another host has started, by the word that it left in the run's folder. Null where it left
 * none, where its process is gone, or where nobody answers: the run is over, or nobody but its own host may look after it.
 */
export async function attachTraining(folder: string): Promise<Training | null> {
  const word = await wordIn(folder);
  if (word === null || !processLives(word.pid)) {
    return null;
  }
  const socket = await connectTo(word.address);
  if (socket === null) {
    return null;
  }
  const { pid } = word;
  const connection = new TrainerConnection(streamTransport(socket));
  // What comes before anybody listens is kept: the caller learns of this training only when it is admitted.
  const early: TrainerToHost[] = [];
  let kept = true;
  connection.onMessage((message) => kept && early.push(message));
  const admitted = connection.folder(connection.closed, 'the trainer hung up');
  connection.send({ type: 'attach', token: word.token });
  try {
    await Promise.race([admitted, refuseAfter(PATIENCE)]);
  } catch {
    socket.destroy();
    return null;
  }
  const done = connection.closed.then(async () => {
    while (processLives(pid)) {
      await delay(LOOK_AGAIN);
    }
    return { exitCode: null, signal: null };
  });
  let forcedEnd: NodeJS.Timeout | null = null;
  void done.then(() => clearTimeout(forcedEnd ?? undefined));
  return {
    pid,
    folder: admitted,
    done,
    stdout: null,
    stderr: null,
    output: outputOf(word),
    onMessage: (listener) => {
      kept = false;
      connection.onMessage(listener);
      // Not before the caller has its hands free.
      queueMicrotask(() => early.splice(0).forEach(listener));
    },
    cancel: () => {
      connection.send({ type: 'cancel' });
      forcedEnd ??= setTimeout(() => endProcessTree(pid), CANCEL_GRACE + FORCE_MARGIN);
    },
    disconnect: () => void socket.destroy(),
  };
}

async function wordIn(folder: string): Promise<Attachment | null> {
  try {
    return parseAttachment(await readFile(path.join(folder, ATTACHMENT_FILE), 'utf8'));
  } catch {
    return null; // none was left, or the run has ended meanwhile
  }
}

function connectTo(address: string): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(null));
  });
}

async function refuseAfter(milliseconds: number): Promise<never> {
  await delay(milliseconds, undefined, { ref: false });
  throw new Error('nobody answered');
}

function outputOf({ output }: Attachment): OutputTail | null {
  try {
    return output === null ? null : OutputTail.open(output);
  } catch {
    return null; // deleted meanwhile
  }
}
