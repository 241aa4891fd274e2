import type { ColumnView } from '../../rpc/contract';
import { count, counted } from '../../value/count';
import { isCalledKey } from '../screens/setup/key-guess';
import { inWords, quoted } from './lists';

const TYPES: Readonly<Record<ColumnView['type'], string>> = {
  number: 'Number',
  date: 'Date',
  duration: 'Duration',
  text: 'Text',
  'tick box': 'Tick box',
  empty: 'Empty',
};

/** What most rows of a column hold, and how many hold something else. */
export function typeWords({ type, odd }: ColumnView): string {
  return odd.count === 0
    ? TYPES[type]
    : `${TYPES[type]}, ${counted(odd.count, 'row differs', 'rows differ')}`;
}

/**
 * The rows that hold something else than most do, as far as they are listed; undefined if none
 * does.
 */
export function oddRows({ odd }: ColumnView): string | undefined {
  if (odd.count === 0 || odd.rows.length === 0) return undefined;
  const more = odd.count > odd.rows.length ? ` and ${count(odd.count - odd.rows.length)} more` : '';
  const rows = odd.rows.map(String);
  const shown = more === '' ? inWords(rows) : rows.join(', ');
  return `${rows.length === 1 && more === '' ? 'Row' : 'Rows'} ${shown}${more}`;
}

/** Values named of those that several rows share. */
const SHOWN_VALUES = 2;

/** Why a column does not identify every row, in one sentence; undefined if it does. */
export function keyObstacle({ missing, repeated, unique, filled }: ColumnView): string | undefined {
  if (unique && filled > 0) return undefined;
  if (filled === 0) return 'No row has a value here.';
  const shown = repeated
    .slice(0, SHOWN_VALUES)
    .map(({ value, rows }) => `${quoted(value)} stands in rows ${inWords(rows.map(String))}`);
  const more = repeated.length > SHOWN_VALUES ? ['and others stand in several rows'] : [];
  const parts = [
    ...(missing > 0 ? [`${counted(missing, 'row has', 'rows have')} no value`] : []),
    ...shown,
    ...(repeated.length === 0 && missing === 0 ? ['Some rows share a value'] : more),
  ];
  return `${parts.join('; ')}.`;
}

/**
 * A warning about a column whose values all differ so far but may not for long; undefined if that
 * need not be feared.
 */
export function keyCaution({ type, header, unique }: ColumnView): string | undefined {
  if (!unique) return undefined;
  if (type === 'date')
    return 'No two rows have the same date so far. When two do, such rows are held, not sent.';
  if (type === 'number' && !isCalledKey(header))
    return 'No two rows have the same number so far. When two do, such rows are held, not sent.';
  return undefined;
}
