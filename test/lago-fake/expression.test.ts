import { Account, subscribe, usageEvent } from './account';

const send = (expression: string, properties: Record<string, unknown>) => {
  const account = new Account();
  subscribe(account, { aggregation_type: 'sum_agg', expression });
  return account.event(usageEvent('x', { timestamp: 1710421740.5, properties }));
};

describe('an expression', () => {
  it.each([
    ['1 + 2 * 3', {}, '7.0'],
    ['(1 + 2) * 3', {}, '9.0'],
    ['-event.properties.a - -1', { a: 2 }, '-1.0'],
    ['10 / 4', {}, '2.5'],
    ["concat(event.code, '-', event.properties.a)", { a: 'x' }, 'units-x'],
    ['event.timestamp', {}, '1710421740.5'],
    ['round(event.properties.a, 1)', { a: '2.25' }, '2.3'],
    ['CEIL(2.1)', {}, '3.0'],
    ['Floor(0 - 2.1)', {}, '-3.0'],
    ['ceil(1234, -2)', {}, '1300.0'],
    ['least(3, 1, 2) + GREATEST(3, 1, 2)', {}, '4.0'],
  ])('%s gives its value', (expression, properties, value) => {
    expect(send(expression, properties).body).toMatchObject({
      event: { properties: { n: value } },
    });
  });

  it.each([
    ['event.properties.a + 1', { a: 'text' }, 'Expected a decimal'],
    ['event.properties.a + 1', { a: '' }, 'Expected a decimal'],
    ['event.properties.a', {}, 'Variable: a not found'],
    ['event.properties.my-name + 1', { 'my-name': 1 }, 'Variable: my not found'],
    ['event.properties.my name', { 'my name': 1 }, 'Variable: my not found'],
  ])('%s with %j fails', (expression, properties, message) => {
    expect(send(expression, properties).body).toMatchObject({
      error_details: `expression_evaluation_failed: ${message}`,
    });
  });
});
