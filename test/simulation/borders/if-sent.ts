import { DateTime } from 'luxon';
import { createFakeLago } from '../../../sandbox/lago';
import { API_KEY, HOUR } from '../../bundle/world';
import { BORDER, type Calendar, catalogOf } from './calendar';
import { deedsOf } from './deeds';
import type { Store, TypedRow } from './typed-row';

/** A row with the moment of the first run that saw it (ms). */
export interface TriedRow extends TypedRow {
  readonly sentAt: number;
}

const DAY = 24 * HOUR;
/** What the subscription is then is what it was when the row was dated. */
export const UNCHANGED: ReadonlySet<string> = new Set(['plain', 'anniversary', 'backdated']);
/** Their events count by themselves, whatever else was sent. */
const BY_ITSELF: ReadonlySet<string> = new Set(['hits', 'requests', 'seats', 'advance']);

/**
 * The rows that another Lago of the same calendar would have billed, if the first run that saw them
 * had sent them. Only of those that are to be tried: until the local day has ended.
 */
export function billedIfSent(
  store: Store,
  calendar: Calendar,
  rows: readonly TriedRow[],
): TriedRow[] {
  const tried = rows.filter((row) => isToBeTried(calendar, row));
  if (tried.length === 0) return [];
  const time = { now: BORDER - 3 * DAY };
  const lago = createFakeLago({ now: () => time.now, eventsStore: store });
  lago.seed.organization({ name: 'If', apiKey: API_KEY, timezone: 'UTC', eventsStore: store });
  lago.seed.catalog(catalogOf(calendar));
  const sends = tried.map((row) => ({
    at: row.sentAt,
    act: () => {
      const event = {
        transaction_id: row.id,
        external_subscription_id: row.subscription,
        code: row.code,
        timestamp: row.at / 1000,
        properties: { n: Math.abs(row.n) },
      };
      lago.handle({
        method: 'POST',
        url: '/api/v1/events/batch',
        headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ events: [event] }),
      });
    },
  }));
  for (const { at, act } of [...deedsOf(calendar), ...sends].sort((a, b) => a.at - b.at)) {
    time.now = at;
    act(lago);
  }
  time.now = BORDER + 140 * DAY;
  const billed = new Set(
    lago.billing().flatMap((each) => (each.billed && each.priced ? [each.transactionId] : [])),
  );
  return tried.filter(({ id }) => billed.has(id));
}

/** Whether the local day is not over at whose start the period of a row ended. */
function isToBeTried({ customers, subscriptions, interval }: Calendar, row: TriedRow): boolean {
  const subscription = subscriptions.find(({ id }) => id === row.subscription);
  const zone = customers.find(({ id }) => id === subscription?.customer)?.zone ?? 'UTC';
  if (subscription === undefined || !UNCHANGED.has(subscription.kind) || !BY_ITSELF.has(row.code))
    return false;
  const local = (ms: number) => DateTime.fromMillis(ms, { zone });
  const isMonth = interval === 'monthly' && subscription.kind !== 'anniversary';
  const end = isMonth ? local(row.at).endOf('month') : local(row.at).endOf('day');
  return row.sentAt <= end.plus({ days: 1 }).endOf('day').toMillis();
}
