import { RecentMedian } from './recentMedian.ts';

/** Observed steps from which the usual cost of one is known. */
const RECENT_COSTS = 5;
/** No more than this many observations may be owed: what the first ones cost beyond that is counted, and not waited for. */
const MOST_OWED = 4;
/** Nor may more than this many be saved up: a script that paused long is not observed for many steps in a row. */
const MOST_SAVED = 2;

/** Time that may be spent on one kind of observation, in milliseconds. */
export class Purse {
  /** Negative: owed. */
  private content = 0;
  private readonly cost = new RecentMedian(RECENT_COSTS);

  /** @param rounds How many observations are made in a row. @returns what there was no room for */
  earn(time: number, rounds: number): number {
    const cost = this.cost.value;
    const most = cost === null ? Infinity : MOST_SAVED * rounds * Math.max(time, cost);
    const over = Math.max(0, this.content + time - most);
    this.content += time - over;
    return Math.min(over, time);
  }

  /** @param usual How long a plain step takes: what a first observation may be owed by, before its usual cost is known. */
  pay(cost: number, usual: number): void {
    this.cost.add(cost);
    this.content = Math.max(this.content - cost, -MOST_OWED * Math.max(usual, this.cost.value ?? cost));
  }

  /** Something else was done for this much, which nobody asked the purse for. */
  owe(cost: number): void {
    this.content = Math.max(this.content - cost, -MOST_OWED * Math.max(cost, this.cost.value ?? 0));
  }

  /** False before an observation was paid: what it costs is not known then. */
  affords(rounds: number): boolean {
    const cost = this.cost.value;
    return cost !== null && this.content >= Math.max(0, cost) * rounds;
  }
}
