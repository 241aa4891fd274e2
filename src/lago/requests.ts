import { isProblem, type Problem, problem } from '../problem/problem';
import type { Clock } from '../sync/ports';
import { isObject } from '../value/json';
import { exhaustedUntil, waitOf } from './answer';
import { jsonBody, readProblem } from './failure';
import { type Http, isAnswered, type LagoRequest, type LagoResponse } from './http';
import { pace } from './pace';
import { scalarNumber } from './scalar';

/** Requests that one fetchAll carries; more bring “Service invoked too many times” (google: execution.service-fails). */
const PARALLEL_REQUESTS = 20;
const READ_TRIES = 3;
const PAGE_SIZE = 500;
/** Pages of a listing that are read at most: 100,000 metrics or subscriptions. */
const MOST_PAGES = 200;

/** The address of a listing or item with its parameters. */
export const query = (
  path: string,
  parameters: Readonly<Record<string, string | number>>,
): string =>
  `${path}${path.includes('?') ? '&' : '?'}${Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')}`;

/** The items that can be read; Lago may list things that later versions have. */
export const readable = <T>(
  items: readonly unknown[],
  readItem: (item: unknown) => T | undefined,
): T[] =>
  items.map(readItem).filter((item): item is Exclude<typeof item, undefined> => item !== undefined);

/** The first items of a listing, and how many there are in all. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly total: number;
}

/** What is listed: its address and the name of its items in the answer, and how many of them a page has. */
export interface Listed {
  readonly path: string;
  readonly name: string;
  readonly perPage?: number | undefined;
}

/** Requests to Lago at a pace. */
export interface Requests {
  readonly address: string;
  /** Sends as many as wanted, in chunks that keep the rate; answers in their order. */
  send(requests: readonly LagoRequest[]): LagoResponse[];
  /** Sends reading requests, and tries again what failed for a moment. */
  read(requests: readonly LagoRequest[]): LagoResponse[];
  /** The first pages, in one wave; undefined where the key may not read a listing. */
  firstPages(listings: readonly Listed[]): (Listing<unknown> | undefined | Problem)[];
  /** All items of several listings, in two waves: the first pages, then all others. Undefined where the key may not read one. */
  list(listings: readonly Listed[]): (readonly unknown[] | undefined)[] | Problem;
}

/** Reads that failed for a moment; not those that timed out, since Google counts the minutes. */
const isWorthAnotherTry = (response: LagoResponse): boolean =>
  isAnswered(response) ? response.status === 429 || response.status >= 500 : !response.timedOut;

interface Page extends Listing<unknown> {
  readonly pages: number;
}

const TOO_LATE: LagoResponse = {
  unreachable: 'Lago was so slow that there is no time left to read on',
  timedOut: true,
};

/** @param readUntil when no request that reads may leave any more (ms): Google ends what takes too long without a word */
export function requestsTo(
  http: Http,
  clock: Clock,
  requestsPerSecond: number,
  readUntil = Number.POSITIVE_INFINITY,
): Requests {
  let busyUntil = 0;

  function send(
    requests: readonly LagoRequest[],
    until = Number.POSITIVE_INFINITY,
  ): LagoResponse[] {
    const responses: LagoResponse[] = [];
    const size = Math.max(1, Math.min(PARALLEL_REQUESTS, Math.floor(requestsPerSecond)));
    for (let start = 0; start < requests.length; start += size) {
      const chunk = requests.slice(start, start + size);
      const paced = pace(busyUntil, clock.now(), chunk.length, requestsPerSecond);
      if (clock.now() + paced.waitMs > until)
        return [...responses, ...requests.slice(start).map(() => TOO_LATE)];
      if (paced.waitMs > 0) clock.sleep(paced.waitMs);
      busyUntil = paced.busyUntil;
      const answered = http.send(chunk);
      busyUntil = Math.max(
        busyUntil,
        ...answered.map((response) => exhaustedUntil(response, clock.now())),
      );
      responses.push(...answered);
    }
    return responses;
  }

  const waitBefore = (response: LagoResponse | undefined, attempt: number): number =>
    response !== undefined && isAnswered(response) && response.status === 429
      ? Math.min(waitOf(response.headers), 20_000)
      : 500 * attempt;

  function read(requests: readonly LagoRequest[]): LagoResponse[] {
    const responses = send(requests, readUntil);
    for (let attempt = 1; attempt < READ_TRIES; attempt++) {
      const failed = responses.flatMap((response, index) =>
        isWorthAnotherTry(response) ? [index] : [],
      );
      if (failed.length === 0) break;
      clock.sleep(Math.max(...failed.map((index) => waitBefore(responses[index], attempt))));
      const again = send(
        failed.map((index) => requests[index] as LagoRequest),
        readUntil,
      );
      failed.forEach((index, place) => {
        responses[index] = again[place] as LagoResponse;
      });
    }
    return responses;
  }

  const page = ({ path, perPage = PAGE_SIZE }: Listed, number: number): LagoRequest => ({
    method: 'get',
    path: query(path, { per_page: perPage, page: number }),
  });

  function readPage(
    response: LagoResponse | undefined,
    { name }: Listed,
  ): Page | undefined | Problem {
    if (response === undefined) return problem('lago.unexpected', { answer: name });
    if (isAnswered(response) && response.status === 403) return undefined;
    const body = jsonBody(response);
    const items = body?.[name];
    if (!Array.isArray(items)) return readProblem(response, http.address);
    const meta = isObject(body?.['meta']) ? body['meta'] : {};
    return {
      items,
      total: Math.max(items.length, scalarNumber(meta['total_count'], 0)),
      pages: Math.min(MOST_PAGES, Math.floor(scalarNumber(meta['total_pages'], 1))),
    };
  }

  function pagesOf(listings: readonly Listed[]): (Page | undefined | Problem)[] {
    const responses = read(listings.map((listed) => page(listed, 1)));
    return listings.map((listed, index) => readPage(responses[index], listed));
  }

  function list(listings: readonly Listed[]): (readonly unknown[] | undefined)[] | Problem {
    const first: (Page | undefined)[] = [];
    for (const each of pagesOf(listings)) {
      if (each !== undefined && isProblem(each)) return each;
      first.push(each);
    }
    const later = listings.flatMap((listed, index) =>
      Array.from({ length: Math.max(0, (first[index]?.pages ?? 0) - 1) }, (_, number) => ({
        listed,
        index,
        number: number + 2,
      })),
    );
    const responses = read(later.map(({ listed, number }) => page(listed, number)));
    const items = first.map((each) => (each === undefined ? undefined : [...each.items]));
    for (const [place, { listed, index }] of later.entries()) {
      const next = readPage(responses[place], listed);
      // What could be read a moment ago cannot be read any more.
      if (next === undefined) return readProblem(responses[place] as LagoResponse, http.address);
      if (isProblem(next)) return next;
      items[index]?.push(...next.items);
    }
    return items;
  }

  return { address: http.address, send: (all) => send(all), read, firstPages: pagesOf, list };
}
