import type { VNode } from 'preact';
import { runLetters } from '../../src/core/report/compare/comparedRun.ts';
import {
  RECENT,
  standingAt,
  type ComparedTask,
  type Place,
  type Standing,
} from '../../src/core/report/compare/tasks.ts';
import { compareValidation } from '../../src/core/report/compare/validation.ts';
import { formatCount, formatNumber, UNKNOWN } from '../../src/core/report/format.ts';
import { toRecorded } from '../../src/core/run/numbers.ts';
import type { Point } from '../../src/core/run/run.ts';
import { Card } from '../sections/card.tsx';
import { RunName } from './runName.tsx';
import type { ComparisonScene } from './scene.ts';

const OVER = "Over A's";
const MEDIAN = `Median of ${RECENT}`;

/** Every task with its figures in each run: from where to where, and which run is lower where all can be compared. */
export function TaskFigures({ scene }: { readonly scene: ComparisonScene }): VNode {
  const note =
    scene.step === null
      ? 'raw losses; the runs have no observed step in common yet'
      : `raw losses, whatever their weights; compared at step ${formatCount(scene.step)}, which all observed. Where a script changed, see that a loss still means the same`;
  const validated = scene.runs.some(({ run }) => run.validations.length > 0);
  const columns = [
    'Run',
    'First',
    'Last',
    'Best',
    atThe(scene),
    'Compared',
    OVER,
    MEDIAN,
    ...(validated ? ['Validation'] : []),
  ];
  return (
    <Card scene={scene} id="figures" title="Tasks" note={note} wide>
      <table class="figures stacked comparing">
        <caption class="hidden">Losses of every task in every run</caption>
        <thead>
          <tr>
            {columns.map((name) => (
              <th scope="col" key={name} class={['Compared', 'Validation'].includes(name) ? 'words' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        {scene.comparison.tasks.map((task) => (
          <TaskRows
            key={`${task.kind} ${task.name}`}
            scene={scene}
            task={task}
            width={columns.length}
            validated={validated}
          />
        ))}
      </table>
      <p class="note">
        A single step's loss is that of one batch; beside it stands the median of the last {RECENT} common steps up to
        it.
      </p>
    </Card>
  );
}

interface TaskProps {
  readonly scene: ComparisonScene;
  readonly task: ComparedTask;
  /** Number of columns. */
  readonly width: number;
  /** Whether any run has validation figures. */
  readonly validated: boolean;
}

function TaskRows({ scene, task, width, validated }: TaskProps): VNode {
  const standing = standingAt(task, scene.step);
  const validation = compareValidation(scene.runs, task.name);
  return (
    <tbody data-task={task.name}>
      <tr class="of-task">
        <th scope="rowgroup" colSpan={width}>
          <b>{task.name}</b> <span class="faint">{verdict(scene, task, standing)}</span>
        </th>
      </tr>
      {scene.runs.map((each, i) => {
        const ofRun = task.runs[i] ?? null;
        if (ofRun === null) {
          return (
            <tr key={each.id} data-run={each.letter}>
              <th scope="row">
                <RunName each={each} />
              </th>
              <td class="absent" colSpan={width - 1}>
                {each.run.graph === null ? 'not observed yet' : 'has no such task'}
              </td>
            </tr>
          );
        }
        const figures = validation.flatMap(({ metric, runs }) => {
          const figure = runs[i];
          return figure == null
            ? []
            : [`${metric} ${formatNumber(toRecorded(figure.value))} (epoch ${formatCount(figure.epoch)})`];
        });
        const place = standing?.places[i] ?? null;
        return (
          <tr key={each.id} data-run={each.letter}>
            <th scope="row">
              <RunName each={each} />
            </th>
            <td data-name="First">{written(ofRun.first)}</td>
            <td data-name="Last">{atItsStep(ofRun.last)}</td>
            <td data-name="Best">{atItsStep(ofRun.best)}</td>
            <td data-name={atThe(scene)}>
              {number(standing?.losses[i])}
              {standing === null || standing.step === scene.step ? null : <AtStep step={standing.step} />}
            </td>
            <td data-name="Compared" class={place === 'lowest' ? 'words good' : 'words'}>
              {placeWord(place, task)}
            </td>
            <td data-name={OVER}>{number(standing?.ratios[i])}</td>
            <td data-name={MEDIAN}>{number(standing?.recent[i])}</td>
            {validated ? (
              <td data-name="Validation" class="words">
                {figures.length === 0 ? UNKNOWN : figures.join(', ')}
              </td>
            ) : null}
          </tr>
        );
      })}
    </tbody>
  );
}

/** `B is lower at step 476: B's loss is 0.83 times A's`. */
function verdict({ runs }: ComparisonScene, task: ComparedTask, standing: Standing | null): string {
  const has = task.runs.flatMap((each, i) => (each === null ? [] : [i]));
  if (has.length < runs.length && has.length < 2) {
    return `only in ${runLetters(has)}`;
  }
  if (standing === null) {
    return 'no common step yet';
  }
  const at = `at step ${formatCount(standing.step)}`;
  const lowest = standing.places.flatMap((place, i) => (place === 'lowest' ? [i] : []));
  if (lowest.length === 0) {
    return standing.places.includes('equal') ? `equal ${at}` : `not comparable ${at}`;
  }
  const word = has.length === 2 ? 'lower' : 'lowest';
  const other = has.length === 2 ? standing.ratios[1] : null;
  const ratio = other == null || has[0] !== 0 ? '' : `: B's loss is ${formatNumber(other)} times A's`;
  const agrees = standing.places.every((place, i) => (place === 'lowest') === (standing.recentPlaces[i] === 'lowest'));
  const doubt = agrees ? '' : `, but not in the median of ${RECENT}`;
  return `${runLetters(lowest)} ${lowest.length === 1 ? 'is' : 'are'} ${word} ${at}${ratio}${doubt}`;
}

function placeWord(place: Place, { runs }: ComparedTask): string {
  const two = runs.filter((each) => each !== null).length === 2;
  switch (place) {
    case 'lowest':
      return two ? '▼ lower' : '▼ lowest';
    case 'only':
    case null:
      return UNKNOWN;
    default:
      return place;
  }
}

function number(value: number | null | undefined): string {
  return value == null ? UNKNOWN : formatNumber(toRecorded(value));
}

function written(point: Point | null): string {
  return number(point?.value);
}

function atItsStep(point: Point | null): VNode {
  return (
    <>
      {written(point)}
      {point === null ? null : <AtStep step={point.step} />}
    </>
  );
}

function AtStep({ step }: { readonly step: number }): VNode {
  return <small class="faint"> step {formatCount(step)}</small>;
}

/** The column of the losses that are held against each other. */
function atThe({ step }: ComparisonScene): string {
  return step === null ? 'At a common step' : `At step ${formatCount(step)}`;
}
