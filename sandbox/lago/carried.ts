import { type Bucket, Bucketing, type BucketingInput } from './bucketing';
import { type Carried, isSameGroup } from './groups';
import { memories } from './memory';
import type { ChargeFilter, Invoice, Subscription } from './records';
import { later, type Micros } from './timestamp';

/** A total that an invoice left behind, dated by the last event that is in it. */
interface Kept extends Carried {
  filter: ChargeFilter | null;
  at: Micros;
}

type Input = Omit<BucketingInput, 'carried'>;

/** A period that has ended, as it was at an instant that has passed, stays as it is. */
const past = memories<Bucketing>();

export function bucketingOf(input: Input): Bucketing {
  const { organization, subscription, charge, period, before } = input;
  if (before === undefined || period.to >= organization.now()) return workedOut(input);
  const name = [subscription.lagoId, charge.lagoId, period.from, period.to, before].join();
  return past(organization).recall(name, () => workedOut(input));
}

/**
 * With what a recurring weighted sum keeps of the invoices before: what is dated in an earlier
 * period and came after its invoice was made counts in no month (lago: counting.carried).
 */
function workedOut(input: Input): Bucketing {
  const { recurring, aggregation } = input.charge.metric;
  if (!recurring || aggregation !== 'weighted_sum_agg') return new Bucketing(input);
  const { from } = input.period;
  const kept = keptBefore(input);
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
function keptBefore({ organization, subscription, charge, period }: Input): Kept[] {
  const kept: Kept[] = [];
  for (const invoice of invoicesBefore({ organization, subscription, charge, period })) {
    const { period: own, createdAt, countedAt } = invoice;
    for (const before of new Set([createdAt, countedAt])) {
      const input = {
        organization,
        subscription: invoice.subscription,
        charge,
        period: own,
        before,
      };
      for (const bucket of bucketingOf(input).buckets) note(kept, bucket, own.from);
    }
  }
  return kept;
}

function invoicesBefore({ organization, subscription, charge, period }: Input): Invoice[] {
  const hasCharge = ({ plan }: Subscription): boolean => plan.charges.includes(charge);
  return (organization.subscriptionsById.get(subscription.externalId) ?? [])
    .filter(hasCharge)
    .flatMap((each) => organization.invoices.filter((invoice) => invoice.subscription === each))
    .filter(
      ({ reason, period: { from, to } }) =>
        // Of a subscription that ended at once, the period ends before it begins.
        reason !== 'in_advance_charge' && from < period.from && to < period.from,
    );
}

function note(kept: Kept[], { filter, group, totalUnits, counted }: Bucket, from: Micros): void {
  const at = counted.reduce((newest, { timestamp }) => later(newest, timestamp), from);
  const isThere = kept.some(
    (one) => one.filter === filter && one.at === at && isSameGroup(one.group, group),
  );
  if (!isThere) kept.push({ filter, group, value: totalUnits, at });
}
