import { countedNumber, Decimal, largest, roundTo, sum, zero } from './decimal';
import type { EventsStoreName, StoredEvent } from './event-store';
import type { Json } from './json';
import type { Metric, Period } from './records';
import { compareInstants, later } from './timestamp';

/** What a charge is priced on. */
export interface Aggregate {
  units: Decimal;
  eventsCount: number;
  /** What each event added, in order of time: percentage charges price events one by one. */
  parts: Decimal[];
  /**
   * The events that it counts as what they say: not what ClickHouse takes for zero, but repetitions
   * of a unique value too.
   */
  counted: StoredEvent[];
}

interface Valued {
  event: StoredEvent;
  value: Decimal;
  /** Else it is zero for want of a number. */
  isNumber: boolean;
}

export function aggregate(
  metric: Metric,
  store: EventsStoreName,
  events: StoredEvent[],
  period: Period,
): Aggregate {
  const ordered = [...events].sort((left, right) =>
    compareInstants(left.timestamp, right.timestamp),
  );
  const raw = rawAggregate(metric, store, ordered, period);
  return metric.rounding === null
    ? raw
    : { ...raw, units: roundTo(raw.units, metric.rounding, metric.roundingPrecision ?? 0) };
}

function rawAggregate(
  metric: Metric,
  store: EventsStoreName,
  events: StoredEvent[],
  period: Period,
): Aggregate {
  if (metric.aggregation === 'count_agg') {
    return {
      units: new Decimal(events.length),
      eventsCount: events.length,
      parts: events.map(() => new Decimal(1)),
      counted: events,
    };
  }
  if (metric.aggregation === 'unique_count_agg') return uniqueCount(metric, events);
  const valued = valuedEvents(metric, store, events);
  const parts = valued.map(({ value }) => value);
  const counted = valued.filter(({ isNumber }) => isNumber).map(({ event }) => event);
  return {
    units: numericUnits(metric, store, valued, period),
    eventsCount: valued.length,
    parts,
    counted,
  };
}

/**
 * Postgres leaves out what is not a number, ClickHouse takes it for zero (lago:
 * counting.no-numbers).
 */
/** ClickHouse's column has 38 digits, 26 of them behind the point; what does not fit is zero. */
const CLICKHOUSE_LIMIT = new Decimal('1e12');

const heldNumber = (store: EventsStoreName, value: Decimal | null): Decimal | null =>
  value !== null && store === 'clickhouse' && value.abs().gte(CLICKHOUSE_LIMIT) ? null : value;

function valuedEvents(metric: Metric, store: EventsStoreName, events: StoredEvent[]): Valued[] {
  return events.flatMap((event) => {
    const number = heldNumber(store, countedNumber(event.billedProperties[metric.fieldName ?? '']));
    const value = number ?? (store === 'clickhouse' ? zero() : null);
    return value === null ? [] : [{ event, value, isNumber: number !== null }];
  });
}

function numericUnits(
  metric: Metric,
  store: EventsStoreName,
  valued: Valued[],
  period: Period,
): Decimal {
  const values = valued.map(({ value }) => value);
  switch (metric.aggregation) {
    case 'max_agg':
      return values.length === 0 ? zero() : values.reduce(largest);
    case 'latest_agg':
      return latest(store, valued);
    case 'weighted_sum_agg':
      return weightedSum(valued, period);
    default:
      return sum(values);
  }
}

/**
 * On a tie Postgres takes the one stored last; ClickHouse has no rule, so the fake takes the other.
 */
function latest(store: EventsStoreName, valued: Valued[]): Decimal {
  const newest = valued.at(-1);
  if (!newest) return zero();
  if (store === 'postgres') return newest.value;
  return (valued.find(({ event }) => event.timestamp === newest.event.timestamp) ?? newest).value;
}

/**
 * Deltas on a time line, averaged over the seconds of the period; what came before it counts from
 * its start.
 */
function weightedSum(valued: Valued[], period: Period): Decimal {
  const end = period.to + 1000n;
  return valued.reduce((total, { event, value }) => {
    const start = later(event.timestamp, period.from);
    const seconds = new Decimal(String(end - start)).div(1_000_000);
    return total.plus(value.times(seconds).div(period.seconds));
  }, zero());
}

/**
 * Per value, an add counts after nothing or a remove, and a remove only after an add (lago:
 * counting.unique). Nobody documents any other operation: it counts for nothing.
 */
function uniqueCount(metric: Metric, events: StoredEvent[]): Aggregate {
  const present = new Set<string>();
  const named = events.flatMap((event) => {
    const value = propertyText(event.billedProperties[metric.fieldName ?? '']);
    const operation = event.billedProperties.operation_type ?? 'add';
    return value !== null && (operation === 'add' || operation === 'remove')
      ? [{ event, value, removes: operation === 'remove' }]
      : [];
  });
  const parts: Decimal[] = [];
  for (const { value, removes } of inAdverseOrder(named)) {
    if (removes !== present.has(value)) continue;
    if (removes) present.delete(value);
    else present.add(value);
    parts.push(new Decimal(removes ? -1 : 1));
  }
  return {
    units: new Decimal(present.size),
    eventsCount: named.length,
    parts,
    counted: named.map(({ event }) => event),
  };
}

/**
 * Equal timestamps have no defined order in Lago; the fake puts the one that arrived last first.
 */
function inAdverseOrder<T extends { event: StoredEvent }>(named: T[]): T[] {
  return [...named]
    .reverse()
    .sort((left, right) => compareInstants(left.event.timestamp, right.event.timestamp));
}

/** A property as a text column shows it; null where there is nothing. */
export function propertyText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'number') return new Decimal(value).toFixed();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
