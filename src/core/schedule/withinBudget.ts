import { RecentMedian } from './recentMedian.ts';
import type { StepSchedule, StepTimes } from './stepSchedule.ts';

/** Plain steps from which the usual time of one is known. */
const RECENT_PLAIN = 15;
/** Observed steps from which the usual cost of one is known. */
const RECENT_OBSERVED = 5;
/** The first picture comes early: steps 1, 2, 4, 8 … of a site are observed up to this one, whatever they cost. */
const EARLY = 32;
/** No more than this many observations may be owed: what the first ones cost beyond that is counted, and not waited for. */
const MOST_OWED = 4;
/** Nor may more than this many be saved up: a script that paused long is not observed for many steps in a row. */
const MOST_SAVED = 2;

interface Site {
  steps: number;
  readonly objectives: Set<string>;
  due: number;
  /** Milliseconds that may be spent on observation now; negative: owed. */
  allowance: number;
  readonly plainWhole: RecentMedian;
  readonly plainGradients: RecentMedian;
  readonly cost: RecentMedian;
  /** Observed steps that had no plain one before them: what they cost is known once there is one. */
  readonly early: StepTimes[];
}

/**
 * Observes as often as a budget allows: training may become slower by a given fraction. Each site earns that fraction of the
 * time of its own plain steps, and an observed step costs what it takes longer than they usually do. So what is measured
 * decides, in the running program: a dear model is observed seldom, a cheap one often.
 */
export class WithinBudget implements StepSchedule {
  private readonly sites = new Map<string, Site>();
  private plainTime = 0;
  private spent = 0;

  /** @param budget The fraction by which training may become slower, above 0. */
  constructor(private readonly budget: number) {}

  get overhead(): number | null {
    return this.plainTime === 0 ? null : this.spent / this.plainTime;
  }

  next(key: string): boolean {
    const site = this.siteOf(key);
    site.steps++;
    if (site.due === 0 && (isEarly(site.steps) || this.affords(site))) {
      site.due = Math.max(1, site.objectives.size);
    }
    const observed = site.due > 0;
    site.due = Math.max(0, site.due - 1);
    return observed;
  }

  note(key: string, objective: string): void {
    this.siteOf(key).objectives.add(objective);
  }

  took(key: string, observed: boolean, times: StepTimes): void {
    const site = this.siteOf(key);
    if (!observed) {
      const { whole, gradients } = times;
      site.plainWhole.add(whole);
      site.plainGradients.add(gradients);
      this.plainTime += whole;
      this.earn(site, whole);
      site.early.splice(0).forEach((each) => this.charge(site, each, gradients));
      return;
    }
    const usual = site.plainGradients.value;
    if (usual === null) {
      site.early.push(times);
    } else {
      this.charge(site, times, usual);
    }
  }

  alarm(key: string): void {
    const site = this.siteOf(key);
    site.due = Math.max(site.due, 1, site.objectives.size);
  }

  /** `usual`: how long the gradients take where nobody watches. */
  private charge(site: Site, { whole, gradients, beside }: StepTimes, usual: number): void {
    // Where a step takes now longer and now shorter, a single difference may be negative; only their sum tells.
    const cost = gradients - usual + beside;
    const plain = Math.max(0, whole - cost);
    site.cost.add(cost);
    this.spent += cost;
    this.plainTime += plain;
    site.allowance = Math.max(site.allowance - cost, -MOST_OWED * Math.max(usual, site.cost.value ?? cost));
    this.earn(site, plain);
  }

  private earn(site: Site, time: number): void {
    // A pause between two steps is nobody's training: it earns no more than usual steps do.
    const usual = site.plainWhole.value ?? time;
    const most =
      MOST_SAVED * Math.max(1, site.objectives.size) * Math.max(usual * this.budget, site.cost.value ?? Infinity);
    site.allowance = Math.min(site.allowance + this.budget * Math.min(time, 4 * usual), most);
  }

  private affords(site: Site): boolean {
    const cost = site.cost.value;
    // Its cost is not known before one was observed beside plain ones: the early steps see to that.
    return cost !== null && site.allowance >= Math.max(0, cost) * Math.max(1, site.objectives.size);
  }

  private siteOf(key: string): Site {
    const site = this.sites.get(key) ?? {
      steps: 0,
      objectives: new Set<string>(),
      due: 0,
      allowance: 0,
      plainWhole: new RecentMedian(RECENT_PLAIN),
      plainGradients: new RecentMedian(RECENT_PLAIN),
      cost: new RecentMedian(RECENT_OBSERVED),
      early: [],
    };
    this.sites.set(key, site);
    return site;
  }
}

function isEarly(step: number): boolean {
  return step <= EARLY && (step & (step - 1)) === 0;
}
