import { isProblem, type Problem } from '../problem/problem';
import type { PeriodPlace, PeriodUsage } from '../sync/billing/period-usage';
import type { EventStore } from '../sync/event-store';
import type { EventList } from '../sync/month/listed';
import type {
  Answer,
  Clock,
  Destination,
  EventCheck,
  Found,
  Identity,
  KnownEvents,
} from '../sync/ports';
import { DAY_MS, SECOND_MS } from '../value/duration';
import { isObject, parsedJson } from '../value/json';
import { isoText } from '../value/time';
import type { AskedEvent, UsageEvent } from '../value/usage-event';
import { readAnswer } from './answer';
import type { Catalog } from './catalog';
import { type CatalogReader, catalogReader } from './catalog-reader';
import { type CatalogCache, noCache } from './catalog-text';
import { asUsageEvent, type ListedEvent, readListedEvent, type StoredEvent } from './comparison';
import { readCurrentUsage, type UsageReading } from './current-usage';
import { eventList } from './event-list';
import { jsonBody, readProblem } from './failure';
import { readable } from './field';
import type { Http } from './http';
import { readIdentity } from './identity';
import { EventsOfLists, readLists } from './known-events';
import { LookUp } from './look-up';
import { PeriodUsageReader } from './period-usage';
import type { Inventory } from './prerequisites';
import { query, type Requests, readEach, requestsTo, type Timing } from './requests';
import { scalarText } from './scalar';
import { showEvents } from './shown-event';
import { readVersion } from './version';

/**
 * Lago documents 50 requests per second for most calls (lago: requests.rate-limit); half of that
 * leaves room for others.
 */
export const DEFAULT_REQUESTS_PER_SECOND = 25;

/** Lago over HTTP, at a pace. One instance serves one run and remembers what it has read. */
export interface LagoDestination extends Destination, CatalogReader {
  /** See CatalogReader. */
  check(fresh?: 'fresh'): EventCheck | Problem;
  /** The first event that Lago has under an id, whatever its time; undefined if it has none. */
  show(asked: AskedEvent): StoredEvent | undefined | Problem;
  /**
   * The events that arrived last, newest first, among those that Lago lists first. On Postgres it
   * lists by time of usage, so one for usage of long ago may be missing (lago: reading.order).
   */
  newest(count: number): readonly ListedEvent[] | Problem;
  /** Lago's whole list of events, by windows of time. */
  readonly events: EventList;
  /** Which version answers, such as `1.51.0`; undefined if it does not say. */
  version(): string | undefined;
  /** What Lago would bill now for subscriptions, each named with its customer. */
  currentUsage(subscriptions: Parameters<typeof readCurrentUsage>[1]): UsageReading | Problem;
}

/** Optional settings of a destination. */
export interface LagoOptions extends Timing {
  /** Where the catalog is kept between executions; nowhere if left out. */
  readonly cache?: CatalogCache | undefined;
  /** Where the organization keeps its events, as far as it is known before Lago says so. */
  readonly store?: EventStore | undefined;
}

/**
 * How far from a row's time another sender may have dated the same usage: a date without a time is
 * midnight for one and noon for another, each in its own time zone.
 */
const OTHER_TIME_MS = 2 * DAY_MS;

/** The whole seconds (ms) of the first and the last of events, of which there may be very many. */
function timesOf(events: readonly UsageEvent[]): { first: number; last: number } {
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { timestamp } of events) {
    const time = Math.floor(timestamp) * SECOND_MS;
    first = Math.min(first, time);
    last = Math.max(last, time);
  }
  return { first, last };
}

/** Events that are read of a list to find the ones that arrived last. */
const LOOKED_THROUGH = 100;

/** The id of an event, from the text that is sent. */
function idIn(text: string): string {
  const event = parsedJson(text);
  return scalarText(isObject(event) ? event['transaction_id'] : undefined);
}

class LagoOverHttp implements LagoDestination {
  readonly events: EventList;
  readonly widest: number;
  private readonly known: CatalogReader;
  private readonly periods: PeriodUsageReader;
  private identity: Identity | undefined;

  constructor(
    private readonly requests: Requests,
    private readonly clock: Clock,
    cache: CatalogCache,
    store: EventStore,
  ) {
    this.widest = requests.widest;
    this.events = eventList(requests);
    const storeOf = (): EventStore => this.identity?.store ?? store;
    this.known = catalogReader(requests, clock, cache, storeOf);
    this.periods = new PeriodUsageReader({
      requests,
      storeOf,
      metrics: () => {
        const found = this.known.metrics();
        return found !== undefined && isProblem(found) ? undefined : found;
      },
      random: () => clock.random(),
    });
  }

  identify(): Identity | Problem {
    if (this.identity !== undefined) return this.identity;
    const found = readIdentity(this.requests);
    if (!isProblem(found)) this.identity = found;
    return found;
  }

  deliver(batches: readonly (readonly string[])[]): Answer[] {
    const { address } = this.requests;
    const responses = this.requests.send(
      batches.map((texts) => ({
        method: 'post',
        path: '/events/batch',
        body: `{"events":[${texts.join(',')}]}`,
      })),
    );
    return responses.map((response, index) => {
      const texts = batches[index] ?? [];
      return readAnswer(response, texts.length, address, texts.map(idIn));
    });
  }

  find(events: readonly UsageEvent[], taken?: 'anywhere'): Found[] | Problem {
    return this.lookUp(taken)?.find(events) ?? events.map(() => 'unknown');
  }

  findCopies(events: readonly UsageEvent[]): Found[] | Problem {
    return this.lookUp()?.findCopies(events) ?? events.map(() => 'unknown');
  }

  findListed(events: readonly UsageEvent[], now: number): Found[] | 'too-many' | Problem {
    const { first, last } = timesOf(events);
    const listed = this.events.read({
      codes: [...new Set(events.map(({ code }) => code))],
      from: first - OTHER_TIME_MS,
      to: Math.max(last + OTHER_TIME_MS, now),
    });
    if (isProblem(listed)) return listed;
    if ('shorter' in listed) return 'too-many';
    return this.lookUp()?.findIn(events, listed.events) ?? events.map(() => 'unknown');
  }

  listOnce(
    events: readonly UsageEvent[],
    isAsked: (id: string) => boolean,
    most: number,
  ): KnownEvents | undefined {
    const lookUp = this.lookUp('anywhere');
    if (lookUp === undefined || events.length === 0) return undefined;
    const terms = { store: this.identity?.store ?? 'unknown', isAsked, most } as const;
    const all = readLists(this.requests, [{}], terms);
    const { first, last } = timesOf(events);
    const near =
      all ??
      readLists(
        this.requests,
        [...new Set(events.map(({ code }) => code))].map((code) => ({
          code,
          timestamp_from: isoText(first - OTHER_TIME_MS),
          timestamp_to: isoText(last + OTHER_TIME_MS),
        })),
        terms,
      );
    return (
      near &&
      new EventsOfLists(near.byId, all?.isCertain === true, (event, stored) =>
        lookUp.judge(event, stored),
      )
    );
  }

  /** Undefined if Lago does not say what decides how a stored event looks. */
  private lookUp(taken?: 'anywhere'): LookUp | undefined {
    // Of all that Lago knows, only the metrics decide what a stored event looks like.
    const metrics = this.known.metrics();
    if (metrics !== undefined && isProblem(metrics)) return undefined;
    const takesDuplicates = this.identity?.store !== 'postgres';
    return new LookUp(this.requests, { metrics, takesDuplicates, taken });
  }

  eventsOf(asked: readonly AskedEvent[]): (UsageEvent | undefined | 'unknown')[] {
    return this.events
      .show(asked)
      .map((event) => (event === undefined || event === 'unknown' ? event : asUsageEvent(event)));
  }

  usageIn(places: readonly PeriodPlace[]): readonly PeriodUsage[] {
    return this.periods.read(places);
  }

  show(asked: AskedEvent): StoredEvent | undefined | Problem {
    const [shown] = showEvents(this.requests, [asked]);
    return shown?.event === 'unknown'
      ? readProblem(shown.response, this.requests.address)
      : shown?.event;
  }

  newest(count: number): readonly ListedEvent[] | Problem {
    const now = this.clock.now();
    // Usage dated ahead is listed first for ever, so it is asked for apart.
    const lists = [{ timestamp_to: isoText(now) }, { timestamp_from: isoText(now + 1) }];
    const found: ListedEvent[] = [];
    for (const [, response] of readEach(this.requests, lists, (window) => ({
      method: 'get',
      path: query('/events', { ...window, per_page: LOOKED_THROUGH, page: 1 }),
    }))) {
      const events = jsonBody(response)?.['events'];
      if (!Array.isArray(events)) return readProblem(response, this.requests.address);
      found.push(...readable(events, readListedEvent));
    }
    // Without the time of arrival the order of the lists stays.
    return found
      .sort((left, right) => (right.receivedAt ?? 0) - (left.receivedAt ?? 0))
      .slice(0, count);
  }

  currentUsage(subscriptions: Parameters<typeof readCurrentUsage>[1]): UsageReading | Problem {
    return readCurrentUsage(this.requests, subscriptions);
  }

  version(): string | undefined {
    return readVersion(this.requests);
  }

  catalog(): Catalog | Problem {
    return this.known.catalog();
  }

  metrics(): Catalog['metrics'] | Problem {
    return this.known.metrics();
  }

  inventory(): Inventory | Problem {
    return this.known.inventory();
  }

  check(fresh?: 'fresh'): EventCheck | Problem {
    return this.known.check(fresh);
  }
}

/**
 * Lago over HTTP.
 * @param requestsPerSecond at most
 */
export function lagoDestination(
  http: Http,
  clock: Clock,
  requestsPerSecond: number,
  { cache = noCache, store = 'postgres', ...timing }: LagoOptions = {},
): LagoDestination {
  const requests = requestsTo(http, clock, requestsPerSecond, timing);
  return new LagoOverHttp(requests, clock, cache, store);
}
