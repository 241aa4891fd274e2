import { addTo, groupBy } from '../value/group';
import { isObject } from '../value/json';
import { isoText } from '../value/time';
import { type AskedEvent, placeName, type UsageEvent } from '../value/usage-event';
import { readStoredEvent, type StoredEvent } from './comparison';
import { jsonBody } from './failure';
import type { LagoRequest, LagoResponse } from './http';
import { query, type Requests, readEach } from './requests';

const PAGE_SIZE = 500;
/** Most pages of a listing that shows what no address can name: 20,000 events. */
const MOST_PAGES = 40;

/** Events with certain ids among those of a listing. */
export interface ListedEvents {
  readonly byId: ReadonlyMap<string, readonly StoredEvent[]>;
  /**
   * Why no further page was read. `whole`: there is none, so what is not there is not in Lago.
   * `failed`: the answer is no page.
   */
  readonly end: 'whole' | 'too-long' | 'failed';
  /** The answer that was read last. */
  readonly response: LagoResponse;
}

const hasNoNextPage = (meta: { readonly [name: string]: unknown }): boolean =>
  meta['next_page'] === null || meta['next_page'] === undefined;

/** A listing of which the events with certain ids are wanted. */
interface Asked {
  readonly parameters: Readonly<Record<string, string>>;
  readonly events: readonly AskedEvent[];
  readonly mostPages: number;
}

/** A listing as far as it was read. */
class ReadSoFar {
  private readonly byId = new Map<string, StoredEvent[]>();
  private readonly wanted: ReadonlySet<string>;

  constructor(private readonly asked: Asked) {
    this.wanted = new Set(asked.events.map(({ transaction_id: id }) => id));
  }

  request(page: number): LagoRequest {
    const path = query('/events', { ...this.asked.parameters, per_page: PAGE_SIZE, page });
    return { method: 'get', path };
  }

  /** Takes a page; undefined if there is another one to read. */
  take(response: LagoResponse, page: number): ListedEvents | undefined {
    const { byId } = this;
    const body = jsonBody(response);
    const [events, meta] = [body?.['events'], body?.['meta']];
    if (!Array.isArray(events) || !isObject(meta)) return { byId, end: 'failed', response };
    for (const each of events.map(readStoredEvent))
      if (each !== undefined && this.wanted.has(each.transaction_id))
        addTo(byId, each.transaction_id, each);
    if (hasNoNextPage(meta)) return { byId, end: 'whole', response };
    return page >= this.asked.mostPages ? { byId, end: 'too-long', response } : undefined;
  }
}

/**
 * Reads listings, each in the order of its pages: the first pages of all in one wave of requests,
 * then the second ones of those that have one.
 */
function list(requests: Requests, asked: readonly Asked[]): ListedEvents[] {
  const found = new Map<Asked, ListedEvents>();
  let open = asked.map((each) => ({ each, read: new ReadSoFar(each) }));
  for (let page = 1; open.length > 0; page++) {
    for (const [{ each, read }, response] of readEach(requests, open, (one) =>
      one.read.request(page),
    )) {
      const listed = read.take(response, page);
      if (listed !== undefined) found.set(each, listed);
    }
    open = open.filter(({ each }) => !found.has(each));
  }
  return asked.flatMap((each) => found.get(each) ?? []);
}

/** An event that is asked for, of which it is known where Lago lists it. */
export type PlacedEvent = Pick<
  UsageEvent,
  'transaction_id' | 'external_subscription_id' | 'code' | 'timestamp'
>;

/** The listing of one subscription and code that has events at their times. */
function askedAt(events: readonly PlacedEvent[], mostPages: number): Asked {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { timestamp } of events) {
    first = Math.min(first, timestamp * 1000);
    last = Math.max(last, timestamp * 1000);
  }
  const [event] = events;
  // ClickHouse may list an event a millisecond earlier, and Postgres keeps fractions of one.
  const parameters = {
    external_subscription_id: event?.external_subscription_id ?? '',
    code: event?.code ?? '',
    timestamp_from: isoText(Math.floor(first) - 1),
    timestamp_to: isoText(Math.ceil(last)),
  };
  return { parameters, events, mostPages };
}

/**
 * Lists what Lago has under the ids of events at their times, for each group of events of one
 * subscription and code.
 * @param mostPages that are read of each list
 */
export const listAtTimes = (
  requests: Requests,
  groups: readonly (readonly PlacedEvent[])[],
  mostPages = MOST_PAGES,
): ListedEvents[] =>
  list(
    requests,
    groups.map((group) => askedAt(group, mostPages)),
  );

/** Lists each event at its time, several at once as far as the listing is not too long. */
export function listEachAtTime<Event extends PlacedEvent>(
  requests: Requests,
  events: readonly Event[],
): Map<Event, ListedEvents> {
  const listed = new Map<Event, ListedEvents>();
  const listGroups = (groups: readonly (readonly Event[])[]): void => {
    for (const [index, found] of listAtTimes(requests, groups).entries())
      for (const each of groups[index] ?? []) listed.set(each, found);
  };
  const groups = groupsOf(events);
  listGroups(groups);
  listGroups(
    groups
      .filter(([event]) => event !== undefined && listed.get(event)?.end === 'too-long')
      .flatMap((group) => [...groupBy(group, ({ timestamp }) => timestamp).values()]),
  );
  return listed;
}

/** Events by subscription and code. */
export const groupsOf = <Event extends PlacedEvent>(events: readonly Event[]): Event[][] => [
  ...groupBy(events, placeName).values(),
];

/** Lists each event among all of its subscription, of any code and time. */
export function listEachInSubscription<Event extends AskedEvent>(
  requests: Requests,
  events: readonly Event[],
): Map<Event, ListedEvents> {
  const groups = [...groupBy(events, (each) => each.external_subscription_id ?? '')].filter(
    ([subscription]) => subscription !== '',
  );
  const lists = list(
    requests,
    groups.map(([subscription, group]) => ({
      parameters: { external_subscription_id: subscription },
      events: group,
      mostPages: MOST_PAGES,
    })),
  );
  return new Map(
    groups.flatMap(([, group], index) => {
      const found = lists[index];
      return found === undefined ? [] : group.map((each) => [each, found] as const);
    }),
  );
}
