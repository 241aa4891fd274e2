import {
  type ChargeTerms,
  difference,
  negationOf,
  removalOf,
  ruleFor,
  uniqueText,
} from '../../../src/sync/billing/correction';
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

describe('docs/guarantees.md', () => {
  const decisions = tableOf(/^\| metric +\| expression .*what happens/);
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

const AMOUNT = { field: 'amount' };

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
    const { properties, ...rest } = negationOf(withAmount(value), AMOUNT, 'a~x1') ?? event();
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
          AMOUNT,
          'a~x1',
        ),
      ).toBeUndefined();
    },
  );

  test('has its amount negated too', () => {
    expect(
      negationOf(event({ precise_total_amount_cents: '12.5' }), AMOUNT, 'x')
        ?.precise_total_amount_cents,
    ).toBe('-12.5');
    expect(
      negationOf(event({ precise_total_amount_cents: '-3' }), AMOUNT, 'x')
        ?.precise_total_amount_cents,
    ).toBe('3');
  });

  test('does not exist where the metric counts no property', () => {
    expect(negationOf(event(), { field: undefined }, 'x')).toBeUndefined();
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

test('the difference of two events is exact', () => {
  expect(difference(withAmount(0.1), withAmount('0.3'), AMOUNT)?.toFixed()).toBe('0.2');
  expect(difference(withAmount('x'), withAmount(1), AMOUNT)).toBeUndefined();
});

test('unique values are told apart by their text', () => {
  expect(
    [1, '1', '1.0', true, 'x'].map((value) => uniqueText(withAmount(value), 'amount')),
  ).toEqual(['1', '1', '1.0', 'true', 'x']);
  expect(uniqueText(event({ properties: {} }), 'amount')).toBeUndefined();
});
