import type { BillingTerms } from '../../../src/sync/billing/correction';
import {
  covers,
  isBilledAlike,
  isTimeless,
  mayBeCovered,
} from '../../../src/sync/billing/no-effect';
import type { UsageEvent } from '../../../src/value/usage-event';
import {
  AGGREGATIONS,
  charge,
  event,
  MODELS,
  saidOf,
  tableOf,
  terms,
  withAmount,
  yes,
} from './fixture';

const needless = tableOf(/^\| metric +\| expression .*no effect/);

test('docs/guarantees.md says what has no effect on the bill', () => {
  const BESIDE: Readonly<Record<string, string>> = {
    max: 'an event beside one that is at least as high',
    latest: 'an event beside a newer one',
    unique_count: 'an event beside one of the same value',
  };
  const inCodeNeedless = (aggregation: string, billed: BillingTerms): string =>
    [
      ...(isTimeless(billed) ? ['another time'] : []),
      ...(mayBeCovered(billed) ? [BESIDE[aggregation]] : []),
    ].join('; ') || 'nothing of these';
  const different = AGGREGATIONS.flatMap((aggregation) =>
    MODELS.flatMap((model) =>
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].flatMap((bits) => {
        const [expression, payInAdvance, byEvent, prorated] = [1, 2, 4, 8].map(
          (bit) => (bits & bit) !== 0,
        );
        const facts = [
          aggregation,
          yes(expression === true),
          yes(payInAdvance === true),
          yes(byEvent === true),
          model,
          yes(prorated === true),
        ];
        const billed = terms({
          aggregation: `${aggregation}_agg`,
          expression: expression === true ? 'event.properties.amount' : undefined,
          charges: [
            charge({
              model,
              payInAdvance: payInAdvance === true,
              byEvent: byEvent === true,
              prorated: prorated === true,
            }),
          ],
        });
        const [said, done] = [saidOf(needless, facts), inCodeNeedless(aggregation, billed)];
        return said === done ? [] : [`${facts.join(' ')}: ${said} / ${done}`];
      }),
    ),
  );
  expect(different).toEqual([]);
  expect(needless.length).toBeGreaterThan(10);
});

describe('two events are billed alike', () => {
  test.each<[string, boolean, Partial<UsageEvent>, Partial<BillingTerms>]>([
    [
      'where only a property differs that decides nothing',
      true,
      { properties: { amount: 5, region: 'us' } },
      {},
    ],
    [
      'where a number is written as a text',
      true,
      { properties: { amount: '5.0', region: 'eu' } },
      {},
    ],
    [
      'of a count, whatever the property',
      true,
      { properties: { amount: 9, region: 'eu' } },
      { aggregation: 'count_agg', field: undefined },
    ],
    ['not of another customer', false, { external_subscription_id: 'globex' }, {}],
    ['not of another metric', false, { code: 'other' }, {}],
    ['not of another time', false, { timestamp: 1_700_000_001 }, {}],
    ['not of another value', false, { properties: { amount: 6, region: 'eu' } }, {}],
    ['not of another amount that can be corrected', false, { precise_total_amount_cents: '5' }, {}],
    [
      'not of another amount where a charge bills it',
      false,
      { precise_total_amount_cents: '5' },
      { charges: [charge({ payInAdvance: true, model: 'dynamic' })] },
    ],
    [
      'of another amount that no charge reads and nothing can correct',
      true,
      { precise_total_amount_cents: '5' },
      { aggregation: 'max_agg' },
    ],
    [
      'not of another group',
      false,
      { properties: { amount: 5, region: 'us' } },
      { charges: [charge({ keys: ['region'] })] },
    ],
    [
      'not of another group in which the invoice shows them',
      false,
      { properties: { amount: 5, region: 'us' } },
      { charges: [charge({ shown: ['region'] })] },
    ],
    [
      'of texts that only ClickHouse takes for the same number, there',
      true,
      { properties: { amount: '+5.', region: 'eu' } },
      { store: 'clickhouse' },
    ],
    [
      'not of texts that Postgres does not count',
      false,
      { properties: { amount: '+5.', region: 'eu' } },
      { store: 'postgres' },
    ],
    [
      'not where Lago computes the value from properties',
      false,
      { properties: { amount: 5, region: 'us' } },
      { expression: 'event.properties.region' },
    ],
    [
      'where Lago computes the value from others than the one that differs',
      true,
      { properties: { amount: 5, region: 'eu', note: 'x' } },
      { expression: 'event.properties.amount * event.properties.region' },
    ],
    [
      'not where the property that Lago computes differs itself',
      false,
      { properties: { amount: 6, region: 'eu' } },
      { expression: 'event.properties.region' },
    ],
    [
      'not at another time where Lago may compute the value from that',
      false,
      { timestamp: 1_700_000_001 },
      { expression: 'event.timestamp' },
    ],
    [
      'as the very same event under another id, whatever Lago makes of it',
      true,
      { transaction_id: 'a~r2' },
      { aggregation: 'custom_agg', charges: undefined },
    ],
    [
      'not where the charges are not known',
      false,
      { properties: { amount: 5, region: 'us' } },
      { charges: undefined },
    ],
    [
      'not where it is not known how the metric counts',
      false,
      { properties: { amount: 5, region: 'us' } },
      { aggregation: 'median_agg' },
    ],
    [
      'not of a group without a value and one with an empty text',
      false,
      { properties: { amount: 5, region: 'eu', group: '' } },
      { charges: [charge({ keys: ['group'] })] },
    ],
    [
      'not as unique values that are written in another way',
      false,
      { properties: { amount: '5.0', region: 'eu' } },
      { aggregation: 'unique_count_agg' },
    ],
    [
      'as unique values that are one text',
      true,
      { properties: { amount: '5', region: 'eu' } },
      { aggregation: 'unique_count_agg' },
    ],
    [
      'not where one adds and the other removes',
      false,
      { properties: { amount: 5, region: 'eu', operation_type: 'remove' } },
      { aggregation: 'unique_count_agg' },
    ],
  ])('%s: %p', (_, isAlike, changes, billed) => {
    expect(isBilledAlike(event(), event(changes), terms(billed))).toBe(isAlike);
  });
});

const LATEST = { aggregation: 'latest_agg' };
const UNIQUE = { aggregation: 'unique_count_agg' };

const EITHER = [false, true];
const EVERY_TERM = [
  'count',
  'max',
  'sum',
  'weighted_sum',
  'unique_count',
  'latest',
  'custom',
].flatMap((aggregation) =>
  ['standard', 'graduated', 'dynamic', 'graduated_percentage'].flatMap((model) =>
    EITHER.flatMap((payInAdvance) =>
      EITHER.flatMap((prorated) =>
        EITHER.map((byEvent) => ({ aggregation, model, payInAdvance, prorated, byEvent })),
      ),
    ),
  ),
);

test('only what a count, a maximum or a sum in advance says is the same at any time, unless something reads the time', () => {
  const found = EVERY_TERM.filter(({ aggregation, ...charged }) =>
    isTimeless(terms({ aggregation: `${aggregation}_agg`, charges: [charge(charged)] })),
  ).map(
    ({ aggregation, model, payInAdvance, prorated, byEvent }) =>
      `${aggregation} ${model}${payInAdvance ? ' in advance' : ''}${prorated || byEvent ? ' !' : ''}`,
  );
  expect(found).toEqual([
    'count standard',
    'count standard in advance',
    'count graduated',
    'count dynamic',
    'max standard',
    'max standard in advance',
    'max graduated',
    'max dynamic',
    'sum standard in advance',
  ]);
  const count = { aggregation: 'count_agg' };
  expect(isTimeless(terms(count))).toBe(true);
  expect(isTimeless(terms({ period: 'invoiced' }))).toBe(true);
  expect(isTimeless(terms({ period: 'invoiced', aggregation: 'weighted_sum_agg' }))).toBe(false);
  expect(isTimeless(terms({ ...count, recurring: true }))).toBe(false);
  expect(isTimeless(terms({ ...count, charges: [] }))).toBe(false);
  expect(isTimeless(terms({ ...count, charges: undefined }))).toBe(false);
  expect(isTimeless(terms({ ...count, expression: 'event.timestamp' }))).toBe(false);
});

describe('an event covers another one', () => {
  test.each<[string, boolean, Partial<UsageEvent>, Partial<BillingTerms>]>([
    ['of a maximum if it is higher', true, withAmount(6), {}],
    ['of a maximum if it is as high', true, withAmount('5.0'), {}],
    ['not of a maximum if it is lower', false, withAmount(4.9), {}],
    ['not of a maximum if Lago does not count it', false, withAmount('1,000'), {}],
    ['not of another customer', false, { external_subscription_id: 'globex' }, {}],
    ['not of another metric', false, { code: 'other' }, {}],
    [
      'not at another price',
      false,
      { properties: { amount: 9, region: 'us' } },
      { charges: [charge({ keys: ['region'] })] },
    ],
    ['not where Lago computes the value', false, {}, { expression: 'event.properties.amount' }],
    ['not where the charges are not known', false, {}, { charges: undefined }],
    ['not where nothing charges it', false, {}, { charges: [] }],
    ['not where events are billed one by one', false, {}, { charges: [charge({ byEvent: true })] }],
    ['not in advance', false, {}, { charges: [charge({ payInAdvance: true })] }],
    ['not where it is prorated', false, {}, { charges: [charge({ prorated: true })] }],
    ['not where amounts add up', false, {}, { charges: [charge({ model: 'dynamic' })] }],
    ['not of a count', false, {}, { aggregation: 'count_agg' }],
    ['not of a sum', false, {}, { aggregation: 'sum_agg' }],
    ['not of a weighted sum', false, {}, { aggregation: 'weighted_sum_agg' }],
    ['of a latest value if it is newer', true, { timestamp: 1_700_000_000.002 }, LATEST],
    ['not of a latest value at the same time', false, {}, LATEST],
    ['not of a latest value a millisecond later', false, { timestamp: 1_700_000_000.001 }, LATEST],
    [
      'not of a latest value if it has none itself',
      false,
      { timestamp: 1_700_000_009, properties: { amount: 'many', region: 'eu' } },
      LATEST,
    ],
    ['of a unique value if it is the same', true, { timestamp: 1 }, UNIQUE],
    ['not of a unique value that is written in another way', false, withAmount('5.0'), UNIQUE],
  ])('%s: %p', (_, isCovered, changes, billed) => {
    expect(covers(event(changes), event(), terms({ aggregation: 'max_agg', ...billed }))).toBe(
      isCovered,
    );
  });
});
