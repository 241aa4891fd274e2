import type { UsageEvent } from '../../../src/value/usage-event';
import { CorrectedSheet } from '../corrected-sheet';

const A = 'a | s1 | 2026-03-02 | 5';
const B = 'b | s1 | 2026-03-02 | 6';
const C = 'c | s1 | 2026-03-02 | 7';

const latest = (store: 'postgres' | 'clickhouse' = 'postgres'): CorrectedSheet => {
  const sheet = new CorrectedSheet(store);
  sheet.billing = { terms: { aggregation: 'latest_agg' } };
  sheet.sync = { changed: 'flag', removed: 'flag' };
  return sheet;
};

/** The values that Lago has, from the earliest on, as it orders them. */
const inOrder = ({ world }: CorrectedSheet): string[] =>
  world.destination.stored
    .map(({ text }) => JSON.parse(text) as UsageEvent)
    .sort((left, right) => left.timestamp - right.timestamp)
    .map(({ properties }) => String(properties['quantity']));

describe('of rows of one time with a latest value', () => {
  test('each moves behind those above it', () => {
    expect(latest().sent(A, B, C)).toEqual(['a s1 02 5', 'b s1 02+.001 6', 'c s1 02+.002 7']);
  });

  test('each is half a millisecond later on ClickHouse, so that none arrives as another', () => {
    const sheet = latest('clickhouse');
    sheet.sent(A, B, C);
    const noon = Date.UTC(2026, 2, 2, 12) / 1000;
    const times = sheet.world.destination.stored.map(
      ({ text }) => (JSON.parse(text) as UsageEvent).timestamp - noon,
    );
    expect(times.map((each) => Number(each.toFixed(4)))).toEqual([0, 0.0015, 0.0025]);
  });

  test('nothing moves that has a time of its own, or is of another subscription', () => {
    expect(latest().sent(A, 'b | s1 | 2026-03-03 | 6', 'c | s2 | 2026-03-02 | 7')).toEqual([
      'a s1 02 5',
      'b s1 03 6',
      'c s2 02 7',
    ]);
  });

  test('a later run sends nothing for a row that moved', () => {
    const sheet = latest();
    sheet.sent(A, B);
    expect(sheet.sent(A, B)).toEqual([]);
    expect(sheet.sent(B, A)).toEqual([]);
  });

  test('a new row below one that Lago has comes after it', () => {
    const sheet = latest();
    sheet.sent(A);
    expect(sheet.sent(A, B)).toEqual(['b s1 02+.001 6']);
    expect(sheet.sent(A, B, C)).toEqual(['c s1 02+.002 7']);
  });

  test('a new row above one that Lago has comes before it: what Lago has never moves', () => {
    const sheet = latest();
    sheet.sent(B);
    sheet.sent(A, B);
    expect(inOrder(sheet)).toEqual(['5', '6']);
    sheet.sent(C, A, B);
    expect(inOrder(sheet)[2]).toBe('6');
  });

  test('a row that adds a further event to its first comes after that', () => {
    const sheet = latest();
    sheet.sync = { changed: 'add' };
    sheet.sent(A);
    expect(sheet.sent('a | s1 | 2026-03-02 | 9')).toEqual(['a~r2 s1 02+.001 9']);
  });

  test('a changed row keeps its place among them, also where somebody has sorted the sheet', () => {
    const sheet = latest();
    sheet.sync = {};
    sheet.sent(A, B);
    expect(sheet.sent(B, 'a | s1 | 2026-03-02 | 9')).toEqual(['a~r2 s1 02 9']);
    expect(sheet.sent(B, 'a | s1 | 2026-03-02 | 9')).toEqual([]);
    expect(sheet.sent('b | s1 | 2026-03-02 | 8', 'a | s1 | 2026-03-02 | 9')).toEqual([
      'b~r2 s1 02+.002 8',
    ]);
  });

  test('a row changed twice in a second is billed as it stands', () => {
    const sheet = latest('clickhouse');
    sheet.sync = {};
    for (const quantity of [5, 6, 7]) sheet.sent(`a | s1 | 2026-03-02 | ${quantity}`);
    expect(inOrder(sheet)).toEqual(['5', '6', '7']);
  });

  test('the one below is held at the last millisecond of the period', () => {
    const sheet = latest();
    sheet.billing = { ...sheet.billing, until: Date.parse('2026-03-02T12:00:00.000Z') };
    expect(sheet.sent(A, B)).toEqual(['a s1 02 5', '(b hold: event.tie)']);
  });

  test('one above what Lago has is held at the first millisecond of the period', () => {
    const sheet = latest();
    sheet.billing = { ...sheet.billing, from: Date.parse('2026-03-02T12:00:00.000Z') };
    sheet.sent(B);
    expect(sheet.sent(A, B)).toEqual(['(a hold: event.tie)']);
  });

  test('one that Lago would not bill at its new time is held', () => {
    const sheet = latest();
    sheet.world.destination.checked = ({ timestamp }) =>
      Number.isInteger(timestamp)
        ? []
        : [{ code: 'event.after-end', message: '', remedy: '', place: {}, details: {} } as never];
    expect(sheet.sent(A, B)).toEqual(['a s1 02 5', '(b hold: event.tie)']);
  });

  test('those of a period that does not run are kept apart as well', () => {
    expect(latest().sent('a | s1 | 2026-04-02 | 5', 'b | s1 | 2026-04-02 | 6')).toEqual([
      'a s1 02 5',
      'b s1 02+.001 6',
    ]);
  });

  test('neighbours of a millisecond move on ClickHouse alone', () => {
    const template = `{ "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.sub }}", "code": "units",
      "timestamp": {{ row.date }}, "properties": { "quantity": {{ row.qty }} } }`;
    const moved = (store: 'postgres' | 'clickhouse') => {
      const sheet = latest(store);
      sheet.sync = { ...sheet.sync, template };
      sheet.sent('a | s1 | 1772452800.001 | 5', 'b | s1 | 1772452800.002 | 6');
      return sheet.world.destination.stored.map(
        ({ text }) => (JSON.parse(text) as UsageEvent).timestamp,
      );
    };
    expect(moved('postgres')).toEqual([1772452800.001, 1772452800.002]);
    expect(moved('clickhouse')).toEqual([1772452800.001, 1772452800.0025]);
  });
});

describe('of rows of one time that add and remove a unique value', () => {
  const template = `{ "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.sub }}", "code": "units",
    "timestamp": {{ row.date | unix }}, "properties": { "quantity": {{ row.qty | abs }}, "operation_type": "{% if row.qty < 0 %}remove{% else %}add{% endif %}" } }`;
  const unique = (): CorrectedSheet => {
    const sheet = new CorrectedSheet();
    sheet.billing = { terms: { aggregation: 'unique_count_agg' } };
    sheet.sync = { changed: 'flag', removed: 'flag', template };
    return sheet;
  };
  const REMOVING = 'b | s1 | 2026-03-02 | -5';

  test('each moves behind those of the same value above it', () => {
    const ADDING = 'd | s1 | 2026-03-02 | 5';
    expect(unique().sent(A, REMOVING, 'c | s1 | 2026-03-02 | 7', ADDING)).toEqual([
      'a s1 02 5 add',
      'b s1 02+.001 5 remove',
      'c s1 02 7 add',
      'd s1 02+.002 5 add',
    ]);
  });

  test('additions of one value stay together', () => {
    expect(unique().sent(A, 'b | s1 | 2026-03-02 | 5')).toEqual(['a s1 02 5 add', 'b s1 02 5 add']);
  });

  test('one that Lago has no room for between two others is held', () => {
    const sheet = unique();
    sheet.sync = {
      ...sheet.sync,
      template: template.replace('{{ row.date | unix }}', '{{ row.date }}'),
    };
    const LAST = 'z | s1 | 1772452800.002 | -5';
    sheet.sent(LAST);
    // Before the removal, which stands below it, there is only the millisecond of the one above it.
    expect(
      sheet.sent('x | s1 | 1772452800.001 | -5', 'y | s1 | 1772452800.002 | 5', LAST).slice(1),
    ).toEqual(['(y hold: event.tie)']);
  });
});
