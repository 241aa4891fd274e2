import * as v from 'valibot';
import { isProblem, type Problem, problem } from '../problem/problem';
import type { EventList, ListedWindow, WindowReading } from '../sync/month/listed';
import { isoText } from '../value/time';
import type { AskedEvent } from '../value/usage-event';
import { readStoredEvent, type StoredEvent } from './comparison';
import { bodyBy } from './failure';
import { jsonObject, readable } from './field';
import type { LagoRequest, LagoResponse } from './http';
import { query, type Requests, readEach } from './requests';
import { scalarNumber } from './scalar';
import { showEvents } from './shown-event';

const PAGE_SIZE = 500;
/** Most pages of one window: three waves of parallel requests, a few seconds. */
const MOST_PAGES = 60;
/** Most pages of a second, which can't be cut. Nobody has 200,000 events in one. */
const MOST_PAGES_OF_A_SECOND = 400;
/** A window can't be made shorter than this. */
const SHORTEST_MS = 1_000;
/** How much of the allowed pages a shortened window aims at, in case events come unevenly. */
const AIM = 0.9;
/** How often a window is read until no event arrives in between. */
const READINGS = 3;

/** A page of Lago's list of events. */
export interface ListPage {
  /** The events of the page, unread. */
  readonly items: readonly unknown[];
  /** Events of the listing, over all pages. */
  readonly total: number;
  /** Pages of the listing. */
  readonly pages: number;
}

/** A page of the events of one code in a window; `index` is the place of the code. */
interface PageOf {
  readonly code: string;
  readonly index: number;
  /** 1-based. */
  readonly number: number;
}

const pageRequest = (
  { from, to, subscription }: ListedWindow,
  { code, number }: PageOf,
): LagoRequest => ({
  method: 'get',
  path: query('/events', {
    code,
    ...(subscription === undefined ? {} : { external_subscription_id: subscription }),
    // Both ends are included (lago: reading.filters), and times are given in ms.
    timestamp_from: isoText(from),
    timestamp_to: isoText(to - 1),
    per_page: PAGE_SIZE,
    page: number,
  }),
});

const copiesRequest = ({
  code,
  external_subscription_id,
  timestamp,
}: StoredEvent): LagoRequest => ({
  method: 'get',
  path: query('/events', {
    code,
    external_subscription_id,
    timestamp_from: timestamp,
    timestamp_to: timestamp,
    per_page: PAGE_SIZE,
    page: 1,
  }),
});

const PAGE = v.object({ events: v.array(v.unknown()), meta: jsonObject });

/** A page of Lago's list of events; a problem if the answer is none. */
export function pageIn(response: LagoResponse, address: string): ListPage | Problem {
  const page = bodyBy(PAGE, response, address);
  if (isProblem(page)) return page;
  const { events: items, meta } = page;
  return {
    items,
    total: scalarNumber(meta['total_count'], items.length),
    pages: Math.max(0, Math.floor(scalarNumber(meta['total_pages'], 1))),
  };
}

/** Why a window with this many pages is not read; undefined if it is. */
function refusalOf(
  { from, to }: ListedWindow,
  pages: number,
): WindowReading<StoredEvent> | undefined {
  const length = to - from;
  if (pages > MOST_PAGES && length > SHORTEST_MS)
    return { shorter: Math.max(SHORTEST_MS, Math.floor((length * MOST_PAGES * AIM) / pages)) };
  return pages > MOST_PAGES_OF_A_SECOND
    ? problem('lago.unexpected', { answer: `${pages} pages of events in one second` })
    : undefined;
}

class PagedEvents implements EventList {
  constructor(private readonly requests: Requests) {}

  read(window: ListedWindow): WindowReading<StoredEvent> {
    for (let reading = 1; reading <= READINGS; reading++) {
      const found = this.readOnce(window);
      if (found !== 'moved') return found;
    }
    return problem('lago.unexpected', {
      answer: 'its list of events changed each time while it was read',
    });
  }

  show(asked: readonly AskedEvent[]): (StoredEvent | undefined | 'unknown')[] {
    return showEvents(this.requests, asked).map(({ event }) => event);
  }

  countCopies(events: readonly StoredEvent[]): (number | undefined)[] {
    return readEach(this.requests, events, copiesRequest).map(([event, response]) => {
      const page = pageIn(response, this.requests.address);
      if (isProblem(page) || page.pages > 1) return undefined;
      return readable(page.items, readStoredEvent).filter(
        ({ transaction_id }) => transaction_id === event.transaction_id,
      ).length;
    });
  }

  private readOnce(window: ListedWindow): WindowReading<StoredEvent> | 'moved' {
    const first = this.pages(
      window,
      window.codes.map((code, index) => ({ code, index, number: 1 })),
    );
    if (isProblem(first)) return first;
    const pages = first.reduce((sum, page) => sum + page.pages, 0);
    const refusal = refusalOf(window, pages);
    if (refusal !== undefined) return refusal;
    const later = this.pages(
      window,
      first.flatMap(({ code, index, pages: all }) =>
        Array.from({ length: Math.max(0, all - 1) }, (_, place) => ({
          code,
          index,
          number: place + 2,
        })),
      ),
    );
    if (isProblem(later)) return later;
    const items = first.map((page) => [...page.items]);
    for (const page of later) items[page.index]?.push(...page.items);
    const isWhole =
      later.every(({ index, total }) => total === first[index]?.total) &&
      first.every(({ index, total }) => total === items[index]?.length);
    return isWhole ? { events: readable(items.flat(), readStoredEvent), pages } : 'moved';
  }

  /** The wanted pages in their order; the first problem if one of them can't be read. */
  private pages(window: ListedWindow, wanted: readonly PageOf[]): (PageOf & ListPage)[] | Problem {
    const pages: (PageOf & ListPage)[] = [];
    for (const [of, response] of readEach(this.requests, wanted, (each) =>
      pageRequest(window, each),
    )) {
      const page = pageIn(response, this.requests.address);
      if (isProblem(page)) return page;
      pages.push({ ...of, ...page });
    }
    return pages;
  }
}

/** Lago's list of events, read by these requests. */
export const eventList = (requests: Requests): EventList => new PagedEvents(requests);
