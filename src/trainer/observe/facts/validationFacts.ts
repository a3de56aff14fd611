import type { FactDetails } from '../../../core/run/facts/factLine.ts';
import type { MisnamedValidation } from '../calls/monitors.ts';
import type { FrameReader } from '../graph/positions.ts';
import type { FactLog } from './factLog.ts';

/** Tells that a figure of the validation has the name of another, and which callback watches it. */
export function tellMisnamed(facts: FactLog, reader: FrameReader, step: number, misnamed: MisnamedValidation): void {
  const { callback, monitor, figures, outputs, error } = misnamed;
  const others = [...figures].filter(([name, means]) => name !== monitor && name !== `val_${means}`);
  facts.tell({
    type: 'fact',
    fact: 'monitor',
    step,
    objective: null,
    task: null,
    layer: null,
    position: reader.framesOf(error)[0] ?? null,
    details: {
      callback,
      monitor,
      means: figures.get(monitor) ?? '',
      others: others.map(([name, means]) => `${name} = ${means}`),
      tasks: outputs,
    },
  });
}

/** Tells what a constant prediction has to do with on the validation data. */
export function tellValidationLabels(facts: FactLog, step: number, details: FactDetails['validationLabels']): void {
  facts.tell(
    {
      type: 'fact',
      fact: 'validationLabels',
      step,
      objective: null,
      task: null,
      layer: null,
      position: null,
      details,
    },
    details.output,
  );
}
