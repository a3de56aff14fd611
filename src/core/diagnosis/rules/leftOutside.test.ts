import { describe, expect, it } from 'vitest';
import { end, graph, group } from '../../../../test/sampleRecord.ts';
import { at, fact, said, viewOf } from '../../../../test/viewOf.ts';
import { unreached, unusedOutput } from './leftOutside.ts';

describe('what leads to no loss', () => {
  const names = ['spare/kernel', 'spare/bias'];
  const outside = { ...graph, groups: [...graph.groups, group('unreached', 'spare', [])] };
  const unused = fact('unusedOutput', { output: 'spare', variables: names }, { layer: 'spare', position: at(14) });

  it('and is computed is a head that was forgotten', () => {
    const view = viewOf(unused, outside, end);
    expect(said(unusedOutput, view)).toEqual([
      'warning: spare is computed at every step and leads to no loss: it never learns. Its variables keep the values that ' +
        'they were drawn with: spare/kernel, spare/bias.',
    ]);
    expect(unusedOutput.judge(view).findings[0]).toMatchObject({ position: at(14), place: 'spare' });
    expect(said(unreached, view)).toEqual(['silent: Every trained variable leads to a loss.']);
  });

  it('is information in the first steps: another objective may come', () => {
    expect(said(unusedOutput, viewOf(unused, outside, { ...end, steps: 4 }))[0]).toMatch(/^information/);
  });

  it('is none where a later objective uses it', () => {
    const view = viewOf(unused, outside, { ...graph, step: 2 }, end);
    expect([said(unusedOutput, view)[0], said(unreached, view)[0]]).toEqual([
      'silent: Every trained variable that is used in a step leads to a loss.',
      'silent: Every trained variable leads to a loss.',
    ]);
  });

  it('and is never run is information, at the training call', () => {
    const view = viewOf(outside, end);
    expect(said(unreached, view)).toEqual([
      'information: No loss leads to spare/kernel, spare/bias: they are among the variables that are trained, and never move.',
    ]);
    expect(unreached.judge(view).findings[0]?.position).toEqual(at(40, 7));
  });
});
