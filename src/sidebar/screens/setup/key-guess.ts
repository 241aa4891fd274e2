import type { ColumnView } from '../../../rpc/contract';

/** Words with which a header says that it numbers the rows, in English and German. */
const ID_WORDS = new Set([
  ...[
    'id',
    'ids',
    'uid',
    'uuid',
    'guid',
    'key',
    'transaction',
    'transactionid',
    'ref',
    'reference',
    'receipt',
    'voucher',
  ],
  ...['nr', 'nummer', 'beleg', 'belegnr', 'kennung', 'schluessel', 'schl\u00fcssel', 'lfd'],
]);
/** Words that say so at the end of a header: in front of others they count, or mean something else, as in "Number of calls". */
const LAST_ID_WORDS = new Set(['no', 'num', 'number']);
/** Compounds such as Rechnungsnummer and eventid. */
const ID_COMPOUND = /(?:nummer|nr)$|^(?:row|event|usage|record|transaction|entry|line)id$/;

/** Who or what a row is about has an id, too, and it stands in many rows sooner or later. */
const ABOUT =
  /customer|client|account|subscri|tenant|user|member|device|seat|person|product|article|plan|phone|kunde|konto|vertrag|\babo|artikel|produkt|telefon/;
const ABOUT_ROW = /transaction|event|usage|receipt|beleg|row|line|record|entry/;

const wordsOf = (header: string): readonly string[] =>
  header
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}#]+/u)
    .filter((word) => word !== '');

/** Whether a header says that its column numbers the rows: not what they are about. */
export function isCalledKey(header: string): boolean {
  const text = header.toLowerCase();
  if (ABOUT.test(text) && !ABOUT_ROW.test(text)) return false;
  const words = wordsOf(header);
  const last = words[words.length - 1] ?? '';
  return (
    last === '#' ||
    LAST_ID_WORDS.has(last) ||
    words.some((word) => ID_WORDS.has(word) || ID_COMPOUND.test(word))
  );
}

/** Slips are few: of the rows at most this share, or two. */
const FEW_SLIPS = 0.1;
const ALWAYS_FEW = 2;
/** A value that stands in more rows is what the column is like. */
const FEW_ROWS = 3;
const FEW_VALUES = 2;

/** Whether a column would identify its rows but for a few that have no value of their own. */
function isNearlyUnique({ filled, missing, repeated }: ColumnView): boolean {
  const slips = repeated.reduce((sum, { rows }) => sum + rows.length - 1, missing);
  return (
    filled > 0 &&
    repeated.length <= FEW_VALUES &&
    repeated.every(({ rows }) => rows.length <= FEW_ROWS) &&
    slips <= Math.max(ALWAYS_FEW, FEW_SLIPS * (filled + missing)) &&
    slips < filled
  );
}

/**
 * Name of the column that most likely identifies a row; empty where none says so. Dates, amounts and texts that are all different so far are left to a person:
 * the first two rows that share a value would be held.
 */
export function guessKey(columns: readonly ColumnView[]): string {
  const called = columns.filter(
    ({ header, type, filled }) =>
      filled > 0 && type !== 'date' && type !== 'tick box' && isCalledKey(header),
  );
  return (called.find(({ unique }) => unique) ?? called.find(isNearlyUnique))?.name ?? '';
}
