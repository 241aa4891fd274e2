import {
  CODE,
  COUNTED,
  columnFor,
  columnForMetric,
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
  ['subscription beside its plan', SUBSCRIPTION, ['Subscription plan', 'Company'], 'Company'],
  ['quantity beside what is due', QUANTITY, ['Amount due', 'Quantity'], 'Quantity'],
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
  ['a time in seconds', ['Timestamp', 'Calls'], 'Calls'],
  ['a price', ['Subscription price', 'Minutes'], 'Minutes'],
  ['nothing else', ['Total cost'], 'Total cost'],
])('of numbers, the quantity beside %s is what was used', (_, headers, found) => {
  const numbers = named(...headers).map((column) => ({ ...column, type: 'number' as const }));
  expect(columnFor(QUANTITY, numbers)?.header).toBe(found);
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

describe('the column that a metric reads is found by its name before its values', () => {
  const number = { type: 'number' } as const;
  const text = { type: 'text' } as const;
  const calls = column('API calls', number);
  test.each<[string, string, readonly TypedColumn[], string | undefined]>([
    ['gigabytes', 'sum_agg', [calls, column('Gigabytes', text)], 'Gigabytes'],
    ['gigabytes', 'sum_agg', [calls, column('GB', text)], 'GB'],
    ['gb', 'max_agg', [calls, column('Gigabyteverbrauch', text)], 'Gigabyteverbrauch'],
    ['api_calls', 'sum_agg', [column('GB', number), column('API-Aufrufe', text)], 'API-Aufrufe'],
    ['hours', 'sum_agg', [calls, column('Maschinenstunden', text)], 'Maschinenstunden'],
    ['seats', 'sum_agg', [calls, column('Pl\u00e4tze', text)], 'Pl\u00e4tze'],
    ['users', 'sum_agg', [calls, column('Nutzer', number)], 'Nutzer'],
    ['storage', 'latest_agg', [calls, column('Belegter Speicher', text)], 'Belegter Speicher'],
    ['Gr\u00f6\u00dfe', 'sum_agg', [calls, column('Gr\u00f6\u00dfe', text)], 'Gr\u00f6\u00dfe'],
    ['gigabytes', 'sum_agg', [column('GB total', text), column('GB', number)], 'GB'],
    ['gigabytes', 'sum_agg', [column('GB note', text), column('GB used', number)], 'GB used'],
    ['value', 'sum_agg', [column('Price', number), column('Menge', text)], 'Menge'],
    ['value', 'sum_agg', [column('Betrag', text), column('Menge', number)], 'Menge'],
    ['value', 'sum_agg', [column('Used on', { type: 'date' }), calls], 'API calls'],
    ['value', 'sum_agg', [calls, column('Price', number)], undefined],
    ['value', 'sum_agg', [column('Usage ID', text), column('Note', text)], undefined],
    ['paid', 'sum_agg', [calls, column('Paid', { type: 'tick box' })], 'API calls'],
    ['member', 'unique_count_agg', [column('Place', text), column('Mitglied', number)], 'Mitglied'],
    ['badge', 'unique_count_agg', [column('Place', text), calls], 'Place'],
    ['badge', 'unique_count_agg', [column('Place', text), column('Door', text)], undefined],
  ])('%s of %s', (field, aggregation, columns, found) => {
    expect(columnForMetric(columns, { code: 'usage', field, aggregation })?.header).toBe(found);
  });

  test('and never another one in the place of two that have its name', () => {
    const twice = { twice: true };
    const doubled = [calls, column('Gigabytes', twice), column('Gigabytes', twice)];
    const gigabytes = { code: 'usage', field: 'gigabytes', aggregation: 'sum_agg' };
    expect(columnForMetric(doubled, gigabytes)).toMatchObject({ header: 'Gigabytes', twice: true });
    const dates = [column('Date', { type: 'date', twice: true }), column('Made', { type: 'date' })];
    expect(columnsFor(TIMESTAMP, dates).map(({ column: { header } }) => header)).toEqual(['Date']);
  });
});
