import { appended, type StoredEvent, useKey } from './event-store';
import type { Settings } from './settings';
import { compareInstants, later, type Micros } from './timestamp';

/** An event with something to bill, and when its job runs. */
interface Due {
  readonly event: StoredEvent;
  readonly at: Micros;
}

/**
 * The jobs that Lago runs in the background, one for each event and one after another (lago:
 * jobs.events).
 */
export class EventJobs {
  /** Codes of metrics that some charge bills in advance; other events have nothing to bill. */
  readonly billed = new Set<string>();
  readonly #due: Due[] = [];
  /** When the jobs of a use (`useKey`) run. */
  readonly #runs = new Map<string, Micros[]>();
  /** When the last job of the queue is done. */
  #free: Micros = 0n;

  constructor(private readonly settings: Pick<Settings, 'eventJobsPerSecond'>) {}

  /** @returns whether there is something to bill */
  add(event: StoredEvent): boolean {
    const at = this.#turn(event);
    const isBilled = this.billed.has(event.code ?? '');
    if (isBilled) this.#due.push({ event, at });
    return isBilled;
  }

  /** A job waits for those before it; without a queue it runs once the event is seen. */
  #turn({ visibleAt, code, externalSubscriptionId }: StoredEvent): Micros {
    const { eventJobsPerSecond } = this.settings;
    if (eventJobsPerSecond === Number.POSITIVE_INFINITY) return visibleAt;
    const at = later(visibleAt, this.#free);
    this.#free = at + BigInt(Math.round(1_000_000 / eventJobsPerSecond));
    appended(this.#runs, useKey(code, externalSubscriptionId), at);
    return at;
  }

  /** When the next job runs that has something to bill; null for never. */
  next(): Micros | null {
    return this.#due.reduce<Micros | null>(
      (first, { at }) => (first === null || at < first ? at : first),
      null,
    );
  }

  /** Takes out the events to bill by an instant, in the order of their jobs. */
  takeUntil(instant: Micros): StoredEvent[] {
    const all = this.#due.splice(0);
    this.#due.push(...all.filter(({ at }) => at > instant));
    return all
      .filter(({ at }) => at <= instant)
      .sort((left, right) => compareInstants(left.at, right.at))
      .map(({ event }) => event);
  }

  /** How many jobs of a metric's events on a subscription have run by an instant. */
  runs(code: string, externalSubscriptionId: string, now: Micros): number {
    const runs = this.#runs.get(useKey(code, externalSubscriptionId)) ?? [];
    return runs.filter((at) => at <= now).length;
  }
}
