import type { ActivationMeasure, FactLine, GateMeasure, SourcePosition } from '../../../run/record.ts';
import type { Point } from '../../../run/run.ts';
import type { RunView } from '../../runView.ts';

/** An activation or a gate over the run. */
export interface UnitPlace<Measure> {
  readonly key: string;
  /** `trunk`, or the kernel whose units it has. */
  readonly name: string;
  readonly layer: string | null;
  readonly newest: Measure;
  readonly looks: readonly { readonly step: number; readonly measure: Measure }[];
  readonly position: SourcePosition | null;
  readonly groups: readonly string[];
  readonly tasks: readonly string[];
  readonly experts: readonly string[] | null;
}

type Placed = Pick<ActivationMeasure, 'layer' | 'index'> & { readonly op: string };

export function activationPlaces(view: RunView): UnitPlace<ActivationMeasure>[] {
  return places(
    view,
    ({ activations }) => activations,
    (measure) => measure,
  );
}

export function gatePlaces(view: RunView): UnitPlace<GateMeasure>[] {
  return places(
    view,
    ({ gates }) => gates,
    (measure) => ({ ...measure, op: 'Softmax' }),
  );
}

function places<Measure>(
  view: RunView,
  measuresOf: (step: RunView['steps'][number]) => readonly Measure[],
  placeOf: (measure: Measure) => Placed,
): UnitPlace<Measure>[] {
  const found = new Map<string, { objective: string; looks: { step: number; measure: Measure }[] }>();
  for (const step of view.steps) {
    for (const measure of measuresOf(step)) {
      const { layer, op, index } = placeOf(measure);
      const key = `${step.objective} ${layer ?? ''} ${op} ${index}`;
      const place = found.get(key) ?? { objective: step.objective, looks: [] };
      place.looks.push({ step: step.step, measure });
      found.set(key, place);
    }
  }
  return [...found].flatMap(([key, { objective, looks }]): UnitPlace<Measure>[] => {
    const newest = looks.at(-1)?.measure;
    if (newest === undefined) {
      return [];
    }
    const placed = placeOf(newest);
    const fact = factOf(view, objective, placed);
    const kernel = fact?.details.kernel ?? null;
    const groups = view.groups.filter((group) =>
      group.variables.some(({ layer, name }) => name === kernel || (layer !== null && layer === placed.layer)),
    );
    return [
      {
        key,
        name: placed.layer ?? kernel ?? placed.op,
        layer: placed.layer,
        newest,
        looks,
        position: layerPosition(view, placed.layer) ?? fact?.position ?? null,
        groups: groups.map(({ id }) => id),
        tasks: [...new Set(groups.flatMap(({ tasks }) => tasks))],
        experts: fact?.details.experts ?? null,
      },
    ];
  });
}

function factOf(view: RunView, objective: string, { layer, op, index }: Placed): FactLine<'units'> | undefined {
  return view
    .facts('units')
    .findLast(
      (line) =>
        line.objective === objective && line.layer === layer && line.details.op === op && line.details.index === index,
    );
}

/** Where a layer was made: what one would change stands there, not where it is applied. */
function layerPosition(view: RunView, layer: string | null): SourcePosition | null {
  return layer === null ? null : (view.facts('layerMade').find((line) => line.layer === layer)?.position ?? null);
}

/** A figure of each look of a place. */
export function seriesOf<Measure>(
  { looks }: UnitPlace<Measure>,
  pick: (measure: Measure) => number | null,
): readonly Point[] {
  return looks.flatMap(({ step, measure }) => {
    const value = pick(measure);
    return value === null ? [] : [{ step, value }];
  });
}
