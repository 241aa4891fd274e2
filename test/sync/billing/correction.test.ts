import { readFileSync } from 'node:fs';
import {
  type BillingTerms,
  type ChargeTerms,
  difference,
  isBilledAlike,
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
  hasExpression: false,
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

describe('docs/guarantees.md', () => {
  const lines = readFileSync('docs/guarantees.md', 'utf8').split('\n');
  const first = lines.findIndex((line) => /^\| metric +\| expression/.test(line));
  const body = lines.slice(first + 2);
  const table = body.slice(
    0,
    body.findIndex((line) => !line.startsWith('|')),
  );
  const decisions = table.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
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

  const inTable = (facts: readonly string[]): string | undefined =>
    decisions.find((cells) =>
      facts.every(
        (fact, place) => cells[place] === 'any' || cells[place]?.split(', ').includes(fact),
      ),
    )?.[7];

  const inCode = (aggregation: string, hasExpression: boolean, charged: ChargeTerms): string => {
    const rule = ruleFor(
      terms({ aggregation: `${aggregation}_agg`, hasExpression, charges: [charged] }),
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
                  const said = inTable(facts);
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
    ['not of another amount', false, { precise_total_amount_cents: '5' }, {}],
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
      { hasExpression: true },
    ],
    ['not where the charges are not known', false, {}, { charges: undefined }],
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
