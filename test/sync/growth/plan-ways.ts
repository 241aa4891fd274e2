import { indexEntries, type Ledger } from '../../../src/sync/ledger/entries';
import { reportBelowZero } from '../../../src/sync/plan/below-zero';
import { announceClosing } from '../../../src/sync/plan/closing';
import { coveredPlan } from '../../../src/sync/plan/covered-plan';
import { reportFirstTiers } from '../../../src/sync/plan/first-tier';
import { makePlan } from '../../../src/sync/plan/plan';
import { groupProblems } from '../../../src/sync/plan/problem-group';
import { standingAfter } from '../../../src/sync/plan/standing-after';
import { statusesOf } from '../../../src/sync/plan/statuses';
import { summarise } from '../../../src/sync/plan/summary';
import { planUndo } from '../../../src/sync/plan/undo-plan';
import { NOT_COMPARED } from '../../../src/sync/recovery/ask-first';
import { worldOf } from '../world';
import {
  atOneTime,
  checkOf,
  inputOf,
  ledgerOf,
  namesOf,
  rowsOf,
  sentBy,
  type Terms,
  timeOf,
  type Usage,
} from './scene';

/** A way that a run can take, with any number of rows. */
export interface Way {
  readonly name: string;
  /** Rows that show how it grows, if those of the others are too few: it works in steps. */
  readonly few?: number;
  /** Makes all that the way begins with; what it returns is the work that is measured. */
  readonly prepare: (rows: number) => () => unknown;
}

/** How a plan is made of a tab that was sent in other states before. */
interface Planned extends Terms {
  readonly before?: (count: number) => readonly (readonly Usage[])[];
  /** What was different while it was sent before. */
  readonly earlier?: Terms;
  /** What else is different in the ledger. */
  readonly written?: (ledger: Ledger) => Ledger;
  readonly rows: (count: number) => readonly Usage[];
}

const planned = (
  name: string,
  { before, earlier, written = (ledger) => ledger, rows, ...terms }: Planned,
): Way => ({
  name,
  prepare: (count) => {
    const ledger = written(ledgerOf({ ...terms, ...earlier }, ...(before?.(count) ?? [])));
    const input = inputOf(rows(count), ledger, terms);
    return () => makePlan(input);
  },
});

const SAME_DAY = { time: () => '2026-03-05T00:00:00Z' };
const SHARED = { value: () => 7 };
const plain = (count: number) => rowsOf(count);
const more = (count: number) => rowsOf(count, { value: (place) => place + 5_000_000 });
const half = (count: number) => rowsOf(count).filter((_, place) => place % 2 === 0);
const sent = (count: number) => [rowsOf(count)];
const FLAG = { sync: { changed: 'flag', removed: 'flag' } } as const;

const february = (count: number) =>
  rowsOf(count, { time: (place) => timeOf(place, count, '2026-02-02T00:00:00Z') });
const raised = ([id, sub, time, value, operation]: Usage): Usage => [
  id,
  sub,
  time,
  Number(value) + 5_000_000,
  operation ?? 'add',
];
const LAST_SECOND = { time: () => '2026-03-31T23:59:59Z' };

const refused = ({ entries }: Ledger): Ledger =>
  indexEntries(
    entries.map((entry) => ({ ...entry, outcome: { ...entry.outcome, state: 'rejected' } })),
  );

const PLANS: readonly Way[] = [
  planned('first delivery', { rows: plain }),
  planned('first delivery, a subscription for each row', {
    rows: (count) => rowsOf(count, { subscriptions: count }),
  }),
  planned('unchanged', { before: sent, rows: plain }),
  planned('changed, flagged', { ...FLAG, before: sent, rows: more }),
  planned('changed, added', { sync: { changed: 'add' }, before: sent, rows: more }),
  ...(['units', 'level', 'seats', 'last', 'most'] as const).flatMap((code) => [
    planned(`changed, corrected: ${code}`, { code, before: sent, rows: more }),
    planned(`changed twice, corrected: ${code}`, {
      code,
      before: (count) => [plain(count), more(count)],
      rows: (count) => rowsOf(count, { value: (place) => place + 9_000_000 }),
    }),
    planned(`set back, corrected: ${code}`, {
      code,
      before: (count) => [plain(count), more(count)],
      rows: plain,
    }),
    planned(`removed, taken back: ${code}`, { code, before: sent, rows: () => [] }),
    planned(`half removed, taken back: ${code}`, { code, before: sent, rows: half }),
    planned(`removed and back: ${code}`, {
      code,
      before: (count) => [plain(count), []],
      rows: plain,
    }),
    planned(`one value, changed to one: ${code}`, {
      code,
      before: (count) => [rowsOf(count, SHARED)],
      rows: (count) => rowsOf(count, { value: () => 8 }),
    }),
    planned(`one value, half removed: ${code}`, {
      code,
      before: (count) => [rowsOf(count, SHARED)],
      rows: (count) => rowsOf(count, SHARED).filter((_, place) => place % 2 === 0),
    }),
    planned(`one value, removed: ${code}`, {
      code,
      before: (count) => [rowsOf(count, SHARED)],
      rows: () => [],
    }),
    planned(`new rows of one time: ${code}`, {
      code,
      before: (count) => [rowsOf(count, SAME_DAY)],
      rows: (count) => [
        ...rowsOf(count, SAME_DAY),
        ...rowsOf(count, { ...SAME_DAY, id: (place) => `n${place}` }),
      ],
    }),
    planned(`new rows above those of one time: ${code}`, {
      code,
      before: (count) => [rowsOf(count, SAME_DAY)],
      rows: (count) => [
        ...rowsOf(count, { ...SAME_DAY, id: (place) => `n${place}` }),
        ...rowsOf(count, SAME_DAY),
      ],
    }),
    planned(`changed rows of one time: ${code}`, {
      code,
      before: (count) => [rowsOf(count, SAME_DAY)],
      rows: (count) => rowsOf(count, { ...SAME_DAY, value: (place) => place + 5_000_000 }),
    }),
    planned(`half of one time removed: ${code}`, {
      code,
      before: (count) => [rowsOf(count, SAME_DAY)],
      rows: (count) => rowsOf(count, SAME_DAY).filter((_, place) => place % 2 === 0),
    }),
    planned(`half of one time removed, others changed: ${code}`, {
      code,
      store: 'clickhouse',
      before: (count) => [rowsOf(count, SAME_DAY)],
      rows: (count) =>
        rowsOf(count, { ...SAME_DAY, value: (place) => place + 5_000_000 }).filter(
          (_, place) => place % 2 === 0,
        ),
    }),
  ]),
  planned('one unique value added and removed', {
    code: 'seats',
    before: (count) => [rowsOf(count, SHARED)],
    rows: (count) => [
      ...rowsOf(count, SHARED),
      ...rowsOf(count, {
        ...SHARED,
        id: (place) => `n${place}`,
        operation: (place) => (place % 2 === 0 ? 'remove' : 'add'),
      }),
    ],
  }),
  planned('one unique value added and removed at one time', {
    code: 'seats',
    before: (count) => [rowsOf(count, { ...SHARED, ...SAME_DAY })],
    rows: (count) => [
      ...rowsOf(count, { ...SHARED, ...SAME_DAY }),
      ...rowsOf(count, {
        ...SHARED,
        ...SAME_DAY,
        id: (place) => `n${place}`,
        operation: () => 'remove',
      }),
    ],
  }),
  planned('removed, flagged', { ...FLAG, before: sent, rows: () => [] }),
  planned('half removed, flagged', { ...FLAG, before: sent, rows: half }),
  planned('removed while a key is empty', {
    code: 'seats',
    before: sent,
    rows: (count) => [...half(count), ['', 's0', '2026-03-05T00:00:00Z', 4]],
  }),
  planned('one id in all rows', { id: 'id {{ row.op }}', rows: plain }),
  planned('one key in all rows', { rows: (count) => rowsOf(count, { id: () => 'same' }) }),
  planned('ids of other rows', {
    before: sent,
    id: 'id {{ row.qty }}',
    rows: (count) => rowsOf(count, { id: (place) => `n${place}` }),
  }),
  planned('renamed keys', {
    before: sent,
    rows: (count) => rowsOf(count, { id: (place) => `n${place}` }),
  }),
  planned('renamed keys with equal contents', {
    before: (count) => [rowsOf(count, { ...SHARED, ...SAME_DAY })],
    rows: (count) => rowsOf(count, { ...SHARED, ...SAME_DAY, id: (place) => `n${place}` }),
  }),
  planned('keys that move by a row', {
    before: sent,
    rows: (count) => rowsOf(count, { id: (place) => `r${(place + 1) % count}` }),
  }),
  planned('late', {
    rows: (count) =>
      rowsOf(count, { time: (place) => timeOf(place, count, '2026-02-02T00:00:00Z') }),
  }),
  planned('late, booked', {
    sync: { late: 'book' },
    rows: (count) =>
      rowsOf(count, { time: (place) => timeOf(place, count, '2026-02-02T00:00:00Z') }),
  }),
  planned('refused before', { before: sent, written: refused, rows: plain }),
  ...(['seats', 'last'] as const).flatMap((code) => [
    planned(`changed beside a sync of the same metric: ${code}`, {
      code,
      before: sent,
      rows: more,
      input: { isShared: () => true },
    }),
    planned(`changed where Lago has all at one time: ${code}`, {
      code,
      before: (count) => [rowsOf(count, SAME_DAY)],
      written: atOneTime,
      rows: (count) => rowsOf(count, { ...SAME_DAY, value: (place) => place + 5_000_000 }),
    }),
    planned(`half removed where Lago has all at one time: ${code}`, {
      code,
      before: (count) => [rowsOf(count, SAME_DAY)],
      written: atOneTime,
      rows: (count) => rowsOf(count, SAME_DAY).filter((_, place) => place % 2 === 0),
    }),
    planned(`new rows above where Lago has all at one time: ${code}`, {
      code,
      before: (count) => [rowsOf(count, { ...SAME_DAY, ...SHARED })],
      written: atOneTime,
      rows: (count) => [
        ...rowsOf(count, {
          ...SAME_DAY,
          ...SHARED,
          id: (place) => `n${place}`,
          operation: () => 'remove',
        }),
        ...rowsOf(count, { ...SAME_DAY, ...SHARED }),
      ],
    }),
    planned(`new rows below where Lago has all at one time: ${code}`, {
      code,
      before: (count) => [rowsOf(count, { ...SAME_DAY, ...SHARED })],
      written: atOneTime,
      rows: (count) => [
        ...rowsOf(count, { ...SAME_DAY, ...SHARED }),
        ...rowsOf(count, {
          ...SAME_DAY,
          ...SHARED,
          id: (place) => `n${place}`,
          operation: () => 'remove',
        }),
      ],
    }),
    planned(`new rows in the last second of the period: ${code}`, {
      code,
      before: (count) => [rowsOf(count, { ...LAST_SECOND, ...SHARED })],
      rows: (count) => [
        ...rowsOf(count, { ...LAST_SECOND, ...SHARED }),
        ...rowsOf(count, { ...LAST_SECOND, ...SHARED, id: (place) => `n${place}` }),
      ],
    }),
    planned(`removed in the last second of the period: ${code}`, {
      code,
      before: (count) => [rowsOf(count, LAST_SECOND)],
      rows: (count) => rowsOf(count, LAST_SECOND).filter((_, place) => place % 2 === 0),
    }),
    planned(`back after they were removed, in a draft: ${code}`, {
      code,
      earlier: { running: { month: '02', hasDraft: false }, now: '2026-02-20T12:00:00Z' },
      running: { month: '03', hasDraft: true },
      before: (count) => [february(count), []],
      rows: february,
    }),
    planned(`changed after that, in a draft: ${code}`, {
      code,
      earlier: { running: { month: '02', hasDraft: false }, now: '2026-02-20T12:00:00Z' },
      running: { month: '03', hasDraft: true },
      before: (count) => [february(count), february(count).map(raised)],
      rows: (count) => february(count).map(raised).map(raised),
    }),
  ]),
  planned('near the limit of a total', {
    store: 'clickhouse',
    rows: (count) => rowsOf(count, { value: () => 900_000_000_000 }),
    input: { usageIn: (places) => places.map(() => []) },
  }),
];

const NOW = Date.parse('2026-03-20T12:00:00Z');

/** A plan whose every second row is held or waits, and the ledger before it. */
function troubled(count: number, terms: Terms = {}) {
  const rows = rowsOf(count, { value: (place) => (place % 2 === 0 ? 'many' : place) });
  const ledger = ledgerOf(terms, half(count));
  return { rows, ledger, plan: makePlan(inputOf(rows, ledger, terms)) };
}

const signed = (count: number): Usage[] =>
  rowsOf(count, { value: (place) => (place % 2 === 0 ? 5 : -7) });

/** What is said of a plan. */
const REPORTS: readonly Way[] = [
  {
    name: 'groups of problems, statuses, summary',
    prepare: (count) => {
      const { rows, plan } = troubled(count);
      const check = checkOf(namesOf(rows), {});
      return () => [
        groupProblems(plan),
        statusesOf(plan, 'UTC'),
        summarise(plan, check, 'UTC', NOW),
      ];
    },
  },
  {
    name: 'closing notices',
    prepare: (count) => {
      const { plan } = troubled(count, { now: '2026-03-31T12:00:00Z' });
      return () => announceClosing(plan, 'UTC', Date.parse('2026-03-31T12:00:00Z'), true);
    },
  },
  {
    name: 'where rows stand after a run',
    prepare: (count) => {
      const rows = more(count);
      const ledger = ledgerOf({}, plain(count));
      const plan = makePlan(inputOf(rows, ledger));
      const after = sentBy(plan, ledger);
      return () => standingAfter(plan, after, NOT_COMPARED);
    },
  },
  {
    name: 'totals below zero',
    prepare: (count) => {
      const terms = { charge: 'volume' } as const;
      const rows = rowsOf(count, {
        subscriptions: Math.ceil(count / 4),
        value: (place) => (place % 8 < 4 ? 5 : -7),
      });
      const ledger = ledgerOf(terms, rows.slice(count / 2));
      const plan = makePlan(inputOf(rows, ledger, terms));
      const check = checkOf(namesOf(rows, ledger), terms);
      return () => reportBelowZero(plan, ledger, check, { zone: 'UTC', now: NOW });
    },
  },
  {
    name: 'first tiers',
    prepare: (count) => {
      const terms = { charge: 'graduated' } as const;
      const rows = rowsOf(count, { subscriptions: Math.ceil(count / 2) });
      const ledger = ledgerOf(terms, rows);
      const plan = makePlan(inputOf([], ledger, terms));
      const check = checkOf(namesOf(rows, ledger), terms);
      return () => reportFirstTiers(plan, ledger, check);
    },
  },
];

/** What keeps totals under volume charges from falling below zero. */
const covering = (name: string, terms: Terms, before: Usage[][], rows: Usage[]) => ({
  name,
  work: () => {
    const ledger = ledgerOf(terms, ...before);
    const plan = makePlan(inputOf(rows, ledger, terms));
    const check = checkOf(namesOf(rows, ledger), terms);
    const world = worldOf(terms.store);
    world.destination.usage = ({ subscription }) =>
      ledger.entries
        .map(({ event }) => event)
        .filter((event) => event.external_subscription_id === subscription);
    const store = terms.store ?? 'postgres';
    return () => coveredPlan(world, plan, { check, ledger, store, now: NOW });
  },
});

const AHEAD = (count: number) => ({
  time: (place: number) => timeOf(place, 2 * count, '2026-03-21T00:00:00Z'),
});

const COVERS: readonly Way[] = (['postgres', 'clickhouse'] as const).flatMap((store) => {
  const terms: Terms = { charge: 'volume', store };
  const way = (name: string, scene: (count: number) => readonly [Usage[][], Usage[]]): Way => ({
    name: `${name}, volume price on ${store}`,
    prepare: (count) => covering(name, terms, ...scene(count)).work(),
  });
  return [
    way('values below zero', (count) => [[], signed(count)]),
    way('lowered values', (count) => [
      [rowsOf(count, { value: () => 9 })],
      rowsOf(count, { value: () => 5 }),
    ]),
    way('removed rows', (count) => [[plain(count)], []]),
    way('lowered values dated ahead', (count) => [
      [rowsOf(count, { ...AHEAD(count), value: () => 9 })],
      rowsOf(count, { ...AHEAD(count), value: () => 5 }),
    ]),
  ];
});

const UNDOS: readonly Way[] = (['units', 'seats', 'last'] as const).map((code) => ({
  name: `undone run: ${code}`,
  prepare: (count) => {
    const terms: Terms = { code };
    const ledger: Ledger = ledgerOf(terms, plain(count));
    const input = inputOf(plain(count), ledger, { ...terms, now: '2026-03-20T13:00:00Z' });
    const undo = { startedAt: NOW, after: Number.NEGATIVE_INFINITY, endedAt: NOW + 1 };
    return () => planUndo({ ...input, undo });
  },
}));

export const PLAN_WAYS: readonly Way[] = [...PLANS, ...REPORTS, ...COVERS, ...UNDOS];
