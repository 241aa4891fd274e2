import Big from 'big.js';
import type { UsageEvent } from '../../value/usage-event';
import type { Ledger } from '../ledger/entries';
import { isBaseline, type LedgerEntry } from '../ledger/entry';
import type { MeasuredBy } from './measure';

/** What has one total: the usage of one metric by one subscription. */
export interface Place {
  /** Code of the metric. */
  readonly code: string;
  /** External id. */
  readonly subscription: string;
}

/** Where an event counts. */
export const placeOf = (event: Pick<UsageEvent, 'code' | 'external_subscription_id'>): Place => ({
  code: event.code,
  subscription: event.external_subscription_id,
});

/** How much there is of the usage of a metric and subscription. */
export interface Total extends Place {
  /** Decimal text: a sum or a number, by what is compared of the metric. */
  readonly amount: string;
}

/** The name under which totals of a metric and a subscription are kept. */
export const totalName = ({ code, subscription }: Place): string =>
  JSON.stringify([code, subscription]);

/** Adds up amounts by metric and subscription. */
export class Totals {
  readonly #totals = new Map<string, Place & { amount: Big }>();

  constructor(totals: readonly Total[] = []) {
    this.addAll(totals);
  }

  /** Adds an amount to the total of a place. */
  add({ code, subscription }: Place, amount: Big): void {
    const name = totalName({ code, subscription });
    const known = this.#totals.get(name);
    if (known === undefined) this.#totals.set(name, { code, subscription, amount });
    else known.amount = known.amount.plus(amount);
  }

  /** Adds totals to these. */
  addAll(totals: readonly Total[]): void {
    for (const total of totals) this.add(total, new Big(total.amount));
  }

  /** The total of a place; zero if nothing was added to it. */
  of(place: Place): Big {
    return this.#totals.get(totalName(place))?.amount ?? new Big(0);
  }

  /** The totals, in the order in which they were first added to. */
  list(): Total[] {
    return [...this.#totals.values()].map((total) => ({
      ...total,
      amount: total.amount.toFixed(),
    }));
  }
}

/** Whether a line stands for an event that Lago should have, or may have. */
export const isHandedOver = (entry: LedgerEntry): boolean => !isBaseline(entry);

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

/** What the sheet and Lago have of a metric and subscription. All amounts are decimal texts. */
export interface ComparedTotal extends Place {
  /** What is compared. */
  readonly by: MeasuredBy;
  /** As the rows of the sheet say. */
  readonly sheet: string;
  /** As Lago has it. */
  readonly lago: string;
  /** The sheet's less Lago's. */
  readonly difference: string;
  /** The part of the difference that no finding accounts for. */
  readonly unexplained: string;
}

/** Totals by where they come from. */
export interface TotalsOfMonth {
  /** What the rows of the sheet say. */
  readonly inSheet: readonly Total[];
  /** What Lago has. */
  readonly inLago: readonly Total[];
  /** What the differences of all findings add up to. */
  readonly explained: readonly Total[];
}

/** Whether the sheet and Lago disagree, or a finding accounts for what is no difference. */
export const isDifferent = ({
  difference,
  unexplained,
}: Pick<ComparedTotal, 'difference' | 'unexplained'>): boolean =>
  difference !== '0' || unexplained !== '0';

/** Totals of the sheet beside Lago's: those that differ most first, then the largest. */
export function compareTotals(
  { inSheet, inLago, explained }: TotalsOfMonth,
  measuredBy: (code: string) => MeasuredBy,
): ComparedTotal[] {
  const [sheet, lago, found] = [new Totals(inSheet), new Totals(inLago), new Totals(explained)];
  const places = new Map(
    [...inSheet, ...inLago, ...explained].map((each) => [totalName(each), each]),
  );
  return [...places.values()]
    .map(({ code, subscription }): ComparedTotal => {
      const place = { code, subscription };
      const difference = sheet.of(place).minus(lago.of(place));
      return {
        ...place,
        by: measuredBy(code),
        sheet: sheet.of(place).toFixed(),
        lago: lago.of(place).toFixed(),
        difference: difference.toFixed(),
        unexplained: difference.minus(found.of(place)).toFixed(),
      };
    })
    .sort(
      (left, right) =>
        new Big(right.difference).abs().cmp(new Big(left.difference).abs()) ||
        Number(isDifferent(right)) - Number(isDifferent(left)) ||
        new Big(right.sheet).cmp(left.sheet),
    );
}
