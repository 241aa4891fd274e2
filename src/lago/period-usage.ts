import { isProblem } from '../problem/problem';
import { countedNumber } from '../sync/billing/counted-number';
import {
  type PeriodPlace,
  type PeriodUsage,
  periodPlaceName,
  type UnreadUsage,
} from '../sync/billing/period-usage';
import type { EventStore } from '../sync/event-store';
import { billedCopies } from '../sync/month/listed';
import { needsNumber } from '../value/aggregation';
import { isoText } from '../value/time';
import { propertyOf, type UsageEvent } from '../value/usage-event';
import type { Catalog, Metric } from './catalog';
import { asUsageEvent, readStoredEvent } from './comparison';
import { type ListPage, pageIn } from './event-list';
import { readable } from './field';
import { isAnswered, type LagoRequest, type LagoResponse } from './http';
import { query, type Requests, readEach } from './requests';

const PAGE_SIZE = 500;
/** Most requests of a run: eight waves, and up to 100,000 events. */
const MOST_REQUESTS = 200;
/** How often a list is read until no event arrives in between. */
const READINGS = 2;
const FORBIDDEN = 403;

/** A page (1-based) of the events of a place. */
interface PageOf {
  readonly place: PeriodPlace;
  readonly number: number;
}

const pageRequest = ({ place: { subscription, code, from, to }, number }: PageOf): LagoRequest => ({
  method: 'get',
  path: query('/events', {
    code,
    external_subscription_id: subscription,
    // Both ends are included (lago: reading.filters).
    ...(Number.isFinite(from) ? { timestamp_from: isoText(Math.floor(from)) } : {}),
    timestamp_to: isoText(to),
    per_page: PAGE_SIZE,
    page: number,
  }),
});

/** An event as ClickHouse counts it: of the texts that it takes for numbers, the number. */
function countedByClickHouse(event: UsageEvent, metric: Metric | undefined): UsageEvent {
  const { field, aggregation = '' } = metric ?? {};
  if (field === undefined || !needsNumber(aggregation)) return event;
  const value = propertyOf(event, field);
  if (typeof value !== 'string') return event;
  const counted = countedNumber(value, 'clickhouse')?.toFixed() ?? '0';
  return { ...event, properties: { ...event.properties, [field]: counted } };
}

/** What the reader has to know beside Lago's list. */
export interface UsageSource {
  /** Sends the requests. */
  readonly requests: Requests;
  /** Where Lago keeps events. */
  readonly storeOf: () => EventStore;
  /** The metrics by code, as far as they are known. */
  readonly metrics: () => Catalog['metrics'];
  /** A number from 0 up to, but not including, 1. */
  readonly random: () => number;
}

/** Reads Lago's events by period, each place once, and not more of them than a run may. */
export class PeriodUsageReader {
  #left = MOST_REQUESTS;
  readonly #known = new Map<string, PeriodUsage>();

  constructor(private readonly source: UsageSource) {}

  /** See Destination. */
  read(places: readonly PeriodPlace[]): PeriodUsage[] {
    const named = new Map(places.map((place) => [periodPlaceName(place), place]));
    const unread = [...named].filter(([name]) => !this.#known.has(name)).map(([, place]) => place);
    let open = this.#inTurn(unread);
    for (let reading = 1; reading <= READINGS && open.length > 0; reading++)
      open = this.#readOnce(open);
    for (const place of open) this.#known.set(periodPlaceName(place), 'unanswered');
    return places.map((place) => this.#known.get(periodPlaceName(place)) ?? 'unanswered');
  }

  /** More places than a run can ask for begin at another one in each run: else some never come. */
  #inTurn(places: readonly PeriodPlace[]): readonly PeriodPlace[] {
    const first = places.length > this.#left ? Math.floor(this.source.random() * places.length) : 0;
    return [...places.slice(first), ...places.slice(0, first)];
  }

  /**
   * Reads places; returns those of which an event arrived in between. First pages take half of what
   * is left, or nothing would be left for the other pages of any place.
   */
  #readOnce(places: readonly PeriodPlace[]): PeriodPlace[] {
    const changed: PeriodPlace[] = [];
    for (let waiting = places; waiting.length > 0; ) {
      const most = Math.max(1, Math.ceil(this.#left / 2));
      changed.push(...this.#readSome(waiting.slice(0, most)));
      waiting = waiting.slice(most);
    }
    return changed;
  }

  #readSome(places: readonly PeriodPlace[]): PeriodPlace[] {
    const first = this.#pages(places.map((place) => ({ place, number: 1 })));
    const wanted: PageOf[] = [];
    const pagesOf = new Map<PeriodPlace, ListPage[]>();
    for (const [{ place }, page] of first) {
      if (typeof page === 'string') {
        this.#known.set(periodPlaceName(place), page);
        continue;
      }
      const more = Math.max(0, page.pages - 1);
      if (wanted.length + more > this.#left) {
        this.#known.set(periodPlaceName(place), 'too-many');
        continue;
      }
      pagesOf.set(place, [page]);
      for (let number = 2; number <= page.pages; number++) wanted.push({ place, number });
    }
    for (const [{ place }, page] of this.#pages(wanted)) {
      if (typeof page !== 'string') pagesOf.get(place)?.push(page);
      else {
        this.#known.set(periodPlaceName(place), page);
        pagesOf.delete(place);
      }
    }
    return [...pagesOf].flatMap(([place, pages]) => (this.#isKept(place, pages) ? [] : [place]));
  }

  /** Keeps what a place has, unless it changed while it was read. */
  #isKept(place: PeriodPlace, pages: readonly ListPage[]): boolean {
    const total = pages[0]?.total ?? 0;
    const items = pages.flatMap((page) => page.items);
    if (pages.some((page) => page.total !== total) || items.length !== total) return false;
    this.#known.set(periodPlaceName(place), this.#eventsIn(items, place));
    return true;
  }

  #eventsIn(items: readonly unknown[], { code }: PeriodPlace): UsageEvent[] {
    const isClickHouse = this.source.storeOf() !== 'postgres';
    const metric = this.source.metrics()?.get(code);
    return billedCopies(readable(items, readStoredEvent))
      .map(({ event }) => asUsageEvent(event))
      .map((event) => (isClickHouse ? countedByClickHouse(event, metric) : event))
      .sort((left, right) => left.timestamp - right.timestamp);
  }

  /** The pages in their order, as far as the run may still ask. */
  #pages(wanted: readonly PageOf[]): (readonly [PageOf, ListPage | UnreadUsage])[] {
    const asked = wanted.slice(0, this.#left);
    this.#left -= asked.length;
    const answers = readEach(this.source.requests, asked, pageRequest);
    return [
      ...answers.map(([page, response]) => [page, this.#pageIn(response)] as const),
      ...wanted.slice(asked.length).map((page) => [page, 'too-many'] as const),
    ];
  }

  #pageIn(response: LagoResponse): ListPage | UnreadUsage {
    if (isAnswered(response) && response.status === FORBIDDEN) return 'forbidden';
    const page = pageIn(response, this.source.requests.address);
    return isProblem(page) ? 'unanswered' : page;
  }
}
