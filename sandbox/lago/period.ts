import { DateTime } from 'luxon';
import type { Interval, Plan } from './plans';
import type { Subscription } from './subscriptions';
import { fromMilliseconds, later, type Micros, toMilliseconds } from './timestamp';

/** The stretch of time that charges are counted over; both ends belong to it, to the millisecond. */
export interface Period {
  from: Micros;
  to: Micros;
  /** Length of the whole period, also for a subscription that started inside it. */
  seconds: number;
}

const MONTHS: Record<Exclude<Interval, 'weekly'>, number> = { monthly: 1, quarterly: 3, semiannual: 6, yearly: 12 };

/** The billing period around `now` in the customer's zone (lago.md, section 7), never before the subscription's start. */
export function currentPeriod(subscription: Subscription, zone: string, now: Micros): Period {
  const local = DateTime.fromMillis(toMilliseconds(now), { zone });
  const interval = chargeInterval(subscription.plan);
  const start =
    subscription.billingTime === 'calendar'
      ? calendarStart(interval, local)
      : anniversaryStart(interval, local, DateTime.fromMillis(toMilliseconds(subscription.subscriptionAt), { zone }));
  const end = advance(start, interval, 1);
  const from = fromMilliseconds(start.toMillis());
  return {
    from: later(from, subscription.subscriptionAt),
    to: fromMilliseconds(end.toMillis() - 1),
    seconds: end.diff(start).as('seconds'),
  };
}

function chargeInterval(plan: Plan): Interval {
  const long = plan.interval === 'yearly' || plan.interval === 'semiannual';
  return long && plan.billChargesMonthly ? 'monthly' : plan.interval;
}

function calendarStart(interval: Interval, local: DateTime): DateTime {
  if (interval === 'weekly') return local.startOf('week');
  const months = MONTHS[interval];
  const month = local.month - ((local.month - 1) % months);
  return local.startOf('month').set({ month });
}

function anniversaryStart(interval: Interval, local: DateTime, anchor: DateTime): DateTime {
  const first = anchor.startOf('day');
  const unit = interval === 'weekly' ? 'weeks' : 'months';
  const length = interval === 'weekly' ? 1 : MONTHS[interval];
  const count = Math.floor(Math.floor(local.diff(first, unit).as(unit)) / length);
  return advance(first, interval, count);
}

function advance(start: DateTime, interval: Interval, count: number): DateTime {
  return interval === 'weekly' ? start.plus({ weeks: count }) : start.plus({ months: count * MONTHS[interval] });
}
