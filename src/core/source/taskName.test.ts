import { describe, expect, it } from 'vitest';
import { taskNameFrom } from './taskName.ts';

describe('the task in the name of a variable', () => {
  it.each([
    ['clickLoss', 'click'],
    ['loss_click', 'click'],
    ['lossClick', 'click'],
    ['lClick', 'click'],
    ['l_click', 'click'],
    ['click_loss', 'click'],
    ['clickLosses', 'click'],
    ['clickCost', 'click'],
    ['_clickLoss', 'click'],
    ['CLICK_LOSS', 'click'],
    ['computeClickLoss', 'click'],
    ['clickLossFn', 'click'],
    ['dwellTimeLoss', 'dwellTime'],
    ['loss_dwell_time', 'dwell_time'],
    ['totalLoss', 'total'],
    ['lossA', 'a'],
    ['lossY1', 'y1'],
    ['CTRLoss', 'CTR'],
    ['lossCTR', 'CTR'],
    ['l2Loss', 'l2'],
    ['verlustÖlLoss', 'verlustÖl'],
  ])('%s -> %s', (variable, task) => {
    expect(taskNameFrom(variable)).toBe(task);
  });

  it.each(['loss', 'losses', 'total', 'L', 'l', 'l1', 'loss1', 'loss_1', 'L_1', 'lossFn', 'mse', 'glossary', 'floss'])(
    '%s stays as it is',
    (variable) => {
      expect(taskNameFrom(variable)).toBe(variable);
    },
  );

  it('leaves names that speak of no loss alone, and gives the same for a name it gave', () => {
    for (const name of ['click', 'dwellTime', 'dwell_time', 'getClick', '_private', 'y1', '$', '']) {
      expect(taskNameFrom(name)).toBe(name);
    }
    for (const name of ['dwellTimeLoss', 'loss_dwell_time', 'lossY1', 'lossCTR']) {
      expect(taskNameFrom(taskNameFrom(name))).toBe(taskNameFrom(name));
    }
  });
});
