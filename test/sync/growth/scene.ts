import { catalogReader } from '../../../src/lago/catalog-reader';
import { noCache } from '../../../src/lago/catalog-text';
import { requestsTo } from '../../../src/lago/requests';
import { required } from '../../../src/problem/problem';
import type { EventStore } from '../../../src/sync/event-store';
import { indexEntries, type Ledger } from '../../../src/sync/ledger/entries';
import { type LedgerEntry, type LineOutcome, ownTime } from '../../../src/sync/ledger/entry';
import { makePlan } from '../../../src/sync/plan/plan';
import type { PlanInput } from '../../../src/sync/plan/plan-input';
import { type Plan, unitOf } from '../../../src/sync/plan/planned-row';
import type { EventCheck } from '../../../src/sync/ports';
import { digest } from '../../../src/sync/rows/content';
import { readModel, type SheetReading } from '../../../src/sync/rows/model';
import type { ReadySync, Sync } from '../../../src/sync/sync';
import { TestClock } from '../../lago/scripted-http';
import { readyOf, syncOf, utc } from '../fixture';
import { type Charge, type Code, QuickLago, type Running } from './quick-lago';

/** A row: id, subscription, time (ISO 8601), quantity, and what becomes of a unique value. */
export type Usage = readonly [string, string, string, number | string, string?];

const EMPTY = indexEntries([]);

export const START = '2026-03-20T12:00:00Z';

/** The subscriptions of rows, and of what was sent before. */
export const namesOf = (rows: readonly Usage[], { entries }: Ledger = EMPTY): string[] => [
  ...new Set([
    ...rows.map(([, sub]) => sub),
    ...entries.map(({ event }) => event.external_subscription_id),
  ]),
];

const HEADERS = ['id', 'sub', 'date', 'qty', 'op'];

/** The tab with these rows. */
export const readingOf = (rows: readonly Usage[]): SheetReading => {
  const cells = rows.map(([id, sub, date, qty, op = 'add']) => [id, sub, date, qty, op]);
  return {
    firstRow: 1,
    values: [HEADERS, ...cells],
    shown: [HEADERS, ...cells.map((row) => row.map(String))],
  };
};

const templateOf = (code: Code, id: string): string => `{
  "transaction_id": "${id}",
  "external_subscription_id": "{{ row.sub }}",
  "code": "${code}",
  "timestamp": {{ row.date | unix }},
  "properties": { "quantity": {{ row.qty | json }}, "operation_type": "{{ row.op }}" }
}`;

/** How rows are billed, and how the sync takes them. */
export interface Terms {
  readonly code?: Code;
  readonly charge?: Charge;
  readonly store?: EventStore;
  readonly subscriptions?: number;
  /** The id that the template makes; the row's own if left out. */
  readonly id?: string;
  readonly sync?: Partial<Sync>;
  readonly now?: string;
  readonly running?: Running;
  readonly input?: Partial<PlanInput>;
}

export const readyBy = ({ code = 'units', id = '{{ row.id }}', sync = {} }: Terms): ReadySync =>
  readyOf(
    syncOf(`| ${HEADERS.join(' | ')} |`, {
      template: templateOf(code, id),
      changed: 'correct',
      removed: 'correct',
      ...sync,
    }),
  );

/** What Lago knows of the subscriptions of rows; the period of March runs. */
export function checkOf(names: readonly string[], terms: Terms): EventCheck {
  const { store = 'postgres', now = START } = terms;
  const clock = new TestClock();
  clock.time = Date.parse(now);
  const http = new QuickLago(names, { ...terms, store });
  return required(
    catalogReader(requestsTo(http, clock, 1000), clock, noCache, () => store).check(),
  );
}

/** What a plan of rows follows from. */
export function inputOf(rows: readonly Usage[], ledger: Ledger, terms: Terms = {}): PlanInput {
  const ready = readyBy(terms);
  const read = readModel(ready.sync, readingOf(rows));
  if ('problems' in read) throw new Error(read.problems[0].message);
  return {
    ready,
    model: read.model,
    ledger,
    rule: utc,
    now: Date.parse(terms.now ?? START),
    check: checkOf(namesOf(rows, ledger), terms),
    resting: () => false,
    again: new Set(),
    ...terms.input,
  };
}

/** The ledger after a plan was sent, with lines as they are read from the sheet. */
export function sentBy(
  plan: Plan,
  before: Ledger,
  outcome: Partial<LineOutcome> = { state: 'accepted' },
): Ledger {
  const sent = plan.rows.flatMap(unitOf).map(
    (entry, place): LedgerEntry => ({
      ...entry,
      line: before.entries.length + place + 3,
      index: { ...entry.index, digest: digest(entry.frozen) },
      outcome: { ...entry.outcome, ...outcome },
    }),
  );
  return indexEntries([...before.entries, ...sent]);
}

/** The ledger after each of these states of the tab was sent. */
export const ledgerOf = (terms: Terms, ...states: readonly (readonly Usage[])[]): Ledger =>
  states.reduce((ledger, rows) => sentBy(makePlan(inputOf(rows, ledger, terms)), ledger), EMPTY);

/** The ledger as one that keeps no events of one time apart. */
export const atOneTime = ({ entries }: Ledger): Ledger =>
  indexEntries(
    entries.map((entry) => {
      const event = { ...entry.event, timestamp: ownTime(entry) };
      const frozen = JSON.stringify(event);
      return { ...entry, event, frozen, index: { ...entry.index, digest: digest(frozen) } };
    }),
  );

/** Moments of the running period, the same for the same number of rows. */
export const timeOf = (place: number, count: number, from = '2026-03-02T00:00:00Z'): string =>
  new Date(Date.parse(from) + Math.floor((place * 17 * 86_400_000) / count))
    .toISOString()
    .replace(/\.\d+/, '');

/** Rows of a few subscriptions with times of their own, and values by their places. */
export const rowsOf = (
  count: number,
  {
    subscriptions = 1,
    id = (place) => `r${place}`,
    value = (place) => place + 1,
    time = (place) => timeOf(place, count),
    operation,
  }: {
    readonly subscriptions?: number;
    readonly id?: (place: number) => string;
    readonly value?: (place: number) => number | string;
    readonly time?: (place: number) => string;
    readonly operation?: (place: number) => string;
  } = {},
): Usage[] =>
  Array.from({ length: count }, (_, place) => [
    id(place),
    `s${place % subscriptions}`,
    time(place),
    value(place),
    operation?.(place) ?? 'add',
  ]);
