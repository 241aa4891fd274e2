import fc from 'fast-check';
import {
  type Price,
  type PricedTotal,
  pricedTotals,
  totalWords,
} from '../../../src/sync/billing/priced-total';
import type { Counting } from '../../../src/sync/billing/running-total';
import type { UsageEvent } from '../../../src/value/usage-event';

const price = (words: string, changes: Partial<Price> = {}): Price => ({
  term: 'p',
  charge: '0',
  name: words,
  fee: words,
  words,
  model: 'standard',
  payInAdvance: false,
  ...changes,
});

/** An event of a region with a value and, if there is one, an amount. */
const event = (
  value: number | string,
  region = '',
  amount?: string,
  subscription = 'acme',
): UsageEvent => ({
  transaction_id: 't',
  external_subscription_id: subscription,
  code: 'calls',
  timestamp: 0,
  properties: { value, region },
  ...(amount === undefined ? {} : { precise_total_amount_cents: amount }),
});

/** What becomes of events that are priced by region. */
const totalsOf = (
  events: readonly UsageEvent[],
  changes: Partial<Price> = {},
  counting: Partial<Counting> = {},
): PricedTotal[] =>
  pricedTotals(events, {
    countingOf: () => ({ aggregation: 'sum_agg', field: 'value', ...counting }),
    pricesOf: ({ properties: { region } }) =>
      region === 'unknown' ? undefined : [price(String(region), changes)],
  });

const inWords = (totals: readonly PricedTotal[]): string[] =>
  totals.map(({ price: { words }, total, outcome, billed }) =>
    [words, total, outcome, billed].filter((each) => each !== '').join(' '),
  );

describe('what Lago makes of a total', () => {
  test.each<[string, readonly (number | string)[], Partial<Price>, Partial<Counting>, string]>([
    ['a sum', [7, -3], {}, {}, '4 billed 4'],
    ['a sum of zero', [3, '-3'], {}, {}, '0 billed 0'],
    ['an exact sum', ['0.1', '0.2', '-0.3'], { model: 'volume' }, {}, '0 billed 0'],
    ['a sum below zero', [3, -7], {}, {}, '-4 nothing 0'],
    [
      'one that is hardly below zero',
      ['0.1', '-0.10000000000000000001'],
      {},
      {},
      '-0.00000000000000000001 nothing 0',
    ],
    ['a graduated one', [-4], { model: 'graduated' }, {}, '-4 nothing 0'],
    ['a package', [-4], { model: 'package' }, {}, '-4 nothing 0'],
    ['a percentage', [-4], { model: 'percentage' }, {}, '-4 nothing 0'],
    ['a volume', [-4], { model: 'volume' }, {}, '-4 no-invoice 0'],
    ['a volume of minus one', [-1], { model: 'volume' }, {}, '-1 no-invoice 0'],
    ['a volume that rounds up to zero', ['-0.5'], { model: 'volume' }, {}, '-0.5 nothing 0'],
    [
      'a volume that its metric rounds down',
      ['-0.5'],
      { model: 'volume' },
      { rounding: { by: 'floor', digits: 0 } },
      '-1 no-invoice 0',
    ],
    [
      'a total that its metric rounds to zero',
      ['-0.4'],
      {},
      { rounding: { by: 'round', digits: 0 } },
      '0 billed 0',
    ],
    ['a highest value', [-5, -3], {}, { aggregation: 'max_agg' }, '-3 nothing 0'],
    [
      'a highest volume',
      [-5, -3],
      { model: 'volume' },
      { aggregation: 'max_agg' },
      '-3 no-invoice 0',
    ],
    ['a latest value', [5, -3], {}, { aggregation: 'latest_agg' }, '-3 nothing 0'],
    [
      'a latest volume',
      [5, -3],
      { model: 'volume' },
      { aggregation: 'latest_agg' },
      '-3 nothing 0',
    ],
    [
      'values that are counted once',
      [-1, -1, 2],
      {},
      { aggregation: 'unique_count_agg' },
      '2 billed 2',
    ],
    ['events', [-1, -1], {}, { aggregation: 'count_agg', field: undefined }, '2 billed 2'],
    ['payment in advance', [7, -3], { payInAdvance: true }, {}, '4 no-refund 7'],
    ['payment in advance without returns', [7, 3], { payInAdvance: true }, {}, '10 billed 10'],
  ])('of %s', (_, values, changes, counting, expected) => {
    const totals = totalsOf(
      values.map((value) => event(value)),
      changes,
      counting,
    );
    expect(inWords(totals)).toEqual([expected]);
  });

  test('is told by each price alone', () => {
    expect(inWords(totalsOf([event(7, 'eu'), event(-3, 'us'), event(1, 'us')]))).toEqual([
      'eu 7 billed 7',
      'us -2 nothing 0',
    ]);
  });

  test('of amounts that events bring is nothing where units or amounts are below zero', () => {
    const dynamic = { model: 'dynamic' };
    const words = (events: readonly UsageEvent[]): string[] =>
      totalsOf(events, dynamic).map((total) => `${total.outcome}: ${totalWords(total)}`);
    expect(words([event(3, 'eu', '100'), event(-1, 'eu', '-150')])).toEqual([
      'nothing: -50 cents for acme, calls, eu',
    ]);
    expect(words([event(-3, 'eu', '100')])).toEqual(['nothing: -3 for acme, calls, eu']);
    expect(words([event(3, 'eu', '100'), event(-1, 'eu', '-100')])).toEqual([
      'billed: 2 for acme, calls, eu',
    ]);
  });

  test('of amounts that events bring is nothing where their units add up to zero', () => {
    const words = (events: readonly UsageEvent[], changes: Partial<Price> = {}): string[] =>
      totalsOf(events, { model: 'dynamic', ...changes }).map(
        (total) => `${total.outcome}: ${totalWords(total)}`,
      );
    const returned = [event(3, 'eu', '100'), event(-3, 'eu', '-40')];
    expect(words(returned)).toEqual(['no-units: 60 cents for acme, calls, eu']);
    expect(words([event(0, 'eu', '60'), event(1, 'us', '60')])).toEqual([
      'no-units: 60 cents for acme, calls, eu',
      'billed: 1 for acme, calls, us',
    ]);
    expect(words([event(3, 'eu', '100'), event(-3, 'eu', '-100')])).toEqual([
      'billed: 0 for acme, calls, eu',
    ]);
    expect(words(returned, { model: 'standard' })).toEqual(['billed: 0 for acme, calls, eu']);
    expect(words(returned, { payInAdvance: true })).toEqual([
      'no-refund: 0, billed 3 for acme, calls, eu',
    ]);
  });

  test.each<[string, readonly string[], number | undefined, string]>([
    ['whole cents', ['200', '25'], 100, 'cut: 225 cents, billed 200 for acme, calls, eu'],
    ['cents that add up to whole ones', ['1.5', '1.5'], 100, 'cut: 3 cents, billed 0'],
    ['whole units', ['150', '50'], 100, 'billed: 2'],
    ['a fraction of a cent', ['225', '0.5'], 100, 'billed: 2'],
    ['a fraction that Lago does not keep', ['225', '0.0000000000000001'], 100, 'cut: 225 cents'],
    ['whole cents on a store that cuts nothing', ['200', '25'], undefined, 'billed: 2'],
    ['thousandths', ['1999', '1'], 1_000, 'billed: 2'],
  ])('of amounts in %s is what the store makes of it', (_, amounts, cutTo, expected) => {
    const [total] = totalsOf(
      amounts.map((amount) => event(1, 'eu', amount)),
      { model: 'dynamic', cutTo },
    );
    expect(total && `${total.outcome}: ${totalWords(total)}`).toMatch(expected);
  });

  test('is not told of a metric and subscription of which a price is not known', () => {
    expect(
      inWords(
        totalsOf([event(-7, 'eu'), event(-3, 'unknown'), event(-1, 'us', undefined, 'globex')]),
      ),
    ).toEqual(['us -1 nothing 0']);
  });
});

test('what is billed is the sum over prices of what is above zero, in whatever order', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('eu', 'us', 'asia'), fc.integer({ min: -900, max: 900 }))),
      (usage) => {
        // In whole hundredths, added up by the language's own numbers.
        const sums = new Map<string, number>();
        for (const [region, cents] of usage) sums.set(region, (sums.get(region) ?? 0) + cents);
        const totals = totalsOf(usage.map(([region, cents]) => event(cents / 100, region)));
        expect(totals.map(({ billed }) => Math.round(Number(billed) * 100))).toEqual(
          [...sums.values()].map((cents) => Math.max(cents, 0)),
        );
      },
    ),
  );
});
