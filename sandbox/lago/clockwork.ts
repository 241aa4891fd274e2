import type { Organization } from './organization';
import { later, type Micros } from './timestamp';

/** What Lago does by the clock, and not when it is asked (lago: jobs.minutes). */
export type JobName = 'clear' | 'event' | 'start' | 'end' | 'bill' | 'finalize';

const MINUTE: Micros = 60_000_000n;
const HOUR: Micros = 60n * MINUTE;

/** A job runs once in so long, counted from a minute after the full hour. */
export const TIMETABLE: Readonly<Record<JobName, { every: Micros; after: Micros }>> = {
  clear: { every: 1_000_000n, after: 0n },
  event: { every: 1n, after: 0n },
  start: { every: 5n * MINUTE, after: 0n },
  end: { every: HOUR, after: 5n * MINUTE },
  bill: { every: HOUR, after: 10n * MINUTE },
  finalize: { every: HOUR, after: 20n * MINUTE },
};

export interface Job {
  readonly name: JobName;
  /** The first instant at which it has something to do; null for never. */
  due(organization: Organization): Micros | null;
  /** Does everything that is due by an instant, which is one of its own. */
  run(organization: Organization, at: Micros): void;
}

/**
 * Passes the jobs of an organization in the order of time, each at its own minutes, as if the clock
 * had not jumped. Whoever looks at the organization passes them first.
 */
export class Clockwork {
  /** Jobs that an outage leaves out. */
  readonly #out = new Set<JobName>();
  /** Before these instants jobs were left out. */
  readonly #back = new Map<JobName, Micros>();
  /** Nothing runs before this, as long as the organization is what it was; null for never. */
  #next: { readonly revision: number; readonly at: Micros | null } | undefined;

  constructor(
    private readonly organization: Organization,
    private readonly jobs: readonly Job[],
  ) {}

  /**
   * The same for somebody who adds things one by one: it runs what was known to be due, and does not
   * look through all that there is for each thing that is added.
   */
  follow(): void {
    const next = this.#next;
    const isDue = next === undefined || (next.at !== null && next.at <= this.organization.now());
    if (isDue) this.pass();
  }

  /** Runs what has to run up to an instant. */
  pass(until = this.organization.now()): void {
    const { organization } = this;
    const next = this.#next;
    const isKnown = next?.revision === organization.revision;
    if (isKnown && (next.at === null || next.at > until)) return;
    let run = this.#first();
    for (; run !== undefined && run.at <= until; run = this.#first())
      run.job.run(organization, run.at);
    this.#next = { revision: organization.revision, at: run?.at ?? null };
  }

  /** From now on a job does not run. */
  leaveOut(name: JobName): void {
    this.pass();
    this.#out.add(name);
    this.#next = undefined;
  }

  /** From now on a job runs again; it does not make up for what only an earlier run could do. */
  bringBack(name: JobName): void {
    this.pass();
    this.#out.delete(name);
    this.#back.set(name, this.organization.now());
    this.#next = undefined;
  }

  #first(): { readonly job: Job; readonly at: Micros } | undefined {
    let first: { readonly job: Job; readonly at: Micros } | undefined;
    for (const job of this.jobs) {
      const due = this.#out.has(job.name) ? null : job.due(this.organization);
      if (due === null) continue;
      const at = firstRun(job.name, later(due, this.#back.get(job.name) ?? due));
      if (first === undefined || at < first.at) first = { job, at };
    }
    return first;
  }
}

/** The first time, at or after an instant, at which a job runs. */
export function firstRun(name: JobName, instant: Micros): Micros {
  const { every, after } = TIMETABLE[name];
  const behind = (((instant - after) % every) + every) % every;
  return behind === 0n ? instant : instant + every - behind;
}
