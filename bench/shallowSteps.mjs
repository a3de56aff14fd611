// What one step costs of which the losses are read, and some also looked at where the tasks meet, in a run that has some thousand steps
// behind it. A figure is the median of the rounds' ratios of wall time. Processor time stands beside it: V8 still compiles then, on another
// core. What it costs before is in bench/deepSteps.mjs.
import { atMost, median } from './shared/figures.mjs';
import { playersOf } from './shared/playWays.mjs';

export async function measure({ say }) {
  const play = await playersOf('old', ['plain', 'losses', 'shallow', 'spaced']);
  const rows = [];
  for (const tasks of [2, 4, 8]) {
    const perRound = await play(tasks);
    const told = (name, way) => {
      const [ratios, cpu] = ['wall', 'cpu'].map((clock) => perRound((of) => of(way, clock) / of('plain', clock)));
      const rounds = ratios.map((each) => each.toFixed(3)).join(', ');
      say(`${name} over plain, T = ${tasks}: ${median(ratios).toFixed(3)} (${rounds}); processor time ${median(cpu).toFixed(3)}`);
      return median(ratios);
    };
    told('losses alone', 'losses');
    told('shallow at every step', 'shallow');
    const name = 'shallow, spaced by the default budget';
    rows.push(atMost(1.03, `${name}, over plain, T = ${tasks}`, told(name, 'spaced')));
  }
  return rows;
}
