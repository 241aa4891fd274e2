import { problem } from '../../../src/problem/problem';
import { type LedgerEntry, newEntry } from '../../../src/sync/ledger/entry';
import type { PlannedRow } from '../../../src/sync/plan/planned-row';
import { type Statuses, statusesOf } from '../../../src/sync/plan/statuses';

const AT = Date.UTC(2026, 10, 20, 12);

const accepted = (
  kind: LedgerEntry['index']['kind'] = 'usage',
  content: LedgerEntry['index']['content'] = {},
): LedgerEntry => {
  const event = {
    transaction_id: 'a',
    external_subscription_id: 's',
    code: 'c',
    timestamp: 0,
    properties: {},
  };
  const entry = newEntry(
    { key: 'a', kind, revision: 1, content, templateRevision: 1, at: AT },
    event,
  );
  return { ...entry, outcome: { ...entry.outcome, state: 'accepted', at: AT } };
};

const statusesOfRow = (row: Partial<PlannedRow>): Statuses =>
  statusesOf(
    {
      rows: [
        {
          key: 'a',
          row: 2,
          change: 'added',
          action: 'send',
          problems: [],
          entry: undefined,
          latest: undefined,
          content: '',
          ...row,
        },
      ],
    },
    'Europe/Berlin',
  );

const statusOf = (row: Partial<PlannedRow>): string | undefined =>
  statusesOfRow(row).byKey.get('a');

test.each<[string, Partial<PlannedRow>, string]>([
  [
    'a sent row says when, in the zone of the file',
    { action: 'sent', latest: accepted() },
    'Sent 2026-11-20 13:00',
  ],
  [
    'a row that is billed the same although it changed says so',
    {
      action: 'sent',
      change: 'changed',
      latest: accepted('usage', { Date: '"2026-11-03"' }),
      content: '[["Date","\\"2026-11-04\\""]]',
    },
    'Sent 2026-11-20 13:00. Changed since; the bill stays the same.',
  ],
  [
    'a changed row whose new event was sent says nothing of the change',
    {
      action: 'sent',
      change: 'changed',
      latest: accepted('usage', { Date: '"2026-11-04"' }),
      content: '[["Date","\\"2026-11-04\\""]]',
    },
    'Sent 2026-11-20 13:00',
  ],
  [
    'a row that was set back after a refused correction does not say the moment of the refusal',
    {
      action: 'sent',
      latest: {
        ...accepted(),
        outcome: { ...accepted().outcome, state: 'rejected', at: AT + 3_600_000 },
      },
    },
    'Sent',
  ],
  [
    'a row that was taken over says so',
    { action: 'elsewhere', latest: accepted('baseline') },
    'Taken as billed elsewhere',
  ],
  ['a new row says that it goes out', { action: 'send' }, 'Waiting: goes out with the next run'],
  [
    'a held row says why and what to do',
    { action: 'hold', problems: [problem('row.empty-cell', { column: 'Hours' })] },
    'Held: “Hours” is empty. Fill in the cell; the row goes out with the next run.',
  ],
  [
    'a row that only rests is waiting',
    { action: 'hold', problems: [problem('row.resting', { minutes: 5 })] },
    'Waiting: The row was edited a moment ago. Nothing: it goes out when it has rested for 5 minutes.',
  ],
  [
    'a refused row repeats what Lago said',
    {
      action: 'refused',
      problems: [problem('event.rejected', { answer: 'invalid_timestamp_format' })],
    },
    `Refused: ${problem('event.rejected', { answer: 'invalid_timestamp_format' }).message} ${problem('event.rejected').remedy}`,
  ],
])('%s', (_, row, expected) => {
  expect(statusOf(row)).toBe(expected);
});

test('a removed row and a row without a key have no status by key', () => {
  expect(statusOf({ row: undefined })).toBeUndefined();
  expect(statusOf({ key: undefined })).toBeUndefined();
});

test('a row without a key has its status by its number, with what is wrong with the key', () => {
  const problems = [problem('key.unreadable', { column: 'Id', value: '#N/A' })];
  const { withoutKey } = statusesOfRow({ key: undefined, action: 'hold', problems });
  expect([...withoutKey]).toEqual([[2, expect.stringMatching(/^Held: .*#N\/A/)]]);
});

test('a row that a person has to let go does not say that it goes out by itself', () => {
  const stopped = problem('run.volume', { events: 11_000, limit: 10_000 });
  const row: PlannedRow = {
    key: 'a',
    row: 2,
    change: 'added',
    action: 'send',
    problems: [],
    entry: undefined,
    latest: undefined,
    content: '',
  };
  const statusWith = (found: typeof stopped) =>
    statusesOf({ rows: [row] }, 'UTC', found).byKey.get('a');
  expect(statusWith(stopped)).toMatch(/^Waiting: This run would send 11,000 events/);
  expect(statusWith(problem('run.time', { events: 5 }))).toBe(
    'Waiting: goes out with the next run',
  );
});
