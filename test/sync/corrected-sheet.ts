import type { BillingTerms, ChargeTerms } from '../../src/sync/billing/correction';
import { isInSpan, type Span } from '../../src/sync/billing/period';
import type { EventStore } from '../../src/sync/event-store';
import type { RunResult } from '../../src/sync/report';
import { run } from '../../src/sync/run';
import type { RunRequest } from '../../src/sync/run-request';
import type { Sync } from '../../src/sync/sync';
import type { UsageEvent } from '../../src/value/usage-event';
import { readyOf, syncOf } from './fixture';
import { type World, worldOf } from './world';

export const CHARGE: ChargeTerms = {
  model: 'standard',
  payInAdvance: false,
  prorated: false,
  byEvent: false,
  keys: [],
};

/** How Lago bills the events of a corrected sheet; the period from `from` to `until` (ms) runs, what lies before it is invoiced. */
export interface Billing {
  terms?: Partial<BillingTerms>;
  /** Of some events, by code or subscription. */
  termsFor?: (event: UsageEvent) => Partial<BillingTerms>;
  from?: number;
  until?: number;
}

const HEADER = '| id | sub | date | qty |';
export const MARCH = {
  from: Date.parse('2026-03-01T00:00:00Z'),
  until: Date.parse('2026-03-31T23:59:59.999Z'),
};
export const APRIL = {
  from: Date.parse('2026-04-01T00:00:00Z'),
  until: Date.parse('2026-04-30T23:59:59.999Z'),
};

const time = (seconds: number): string =>
  new Date(seconds * 1000)
    .toISOString()
    .slice(8, 23)
    .replace('T12:00:00.000', '')
    .replace('T12:00:00', '+');

/** `a s1 02 5`: id, subscription, day of the month, and quantity; of an event that was placed just behind another one also by how much. */
export const told = ({
  transaction_id,
  external_subscription_id,
  timestamp,
  properties,
}: UsageEvent): string =>
  [
    transaction_id,
    external_subscription_id,
    time(timestamp),
    String(properties['quantity']),
    ...(properties['operation_type'] === undefined ? [] : [String(properties['operation_type'])]),
  ].join(' ');

/** A sync that corrects changed and removed rows, on a sheet of which each state is run once or more. */
export class CorrectedSheet {
  readonly world: World;
  billing: Billing = {};
  sync: Partial<Sync> = {};
  readonly #store: EventStore;
  #seen = 0;

  constructor(store: EventStore = 'postgres') {
    this.#store = store;
    this.world = worldOf(store);
    this.world.destination.check = () => ({
      problemsOf: this.world.destination.checked,
      off: [],
      store,
      aggregationOf: () => ({
        ...this.#terms({ code: 'units' } as UsageEvent),
        ...this.billing.terms,
      }),
      billingOf: (event) => this.#terms(event),
      spanOf: (event) => this.#span(event),
      openUntil: (event) => (this.#isOpen(event) ? this.#until : undefined),
      periodOf: (event) => {
        if (this.#isOpen(event)) return { state: 'open' };
        return event.timestamp * 1000 > this.#until
          ? { state: 'later' }
          : { state: 'invoiced', current: this.#from, canBook: true };
      },
    });
  }

  get #from(): number {
    return this.billing.from ?? MARCH.from;
  }

  get #until(): number {
    return this.billing.until ?? MARCH.until;
  }

  #isOpen({ timestamp }: UsageEvent): boolean {
    return timestamp * 1000 >= this.#from && timestamp * 1000 <= this.#until;
  }

  /** March and April are periods; of later ones nothing is known. */
  #span({ timestamp }: UsageEvent): Span | undefined {
    const spans = [
      { from: this.#from, to: this.#until },
      { from: MARCH.from, to: MARCH.until },
    ];
    return spans.find((span) => isInSpan(span, timestamp));
  }

  #terms(event: UsageEvent): BillingTerms {
    const isOpen = this.#isOpen(event);
    return {
      store: this.#store,
      aggregation: 'sum_agg',
      field: 'quantity',
      expression: undefined,
      recurring: false,
      charges: [CHARGE],
      period: isOpen ? 'open' : 'invoiced',
      current: this.#from,
      until: isOpen ? this.#until : undefined,
      ...this.billing.terms,
      ...this.billing.termsFor?.(event),
    };
  }

  /** Runs once, without looking at what was sent. */
  run(rows: readonly string[], request: Partial<RunRequest> = {}): RunResult {
    const { world } = this;
    world.table = [HEADER, ...rows.map((row) => `| ${row} |`)].join('\n');
    world.clock.time += 3_600_000;
    return run(world, {
      ready: readyOf(syncOf(HEADER, { changed: 'correct', removed: 'correct', ...this.sync })),
      trigger: 'clock',
      deadline: world.clock.time + 5 * 60_000,
      approved: { events: 10_000, removed: 10_000 },
      usual: { days: [], removed: undefined },
      resting: () => false,
      again: new Set(),
      ...request,
    });
  }

  /** The events that a run of these rows put into Lago, and its rows that need somebody. */
  sent(...rows: string[]): string[] {
    const { plan } = this.run(rows);
    const { stored } = this.world.destination;
    const fresh = stored.slice(this.#seen).map(({ text }) => told(JSON.parse(text) as UsageEvent));
    this.#seen = stored.length;
    const shown = (plan?.rows ?? [])
      .filter(({ problems }) => problems.length > 0)
      .map(
        ({ key, action, problems }) =>
          `(${key} ${action}: ${problems.map(({ code, message }) => because(code, message)).join()})`,
      );
    return [...fresh, ...shown];
  }
}

/** The code of a problem, and of what cannot be corrected why. */
const because = (code: string, message: string): string =>
  code.endsWith('-uncorrected')
    ? (/(?:correct Lago|take it back): (.*?)\. Lago still/.exec(message)?.[1] ?? message)
    : code;
