import { addTo, groupBy } from '../../value/group';
import { textOf } from '../../value/json';
import { dayOf, localText } from '../../value/time';
import { countedValue } from '../billing/correction';
import type { Pricing } from '../billing/priced-total';
import { type Counting, RunningTotal } from '../billing/running-total';
import { isBooked, type LedgerEntry, type LineKind, ownTime } from '../ledger/entry';
import { type BilledTotal, billedTotal } from './billed-total';
import { isHandedOver, isWithin, timeOf } from './totals';

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

/** How the metrics of a statement count. */
export interface StatementCounting {
  /** How a metric counts, known or not. */
  readonly countingOf: (code: string) => Counting;
  /** How Lago prices events; undefined if that is not known. */
  readonly pricing: Pricing | undefined;
}

/** The events of one metric and subscription in the order of time. */
export interface StatementSection extends BilledTotal {
  /** External id. */
  readonly subscription: string;
  /** Code of the metric. */
  readonly code: string;
  /** In the order of time. */
  readonly lines: readonly StatementLine[];
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
  { countingOf, pricing }: StatementCounting,
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
  const counted = [...sections]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, section]) => {
      const [subscription, code] = JSON.parse(name) as [string, string];
      const counting = countingOf(code);
      const running = new RunningTotal(counting);
      const lines = section.sort(inTime).map((entry) => {
        running.add(entry.event);
        return { entry, value: valueText(entry, counting), total: running.total() };
      });
      const events = lines.map(({ entry }) => entry.event);
      return { subscription, code, lines, ...billedTotal(events, counting, pricing) };
    });
  const breaking = groupBy(
    counted.filter(({ breaksInvoice }) => breaksInvoice),
    ({ subscription }) => subscription,
  );
  return counted.map((section) => withoutInvoice(section, breaking.get(section.subscription)?.[0]));
}

/** Notes on a section that another one of its subscription keeps Lago from billing it. */
function withoutInvoice(
  section: StatementSection,
  breaking: StatementSection | undefined,
): StatementSection {
  if (breaking === undefined || section.breaksInvoice) return section;
  const note =
    `Lago makes no invoice for the subscription: the total of “${breaking.code}” is below zero ` +
    'under a volume charge.';
  return { ...section, notes: [...section.notes, note] };
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
  isBooked(entry) ? dayOf(ownTime(entry), zone) : '',
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
