import { isObject, parsedJson } from '../../value/json';
import type { UsageEvent } from '../../value/usage-event';
import { type Content, digest } from '../rows/content';
import type { BillState, EntryState, LedgerEntry, LineIndex, LineKind, LineOutcome } from './entry';

/*
 * The three columns of a ledger's line. Each run reads hundreds of thousands of them, so these
 * checks are written by hand: a schema takes twice as long as parsing the JSON does.
 */

const KINDS: ReadonlySet<unknown> = new Set<LineKind>(['usage', 'reversal', 'baseline', 'adopted']);

const STATES: ReadonlySet<unknown> = new Set<EntryState>([
  'pending',
  'accepted',
  'conflict',
  'rejected',
  'stuck',
]);

const BILLS: ReadonlySet<unknown> = new Set<BillState | undefined>([
  undefined,
  'billed',
  'not-billed',
  'untold',
]);

const isContent = (value: unknown): value is Content =>
  isObject(value) && Object.values(value).every((said) => typeof said === 'string');

const areTextsOrNothing = (value: unknown): boolean =>
  value === undefined || (Array.isArray(value) && value.every((each) => typeof each === 'string'));

const isTextOrNothing = (value: unknown): boolean =>
  value === undefined || typeof value === 'string';

const isNumberOrNothing = (value: unknown): boolean =>
  value === undefined || typeof value === 'number';

/** An index as it stands in the sheet. */
export interface WrittenIndex extends LineIndex {
  readonly digest: string;
}

const isIndex = (value: unknown): value is WrittenIndex =>
  isObject(value) &&
  typeof value['id'] === 'string' &&
  typeof value['key'] === 'string' &&
  KINDS.has(value['kind']) &&
  typeof value['revision'] === 'number' &&
  isContent(value['content']) &&
  typeof value['templateRevision'] === 'number' &&
  typeof value['at'] === 'number' &&
  typeof value['digest'] === 'string' &&
  isTextOrNothing(value['undoes']) &&
  areTextsOrNothing(value['undoesToo']) &&
  isTextOrNothing(value['unit']) &&
  isNumberOrNothing(value['undoneRun']) &&
  isNumberOrNothing(value['usedAt']) &&
  isNumberOrNothing(value['periodEnd']);

const isEvent = (value: unknown): value is UsageEvent =>
  isObject(value) &&
  typeof value['transaction_id'] === 'string' &&
  typeof value['external_subscription_id'] === 'string' &&
  typeof value['code'] === 'string' &&
  typeof value['timestamp'] === 'number' &&
  isTextOrNothing(value['precise_total_amount_cents']) &&
  isObject(value['properties']);

const isOutcome = (value: unknown): value is LineOutcome =>
  isObject(value) &&
  typeof value['id'] === 'string' &&
  STATES.has(value['state']) &&
  typeof value['at'] === 'number' &&
  typeof value['tries'] === 'number' &&
  typeof value['answer'] === 'string' &&
  BILLS.has(value['bill']);

/** The text of a line's index column, with the digest of the event that stands beside it. */
export const indexText = ({ index, frozen }: Pick<LedgerEntry, 'index' | 'frozen'>): string =>
  JSON.stringify({ ...index, digest: digest(frozen) } satisfies WrittenIndex);

/**
 * Whether a frozen event is another one than that of which a line was made. Sheets keeps its text
 * as it is (google: entry.exact).
 */
export const isAltered = (index: LineIndex | undefined, frozen: string): boolean =>
  index?.digest !== digest(frozen);

/** What an index column says; undefined if it was altered. */
export function readIndex(text: string): WrittenIndex | undefined {
  const index = parsedJson(text);
  return isIndex(index) ? index : undefined;
}

/** What an event column says; undefined if it was altered. */
export function readEvent(text: string): UsageEvent | undefined {
  const parsed = parsedJson(text);
  // JSON has no NaN, which is the time of an adopted event whose time in Lago cannot be read.
  const isTimeless = isObject(parsed) && parsed['timestamp'] === null;
  const event = isTimeless ? { ...parsed, timestamp: Number.NaN } : parsed;
  return isEvent(event) ? event : undefined;
}

/** What an outcome column says; undefined if it was altered. */
export function readOutcome(text: string): LineOutcome | undefined {
  const outcome = parsedJson(text);
  return isOutcome(outcome) ? outcome : undefined;
}
