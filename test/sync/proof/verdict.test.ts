import type { ArrivedEvent, IssuedBill } from '../../../src/sync/billing/bill';
import type { Price, Pricing } from '../../../src/sync/billing/priced-total';
import type { Counting } from '../../../src/sync/billing/running-total';
import { type LedgerEntry, newEntry } from '../../../src/sync/ledger/entry';
import { verdictsOf } from '../../../src/sync/proof/verdict';
import type { UsageEvent } from '../../../src/value/usage-event';

const MINUTE = 60_000;
/** When the invoice was made. */
const MADE = Date.UTC(2026, 11, 1, 0, 10);
const NOW = MADE + 60 * MINUTE;
const END = Date.UTC(2026, 10, 30, 23, 59, 59, 999);

/** `r1 5`: an event by its id and value; `eu r1 5` one of a region; `r1 5 @12`: it came 12 min after midnight. */
function eventOf(text: string): ArrivedEvent & { readonly sentAt: number } {
  const [, region = '', id = '', value = '', minute] =
    /^(?:(eu|us) )?(\S+) (\S+)(?: @(\d+))?$/.exec(text) ?? [];
  const receivedAt =
    minute === undefined ? MADE - 2 * MINUTE : MADE + (Number(minute) - 10) * MINUTE;
  return {
    event: {
      transaction_id: id,
      external_subscription_id: 'acme',
      code: 'calls',
      timestamp: END / 1000 - 100,
      properties: { value, region },
    },
    receivedAt,
    sentAt: receivedAt,
  };
}

const lineOf = (text: string, index: Partial<LedgerEntry['index']> = {}): LedgerEntry => {
  const { event, sentAt } = eventOf(text);
  const entry = newEntry(
    {
      key: event.transaction_id,
      kind: 'usage',
      revision: 1,
      content: {},
      templateRevision: 1,
      at: sentAt,
      periodEnd: END,
      ...index,
    },
    event,
  );
  return { ...entry, line: 2, outcome: { ...entry.outcome, state: 'accepted', at: sentAt } };
};

const priceOf = ({ properties }: UsageEvent, changes: Partial<Price>): Price => ({
  term: 'p',
  charge: '0',
  name: String(properties['region']),
  fee: String(properties['region']),
  words: '',
  model: 'standard',
  payInAdvance: false,
  ...changes,
});

const LEVEL: Partial<Counting> = { aggregation: 'weighted_sum_agg', recurring: true };

interface Case {
  /** Lines of the ledger. */
  readonly lines: readonly string[];
  /** Events of other senders, and of rows that were sent in time. */
  readonly others?: readonly string[];
  /** `5`: units of a fee; `eu 5`: of one for a region; `5 of 2`: with its number of events. */
  readonly fees: readonly string[];
  readonly price?: Partial<Price>;
  readonly counting?: Partial<Counting>;
  readonly index?: Partial<LedgerEntry['index']>;
  /** How many charges the metric has. */
  readonly charges?: number;
}

/** `r1 billed` for each line; a line of which nothing is known yet is left out. */
function verdicts({
  lines,
  others = [],
  fees,
  price = {},
  counting = {},
  index,
  charges = 1,
}: Case) {
  const entries = lines.map((each) => lineOf(each, index));
  const bill: IssuedBill = {
    madeAt: MADE,
    fees: fees.map((text) => {
      const [, name = '', units = '', events] =
        /^(?:(eu|us) )?(\S+)(?: of (\d+))?$/.exec(text) ?? [];
      return { name, units, events: events === undefined ? undefined : Number(events) };
    }),
    events: [...others, ...lines].map(eventOf),
  };
  const pricing: Pricing = {
    countingOf: () => ({ aggregation: 'sum_agg', field: 'value', ...counting }),
    pricesOf: (event) =>
      Array.from({ length: charges }, (_, place) => {
        const own = priceOf(event, { charge: String(place), ...price });
        return { ...own, name: `${place} ${own.name}` };
      }),
  };
  return [...verdictsOf(entries, bill, pricing, NOW)].map(([id, state]) => `${id} ${state}`);
}

describe('what the fees of an invoice say of lines', () => {
  test.each<[string, Case, readonly string[]]>([
    [
      'that they have are billed',
      { lines: ['r1 5', 'r2 3'], others: ['o 2'], fees: ['10.0'] },
      ['r1 billed', 'r2 billed'],
    ],
    [
      'that they lack altogether are not billed',
      { lines: ['r1 5', 'r2 3'], others: ['o 2'], fees: ['2'] },
      ['r1 not-billed', 'r2 not-billed'],
    ],
    [
      'that were all there was are not billed where there is no fee at all',
      { lines: ['r1 5'], fees: [] },
      ['r1 not-billed'],
    ],
    [
      'that they lack in part cannot be told, even if one of them is as much',
      { lines: ['r1 5', 'r2 3'], others: ['o 2'], fees: ['7'] },
      ['r1 untold', 'r2 untold'],
    ],
    [
      'that come to nothing are billed either way',
      { lines: ['r1 5', 'r2 -5'], others: ['o 2'], fees: ['2'] },
      ['r1 billed', 'r2 billed'],
    ],
    [
      'of two runs may be billed, and not billed',
      { lines: ['r1 5 @1', 'r2 3 @11'], others: ['o 2 @0'], fees: ['7'] },
      ['r1 billed', 'r2 not-billed'],
    ],
    [
      'of two runs cannot be told where only the newer one would be on it',
      { lines: ['r1 5 @1', 'r2 3 @11'], others: ['o 2 @0'], fees: ['5'] },
      ['r1 untold', 'r2 untold'],
    ],
    [
      'are billed although others sent something after the invoice',
      { lines: ['r1 5'], others: ['o 2', 'late 4 @30'], fees: ['7'] },
      ['r1 billed'],
    ],
    [
      'are not billed although others sent something after the invoice',
      { lines: ['r1 5'], others: ['o 2', 'late 4 @30'], fees: ['2'] },
      ['r1 not-billed'],
    ],
    [
      'cannot be told where others sent as much after the invoice',
      { lines: ['r1 5'], others: ['o 2', 'late 5 @30'], fees: ['7'] },
      ['r1 untold'],
    ],
    [
      'are told for each price by itself',
      { lines: ['eu r1 5', 'us r2 5'], others: ['eu o 2', 'us p 2'], fees: ['eu 7', 'us 2'] },
      ['r1 billed', 'r2 not-billed'],
    ],
    [
      'cannot be told where the invoice has a fee of a filter that the plan has no more',
      { lines: ['r1 5'], fees: ['eu 5'] },
      ['r1 untold'],
    ],
    [
      'cannot be told of a fee that is no number',
      { lines: ['r1 5'], fees: ['many'] },
      ['r1 untold'],
    ],
    [
      'are rounded as the metric is',
      {
        lines: ['r1 1.4'],
        others: ['o 1.4'],
        fees: ['3'],
        counting: { rounding: { by: 'round', digits: 0 } },
      },
      ['r1 billed'],
    ],
    [
      'of a total below zero are compared with nothing',
      { lines: ['r1 -5'], others: ['o 2'], fees: [] },
      ['r1 billed'],
    ],
    [
      'of a maximum that does not rise are billed',
      { lines: ['r1 5'], others: ['o 9'], fees: ['9'], counting: { aggregation: 'max_agg' } },
      ['r1 billed'],
    ],
    [
      'of a maximum that would have risen are not billed',
      { lines: ['r1 9'], others: ['o 5'], fees: ['5'], counting: { aggregation: 'max_agg' } },
      ['r1 not-billed'],
    ],
    [
      'of a unique value that another event has are billed',
      {
        lines: ['r1 ann'],
        others: ['o ann'],
        fees: ['1'],
        counting: { aggregation: 'unique_count_agg' },
      },
      ['r1 billed'],
    ],
    [
      'that are counted are told by their number',
      { lines: ['r1 x'], others: ['o x'], fees: ['1'], counting: { aggregation: 'count_agg' } },
      ['r1 not-billed'],
    ],
    [
      'of a weighted sum are told by the number of events',
      {
        lines: ['r1 5'],
        others: ['o 2'],
        fees: ['0.4 of 2'],
        counting: { aggregation: 'weighted_sum_agg' },
      },
      ['r1 billed'],
    ],
    [
      'of a recurring weighted sum are told by the number of events, too',
      { lines: ['r1 5 @8'], others: ['o 2'], fees: ['9.4 of 2'], counting: LEVEL },
      ['r1 billed'],
    ],
    [
      'of a recurring weighted sum that it lacks are not billed',
      { lines: ['r1 5 @8'], others: ['o 2'], fees: ['9.4 of 1'], counting: LEVEL },
      ['r1 not-billed'],
    ],
    [
      'of a recurring weighted sum that came into its draft cannot be told: no later period has them',
      { lines: ['r1 5 @8', 'r2 5 @20'], others: ['o 2'], fees: ['9.4 of 3'], counting: LEVEL },
      ['r1 billed', 'r2 untold'],
    ],
    [
      'of a dynamic charge are told by the number of events, since zero units may have an amount',
      { lines: ['r1 0'], others: ['o 2'], fees: ['2 of 1'], price: { model: 'dynamic' } },
      ['r1 not-billed'],
    ],
    [
      'of a dynamic charge whose fee has no number of events cannot be told',
      { lines: ['r1 0'], others: ['o 2'], fees: ['2'], price: { model: 'dynamic' } },
      ['r1 untold'],
    ],
    [
      'of a metric that recurs cannot be told',
      { lines: ['r1 5'], fees: ['5'], counting: { recurring: true } },
      ['r1 untold'],
    ],
    [
      'of a custom metric cannot be told',
      { lines: ['r1 5'], fees: ['5'], counting: { aggregation: 'custom_agg' } },
      ['r1 untold'],
    ],
    [
      'that are paid in advance are billed at once, whatever the invoice has',
      { lines: ['r1 5'], fees: [], price: { payInAdvance: true } },
      ['r1 billed'],
    ],
    [
      'of a metric with two charges are compared with both fees',
      { lines: ['r1 5'], others: ['o 2'], fees: ['7', '7'], charges: 2 },
      ['r1 billed'],
    ],
    [
      'of a metric with two charges cannot be told where the fees differ',
      { lines: ['r1 5'], others: ['o 2'], fees: ['7', '2'], charges: 2 },
      ['r1 untold'],
    ],
    [
      'that take something back cannot be told where they lack, since no person could book them',
      { lines: ['r1 5'], others: ['o 2'], fees: ['2'], index: { kind: 'reversal', unit: 'u' } },
      ['r1 untold'],
    ],
    [
      'that take something back are billed where they are there',
      { lines: ['r1 -1'], others: ['o 2'], fees: ['1'], index: { kind: 'reversal', unit: 'u' } },
      ['r1 billed'],
    ],
  ])('%s', (_, given, expected) => {
    expect(verdicts(given)).toEqual(expected);
  });

  const bill = (events: readonly ArrivedEvent[]): IssuedBill => ({
    madeAt: MADE,
    fees: [{ name: '', units: '2', events: 1 }],
    events,
  });
  const pricing: Pricing = {
    countingOf: () => ({ aggregation: 'sum_agg', field: 'value' }),
    pricesOf: (event) => [priceOf(event, {})],
  };

  test('is not known yet of one that Lago may list later', () => {
    const line = lineOf('r1 5 @9');
    expect(verdictsOf([line], bill([eventOf('o 2')]), pricing, MADE).size).toBe(0);
  });

  test('cannot be told of one that Lago does not list', () => {
    const line = lineOf('r1 5 @9');
    expect([...verdictsOf([line], bill([eventOf('o 2')]), pricing, NOW)]).toEqual([
      ['r1', 'untold'],
    ]);
  });

  test.each<[string, Partial<Pricing>]>([
    ['of a metric that Lago computes', { countingOf: () => undefined }],
    ['without a known price', { pricesOf: () => undefined }],
    ['that nothing prices', { pricesOf: () => [] }],
  ])('cannot be told of one %s', (_, changes) => {
    const events = [eventOf('o 2'), eventOf('r1 5')];
    const found = verdictsOf([lineOf('r1 5')], bill(events), { ...pricing, ...changes }, NOW);
    expect([...found]).toEqual([['r1', 'untold']]);
  });
});
