import type { PackedLine } from './packed/packedLine.ts';
import type { ActivationMeasure, GateMeasure, GroupMeasure, RecordedNumber, StepLine } from './record.ts';

export type LossField = keyof StepLine['loss'][number];

/** An observed step and the loss terms that its `loss` runs over: those of the newest graph before it that names its objective. */
export class ObservedStep {
  readonly step: number;
  readonly objective: string;

  constructor(
    private readonly packed: PackedLine,
    /** Term ids; empty where no such graph was recorded. */
    readonly terms: readonly string[],
  ) {
    // The form of the line was checked before it was packed.
    this.step = packed.at('step') as number;
    this.objective = packed.at('objective') as string;
  }

  /** The whole line, made anew at every call: what is asked for often is below. */
  get line(): StepLine {
    return this.packed.line as StepLine;
  }

  get time(): number {
    return this.packed.at('time') as number;
  }

  get overhead(): number | null {
    return this.packed.at('overhead') as number | null;
  }

  /** Per term. */
  get loss(): StepLine['loss'] {
    return this.packed.at('loss') as StepLine['loss'];
  }

  /** One figure of one loss term; undefined where the step has no such term. */
  lossOf(term: string, field: LossField): RecordedNumber | null | undefined {
    const index = this.terms.indexOf(term);
    return index === -1 ? undefined : (this.packed.at('loss', index, field) as RecordedNumber | null | undefined);
  }

  /** Empty where none was met, and in records of version 1. */
  get activations(): readonly ActivationMeasure[] {
    return (this.packed.at('activations') ?? []) as readonly ActivationMeasure[];
  }

  get gates(): readonly GateMeasure[] {
    return (this.packed.at('gates') ?? []) as readonly GateMeasure[];
  }

  /** Gradient norms of a task's first and last kernel; undefined where they were not measured. */
  kernelsOf(task: string): readonly [first: RecordedNumber, last: RecordedNumber] | undefined {
    return this.packed.at('kernels', task) as readonly [RecordedNumber, RecordedNumber] | undefined;
  }

  /** Ids of the groups that were measured. */
  get groups(): readonly string[] {
    return this.packed.keysAt('groups');
  }

  /** What was measured in a group. */
  group(id: string): GroupMeasure | undefined {
    return this.packed.at('groups', id) as GroupMeasure | undefined;
  }

  /** A loss term's figure in a group: its norm, or its share of the update. */
  inGroup(id: string, term: string, field: 'norm' | 'share'): RecordedNumber | undefined {
    const terms = this.packed.at('groups', id, 'terms') as readonly string[] | undefined;
    const index = terms?.indexOf(term) ?? -1;
    return index === -1 ? undefined : (this.packed.at('groups', id, field, index) as RecordedNumber | undefined);
  }

  /** A figure of a whole group. */
  ofGroup(id: string, field: 'total' | 'updateRatio'): RecordedNumber | null | undefined {
    return this.packed.at('groups', id, field) as RecordedNumber | null | undefined;
  }
}
