/** What is told of a step after it was made. Times are in milliseconds. */
export interface StepTimes {
  /** From the start of this step to the start of the next one: with its data, its update and the script's own code. */
  readonly whole: number;
  /** Of it, the forward and backward passes: what an observed step makes longer. */
  readonly gradients: number;
  /** What watching did besides, at the update. */
  readonly beside: number;
}

/** Decides which training steps are observed. A site is a place that trains: the same function, optimizer and variables. */
export interface StepSchedule {
  /** Called at the start of each step of a site. True where it is to be observed. */
  next(site: string): boolean;
  /** An observed step of the site belonged to this objective. */
  note(site: string, objective: string): void;
  /** How long a step took, observed or not. */
  took(site: string, observed: boolean, times: StepTimes): void;
  /** Something happened that must be looked at: a site's next step is observed. */
  alarm(site: string): void;
  /** Measured cost of all observation so far, as a fraction of the time that training takes without; null before it is known. */
  readonly overhead: number | null;
}
