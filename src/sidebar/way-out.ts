import type { Problem } from '../problem/problem';
import type { ProblemGroup } from '../rpc/contract';

/**
 * What a person opens to put a problem right: a part of the settings, an approval, or the rows
 * themselves.
 */
export type WayOut =
  | 'connection'
  | 'settings'
  | 'event'
  | 'statuses'
  | 'activation'
  | 'late'
  | 'approval'
  | 'next-tab'
  | 'choice'
  | 'rows';

const WAYS_OUT: { readonly [Code in Problem['code']]?: WayOut } = {
  'run.volume': 'approval',
  'run.removals': 'approval',
  'run.repeats': 'approval',
  'event.late': 'late',
  'event.before-first-invoice': 'late',
  'event.between-plans': 'late',
  'event.id-elsewhere': 'event',
  'event.missing-amount': 'event',
  'event.missing-variable': 'event',
  'key.reused': 'next-tab',
  'period.closing': 'rows',
  'settings.triggers': 'activation',
  'run.silent': 'activation',
  'run.no-trigger': 'activation',
  'settings.incomplete': 'settings',
  'sheet.tab-missing': 'settings',
  'sheet.no-header': 'settings',
  'sheet.header-missing': 'settings',
  'status.missing': 'statuses',
  'status.unwritable': 'statuses',
  'status.in-use': 'statuses',
};

/** What asks a person where a sync sends, or which ledger is its own. */
const QUESTION = /^ledger[.](copied|found|other-metric)|^lago[.]other/;

/** Where a person puts a problem right; undefined if nothing in the sidebar does. */
export function wayOut({ code, actor }: Problem): WayOut | undefined {
  const known = WAYS_OUT[code];
  if (known !== undefined) return known;
  if (isOfLedger(code) || QUESTION.test(code)) return 'choice';
  if (/^(row|key|event)[.]/.test(code)) return 'rows';
  if (code.startsWith('template.')) return 'settings';
  const isOfConnection = code.startsWith('lago.') && actor === 'settings';
  return isOfConnection || code.startsWith('lago.no-') ? 'connection' : undefined;
}

/** Whether a run waits for numbers that a person must approve. */
export const asksFor = (problem: Problem): boolean => wayOut(problem) === 'approval';

/** The problem because of which numbers have to be approved; undefined if none is among these. */
export const askedIn = (groups: readonly ProblemGroup[]): Problem | undefined =>
  groups.find(({ problem }) => asksFor(problem))?.problem;

/** Whether the ledger cannot be read as it was written: it has to be restored or rebuilt. */
export const isOfLedger = (code: string): boolean =>
  /^ledger[.](vanished|missing|damaged|rebuilding)$/.test(code);

/** Whether the rebuilding of a ledger has begun and not ended. */
export const isRebuilding = (code: string): boolean => code === 'ledger.rebuilding';
