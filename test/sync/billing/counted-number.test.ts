import { countedNumber } from '../../../src/sync/billing/counted-number';

const STORES = ['postgres', 'unknown', 'clickhouse'] as const;

test.each<[unknown, string | undefined, string | undefined]>([
  ['12', '12', '12'],
  ['-2.50', '-2.5', '-2.5'],
  ['0012', '12', '12'],
  [5, '5', '5'],
  [1e-7, '0.0000001', '0.0000001'],
  ['+5', undefined, '5'],
  ['.5', undefined, '0.5'],
  ['5.', undefined, '5'],
  ['5.e2', undefined, '500'],
  ['1e3', undefined, '1000'],
  ['1e-7', undefined, '0.0000001'],
  ['-1E+1', undefined, '-10'],
  // Of the decimals 26 are kept, before the point 12 digits.
  [
    '0.000000000000000000000000019',
    '0.000000000000000000000000019',
    '0.00000000000000000000000001',
  ],
  ['999999999999', '999999999999', '999999999999'],
  ['1000000000000', '1000000000000', undefined],
  ['1e12', undefined, undefined],
  ['1,5', undefined, undefined],
  ['', undefined, undefined],
  [' 5', undefined, undefined],
  [null, undefined, undefined],
  [undefined, undefined, undefined],
  [true, undefined, undefined],
  [Number.POSITIVE_INFINITY, undefined, undefined],
])('%j counts as %s, on ClickHouse as %s', (value, strict, loose) => {
  const counted = STORES.map((store) => countedNumber(value as never, store)?.toFixed());
  expect(counted).toEqual([strict, strict, loose]);
});
