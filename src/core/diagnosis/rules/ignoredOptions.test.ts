import { describe, expect, it } from 'vitest';
import { end, graph } from '../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../test/viewOf.ts';
import { ignoredLearningRate, ignoredLossWeights, repeatedDropout } from './ignoredOptions.ts';

describe('options that tfjs ignores', () => {
  const weights = { option: 'lossWeights', given: 'click: 1, dwell: 0.01', inForce: null, tasks: ['dwell'] } as const;
  const rate = { option: 'learningRate', given: '0.01', inForce: 0.1, tasks: [] } as const;

  it('loss weights, at the property of the call', () => {
    const view = viewOf(fact('ignoredOption', weights, { step: 0, position: at(9) }), graph, end);
    expect(said(ignoredLossWeights, view)).toEqual([
      'error: compile ignores lossWeights (click: 1, dwell: 0.01): every loss counts with weight 1. Training is the same to ' +
        'the last digit with and without them.',
    ]);
    expect(ignoredLossWeights.judge(view).findings[0]).toMatchObject({
      tasks: ['dwell'],
      position: at(9),
      expression: { of: 'property', name: 'lossWeights' },
      since: 1,
    });
    expect(said(ignoredLearningRate, view)[0]).toMatch(/^silent/);
  });

  it('a rate that is assigned, with the one that goes on', () => {
    const first = fact('ignoredOption', { ...rate, given: '0.05' }, { step: 7, position: at(9) });
    const view = viewOf(first, fact('ignoredOption', rate, { step: 20, position: at(9) }), graph, end);
    expect(said(ignoredLearningRate, view)).toEqual([
      'error: The learning rate 0.01 that is assigned here is ignored: 0.1 stays in force.',
    ]);
    expect(ignoredLearningRate.judge(view).findings[0]).toMatchObject({ since: 7, position: at(9) });
    expect(said(ignoredLossWeights, view)[0]).toMatch(/^silent/);
  });

  it('a seed that makes dropout the same at every step', () => {
    const drop = fact('repeatedDropout', { seed: 42, rate: 0.3 }, { layer: 'drop', position: at(9) });
    expect(said(repeatedDropout, viewOf(drop, graph, end))).toEqual([
      'warning: Dropout layer drop drops the same units at every step: seed 42 is used anew each time.',
    ]);
    expect(said(repeatedDropout, viewOf(graph, end))).toEqual(['silent: No dropout layer that drops has a seed.']);
  });
});
