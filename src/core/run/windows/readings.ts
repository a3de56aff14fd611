import type { RecordLine } from '../record.ts';
import { LossWindows } from './lossWindows.ts';
import type { StepReading } from './stepReading.ts';

/** Where the readings of every step go, to be written in windows. */
export interface Readings {
  /** @param alone The step is of interest by itself: a jump, or a loss that is not finite */
  add(reading: StepReading, alone: boolean): void;
  /** Writes the windows that are still open. */
  close(): void;
}

/** Windows made where the readings are. */
export function readingsAsLines(append: (line: RecordLine) => void): Readings {
  const windows = new LossWindows();
  return {
    add: (reading, alone) => windows.add(reading, alone).forEach(append),
    close: () => windows.close().forEach(append),
  };
}
