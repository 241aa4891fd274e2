import * as v from 'valibot';
import { isProblem, type Problem } from '../problem/problem';
import { valueBy } from '../schema/fit';
import { pathPart } from '../value/address';
import { addTo } from '../value/group';
import { isObject } from '../value/json';
import { millisecondsOf } from '../value/time';
import { jsonBody } from './failure';
import { objectList, text } from './field';
import type { LagoRequest } from './http';
import { type Listed, listAll } from './listing';
import { type Requests, readEach } from './requests';

/** Invoices that are drafts still take usage of their period (lago: periods.late). */
export interface Drafts {
  /** Whether a draft of the subscription (external id) takes usage of this time (ms). */
  takes(subscription: string, ms: number): boolean;
  /** Number of invoices that were read. */
  readonly read: number;
  /** False if the key may not read invoices, or if there are more drafts than are read. */
  readonly isComplete: boolean;
}

const DRAFTS: Listed = { path: '/invoices?status=draft', name: 'invoices', perPage: 100 };
/**
 * Most drafts that are read, in twenty waves: only the single invoice names its periods, so each
 * costs a request.
 */
const MOST_DRAFTS = 400;

const DRAFT = v.object({ lago_id: text });

const PERIOD = v.object({
  external_subscription_id: text,
  charges_from_datetime: text,
  charges_to_datetime: text,
});

const INVOICE = v.object({ invoice: v.object({ billing_periods: objectList(PERIOD) }) });

/** First and last moment (ms). */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Lago prints ends in whole seconds, but they belong to the period to the last millisecond. */
const spanOf = (period: v.InferOutput<typeof PERIOD>): Span => ({
  from: millisecondsOf(period.charges_from_datetime),
  to: millisecondsOf(period.charges_to_datetime) + 999,
});

const showRequest = (id: string): LagoRequest => ({
  method: 'get',
  path: `/invoices/${pathPart(id)}`,
});

/** Reads the draft invoices with their periods; a problem if Lago does not answer. */
export function readDrafts(requests: Requests): Drafts | Problem {
  const listed = listAll(requests, [DRAFTS]);
  if (isProblem(listed)) return listed;
  const [invoices] = listed;
  const ids = (invoices ?? [])
    .filter(isObject)
    .map((invoice) => valueBy(DRAFT, invoice)?.lago_id ?? '');
  const spans = new Map<string, Span[]>();
  let read = 0;
  for (const [, response] of readEach(requests, ids.slice(0, MOST_DRAFTS), showRequest)) {
    const invoice = valueBy(INVOICE, jsonBody(response))?.invoice;
    if (invoice === undefined) continue;
    read++;
    for (const period of invoice.billing_periods)
      addTo(spans, period.external_subscription_id, spanOf(period));
  }
  return {
    takes: (subscription, ms) =>
      spans.get(subscription)?.some(({ from, to }) => from <= ms && ms <= to) === true,
    read,
    isComplete: invoices !== undefined && read === ids.length,
  };
}
