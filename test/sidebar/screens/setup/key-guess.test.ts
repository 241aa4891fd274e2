import type { ColumnView } from '../../../../src/rpc/contract';
import { guessKey, isCalledKey } from '../../../../src/sidebar/screens/setup/key-guess';
import { column, tab } from '../../fixture';

const differ = { unique: true, repeated: [] } as const;
const six = { filled: 6, missing: 0 } as const;

test.each([
  ...[
    'ID',
    'Id',
    'usage_id',
    'UsageId',
    'Transaction',
    'Nr.',
    'Belegnr.',
    'Rechnungsnummer',
    'Beleg',
    'Invoice no.',
    'Row #',
    'Key',
  ],
  ...['eventid', 'Number', 'UUID', 'Customer transaction ID', 'lfd. Nr.'],
])('%s is called like a key', (header) => {
  expect(isCalledKey(header)).toBe(true);
});

test.each([
  ...[
    'Paid',
    'Casino',
    'Idle hours',
    'Number of calls',
    'No charge',
    'Customer ID',
    'Kundennummer',
    'SubAccountId',
    'Phone number',
  ],
  ...['Day', 'Amount', 'Note', 'User'],
])('%s is not called like a key', (header) => {
  expect(isCalledKey(header)).toBe(false);
});

test.each<[string, readonly ColumnView[], string]>([
  [
    'dates that all differ, with one that was typed otherwise',
    [column('Day', 'date', { ...differ, ...six, odd: { count: 1, rows: [7] } })],
    '',
  ],
  ['dates that are called an id', [column('Period ID', 'date', differ)], ''],
  ['dates that are texts', [column('Tag', 'text', differ)], ''],
  [
    'amounts that all differ',
    [column('Amount', 'number', differ), column('Paid', 'number', differ)],
    '',
  ],
  ['free texts that all differ', [column('Comment', 'text', differ)], ''],
  [
    'numbers that are called so',
    [column('Day', 'date', differ), column('Nr.', 'number', { ...differ, name: 'nr' })],
    'nr',
  ],
  [
    'an id with a few slips, before a date and a text that differ',
    [
      column('Day', 'date', differ),
      column('Comment', 'text', differ),
      column('Beleg', 'text', {
        filled: 5,
        missing: 1,
        repeated: [{ value: 'B-2', rows: [3, 4] }],
      }),
    ],
    'beleg',
  ],
  [
    'the id without slips, before one with slips',
    [
      column('Ref', 'text', { missing: 1, filled: 20, repeated: [] }),
      column('Usage ID', 'text', differ),
    ],
    'usage_id',
  ],
  ['an id with many slips', [column('ID', 'text', { filled: 3, missing: 3, repeated: [] })], ''],
  [
    'an id of which a value stands in many rows',
    [column('ID', 'text', { filled: 200, repeated: [{ value: 'a', rows: [2, 3, 4, 5, 6] }] })],
    '',
  ],
  ['an empty column', [column('ID', 'empty', { filled: 0, missing: 6, repeated: [] })], ''],
])('of %s the key is told', (_, columns, key) => {
  expect(guessKey({ ...tab, columns })).toBe(key);
});
