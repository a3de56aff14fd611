import type { StepSchedule } from './stepSchedule.ts';

/** What is known of one place that trains. */
interface Site {
  steps: number;
  readonly objectives: Set<string>;
  /** Steps still to observe in this round: one for each objective that shares the site. */
  due: number;
}

/**
 * Every n-th step of each site is observed. The first two steps of a site are always observed; a site that turns out to
 * serve several objectives in turn is observed for as many steps in a row.
 */
export class EveryNth implements StepSchedule {
  /** Nobody asked what it costs. */
  readonly overhead = null;
  private readonly sites = new Map<string, Site>();

  /** @param every A whole number, at least 1. */
  constructor(private readonly every: number) {}

  next(key: string): boolean {
    const site = this.siteOf(key);
    if (site.steps % this.every === 0) {
      site.due = Math.max(1, site.objectives.size);
    }
    const observed = site.due > 0 || site.steps < 2;
    site.due = Math.max(0, site.due - 1);
    site.steps++;
    return observed;
  }

  note(key: string, objective: string): void {
    this.sites.get(key)?.objectives.add(objective);
  }

  took(): void {
    // The interval is the user's.
  }

  alarm(key: string): void {
    const site = this.siteOf(key);
    site.due = Math.max(site.due, 1, site.objectives.size);
  }

  private siteOf(key: string): Site {
    const site = this.sites.get(key) ?? { steps: 0, objectives: new Set<string>(), due: 0 };
    this.sites.set(key, site);
    return site;
  }
}
