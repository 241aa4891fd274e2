import type { ColumnView } from '../../rpc/contract';
import { count, counted } from '../../value/count';
import { isCalledKey } from '../screens/setup/key-guess';
import { inWords } from './lists';

const TYPES: Readonly<Record<ColumnView['type'], string>> = {
  number: 'Number',
  date: 'Date',
  text: 'Text',
  'tick box': 'Tick box',
  empty: 'Empty',
};

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
