import { describe, expect, it } from 'vitest';
import { end, graph, group } from '../../../../test/sampleRecord.ts';
import type { GraphLine, VariableGroup } from '../../run/record.ts';
import { inEnglish } from '../sentence.ts';
import { frozenGroup, notListed } from './excludedGroups.ts';
import { at, fact, said, viewOf } from '../../../../test/viewOf.ts';

const excluded = (changed: VariableGroup, via: 'fit' | 'minimize' = 'fit'): GraphLine => ({
  ...graph,
  objectives: graph.objectives.map((objective) => ({ ...objective, via })),
  groups: graph.groups.map((each) => (each.id === changed.id ? changed : each)),
  paths: graph.paths.map((path) =>
    path.group === changed.id && path.state === 'flows' ? { ...path, state: 'excluded' } : path,
  ),
});
const frozenTrunk = excluded(group('shared', 'shared', ['click', 'dwell'], ['click', 'dwell'], 'frozen'));
const names = ['shared/kernel', 'shared/bias'];

describe('a frozen group', () => {
  it('that is shared and as it was drawn is a warning, where it was frozen', () => {
    const untrained = { why: 'frozen', variables: names, untouched: names } as const;
    const view = viewOf(fact('untrained', untrained, { layer: 'shared', position: at(12) }), frozenTrunk, end);
    expect(said(frozenGroup, view)).toEqual([
      'warning: shared is frozen: it leads to the loss of click, dwell, and is not trained. Its 40 weights are as they were drawn: ' +
        'they were neither loaded nor trained.',
    ]);
    expect(frozenGroup.judge(view).findings[0]).toMatchObject({ position: at(12), groups: ['shared(click+dwell)'] });
  });

  it('of variables without a layer is told where they were frozen, and no other group’s', () => {
    const details = (variables: string[]) => ({ why: 'frozen' as const, variables, untouched: variables });
    const view = viewOf(
      fact('untrained', details(['other/kernel']), { position: at(11) }),
      fact('untrained', details(['shared/kernel']), { position: at(12) }),
      fact('untrained', details(['shared/bias']), { position: at(13) }),
      frozenTrunk,
      end,
    );
    const [finding] = frozenGroup.judge(view).findings;
    expect(finding).toMatchObject({ position: at(12), expression: { of: 'property', name: 'trainable' } });
    expect(finding!.related.map(({ position, text }) => [position.line, inEnglish(text)])).toEqual([
      [13, 'shared/bias is frozen here.'],
    ]);
  });

  it('that was loaded or trained before is information, at the training call', () => {
    const untrained = { why: 'frozen', variables: names, untouched: ['shared/bias'] } as const;
    const view = viewOf(fact('untrained', untrained, { layer: 'shared' }), frozenTrunk, end);
    expect(said(frozenGroup, view)).toEqual([
      'information: shared is frozen: it leads to the loss of click, dwell, and is not trained.',
    ]);
    expect(frozenGroup.judge(view).findings[0]?.position).toEqual(at(40, 7));
  });

  it('in part is none', () => {
    const part = frozenTrunk.groups.map((each) => ({
      ...each,
      variables: each.variables.map((variable, i) =>
        i === 0 ? variable : { ...variable, status: 'trained' as const },
      ),
    }));
    const view = viewOf({ ...frozenTrunk, groups: part, paths: graph.paths }, end);
    expect(said(frozenGroup, view)).toEqual(['silent: No group that a loss reaches is frozen as a whole.']);
  });
});

describe('a group that is in no list', () => {
  const tower = group('tower', 'dwell tower', ['dwell'], ['dwell'], 'notListed');
  const left = ['dwell tower/kernel', 'dwell tower/bias'];

  it('is a warning at the list of the call', () => {
    const view = viewOf(excluded(tower, 'minimize'), end);
    expect(said(notListed, view)).toEqual([
      'warning: dwell tower is not trained: it leads to the loss of dwell, and its variables are not in the list that is minimised ' +
        'over: dwell tower/kernel, dwell tower/bias.',
    ]);
    expect(notListed.judge(view).findings[0]).toMatchObject({
      position: at(40, 7),
      expression: { of: 'argument', index: 2 },
    });
    expect(said(frozenGroup, view)[0]).toMatch(/^silent/);
  });

  it('may be meant where it was loaded, and in the first steps', () => {
    const loaded = fact('untrained', { why: 'notListed', variables: left, untouched: [] });
    expect(said(notListed, viewOf(loaded, excluded(tower), end))[0]).toMatch(/^information: .* this may be meant\.$/);
    expect(said(notListed, viewOf(excluded(tower), { ...end, steps: 3 }))[0]).toMatch(/^information/);
  });

  it('in part is a warning in a tower, and information in the trunk', () => {
    const part = (kind: 'tower' | 'shared', tasks: string[]): VariableGroup => {
      const whole = group(kind, `${tasks.join()} part`, tasks);
      return {
        ...whole,
        variables: whole.variables.map((each, i) => (i === 0 ? { ...each, status: 'notListed' } : each)),
      };
    };
    const saidOf = (changed: VariableGroup) =>
      said(
        notListed,
        viewOf({ ...graph, groups: graph.groups.map((each) => (each.id === changed.id ? changed : each)) }, end),
      )[0];
    expect(saidOf(part('tower', ['dwell']))).toBe(
      'warning: A part of dwell part is not trained: it leads to the loss of dwell, and is not in the list that is minimised ' +
        'over: dwell part/kernel.',
    );
    expect(saidOf(part('shared', ['click', 'dwell']))).toMatch(/^information: A part of/);
  });

  it('that an earlier objective trained is none', () => {
    const view = viewOf({ ...excluded(tower), groups: graph.groups }, end);
    expect(said(notListed, view)[0]).toMatch(/^silent/);
    expect(said(frozenGroup, view)[0]).toMatch(/^silent/);
  });
});
