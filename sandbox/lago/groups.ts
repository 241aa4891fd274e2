import { ARITHMETIC } from './arithmetic';
import { type Decimal, zero } from './decimal';
import { appended, type EventsStoreName, type StoredEvent } from './event-store';
import { isBlank } from './json';

/** A group by its keys; an empty text, null and nothing are all named null (lago: counting.groups). */
export type Group = Record<string, string | null>;

/** The total of a group that the next period of a weighted sum begins with. */
export interface Carried {
  group: Group;
  value: Decimal;
}

/** What the store aggregates together. */
export interface Row {
  group: Group;
  events: StoredEvent[];
  carried: Decimal;
  /** See `Counting` in aggregation.ts. */
  ends: number;
}

/** Of events that fall to nothing. */
export const emptyRow = (keys: string[]): Row => ({
  group: Object.fromEntries(keys.map((key) => [key, null])),
  events: [],
  carried: zero(),
  ends: 1,
});

/** Postgres tells an empty text from nothing: they are two rows of one name. */
export function rowsOf(keys: string[], events: StoredEvent[], store: EventsStoreName): Row[] {
  const { text } = ARITHMETIC[store];
  const byName = new Map<string, StoredEvent[]>();
  for (const event of events)
    appended(byName, nameOf(keys.map((key) => text(event.billedProperties[key]))), event);
  return [...byName].map(([name, members]) => ({
    group: groupOf(keys, name),
    events: members,
    carried: zero(),
    ends: 1,
  }));
}

/**
 * A weighted sum puts the ends of the period, and what is carried over, into the row of a group's
 * name alone: twice where two rows have the name, and never into that of an empty text on Postgres.
 */
export function weightedRowsOf(
  keys: string[],
  events: StoredEvent[],
  store: EventsStoreName,
  carried: Carried[],
): Row[] {
  if (keys.length === 0)
    return [{ group: {}, events, carried: carried[0]?.value ?? zero(), ends: 1 }];
  const { text } = ARITHMETIC[store];
  const absent = text(undefined);
  const rows = rowsOf(keys, events, store);
  const isNew = ({ group }: Carried): boolean => !rows.some((row) => isSameGroup(row.group, group));
  const groups = [...rows, ...carried.filter(isNew)].map(({ group }) => group);
  const ends = groups.map((group) => nameOf(keys.map((key) => group[key] ?? absent)));
  const byName = new Map(
    ends.map((name) => [name, { ...emptyRow(keys), group: groupOf(keys, name) }]),
  );
  for (const row of rows)
    byName.set(nameOf(keys.map((key) => text(row.events[0]?.billedProperties[key]))), row);
  return [...byName].map(([name, row]) => {
    const count = ends.filter((end) => end === name).length;
    const value = carried.find(({ group }) => isSameGroup(group, row.group))?.value ?? zero();
    return { ...row, carried: value.times(count), ends: count };
  });
}

export const isSameGroup = (left: Group, right: Group): boolean =>
  Object.keys(left).every((key) => left[key] === right[key]);

const nameOf = (texts: (string | null)[]): string => JSON.stringify(texts);

function groupOf(keys: string[], name: string): Group {
  const texts = JSON.parse(name) as (string | null)[];
  const named = keys.map((key, place): [string, string | null] => {
    const text = texts[place] ?? null;
    return [key, isBlank(text) ? null : text];
  });
  return Object.fromEntries(named);
}
