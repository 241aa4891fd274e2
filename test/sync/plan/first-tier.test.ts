import type { Price } from '../../../src/sync/billing/priced-total';
import type { Ledger } from '../../../src/sync/ledger/entries';
import { reportFirstTiers } from '../../../src/sync/plan/first-tier';
import type { EventCheck } from '../../../src/sync/ports';
import { ledgerAfter, planOf } from '../fixture';

const FROM = Date.parse('2026-03-01T00:00:00Z');
const TO = Date.parse('2026-03-31T23:59:59.999Z');

const checkOf = (price: Partial<Price>): EventCheck => ({
  problemsOf: () => [],
  off: [],
  pricing: {
    countingOf: () => ({ aggregation: 'sum_agg', field: 'quantity' }),
    pricesOf: () => [
      {
        term: '0',
        charge: '0',
        fee: '',
        name: '',
        words: '',
        model: 'graduated',
        payInAdvance: false,
        flatAtZero: true,
        ...price,
      },
    ],
  },
  billingOf: () => ({
    aggregation: 'sum_agg',
    field: 'quantity',
    expression: undefined,
    recurring: false,
    charges: [
      { model: 'graduated', payInAdvance: false, prorated: false, byEvent: false, keys: [] },
    ],
    period: 'open',
    current: FROM,
    until: TO,
  }),
  runningPeriodOf: ({ timestamp }) =>
    timestamp * 1000 >= FROM && timestamp * 1000 <= TO ? { from: FROM, to: TO } : undefined,
});

const SENT = `
  | id | sub  | date       | qty |
  | a  | acme | 2026-03-02 | 5   |
  | b  | glob | 2026-03-03 | 7   |
  | c  | glob | 2026-03-04 | 1   |`;

/** What is reported once the sheet that was sent says something else. */
function reported(table: string, price: Partial<Price> = {}, ledger: Ledger = ledgerAfter(SENT)) {
  const check = checkOf(price);
  const plan = planOf(table, ledger, { changed: 'correct', removed: 'correct' }, { check });
  return reportFirstTiers(plan, ledger, check).map(
    ({ problem: { code, message }, count, rows }) =>
      `${code} ${/\((.*?)\)/.exec(message)?.[1]}: ${count} [${rows.join()}]`,
  );
}

const without = (key: string): string =>
  SENT.split('\n')
    .filter((line) => !line.includes(`| ${key} `))
    .join('\n');

describe('a total that comes to zero although its first tier is due', () => {
  test('is named where a row is removed or changed to zero', () => {
    expect(reported(without('a'))).toEqual(['total.first-tier 0 for acme, units: 1 []']);
    expect(reported(SENT.replace('| 5 ', '| 0 '))).toEqual([
      'total.first-tier 0 for acme, units: 1 [2]',
    ]);
  });

  test('is not named where something is left, nor of a charge without that amount', () => {
    expect(reported(SENT)).toEqual([]);
    expect(reported(without('b'))).toEqual([]);
    expect(reported(without('a'), { flatAtZero: false })).toEqual([]);
  });

  test('is not named for a row that only adds nothing', () => {
    expect(reported(`${SENT}\n  | d  | init | 2026-03-05 | 0 |`)).toEqual([]);
  });
});
