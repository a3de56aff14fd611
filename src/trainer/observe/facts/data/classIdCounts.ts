/** Class ids that were looked at, and those that name no class. */
export interface ClassIds {
  values: number;
  outside: number;
  /** The id that is furthest outside. */
  worst: number;
}

export function addIds(known: ClassIds, values: ArrayLike<number>, classes: number): void {
  known.values += values.length;
  const distance = (id: number): number => (id < 0 ? -id : id - classes + 1);
  for (let at = 0; at < values.length; at++) {
    const id = Math.floor(values[at] ?? NaN);
    if (!(id >= 0 && id < classes)) {
      known.worst = known.outside === 0 || distance(id) > distance(known.worst) ? id : known.worst;
      known.outside++;
    }
  }
}
