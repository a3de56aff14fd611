import { describe, expect, it } from 'vitest';
import { activation, collapsedGate, halves, manyHalves, quiet } from '../../../test/sampleNoise.ts';
import { end, graph, header, healthy, measure, step } from '../../../test/sampleRecord.ts';
import { sampleReport } from '../../../test/sampleReport.ts';
import type { RecordLine } from '../run/record.ts';
import { reportText } from './text.ts';

const start: readonly RecordLine[] = [{ ...header, version: 2 }, graph];
const textOf = (lines: readonly RecordLine[]): string => reportText(sampleReport(lines));

/** The section that begins with `heading`. */
const section = (text: string, heading: string): string =>
  text.split('\n\n').find((part) => part.startsWith(heading)) ?? '';

describe("whether the tasks' gradients agree", () => {
  it('is the corrected cosine with its interval, beside the raw one of the deep steps', () => {
    const gram = (product: number) => ({
      groups: {
        'shared(click+dwell)': {
          ...measure(['click', 'dwell'], [2, 5], [0.5, 0.5]),
          gram: [4, product, 25],
        },
      },
    });
    const steps = [-4, 1, 3, 5, 20].map((product, i) => step(i + 1, gram(product)));
    const [cosine] = sampleReport([...start, ...steps, ...manyHalves(0.05), end]).cosines;
    expect(cosine).toMatchObject({
      group: 'shared(click+dwell)',
      tasks: ['click', 'dwell'],
      raw: { cosine: 0.3, below: 1, steps: 5 },
      corrected: { verdict: 'measured', steps: 20, from: 1, step: 20, rows: 32, independent: true },
    });
    expect(cosine?.corrected).toMatchObject({ cosine: expect.closeTo(-0.15, 12) as number });
  });

  it('reads the products of any two tasks from the triangle', () => {
    const tasks = ['a', 'b', 'c', 'd'];
    const wide = {
      ...graph,
      terms: tasks.map((id) => ({ ...graph.terms[0]!, id, name: id })),
      objectives: [{ ...graph.objectives[0]!, terms: tasks }],
      groups: [{ ...graph.groups[0]!, id: 'shared', tasks }],
    };
    const gram = [1, 0.1, 0.2, 0.3, 1, 0.4, 0.5, 1, 0.6, 1];
    const groups = { shared: { ...measure(tasks, [1, 1, 1, 1], [0, 0, 0, 1]), gram } };
    const { cosines } = sampleReport([{ ...header, version: 2 }, wide, step(1, { groups })]);
    expect(cosines.map((each) => [each.tasks.join(''), each.raw?.cosine, each.corrected])).toEqual([
      ['ab', 0.1, null],
      ['ac', 0.2, null],
      ['ad', 0.3, null],
      ['bc', 0.4, null],
      ['bd', 0.5, null],
      ['cd', 0.6, null],
    ]);
  });

  it('is said in the report, in words', () => {
    const text = section(textOf(quiet), 'Agreement');
    expect(text).toContain('halves of 20 batches from step 1 to 20');
    expect(text).toMatch(/click, dwell +0\.20 +-0\.15 +-0\.16 to -0\.14 +pull apart/);
  });

  it('is not measurable where the products of the halves do not stand above 0: the batch is named', () => {
    const text = section(textOf([...start, step(1), ...manyHalves(6), end]), 'Agreement');
    expect(text).toMatch(/not measurable with 32 rows: needs a batch of about \d+/);
    expect(text).not.toContain('to do with one another');
    const few = section(textOf([...start, step(1), halves(1), halves(2), end]), 'Agreement');
    expect(few).toContain('too few halves yet: 2 of 10');
  });

  it('says where the halves of a batch are not independent', () => {
    const text = section(textOf([...start, ...manyHalves(0.05, { independent: false }), end]), 'Agreement');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('have to do with one another (BatchNorm');
  });

  it('puts certain conflicts first, and what is not known last', () => {
    const three = {
      ...graph,
      terms: [...graph.terms, { ...graph.terms[0]!, id: 'like', name: 'like' }],
      objectives: [{ ...graph.objectives[0]!, terms: ['click', 'dwell', 'like'] }],
      groups: [{ ...graph.groups[0]!, id: 'shared', tasks: ['click', 'dwell', 'like'] }],
    };
    const lines = Array.from({ length: 20 }, (_, n) => {
      const noise = n % 2 === 0 ? 9 : -9;
      const cross = [1, noise, 0.5, noise, noise, noise, 0.5, noise, 1];
      return halves(n + 1, 0, { groups: { shared: { terms: ['click', 'dwell', 'like'], cross } } });
    });
    const { cosines } = sampleReport([{ ...header, version: 2 }, three, ...lines, end]);
    expect(cosines.map(({ tasks, corrected }) => [...tasks, corrected?.verdict])).toEqual([
      ['click', 'like', 'measured'],
      ['click', 'dwell', 'notMeasurable'],
      ['dwell', 'like', 'notMeasurable'],
    ]);
  });
});

describe('activations and gates in the report', () => {
  it('tells the troubled ones, the worst first, and the others in a sentence', () => {
    const text = section(textOf(quiet), 'Activations and gates at step 20');
    const lines = text.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '));
    expect(lines.slice(2, 4)).toEqual([
      'gate_click 3 0.004 97 % expert 3: 99.6 %',
      'gate_dwell 3 0.98 0 % expert 2: 40 %',
    ]);
    expect(lines.slice(5, 7)).toEqual(['click_tower Relu 16 9 8 –', 'dwell_tower Tanh 16 – – 62 %']);
    expect(lines).toContain('Other 1 activation: every unit alive, nothing saturated.');
  });

  it('is of the newest step that has any, per objective', () => {
    const gates = [collapsedGate];
    const lines = [step(1, { gates, activations: [activation('a')] }), step(2, { gates: [], activations: [] })];
    expect(sampleReport([...start, ...lines]).activity).toEqual([]);
    expect(sampleReport([...start, lines[0]!]).activity).toMatchObject([{ objective: 'fit', step: 1, gates }]);
  });

  it('says nothing of records without', () => {
    const text = textOf(healthy.map((line) => (line.type === 'step' ? { ...line, groups: {} } : line)));
    expect(text).not.toMatch(/Agreement|Activations|gates/);
  });
});
