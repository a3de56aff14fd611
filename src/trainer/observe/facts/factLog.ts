import type { FactLine, RecordLine } from '../../../core/run/record.ts';

/** A fact that changes all the time is told again at steps that are this much further on: a record has room for few of each. */
const FURTHER = 2;

/** Tells facts once, and again when their details have changed. */
export class FactLog {
  readonly #told = new Map<string, { readonly step: number; readonly details: string }>();

  constructor(private readonly append: (line: RecordLine) => void) {}

  /** @param of What else it is about, where one place can tell the same of several. */
  tell(line: FactLine, of = ''): void {
    const { fact, objective, task, layer, position, step } = line;
    const key = JSON.stringify([fact, objective, task, layer, position, of]);
    const details = JSON.stringify(line.details);
    const told = this.#told.get(key);
    if (told === undefined || (told.details !== details && step >= FURTHER * told.step)) {
      this.#told.set(key, { step, details });
      this.append(line);
    }
  }
}
