import type { Price } from '../../../src/sync/billing/priced-total';
import { emptyLedger, indexEntries, type Ledger } from '../../../src/sync/ledger/entries';
import { reportBelowZero } from '../../../src/sync/plan/below-zero';
import type { EventCheck } from '../../../src/sync/ports';
import { ledgerAfter, planOf, TEMPLATE } from '../fixture';

const FROM = Date.parse('2026-03-01T00:00:00Z');
const TO = Date.parse('2026-03-31T23:59:59.999Z');
const HOUR = 3_600_000;
const EARLY = Date.parse('2026-03-20T12:00:00Z');

interface Lago {
  readonly aggregation?: string;
  readonly recurring?: boolean;
  readonly price?: Partial<Price>;
}

/** A Lago that prices the metric of each subscription by itself, and bills by the month. */
const checkOf = ({ aggregation = 'sum_agg', recurring = false, price = {} }: Lago): EventCheck => ({
  problemsOf: () => [],
  off: [],
  pricing: {
    countingOf: () => ({ aggregation, recurring, field: 'quantity' }),
    pricesOf: () => [
      {
        term: '0',
        charge: '0',
        name: '',
        fee: '',
        words: '',
        model: 'standard',
        payInAdvance: false,
        ...price,
      },
    ],
  },
  runningPeriodOf: ({ timestamp }) => {
    const ms = timestamp * 1000;
    return ms <= TO && (recurring || ms >= FROM) ? { from: FROM, to: TO } : undefined;
  },
});

/** What is reported of a sheet, a line for each group with its rows. */
function reported(
  table: string,
  {
    ledger = emptyLedger,
    lago = {},
    now = EARLY,
  }: { ledger?: Ledger; lago?: Lago; now?: number } = {},
): string[] {
  const plan = planOf(table, ledger);
  return reportBelowZero(plan, ledger, checkOf(lago), { zone: 'UTC', now }).map(
    ({ problem: { code, message }, rows }) =>
      `${code} ${/\((.*?)\)/.exec(message)?.[1]} in ${rows.join()}`,
  );
}

const RETURNS = `
  | id | sub  | date       | qty |
  | a  | acme | 2026-03-02 | 5   |
  | b  | acme | 2026-03-03 | -8  |
  | c  | glob | 2026-03-03 | -1  |
  | d  | glob | 2026-03-04 | 4   |`;

describe('a total of the running period that Lago does not bill as it is', () => {
  test('is named with the rows that lower it', () => {
    expect(reported(RETURNS)).toEqual(['total.below-zero -3 for acme, units in 3']);
    expect(reported(RETURNS.replace('-8', '-5'))).toEqual([]);
  });

  test.each<[string, Lago, string]>([
    ['a volume charge', { price: { model: 'volume' } }, 'total.no-invoice -3 for acme, units in 3'],
    [
      'payment in advance',
      { price: { payInAdvance: true } },
      'total.no-refund -3, billed 5 for acme, units; 3, billed 4 for glob, units in 3,4',
    ],
    ['a highest value', { aggregation: 'max_agg' }, ''],
    ['a latest value', { aggregation: 'latest_agg' }, 'total.below-zero -8 for acme, units in 3'],
    // 5 units for 29.5 of 31 days, less 8 for 28.5; and 4 for 27.5 less one for 28.5.
    [
      'a sum over time',
      { aggregation: 'weighted_sum_agg' },
      'total.below-zero -2.596774194 for acme, units in 3',
    ],
  ])('is named by what Lago makes of it: %s', (_, lago, expected) => {
    expect(reported(RETURNS, { lago })).toEqual(expected === '' ? [] : [expected]);
  });

  test('counts what was sent, what waits for an answer, and what is still to be sent', () => {
    const sent = `
      | id | sub  | date       | qty |
      | a  | acme | 2026-03-02 | 5   |`;
    const more = `${sent}
      | b  | acme | 2026-03-03 | -8  |`;
    for (const state of ['accepted', 'pending'] as const)
      expect(reported(more, { ledger: ledgerAfter(sent, { state }) })).toEqual([
        'total.below-zero -3 for acme, units in 3',
      ]);
    expect(reported(more, { ledger: ledgerAfter(sent, { state: 'rejected' }) })).toEqual([
      'total.below-zero -8 for acme, units in 3',
    ]);
    expect(reported(more, { ledger: ledgerAfter(more) })).toEqual([
      'total.below-zero -3 for acme, units in 3',
    ]);
  });

  test('names no row that Lago has refused', () => {
    const table = RETURNS.replace('| 5 ', '| -2 ');
    const { entries } = ledgerAfter(table);
    const refused = entries.map((entry) => ({
      ...entry,
      outcome: { ...entry.outcome, state: 'rejected' as const },
    }));
    const ledger = indexEntries(
      entries.map((entry, place) => (entry.index.key === 'b' ? refused[place] : entry) ?? entry),
    );
    expect(reported(table, { ledger })).toEqual(['total.below-zero -2 for acme, units in 2']);
  });

  test('counts no row that is billed elsewhere', () => {
    const ledger = ledgerAfter(RETURNS);
    const elsewhere = indexEntries(
      ledger.entries.map((entry) => ({ ...entry, index: { ...entry.index, kind: 'baseline' } })),
    );
    expect(reported(RETURNS, { ledger: elsewhere })).toEqual([]);
  });

  test('does not count other periods, unless units carry over from earlier ones', () => {
    const table = `
      | id | sub  | date       | qty |
      | a  | acme | 2026-02-10 | 5   |
      | b  | acme | 2026-03-03 | -3  |
      | c  | acme | 2026-04-03 | -9  |`;
    expect(reported(table)).toEqual(['total.below-zero -3 for acme, units in 3']);
    expect(reported(table, { lago: { recurring: true } })).toEqual([]);
    expect(reported(table.replace('| 5 ', '| 2 '), { lago: { recurring: true } })).toEqual([
      'total.below-zero -1 for acme, units in 3',
    ]);
  });

  test('is one group with the first three, however many there are', () => {
    const rows = Array.from({ length: 500 }, (_, at) => `| r${at} | sub${at} | 2026-03-03 | -1 |`);
    expect(reported(['| id | sub | date | qty |', ...rows].join('\n'))).toEqual([
      'total.below-zero -1 for sub0, units; -1 for sub1, units; -1 for sub2, units; and 497 more in 2,3,4,5,6,7,8,9,10,11',
    ]);
  });

  test('shows its number even where names are long', () => {
    const name = 'x'.repeat(100);
    const [found] = reported(`| id | sub | date | qty |\n| a | ${name} | 2026-03-03 | -12 |`);
    expect(found).toMatch(/^total.below-zero -12 for x+… in 2$/);
  });

  test('is announced two days before the period ends, without saying whose it is', () => {
    const now = TO - 48 * HOUR;
    expect(reported(RETURNS, { now: now - 1 })).toHaveLength(1);
    const ledger = emptyLedger;
    const [closing, named] = reportBelowZero(planOf(RETURNS), ledger, checkOf({}), {
      zone: 'UTC',
      now,
    });
    expect(closing?.problem.message).toContain('ends at 2026-03-31 23:59 (UTC)');
    expect(closing?.problem.message).toContain('does not bill as they are: 1.');
    expect(closing?.problem.message).not.toContain('acme');
    expect(named?.problem.message).toContain('acme');
  });

  test('is named by what becomes of the amounts of a dynamic charge', () => {
    const template = `${TEMPLATE.slice(0, -1).trimEnd()}, "precise_total_amount_cents": "{{ row.cents }}" }`;
    const told = (table: string, now = EARLY) =>
      reportBelowZero(
        planOf(table, emptyLedger, { template }),
        emptyLedger,
        checkOf({ price: { model: 'dynamic', cutTo: 100 } }),
        { zone: 'UTC', now },
      ).map(
        ({ problem: { code, message }, rows }) =>
          `${code} ${/\((.*?)\)/.exec(message)?.[1]} in ${rows.join()}`,
      );
    const table = `
      | id | sub  | date       | qty | cents |
      | a  | acme | 2026-03-02 | 5   | 125   |
      | b  | acme | 2026-03-03 | -5  | 100   |
      | c  | glob | 2026-03-03 | 1   | 225   |
      | d  | init | 2026-03-04 | 4   | 300   |`;
    expect(told(table)).toEqual([
      'total.no-units 225 cents for acme, units in 2,3',
      'total.cut 225 cents, billed 200 for glob, units in 4',
    ]);
    // The end of the period is announced for what is not billed at all.
    expect(told(table, TO - HOUR).map((each) => each.split(' ')[0])).toEqual([
      'period.below-zero',
      'total.no-units',
      'total.cut',
    ]);
    expect(told(table.replace(/ \| (125|100|225) /g, ' | 100 '))).toEqual([
      'total.no-units 200 cents for acme, units in 2,3',
    ]);
  });

  test('is not told where nothing is known of prices', () => {
    const check = { problemsOf: () => [], off: [] };
    expect(
      reportBelowZero(planOf(RETURNS), emptyLedger, check, { zone: 'UTC', now: EARLY }),
    ).toEqual([]);
  });
});
