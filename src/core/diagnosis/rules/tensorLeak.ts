import { formatNumber } from '../../report/format.ts';
import { toNumber } from '../../run/numbers.ts';
import { verdict, type Rule } from '../rule.ts';
import { say } from '../sentence.ts';
import { placeOf } from './graphHistory.ts';

/** Of this many bytes on it is harm: before, it is worth knowing. */
const HARM = 256 * 2 ** 20;

/** Every step leaves tensors behind. */
export const tensorLeak: Rule = {
  id: 'tensorLeak',
  exact: true,
  judge: (view) =>
    verdict(
      view.newestFacts('tensorLeak').map(({ details, position, step }) => {
        const { op, perStep, bytesPerStep, growth } = details;
        const bytes = toNumber(bytesPerStep) * view.stepsDone;
        return {
          place: placeOf(position),
          severity: bytes >= HARM ? 'warning' : 'information',
          tasks: [],
          groups: [],
          position,
          expression: null,
          message: [
            say('Each step leaves {0} tensors behind that are made here by {1}: {2} bytes.', perStep, op, bytesPerStep),
            say('That is {0} MB over the {1} steps so far.', formatNumber(bytes / 2 ** 20), view.stepsDone),
          ],
          evidence: [
            { name: 'tensors left behind here', value: perStep, unit: 'per step', interval: null, steps: null },
            { name: 'bytes left behind here', value: bytesPerStep, unit: 'per step', interval: null, steps: null },
            {
              name: 'growth of the number of all tensors',
              value: growth,
              unit: 'per step',
              interval: null,
              steps: null,
            },
          ],
          why: [say('tfjs frees no tensor by itself: memory grows until the process ends.')],
          advice: [
            {
              id: 'tidy',
              text: [say('Put the step into tf.tidy, dispose of the tensor, or keep its number instead.')],
              change: null,
              state: 'untried',
            },
          ],
          source: 'tfjs-core/src/engine.ts, tidy',
          related: [],
          since: step,
        };
      }),
      say('The number of tensors did not grow by the same number at step after step.'),
    ),
};
