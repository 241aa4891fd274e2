import { countedNumber, Decimal, largest, roundTo, sum, zero } from './decimal';
import type { StoredEvent } from './event-store';
import type { Json } from './json';
import type { Metric } from './metrics';
import type { EventsStoreName } from './organization';
import type { Period } from './period';
import { compareInstants, later } from './timestamp';

/** What a charge is priced on. */
export interface Aggregate {
  units: Decimal;
  eventsCount: number;
  /** What each event added, in order of time: percentage charges price events one by one. */
  parts: Decimal[];
}

interface Counted {
  event: StoredEvent;
  value: Decimal;
}

export function aggregate(metric: Metric, store: EventsStoreName, events: StoredEvent[], period: Period): Aggregate {
  const ordered = [...events].sort((left, right) => compareInstants(left.timestamp, right.timestamp));
  const raw = rawAggregate(metric, store, ordered, period);
  return metric.rounding === null ? raw : { ...raw, units: roundTo(raw.units, metric.rounding, metric.roundingPrecision ?? 0) };
}

function rawAggregate(metric: Metric, store: EventsStoreName, events: StoredEvent[], period: Period): Aggregate {
  if (metric.aggregation === 'count_agg') {
    return { units: new Decimal(events.length), eventsCount: events.length, parts: events.map(() => new Decimal(1)) };
  }
  if (metric.aggregation === 'unique_count_agg') return uniqueCount(metric, events);
  const counted = countedEvents(metric, store, events);
  const parts = counted.map(({ value }) => value);
  return { units: numericUnits(metric, store, counted, period), eventsCount: counted.length, parts };
}

/** Postgres leaves out what is not a number, ClickHouse takes it for zero (lago.md, section 8). */
function countedEvents(metric: Metric, store: EventsStoreName, events: StoredEvent[]): Counted[] {
  return events.flatMap((event) => {
    const value = countedNumber(event.properties[metric.fieldName ?? '']) ?? (store === 'clickhouse' ? zero() : null);
    return value === null ? [] : [{ event, value }];
  });
}

function numericUnits(metric: Metric, store: EventsStoreName, counted: Counted[], period: Period): Decimal {
  const values = counted.map(({ value }) => value);
  switch (metric.aggregation) {
    case 'max_agg':
      return values.length === 0 ? zero() : values.reduce(largest);
    case 'latest_agg':
      return latest(store, counted);
    case 'weighted_sum_agg':
      return weightedSum(counted, period);
    default:
      return sum(values);
  }
}

/** On a tie Postgres takes the one stored last; ClickHouse has no rule, so the fake takes the other. */
function latest(store: EventsStoreName, counted: Counted[]): Decimal {
  const newest = counted.at(-1);
  if (!newest) return zero();
  if (store === 'postgres') return newest.value;
  return (counted.find(({ event }) => event.timestamp === newest.event.timestamp) ?? newest).value;
}

/** Deltas on a time line, averaged over the seconds of the period; what came before it counts from its start. */
function weightedSum(counted: Counted[], period: Period): Decimal {
  const end = period.to + 1000n;
  return counted.reduce((total, { event, value }) => {
    const start = later(event.timestamp, period.from);
    const seconds = new Decimal(String(end - start)).div(1_000_000);
    return total.plus(value.times(seconds).div(period.seconds));
  }, zero());
}

/** Per value, an add counts after nothing or a remove, and a remove only after an add (lago.md, section 9). */
function uniqueCount(metric: Metric, events: StoredEvent[]): Aggregate {
  const present = new Set<string>();
  const named = events.flatMap((event) => {
    const value = uniqueText(event.properties[metric.fieldName ?? '']);
    return value === null ? [] : [{ event, value }];
  });
  const parts: Decimal[] = [];
  for (const { event, value } of inAdverseOrder(named)) {
    const removes = event.properties.operation_type === 'remove';
    if (removes !== present.has(value)) continue;
    if (removes) present.delete(value);
    else present.add(value);
    parts.push(new Decimal(removes ? -1 : 1));
  }
  return { units: new Decimal(present.size), eventsCount: named.length, parts };
}

/** Equal timestamps have no defined order in Lago; the fake puts the one that arrived last first. */
function inAdverseOrder<T extends { event: StoredEvent }>(named: T[]): T[] {
  return [...named].reverse().sort((left, right) => compareInstants(left.event.timestamp, right.event.timestamp));
}

function uniqueText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return new Decimal(value).toFixed();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
