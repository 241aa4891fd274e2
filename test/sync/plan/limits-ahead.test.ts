import Big from 'big.js';
import type { Price } from '../../../src/sync/billing/priced-total';
import { emptyLedger } from '../../../src/sync/ledger/entries';
import { reportAhead } from '../../../src/sync/plan/limits-ahead';
import type { EventCheck } from '../../../src/sync/ports';
import { planOf, TEMPLATE } from '../fixture';

const checkOf = (price: Partial<Price>, mostTotal: Big | undefined): EventCheck => ({
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
        model: 'standard',
        payInAdvance: false,
        ...price,
      },
    ],
    mostTotal,
  },
});

/** What the review says of a sheet before its first row is sent. */
const reviewed = (quantity: string, price: Partial<Price> = {}, isClickHouse = true): string[] => {
  const check = checkOf(price, isClickHouse ? new Big('1.7e12') : undefined);
  const table = `
    | id | sub  | date       | qty         |
    | a  | acme | 2026-03-02 | ${quantity} |
    | b  | acme | 2026-03-03 | ${quantity} |
    | c  | glob | 2026-03-03 | 1           |`;
  const template = `${TEMPLATE.trimEnd().slice(0, -1)}, "precise_total_amount_cents": "5" }`;
  const plan = planOf(table, emptyLedger, { template }, { check });
  return reportAhead(plan, emptyLedger, check).map(
    ({ problem: { code, message } }) => `${code}: ${message}`,
  );
};

describe('before the first row is sent', () => {
  test('a metric is named whose total comes near what the event store counts', () => {
    expect(reviewed('90000000000')).toEqual([
      expect.stringMatching(
        /^total.near-limit: .*come near that: “units” \(180,000,000,000 for acme\)/,
      ),
    ]);
    expect(reviewed('80000000000')).toEqual([]);
    expect(reviewed('90000000000', {}, false)).toEqual([]);
  });

  test('a metric is named whose amounts the event store may cut', () => {
    expect(reviewed('1', { model: 'dynamic', cutTo: 100 })).toEqual([
      expect.stringMatching(/^total.cut-ahead: A dynamic charge bills the amounts of “units”\./),
    ]);
    expect(reviewed('1', { model: 'dynamic' })).toEqual([]);
  });
});
