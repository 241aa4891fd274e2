import { ARITHMETIC } from './arithmetic';
import type { EventsStoreName, StoredEvent } from './event-store';
import type { Charge, ChargeFilter } from './records';

/** In place of values: all that the metric's filter has. */
const ALL_VALUES = '__ALL_FILTER_VALUES__';

type Values = Record<string, string[]>;

/** Values that events must have, and combinations that fall to another filter. */
interface Selection {
  taken: Values;
  left: Values[];
}

/** Which of a charge's events a filter takes; null: the rest (lago: counting.filters). */
export function takes(
  charge: Charge,
  filter: ChargeFilter | null,
  store: EventsStoreName,
): (event: StoredEvent) => boolean {
  const { taken, left } = selection(charge, filter);
  const { text } = ARITHMETIC[store];
  const nothing = text(undefined);
  const isTaken = (event: StoredEvent): boolean =>
    Object.entries(taken).every(([key, allowed]) => {
      const value = text(event.billedProperties[key]);
      return value !== null && value !== nothing && allowed.includes(value);
    });
  const isLeft = (event: StoredEvent): boolean =>
    left.some((combination) =>
      Object.entries(combination).every(([key, allowed]) =>
        allowed.includes(text(event.billedProperties[key]) ?? ''),
      ),
    );
  return (event) => isTaken(event) && !isLeft(event);
}

/**
 * A filter leaves its events to those that ask for the same and more. Where two overlap in part,
 * both take what they share.
 */
function selection(charge: Charge, filter: ChargeFilter | null): Selection {
  const taken = filter === null ? {} : valuesOf(charge, filter);
  const left = charge.filters
    .filter((other) => other !== filter && overlaps(taken, valuesOf(charge, other)))
    .flatMap((other) => combinationsLeft(charge, filter, taken, other))
    .map(withoutEmpty)
    .filter((combination) => Object.keys(combination).length > 0);
  return { taken, left };
}

function combinationsLeft(
  charge: Charge,
  filter: ChargeFilter | null,
  taken: Values,
  other: ChargeFilter,
): Values[] {
  const values = valuesOf(charge, other);
  if (filter === null || !hasSameKeys(taken, values)) return [values];
  if (isWithin(values, taken))
    return isWithin(taken, values) && isNewer(charge, other, filter) ? [] : [values];
  const rest = Object.entries(values).map(([key, own]) => [
    key,
    isEvery(filter.values[key]) ? own : own.filter((value) => !taken[key]?.includes(value)),
  ]);
  return [Object.fromEntries(rest)];
}

function valuesOf(charge: Charge, filter: ChargeFilter): Values {
  const whole = Object.entries(filter.values).map(([key, values]) => {
    const known = charge.metric.filters.find((candidate) => candidate.key === key);
    return [key, isEvery(values) && known !== undefined ? known.values : values];
  });
  return Object.fromEntries(whole);
}

const isEvery = (values: string[] | undefined): boolean =>
  values?.length === 1 && values[0] === ALL_VALUES;

const overlaps = (taken: Values, other: Values): boolean =>
  Object.entries(taken).every(([key, values]) =>
    values.some((value) => other[key]?.includes(value)),
  );

const hasSameKeys = (left: Values, right: Values): boolean =>
  Object.keys(left).sort().join() === Object.keys(right).sort().join();

const isWithin = (inner: Values, outer: Values): boolean =>
  Object.entries(inner).every(([key, values]) =>
    values.every((value) => outer[key]?.includes(value)),
  );

const isNewer = (charge: Charge, left: ChargeFilter, right: ChargeFilter): boolean =>
  charge.filters.indexOf(left) > charge.filters.indexOf(right);

const withoutEmpty = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, allowed]) => allowed.length > 0));
