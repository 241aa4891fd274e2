import type { Http, LagoRequest, LagoResponse } from '../../../src/lago/http';
import type { EventStore } from '../../../src/sync/event-store';
import { groupBy } from '../../../src/value/group';
import type { UsageEvent } from '../../../src/value/usage-event';
import { ADDRESS, answered, shownEvent } from '../../lago/scripted-http';

/** What Lago counts, by the code of its metric. */
const AGGREGATIONS = {
  units: 'sum_agg',
  most: 'max_agg',
  last: 'latest_agg',
  seats: 'unique_count_agg',
  level: 'weighted_sum_agg',
} as const;
export type Code = keyof typeof AGGREGATIONS;

/** How the plan of all subscriptions charges. */
export type Charge = 'standard' | 'volume' | 'graduated';

const PROPERTIES: Readonly<Record<Charge, object>> = {
  standard: { amount: '1' },
  volume: {
    volume_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '0' }],
  },
  graduated: {
    graduated_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '5' }],
  },
};

const METRICS = Object.entries(AGGREGATIONS).map(([code, aggregation_type]) => ({
  code,
  aggregation_type,
  field_name: 'quantity',
  weighted_interval: 'seconds',
}));

const planOf = (charge: Charge) => ({
  code: 'basic',
  charges: METRICS.map(({ code }) => ({
    billable_metric_code: code,
    charge_model: charge,
    properties: PROPERTIES[charge],
  })),
});

/** The billing period that runs, and whether the one before it has a draft. */
export interface Running {
  readonly month: '02' | '03';
  readonly hasDraft: boolean;
}

const PERIODS: Readonly<Record<Running['month'], readonly [string, string]>> = {
  '02': ['2026-02-01T00:00:00Z', '2026-02-28T23:59:59Z'],
  '03': ['2026-03-01T00:00:00Z', '2026-03-31T23:59:59Z'],
};

const MARCH: Running = { month: '03', hasDraft: false };

const subscriptionOf = (name: string, { month }: Running) => ({
  external_id: name,
  external_customer_id: `customer of ${name}`,
  plan_code: 'basic',
  status: 'active',
  started_at: '2026-01-01T00:00:00.000Z',
  current_billing_period_started_at: PERIODS[month][0],
  current_billing_period_ending_at: PERIODS[month][1],
});

const searchOf = (search: string): ReadonlyMap<string, string> =>
  new Map(
    search.split('&').map((part) => {
      const [name = '', ...value] = part.split('=');
      return [decodeURIComponent(name), decodeURIComponent(value.join('='))];
    }),
  );

/** The draft of all that was used in February. */
const draftOf = (names: readonly string[]) => ({
  lago_id: 'draft',
  status: 'draft',
  created_at: '2026-03-01T00:10:00Z',
  issuing_date: '2026-03-31',
  billing_periods: names.map((name) => ({
    external_subscription_id: name,
    charges_from_datetime: PERIODS['02'][0],
    charges_to_datetime: PERIODS['02'][1],
    invoicing_reason: 'subscription_periodic',
  })),
  fees: [],
});

/** The number of the first items that come before a time; the items are in the order of time. */
function countBefore(events: readonly UsageEvent[], seconds: number): number {
  let [from, to] = [0, events.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((events[middle]?.timestamp ?? 0) < seconds) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** A Lago whose work for a request does not depend on how much it has. */
export class QuickLago implements Http {
  readonly address = ADDRESS;
  requests = 0;
  private readonly listed: Readonly<Record<string, readonly unknown[]>>;
  private readonly byId: ReadonlyMap<string, UsageEvent>;
  private readonly bySubscription: ReadonlyMap<string, readonly UsageEvent[]>;
  private readonly all: readonly UsageEvent[];

  constructor(
    names: readonly string[],
    {
      charge = 'standard',
      store = 'postgres',
      running = MARCH,
    }: {
      readonly charge?: Charge | undefined;
      readonly store?: EventStore | undefined;
      readonly running?: Running | undefined;
    },
    events: readonly UsageEvent[] = [],
  ) {
    this.all = [...events].sort((one, other) => one.timestamp - other.timestamp);
    this.byId = new Map(events.map((event) => [event.transaction_id, event]));
    this.bySubscription = groupBy(this.all, (event) => event.external_subscription_id);
    this.store = store;
    this.listed = {
      billable_metrics: METRICS,
      plans: [planOf(charge)],
      subscriptions: names.map((name) => subscriptionOf(name, running)),
      customers: names.map((name) => ({
        external_id: `customer of ${name}`,
        applicable_timezone: 'UTC',
      })),
      invoices: running.hasDraft ? [draftOf(names)] : [],
    };
  }

  private readonly store: EventStore;

  send(requests: readonly LagoRequest[]): LagoResponse[] {
    this.requests += requests.length;
    return requests.map(({ path }) => {
      const [place = '', search = ''] = path.slice(1).split('?');
      const [name = '', id] = place.split('/');
      if (name === 'organizations') return this.organization();
      if (name === 'events' && id !== undefined) return this.shown(decodeURIComponent(id));
      if (name === 'invoices' && id !== undefined)
        return answered(200, { invoice: this.listed['invoices']?.[0] });
      return name === 'events' ? this.events(searchOf(search)) : this.list(name, searchOf(search));
    });
  }

  private organization(): LagoResponse {
    const organization = {
      lago_id: 'org-1',
      name: 'Org',
      events_store: this.store,
      timezone: 'UTC',
    };
    return answered(200, { organization });
  }

  private shown(id: string): LagoResponse {
    const event = this.byId.get(id);
    return event === undefined
      ? answered(404, { code: 'event_not_found' })
      : answered(200, { event: shownEvent(event) });
  }

  /** All events of a request have the codes that it asks for. */
  private events(query: ReadonlyMap<string, string>): LagoResponse {
    const subscription = query.get('external_subscription_id');
    const events =
      subscription === undefined ? this.all : (this.bySubscription.get(subscription) ?? []);
    const secondsOf = (name: string, otherwise: number): number => {
      const text = query.get(name);
      return text === undefined ? otherwise : Date.parse(text) / 1000;
    };
    const from = countBefore(events, secondsOf('timestamp_from', Number.NEGATIVE_INFINITY));
    const to = countBefore(events, secondsOf('timestamp_to', Number.POSITIVE_INFINITY) + 0.000_5);
    const [number, size] = [Number(query.get('page')), Number(query.get('per_page'))];
    const total = to - from;
    const start = from + (number - 1) * size;
    return answered(200, {
      events: events
        .slice(start, Math.max(start, Math.min(to, start + size)))
        .map((event) => shownEvent(event)),
      meta: {
        total_pages: Math.ceil(total / size),
        total_count: total,
        next_page: number * size < total ? number + 1 : null,
      },
    });
  }

  private list(name: string, query: ReadonlyMap<string, string>): LagoResponse {
    const all = this.listed[name] ?? [];
    const [number, size] = [Number(query.get('page')), Number(query.get('per_page'))];
    const meta = { total_pages: Math.ceil(all.length / size), total_count: all.length };
    return answered(200, { [name]: all.slice((number - 1) * size, number * size), meta });
  }
}
