import {
  CODE,
  COUNTED,
  columnFor,
  columnsFor,
  isCalledFor,
  QUANTITY,
  SUBSCRIPTION,
  TIMESTAMP,
  TRANSACTION_ID,
  type TypedColumn,
} from '../../src/value/column-guess';
import { wordsOf } from '../../src/value/name-words';

const column = (header: string, more: Partial<TypedColumn> = {}): TypedColumn => ({
  name: header.toLowerCase().replace(/\W+/g, '_'),
  header,
  ...more,
});
const named = (...headers: readonly string[]): TypedColumn[] =>
  headers.map((header) => column(header));

test.each([
  ['subAccountId', ['sub', 'account', 'id']],
  ['Sub-account ID', ['sub', 'account', 'id']],
  ['Gr\u00f6\u00dfe (m\u00b3)', ['gr\u00f6\u00dfe', 'm\u00b3']],
  ['#', []],
])('the words of %s are %j', (name, words) => {
  expect(wordsOf(name)).toEqual(words);
});

test.each([
  ['transaction_id', TRANSACTION_ID, ['Customer ID', 'Usage ID', 'Invoice no.'], 'Usage ID'],
  ['transaction_id in German', TRANSACTION_ID, ['Kundennummer', 'Belegnr.'], 'Belegnr.'],
  ['subscription', SUBSCRIPTION, ['Customer', 'Account status', 'Account'], 'Account'],
  ['subscription in German', SUBSCRIPTION, ['Betrag', 'Kunde', 'Abo'], 'Abo'],
  ['timestamp', TIMESTAMP, ['Invoice date', 'Time zone', 'Used at'], 'Used at'],
  ['timestamp in German', TIMESTAMP, ['Zeitzone', 'Monat', 'Rechnungsdatum'], 'Rechnungsdatum'],
  ['code', CODE, ['Country code', 'Metric'], 'Metric'],
  ['quantity', QUANTITY, ['Price', 'Machine hours'], 'Machine hours'],
  ['counted', COUNTED, ['Place', 'Name', 'User'], 'User'],
] as const)('the column for %s is found by its name', (_, role, headers, found) => {
  expect(columnFor(role, named(...headers))?.header).toBe(found);
});

test('the values of a column decide where its name allows both', () => {
  expect(columnFor(TIMESTAMP, [column('Date'), column('Moment', { type: 'date' })])?.header).toBe(
    'Moment',
  );
  expect(columnFor(TIMESTAMP, [column('Run time', { type: 'number' })])).toBeUndefined();
  expect(columnFor(TIMESTAMP, [column('Unix time', { type: 'number' })])).toBeDefined();
  expect(columnFor(SUBSCRIPTION, [column('Subscription', { type: 'date' })])).toBeUndefined();
  expect(
    columnsFor(TRANSACTION_ID, [
      column('ID', { unique: false }),
      column('Code', { unique: true, type: 'text' }),
    ]).map(({ column: { header } }) => header),
  ).toEqual(['Code']);
});

test('a column that says nothing for a role, or a tick box, is left out', () => {
  expect(columnsFor(SUBSCRIPTION, named('Note', 'Plan', 'Usage date'))).toEqual([]);
  expect(columnsFor(SUBSCRIPTION, [column('Subscription', { type: 'tick box' })])).toEqual([]);
});

test.each([
  ['Customer event ID', true],
  ['Row #', true],
  ['# of calls', false],
  ['Usage', false],
  ['Customer key', false],
])('that %s is called like an id of a row is %s', (header, isCalled) => {
  expect(isCalledFor(TRANSACTION_ID, header)).toBe(isCalled);
});
