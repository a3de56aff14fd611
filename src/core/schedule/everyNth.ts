import { LOSSES_ALONE, type StepSchedule, type StepWatch } from './stepSchedule.ts';

/** Of so many observations, one looks at the halves of its batch too. */
const HALVES_EVERY = 10;

/** What is known of one place that trains. */
interface Site {
  steps: number;
  observed: number;
  readonly objectives: Set<string>;
  /** Steps still to observe in this round: one for each objective that shares the site. */
  due: number;
}

/**
 * Every n-th step of each site is observed deeply. The first two steps of a site are always observed; a site that turns out to
 * serve several objectives in turn is observed for as many steps in a row.
 */
export class EveryNth implements StepSchedule {
  /** Nobody asked what it costs. */
  readonly overhead = null;
  readonly watchesGradients = true;
  private readonly sites = new Map<string, Site>();

  /** @param every A whole number, at least 1. */
  constructor(private readonly every: number) {}

  next(key: string): StepWatch {
    const site = this.siteOf(key);
    if (site.steps % this.every === 0) {
      site.due = Math.max(1, site.objectives.size);
    }
    const observed = site.due > 0 || site.steps < 2;
    site.due = Math.max(0, site.due - 1);
    site.steps++;
    if (!observed) {
      return LOSSES_ALONE;
    }
    site.observed++;
    return { depth: 'deep', halves: site.observed % HALVES_EVERY === 0 };
  }

  note(key: string, objective: string): void {
    this.sites.get(key)?.objectives.add(objective);
  }

  took(): void {
    // The interval is the user's.
  }

  private siteOf(key: string): Site {
    const site = this.sites.get(key) ?? { steps: 0, observed: 0, objectives: new Set<string>(), due: 0 };
    this.sites.set(key, site);
    return site;
  }
}
