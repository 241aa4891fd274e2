import { ARITHMETIC } from './arithmetic';
import { Decimal, largest, roundTo, zero } from './decimal';
import type { EventsStoreName, StoredEvent } from './event-store';
import type { Period } from './period';
import type { Metric } from './records';
import { compareInstants, later, type Micros } from './timestamp';

/** What a charge is priced on. */
export interface Aggregate {
  /** Below zero too: what that costs, the charge decides (lago: counting.clamped). */
  units: Decimal;
  /** What weighted sums show beside their units; null: the units. */
  totalUnits: Decimal | null;
  /** Of a unique count the units, which may be below zero (lago: counting.unique). */
  eventsCount: number;
  /** Of the events that it counts, for dynamic charges. */
  preciseCents: Decimal;
  /** Totals that free units of a percentage charge are taken from. */
  running: (freeEvents: number, freeUnits: Decimal) => Decimal[];
  /** Event by event, for the limits of a percentage charge. */
  values: Decimal[];
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

/** How events are counted. */
export interface Counting {
  store: EventsStoreName;
  period: Period;
  /** What a weighted sum begins with. */
  carried: Decimal;
  /**
   * How often the two ends of the period are among the rows that a weighted sum counts: one pair of
   * them is taken off again (lago: counting.groups).
   */
  ends: number;
}

/** Whether the query that aggregates sees an event at all. */
export function isSeen(metric: Metric, store: EventsStoreName): (event: StoredEvent) => boolean {
  const { number, countsEveryEvent } = ARITHMETIC[store];
  if (countsEveryEvent || ['count_agg', 'unique_count_agg'].includes(metric.aggregation))
    return () => true;
  return ({ billedProperties }) => number(billedProperties[metric.fieldName ?? '']) !== null;
}

export function aggregate(metric: Metric, events: StoredEvent[], counting: Counting): Aggregate {
  const ordered = [...events].sort((left, right) =>
    compareInstants(left.timestamp, right.timestamp),
  );
  const raw = rawAggregate(metric, ordered, counting);
  return metric.rounding === null
    ? raw
    : { ...raw, units: roundTo(raw.units, metric.rounding, metric.roundingPrecision ?? 0) };
}

function rawAggregate(metric: Metric, events: StoredEvent[], counting: Counting): Aggregate {
  switch (metric.aggregation) {
    case 'count_agg':
      return { ...everyEvent(events, counting), running: upTo(events.length) };
    case 'unique_count_agg':
      return uniqueCount(metric, events, counting);
    default:
      return numeric(metric, events, counting);
  }
}

function everyEvent(events: StoredEvent[], { store }: Counting): Aggregate {
  return {
    units: new Decimal(events.length),
    totalUnits: null,
    eventsCount: events.length,
    preciseCents: ARITHMETIC[store].sum(
      events.map(({ preciseTotalAmountCents }) => new Decimal(preciseTotalAmountCents ?? 0)),
    ),
    running: () => [],
    values: events.map(() => new Decimal(1)),
    counted: events,
  };
}

const upTo = (count: number) => (freeEvents: number, freeUnits: Decimal) =>
  freeEvents === 0 && freeUnits.eq(0)
    ? []
    : Array.from({ length: Math.max(count, 0) }, (_, index) => new Decimal(index + 1));

function numeric(metric: Metric, events: StoredEvent[], counting: Counting): Aggregate {
  const valued = valuedEvents(metric, events, counting);
  const values = valued.map(({ value }) => value);
  const base = {
    ...everyEvent(
      valued.map(({ event }) => event),
      counting,
    ),
    values,
    counted: valued.filter(({ isNumber }) => isNumber).map(({ event }) => event),
  };
  switch (metric.aggregation) {
    case 'max_agg': {
      const units = values.length === 0 ? zero() : values.reduce(largest);
      return { ...base, units, values: onlyFirst(values, units) };
    }
    case 'latest_agg':
      return { ...base, units: largest(latest(valued, counting), zero()) };
    case 'weighted_sum_agg':
      return { ...base, ...weightedSum(valued, counting) };
    default:
      return { ...base, units: ARITHMETIC[counting.store].sum(values), running: running(values) };
  }
}

function valuedEvents(metric: Metric, events: StoredEvent[], { store }: Counting): Valued[] {
  const { number, countsEveryEvent } = ARITHMETIC[store];
  return events.flatMap((event): Valued[] => {
    const value = number(event.billedProperties[metric.fieldName ?? '']);
    if (value !== null) return [{ event, value, isNumber: true }];
    return countsEveryEvent ? [{ event, value: zero(), isNumber: false }] : [];
  });
}

/** Only the event that set the maximum pays. */
const onlyFirst = (values: Decimal[], value: Decimal): Decimal[] => {
  const place = values.findIndex((candidate) => candidate.eq(value));
  return values.map((candidate, position) => (position === place ? candidate : zero()));
};

/** Of the first free events, or up to the first total beyond the free units. */
const running =
  (values: Decimal[]) =>
  (freeEvents: number, freeUnits: Decimal): Decimal[] => {
    const totals: Decimal[] = [];
    let total = zero();
    for (const value of freeEvents > 0 ? values.slice(0, freeEvents) : values) {
      if (freeEvents === 0 && freeUnits.lt(total)) break;
      total = total.plus(value);
      totals.push(total);
    }
    return freeEvents === 0 && freeUnits.eq(0) ? [] : totals;
  };

/**
 * Of equal timestamps Postgres takes what was stored last; inside a batch, and on ClickHouse, there
 * is no rule, so the fake takes what came first (lago: counting.latest-tie).
 */
function latest(valued: Valued[], { store }: Counting): Decimal {
  const newest = valued.at(-1)?.event.timestamp;
  const tied = valued.filter(({ event }) => event.timestamp === newest);
  const storedAt = tied.at(-1)?.event.createdAt;
  const first =
    store === 'postgres' ? tied.find(({ event }) => event.createdAt === storedAt) : tied[0];
  return first?.value ?? zero();
}

/** Behind the point, rounded up. */
const WEIGHTED_DIGITS = 20;

/**
 * Deltas on a time line, averaged over the seconds of the period (lago: counting.weighted).
 */
function weightedSum(
  valued: Valued[],
  { store, period, carried, ends }: Counting,
): Pick<Aggregate, 'units' | 'totalUnits' | 'eventsCount'> {
  const { instant, sum: total } = ARITHMETIC[store];
  const end = period.to + 1000n;
  const share = (value: Decimal, start: Micros): Decimal =>
    value
      .times(String(end - later(start, period.from)))
      .div(1_000_000)
      .div(period.seconds);
  const units = total([
    share(carried, period.from),
    ...valued.map(({ event, value }) => share(value, instant(event.timestamp))),
  ]);
  return {
    units: roundTo(units, 'ceil', WEIGHTED_DIGITS),
    totalUnits: carried.plus(total(valued.map(({ value }) => value))),
    eventsCount: Math.max(valued.length + 2 * ends - 2, 0),
  };
}

/**
 * Per value, each operation counts by the one before it; no value is a value too (lago:
 * counting.unique).
 */
function uniqueCount(metric: Metric, events: StoredEvent[], counting: Counting): Aggregate {
  const { text, operation, change } = ARITHMETIC[counting.store];
  const named = events.map((event) => ({
    event,
    value: text(event.billedProperties[metric.fieldName ?? '']),
    operation: operation(event.billedProperties.operation_type),
  }));
  const before = new Map<string | null, string>();
  let count = 0;
  for (const { value, operation: next } of inAdverseOrder(named)) {
    count += change(next, before.get(value) ?? 'remove');
    before.set(value, next);
  }
  return {
    ...everyEvent(events, counting),
    units: new Decimal(count),
    eventsCount: count,
    running: upTo(count),
    counted: named
      .filter(({ value, operation: next }) => value && ['add', 'remove'].includes(next))
      .map(({ event }) => event),
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
