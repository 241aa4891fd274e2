import * as v from 'valibot';
import { isProblem, type Problem } from '../problem/problem';
import { valueBy } from '../schema/fit';
import { addTo } from '../value/group';
import { isObject } from '../value/json';
import { text } from './field';
import { invoiceRequest, readInvoice } from './invoices';
import { type Listed, listAll } from './listing';
import { type Requests, readEach } from './requests';

/** A period whose invoice is a draft. Times in ms. */
export interface Draft {
  /** Its first moment. */
  readonly from: number;
  /** Its last moment. */
  readonly to: number;
  /** From when on Lago's job makes it final. */
  readonly finalAt: number;
}

/** Invoices that are drafts still take usage of their period (lago: periods.late). */
export interface Drafts {
  /** The draft of the subscription (external id) that takes usage of this time (ms), if any. */
  at(subscription: string, ms: number): Draft | undefined;
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

/** Reads the draft invoices with their periods; a problem if Lago does not answer. */
export function readDrafts(requests: Requests): Drafts | Problem {
  const listed = listAll(requests, [DRAFTS]);
  if (isProblem(listed)) return listed;
  const [invoices] = listed;
  const ids = (invoices ?? [])
    .filter(isObject)
    .map((invoice) => valueBy(DRAFT, invoice)?.lago_id ?? '');
  const drafts = new Map<string, Draft[]>();
  let read = 0;
  for (const [, response] of readEach(requests, ids.slice(0, MOST_DRAFTS), invoiceRequest)) {
    const invoice = readInvoice(response);
    if (invoice === undefined) continue;
    read++;
    const { finalAt } = invoice;
    for (const { subscription, from, to } of invoice.periods)
      addTo(drafts, subscription, { from, to, finalAt });
  }
  return {
    at: (subscription, ms) =>
      drafts.get(subscription)?.find(({ from, to }) => from <= ms && ms <= to),
    read,
    isComplete: invoices !== undefined && read === ids.length,
  };
}
