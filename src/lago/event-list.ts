import { isProblem, type Problem, problem } from '../problem/problem';
import { isObject } from '../value/json';
import { isoText } from '../value/time';
import { readStoredEvent, type StoredEvent } from './comparison';
import { jsonBody, readProblem } from './failure';
import { isAnswered, type LagoRequest, type LagoResponse } from './http';
import { query, type Requests, readable } from './requests';
import { scalarNumber } from './scalar';

const PAGE_SIZE = 500;
/** Pages of one window: three waves of parallel requests, a few seconds. */
const MOST_PAGES = 60;
/** Pages of a second, which cannot be cut: nobody has two hundred thousand events in one. */
const MOST_PAGES_OF_A_SECOND = 400;
/** A window of one second cannot be made smaller. */
const SHORTEST_MS = 1_000;
/** Readings of a window until nothing arrives in between. */
const READINGS = 3;

/** What is listed: events of some metrics, from one moment up to but without another one (ms). */
export interface ListedWindow {
  readonly codes: readonly string[];
  readonly from: number;
  readonly to: number;
  readonly subscription?: string | undefined;
}

/** A window as Lago lists it wholly. `shorter`: it has too many events for one reading; how long (ms) it may be at most. */
export type WindowReading =
  | { readonly events: readonly StoredEvent[]; readonly pages: number }
  | { readonly shorter: number }
  | Problem;

/** Lago's events by time, every one of a window. */
export interface EventList {
  /** Pages are read in parallel. Reads a window only if no event arrived in it meanwhile: an arrival moves events from page to page. */
  read(window: ListedWindow): WindowReading;
  /** The first event that Lago has under each id, whatever its time; undefined where it has none, `unknown` where it does not say. */
  show(ids: readonly string[]): (StoredEvent | undefined | 'unknown')[];
  /** How many copies of each event Lago lists, all at one time and for one subscription; undefined where it does not say. */
  countCopies(events: readonly StoredEvent[]): (number | undefined)[];
}

interface ListPage {
  readonly items: readonly unknown[];
  readonly total: number;
  readonly pages: number;
}

export function eventList({ read: ask, address }: Requests): EventList {
  const pageRequest = (
    { from, to, subscription }: ListedWindow,
    code: string,
    page: number,
  ): LagoRequest => ({
    method: 'get',
    path: query('/events', {
      code,
      ...(subscription === undefined ? {} : { external_subscription_id: subscription }),
      // Both ends are included (lago: reading.filters), and times are told in ms.
      timestamp_from: isoText(from),
      timestamp_to: isoText(to - 1),
      per_page: PAGE_SIZE,
      page,
    }),
  });

  function pageOf(response: LagoResponse | undefined): ListPage | Problem {
    const body = response === undefined ? undefined : jsonBody(response);
    const items = body?.['events'];
    const meta = body?.['meta'];
    if (response === undefined || !Array.isArray(items) || !isObject(meta))
      return response === undefined
        ? problem('lago.unexpected', { answer: 'nothing' })
        : readProblem(response, address);
    return {
      items,
      total: scalarNumber(meta['total_count'], items.length),
      pages: Math.max(0, Math.floor(scalarNumber(meta['total_pages'], 1))),
    };
  }

  /** Pages in their order, or what is wrong with one of them. */
  function pagesOf(requests: readonly LagoRequest[]): ListPage[] | Problem {
    const pages: ListPage[] = [];
    for (const response of ask(requests)) {
      const page = pageOf(response);
      if (isProblem(page)) return page;
      pages.push(page);
    }
    return pages;
  }

  function readOnce(window: ListedWindow): WindowReading | 'moved' {
    const first = pagesOf(window.codes.map((code) => pageRequest(window, code, 1)));
    if (isProblem(first)) return first;
    const pages = first.reduce((sum, page) => sum + page.pages, 0);
    const length = window.to - window.from;
    if (pages > MOST_PAGES && length > SHORTEST_MS)
      // A little less than the share, so that the next reading fits if events come evenly.
      return { shorter: Math.max(SHORTEST_MS, Math.floor((length * MOST_PAGES * 0.9) / pages)) };
    if (pages > MOST_PAGES_OF_A_SECOND)
      return problem('lago.unexpected', { answer: `${pages} pages of events in one second` });
    const later = window.codes.flatMap((code, index) =>
      Array.from({ length: Math.max(0, (first[index]?.pages ?? 0) - 1) }, (_, number) => ({
        index,
        request: pageRequest(window, code, number + 2),
      })),
    );
    const rest = pagesOf(later.map(({ request }) => request));
    if (isProblem(rest)) return rest;
    const items = first.map((page) => [...page.items]);
    let stood = true;
    for (const [place, page] of rest.entries()) {
      const index = later[place]?.index ?? 0;
      stood = stood && page.total === first[index]?.total;
      items[index]?.push(...page.items);
    }
    stood = stood && first.every((page, index) => page.total === items[index]?.length);
    return stood ? { events: readable(items.flat(), readStoredEvent), pages: pages } : 'moved';
  }

  function read(window: ListedWindow): WindowReading {
    for (let reading = 1; reading <= READINGS; reading++) {
      const found = readOnce(window);
      if (found !== 'moved') return found;
    }
    return problem('lago.unexpected', {
      answer: 'its list of events changed each time while it was read',
    });
  }

  const showRequest = (id: string): LagoRequest => ({
    method: 'get',
    path: `/events/${encodeURIComponent(id)}`,
  });

  function show(ids: readonly string[]): (StoredEvent | undefined | 'unknown')[] {
    return ask(ids.map(showRequest)).map((response) => {
      const body = jsonBody(response);
      if (isAnswered(response) && response.status === 404 && body?.['code'] === 'event_not_found')
        return undefined;
      return readStoredEvent(body?.['event']) ?? 'unknown';
    });
  }

  function countCopies(events: readonly StoredEvent[]): (number | undefined)[] {
    const requests = events.map(
      ({ code, external_subscription_id, timestamp }): LagoRequest => ({
        method: 'get',
        path: query('/events', {
          code,
          external_subscription_id,
          timestamp_from: timestamp,
          timestamp_to: timestamp,
          per_page: PAGE_SIZE,
          page: 1,
        }),
      }),
    );
    return ask(requests).map((response, index) => {
      const page = pageOf(response);
      if (isProblem(page) || page.pages > 1) return undefined;
      return readable(page.items, readStoredEvent).filter(
        ({ transaction_id }) => transaction_id === events[index]?.transaction_id,
      ).length;
    });
  }

  return { read, show, countCopies };
}
