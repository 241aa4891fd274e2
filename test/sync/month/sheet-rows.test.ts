import { type Problem, problem } from '../../../src/problem/problem';
import { indexEntries } from '../../../src/sync/ledger/entries';
import { type LedgerEntry, newEntry, takenSince } from '../../../src/sync/ledger/entry';
import type { Finding } from '../../../src/sync/month/finding';
import { type MeasureOf, measureBy } from '../../../src/sync/month/measure';
import { compareRows } from '../../../src/sync/month/sheet-rows';
import type { Action, PlannedRow } from '../../../src/sync/plan/planned-row';
import type { UsageEvent } from '../../../src/value/usage-event';

const TIME = Date.UTC(2026, 2, 5, 12) / 1000;
const BEFORE = Date.UTC(2026, 1, 5, 12) / 1000;
const whole = { from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 3, 1) };
const SUM: MeasureOf = () => ({ by: 'sum', field: 'n', onlyNewest: false });

const event = (id: string, n: number, changes: Partial<UsageEvent> = {}): UsageEvent => ({
  transaction_id: id,
  external_subscription_id: 'acme',
  code: 'units',
  timestamp: TIME,
  properties: { n },
  ...changes,
});

/** A line of the ledger for the row with a key. */
const line = (
  key: string,
  sent: UsageEvent,
  more: Partial<LedgerEntry['index']> = {},
  state: LedgerEntry['outcome']['state'] = 'accepted',
): LedgerEntry => {
  const entry = newEntry(
    { key, kind: 'usage', revision: 1, content: {}, templateRevision: 1, at: 0, ...more },
    sent,
  );
  return more.kind === 'baseline'
    ? { ...entry, outcome: takenSince(sent.transaction_id, 0) }
    : { ...entry, outcome: { ...entry.outcome, state } };
};

/** A row of the tab: what it says, and what a run would do with it. */
interface Said {
  readonly key?: string;
  readonly said?: UsageEvent;
  readonly action: Action;
  readonly problems?: readonly Problem[];
  /** Whether it says something else than what was sent. */
  readonly changed?: true;
  /** Whether it is gone from the tab. */
  readonly gone?: true;
}

function compared(
  entries: readonly LedgerEntry[],
  rows: readonly Said[],
  { measureOf = SUM, doubt }: { measureOf?: MeasureOf; doubt?: Problem } = {},
) {
  const ledger = indexEntries(entries);
  const planned = rows.map(
    ({ key, action, problems = [], changed, gone }, index): PlannedRow => ({
      key,
      row: gone ? undefined : index + 2,
      change: gone ? 'removed' : changed ? 'changed' : 'unchanged',
      action,
      problems,
      entry: undefined,
      latest: key === undefined ? undefined : ledger.byKey.get(key)?.at(-1),
      content: undefined,
    }),
  );
  return compareRows({
    rows: {
      plan: { rows: planned },
      made: [],
      byId: new Map(),
      eventOf: (row) => rows[row - 2]?.said,
      doubt,
      doubtAbout: () => doubt,
    },
    ledger,
    codes: new Set(['units', 'other']),
    whole,
    unrecorded: new Set(),
    measureOf,
    ignoresRemoved: false,
  });
}

const words = (findings: readonly Finding[]): string[] =>
  findings.map(
    ({ kind, key, subscription, ours, theirs, difference }) =>
      `${kind} ${key ?? ''} of ${subscription || 'nobody'}: ${ours} / ${theirs} (${difference})`,
  );

const empty = problem('key.empty', { column: 'id' });

test.each<[string, LedgerEntry[], Said[], string[]]>([
  [
    'a sent row is no finding',
    [line('a', event('a', 5))],
    [{ key: 'a', said: event('a', 5), action: 'sent' }],
    [],
  ],
  [
    'a row that is not sent counts in the sheet',
    [],
    [{ key: 'a', said: event('a', 5), action: 'send' }],
    ['unsent a of acme: n: 5 / not there (5)'],
  ],
  [
    'a row of another month counts for none',
    [],
    [{ key: 'a', said: event('a', 5, { timestamp: BEFORE }), action: 'hold', problems: [empty] }],
    [],
  ],
  [
    'a changed row counts what it says less what Lago has',
    [line('a', event('a', 5))],
    [{ key: 'a', said: event('a', 7.5), action: 'flag', problems: [problem('row.changed')] }],
    [
      'changed a of acme: n: 7.5. The row was changed after it was sent; Lago still bills what was sent. / n: 5 (2.5)',
    ],
  ],
  [
    'a row that counts for another subscription now is listed for both',
    [line('a', event('a', 5))],
    [
      {
        key: 'a',
        said: event('a', 5, { external_subscription_id: 'globex' }),
        action: 'send',
      },
    ],
    [
      'changed a of acme: counts for globex, units / n: 5 (-5)',
      'unsent a of globex: n: 5 / not there (5)',
    ],
  ],
  [
    'a row whose date went to another month here, but not where its customer is, is to be left',
    [line('a', event('a', 5))],
    [{ key: 'a', said: event('a', 5, { timestamp: BEFORE }), action: 'sent', changed: true }],
    [
      'changed a of acme: counts in another month. It was changed since; the bill stays the same / n: 5 (-5)',
    ],
  ],
  [
    'a row that makes no event counts nothing',
    [line('a', event('a', 5))],
    [{ key: 'a', action: 'flag', problems: [problem('row.empty-cell', { column: 'n' })] }],
    ['changed a of acme: “n” is empty. / n: 5 (-5)'],
  ],
  [
    'a row that was never sent and makes no event is listed for every month',
    [],
    [{ key: 'a', action: 'hold', problems: [problem('row.empty-cell', { column: 'n' })] }],
    ['unsent a of nobody: “n” is empty. / not there (0)'],
  ],
  [
    'a row that waits for an answer is listed by its event, not once more',
    [line('a', event('a', 5), {}, 'pending')],
    [{ key: 'a', said: event('a', 5), action: 'wait', problems: [problem('row.unsettled')] }],
    [],
  ],
  [
    'a row that Lago refused is not in Lago',
    [line('a', event('a', 5), {}, 'rejected')],
    [
      {
        key: 'a',
        said: event('a', 5),
        action: 'refused',
        problems: [problem('event.rejected', { answer: 'no' })],
      },
    ],
    [
      `unsent a of acme: n: 5. ${problem('event.rejected', { answer: 'no' }).message} / not there (5)`,
    ],
  ],
  [
    'a corrected row counts once',
    [
      line('a', event('a', 5)),
      line('a', event('a~x1', -5), { kind: 'reversal', undoes: 'a' }),
      line('a', event('a~r2', 8), { revision: 2 }),
    ],
    [{ key: 'a', said: event('a', 8), action: 'sent' }],
    [],
  ],
  [
    'late usage is in the sheet of its month and in Lago in another',
    [line('a', event('a', 5, { timestamp: whole.to / 1000 }), { usedAt: TIME })],
    [{ key: 'a', said: event('a', 5), action: 'sent' }],
    ['booked a of acme: n: 5. It came late, so Lago counts it in another month / not there (5)'],
  ],
  [
    'and in Lago in this one, if it is of another',
    [line('a', event('a', 5), { usedAt: BEFORE })],
    [{ key: 'a', said: event('a', 5, { timestamp: BEFORE }), action: 'sent' }],
    [
      'booked a of acme: counts in another month. It came late, so Lago counts it in another month / n: 5 (-5)',
    ],
  ],
  [
    'a row that was taken as billed elsewhere is in the sheet alone',
    [line('a', event('a', 5), { kind: 'baseline' })],
    [{ key: 'a', said: event('a', 5), action: 'elsewhere' }],
    ['elsewhere a of acme: n: 5. Marked as billed elsewhere, so it is never sent / not there (5)'],
  ],
  [
    'a sent row of which the template makes something else now differs',
    [line('a', event('a', 5))],
    [{ key: 'a', said: event('a', 50), action: 'sent' }],
    [
      'changed a of acme: n: 50. The template makes another event of it now than the one that was sent / n: 5 (45)',
    ],
  ],
  [
    'a removed row is in Lago alone, also if the sync ignores it',
    [line('a', event('a', 5)), line('b', event('b', 6)), line('c', event('c', 0))],
    [
      { key: 'a', action: 'sent', gone: true },
      { key: 'b', action: 'flag', problems: [problem('row.removed', { key: 'b' })], gone: true },
      { key: 'c', action: 'send', gone: true },
    ],
    [
      'gone a of acme: the row is gone / n: 5 (-5)',
      'gone b of acme: the row is gone / n: 6 (-6)',
      'gone c of acme: the row is gone / n: 0 (0)',
    ],
  ],
  [
    'a removed row that was taken back is no finding',
    [line('a', event('a', 5)), line('a', event('a~x1', -5), { kind: 'reversal', undoes: 'a' })],
    [],
    [],
  ],
])('%s', (_, entries, rows, findings) => {
  const result = compared(entries, rows);
  expect(words(result.findings)).toEqual(findings);
});

test('what was sent under a double key is that of the row that still says it; the others are not sent', () => {
  const double = problem('key.duplicate', { key: 'a', rows: '2, 3' });
  const { findings, totals, rows } = compared(
    [line('a', event('a', 5))],
    [
      { key: 'a', said: event('a', 9), action: 'flag', problems: [double] },
      { key: 'a', said: event('a', 5), action: 'flag', problems: [double] },
    ],
  );
  expect(words(findings)).toEqual([
    'unsent a of acme: n: 9. The key “a” stands in the rows 2, 3. / not there (9)',
  ]);
  expect(totals).toEqual([{ code: 'units', subscription: 'acme', amount: '14' }]);
  expect(rows).toBe(2);
});

test('of a maximum, too: rows with a double key count one each, whatever they say', () => {
  const double = problem('key.duplicate', { key: 'a', rows: '2, 3' });
  const row = (n: number, changed: { changed?: true }): Said => ({
    key: 'a',
    said: event('a', n),
    action: 'flag',
    problems: [double],
    ...changed,
  });
  const findings = (...rows: Said[]): string[] =>
    words(
      compared([line('a', event('a', 5))], rows, { measureOf: () => metric('max_agg') }).findings,
    );
  expect(findings(row(9, { changed: true }), row(5, {}))).toEqual([
    'unsent a of acme: n: 9. The key “a” stands in the rows 2, 3. / not there (1)',
  ]);
  expect(findings(row(9, { changed: true }), row(8, { changed: true }))).toEqual([
    'changed a of acme: n: 9. The key “a” stands in the rows 2, 3. / n: 5 (0)',
    'unsent a of acme: n: 8. The key “a” stands in the rows 2, 3. / not there (1)',
  ]);
});

test('a row that makes no event is listed for every month, also under the key of a row of another month', () => {
  const problems = [problem('key.duplicate', { key: 'a', rows: '2, 3' })];
  const sent = event('a', 5, { timestamp: BEFORE });
  const { findings, eventless } = compared(
    [line('a', sent)],
    [
      { key: 'a', said: sent, action: 'flag', problems },
      { key: 'a', action: 'flag', problems, changed: true },
    ],
  );
  expect(findings.map(({ row }) => row)).toEqual([3]);
  expect(eventless).toBe(1);
});

test('while a row cannot be told, what Lago has without a row is uncertain and offers nothing', () => {
  const doubt = problem('row.uncertain', { rows: '2' });
  const { findings } = compared(
    [line('a', event('a', 5))],
    [{ said: event('', 5), action: 'hold', problems: [empty] }],
    { doubt },
  );
  expect(words(findings)).toEqual([
    'unsent  of acme: n: 5. The key is empty. / not there (5)',
    `gone a of acme: ${doubt.message} / n: 5 (-5)`,
  ]);
  expect(findings.map(({ fix }) => fix)).toEqual([undefined, undefined]);
});

const metric = (aggregation: string, expression?: string) =>
  measureBy({ aggregation, field: 'n', expression }, 'postgres');

test.each([
  ['sum_agg', 'sum', '8', '5'],
  ['weighted_sum_agg', 'sum', '8', '5'],
  ['count_agg', 'events', '1', '-1'],
  ['custom_agg', 'events', '1', '-1'],
  // Of a row that Lago has in two events only the newer one counts.
  ['max_agg', 'rows', '1', '0'],
  ['latest_agg', 'rows', '1', '0'],
  // Each of two values counts.
  ['unique_count_agg', 'rows', '1', '-1'],
])('%s compares by %s', (aggregation, by, amount, difference) => {
  const measure = metric(aggregation);
  const { findings, totals } = compared(
    [line('a', event('a', 1)), line('a', event('a~r2', 2), { revision: 2 })],
    [{ key: 'a', said: event('a', 8), action: 'sent' }],
    { measureOf: () => measure },
  );
  expect(measure.by).toBe(by);
  expect(totals).toEqual([{ code: 'units', subscription: 'acme', amount }]);
  expect(findings.map((found) => found.difference)).toEqual(difference === '0' ? [] : [difference]);
});

test('a value that Lago computes, or of an unknown metric, is not compared, only the number of events', () => {
  expect(metric('sum_agg', 'event.properties.a * 2')).toMatchObject({
    by: 'events',
    field: undefined,
  });
  expect(measureBy(undefined, 'postgres')).toMatchObject({ by: 'events', field: undefined });
});

test('10,000 rows with one key are compared in seconds', () => {
  const double = problem('key.duplicate', { key: 'a', rows: '2, 3' });
  const rows = Array.from(
    { length: 10_000 },
    (_, index): Said => ({
      key: 'a',
      said: event('a', index),
      action: 'flag',
      problems: [double],
    }),
  );
  const before = Date.now();
  expect(compared([line('a', event('a', -5))], rows).findings).toHaveLength(10_000);
  expect(Date.now() - before).toBeLessThan(10_000);
});
