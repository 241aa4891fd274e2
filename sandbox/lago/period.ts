import { DateTime } from 'luxon';
import type { Interval, Period, Plan, Subscription } from './records';
import { fromMilliseconds, later, type Micros, toMilliseconds } from './timestamp';

/** From the first instant to the one behind the last. */
interface Stretch {
  start: Micros;
  end: Micros;
  seconds: number;
}

/** Such as 2026-08-31, with its midnight. */
interface Day {
  date: string;
  start: Micros;
}

const MONTHS: Record<Exclude<Interval, 'weekly'>, number> = {
  monthly: 1,
  quarterly: 3,
  semiannual: 6,
  yearly: 12,
};

/**
 * The periods of one interval in one zone (lago: periods.intervals, periods.zone). Each is worked
 * out once: dates with zones are slow.
 */
class Calendar {
  /** In order of time. */
  readonly #known: Stretch[] = [];

  /**
   * `anchor`: the start of the subscription where periods begin on its anniversaries, null where
   * they follow the calendar.
   */
  constructor(
    private readonly zone: string,
    private readonly interval: Interval,
    private readonly anchor: Micros | null,
  ) {}

  around(instant: Micros): Stretch {
    let low = 0;
    let high = this.#known.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const known = this.#known[middle];
      if (known === undefined || known.end > instant) high = middle;
      else low = middle + 1;
    }
    const found = this.#known[low];
    if (found !== undefined && found.start <= instant) return found;
    const computed = this.#computed(instant);
    this.#known.splice(low, 0, computed);
    return computed;
  }

  #computed(instant: Micros): Stretch {
    const local = this.#local(instant);
    const start =
      this.anchor === null
        ? calendarStart(this.interval, local)
        : anniversaryStart(this.interval, local, this.#local(this.anchor));
    const end =
      this.anchor === null
        ? advance(start, this.interval, 1)
        : anniversaryEnd(this.interval, start, this.#local(this.anchor));
    return {
      start: fromMilliseconds(start.toMillis()),
      end: fromMilliseconds(end.toMillis()),
      seconds: end.diff(start).as('seconds'),
    };
  }

  #local(instant: Micros): DateTime {
    return DateTime.fromMillis(toMilliseconds(instant), { zone: this.zone });
  }
}

/** The calendars of an organization, shared by all subscriptions that have the same periods. */
export class Calendars {
  readonly #byName = new Map<string, Calendar>();
  readonly #days = new Map<string, Day>();

  /**
   * The period of the charges around an instant in the customer's zone, never before the
   * subscription's start.
   */
  chargesPeriod(subscription: Subscription, zone: string, instant: Micros): Period {
    return this.#period(subscription, zone, chargeInterval(subscription.plan), instant);
  }

  /**
   * The period of the plan's own amount: longer than that of the charges where these are billed
   * every month.
   */
  planPeriod(subscription: Subscription, zone: string, instant: Micros): Period {
    return this.#period(subscription, zone, subscription.plan.interval, instant);
  }

  /** The day that is so many days behind that of an instant, in a zone. */
  dayAfter(instant: Micros, days: number, zone: string): Day {
    const name = `${instant} ${days} ${zone}`;
    const known = this.#days.get(name);
    if (known !== undefined) return known;
    const day = DateTime.fromMillis(toMilliseconds(instant), { zone })
      .startOf('day')
      .plus({ days });
    const added = { date: day.toFormat('yyyy-MM-dd'), start: fromMilliseconds(day.toMillis()) };
    this.#days.set(name, added);
    return added;
  }

  #period(subscription: Subscription, zone: string, interval: Interval, instant: Micros): Period {
    const anchor = subscription.billingTime === 'anniversary' ? subscription.subscriptionAt : null;
    const { start, end, seconds } = this.#calendar(zone, interval, anchor).around(instant);
    const began = subscription.startedAt ?? subscription.subscriptionAt;
    return { from: later(start, began), to: end - 1000n, seconds };
  }

  #calendar(zone: string, interval: Interval, anchor: Micros | null): Calendar {
    const name = `${zone} ${interval} ${anchor}`;
    const known = this.#byName.get(name);
    if (known !== undefined) return known;
    const added = new Calendar(zone, interval, anchor);
    this.#byName.set(name, added);
    return added;
  }
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
  return advance(anchor.startOf('day'), interval, anniversaries(interval, local, anchor));
}

/**
 * Counted from the first day, so that a period that began on the 28th of February in place of the
 * 31st ends on the 30th of March.
 */
function anniversaryEnd(interval: Interval, start: DateTime, anchor: DateTime): DateTime {
  return advance(anchor.startOf('day'), interval, anniversaries(interval, start, anchor) + 1);
}

function anniversaries(interval: Interval, local: DateTime, anchor: DateTime): number {
  const unit = interval === 'weekly' ? 'weeks' : 'months';
  const length = interval === 'weekly' ? 1 : MONTHS[interval];
  return Math.floor(Math.floor(local.diff(anchor.startOf('day'), unit).as(unit)) / length);
}

function advance(start: DateTime, interval: Interval, count: number): DateTime {
  return interval === 'weekly'
    ? start.plus({ weeks: count })
    : start.plus({ months: count * MONTHS[interval] });
}
