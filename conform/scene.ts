import type { Account } from './account';
import { type Check, isMet } from './check';
import type { Clock } from './clock';
import { type JsonObject, valueAt } from './json';
import type { Answer, Lago, Store } from './lago';

/** How long Lago's own background work is waited for. */
const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 1_000;
const DAY_SECONDS = 86_400;

/** What events are sent to if nothing depends on their bill: a metric that counts them. */
export interface Stage {
  readonly code: string;
  /** Two subscriptions on one plan that charges for it. */
  readonly first: string;
  readonly second: string;
}

/** What probes ask of, and what they know of it. */
export class Scene {
  /** When it began, Unix seconds. */
  readonly now: number;
  /** A day before: inside the running period of every subscription that is made here. */
  readonly at: number;

  constructor(
    readonly lago: Lago,
    readonly account: Account,
    readonly clock: Clock,
    /** Undefined if Lago does not tell it. */
    readonly store: Store | undefined,
    readonly stage: Stage,
  ) {
    this.now = Math.floor(clock.now() / 1000);
    this.at = this.now - DAY_SECONDS;
  }

  /** An event of the first subscription a day ago, but for what its fields say. */
  event(name: string, fields: JsonObject = {}): JsonObject {
    return {
      transaction_id: this.account.named(name),
      external_subscription_id: this.stage.first,
      code: this.stage.code,
      timestamp: this.at,
      ...fields,
    };
  }

  send(name: string, fields: JsonObject = {}): Answer {
    return this.lago.event(this.event(name, fields));
  }

  /** Looks again and again until all is as it should be, or Lago has had its time. */
  until(look: () => readonly Check[], patienceMs = PATIENCE_MS): readonly Check[] {
    return this.#repeated(look, (checks) => checks.every(isMet), patienceMs);
  }

  /** Asks until an answer is what it has to be, or Lago has had its time. */
  answer(ask: () => Answer, isEnough: (answer: Answer) => boolean): Answer {
    return this.#repeated(ask, isEnough, PATIENCE_MS);
  }

  /** An event by its encoded id; ClickHouse shows it after a while (lago: clickhouse.delay). */
  shown(id: string): Answer {
    return this.answer(
      () => this.lago.get(`/events/${id}`),
      ({ status }) => status !== 404 || this.store === 'postgres',
    );
  }

  /** Events by a query, once there are as many of them as were sent. */
  listed(query: string, count: number): Answer {
    return this.answer(
      () => this.lago.get(`/events?${query}`),
      ({ body }) =>
        this.store === 'postgres' || Number(valueAt(body, 'meta', 'total_count')) >= count,
    );
  }

  #repeated<T>(look: () => T, isEnough: (found: T) => boolean, patienceMs: number): T {
    const end = this.clock.now() + patienceMs;
    for (;;) {
      const found = look();
      if (isEnough(found) || this.clock.now() >= end) return found;
      this.clock.wait(LOOK_AGAIN_MS);
    }
  }
}
