import Big from 'big.js';
import { countedBy } from '../../value/aggregation';
import { addTo } from '../../value/group';
import { textOf } from '../../value/json';
import { dayOf, localText } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';
import { quantityOf } from '../billing/aggregation';
import { countedValue, isRemoval, uniqueText } from '../billing/correction';
import type { LedgerEntry, LineKind } from '../ledger/entry';
import { isHandedOver, isWithin, timeOf } from './totals';

/** How a metric counts, as far as a statement shows it. */
export interface Counting {
  /** Lago's name of it; empty if the metric is not known. */
  readonly aggregation: string;
  /** The property that it reads; undefined if it reads none. */
  readonly field: string | undefined;
}

/** One event behind an invoice line. */
export interface StatementLine {
  /** The event. */
  readonly entry: LedgerEntry;
  /** What it counts, as text. */
  readonly value: string;
  /**
   * What the metric counts up to and with this event, as decimal text or, of a latest value, as it
   * is.
   */
  readonly total: string;
}

/** The events of one metric and subscription in the order of time. */
export interface StatementSection {
  /** External id. */
  readonly subscription: string;
  /** Code of the metric. */
  readonly code: string;
  /** In the order of time. */
  readonly lines: readonly StatementLine[];
  /** The total at the end, as text. */
  readonly total: string;
}

/**
 * Counts events one by one, in the order of time, as Lago's aggregations do (lago: counting.unique,
 * counting.weighted); a weighted sum only adds up the values.
 */
export class RunningTotal {
  readonly #counting: Counting;
  readonly #values = new Set<string>();
  #sum = new Big(0);
  #most: Big | undefined;
  #last = '0';
  #events = 0;

  constructor(counting: Counting) {
    this.#counting = counting;
  }

  /** Counts one more event. Returns the total after it, as decimal text. */
  add(event: Pick<UsageEvent, 'properties'>): string {
    const { aggregation, field } = this.#counting;
    const quantity = quantityOf(event, field);
    this.#events++;
    this.#sum = quantity === undefined ? this.#sum : this.#sum.plus(quantity);
    if (quantity !== undefined && (this.#most === undefined || quantity.gt(this.#most)))
      this.#most = quantity;
    if (quantity !== undefined) this.#last = quantity.toFixed();
    const unique =
      countedBy(aggregation) === 'different values' ? uniqueText(event, field) : undefined;
    if (unique !== undefined && isRemoval(event)) this.#values.delete(unique);
    else if (unique !== undefined) this.#values.add(unique);
    return this.total();
  }

  /** The total so far, as decimal text. */
  total(): string {
    switch (countedBy(this.#counting.aggregation)) {
      case 'sum':
      case 'sum over time':
        return this.#sum.toFixed();
      case 'highest':
        return (this.#most ?? new Big(0)).toFixed();
      case 'latest':
        return this.#last;
      case 'different values':
        return String(this.#values.size);
      default:
        return String(this.#events);
    }
  }
}

const valueText = ({ event }: LedgerEntry, { field }: Counting): string =>
  field === undefined ? '1' : textOf(countedValue(event, field));

/** Orders by time, and entries of the same time as they were handed over. */
const inTime = (left: LedgerEntry, right: LedgerEntry): number =>
  left.event.timestamp - right.event.timestamp ||
  left.index.at - right.index.at ||
  (left.line ?? 0) - (right.line ?? 0);

/**
 * The events behind the invoice lines of some subscriptions: everything that Lago accepted from us
 * in a window of time, reversals included.
 * @param windowOf the window of a subscription (ms): each customer's month ends in its own zone
 */
export function statementOf(
  entries: readonly LedgerEntry[],
  subscriptions: ReadonlySet<string>,
  windowOf: (subscription: string) => { readonly from: number; readonly to: number },
  countingOf: (code: string) => Counting,
): StatementSection[] {
  const sections = new Map<string, LedgerEntry[]>();
  for (const entry of entries) {
    const { external_subscription_id: subscription, code } = entry.event;
    if (
      entry.outcome.state === 'accepted' &&
      isHandedOver(entry) &&
      subscriptions.has(subscription) &&
      isWithin(timeOf(entry), windowOf(subscription))
    )
      addTo(sections, JSON.stringify([subscription, code]), entry);
  }
  return [...sections]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, section]) => {
      const [subscription, code] = JSON.parse(name) as [string, string];
      const counting = countingOf(code);
      const running = new RunningTotal(counting);
      const lines = section.sort(inTime).map((entry) => ({
        entry,
        value: valueText(entry, counting),
        total: running.add(entry.event),
      }));
      return { subscription, code, lines, total: running.total() };
    });
}

const KINDS: Readonly<Record<LineKind, string>> = {
  usage: 'Usage',
  reversal: 'Taken back',
  baseline: 'Billed elsewhere',
  adopted: 'Usage, found in Lago',
};

/** Headers of a statement, in the order of `statementCells`. */
export const STATEMENT_COLUMNS: readonly string[] = [
  'Subscription',
  'Metric',
  'Time',
  'Row key',
  'Entry',
  'Value',
  'Running total',
  'Transaction id',
  'Usage date',
];

/**
 * A line as texts; times in the zone. The usage date is set if the event counts in another period.
 */
export const statementCells = (
  { entry, value, total }: StatementLine,
  zone: string,
): readonly string[] => [
  entry.event.external_subscription_id,
  entry.event.code,
  localText(entry.event.timestamp * 1000, zone),
  entry.index.key,
  KINDS[entry.index.kind],
  value,
  total,
  entry.index.id,
  entry.index.usedAt === undefined ? '' : dayOf(entry.index.usedAt, zone),
];

/** A customer or subscription for which a statement can be made, with its events by month. */
export interface StatementChoice {
  /** What the choice names. */
  readonly of: 'customer' | 'subscription';
  /** External id of the customer or subscription. */
  readonly name: string;
  /** The newest month first, as `2026-11`. */
  readonly months: readonly { readonly month: string; readonly events: number }[];
}

type EventsByMonth = Map<string, number>;

const choicesOf = (
  of: StatementChoice['of'],
  found: ReadonlyMap<string, EventsByMonth>,
): StatementChoice[] =>
  [...found]
    .map(([name, months]) => ({
      of,
      name,
      months: [...months]
        .map(([month, events]) => ({ month, events }))
        .sort((left, right) => (left.month < right.month ? 1 : -1)),
    }))
    .sort((left, right) => (left.name < right.name ? -1 : 1));

/**
 * What statements can be made of: customers, and each of the subscriptions.
 * @param customersOf those that a subscription belongs to, as far as it is known
 */
export function statementChoices(
  entries: readonly LedgerEntry[],
  monthOf: (entry: LedgerEntry) => string,
  customersOf: (subscription: string) => readonly string[],
): StatementChoice[] {
  const bySubscription = new Map<string, EventsByMonth>();
  const byCustomer = new Map<string, EventsByMonth>();
  const add = (
    found: Map<string, EventsByMonth>,
    name: string,
    month: string,
    events: number,
  ): void => {
    const months = found.get(name) ?? new Map<string, number>();
    months.set(month, (months.get(month) ?? 0) + events);
    found.set(name, months);
  };
  for (const entry of entries) {
    if (entry.outcome.state !== 'accepted' || !isHandedOver(entry)) continue;
    add(bySubscription, entry.event.external_subscription_id, monthOf(entry), 1);
  }
  for (const [subscription, months] of bySubscription)
    for (const customer of new Set(customersOf(subscription)))
      for (const [month, events] of months) add(byCustomer, customer, month, events);
  return [...choicesOf('customer', byCustomer), ...choicesOf('subscription', bySubscription)];
}
