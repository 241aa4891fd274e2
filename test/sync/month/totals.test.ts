import { compareTotals } from '../../../src/sync/month/totals';

const total = (subscription: string, amount: string) => ({ code: 'units', subscription, amount });

test('the sheet less Lago is the difference, and what the findings do not add up to is said', () => {
  expect(
    compareTotals(
      {
        inSheet: [total('equal', '9'), total('acme', '0.3'), total('globex', '5')],
        inLago: [total('equal', '9.0'), total('acme', '0.1'), total('initech', '4')],
        explained: [total('acme', '0.2'), total('globex', '2'), total('initech', '-4')],
      },
      () => 'sum',
    ).map(
      ({ subscription, sheet, lago, difference, unexplained }) =>
        `${subscription}: ${sheet} - ${lago} = ${difference}, not explained ${unexplained}`,
    ),
  ).toEqual([
    'globex: 5 - 0 = 5, not explained 3',
    'initech: 0 - 4 = -4, not explained 0',
    'acme: 0.3 - 0.1 = 0.2, not explained 0',
    'equal: 9 - 9 = 0, not explained 0',
  ]);
});

test('findings that account for more than there is are said, too', () => {
  const [compared] = compareTotals(
    { inSheet: [total('a', '1')], inLago: [total('a', '1')], explained: [total('a', '2')] },
    () => 'sum',
  );
  expect(compared).toMatchObject({ difference: '0', unexplained: '-2' });
});
