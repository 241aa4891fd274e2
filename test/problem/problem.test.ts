import { ProblemError, problem } from '../../src/problem/problem';
import { count } from '../../src/value/count';
import { nearest } from '../../src/value/nearest';

describe('a problem', () => {
  it('is filled with its details and keeps its place', () => {
    expect(problem('sheet.header-twice', { name: 'Date' }, { row: 1, column: 'Date' })).toEqual({
      code: 'sheet.header-twice',
      actor: 'sheet',
      place: { row: 1, column: 'Date' },
      message: 'Two columns are called “Date”.',
      remedy: 'Give each column that the sync reads a name of its own.',
    });
  });

  it('does not fill a placeholder that a detail brings along', () => {
    expect(problem('key.unreadable', { value: '{column}', column: 'Key' }).message).toBe(
      'The key shows {column}.',
    );
  });

  it('shortens a detail to 200 characters', () => {
    const { message } = problem('row.not-a-time', { value: 'x'.repeat(50_000) });
    expect(message).toBe(`“${'x'.repeat(200)}…” is not a date that can be read.`);
  });

  it.each(['constructor', 'toString', '__proto__'])(
    'takes %s as a detail like any other',
    (value) => {
      expect(problem('row.not-a-time', { value }).message).toContain(`“${value}”`);
    },
  );

  it('leaves Liquid in a remedy as it is', () => {
    expect(problem('template.shown').remedy).toBe('Write {{ row.column | shown }}.');
  });

  it('writes counts as the buttons do, and years, rows and statuses as they stand', () => {
    expect(problem('run.volume', { events: 12_000, limit: 1_000_000 }).message).toBe(
      'This run would send 12,000 events; more than 1,000,000 at once is far more than usual, so they wait.',
    );
    expect(problem('sheet.no-header', { headerRow: '1043', name: 'Usage' }).message).toBe(
      'Row 1043 of “Usage” holds no column names.',
    );
    expect(problem('lago.unavailable', { status: '503' }).message).toBe(
      'Lago answered 503 several times.',
    );
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1_000, '1,000'],
    [1_234_567, '1,234,567'],
    [-12_000, '-12,000'],
  ])('writes %d as %s', (amount, words) => {
    expect(count(amount)).toBe(words);
  });

  it('travels through code that cannot go on', () => {
    const error = new ProblemError(problem('run.busy'));
    expect(error.problem.code).toBe('run.busy');
    expect(error.message).toBe('Another run is at work in this file.');
  });
});

describe('the nearest name', () => {
  it.each([
    ['custmer', ['customer', 'date'], 'customer'],
    ['Customer ID', ['customer_id', 'customer'], 'customer_id'],
    ['CUSTOMER', ['customer'], 'customer'],
    ['quantity', ['date', 'sub'], undefined],
    ['quantity', [], undefined],
    ['subscription_ids', ['subscription_id', 'subscriptions'], 'subscription_id'],
    ['Größe', ['Grösse', 'Gewicht'], 'Grösse'],
  ])('of %j among %j is %j', (name, candidates, expected) => {
    expect(nearest(name, candidates)).toBe(expected);
  });
});
