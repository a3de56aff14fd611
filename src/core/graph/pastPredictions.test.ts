import { expect, it } from 'vitest';
import { pastPredictions } from './pastPredictions.ts';

it('holds the prediction and what is made of it alone; not what a variable joins, nor the trunk', () => {
  // 0: x, 1: trunk weights, 2: a's weights, 3: b's weights.
  const graph = {
    nodes: [
      { inputs: [0, 1], outputs: [10] }, // the trunk
      { inputs: [10, 2], outputs: [11] }, // a's prediction
      { inputs: [11], outputs: [12] }, // its sigmoid
      { inputs: [12], outputs: [13] }, // a's loss
      { inputs: [10, 12], outputs: [14] }, // b reads the trunk and a's sigmoid
      { inputs: [14, 3], outputs: [15] }, // b's prediction
      { inputs: [15], outputs: [16] }, // b's loss
      { inputs: [13, 16], outputs: [17] },
    ],
    variables: [1, 2, 3].map((tensor) => ({ name: `w${tensor}`, tensor })),
    losses: [
      { task: 'a', tensor: 13 },
      { task: 'b', tensor: 16 },
    ],
  };
  expect([...pastPredictions(graph)].sort()).toEqual([11, 12, 13, 15, 16]);
});
