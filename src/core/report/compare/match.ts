/**
 * Rows of what is the same thing in several runs, one place per run and null where a run lacks it; in the order of their
 * first appearance. Where a run has a key twice, its second is matched with the others' second.
 */
export function matchBy<T>(runs: readonly (readonly T[])[], keyOf: (each: T, run: number) => unknown): (T | null)[][] {
  const rows = new Map<string, (T | null)[]>();
  runs.forEach((list, run) => {
    const seen = new Map<string, number>();
    for (const each of list) {
      const key = JSON.stringify(keyOf(each, run));
      const count = seen.get(key) ?? 0;
      seen.set(key, count + 1);
      const row = rows.get(JSON.stringify([key, count])) ?? runs.map(() => null);
      row[run] = each;
      rows.set(JSON.stringify([key, count]), row);
    }
  });
  return [...rows.values()];
}

/** What stands first in a row: every row has at least one. */
export function firstOf<T>(row: readonly (T | null)[]): T | undefined {
  return row.find((each) => each !== null) ?? undefined;
}
