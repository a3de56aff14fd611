import { counted, formatCount, formatDuration, formatEvery, formatNames, formatPosition } from '../format.ts';
import { NO_BREAK, wrap } from '../layout.ts';
import { costWords, watchingWords } from '../watching.ts';
import type { Report } from '../report.ts';
import type { Page, Section } from './page.ts';

const words: Record<Report['state']['state'], string> = {
  running: 'is still running',
  finished: 'finished',
  failed: 'failed',
  cancelled: 'was cancelled',
  exited: 'ended itself in the middle',
  interrupted: 'was interrupted',
  'cut short': 'was cut short',
};

/** What ran, how it ended and why. */
export function openingSection({ run, state }: Report, { width, style }: Page): Section {
  const after = run.milliseconds === null ? '' : ` after ${formatDuration(run.milliseconds)}`;
  const tone = state.state === 'finished' ? style.good : state.state === 'running' ? style.strong : style.bad;
  const [verdict = '', ...more] = wrap(`${[run.entry, ...run.args].join(' ')} ${words[state.state]}${after}`, width);
  const backends = [run.backend.name ?? 'no backend yet', ...run.backendChanges.map(({ name }) => name)]
    // A line may also say why it is the same that goes on.
    .filter((name, i, all) => name !== all[i - 1])
    .join(', then ');
  const facts = [
    ...(run.depth === null
      ? [
          `${counted(run.steps, 'training step')}, ${formatCount(run.observed)} observed (${formatEvery(run)})`,
          ...(run.overhead === null ? [] : [`watching cost ${costWords(run.overhead, run.unwatched)}`]),
        ]
      : [
          counted(run.steps, 'training step'),
          ...watchingWords(run.depth, run.overhead, run.unwatched).split(/[,;] /),
          `${formatCount(run.observed)} observed in full`,
        ]),
    `backend ${backends}`,
    run.seed === null ? 'no seed' : `seed ${run.seed}`,
    ...(run.versions.tfjs === null ? [] : [`tfjs ${run.versions.tfjs}`]),
    ...(run.versions.node === null ? [] : [`Node ${run.versions.node}`]),
  ];
  return [
    [verdict, ...more].map(tone).join('\n'),
    ...wrap(sentence(state.reason), width),
    ...errorLines(state.error, width).map(style.bad),
    ...wrap(`${facts.map((fact) => fact.replaceAll(' ', NO_BREAK)).join('; ')}.`, width),
    ...wrap(`Backend: ${run.backend.reason}`, width).map(style.faint),
    ...run.backendChanges
      .flatMap(({ step, name, reason }) => wrap(`From step ${formatCount(step)} on ${name}: ${reason}`, width))
      .map(style.faint),
  ];
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

function errorLines(error: Report['state']['error'], width: number): string[] {
  if (error === null) {
    return [];
  }
  const place = error.position === null ? [] : [`  at ${formatPosition(error.position)}`];
  return [...wrap(error.message, width, 2), ...place];
}

/** What to do where no step was observed. */
export function nothingObservedSection(report: Report, { width, style }: Page): Section {
  const { run, objectives, state } = report;
  if (run.observed > 0) {
    return [];
  }
  if (run.steps > 0) {
    const told = report.events.some(({ kind }) => kind === 'notice');
    const advice =
      `${counted(run.steps, 'training step')} ran, and no gradient was measured (${formatEvery(run)}). ` +
      (told ? 'Where no notice at the end says why, run it again with --every 1.' : 'Run it again with --every 1.');
    return [style.heading('No gradients were observed'), ...wrap(advice, width, 2)];
  }
  const wentToItsEnd = state.state === 'finished' || state.state === 'exited';
  if (!wentToItsEnd) {
    return [style.heading('Nothing was observed'), ...wrap('No training step was made yet.', width, 2)];
  }
  const advice =
    'The script did not train with tfjs while it was watched. Training is seen in model.fit, model.fitDataset and ' +
    'model.trainOnBatch, in optimizer.minimize and tf.variableGrads, and in everything that mtl-debugger trains. ' +
    'See that FILE is the script that trains (not one that only exports a model), that it got the arguments it needs ' +
    'after FILE, that it awaits its training, and that it trains in this process and not in one of its own.';
  const seen = objectives.length === 0 ? [] : [`Seen: ${formatNames(objectives.map(({ name }) => name))}.`];
  return [style.heading('Nothing was observed'), ...wrap([advice, ...seen].join(' '), width, 2)];
}
