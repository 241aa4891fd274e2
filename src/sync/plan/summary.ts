import Big from 'big.js';
import { dayOf } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';
import { quantityOf } from '../billing/aggregation';
import { isBooked } from '../ledger/entry';
import type { EventCheck } from '../ports';
import { type Plan, unitOf } from './planned-row';

/** Events of one metric among those that would be sent. */
export interface MetricTotal {
  /** Code of the metric. */
  readonly code: string;
  /** Number of events. */
  readonly events: number;
  /**
   * Decimal text of the sum of the property that the metric reads; undefined for a metric that
   * counts events or that is not known.
   */
  readonly quantity: string | undefined;
  /** Name of that property. */
  readonly field: string | undefined;
}

/** Events of one month or day. */
export interface PeriodTotal {
  /** `2026-11` or `2026-11-21`, in the summary's zone. */
  readonly period: string;
  /** Number of events. */
  readonly events: number;
  /** As in MetricTotal, of the first metric of the summary. */
  readonly quantity: string | undefined;
}

/** What one subscription would be sent. */
export interface SubscriptionTotal {
  /** External id. */
  readonly subscription: string;
  /** Number of events. */
  readonly events: number;
  /** As in MetricTotal, of the first metric of the summary. */
  readonly quantity: string | undefined;
}

/** What a plan would send, for a person to compare with what she expects. */
export interface Summary {
  /** Number of events. */
  readonly events: number;
  /** The most frequent first. */
  readonly metrics: readonly MetricTotal[];
  /** What `periods` are. */
  readonly unit: 'month' | 'day';
  /** In the order of time, without those that have no events. */
  readonly periods: readonly PeriodTotal[];
  /** The biggest by quantity of the first metric, or by events if it has none; up to five. */
  readonly biggest: readonly SubscriptionTotal[];
  /** Number of subscriptions. */
  readonly subscriptions: number;
  /** First and last time of usage, in ms; undefined if nothing would be sent. */
  readonly first: number | undefined;
  /** See `first`. */
  readonly last: number | undefined;
  /** Events that are dated later than now. */
  readonly future: number;
  /** Events of closed periods that are booked into the running one. */
  readonly booked: number;
  /** IANA zone of the periods. */
  readonly zone: string;
}

const BIGGEST = 5;
/** Up to this many days are shown one by one. */
const MOST_DAYS = 31;
const MONTH_CHARACTERS = 'yyyy-MM'.length;

/** Which property of an event is added up, and how it is read. */
type Adding = Pick<EventCheck, 'quantityField' | 'store'>;

class Total {
  events = 0;
  sum = new Big(0);

  add(quantity: Big | undefined): void {
    this.events++;
    if (quantity !== undefined) this.sum = this.sum.plus(quantity);
  }
}

function totalsBy<Key>(
  events: readonly UsageEvent[],
  keyOf: (event: UsageEvent) => Key,
  { quantityField, store }: Adding,
): Map<Key, Total> {
  const totals = new Map<Key, Total>();
  for (const event of events) {
    const key = keyOf(event);
    const total = totals.get(key) ?? new Total();
    total.add(quantityOf(event, { field: quantityField?.(event.code), store }));
    totals.set(key, total);
  }
  return totals;
}

/**
 * Sums up the events that a plan would send; days and months are those of the zone.
 * @param now in ms
 */
export function summarise({ rows }: Plan, adding: Adding, zone: string, now: number): Summary {
  const entries = rows.flatMap(unitOf);
  const events = entries.map(({ event }) => event);
  const metrics = [...totalsBy(events, ({ code }) => code, adding)]
    .map(([code, { events: amount, sum }]): MetricTotal => {
      const field = adding.quantityField?.(code);
      return {
        code,
        events: amount,
        quantity: field === undefined ? undefined : sum.toFixed(),
        field,
      };
    })
    .sort((left, right) => right.events - left.events);
  const [main] = metrics;
  const ofMain = events.filter(({ code }) => code === main?.code);
  const quantityText = ({ sum }: Total): string | undefined =>
    main?.field === undefined ? undefined : sum.toFixed();

  const seconds = events.map(({ timestamp }) => timestamp);
  const days = new Map([...new Set(seconds)].map((each) => [each, dayOf(each, zone)]));
  const unit = new Set(days.values()).size <= MOST_DAYS ? 'day' : 'month';
  const periodOf = ({ timestamp }: UsageEvent): string => {
    const day = days.get(timestamp) ?? '';
    return unit === 'day' ? day : day.slice(0, MONTH_CHARACTERS);
  };
  const subscriptionTotals = [
    ...totalsBy(ofMain, ({ external_subscription_id }) => external_subscription_id, adding),
  ];
  return {
    events: events.length,
    metrics,
    unit,
    periods: [...totalsBy(ofMain, periodOf, adding)]
      .map(([period, total]) => ({ period, events: total.events, quantity: quantityText(total) }))
      .sort((left, right) => left.period.localeCompare(right.period)),
    biggest: subscriptionTotals
      .sort(([, left], [, right]) =>
        main?.field === undefined ? right.events - left.events : right.sum.cmp(left.sum),
      )
      .slice(0, BIGGEST)
      .map(([subscription, total]) => ({
        subscription,
        events: total.events,
        quantity: quantityText(total),
      })),
    subscriptions: new Set(events.map(({ external_subscription_id }) => external_subscription_id))
      .size,
    first:
      seconds.length === 0
        ? undefined
        : seconds.reduce((least, each) => Math.min(least, each)) * 1000,
    last:
      seconds.length === 0
        ? undefined
        : seconds.reduce((most, each) => Math.max(most, each)) * 1000,
    future: events.filter(({ timestamp }) => timestamp * 1000 > now).length,
    booked: entries.filter(isBooked).length,
    zone,
  };
}
