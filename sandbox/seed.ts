import { DateTime } from 'luxon';
import type { UsageEvent } from '../src/value/usage-event';
import type { CatalogSeed } from './lago';

export interface World {
  readonly catalog: CatalogSeed;
  /** The first metric that the events name; '' where there are none. */
  readonly code: string;
  /** Earliest and latest time of the events (ms), but for those far from the others. */
  readonly first: number;
  readonly last: number;
}

/** What a Lago was filled with, in a sentence. */
export function filledWith({ catalog }: World): string {
  const { metrics = [], subscriptions = [] } = catalog;
  if (metrics.length === 0)
    return 'No row makes an event, so the fake Lago is empty. What to change is said below.';
  const counted = metrics.map(({ code, field_name: field }) =>
    field === undefined
      ? `“${code}” counts events, since no property is a number in most of them`
      : `“${code}” adds up “${field}”`,
  );
  const plural = subscriptions.length === 1 ? '' : 's';
  return `The fake Lago is filled from the sheet: ${counted.join('; ')}; ${subscriptions.length} subscription${plural}.`;
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const START_DAYS_BEFORE = 40;
const DAY_MS = 86_400_000;
const YEAR_MS = 366 * DAY_MS;

/**
 * The property that a metric sums: the first one that is a number in most of its events, else a
 * text that reads as one; undefined where the metric counts events.
 */
function summedField(events: readonly UsageEvent[]): string | undefined {
  const names = [...new Set(events.flatMap(({ properties }) => Object.keys(properties)))];
  const mostAre = (name: string, isOne: (value: unknown) => boolean): boolean =>
    events.filter(({ properties }) => isOne(properties[name])).length > events.length / 2;
  return (
    names.find((name) => mostAre(name, (value) => typeof value === 'number')) ??
    names.find((name) => mostAre(name, (value) => typeof value === 'string' && NUMBER.test(value)))
  );
}

function metricFor(code: string, events: readonly UsageEvent[]) {
  const field = summedField(events.filter((event) => event.code === code));
  return field === undefined
    ? { name: code, code, aggregation_type: 'count_agg' }
    : { name: code, code, aggregation_type: 'sum_agg', field_name: field };
}

/**
 * What a Lago must hold so that these events are billed: the metrics that they name, and a
 * subscription for each that occurs, or the known ones, all of whose periods run.
 */
export function worldFor(events: readonly UsageEvent[], known?: readonly string[]): World {
  const times = usualTimes(events.map(({ timestamp }) => timestamp * 1000));
  const now = Date.now();
  const first = times[0] ?? now;
  const last = times[times.length - 1] ?? now;
  const codes = distinct(events.map(({ code }) => code));
  const subscriptions = known ?? distinct(events.map((event) => event.external_subscription_id));
  const inUtc = (time: number): DateTime => DateTime.fromMillis(time, { zone: 'utc' });
  const start = inUtc(first).minus({ days: START_DAYS_BEFORE }).toISO() ?? '';
  const isOneMonth = inUtc(first).hasSame(inUtc(last), 'month');
  return {
    code: codes[0] ?? '',
    first,
    last,
    catalog: {
      metrics: codes.map((code) => metricFor(code, events)),
      plans: [
        {
          name: 'Usage',
          code: 'usage',
          interval: isOneMonth ? 'monthly' : 'yearly',
          amount_cents: 0,
          amount_currency: 'EUR',
          pay_in_advance: false,
          charges: codes.map((code) => ({
            billable_metric_code: code,
            charge_model: 'standard',
            pay_in_advance: false,
            properties: { amount: '0.05' },
          })),
        },
      ],
      customers: subscriptions.map((id) => ({
        external_id: `customer-${id}`,
        name: id,
        currency: 'EUR',
        timezone: 'UTC',
      })),
      subscriptions: subscriptions.map((id) => ({
        external_customer_id: `customer-${id}`,
        plan_code: 'usage',
        external_id: id,
        subscription_at: start,
        // A year from the start on, so that none ends between the rows.
        ...(isOneMonth ? {} : { billing_time: 'anniversary' }),
      })),
    },
  };
}

/**
 * Times in order, without those a year and more from the middle: one typing mistake must not move
 * the sandbox's clock.
 */
function usualTimes(times: readonly number[]): number[] {
  const ordered = [...times].sort((left, right) => left - right);
  const middle = ordered[Math.floor(ordered.length / 2)] ?? 0;
  return ordered.filter((time) => Math.abs(time - middle) < YEAR_MS);
}

/** Lago strips the ids of what it creates, and not those in events. */
const distinct = (texts: readonly string[]): string[] => [
  ...new Set(texts.map((text) => text.trim()).filter((text) => text !== '')),
];
