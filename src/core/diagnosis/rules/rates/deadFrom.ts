import type { ActivationMeasure, Cut } from '../../../run/record.ts';
import type { RunView } from '../../runView.ts';
import { DEAD } from './thresholds.ts';
import { activationPlaces, seriesOf, type UnitPlace } from './unitPlaces.ts';

export interface DeadFrom {
  readonly place: UnitPlace<ActivationMeasure>;
  /** Its units were at 0 at the first look. */
  readonly fromStart: boolean;
  /** It lies before the activation that the gradient ends at: what comes through it is the same for every sample. */
  readonly isBefore: boolean;
}

/**
 * Where units that are all at 0 begin, for a gradient that ends at such units. A gradient walks backwards, and ends at the last of
 * them; what is wrong is the first. Where some after it are alive, as beside one of several experts, it is not to blame.
 */
export function deadFrom({ layer, pairs }: Cut, view: RunView): DeadFrom | null {
  const cutOff = pairs.filter(({ complete }) => complete).map(({ group }) => group);
  const places = activationPlaces(view).filter(
    (place) =>
      place.newest.dead !== null &&
      ((layer !== null && place.layer === layer) || place.groups.some((group) => cutOff.includes(group))),
  );
  const isDead = ({ newest }: UnitPlace<ActivationMeasure>): boolean => newest.dead === newest.units;
  const first = places.findIndex(isDead);
  const place = places[first];
  if (place === undefined || !places.slice(first).every(isDead)) {
    return null;
  }
  const [start] = seriesOf(place, ({ zero, units }) => (zero ?? 0) / units);
  return { place, fromStart: (start?.value ?? 0) > DEAD.warning, isBefore: place.layer !== layer };
}
