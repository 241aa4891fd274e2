import { billedCopies, type ListedUsage } from '../../../src/sync/month/listed';

const listed = (changes: Partial<ListedUsage>): ListedUsage => ({
  transaction_id: 'a',
  external_subscription_id: 'acme',
  code: 'units',
  timestamp: '2026-03-02T09:00:00.000Z',
  precise_total_amount_cents: null,
  properties: { n: 1 },
  receivedAt: undefined,
  ...changes,
});

const said = (events: readonly ListedUsage[]): unknown[] =>
  billedCopies(events).map(({ event, copies }) => [event.properties['n'], copies]);

test('of several events under one key the newest is billed, wherever it is listed', () => {
  const [older, newer] = [1, 2].map((at) => listed({ receivedAt: at, properties: { n: at } }));
  if (older === undefined || newer === undefined) throw new Error('no events');
  expect(said([older, newer])).toEqual([[2, 2]]);
  expect(said([newer, older])).toEqual([[2, 2]]);
});

test.each<[string, Partial<ListedUsage>]>([
  ['id', { transaction_id: 'b' }],
  ['subscription', { external_subscription_id: 'globex' }],
  ['metric', { code: 'calls' }],
  ['time', { timestamp: '2026-03-02T09:00:00.001Z' }],
])('events of another %s are billed both', (_, changes) => {
  expect(said([listed({}), listed({ ...changes, properties: { n: 2 } })])).toEqual([
    [1, 1],
    [2, 1],
  ]);
});

test('of events that do not say when they came the first listed is taken', () => {
  expect(said([listed({}), listed({ properties: { n: 2 } })])).toEqual([[1, 2]]);
});
