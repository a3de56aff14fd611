// What one step costs that is looked at in full, against what it is made of and against what people write by hand. A figure is the median
// of the rounds' ratios.
import { atLeast, atMost, median } from './shared/figures.mjs';
import { playersOf } from './shared/playWays.mjs';

/** See bench/shared/stepWays.mjs. */
const ways = ['plain', 'losses', 'spaced', 'deep', 'halves', 'naive', 'forward', 'both'];

export async function measure({ say }) {
  const play = await playersOf('young', ways);
  const rows = [];
  for (const tasks of [2, 4, 8]) {
    const perRound = await play(tasks);
    const row = (figure, name, bar, value) => {
      const ratios = perRound(value);
      rows.push(figure(bar, `${name}, T = ${tasks}`, median(ratios)));
      say(`${name}, T = ${tasks}: ${median(ratios).toFixed(3)} (${ratios.map((each) => each.toFixed(3)).join(', ')})`);
    };
    const beside = (name, value) => say(`T = ${tasks}: ${name} ${median(perRound(value)).toFixed(3)}`);
    beside('plain step, ms', (of) => of('plain'));
    beside('one walk through the trunk, ms', (of) => of('both') - of('forward'));
    row(
      atMost,
      `deep step over plain + ${tasks - 1} walks through the trunk`,
      1.15,
      (of) => of('deep') / (of('plain') + (tasks - 1) * (of('both') - of('forward'))),
    );
    row(atLeast, 'naive deep step over ours', 1.6, (of) => of('naive') / of('deep'));
    beside('losses alone over plain, in a run that is young', (of) => of('losses') / of('plain'));
    beside('shallow as the default budget has it over plain, in a run that is young', (of) => of('spaced') / of('plain'));
    beside('deep over plain', (of) => of('deep') / of('plain'));
    beside('halves of the batch over plain', (of) => of('halves') / of('plain'));
    beside('naive over plain', (of) => of('naive') / of('plain'));
  }
  return rows;
}
