import { emptyLedger, indexEntries, type Ledger } from '../../src/sync/ledger/entries';
import type { LedgerEntry, LineOutcome } from '../../src/sync/ledger/entry';
import { makePlan } from '../../src/sync/plan/plan';
import type { PlanInput } from '../../src/sync/plan/plan-input';
import type { Plan } from '../../src/sync/plan/planned-row';
import { readModel } from '../../src/sync/rows/model';
import { prepare, type ReadySync, type Sync } from '../../src/sync/sync';
import type { TimeRule } from '../../src/value/time';
import { headersOf, sheet } from './sheet-table';

export const NOW = Date.parse('2026-03-20T12:00:00Z');
export const utc: TimeRule = { sheetZone: 'UTC', periodZone: 'UTC', dateOnly: 'noon' };

export const TEMPLATE = `{
  "transaction_id": "{{ row.id }}",
  "external_subscription_id": "{{ row.sub }}",
  "code": "units",
  "timestamp": {{ row.date | unix }},
  "properties": { "quantity": {{ row.qty }} }
}`;

/** Changes of a sync; undefined takes a policy away. */
export type Changes = { readonly [Name in keyof Sync]?: Sync[Name] | undefined };

/** A sync that reads the columns of a table, each under its own header as name. */
export const syncOf = (table: string, changes: Changes = {}): Sync =>
  ({
    id: 'sync-1',
    name: 'Usage',
    revision: 1,
    source: {
      tabId: 7,
      tabName: 'Usage',
      headerRow: 1,
      columns: headersOf(table).map((name) => ({ name, header: name })),
    },
    key: 'id',
    template: TEMPLATE,
    templateRevision: 1,
    dateOnly: 'noon',
    changed: 'flag',
    removed: 'flag',
    restMinutes: 5,
    unattendedEvents: 10_000,
    state: 'active',
    ...changes,
  }) as Sync;

export function readyOf(sync: Sync): ReadySync {
  const ready = prepare(sync);
  if ('problems' in ready) throw new Error(JSON.stringify(ready.problems));
  return ready;
}

export function planOf(
  table: string,
  ledger: Ledger = emptyLedger,
  changes: Changes = {},
  input: Partial<PlanInput> = {},
): Plan {
  const sync = syncOf(table, changes);
  const read = readModel(sync, sheet(table));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return makePlan({
    ready: readyOf(sync),
    model: read.model,
    ledger,
    rule: utc,
    now: NOW,
    check: { problemsOf: () => [], off: [] },
    resting: () => false,
    again: new Set(),
    ...input,
  });
}

/** A plan in words: key, row, change, action and what is wrong, a line for each row. */
export const inWords = (plan: Plan): string[] =>
  plan.rows.map(({ key, row, change, action, problems, entry }) =>
    [
      key ?? '-',
      row ?? '-',
      change,
      action,
      ...problems.map(({ code }) => code),
      ...(entry === undefined ? [] : [`as ${entry.index.id}`]),
    ].join(' '),
  );

export const entriesIn = (plan: Plan): LedgerEntry[] =>
  plan.rows.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));

export const withOutcome = (
  entry: LedgerEntry,
  outcome: Partial<LineOutcome>,
  line = entry.line,
): LedgerEntry => ({
  ...entry,
  line,
  outcome: { ...entry.outcome, ...outcome },
});

/** The ledger after the rows of a table were sent, each with this outcome. */
export function ledgerAfter(
  table: string,
  outcome: Partial<LineOutcome> = { state: 'accepted' },
  before: Ledger = emptyLedger,
  changes: Changes = {},
): Ledger {
  const fresh = entriesIn(planOf(table, before, { changed: 'add', ...changes }));
  return indexEntries([
    ...before.entries,
    ...fresh.map((entry, index) => withOutcome(entry, outcome, before.entries.length + index + 3)),
  ]);
}

const fresh = new Map<string, readonly LedgerEntry[]>();

/** Entries that were never sent. They are planned once for each prefix: properties ask for them hundreds of times. */
export function freshEntries(count: number, prefix = 'e'): LedgerEntry[] {
  let known = fresh.get(prefix) ?? [];
  if (known.length < count) {
    const rows = Array.from(
      { length: count },
      (_, n) => `| ${prefix}${n} | s | 2026-03-02 | ${n} |`,
    );
    known = entriesIn(planOf(`| id | sub | date | qty |\n${rows.join('\n')}`));
    fresh.set(prefix, known);
  }
  return known.slice(0, count);
}
