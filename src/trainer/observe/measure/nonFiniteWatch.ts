import type * as Tf from '@tensorflow/tfjs';
import type { AnnouncedTask } from '../../../core/announcements.ts';
import type { EventLine, SourcePosition } from '../../../core/run/record.ts';
import type { EngineInternals } from '../tape/engineInternals.ts';
import { findTerms, type FitContext } from '../graph/findTerms.ts';
import { slotTape } from '../tape/slottedTape.ts';

/** A loss as it was read at one step. */
export interface LossValue {
  readonly task: string;
  readonly position: SourcePosition | null;
  /** Null where the script disposed of it. */
  readonly raw: number | null;
}

/** Looks at the total of every step, observed or not, and tells of the first that is no finite number. */
export class NonFiniteWatch {
  private told = false;
  private declared: readonly AnnouncedTask[] | null = null;
  /** The losses of the last observed step: names for those of an unobserved one. */
  private named: readonly LossValue[] = [];

  constructor(
    private readonly engine: EngineInternals,
    private readonly tell: (event: EventLine) => void,
  ) {}

  noteDeclared(tasks: readonly AnnouncedTask[]): void {
    this.declared = tasks;
  }

  /** An observed step's losses. */
  noteLosses(step: number, total: number, losses: readonly LossValue[]): void {
    this.named = losses;
    if (!this.told && (!Number.isFinite(total) || losses.some(({ raw }) => raw !== null && !Number.isFinite(raw)))) {
      this.tellOf(step, total, losses);
    }
  }

  /**
   * Wraps the function of an unobserved step, so that its losses are looked at while their tensors are alive. `onTotal` gets
   * the minimised value, up to the first that is not finite.
   */
  watched(step: number, f: () => Tf.Tensor, fit: FitContext | null, onTotal: (total: number) => void): () => Tf.Tensor {
    return () => {
      this.declared = null;
      const total = f();
      if (!this.told && total.rank === 0) {
        const value = this.engine.readSync(total.dataId)[0] ?? NaN;
        onTotal(value);
        if (!Number.isFinite(value)) {
          this.tellOf(step, value, this.lossesOf(total, fit));
        }
      }
      return total;
    };
  }

  private lossesOf(total: Tf.Tensor, fit: FitContext | null): LossValue[] {
    const tape = slotTape(this.engine.state.activeTape ?? [], [], total);
    const found = findTerms(tape, tape.slotOf.get(total.id) ?? -1, fit, this.declared);
    return found.tasks.map((slot, index) => {
      const known = this.named.length >= found.tasks.length ? this.named[index] : undefined;
      const tensor = tape.tensors[slot];
      const values = tensor === undefined || tensor.isDisposed ? null : Array.from(this.engine.readSync(tensor.dataId));
      return {
        task: known?.task ?? found.names?.[index] ?? `loss ${index + 1}`,
        position: known?.position ?? null,
        raw: values === null ? null : values.reduce((sum, value) => sum + value, 0) / values.length,
      };
    });
  }

  private tellOf(step: number, total: number, losses: readonly LossValue[]): void {
    this.told = true;
    const guilty = losses.find(({ raw }) => raw !== null && !Number.isFinite(raw));
    const who = guilty === undefined ? 'the total loss' : `the loss of ${guilty.task}`;
    this.tell({
      type: 'event',
      kind: 'nonFinite',
      step,
      task: guilty?.task ?? null,
      position: guilty?.position ?? null,
      message:
        `At step ${step}, for the first time, ${who} is ${guilty?.raw ?? total}: this step's update spoils every weight ` +
        'that it reaches.',
    });
  }
}
