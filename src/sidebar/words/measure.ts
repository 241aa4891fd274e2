import type { ColumnView, Preview } from '../../rpc/contract';
import { isCalledKey } from '../screens/setup/key-guess';
import { count, counted } from './words';

const TYPES: Readonly<Record<ColumnView['type'], string>> = {
  number: 'Number',
  date: 'Date',
  text: 'Text',
  'tick box': 'Tick box',
  empty: 'Empty',
};

/** Texts in a sentence: A, B and C. */
export function inWords(texts: readonly string[]): string {
  const last = texts[texts.length - 1] ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`;
}

/** What a column holds, and how many rows hold something else. */
export function typeWords({ type, odd }: ColumnView): string {
  return odd.count === 0
    ? TYPES[type]
    : `${TYPES[type]}, ${odd.count === 1 ? '1 row differs' : `${count(odd.count)} rows differ`}`;
}

/** Which rows hold something else than the others, as far as they are listed; undefined where none does. */
export function oddRows({ odd }: ColumnView): string | undefined {
  if (odd.count === 0 || odd.rows.length === 0) return undefined;
  const more = odd.count > odd.rows.length ? ` and ${count(odd.count - odd.rows.length)} more` : '';
  return `${odd.rows.length === 1 && more === '' ? 'Row' : 'Rows'} ${more === '' ? inWords(odd.rows.map(String)) : odd.rows.join(', ')}${more}`;
}

const SHOWN_VALUES = 2;

/** Why a column identifies not every row; undefined where it does. */
export function keyObstacle({ missing, repeated, unique, filled }: ColumnView): string | undefined {
  if (unique && filled > 0) return undefined;
  if (filled === 0) return 'No row has a value here.';
  const shown = repeated
    .slice(0, SHOWN_VALUES)
    .map(({ value, rows }) => `\u201c${value}\u201d stands in rows ${inWords(rows.map(String))}`);
  const more = repeated.length > SHOWN_VALUES ? ['and others stand in several rows'] : [];
  const parts = [
    ...(missing > 0
      ? [`${counted(missing, 'row')} ${missing === 1 ? 'has' : 'have'} no value`]
      : []),
    ...shown,
    ...(repeated.length === 0 && missing === 0 ? ['Some rows share a value'] : more),
  ];
  return `${parts.join('; ')}.`;
}

/** Why a column whose values all differ so far may not do so for long; undefined where it is one of texts. */
export function keyCaution({ type, header, unique }: ColumnView): string | undefined {
  if (!unique) return undefined;
  if (type === 'date')
    return 'No two rows have the same date so far. When two do, such rows are held, not sent.';
  if (type === 'number' && !isCalledKey(header))
    return 'No two rows have the same number so far. When two do, such rows are held, not sent.';
  return undefined;
}

/** Decimal text with thousands separators: 1250.75 becomes 1,250.75. Never through a number, which would lose digits. */
export function grouped(decimal: string): string {
  const [whole = '', fraction] = decimal.split('.');
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

/** A day or month of a summary for reading, such as 3 Nov 2026 for 2026-11-03; as it is where it is no date. */
export function periodWords(period: string): string {
  const isMonth = period.length === 'yyyy-MM'.length;
  const time = new Date(`${isMonth ? `${period}-01` : period}T00:00:00Z`);
  if (Number.isNaN(time.getTime())) return period;
  return time.toLocaleDateString('en-GB', {
    timeZone: 'UTC',
    month: 'short',
    year: 'numeric',
    ...(isMonth ? {} : { day: 'numeric' }),
  });
}

/** The same as short as a bar is wide: the day of the month, or the month's name. */
export function periodLabel(period: string): string {
  const words = periodWords(period).split(' ');
  return words[0] ?? period;
}

/** A moment in the zone in which the usage is billed. */
export function momentIn(ms: number, zone: string): string {
  const options = { dateStyle: 'medium', timeStyle: 'short' } as const;
  try {
    return new Date(ms).toLocaleString('en-GB', { ...options, timeZone: zone });
  } catch {
    // A browser may not know a zone that Lago knows.
    return `${new Date(ms).toLocaleString('en-GB', { ...options, timeZone: 'UTC' })} UTC`;
  }
}

/** The time of a preview for reading: in UTC, and in the zone of the bill where the clock differs there. */
export function timeWords({ at, zone }: NonNullable<Preview['time']>): readonly string[] {
  const inUtc = momentIn(at, 'UTC');
  const local = momentIn(at, zone);
  return local === inUtc || local === `${inUtc} UTC`
    ? [`${inUtc} UTC`]
    : [`${inUtc} UTC`, `${local} in ${zone}`];
}

const AGGREGATIONS: Readonly<Record<string, string>> = {
  count_agg: 'counts events',
  sum_agg: 'adds up',
  max_agg: 'takes the highest of',
  latest_agg: 'takes the latest of',
  unique_count_agg: 'counts different values of',
  weighted_sum_agg: 'adds up over time',
};

/** What a metric does with its events. */
export function aggregationWords(aggregation: string, field: string | undefined): string {
  const words = AGGREGATIONS[aggregation] ?? 'computes';
  return field === undefined || aggregation === 'count_agg' ? words : `${words} ${field}`;
}
