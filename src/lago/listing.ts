import * as v from 'valibot';
import { isProblem, type Problem } from '../problem/problem';
import { fitted, valueBy } from '../schema/fit';
import { jsonBody, readProblem } from './failure';
import { number } from './field';
import { isAnswered, type LagoRequest, type LagoResponse } from './http';
import { query, type Requests, readEach } from './requests';

const PAGE_SIZE = 500;
/** Most pages that are read of a listing: 100,000 metrics or subscriptions. */
const MOST_PAGES = 200;

/** Something that Lago lists in pages. */
export interface Listed {
  /** Path of the listing; may have parameters. */
  readonly path: string;
  /** The field of the answer that holds the items. */
  readonly name: string;
  /** Items per page; 500 if left out. */
  readonly perPage?: number | undefined;
}

/** The first items of a listing. */
export interface Listing<T> {
  /** Those of the first page. */
  readonly items: readonly T[];
  /** How many there are in all. */
  readonly total: number;
}

interface Page extends Listing<unknown> {
  /** Pages of the listing. */
  readonly pages: number;
}

const pageRequest = ({ path, perPage = PAGE_SIZE }: Listed, page: number): LagoRequest => ({
  method: 'get',
  path: query(path, { per_page: perPage, page }),
});

const META = v.object({ total_count: number(0), total_pages: number(1) });
/** A listing without numbers is taken for one page. */
const NO_META = { total_count: 0, total_pages: 1 };

/** One page; undefined if the key may not read the listing. */
function readPage(
  response: LagoResponse,
  { name }: Listed,
  address: string,
): Page | undefined | Problem {
  if (isAnswered(response) && response.status === 403) return undefined;
  const body = jsonBody(response);
  const read = fitted(v.object({ [name]: v.array(v.unknown()) }), body);
  if ('misfit' in read) return readProblem(response, address, read.misfit);
  const items = read.value[name] ?? [];
  const meta = valueBy(META, body?.['meta']) ?? NO_META;
  return {
    items,
    total: Math.max(items.length, meta.total_count),
    pages: Math.min(MOST_PAGES, Math.floor(meta.total_pages)),
  };
}

/**
 * The first page of several listings, in one wave of requests. Undefined for a listing that the key
 * may not read.
 */
export function firstPages(
  requests: Requests,
  listings: readonly Listed[],
): (Page | undefined)[] | Problem {
  const pages: (Page | undefined)[] = [];
  for (const [listed, response] of readEach(requests, listings, (each) => pageRequest(each, 1))) {
    const page = readPage(response, listed, requests.address);
    if (page !== undefined && isProblem(page)) return page;
    pages.push(page);
  }
  return pages;
}

/** The pages behind the first one of each listing. */
const laterPages = (
  listings: readonly Listed[],
  first: readonly (Page | undefined)[],
): { readonly listed: Listed; readonly index: number; readonly number: number }[] =>
  listings.flatMap((listed, index) =>
    Array.from({ length: Math.max(0, (first[index]?.pages ?? 0) - 1) }, (_, number) => ({
      listed,
      index,
      number: number + 2,
    })),
  );

/**
 * All items of several listings, in two waves of requests: the first pages, then all others.
 * Undefined for a listing that the key may not read.
 */
export function listAll(
  requests: Requests,
  listings: readonly Listed[],
): (readonly unknown[] | undefined)[] | Problem {
  const first = firstPages(requests, listings);
  if (isProblem(first)) return first;
  const items = first.map((page) => (page === undefined ? undefined : [...page.items]));
  for (const [{ listed, index }, response] of readEach(
    requests,
    laterPages(listings, first),
    ({ listed, number }) => pageRequest(listed, number),
  )) {
    const page = readPage(response, listed, requests.address);
    // The first page could be read a moment ago, so this is a failure: a part of a listing must not
    // be taken for all of it.
    if (page === undefined) return readProblem(response, requests.address);
    if (isProblem(page)) return page;
    items[index]?.push(...page.items);
  }
  return items;
}
