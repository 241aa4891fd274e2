import type { Mutant } from '../mutants';
import type { Change } from '../mutated';
import type { Measure } from './catalog';
import type { Store } from './history';
import type { ToldHistory, ToldRow } from './told';

const PLAN = 'src/sync/plan/plan.ts';
const AT_ONE_TIME = 'src/sync/plan/at-one-time.ts';
const FIRST_TIER = 'src/sync/plan/first-tier.ts';
const LIMITS = 'src/sync/plan/total-limits.ts';
const STORED_TIME = 'src/sync/billing/stored-time.ts';
const PRICED_TOTAL = 'src/sync/billing/priced-total.ts';
const LIMITED_TOTAL = 'src/sync/billing/limited-total.ts';
const COST_BOUND = 'src/sync/billing/cost-bound.ts';
const COUNTED_NUMBER = 'src/sync/billing/counted-number.ts';
const PRICE = 'src/lago/price.ts';

const change = (file: string, find: string, replace: string): Change => ({ file, find, replace });

const postgres: Store = { name: 'postgres', eventsStore: 'postgres', duplicateRemoval: false };
const clickhouse: Store = { ...postgres, name: 'clickhouse', eventsStore: 'clickhouse' };

const standard = { model: 'standard', properties: { amount: '1.5' } } as const;
const sum: Measure = { code: 'sum', aggregation: 'sum_agg', ...standard };
const dear: Measure = { ...sum, properties: { amount: '1000' } };
const latest: Measure = { code: 'latest', aggregation: 'latest_agg', ...standard };
const dynamic: Measure = { ...sum, model: 'dynamic', properties: {} };
const graduated: Measure = {
  ...sum,
  model: 'graduated',
  properties: {
    graduated_ranges: [
      { from_value: 0, to_value: 10, per_unit_amount: '2', flat_amount: '1' },
      { from_value: 11, to_value: null, per_unit_amount: '0.5', flat_amount: '3' },
    ],
  },
};

/** Rows with these amounts, in the order of the sheet. */
const rowsOf = (...amounts: readonly string[]): ToldRow[] =>
  amounts.map((amount, place) => ({ id: `k${place + 1}`, amount }));

const TIE = /k\d and k\d have one moment in Lago/;

/** Two totals that each row alone is far below. */
const wrapping: ToldHistory = {
  store: clickhouse,
  measures: [sum],
  sheets: [rowsOf('900000000000', '900000000000')],
  held: 1,
};
const WRAPPED = /sum of acme-s from 2026-11-01: Lago bills .*, the sheet says 1800000000000/;

/** Bugs in what rows come to together, each with a short history in which it is noticed. */
export const BILL_MUTANTS: readonly Mutant<ToldHistory>[] = [
  {
    name: 'latest values of one time are sent with that time',
    changes: [
      change(PLAN, 'takeBack(input, withoutTies(input, [', 'takeBack(input, (withoutTies, ['),
    ],
    caughtBy: { store: postgres, measures: [latest], sheets: [rowsOf('9', '2')] },
    says: TIE,
  },
  {
    name: 'latest values are moved by whole milliseconds on ClickHouse',
    changes: [change(STORED_TIME, "(store === 'postgres' ? 0 : HALF_MILLISECOND)", '0')],
    caughtBy: {
      store: clickhouse,
      measures: [latest],
      sheets: [rowsOf('9', '2', '4', '7', '1', '3', '8', '5', '6')],
    },
    says: TIE,
  },
  {
    name: 'a row that is put above another one of its time counts after it',
    changes: [
      change(
        AT_ONE_TIME,
        'if (formerly === undefined) return same.last > place;',
        'if (formerly === undefined) return same.last < place;',
      ),
    ],
    caughtBy: {
      store: postgres,
      measures: [latest],
      sheets: [[{ id: 'k2', amount: '2' }], rowsOf('9', '2')],
    },
    says: /latest of acme-s from 2026-11-01: Lago bills 9 .*, the sheet says 2/,
  },
  {
    name: 'amounts without units are not named',
    changes: [change(PRICED_TOTAL, "if (total.eq(0)) return 'no-units';", '')],
    caughtBy: { store: postgres, measures: [dynamic], sheets: [rowsOf('5', '-5')] },
    says: /0 named as total.no-units, the sheet says 1/,
  },
  {
    name: 'amounts that the event store cuts are not named',
    changes: [
      change(PRICED_TOTAL, "return this.#lost().eq(0) ? 'billed' : 'cut';", "return 'billed';"),
    ],
    caughtBy: {
      store: clickhouse,
      measures: [dynamic],
      sheets: [[{ id: 'k1', amount: '5', price: '135' }]],
    },
    says: /0 named as total.cut, the sheet says 1/,
  },
  {
    name: 'a first tier that is due for nothing is not named',
    changes: [
      change(FIRST_TIER, 'if (totals.size === 0) return [];', 'if (totals.size >= 0) return [];'),
    ],
    caughtBy: {
      store: postgres,
      measures: [graduated],
      sheets: [
        [...rowsOf('5'), { id: 'k2', amount: '3', subscription: 'globex-s' }],
        [{ id: 'k2', amount: '3', subscription: 'globex-s' }],
      ],
    },
    says: /sum of acme-s was emptied, costs 100, and is not named/,
  },
  {
    name: 'totals are not limited',
    changes: [
      change(
        LIMITS,
        'if (near.size === 0) return [...rows];',
        'if (near.size >= 0) return [...rows];',
      ),
    ],
    caughtBy: wrapping,
    says: WRAPPED,
  },
  {
    name: 'a total may be ten times as large as ClickHouse counts',
    changes: [change(PRICE, "new Big('1.7e12')", "new Big('1.7e13')")],
    caughtBy: wrapping,
    says: WRAPPED,
  },
  {
    name: 'a number may be ten times as large as ClickHouse keeps',
    changes: [change(COUNTED_NUMBER, 'CLICKHOUSE_LIMIT = 1e12;', 'CLICKHOUSE_LIMIT = 1e13;')],
    caughtBy: { store: clickhouse, measures: [sum], sheets: [rowsOf('1200000000000')], held: 1 },
    says: /Lago bills 0 .*, the sheet says 1200000000000/,
  },
  {
    name: 'usage may cost more than an invoice holds',
    changes: [change(COST_BOUND, "MOST_CENTS = new Big('1e17');", "MOST_CENTS = new Big('1e20');")],
    caughtBy: {
      store: postgres,
      measures: [dear],
      sheets: [rowsOf('100000000000000')],
      isInvoiced: true,
      held: 1,
    },
    says: /acme-s lacks the invoice from 2026-11-01/,
  },
  {
    name: 'many rows may cost more than an invoice holds together',
    changes: [
      change(
        LIMITED_TOTAL,
        "return costly && { kind: 'costly', price: costly };",
        'void costly;\n    return undefined;',
      ),
    ],
    caughtBy: {
      store: postgres,
      measures: [dear],
      sheets: [rowsOf(...Array.from({ length: 110 }, () => '900000000000'))],
      isInvoiced: true,
      held: 109,
    },
    says: /acme-s lacks the invoice from 2026-11-01/,
  },
];
