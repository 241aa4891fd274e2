import {
  type Bucket,
  Bucketing,
  type BucketingInput,
  type Carried,
  isSameGroup,
} from './bucketing';
import { type Invoice, invoicesAndNext } from './invoice-dates';
import type { ChargeFilter, Subscription } from './records';
import { later, type Micros } from './timestamp';

/** A total that an invoice left behind, dated by the last event that is in it. */
interface Kept extends Carried {
  filter: ChargeFilter | null;
  at: Micros;
}

/**
 * The charges of a period, with what a recurring weighted sum keeps of the invoices before: what is
 * dated in an earlier period and came after its invoice was made counts in no month (lago:
 * counting.carried).
 */
export function bucketingOf(input: Omit<BucketingInput, 'carried'>): Bucketing {
  const { recurring, aggregation } = input.charge.metric;
  if (!recurring || aggregation !== 'weighted_sum_agg') return new Bucketing(input);
  return withCarried(input, keptBefore(input));
}

function withCarried(input: Omit<BucketingInput, 'carried'>, kept: Kept[]): Bucketing {
  const { from } = input.period;
  return new Bucketing({
    ...input,
    carried: (filter) =>
      newestPerGroup(kept.filter((one) => one.filter === filter && one.at < from)),
  });
}

function newestPerGroup(kept: Kept[]): Kept[] {
  const newest: Kept[] = [];
  for (const one of kept) {
    const place = newest.findIndex(({ group }) => isSameGroup(group, one.group));
    const known = newest[place];
    if (known === undefined) newest.push(one);
    else if (known.at < one.at) newest[place] = one;
  }
  return newest;
}

/** Of each invoice when it was made, and again when it was finalized: what is there is not replaced. */
function keptBefore({ organization, subscription, charge, period }: BucketingInput): Kept[] {
  const kept: Kept[] = [];
  const now = organization.now();
  for (const invoice of invoicesBefore({ organization, subscription, charge, period })) {
    for (const before of new Set([invoice.createdAt, invoice.finalizedAt])) {
      if (before > now) continue;
      const { period: own, subscription: its } = invoice;
      const input = { organization, subscription: its, charge, period: own, before };
      for (const bucket of withCarried(input, kept).buckets) note(kept, bucket, own.from);
    }
  }
  return kept;
}

function invoicesBefore(
  input: Pick<BucketingInput, 'organization' | 'subscription' | 'charge' | 'period'>,
): Invoice[] {
  const { organization, subscription, charge, period } = input;
  const hasCharge = ({ plan }: Subscription): boolean => plan.charges.includes(charge);
  return (organization.subscriptionsById.get(subscription.externalId) ?? [])
    .filter(hasCharge)
    .flatMap((each) => invoicesAndNext(organization, each, organization.now()).invoices)
    .filter((invoice) => invoice.period.to < period.from);
}

function note(kept: Kept[], { filter, group, totalUnits, counted }: Bucket, from: Micros): void {
  const at = counted.reduce((newest, { timestamp }) => later(newest, timestamp), from);
  const isThere = kept.some(
    (one) => one.filter === filter && one.at === at && isSameGroup(one.group, group),
  );
  if (!isThere) kept.push({ filter, group, value: totalUnits, at });
}
