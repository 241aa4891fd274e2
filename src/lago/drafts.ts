import { isProblem, type Problem } from '../problem/problem';
import { addTo } from '../value/group';
import { isObject, type JsonObject } from '../value/json';
import { millisecondsOf } from '../value/time';
import { jsonBody } from './failure';
import type { LagoRequest } from './http';
import { type Listed, listAll } from './listing';
import { type Requests, readEach } from './requests';
import { scalarText } from './scalar';

/** Invoices that are drafts still take usage of their period (lago: periods.late). */
export interface Drafts {
  /** Whether one of a subscription takes usage of this time (ms). */
  takes(subscription: string, ms: number): boolean;
  /** Invoices that were read. */
  readonly read: number;
  /** False where the key may not read invoices, or there are more drafts than are read. */
  readonly isComplete: boolean;
}

const DRAFTS: Listed = { path: '/invoices?status=draft', name: 'invoices', perPage: 100 };
/** The periods stand in the single invoice alone, so each costs a request; twenty waves at most. */
const MOST_DRAFTS = 400;

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Ends are printed in whole seconds and belong to the period to the last millisecond. */
const spanOf = (period: JsonObject): Span => ({
  from: millisecondsOf(scalarText(period['charges_from_datetime'])),
  to: millisecondsOf(scalarText(period['charges_to_datetime'])) + 999,
});

const showRequest = (id: string): LagoRequest => ({
  method: 'get',
  path: `/invoices/${encodeURIComponent(id)}`,
});

/** Reads the drafts of the organization and their periods. A problem where Lago does not answer. */
export function readDrafts(requests: Requests): Drafts | Problem {
  const listed = listAll(requests, [DRAFTS]);
  if (isProblem(listed)) return listed;
  const [invoices] = listed;
  const ids = (invoices ?? []).filter(isObject).map((invoice) => scalarText(invoice['lago_id']));
  const spans = new Map<string, Span[]>();
  let read = 0;
  for (const [, response] of readEach(requests, ids.slice(0, MOST_DRAFTS), showRequest)) {
    const invoice = jsonBody(response)?.['invoice'];
    const periods = isObject(invoice) ? invoice['billing_periods'] : undefined;
    if (!Array.isArray(periods)) continue;
    read++;
    for (const period of periods.filter(isObject))
      addTo(spans, scalarText(period['external_subscription_id']), spanOf(period));
  }
  return {
    takes: (subscription, ms) =>
      spans.get(subscription)?.some(({ from, to }) => from <= ms && ms <= to) === true,
    read,
    isComplete: invoices !== undefined && read === ids.length,
  };
}
