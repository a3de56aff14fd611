import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../../test/random.ts';
import { end, graph, window } from '../../../../../test/sampleRecord.ts';
import { said, viewOf } from '../../../../../test/viewOf.ts';
import type { RecordLine } from '../../../run/record.ts';
import { RunView } from '../../runView.ts';
import { overfit } from './overfit.ts';

type Losses = (epoch: number) => { readonly training: number; readonly loss: number };

/** Epochs of ten steps each: click is healthy, dwell has these losses; `own`: both have others. */
function run(
  training: readonly number[],
  validation: readonly number[],
  own: { readonly click: Losses; readonly dwell: Losses } = {
    click: (epoch) => ({ training: 1 / (epoch + 1), loss: 1.05 / (epoch + 1) }),
    dwell: (epoch) => ({ training: training[epoch]!, loss: validation[epoch]! }),
  },
): RunView {
  const lines = training.flatMap((_, epoch): RecordLine[] => [
    ...Array.from({ length: 10 }, (_, i) => {
      const n = 10 * epoch + i + 1;
      const [click, loss] = [own.click(epoch).training, own.dwell(epoch).training];
      return window(n, n, {
        loss: [
          { raw: click, weight: 1, weighted: click },
          { raw: loss, weight: 1, weighted: loss },
        ],
      });
    }),
    {
      type: 'validation',
      step: 10 * (epoch + 1),
      epoch: epoch + 1,
      tasks: { click: { loss: own.click(epoch).loss }, dwell: { loss: own.dwell(epoch).loss } },
    },
  ]);
  return viewOf(graph, ...lines, { ...end, steps: 10 * training.length });
}

const fallen = [1, 0.7, 0.5, 0.4, 0.3, 0.24, 0.2, 0.16, 0.13, 0.11];

describe('a task whose validation loss', () => {
  it('rises again while its training loss falls is a warning, and no other', () => {
    const view = run(fallen, [1.05, 0.8, 0.68, 0.62, 0.61, 0.64, 0.7, 0.77, 0.85, 0.94]);
    expect(said(overfit, view)).toEqual([
      'warning: The validation loss of dwell has risen from 0.6233 after epoch 5 to 0.8533, 540 % above its training loss.',
    ]);
    const [finding] = overfit.judge(view).findings;
    expect(finding).toMatchObject({ tasks: ['dwell'], groups: ['tower(dwell)'] });
    expect(finding!.evidence[0]).toMatchObject({ unit: '%', steps: { from: 50, to: 100, count: 6 } });
    expect(finding!.evidence[0]!.series![1]!.points).toHaveLength(10);
  });

  it('is told after one whose gap is wider', () => {
    const validation = [1.05, 0.8, 0.68, 0.62, 0.61, 0.64, 0.7, 0.77, 0.85, 0.94];
    const wider = (factor: number) => (epoch: number) => ({
      training: fallen[epoch]! / factor,
      loss: validation[epoch]!,
    });
    const both = (click: number, dwell: number): string[][] =>
      overfit
        .judge(run(fallen, validation, { click: wider(click), dwell: wider(dwell) }))
        .findings.map(({ tasks }) => [...tasks]);
    expect(both(1, 2)).toEqual([['dwell'], ['click']]);
    expect(both(2, 1)).toEqual([['click'], ['dwell']]);
  });

  it('stays above the training loss and falls on has learned', () => {
    const view = run(
      fallen,
      fallen.map((loss) => loss * 1.5),
    );
    expect(said(overfit, view)).toEqual([
      'silent: No validation loss has risen clearly from its lowest while it was more than 10 % above the training loss; the ' +
        'largest gap is 50 %.',
    ]);
  });

  it('has stopped falling has nothing to learn any more', () => {
    expect(said(overfit, run(fallen, [1.05, 0.8, 0.68, 0.62, 0.61, 0.61, 0.612, 0.611, 0.613, 0.612]))[0]).toMatch(
      /^silent/,
    );
  });

  it('rises with the training loss does not overfit', () => {
    const both = [1, 0.6, 0.4, 0.3, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    expect(said(overfit, run(both, both))[0]).toMatch(/^silent/);
  });

  it('has come so far down that its rise is nothing is an easy task', () => {
    const easy = fallen.map((_, epoch) => 10 ** -epoch);
    expect(said(overfit, run(easy, [...easy.slice(0, 5), 1.5e-4, 2e-4, 3e-4, 4e-4, 5e-4]))[0]).toMatch(/^silent/);
  });

  it('jumps about a level is noise: of 200 runs at most one in a hundred is told', () => {
    const random = seededRandom(5);
    const noisy = (): number => 0.6 * (1 + 0.15 * (random.next() + random.next() + random.next() - 1.5));
    const told = Array.from({ length: 200 }, () => {
      const count = 8 + random.index(40);
      return overfit.judge(
        run(
          Array.from({ length: count }, () => 0.4),
          Array.from({ length: count }, noisy),
        ),
      ).findings.length;
    });
    expect(told.filter((count) => count > 0).length).toBeLessThanOrEqual(2);
  });

  it('is not known often enough is not judged', () => {
    expect(said(overfit, run([1, 0.5, 0.2], [1, 1.1, 1.3]))).toEqual([
      'silent: It takes 6 validations of a task to tell; there are 3.',
    ]);
  });
});

it('validations before another model with outputs of the same names are not its own', () => {
  const other = { ...graph, step: 101, terms: graph.terms.map((each) => ({ ...each, id: `${each.id}2` })) };
  const objectives = [{ ...graph.objectives[0]!, id: 'fit2', terms: ['click2', 'dwell2'] }];
  const before = run(fallen, [1.05, 0.8, 0.68, 0.62, 0.61, 0.64, 0.7, 0.77, 0.85, 0.94]);
  before.run.add({ ...other, objectives });
  before.run.add(window(101, 101, { objective: 'fit2' }));
  expect(said(overfit, new RunView(before.run))).toEqual([
    'silent: It takes 6 validations of a task to tell; there are 0.',
  ]);
});
