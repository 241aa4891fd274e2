import { ARITHMETIC } from './arithmetic';
import { type Bucket, Bucketing, type ChargeBill } from './bucketing';
import { type Decimal, largest, roundTo, zero } from './decimal';
import type { StoredEvent } from './event-store';
import { isSameGroup } from './groups';
import { addInvoice, isHeld } from './invoicing';
import type { Organization } from './organization';
import { liveCharges } from './plans';
import type { Charge, Invoice, Period, Subscription } from './records';
import { subscriptionAt, zoneOf } from './subscriptions';
import type { Micros } from './timestamp';

/** An event that is paid in advance. */
export interface Payment {
  readonly event: StoredEvent;
  /** Of its charge; nothing changes it any more. */
  readonly bill: ChargeBill;
}

const payments = new WeakMap<Invoice, Payment>();

/** What an invoice is for that bills one event alone; undefined for all others. */
export const paymentOf = (invoice: Invoice): Payment | undefined => payments.get(invoice);

/**
 * Bills an event by an invoice of its own for each charge that is paid in advance, whatever period
 * it is dated in, and an id once for each charge (lago: periods.in-advance).
 */
export function billInAdvance(organization: Organization, event: StoredEvent, at: Micros): void {
  const subscription = subscriptionAt(organization, event);
  if (subscription === undefined) return;
  for (const charge of liveCharges(subscription.plan, at)) {
    if (!charge.payInAdvance || charge.metric.code !== event.code) continue;
    const before = paymentsFor(organization, charge);
    if (before.every(({ event: { transactionId } }) => transactionId !== event.transactionId))
      pay({ organization, subscription, charge, event, before }, at);
  }
}

interface Paying {
  readonly organization: Organization;
  readonly subscription: Subscription;
  readonly charge: Charge;
  readonly event: StoredEvent;
  /** What was paid for the charge before, on all subscriptions. */
  readonly before: readonly Payment[];
}

const paymentsFor = ({ invoices }: Organization, charge: Charge): Payment[] =>
  invoices.flatMap((invoice) => {
    const payment = paymentOf(invoice);
    return payment?.bill.charge === charge ? [payment] : [];
  });

function pay(paying: Paying, at: Micros): void {
  const { organization, subscription, charge, event } = paying;
  const zone = zoneOf(organization, subscription);
  const period = organization.calendars.chargesPeriod(subscription, zone, event.timestamp);
  const bucket = added(paying, period);
  if (bucket === undefined || !isHeld(bucket)) return;
  const invoice = addInvoice(organization, {
    subscription,
    period,
    reason: 'in_advance_charge',
    createdAt: at,
    status: 'finalized',
    issuingDate: organization.calendars.dayAfter(event.timestamp, 0, zone).date,
  });
  payments.set(invoice, {
    event,
    bill: { charge, subscription, buckets: [bucket], leftOut: [] },
  });
}

/**
 * What the event adds to those of its period that were paid before it; nothing where it takes
 * something back. Undefined if the charge does not count it.
 */
function added({ event, before, ...input }: Paying, period: Period): Bucket | undefined {
  const paid = before
    .filter(({ bill }) => bill.subscription === input.subscription)
    .flatMap(({ bill }) => bill.buckets.flatMap(({ counted }) => counted));
  const counted = (events: StoredEvent[]): Bucket[] => {
    const { buckets, leftOut } = new Bucketing({ ...input, period, events });
    return [...buckets, ...leftOut].filter((bucket) => bucket.counted.length > 0);
  };
  const all = counted([...paid, event]).find((bucket) => bucket.counted.includes(event));
  if (all === undefined) return undefined;
  const isSame = ({ filter, group }: Bucket): boolean =>
    filter === all.filter && isSameGroup(group, all.group);
  const former = counted(paid).find(isSame);
  const isBack = takesBack(input, event);
  const more = (of: 'units' | 'amount' | 'preciseCents'): Decimal =>
    isBack ? zero() : largest(all[of].minus(former?.[of] ?? 0), zero());
  const preciseCents = more('preciseCents');
  return {
    ...all,
    units: more('units'),
    totalUnits: more('units'),
    eventsCount: 1,
    amount: more('amount'),
    preciseCents,
    amountCents: roundTo(preciseCents, 'round').toNumber(),
    counted: isBack ? [] : [event],
  };
}

/** A negative number, or the removal of a unique value. */
function takesBack(
  { organization, charge: { metric } }: Pick<Paying, 'organization' | 'charge'>,
  { billedProperties }: StoredEvent,
): boolean {
  const { number, operation } = ARITHMETIC[organization.events.name];
  return metric.aggregation === 'unique_count_agg'
    ? operation(billedProperties.operation_type) !== 'add'
    : (number(billedProperties[metric.fieldName ?? ''])?.lt(0) ?? false);
}
