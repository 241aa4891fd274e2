import { problem } from '../../../src/problem/problem';
import type { EventStore } from '../../../src/sync/event-store';
import type { Destination, Found } from '../../../src/sync/ports';
import { sendableAgain } from '../../../src/sync/recovery/send-again';
import type { UsageEvent } from '../../../src/value/usage-event';
import { freshEntries, withOutcome } from '../fixture';
import { TestClock, TestDestination } from '../world';

const [fresh] = freshEntries(1);
if (fresh === undefined) throw new Error('no entry');
const conflict = withOutcome(fresh, { state: 'conflict' });

/** A Lago that shows this under the id, and finds that of the row's own subscription. */
function lago(
  store: EventStore,
  shown: UsageEvent | undefined | 'unknown',
  own: Found,
): { destination: Destination; asked: () => number } {
  const destination = new TestDestination(store, new TestClock());
  let asked = 0;
  destination.find = (events) => {
    asked += events.length;
    return events.map(() => own);
  };
  destination.eventsOf = (ids) => ids.map(() => shown);
  return { destination, asked: () => asked };
}

const other: UsageEvent = { ...conflict.event, code: 'gone' };
const elsewhere: UsageEvent = { ...other, external_subscription_id: 's9' };
const billed: UsageEvent = { ...conflict.event, properties: { qty: 9 } };

const check = {
  off: [],
  problemsOf: ({ code }: UsageEvent) =>
    code === 'gone' ? [problem('event.conflict', { id: code })] : [],
};

test.each<[string, EventStore, UsageEvent | undefined | 'unknown', Found, boolean]>([
  ['nothing any more', 'postgres', undefined, 'absent', true],
  ['an event that no metric counts', 'postgres', other, 'different', true],
  ['an event that it bills', 'postgres', billed, 'different', false],
  ['another subscription’s event that no metric counts', 'postgres', elsewhere, 'absent', true],
  [
    'one that no metric counts, and one that is not shown',
    'postgres',
    elsewhere,
    'different',
    false,
  ],
  ['one that no metric counts, and perhaps others', 'clickhouse', other, 'different', false],
  ['something that it does not show', 'postgres', 'unknown', 'absent', false],
  ['something of which it says nothing', 'postgres', undefined, 'unknown', false],
])('a conflict whose id has %s in Lago (%s, %#) is free or not', (_, store, shown, own, isFree) => {
  const { destination } = lago(store, shown, own);
  expect(sendableAgain({ destination, check, store }, [conflict])).toEqual(
    new Set(isFree ? [conflict.index.id] : []),
  );
});

test('what Lago rejected may be sent again, and is not asked for', () => {
  const { destination, asked } = lago('postgres', undefined, 'absent');
  const rejected = withOutcome(fresh, { state: 'rejected' });
  expect(sendableAgain({ destination, check, store: 'postgres' }, [rejected])).toEqual(
    new Set([rejected.index.id]),
  );
  expect(asked()).toBe(0);
});

test('a key that may not look says so', () => {
  const { destination } = lago('postgres', undefined, 'absent');
  const refusal = problem('lago.unauthorized');
  destination.find = () => refusal;
  expect(sendableAgain({ destination, check, store: 'postgres' }, [conflict])).toBe(refusal);
});
