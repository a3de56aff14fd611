import type { Birthplace } from './birthplace.ts';

export interface NonFiniteFact {
  readonly step: number;
  readonly what: 'loss' | 'gradient';
  /** The loss. */
  readonly value: number;
  /** The task's name; null where it cannot be told. */
  readonly task: string | null;
  readonly place: Pick<Birthplace, 'phase' | 'op' | 'layer'> | null;
  /** As people know it, where the weights themselves hold the number. */
  readonly variable: string | null;
}

/** One or two sentences for people: what is not finite, where it came from, and what it means. */
export function nonFiniteMessage({ step, what, value, task, place, variable }: NonFiniteFact): string {
  const of = task === null ? (what === 'loss' ? 'the total loss' : 'a gradient') : `the ${what} of ${task}`;
  const is = what === 'loss' ? String(value) : 'no finite number';
  const layer = place?.layer == null ? '' : ` in layer ${place.layer}`;
  const op = place?.op == null ? '' : `${place.op}${layer}`;
  return `At step ${step}, for the first time, ${of} is ${is}. ${origin()} ${consequence()}`;

  function origin(): string {
    switch (place?.phase) {
      case 'data':
        return `What ${op} was given is not finite already: look at the batch, its labels and the loss weights.`;
      case 'weights':
        return `${variable ?? 'A weight'} is not finite already: the update before this step made it so.`;
      case 'forward':
        return `It was born in ${op}, from finite numbers.`;
      case 'backward':
        return `It was born in the gradient of ${op}, from finite numbers.`;
      case undefined:
        return what === 'loss'
          ? 'Which op made it was not found.'
          : 'Gradients that are finite each have no finite sum.';
    }
  }

  function consequence(): string {
    return place?.phase === 'weights'
      ? 'A smaller learning rate, or clipping by the global norm, would have kept it.'
      : "This step's update spoils every weight that it reaches.";
  }
}
