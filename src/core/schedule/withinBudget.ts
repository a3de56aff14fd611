import { RecentMedian } from './recentMedian.ts';
import { LOSSES_ALONE, type StepSchedule, type StepTimes, type StepWatch } from './stepSchedule.ts';
import { Purse } from './purse.ts';

/** Plain steps from which the usual time of one is known. */
const RECENT_PLAIN = 9;
/** After so many observed steps in a row one is left alone, however cheap they are: else nobody knows what is usual now. */
const MOST_IN_A_ROW = 8;

/**
 * This part of the budget is for looks at gradients, even where reading the losses takes more than the rest: steps of a millisecond,
 * at which nobody waits, would never be looked at.
 */
const LEAST_LEFT = 0.2;

/**
 * This part of the budget is given out. What a program measures of its own watching is not all that watching costs: caches are colder
 * after a look, memory is collected later, another thread writes the record.
 */
const GIVEN_OUT = 0.8;

/**
 * Reading the losses makes the script's own kernels slower, too: it comes between them at every step. What the clock sees of it is taken
 * for a half: `npm run bench -- shallowSteps` has the whole (losses alone, over plain).
 */
const OF_READING = 2;

/** What can be looked at beside the losses, and its part of the budget. Deep steps tell most, and cost most. */
const KINDS = { deep: 0.55, shallow: 0.3, halves: 0.15 } as const;
type Kind = keyof typeof KINDS;
const WATCHES: Readonly<Record<Kind, StepWatch>> = {
  deep: { depth: 'deep', halves: false },
  shallow: { depth: 'shallow', halves: false },
  halves: { depth: 'shallow', halves: true },
};

/** The first picture comes early: these steps of a site are observed, whatever they cost; the cost of each kind is known then. */
const EARLY: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [1, 'deep'],
  [2, 'deep'],
  [4, 'deep'],
  [5, 'shallow'],
  [6, 'halves'],
  [7, 'shallow'],
  [8, 'deep'],
  [12, 'halves'],
  [16, 'deep'],
  [32, 'deep'],
]);

/**
 * So many milliseconds of watching are free in a run: a training that is over in a second is to be seen as well, and nobody waits
 * for a tenth of it. They are spent on looks that stand in proportion further apart, from the last early step on.
 */
const FREE = 100;
const FREE_SPACING = 1.05;
/** Of so many free looks one is at the halves of a batch. */
const FREE_HALVES = 4;

const LAST_EARLY = Math.max(...EARLY.keys());

interface Site {
  steps: number;
  readonly objectives: Set<string>;
  /** Steps still to be looked at in one way: one for each objective that shares the site. */
  due: { kind: Kind; steps: number };
  inARow: number;
  /** Free looks so far. */
  free: number;
  /** The look under way is a free one. */
  isFree: boolean;
  /** The site's step at which each kind was used last. */
  readonly last: Record<Kind, number>;
  readonly plainWhole: RecentMedian;
  readonly plainGradients: RecentMedian;
  readonly reading: RecentMedian;
  readonly purses: Readonly<Record<Kind, Purse>>;
  /** Observed steps that had no plain one before them: what they cost is known once there is one. */
  readonly early: { kind: Kind; times: StepTimes }[];
}

/**
 * Observes as often as a budget allows: training may become slower by a given fraction. Each site earns that fraction of the
 * time of its own plain steps, in one purse for each kind of observation, and an observed step costs what it takes longer than
 * plain steps usually do. So what is measured decides, in the running program: a dear model is observed seldom, a cheap one often.
 * Reading the losses is paid for first, since it is done at every step; a fifth of the budget at least is for the rest.
 */
export class WithinBudget implements StepSchedule {
  readonly watchesGradients = true;
  private readonly sites = new Map<string, Site>();
  private plainTime = 0;
  private spent = 0;
  private freeLeft = FREE;

  /** @param budget The fraction by which training may become slower, above 0. */
  constructor(private readonly budget: number) {}

  get overhead(): number | null {
    return this.plainTime <= 0 ? null : this.spent / this.plainTime;
  }

  next(key: string): StepWatch {
    const site = this.siteOf(key);
    site.steps++;
    if (site.due.steps === 0 && site.inARow < MOST_IN_A_ROW * rounds(site)) {
      const earned = EARLY.get(site.steps) ?? longestAgo(site);
      const kind = earned ?? this.freeLook(site);
      site.isFree = earned === null;
      if (kind !== null) {
        site.due = { kind, steps: rounds(site) };
        site.last[kind] = site.steps;
      }
    }
    if (site.due.steps === 0) {
      site.inARow = 0;
      return LOSSES_ALONE;
    }
    site.inARow++;
    site.due.steps--;
    return WATCHES[site.due.kind];
  }

  note(key: string, objective: string): void {
    this.siteOf(key).objectives.add(objective);
  }

  took(key: string, watch: StepWatch, times: StepTimes): void {
    const site = this.siteOf(key);
    site.reading.add(times.reading);
    this.spent += times.reading + times.facts;
    // Facts are looked for at a few steps, most of them early: what that took is saved at the dearest looks.
    site.purses.deep.owe(times.facts);
    const kind = kindOf(watch);
    if (kind !== null) {
      const usual = site.plainGradients.value;
      if (usual === null) {
        site.early.push({ kind, times });
      } else {
        this.charge(site, kind, times, usual);
      }
      return;
    }
    const { gradients, reading } = times;
    const whole = times.whole - times.facts;
    site.plainWhole.add(whole);
    site.plainGradients.add(gradients);
    this.plainTime += whole - reading;
    this.earn(site, whole);
    site.early.splice(0).forEach((each) => this.charge(site, each.kind, each.times, gradients));
  }

  /** `usual`: how long the gradients take where the losses alone are read. */
  private charge(site: Site, kind: Kind, { whole, gradients, beside, reading, facts }: StepTimes, usual: number): void {
    // Where a step takes now longer and now shorter, a single difference may be negative; only their sum tells.
    const cost = gradients - usual + beside;
    const plain = Math.max(0, whole - cost - facts);
    this.spent += cost;
    this.plainTime += Math.max(0, plain - reading);
    if (site.isFree) {
      this.freeLeft -= Math.max(0, cost);
    } else {
      site.purses[kind].pay(cost, usual);
    }
    this.earn(site, plain);
  }

  private freeLook(site: Site): Kind | null {
    const last = Math.max(site.last.deep, site.last.halves);
    if (this.freeLeft <= 0 || site.steps <= LAST_EARLY || site.steps < last * FREE_SPACING) {
      return null;
    }
    site.free++;
    return site.free % FREE_HALVES === 0 ? 'halves' : 'deep';
  }

  private earn(site: Site, time: number): void {
    // A pause between two steps is nobody's training: it earns no more than usual steps do.
    const usual = site.plainWhole.value ?? time;
    const budget = GIVEN_OUT * this.budget * Math.min(time, 4 * usual);
    const left = Math.max(LEAST_LEFT * budget, budget - OF_READING * (site.reading.value ?? 0));
    const { shallow, halves, deep } = site.purses;
    // What the cheaper kinds have no use for goes to the dearest.
    const over = shallow.earn(KINDS.shallow * left, rounds(site)) + halves.earn(KINDS.halves * left, rounds(site));
    deep.earn(KINDS.deep * left + over, rounds(site));
  }

  private siteOf(key: string): Site {
    const site = this.sites.get(key) ?? {
      steps: 0,
      objectives: new Set<string>(),
      due: { kind: 'deep', steps: 0 },
      inARow: 0,
      free: 0,
      isFree: false,
      last: { deep: 0, shallow: 0, halves: 0 },
      plainWhole: new RecentMedian(RECENT_PLAIN),
      plainGradients: new RecentMedian(RECENT_PLAIN),
      reading: new RecentMedian(RECENT_PLAIN),
      purses: { deep: new Purse(), shallow: new Purse(), halves: new Purse() },
      early: [],
    };
    this.sites.set(key, site);
    return site;
  }
}

/** Of the kinds that can be paid, the one that was not used for longest; null where none can. */
function longestAgo(site: Site): Kind | null {
  const payable = kinds.filter((kind) => site.purses[kind].affords(rounds(site)));
  return payable.reduce<Kind | null>(
    (best, kind) => (best === null || site.last[kind] < site.last[best] ? kind : best),
    null,
  );
}

const kinds: readonly Kind[] = ['deep', 'halves', 'shallow'];

function kindOf({ depth, halves }: StepWatch): Kind | null {
  return halves ? 'halves' : depth === 'losses' ? null : depth;
}

/** One step for each objective that takes turns at the site. */
function rounds({ objectives }: Site): number {
  return Math.max(1, objectives.size);
}
