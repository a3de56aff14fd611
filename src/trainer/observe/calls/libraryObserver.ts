import type { TrainingObserver } from '../../../core/announcements.ts';
import type { RecordLine } from '../../../core/run/record.ts';
import type { TraceTarget } from '../tape/forwardTrace.ts';
import type { FrameReader } from '../graph/positions.ts';
import { captureStack } from '../tape/captureStack.ts';
import { validationLine } from './validationLine.ts';

export interface LibraryListener {
  readonly reader: FrameReader;
  append(line: RecordLine): void;
  stepNow(): number;
  /** The trace of the step that runs, where it is observed. */
  trace(): TraceTarget | null;
  noteEpoch(epoch: number): void;
}

/** Takes what the runtime library announces to the step that is being traced, or to the record. */
export function libraryObserver(listener: LibraryListener): TrainingObserver {
  return {
    stopped: (input, output) => listener.trace()?.stopped(input, output),
    tasks: (tasks, clipNorm) => listener.trace()?.tasks(tasks, clipNorm),
    plan: ({ call, model, epochs, stepsPerEpoch }) => {
      const position = listener.reader.framesOf(captureStack('plan'))[0] ?? null;
      listener.append({ type: 'plan', step: listener.stepNow(), call, model, epochs, stepsPerEpoch, position });
    },
    epoch: (epoch) => listener.noteEpoch(epoch),
    validation: (epoch, tasks) => listener.append(validationLine(listener.stepNow(), epoch, tasks)),
  };
}
