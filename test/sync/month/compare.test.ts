import { indexEntries } from '../../../src/sync/ledger/entries';
import { type LedgerEntry, newEntry, takenSince } from '../../../src/sync/ledger/entry';
import { type ComparedWith, compare } from '../../../src/sync/month/compare';
import type { Finding } from '../../../src/sync/month/finding';
import type { ListedUsage } from '../../../src/sync/month/listed';
import type { UsageEvent } from '../../../src/value/usage-event';

const FROM = Date.UTC(2026, 2, 1);
const TO = Date.UTC(2026, 3, 1);
const TIME = Date.UTC(2026, 2, 5, 12);

const event = (id: string, changes: Partial<UsageEvent> = {}): UsageEvent => ({
  transaction_id: id,
  external_subscription_id: 'acme',
  code: 'units',
  timestamp: TIME / 1000,
  properties: { quantity: 5 },
  ...changes,
});

const line = (
  id: string,
  state: LedgerEntry['outcome']['state'] = 'accepted',
  changes: Partial<UsageEvent> = {},
  kind: LedgerEntry['index']['kind'] = 'usage',
): LedgerEntry => {
  const entry = newEntry(
    { key: `row of ${id}`, kind, revision: 1, content: {}, templateRevision: 1, at: 0 },
    event(id, changes),
  );
  return kind === 'baseline'
    ? { ...entry, outcome: takenSince(id, 0) }
    : { ...entry, outcome: { ...entry.outcome, state } };
};

const listed = (id: string, changes: Partial<ListedUsage> = {}): ListedUsage => ({
  transaction_id: id,
  external_subscription_id: 'acme',
  code: 'units',
  timestamp: new Date(TIME).toISOString(),
  precise_total_amount_cents: null,
  properties: { quantity: 5 },
  receivedAt: undefined,
  ...changes,
});

function compared(
  entries: readonly LedgerEntry[],
  there: readonly ListedUsage[],
  changes: Partial<ComparedWith<ListedUsage>> = {},
) {
  const comparedWith: ComparedWith<ListedUsage> = {
    ledger: indexEntries(entries),
    codes: new Set(['units']),
    isSame: (sent, stored) =>
      sent.external_subscription_id === stored.external_subscription_id &&
      sent.timestamp * 1000 === Date.parse(stored.timestamp) &&
      sent.properties['quantity'] === stored.properties['quantity'],
    visibleBefore: Number.POSITIVE_INFINITY,
    usedElsewhere: () => undefined,
    rowOf: () => undefined,
    isOurs: (subscription) => subscription === 'acme',
    keptBecause: () => undefined,
    doubtAbout: () => undefined,
    whole: { from: FROM, to: TO },
    measureOf: () => ({ by: 'sum', field: 'quantity', onlyNewest: false }),
    ...changes,
  };
  return compare(comparedWith, { from: FROM, to: TO }, there);
}

const words = (findings: readonly Finding[]): string[] =>
  findings.map(
    ({ kind, id, ours, theirs, fix }) =>
      `${kind} ${id}: ${ours} / ${theirs}${fix === undefined ? '' : ` -> ${fix}`}`,
  );

test.each<[string, LedgerEntry[], ListedUsage[], string[]]>([
  ['an accepted event that Lago has is no finding', [line('a')], [listed('a')], []],
  [
    'an event whose answer is not known is open, whether or not Lago has it',
    [line('a', 'pending'), line('b', 'stuck')],
    [listed('a')],
    [
      'open a: handed over, no clear answer, quantity: 5 / there -> run',
      'open b: handed over, no clear answer, quantity: 5 / not seen yet -> run',
    ],
  ],
  ['an event that Lago refused and does not have is no finding', [line('a', 'rejected')], [], []],
  [
    'an event that the ledger has as refused and Lago has can be taken over',
    [line('a', 'rejected')],
    [listed('a')],
    ['unrecorded a: refused, as the ledger says / quantity: 5 -> adopt'],
  ],
  [
    'a conflict is a difference, told once',
    [line('a', 'conflict')],
    [listed('a', { properties: { quantity: 9 } })],
    ['different a: quantity: 5 / quantity: 9 -> row'],
  ],
  [
    'a conflict with an event elsewhere is a difference',
    [line('a', 'conflict')],
    [],
    ['different a: quantity: 5 / another event under this id -> row'],
  ],
  [
    'another event under the id of an accepted one is a difference',
    [line('a')],
    [listed('a'), listed('a', { external_subscription_id: 'globex' })],
    ['different a: subscription: acme / subscription: globex'],
  ],
  [
    'an event of another month in the ledger, that Lago counts in this one, is a difference',
    [line('a', 'accepted', { timestamp: Date.UTC(2026, 1, 5) / 1000 })],
    [listed('a')],
    ['different a: time: 2026-02-05 00:00:00 UTC / time: 2026-03-05 12:00:00 UTC'],
  ],
  [
    'a row that was taken as billed elsewhere may be billed in Lago',
    [line('a', 'accepted', {}, 'baseline')],
    [listed('a')],
    [],
  ],
  [
    'a baseline that Lago does not have is no finding',
    [line('a', 'accepted', {}, 'baseline')],
    [],
    [],
  ],
  [
    'an event of a subscription that the sync does not bill is somebody else’s',
    [],
    [listed('x', { external_subscription_id: 'initech' })],
    [],
  ],
  [
    'an event that no row makes is only in Lago',
    [],
    [listed('x')],
    ['foreign x: no row makes it / quantity: 5 -> take-back'],
  ],
  [
    'a correction without a line, and what it takes back, are not to be taken back once more',
    [],
    [listed('x'), listed('x~x1', { properties: { quantity: -5 } })],
    ['foreign x: no row makes it / quantity: 5', 'foreign x~x1: no row makes it / quantity: -5'],
  ],
  [
    'a conflict that Lago bills no more is settled by a later event of its row',
    [
      line('a', 'conflict'),
      { ...line('a~r2'), index: { ...line('a~r2').index, key: 'row of a', revision: 2 } },
    ],
    [
      listed('a', { properties: { quantity: 9 } }),
      listed('a~x1', { properties: { quantity: -9 } }),
      listed('a~r2'),
    ],
    ['foreign a: no row makes it / quantity: 9', 'foreign a~x1: no row makes it / quantity: -9'],
  ],
  [
    'a conflict that Lago bills no more is a difference while Lago bills nothing for its row',
    [line('a', 'conflict')],
    [
      listed('a', { properties: { quantity: 9 } }),
      listed('a~x1', { properties: { quantity: -9 } }),
    ],
    [
      'different a: quantity: 5 / quantity: 9 -> row',
      'foreign a~x1: no row makes it / quantity: -9',
    ],
  ],
  [
    'an amount in cents that differs is named',
    [line('a', 'accepted', { precise_total_amount_cents: '12.5' })],
    [listed('a', { properties: { quantity: 6 }, precise_total_amount_cents: '12.50' })],
    ['different a: quantity: 5 / quantity: 6'],
  ],
])('%s', (_, entries, there, findings) => {
  expect(words(compared(entries, there).findings)).toEqual(findings);
});

test('an accepted event that Lago does not list is to be looked up', () => {
  expect(
    compared([line('a'), line('b')], [listed('b')]).missing.map(({ index }) => index.id),
  ).toEqual(['a']);
});

test('an event that was accepted a moment ago may not be shown yet', () => {
  const { findings, missing } = compared([line('a')], [], { visibleBefore: 0 });
  expect([missing, words(findings)]).toEqual([
    [],
    ['open a: accepted a moment ago, quantity: 5 / not seen yet -> run'],
  ]);
});

test('an event that no row makes and that cannot be taken back says why', () => {
  const { findings } = compared([], [listed('x')], {
    keptBecause: () => 'It cannot be taken back: a lower value does not replace a maximum.',
  });
  expect(findings).toMatchObject([
    {
      fix: undefined,
      advice:
        'Leave it if another tool sends it on purpose. It cannot be taken back: a lower value does not replace a maximum. Correct the bill in Lago by hand.',
    },
  ]);
});

test('copies are counted once, and told to be looked at', () => {
  const { repeated, totals, findings } = compared(
    [line('a')],
    [listed('a'), listed('a'), listed('a')],
  );
  expect(findings).toEqual([]);
  expect(repeated.map(({ transaction_id }) => transaction_id)).toEqual(['a']);
  expect(totals).toEqual([{ code: 'units', subscription: 'acme', amount: '5' }]);
});

test('sums are exact, and leave out what is somebody else’s', () => {
  const { totals, others } = compared(
    [
      line('a', 'accepted', { properties: { quantity: '0.1' } }),
      line('b', 'accepted', { properties: { quantity: '0.2' } }),
    ],
    [
      listed('a', { properties: { quantity: '0.1' } }),
      listed('b', { properties: { quantity: '0.2' } }),
      listed('other'),
    ],
    { usedElsewhere: (id) => (id === 'other' ? 'k' : undefined) },
  );
  expect([totals, others]).toEqual([[{ code: 'units', subscription: 'acme', amount: '0.3' }], 1]);
});

describe('of a latest value, an event of another tool at the very time of ours', () => {
  const LATEST = { by: 'rows', field: 'quantity', onlyNewest: true, isLatest: true } as const;
  const adviceOn = (changes: Partial<ListedUsage>, isLatest = true): string | undefined =>
    compared([line('a')], [listed('a'), listed('x', changes)], {
      measureOf: () => ({ ...LATEST, isLatest }),
    }).findings[0]?.advice;

  test('is one of which nobody can tell whether Lago bills it', () => {
    expect(adviceOn({ properties: { quantity: 9 } })).toBe(
      'Leave it if another tool sends it on purpose. It has the very time of “a”, so it cannot be told which of the two values Lago bills. Correct the bill in Lago by hand.',
    );
  });

  test('is as any other where it says the same, or is later', () => {
    const later = new Date(TIME + 1).toISOString();
    for (const advice of [
      adviceOn({}),
      adviceOn({ properties: { quantity: 9 }, timestamp: later }),
    ])
      expect(advice).not.toContain('cannot be told');
    expect(adviceOn({ properties: { quantity: 9 } }, false)).not.toContain('cannot be told');
  });
});
