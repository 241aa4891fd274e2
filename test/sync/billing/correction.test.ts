import { readFileSync } from 'node:fs';
import {
  type BillingTerms,
  type ChargeTerms,
  covers,
  difference,
  isBilledAlike,
  isTimeless,
  mayBeCovered,
  negationOf,
  removalOf,
  ruleFor,
  uniqueText,
} from '../../../src/sync/billing/correction';
import type { UsageEvent } from '../../../src/value/usage-event';

const charge = (changes: Partial<ChargeTerms> = {}): ChargeTerms => ({
  model: 'standard',
  payInAdvance: false,
  prorated: false,
  byEvent: false,
  keys: [],
  ...changes,
});

const terms = (changes: Partial<BillingTerms> = {}): BillingTerms => ({
  aggregation: 'sum_agg',
  field: 'amount',
  expression: undefined,
  recurring: false,
  charges: [charge()],
  period: 'open',
  current: 0,
  until: undefined,
  ...changes,
});

const event = (changes: Partial<UsageEvent> = {}): UsageEvent => ({
  transaction_id: 'a',
  external_subscription_id: 'acme',
  code: 'calls',
  timestamp: 1_700_000_000,
  properties: { amount: 5, region: 'eu' },
  ...changes,
});

const withAmount = (amount: UsageEvent['properties'][string]): UsageEvent =>
  event({ properties: { amount, region: 'eu' } });

/** The cells of the table of docs/guarantees.md that begins with a header; the last column says what happens. */
function tableOf(header: RegExp): readonly (readonly string[])[] {
  const lines = readFileSync('docs/guarantees.md', 'utf8').split('\n');
  const body = lines.slice(lines.findIndex((line) => header.test(line)) + 2);
  const table = body.slice(
    0,
    body.findIndex((line) => !line.startsWith('|')),
  );
  return table.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** The last cell of the first line that fits. */
const saidOf = (
  table: readonly (readonly string[])[],
  facts: readonly string[],
): string | undefined =>
  table
    .find((cells) =>
      facts.every(
        (fact, place) => cells[place] === 'any' || cells[place]?.split(', ').includes(fact),
      ),
    )
    ?.at(-1);

describe('docs/guarantees.md', () => {
  const decisions = tableOf(/^\| metric +\| expression .*what happens/);
  const needless = tableOf(/^\| metric +\| expression .*no effect/);
  const MODELS = [
    'standard',
    'graduated',
    'package',
    'volume',
    'percentage',
    'dynamic',
    'graduated_percentage',
    'custom',
  ];
  const AGGREGATIONS = ['sum', 'weighted_sum', 'unique_count', 'latest', 'count', 'max', 'custom'];
  const EITHER = [false, true];

  const inCode = (aggregation: string, hasExpression: boolean, charged: ChargeTerms): string => {
    const rule = ruleFor(
      terms({
        aggregation: `${aggregation}_agg`,
        expression: hasExpression ? 'event.properties.amount' : undefined,
        charges: [charged],
      }),
    );
    return 'by' in rule
      ? rule.by
      : `flag: ${rule.because.replace(`the model “${charged.model}”`, 'this model')}`;
  };

  const yes = (is: boolean): string => (is ? 'yes' : 'no');

  test('says of every metric and charge what the code does', () => {
    let compared = 0;
    const different: string[] = [];
    for (const aggregation of AGGREGATIONS)
      for (const expression of EITHER)
        for (const model of MODELS)
          for (const payInAdvance of EITHER)
            for (const byEvent of EITHER)
              for (const prorated of EITHER)
                for (const keyed of EITHER) {
                  compared++;
                  const facts = [
                    aggregation,
                    yes(expression),
                    yes(payInAdvance),
                    yes(byEvent),
                    model,
                    yes(prorated),
                    yes(keyed),
                  ];
                  const said = saidOf(decisions, facts);
                  const done = inCode(
                    aggregation,
                    expression,
                    charge({
                      model,
                      payInAdvance,
                      byEvent,
                      prorated,
                      keys: keyed ? ['region'] : [],
                    }),
                  );
                  if (said === undefined || (said !== done && !said.startsWith(`${done}: `)))
                    different.push(`${facts.join(' ')}: ${said} / ${done}`);
                }
    expect(different).toEqual([]);
    expect(compared).toBe(AGGREGATIONS.length * MODELS.length * 2 ** 5);
    expect(decisions.length).toBeGreaterThan(10);
  });

  test('says what has no effect on the bill', () => {
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
});

describe('a rule', () => {
  test('needs every charge of the metric to allow it', () => {
    expect(ruleFor(terms({ charges: [charge(), charge({ payInAdvance: true })] }))).toHaveProperty(
      'because',
    );
    expect(ruleFor(terms({ charges: [charge(), charge({ model: 'volume' })] }))).toEqual({
      by: 'negation',
    });
  });

  test('needs the charges to be known, and one of them at least', () => {
    expect(ruleFor(terms({ charges: undefined }))).toEqual({
      because: 'it is not known how its plan charges',
    });
    expect(ruleFor(terms({ charges: [] }))).toEqual({
      because: 'it is not known how its plan charges',
    });
  });
});

describe('the negative of an event', () => {
  test.each([
    [5, -5],
    [-5, 5],
    [0, 0],
    [0.1, -0.1],
    ['5', '-5'],
    ['-5.50', '5.5'],
    ['0', '0'],
    ['12345678901234567890.1', '-12345678901234567890.1'],
    [1e21, -1e21],
  ] as const)('has the value %p as %p', (value, negative) => {
    const { properties, ...rest } = negationOf(withAmount(value), 'amount', 'a~x1') ?? event();
    expect(Number(properties['amount'])).toBe(Number(negative));
    expect(typeof negative === 'string' ? properties['amount'] : negative).toBe(negative);
    expect(properties['region']).toBe('eu');
    expect(rest).toEqual({ ...event({ transaction_id: 'a~x1' }), properties: undefined });
  });

  test.each([['five'], [''], [true], [null], [undefined]] as const)(
    'does not exist for the value %p, which Lago does not count',
    (value) => {
      expect(
        negationOf(
          event({ properties: value === undefined ? {} : { amount: value } }),
          'amount',
          'a~x1',
        ),
      ).toBeUndefined();
    },
  );

  test('has its amount negated too', () => {
    expect(
      negationOf(event({ precise_total_amount_cents: '12.5' }), 'amount', 'x')
        ?.precise_total_amount_cents,
    ).toBe('-12.5');
    expect(
      negationOf(event({ precise_total_amount_cents: '-3' }), 'amount', 'x')
        ?.precise_total_amount_cents,
    ).toBe('3');
  });

  test('does not exist where the metric counts no property', () => {
    expect(negationOf(event(), undefined, 'x')).toBeUndefined();
  });
});

describe('the removal of a unique value', () => {
  test('says so at its own moment', () => {
    expect(removalOf(event(), 1_700_000_000.001, 'a~x1')).toEqual(
      event({
        transaction_id: 'a~x1',
        timestamp: 1_700_000_000.001,
        properties: { amount: 5, region: 'eu', operation_type: 'remove' },
      }),
    );
  });

  test('does not exist for an event that is one itself', () => {
    expect(
      removalOf(event({ properties: { amount: 5, operation_type: 'remove' } }), 1, 'x'),
    ).toBeUndefined();
  });
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

test('the difference of two events is exact', () => {
  expect(difference(withAmount(0.1), withAmount('0.3'), 'amount')?.toFixed()).toBe('0.2');
  expect(difference(withAmount('x'), withAmount(1), 'amount')).toBeUndefined();
});

test('unique values are told apart by their text', () => {
  expect(
    [1, '1', '1.0', true, 'x'].map((value) => uniqueText(withAmount(value), 'amount')),
  ).toEqual(['1', '1', '1.0', 'true', 'x']);
  expect(uniqueText(event({ properties: {} }), 'amount')).toBeUndefined();
});
