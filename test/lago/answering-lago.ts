import { lagoDestination } from '../../src/lago/destination';
import type { LagoResponse } from '../../src/lago/http';
import type { UsageEvent } from '../../src/value/usage-event';
import { answered, ScriptedHttp, shownEvent, TestClock, usageEvent } from './scripted-http';

export const ORGANIZATION = {
  lago_id: 'org-1',
  name: 'Org',
  timezone: 'Europe/Berlin',
  events_store: 'postgres',
};
export const notFound = (code: string): LagoResponse =>
  answered(404, { status: 404, error: 'Not Found', code });
export const page = (name: string, items: readonly unknown[], of = 1, total = 1): LagoResponse =>
  answered(200, {
    [name]: items,
    meta: {
      current_page: of,
      next_page: of < total ? of + 1 : null,
      prev_page: null,
      total_pages: total,
      total_count: items.length,
    },
  });

export interface Lago {
  events?: readonly UsageEvent[];
  listed?: (query: ReadonlyMap<string, string>) => LagoResponse;
  shown?: (id: string) => LagoResponse;
  metrics?: (query: ReadonlyMap<string, string>) => LagoResponse;
  subscriptions?: (query: ReadonlyMap<string, string>) => LagoResponse;
  plans?: () => LagoResponse;
  organization?: () => LagoResponse;
  batch?: (body: string) => LagoResponse;
}

const isWithin = ({ timestamp }: UsageEvent, query: ReadonlyMap<string, string>): boolean => {
  const [from, to] = ['timestamp_from', 'timestamp_to'].map((name) => query.get(name));
  return (
    (from === undefined || timestamp * 1000 >= Date.parse(from)) &&
    (to === undefined || timestamp * 1000 <= Date.parse(to))
  );
};

/** A Lago that has these events, unless a part of it is scripted. */
export function lagoWith(lago: Lago = {}, perSecond = 1000) {
  const clock = new TestClock();
  const events = lago.events ?? [];
  const http = new ScriptedHttp((path, query, { body }) => {
    if (path === '/organizations')
      return lago.organization?.() ?? answered(200, { organization: ORGANIZATION });
    if (path === '/billable_metrics')
      return (
        lago.metrics?.(query) ??
        page('billable_metrics', [
          { code: 'units', aggregation_type: 'sum_agg', field_name: 'quantity' },
        ])
      );
    if (path === '/subscriptions')
      return lago.subscriptions?.(query) ?? page('subscriptions', [{ external_id: 's1' }]);
    if (path === '/plans') return lago.plans?.() ?? page('plans', []);
    if (path === '/events/batch')
      return lago.batch?.(body ?? '') ?? answered(200, { events: JSON.parse(body ?? '').events });
    if (path === '/events')
      return (
        lago.listed?.(query) ??
        page(
          'events',
          events
            .filter(
              (event) =>
                event.external_subscription_id ===
                  (query.get('external_subscription_id') ?? event.external_subscription_id) &&
                event.code === (query.get('code') ?? event.code) &&
                isWithin(event, query),
            )
            .map((event) => shownEvent(event)),
        )
      );
    const id = decodeURIComponent(path.replace('/events/', ''));
    if (lago.shown !== undefined) return lago.shown(id);
    const found = events.find(({ transaction_id }) => transaction_id === id);
    return found === undefined
      ? notFound('event_not_found')
      : answered(200, { event: shownEvent(found) });
  });
  return { http, clock, destination: lagoDestination(http, clock, perSecond) };
}

export const eventsOf = (count: number, changes: Partial<UsageEvent> = {}): UsageEvent[] =>
  Array.from({ length: count }, (_, index) => usageEvent(`e${index}`, changes));
