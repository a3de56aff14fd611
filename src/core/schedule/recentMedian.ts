/** The median of the last few values: what is usual now, whatever a single one was. Kept in order, since it is asked at every step. */
export class RecentMedian {
  readonly #recent: number[] = [];
  readonly #sorted: number[] = [];

  /** @param most How many values count. */
  constructor(private readonly most: number) {}

  add(value: number): void {
    if (this.#recent.length === this.most) {
      this.#sorted.splice(this.#sorted.indexOf(this.#recent.shift() ?? NaN), 1);
    }
    this.#recent.push(value);
    const place = this.#sorted.findIndex((each) => each > value);
    this.#sorted.splice(place === -1 ? this.#sorted.length : place, 0, value);
  }

  /** Null before the first value. */
  get value(): number | null {
    const { length } = this.#sorted;
    const upper = this.#sorted[Math.floor(length / 2)];
    const lower = this.#sorted[Math.ceil(length / 2) - 1];
    return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
  }
}
