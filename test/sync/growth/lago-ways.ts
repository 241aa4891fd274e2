import { asUsageEvent, type StoredEvent } from '../../../src/lago/comparison';
import { type LagoDestination, lagoDestination } from '../../../src/lago/destination';
import { sameBy } from '../../../src/lago/same-event';
import { required } from '../../../src/problem/problem';
import type { EventStore } from '../../../src/sync/event-store';
import { emptyLedger, indexEntries, type Ledger } from '../../../src/sync/ledger/entries';
import type { LedgerEntry } from '../../../src/sync/ledger/entry';
import { contentsOf } from '../../../src/sync/ledger/former';
import { type LineTexts, readLedger } from '../../../src/sync/ledger/ledger';
import { indexText } from '../../../src/sync/ledger/line';
import type { ComparedWith } from '../../../src/sync/month/compare';
import type { FindingFix } from '../../../src/sync/month/finding';
import { Fixing } from '../../../src/sync/month/fix';
import { measureBy } from '../../../src/sync/month/measure';
import { type RowsNow, rowsNow, saidEvent } from '../../../src/sync/month/rows-of-month';
import { compareRows } from '../../../src/sync/month/sheet-rows';
import { statementChoices, statementOf } from '../../../src/sync/month/statement';
import { compareTotals } from '../../../src/sync/month/totals';
import { comparePart, settleMissing } from '../../../src/sync/month/windows';
import { makePlan } from '../../../src/sync/plan/plan';
import { unitOf } from '../../../src/sync/plan/planned-row';
import type { Ports } from '../../../src/sync/ports';
import { verdictsOf } from '../../../src/sync/proof/verdict';
import { compareNew } from '../../../src/sync/recovery/ask-first';
import { rebuildLedger } from '../../../src/sync/recovery/rebuild';
import { readModel } from '../../../src/sync/rows/model';
import type { UsageEvent } from '../../../src/value/usage-event';
import { TestClock } from '../../lago/scripted-http';
import { MemoryLedger } from '../world';
import type { Way } from './plan-ways';
import { type Code, QuickLago } from './quick-lago';
import {
  checkOf,
  inputOf,
  ledgerOf,
  namesOf,
  readingOf,
  readyBy,
  rowsOf,
  type Terms,
  type Usage,
} from './scene';

const HOUR = 3_600_000;

/** Rows enough for several steps in which Lago is asked. */
const STEPS = 300;
const FIRST_LINE = 3;

const linesOf = ({ entries }: Ledger): LineTexts[] =>
  entries.map((entry, place) => ({
    line: FIRST_LINE + place,
    index: indexText(entry),
    event: entry.frozen,
    outcome: JSON.stringify(entry.outcome),
  }));

/** A tab, a ledger and a Lago with events. */
function worldOf(
  rows: readonly Usage[],
  ledger: Ledger,
  events: readonly UsageEvent[],
  terms: Terms,
) {
  const clock = new TestClock();
  const store = new MemoryLedger();
  const { sync } = readyBy(terms);
  store.header = { ledger: 1, file: 'file-1', tab: 7, sync: sync.id, organization: 'org-1' };
  store.lines = linesOf(ledger);
  const lago = new QuickLago(namesOf(rows, ledger), terms, events);
  const destination: LagoDestination = lagoDestination(lago, clock, 1_000, {
    store: terms.store ?? 'postgres',
  });
  destination.identify();
  const ports: Ports & { readonly destination: LagoDestination } = {
    clock,
    ledger: store,
    destination,
    source: { read: () => readingOf(rows), zone: () => 'UTC' },
  };
  return { ports, lago, store, clock };
}

const eventsIn = ({ entries }: Ledger): UsageEvent[] => entries.map(({ event }) => event);

/** Rebuilds a ledger in parts until it is whole. */
export function rebuilt(
  rows: readonly Usage[],
  left: Ledger,
  events: readonly UsageEvent[],
  terms: Terms,
) {
  const { ports, lago, clock } = worldOf(rows, left, events, terms);
  const ready = readyBy(terms);
  return () => {
    let from: number | undefined;
    let parts = 0;
    rebuildLedger(ports, { ready, from, until: clock.time });
    clock.time += HOUR;
    const found = { found: 0, different: 0, absent: 0 };
    do {
      const part = required(rebuildLedger(ports, { ready, from, until: clock.time + 240_000 }));
      from = part.next;
      parts++;
      found.found += part.found;
      found.different += part.different;
      found.absent += part.absent;
    } while (from !== undefined);
    return { ...found, parts, requests: lago.requests };
  };
}

const sent = (terms: Terms, count: number): UsageEvent[] =>
  eventsIn(ledgerOf(terms, rowsOf(count, { subscriptions: terms.subscriptions ?? 4 })));

type Has = 'nothing' | 'all' | 'half' | 'others';

/** What Lago has of the rows: of `others` only events of another tool. */
function hasOf(has: Has, events: readonly UsageEvent[]): UsageEvent[] {
  if (has === 'nothing') return [];
  if (has === 'half') return events.filter((_, place) => place % 2 === 0);
  return has === 'all'
    ? [...events]
    : events.map((event) => ({ ...event, transaction_id: `other ${event.transaction_id}` }));
}

const REBUILDS: readonly Way[] = (['postgres', 'clickhouse'] as const).flatMap((store) =>
  (['nothing', 'all', 'half', 'others'] as const).flatMap((has) =>
    [4, 'each' as const].map(
      (subscriptions): Way => ({
        name: `rebuild where Lago has ${has}, ${subscriptions === 'each' ? 'a subscription for 10 rows' : '4 subscriptions'}, ${store}`,
        few: STEPS,
        prepare: (count) => {
          const terms: Terms = { store, subscriptions: subscriptions === 'each' ? count / 10 : 4 };
          const rows = rowsOf(count, { subscriptions: terms.subscriptions ?? 4 });
          return rebuilt(rows, emptyLedger, hasOf(has, sent(terms, count)), terms);
        },
      }),
    ),
  ),
);

/** No address can name these ids, so they are found in lists. */
const UNNAMED: readonly Way[] = (['nothing', 'all'] as const).map((has) => ({
  name: `rebuild of ids that no address names, where Lago has ${has}`,
  few: STEPS,
  prepare: (count) => {
    const terms: Terms = { id: '{{ row.id }}/../x', subscriptions: 4 };
    const rows = rowsOf(count, { subscriptions: 4 });
    return rebuilt(rows, emptyLedger, hasOf(has, sent(terms, count)), terms);
  },
}));

/** What a first run, or one after a rebuild, asks before it sends. */
const ASKS: readonly Way[] = [undefined, 1].flatMap((rebuiltAt) =>
  (['nothing', 'half'] as const).map(
    (has): Way => ({
      name: `asked first where Lago has ${has}, ${rebuiltAt === undefined ? 'first run' : 'after a rebuild'}`,
      few: STEPS,
      prepare: (count) => {
        const terms: Terms = { store: 'clickhouse', subscriptions: 4 };
        const old = rowsOf(count, { subscriptions: 4, id: (place) => `old${place}` });
        const rows = rowsOf(count, { subscriptions: 4 });
        const ledger = rebuiltAt === undefined ? emptyLedger : ledgerOf(terms, old);
        const plan = makePlan(
          inputOf([...(rebuiltAt === undefined ? [] : old), ...rows], ledger, terms),
        );
        const units = plan.rows.map(unitOf).filter((unit) => unit.length > 0);
        const { ports, clock } = worldOf(rows, ledger, hasOf(has, sent(terms, count)), terms);
        const check = required(ports.destination.check());
        return () =>
          compareNew(ports, {
            units,
            isWhole: true,
            ledger,
            check,
            count: { lines: ledger.entries.length },
            store: 'clickhouse',
            isCompared: false,
            rebuiltAt: rebuiltAt === undefined ? undefined : clock.time,
            until: Number.POSITIVE_INFINITY,
            deadline: Number.POSITIVE_INFINITY,
          });
      },
    }),
  ),
);

const CORRECTED: Way = {
  name: 'asked first before corrections',
  prepare: (count) => {
    const terms: Terms = { store: 'clickhouse' };
    const rows = rowsOf(count);
    const ledger = ledgerOf(terms, rows);
    const changed = rowsOf(count, { value: (place) => place + 5_000_000 });
    const units = makePlan(inputOf(changed, ledger, terms)).rows.map(unitOf);
    const { ports } = worldOf(rows, ledger, eventsIn(ledger), terms);
    const check = required(ports.destination.check());
    return () =>
      compareNew(ports, {
        units,
        isWhole: true,
        ledger,
        check,
        count: { lines: ledger.entries.length },
        store: 'clickhouse',
        isCompared: true,
        rebuiltAt: undefined,
        until: Number.POSITIVE_INFINITY,
        deadline: Number.POSITIVE_INFINITY,
      });
  },
};

const MONTH = { from: Date.parse('2026-03-01T00:00:00Z'), to: Date.parse('2026-04-01T00:00:00Z') };

/** What the month of a tab is compared with. */
function monthOf(
  rows: readonly Usage[],
  ledger: Ledger,
  events: readonly UsageEvent[],
  terms: Terms,
) {
  const { ports, clock } = worldOf(rows, ledger, events, terms);
  const metrics = required(ports.destination.metrics());
  const store: EventStore = terms.store ?? 'postgres';
  const measureOf = (code: string) => measureBy(metrics?.get(code), store);
  const input = inputOf(rows, ledger, terms);
  const plan = makePlan(input);
  const { template, sync } = input.ready;
  const byNumber = new Map(input.model.rows.map((row) => [row.number, row]));
  const now: RowsNow = rowsNow(plan, input.model, (number) => {
    const row = byNumber.get(number);
    return row && saidEvent(row, sync.key, (cells) => template.render(cells, input.rule));
  });
  const codes = new Set([terms.code ?? 'units']);
  const compared: ComparedWith<StoredEvent> = {
    ledger,
    codes,
    isSame: sameBy(metrics),
    visibleBefore: Number.POSITIVE_INFINITY,
    usedElsewhere: () => undefined,
    rowOf: (id) => now.byId.get(id),
    isOurs: () => true,
    keptBecause: () => undefined,
    doubtAbout: (id) => now.doubtAbout(id),
    whole: MONTH,
    measureOf,
  };
  return { ports, clock, compared, now, measureOf, codes, input };
}

/** Reconciles a month in one part. */
function reconciled(scene: ReturnType<typeof monthOf>) {
  const { ports, clock, compared, now, measureOf, codes } = scene;
  const { ledger } = compared;
  return () => {
    const part = required(
      comparePart(ports.destination.events, clock, {
        at: MONTH.from,
        size: MONTH.to - MONTH.from,
        until: Number.POSITIVE_INFINITY,
        store: 'postgres',
        compared,
      }),
    );
    const settled = settleMissing(ports.destination.events, {
      ledger,
      isSame: compared.isSame,
      measureOf,
      lostBecause: () => undefined,
      missing: part.missing,
      moved: part.moved,
    });
    const rows = compareRows({
      rows: now,
      ledger,
      codes,
      whole: MONTH,
      unrecorded: new Set(part.unrecorded),
      measureOf,
      ignoresRemoved: false,
    });
    const totals = compareTotals(
      { inSheet: rows.totals, inLago: part.totals, explained: [] },
      () => 'sum',
    );
    return [part.findings.length, settled.findings.length, rows.findings.length, totals.length];
  };
}

interface Month {
  readonly ledger: Has;
  readonly lago: Has;
  readonly rows: 'same' | 'changed' | 'none' | 'eventless' | 'of one key';
  readonly code?: Code;
}

const ROWS: Readonly<Record<Month['rows'], (count: number) => Usage[]>> = {
  same: (count) => rowsOf(count, { subscriptions: 4 }),
  changed: (count) => rowsOf(count, { subscriptions: 4, value: (place) => place + 7 }),
  none: () => [],
  eventless: (count) =>
    rowsOf(count, { subscriptions: 4, id: (place) => `broken ${place}`, time: () => 'soon' }),
  'of one key': (count) => rowsOf(count, { subscriptions: 4, id: () => 'same' }),
};

const monthWay = ({ ledger: written, lago, rows, code = 'units' }: Month): Way => ({
  name: `reconcile ${code}: ledger ${written}, Lago ${lago}, rows ${rows}`,
  prepare: (count) => {
    const terms: Terms = { code, subscriptions: 4, sync: { changed: 'flag', removed: 'flag' } };
    const whole = ledgerOf(terms, ROWS.same(count));
    const kept = indexEntries(
      whole.entries.filter(
        (_, place) => written === 'all' || (written === 'half' && place % 2 === 0),
      ),
    );
    return reconciled(monthOf(ROWS[rows](count), kept, hasOf(lago, eventsIn(whole)), terms));
  },
});

const MONTHS: readonly Way[] = (
  [
    { ledger: 'all', lago: 'all', rows: 'same' },
    { ledger: 'all', lago: 'nothing', rows: 'same' },
    { ledger: 'nothing', lago: 'all', rows: 'same' },
    { ledger: 'half', lago: 'half', rows: 'changed' },
    { ledger: 'all', lago: 'others', rows: 'same' },
    { ledger: 'all', lago: 'all', rows: 'none' },
    { ledger: 'nothing', lago: 'others', rows: 'eventless' },
    { ledger: 'all', lago: 'all', rows: 'of one key' },
    { ledger: 'all', lago: 'others', rows: 'same', code: 'last' },
    { ledger: 'all', lago: 'others', rows: 'same', code: 'seats' },
  ] as const satisfies readonly Month[]
).map(monthWay);

/** All findings of a kind are fixed at once. */
const FIXES: readonly Way[] = (
  [
    ['send', 'all', 'nothing'],
    ['adopt', 'nothing', 'all'],
    ['take-back', 'nothing', 'others'],
  ] as const
).map(
  ([fix, written, lago]: readonly [FindingFix, Has, Has]): Way => ({
    name: `fix all: ${fix}`,
    prepare: (count) => {
      const terms: Terms = {};
      const rows = rowsOf(count);
      const whole = ledgerOf(terms, rows);
      const ledger = written === 'all' ? whole : emptyLedger;
      const events = hasOf(lago, eventsIn(whole));
      const { now, compared } = monthOf(rows, ledger, [], terms);
      const check = checkOf(namesOf(rows), terms);
      return () => {
        const fixing = new Fixing<StoredEvent>({
          ledger,
          check,
          templateRevision: 1,
          isSame: compared.isSame,
          asUsageEvent,
          usedElsewhere: () => undefined,
          rows: () => now,
          now: 0,
        });
        const ids =
          events.length > 0
            ? events.map((event) => [event.transaction_id, storedOf(event)] as const)
            : whole.entries.map(({ index }) => [index.id, undefined] as const);
        for (const [id, found] of ids) fixing.fix(fix, id, found, undefined);
        return fixing.result().done.length;
      };
    },
  }),
);

const storedOf = ({
  timestamp,
  precise_total_amount_cents,
  ...event
}: UsageEvent): StoredEvent => ({
  ...event,
  timestamp: new Date(timestamp * 1000).toISOString(),
  precise_total_amount_cents: precise_total_amount_cents ?? null,
  receivedAt: undefined,
});

const STATEMENTS: readonly Way[] = [1, 2].map((rowsOfEach) => ({
  name: `statement, ${rowsOfEach === 1 ? 'one subscription' : 'a subscription for 2 rows'}`,
  prepare: (count) => {
    const terms: Terms = { charge: 'graduated' };
    const rows = rowsOf(count, { subscriptions: rowsOfEach === 1 ? 1 : count / 2 });
    const { entries } = ledgerOf(terms, rows);
    const check = checkOf(namesOf(rows), terms);
    const counting = { aggregation: 'sum_agg', field: 'quantity' };
    return () => [
      statementOf(entries, new Set(namesOf(rows)), () => MONTH, {
        countingOf: () => counting,
        pricing: check.pricing,
      }).length,
      statementChoices(
        entries,
        () => '2026-03',
        (name) => [`customer of ${name}`],
      ).length,
    ];
  },
}));

const LEDGERS: readonly Way[] = [
  {
    name: 'tab read',
    prepare: (count) => {
      const reading = readingOf(rowsOf(count));
      const { sync } = readyBy({});
      return () => 'model' in readModel(sync, reading);
    },
  },
  {
    name: 'ledger read',
    prepare: (count) => {
      const lines = linesOf(ledgerOf({}, rowsOf(count)));
      return () => [readLedger(lines, undefined), contentsOf(lines)];
    },
  },
  {
    name: 'invoice of an ended period proved',
    prepare: (count) => {
      const rows = rowsOf(count);
      const check = checkOf(namesOf(rows), {});
      const entries = ledgerOf({}, rows).entries.map(
        (entry, place): LedgerEntry => ({
          ...entry,
          index: { ...entry.index, at: entry.index.at + place, periodEnd: MONTH.from },
        }),
      );
      const { pricing } = check;
      if (pricing === undefined) throw new Error('There are no prices.');
      const events = entries.map(({ event }) => ({ event, receivedAt: 0 }));
      const fee = pricing.pricesOf(events[0]?.event ?? newEvent)?.[0]?.fee ?? '';
      const total = rows.reduce((sum, [, , , value]) => sum + Number(value), 0);
      const bill = {
        madeAt: MONTH.from,
        fees: [{ name: fee, units: String(total - 1), events: count }],
        events,
      };
      return () => verdictsOf(entries, bill, pricing, Number.MAX_SAFE_INTEGER).size;
    },
  },
];

const newEvent: UsageEvent = {
  transaction_id: '',
  external_subscription_id: 's0',
  code: 'units',
  timestamp: 0,
  properties: {},
};

export const LAGO_WAYS: readonly Way[] = [
  ...REBUILDS,
  ...UNNAMED,
  ...ASKS,
  CORRECTED,
  ...MONTHS,
  ...FIXES,
  ...STATEMENTS,
  ...LEDGERS,
];
