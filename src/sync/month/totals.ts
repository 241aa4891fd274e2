import Big from 'big.js';
import type { UsageEvent } from '../../value/usage-event';
import { type QuantityField, quantityOf } from '../billing/aggregation';
import type { Ledger } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
/** Events and the decimal sum of what they count, of one metric and subscription. */
export interface Total {
  /** Code of the metric. */
  readonly code: string;
  /** External id. */
  readonly subscription: string;
  /** Number of events. */
  readonly events: number;
  /** Decimal text. */
  readonly sum: string;
}

/** The name under which totals of a metric and a subscription are kept. */
export const totalName = ({ code, subscription }: Pick<Total, 'code' | 'subscription'>): string =>
  JSON.stringify([code, subscription]);

/** Sums up events by metric and subscription. */
export class Totals {
  readonly #totals = new Map<
    string,
    { readonly code: string; readonly subscription: string; events: number; sum: Big }
  >();

  constructor(totals: readonly Total[] = []) {
    this.addAll(totals);
  }

  #of(code: string, subscription: string, events: number, sum: Big): void {
    const name = totalName({ code, subscription });
    const known = this.#totals.get(name);
    if (known === undefined) this.#totals.set(name, { code, subscription, events, sum });
    else {
      known.events += events;
      known.sum = known.sum.plus(sum);
    }
  }

  /** Counts one event. */
  add(
    event: Pick<UsageEvent, 'code' | 'external_subscription_id' | 'properties'>,
    quantityField: QuantityField,
  ): void {
    this.#of(
      event.code,
      event.external_subscription_id,
      1,
      quantityOf(event, quantityField(event.code)) ?? new Big(0),
    );
  }

  /** Adds totals to these. */
  addAll(totals: readonly Total[]): void {
    for (const { code, subscription, events, sum } of totals)
      this.#of(code, subscription, events, new Big(sum));
  }

  /** The totals, in the order in which they were first counted. */
  list(): Total[] {
    return [...this.#totals.values()].map(({ sum, ...total }) => ({
      ...total,
      sum: sum.toFixed(),
    }));
  }
}

/** Whether a line stands for an event that Lago should have, or may have. */
export const isHandedOver = ({ index }: LedgerEntry): boolean => index.kind !== 'baseline';

/** Whether a moment (ms) lies in a window (ms), which does not include its end. */
export const isWithin = (
  ms: number,
  { from, to }: { readonly from: number; readonly to: number },
): boolean => ms >= from && ms < to;

/** When the event of an entry counts (ms). */
export const timeOf = ({ event }: LedgerEntry): number => event.timestamp * 1000;

/** Entries that were handed to Lago, of these codes and with a time in a window. */
export const entriesIn = (
  { entries }: Ledger,
  codes: ReadonlySet<string>,
  window: { readonly from: number; readonly to: number },
): LedgerEntry[] =>
  entries.filter(
    (entry) =>
      isHandedOver(entry) && codes.has(entry.event.code) && isWithin(timeOf(entry), window),
  );

/** What was handed to Lago and accepted, reversals included. */
export function ledgerTotals(
  ledger: Ledger,
  codes: ReadonlySet<string>,
  window: { readonly from: number; readonly to: number },
  quantityField: QuantityField,
): Total[] {
  const totals = new Totals();
  for (const { event, outcome } of entriesIn(ledger, codes, window))
    if (outcome.state === 'accepted') totals.add(event, quantityField);
  return totals.list();
}

/** Events and their sum. */
interface Amount {
  readonly events: number;
  /** Decimal text. */
  readonly sum: string;
}

/** What the ledger and Lago have of a metric and subscription. */
export interface ComparedTotal extends Pick<Total, 'code' | 'subscription'> {
  /** As the ledger has them. */
  readonly ledger: Amount;
  /** As Lago has them. */
  readonly lago: Amount;
  /** Whether Lago adds the metric up; otherwise only the number of events can be compared. */
  readonly isSum: boolean;
}

/** Whether ledger and Lago disagree: by number of events, and by sum if the metric is one. */
export const isDifferent = ({
  ledger,
  lago,
  isSum,
}: Omit<ComparedTotal, 'code' | 'subscription'>): boolean =>
  ledger.events !== lago.events || (isSum && ledger.sum !== lago.sum);

const NONE: Amount = { events: 0, sum: '0' };

const amountOf = (total: Total | undefined): Amount =>
  total === undefined ? NONE : { events: total.events, sum: total.sum };

/** Totals of the ledger beside Lago's: those that differ first, then the largest. */
export function compareTotals(
  ours: readonly Total[],
  theirs: readonly Total[],
  isSum: (code: string) => boolean,
): ComparedTotal[] {
  const byName = (totals: readonly Total[]): Map<string, Total> =>
    new Map(totals.map((total) => [totalName(total), total]));
  const [here, there] = [byName(ours), byName(theirs)];
  return [...new Map([...here, ...there])]
    .map(([name, { code, subscription }]) => ({
      code,
      subscription,
      ledger: amountOf(here.get(name)),
      lago: amountOf(there.get(name)),
      isSum: isSum(code),
    }))
    .sort(
      (left, right) =>
        Number(isDifferent(right)) - Number(isDifferent(left)) ||
        right.ledger.events - left.ledger.events,
    );
}
