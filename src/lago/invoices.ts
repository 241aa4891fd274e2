import * as v from 'valibot';
import { isProblem } from '../problem/problem';
import { valueBy } from '../schema/fit';
import type { AskedBill, Bill, Fee } from '../sync/billing/bill';
import { billedCopies } from '../sync/month/listed';
import { pathPart } from '../value/address';
import { isObject, type JsonObject } from '../value/json';
import { millisecondsOf } from '../value/time';
import { asUsageEvent, type StoredEvent } from './comparison';
import { eventList } from './event-list';
import { jsonBody } from './failure';
import { anything, isTrue, moment, object, objectList, text } from './field';
import { isAnswered, type LagoRequest, type LagoResponse } from './http';
import { feeName } from './price';
import { type LimitedRequests, limitedTo, query, type Requests, readEach } from './requests';
import { scalarText } from './scalar';

/** Requests that a run may spend on invoices and what is compared with them. */
export const MOST_REQUESTS = 200;
/**
 * How many customers further the next turn begins: no more than one turn reads with their invoices,
 * and no divisor of round numbers of customers, so that none is left out for good.
 */
const TURN = 47;
/** A list, an invoice and a page of events. */
const REQUESTS_OF_A_BILL = 3;
/** Invoices of a customer that are looked through, the newest first. */
const LISTED = 100;

/** An invoice as a list shows it. */
interface ListedInvoice {
  readonly id: string;
  /** When Lago made it (ms). */
  readonly madeAt: number;
}

const LISTED_INVOICE = v.pipe(
  v.object({ lago_id: v.string(), created_at: moment }),
  v.transform(({ lago_id: id, created_at: madeAt = Number.POSITIVE_INFINITY }) => ({ id, madeAt })),
);
const LIST = v.object({ invoices: v.array(v.unknown()) });

/** First and last moment (ms) of what an invoice bills of a subscription. */
interface InvoicedPeriod {
  /** External id. */
  readonly subscription: string;
  readonly from: number;
  readonly to: number;
}

/** Lago prints ends in whole seconds, but they belong to the period to the last millisecond. */
const LAST_MS = 999;
/** Lago prints when it made an invoice in whole seconds: one may seem older than its own end. */
const ROUNDED_MS = 1000;

/**
 * Invoices that name the period of what they bill, but bill only single events or thresholds of it:
 * its own invoice comes besides (lago: periods.in-advance-terms).
 */
const OF_A_PART: ReadonlySet<string> = new Set([
  'in_advance_charge',
  'in_advance_charge_periodic',
  'progressive_billing',
]);

const PERIOD = v.pipe(
  v.object({
    external_subscription_id: text,
    charges_from_datetime: text,
    charges_to_datetime: text,
    invoicing_reason: text,
  }),
  v.transform((period) => ({
    isWhole: !OF_A_PART.has(period.invoicing_reason),
    period: {
      subscription: period.external_subscription_id,
      from: millisecondsOf(period.charges_from_datetime),
      to: millisecondsOf(period.charges_to_datetime) + LAST_MS,
    } satisfies InvoicedPeriod,
  })),
);

const FEES = v.array(
  v.object({
    external_subscription_id: text,
    units: text,
    events_count: v.optional(v.nullable(v.number()), null),
    pay_in_advance: isTrue,
    item: v.object({ type: text, code: text, filters: object, grouped_by: object }),
  }),
);

const INVOICE = v.pipe(
  v.object({
    invoice: v.object({
      status: text,
      created_at: moment,
      issuing_date: text,
      billing_periods: objectList(PERIOD),
      fees: anything,
    }),
  }),
  v.transform(({ invoice }) => ({
    isDraft: invoice.status === 'draft',
    isFinal: invoice.status === 'finalized',
    madeAt: invoice.created_at ?? Number.POSITIVE_INFINITY,
    finalAt: millisecondsOf(invoice.issuing_date),
    /** Periods of which it bills all usage. */
    periods: invoice.billing_periods.flatMap(({ isWhole, period }) => (isWhole ? [period] : [])),
    // One that cannot be read would look like a fee that lacks.
    fees: valueBy(FEES, invoice.fees),
  })),
);

/** An invoice with its periods and fees. */
export type Invoice = v.InferOutput<typeof INVOICE>;

/** An invoice as its own request shows it; undefined if the answer is none. */
export const readInvoice = (response: LagoResponse): Invoice | undefined =>
  valueBy(INVOICE, jsonBody(response));

/** The request for one invoice, which alone names its periods (lago: periods.invoices). */
export const invoiceRequest = (id: string): LagoRequest => ({
  method: 'get',
  path: `/invoices/${pathPart(id)}`,
});

/** The part of an invoice that bills a moment (ms) of a subscription; undefined if none does. */
export const invoicedPeriod = (
  { periods }: Pick<Invoice, 'periods'>,
  subscription: string,
  ms: number,
): InvoicedPeriod | undefined =>
  periods.find(({ subscription: id, from, to }) => id === subscription && from <= ms && ms <= to);

const listRequest = (customer: string): LagoRequest => ({
  method: 'get',
  path: query('/invoices', { external_customer_id: customer, per_page: LISTED, page: 1 }),
});

/** Which bill is looked for, and whose. */
interface CustomerBill extends AskedBill {
  /** External id of the customer of its subscription. */
  readonly customer: string;
}

const valuesIn = (filters: JsonObject): (readonly [string, readonly string[]])[] =>
  Object.entries(filters).map(([key, values]) => [
    key,
    (Array.isArray(values) ? values : []).map((value) => scalarText(value)),
  ]);

const groupIn = (group: JsonObject): (readonly [string, string | null])[] =>
  Object.entries(group).map(([key, value]) => [key, value === null ? null : scalarText(value)]);

/** The fees for what was used of a metric of a subscription, apart from what is paid in advance. */
const feesOf = (fees: NonNullable<Invoice['fees']>, { subscription, code }: AskedBill): Fee[] =>
  fees
    .filter(
      ({ external_subscription_id: id, pay_in_advance: isInAdvance, item }) =>
        id === subscription && !isInAdvance && item.type === 'charge' && item.code === code,
    )
    .map(({ units, events_count: events, item }) => ({
      name: feeName(valuesIn(item.filters), groupIn(item.grouped_by)),
      units,
      events: events ?? undefined,
    }));

/**
 * Invoices of customers, drafts included: one list for each customer, one request for each invoice.
 * One instance serves one run, within its number of requests. What it has not read yet is noted,
 * and read in waves when it is told to.
 */
export class Invoices {
  private readonly requests: LimitedRequests;
  /** By customer; `unknown` if some of the answer is no invoice. */
  private readonly lists = new Map<string, readonly ListedInvoice[] | 'unknown'>();
  private readonly invoices = new Map<string, Invoice>();
  /** Customers to ask for, with the earliest moment (ms) from which their invoices matter. */
  private readonly noted = new Map<string, number>();
  private isForbidden = false;

  constructor(
    requests: Requests,
    private readonly most = MOST_REQUESTS,
  ) {
    this.requests = limitedTo(requests, most);
  }

  /** Whether the key may not read invoices, as far as that is known. */
  get areUnreadable(): boolean {
    return this.isForbidden;
  }

  /**
   * A customer's invoices that were made at or after a moment (ms). `unasked` if not all of them
   * were read yet; `unreadable` if the key may not; `unclear` if there are too many.
   */
  since(customer: string, ms: number): readonly Invoice[] | 'unasked' | 'unreadable' | 'unclear' {
    if (this.isForbidden) return 'unreadable';
    const list = this.lists.get(customer);
    if (list === 'unknown') return 'unclear';
    const concerned = list?.filter(({ madeAt }) => madeAt >= ms);
    if (concerned?.length === LISTED) return 'unclear';
    const found = concerned?.flatMap(({ id }) => this.invoices.get(id) ?? []);
    if (found !== undefined && found.length === concerned?.length) return found;
    this.noted.set(customer, Math.min(ms, this.noted.get(customer) ?? ms));
    return 'unasked';
  }

  /**
   * Reads what was noted, as far as requests are left. Returns whether anything was learned.
   * @param kept how many requests are not spent on it
   * @param turn where among the customers it begins: another number begins at another one, so that
   * in the end all are asked for where there are too many for one run
   */
  ask(kept = 0, turn = 0): boolean {
    const noted = [...this.noted];
    this.noted.clear();
    const first = noted.length === 0 ? 0 : (turn * TURN) % noted.length;
    let open = [...noted.slice(first), ...noted.slice(0, first)];
    let hasLearned = false;
    while (open.length > 0 && this.requests.left > kept) {
      // Lists alone decide nothing: half of what is left is for the invoices that they name.
      const some = Math.max(1, Math.floor((this.requests.left - kept) / 2));
      hasLearned = this.read(open.slice(0, some), kept) || hasLearned;
      open = open.slice(some);
    }
    return hasLearned;
  }

  /** Reads the lists of customers, and the invoices in them that matter. */
  private read(customers: readonly (readonly [string, number])[], kept: number): boolean {
    const lists = customers.map(([customer]) => customer).filter((each) => !this.lists.has(each));
    const some = <T>(things: readonly T[]): readonly T[] =>
      things.slice(0, Math.max(0, this.requests.left - kept));
    const listed = readEach(this.requests, some(lists), listRequest).map(([customer, response]) =>
      this.readList(customer, response),
    );
    const missing = some(this.missing(customers));
    const shown = readEach(this.requests, missing, invoiceRequest).map(([id, response]) =>
      this.readInvoice(id, response),
    );
    return [...listed, ...shown].includes(true);
  }

  /**
   * What became of periods, each with the customer of its subscription, in their order. The first
   * ones are read to the end before others are begun.
   */
  bills(asked: readonly CustomerBill[]): Bill[] {
    const bills: Bill[] = [];
    while (bills.length < asked.length) {
      const most = Math.max(1, Math.floor(this.requests.left / REQUESTS_OF_A_BILL));
      const some = asked.slice(bills.length, bills.length + most);
      // What rows still wait for is not read in place of it.
      this.noted.clear();
      for (const each of some) this.noteBill(each);
      this.ask();
      bills.push(...some.map((each) => this.billOf(each)));
    }
    return bills;
  }

  private noteBill({ customer, end, again }: CustomerBill): void {
    const since = end - ROUNDED_MS;
    const known = again ? this.since(customer, since) : [];
    if (Array.isArray(known) && known.some(({ isDraft }) => isDraft)) this.forgetDrafts(customer);
    this.since(customer, since);
  }

  private billOf(asked: CustomerBill): Bill {
    const { customer, subscription, end } = asked;
    const invoices = this.since(customer, end - ROUNDED_MS);
    if (typeof invoices === 'string') return invoices;
    // One that failed or waits for its taxes is tried again; one that is void bills nothing.
    const invoice = invoices.find(
      (each) =>
        (each.isFinal || each.isDraft) && invoicedPeriod(each, subscription, end) !== undefined,
    );
    const period = invoice && invoicedPeriod(invoice, subscription, end);
    if (invoice === undefined || period === undefined) return 'none';
    if (invoice.isDraft) return 'draft';
    return this.withEvents(asked, invoice, period);
  }

  private withEvents(asked: AskedBill, invoice: Invoice, { from, to }: InvoicedPeriod): Bill {
    if (invoice.fees === undefined) return 'unclear';
    if (this.requests.left === 0) return 'unasked';
    const events = this.eventsOf(asked, { from, to });
    if (typeof events === 'string') return events;
    return {
      madeAt: invoice.madeAt,
      fees: feesOf(invoice.fees, asked),
      events: billedCopies(events).map(({ event }) => ({
        event: asUsageEvent(event),
        receivedAt: event.receivedAt,
      })),
    };
  }

  /** What Lago has of a period; unclear if one run's requests do not suffice for it alone. */
  private eventsOf(
    { subscription, code }: AskedBill,
    { from, to }: Pick<InvoicedPeriod, 'from' | 'to'>,
  ): readonly StoredEvent[] | 'unasked' | 'unclear' {
    const isFirst = this.requests.left >= this.most - REQUESTS_OF_A_BILL;
    const list = eventList(this.requests);
    const events: StoredEvent[] = [];
    for (let start = from, length = to + 1 - from; start <= to; ) {
      const end = Math.min(start + length, to + 1);
      const listed = list.read({ codes: [code], subscription, from: start, to: end });
      if (isProblem(listed)) return isFirst && this.requests.left === 0 ? 'unclear' : 'unasked';
      if ('shorter' in listed) {
        length = listed.shorter;
        continue;
      }
      for (const event of listed.events) events.push(event);
      start = end;
    }
    return events;
  }

  private readList(customer: string, response: LagoResponse): boolean {
    if (isAnswered(response) && response.status === 403) this.isForbidden = true;
    if (this.isForbidden) return true;
    const list = valueBy(LIST, jsonBody(response));
    if (list === undefined) return false;
    const read = list.invoices.filter(isObject).map((each) => valueBy(LISTED_INVOICE, each));
    const known = read.filter((each) => each !== undefined);
    this.lists.set(customer, known.length === read.length ? known : 'unknown');
    return true;
  }

  private readInvoice(id: string, response: LagoResponse): boolean {
    const invoice = readInvoice(response);
    if (invoice !== undefined) this.invoices.set(id, invoice);
    return invoice !== undefined;
  }

  /** Ids of the invoices of customers that matter and were not read yet. */
  private missing(customers: readonly (readonly [string, number])[]): string[] {
    return customers.flatMap(([customer, ms]) => {
      const list = this.lists.get(customer);
      return list === undefined || list === 'unknown'
        ? []
        : list
            .filter(({ id, madeAt }) => madeAt >= ms && !this.invoices.has(id))
            .map(({ id }) => id);
    });
  }

  private forgetDrafts(customer: string): void {
    const list = this.lists.get(customer);
    for (const { id } of list === undefined || list === 'unknown' ? [] : list)
      if (this.invoices.get(id)?.isDraft === true) this.invoices.delete(id);
  }
}
