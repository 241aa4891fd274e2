import type { ChargeBill } from './bucketing';
import type { StoredEvent } from './event-store';
import { paymentOf } from './in-advance';
import { runningCharges } from './invoices';
import { chargesOf } from './invoicing';
import type { Organization } from './organization';
import type { Charge, Invoice, Subscription } from './records';
import { type Micros, toMilliseconds } from './timestamp';

/** What became of an event that was taken in. */
export interface EventBilling {
  transactionId: string | null;
  externalSubscriptionId: string | null;
  code: string | null;
  /** Counted as what it says: in an invoice, or in the running period as things stand now. */
  billed: boolean;
  /**
   * The first place that counts it: a recurring metric's events count again in every later period.
   */
  where: 'current' | 'draft' | 'finalized' | undefined;
  /** Where it is counted, it also falls to something that has a price. */
  priced: boolean;
  /**
   * How long before the invoice that first counts it was made it came in (ms); less than zero if
   * that was a draft then.
   */
  aheadMs?: number;
}

type Place = Exclude<EventBilling['where'], undefined>;

interface Found {
  where: Place;
  priced: boolean;
  /** When the invoice was made. */
  madeAt?: Micros | undefined;
}

/** What became of every event by now, in order of arrival. */
export function billingOfEvents(organization: Organization): EventBilling[] {
  const events = organization.events.all();
  const found = new Findings(organization);
  const codes = new Map<string, Set<string | null>>();
  for (const { externalSubscriptionId, code } of events) {
    const id = externalSubscriptionId ?? '';
    codes.set(id, (codes.get(id) ?? new Set()).add(code));
  }
  for (const [externalId, used] of codes) {
    for (const subscription of organization.subscriptionsById.get(externalId) ?? [])
      found.lookInto(subscription, used);
  }
  return events.map((event) => {
    const { where, priced = false, madeAt } = found.of(event) ?? {};
    const { transactionId, externalSubscriptionId, code } = event;
    return {
      transactionId,
      externalSubscriptionId,
      code,
      billed: where !== undefined,
      where,
      priced,
      ...(madeAt === undefined
        ? {}
        : { aheadMs: toMilliseconds(madeAt) - toMilliseconds(event.ingestedAt) }),
    };
  });
}

class Findings {
  readonly #byEvent = new Map<StoredEvent, Found>();
  /** A copy of what is billed is billed, where billing keeps one of them. */
  readonly #byCopyKey = new Map<string, Found>();

  constructor(private readonly organization: Organization) {}

  /** `codes`: of the metrics that have events. */
  lookInto(subscription: Subscription, codes: Set<string | null>): void {
    const used = ({ metric }: Charge): boolean => codes.has(metric.code);
    const { organization } = this;
    for (const invoice of organization.invoicesByCustomer.get(subscription.externalCustomerId) ??
      []) {
      if (invoice.subscription === subscription)
        this.#note(invoice.status, this.#chargesOf(invoice, used), invoice.createdAt);
    }
    this.#note('current', runningCharges(this.organization, subscription, used));
  }

  #chargesOf(invoice: Invoice, used: (charge: Charge) => boolean): ChargeBill[] {
    const payment = paymentOf(invoice);
    if (payment !== undefined) return [payment.bill];
    const { organization } = this;
    const { subscription, period, status, countedAt } = invoice;
    // A draft is counted once more before it is final.
    const before = status === 'draft' ? undefined : countedAt;
    return chargesOf({ organization, subscription, period, before }, used) ?? [];
  }

  of(event: StoredEvent): Found | undefined {
    const key = this.organization.events.copyKey(event);
    return this.#byEvent.get(event) ?? (key === null ? undefined : this.#byCopyKey.get(key));
  }

  #note(where: Place, charges: ChargeBill[], madeAt?: Micros): void {
    for (const { buckets, leftOut } of charges) {
      for (const { counted, prices } of [...buckets, ...leftOut]) {
        for (const event of counted)
          this.#noteEvent(event, { where, priced: prices(event), madeAt });
      }
    }
  }

  #noteEvent(event: StoredEvent, now: Found): void {
    const known = this.#byEvent.get(event) ?? now;
    const found = { ...known, priced: now.priced || known.priced };
    this.#byEvent.set(event, found);
    const key = this.organization.events.copyKey(event);
    if (key !== null) this.#byCopyKey.set(key, found);
  }
}
