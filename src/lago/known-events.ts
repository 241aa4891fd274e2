import { isProblem } from '../problem/problem';
import type { EventStore } from '../sync/event-store';
import type { Found, KnownEvents } from '../sync/ports';
import { addTo } from '../value/group';
import type { UsageEvent } from '../value/usage-event';
import { asUsageEvent, readStoredEvent, type StoredEvent } from './comparison';
import { type ListPage, pageIn } from './event-list';
import { query, type Requests, readEach } from './requests';

const PAGE_SIZE = 500;
/** Pages whose answers are held at once. */
const PAGES_AT_ONCE = 20;

/** What a list is filtered by, as its address takes it. */
export type ListFilter = Readonly<Record<string, string>>;

/** How a list is read. */
export interface ListingTerms {
  /** Where Lago keeps events. */
  readonly store: EventStore;
  /** Events under other ids are not kept. */
  readonly isAsked: (id: string) => boolean;
  /** Most requests; a longer list is not read. */
  readonly most: number;
}

/** A page (1-based) of a list. */
interface PageOf {
  readonly filter: ListFilter;
  readonly number: number;
}

/** What is kept of lists. */
class Kept {
  readonly byId = new Map<string, StoredEvent[]>();
  /** Whether an event was on two pages, so that another one may have been on none. */
  hasRepeated = false;
  private readonly names = new Set<string>();

  constructor(private readonly terms: ListingTerms) {}

  add(item: unknown): void {
    const event = readStoredEvent(item);
    if (event === undefined) return;
    const { transaction_id: id } = event;
    if (this.terms.isAsked(id)) addTo(this.byId, id, event);
    // Postgres lists in a certain order (lago: reading.order).
    if (this.terms.store === 'postgres') return;
    const { external_subscription_id, code, timestamp } = event;
    const name = JSON.stringify([id, external_subscription_id, code, timestamp]);
    this.hasRepeated ||= this.names.has(name);
    this.names.add(name);
  }
}

/** The pages with their lists; undefined if one of them cannot be read. */
function readPages(
  requests: Requests,
  wanted: readonly PageOf[],
): (PageOf & ListPage)[] | undefined {
  const pages: (PageOf & ListPage)[] = [];
  for (const [of, response] of readEach(requests, wanted, ({ filter, number }) => ({
    method: 'get',
    path: query('/events', { ...filter, per_page: PAGE_SIZE, page: number }),
  }))) {
    const page = pageIn(response, requests.address);
    if (isProblem(page)) return undefined;
    pages.push({ ...of, ...page });
  }
  return pages;
}

/** Events by id, and whether every event of the lists is known. */
export interface WholeLists extends Pick<Kept, 'byId'> {
  readonly isCertain: boolean;
}

/**
 * Reads lists to their ends; undefined if they are too long, cannot be read, or changed meanwhile.
 */
export function readLists(
  requests: Requests,
  filters: readonly ListFilter[],
  terms: ListingTerms,
): WholeLists | undefined {
  const first = readPages(
    requests,
    filters.map((filter) => ({ filter, number: 1 })),
  );
  const pages = (first ?? []).reduce((sum, page) => sum + page.pages, 0);
  if (first === undefined || pages > terms.most) return undefined;
  const kept = new Kept(terms);
  const open = new Map(first.map(({ filter, total }) => [filter, total]));
  const take = ({ filter, items, total }: PageOf & ListPage, expected: number): boolean => {
    for (const item of items) kept.add(item);
    open.set(filter, (open.get(filter) ?? 0) - items.length);
    return total === expected;
  };
  for (const page of first) take(page, page.total);
  const later = first.flatMap(({ filter, total, pages: all }) =>
    Array.from({ length: Math.max(0, all - 1) }, (_, place) => ({
      filter,
      number: place + 2,
      expected: total,
    })),
  );
  for (let start = 0; start < later.length; start += PAGES_AT_ONCE) {
    const some = later.slice(start, start + PAGES_AT_ONCE);
    const read = readPages(requests, some);
    if (read?.every((page, place) => take(page, some[place]?.expected ?? 0)) !== true)
      return undefined;
  }
  if ([...open.values()].some((left) => left !== 0)) return undefined;
  return { byId: kept.byId, isCertain: !kept.hasRepeated };
}

/** Compares events with lists. */
export class EventsOfLists implements KnownEvents {
  /**
   * @param isAll whether Lago has nothing that is not on the lists
   * @param verdict on an event by what Lago has under its id
   */
  constructor(
    private readonly byId: WholeLists['byId'],
    readonly isAll: boolean,
    private readonly verdict: (event: UsageEvent, stored: readonly StoredEvent[]) => Found,
  ) {}

  find(events: readonly UsageEvent[]): Found[] {
    return events.map((event) => {
      const stored = this.byId.get(event.transaction_id);
      return stored === undefined ? 'absent' : this.verdict(event, stored);
    });
  }

  eventsOf(id: string): UsageEvent[] {
    return (this.byId.get(id) ?? []).map(asUsageEvent);
  }
}
