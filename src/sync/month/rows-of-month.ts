import type { UsageEvent } from '../../value/usage-event';
import type { Ledger } from '../ledger/entries';
import type { Plan } from '../plan/planned-row';
import type { RowEvent } from './compare';
import { isHandedOver } from './totals';

/** What the rows of the tab say now. */
export interface RowsNow {
  /** What a run would do with every row. */
  readonly plan: Plan;
  /** Rows whose next event the ledger does not know, by the id of that event. */
  readonly byId: ReadonlyMap<string, RowEvent>;
  /** The event that a row makes, by its number (1-based); undefined if it makes none. */
  readonly eventOf: (row: number) => UsageEvent | undefined;
}

/** The rows of a plan; an id that several rows make belongs to none of them. */
export function rowsNow(plan: Plan, eventOf: RowsNow['eventOf']): RowsNow {
  const byId = new Map<string, RowEvent>();
  const double = new Set<string>();
  for (const { key, row, entry, latest } of plan.rows) {
    if (key === undefined || row === undefined) continue;
    const event = entry?.event ?? (latest === undefined ? eventOf(row) : undefined);
    if (event === undefined) continue;
    if (byId.has(event.transaction_id)) double.add(event.transaction_id);
    byId.set(event.transaction_id, { key, row, event });
  }
  for (const id of double) byId.delete(id);
  return { plan, byId, eventOf };
}

/** Events that the ledger has as handed to Lago. */
const handedEvents = ({ entries }: Ledger): UsageEvent[] =>
  entries.filter(isHandedOver).map(({ event }) => event);

/** Codes that the sync has sent or would send, in order. */
export const codesOf = (ledger: Ledger, { byId }: RowsNow): string[] =>
  [
    ...new Set([
      ...handedEvents(ledger).map(({ code }) => code),
      ...[...byId.values()].map(({ event }) => event.code),
    ]),
  ].sort();

/**
 * Whether the sync bills a subscription: it has sent or would send usage of it.
 * @param rows reads the tab when first asked
 */
export function ourSubscriptions(
  ledger: Ledger,
  rows: () => RowsNow,
): (subscription: string) => boolean {
  const sent = new Set(handedEvents(ledger).map((event) => event.external_subscription_id));
  let ours: ReadonlySet<string> | undefined;
  return (subscription) => {
    ours ??= new Set([
      ...sent,
      ...[...rows().byId.values()].map(({ event }) => event.external_subscription_id),
    ]);
    return ours.has(subscription);
  };
}
