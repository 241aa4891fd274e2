import { DAY_MS } from '../../value/duration';
import { groupBy } from '../../value/group';
import { placeName } from '../../value/usage-event';
import type { Bill } from '../billing/bill';
import { recordOutcomes } from '../delivery/delivery';
import type { Ledger } from '../ledger/entries';
import { type BillState, isToProve, type LedgerEntry } from '../ledger/entry';
import type { EventCheck, Ports } from '../ports';
import { verdictsOf } from './verdict';

/**
 * Lago makes an invoice on the day on which its period ends, or never (lago: jobs.missed). A day
 * more covers all time zones and what waits in a queue.
 */
const NO_INVOICE_AFTER_MS = 2 * DAY_MS;
/**
 * What could not be read for two months, because the key may not or Lago always fails, is not
 * waited for any longer: somebody has to know of it.
 */
const UNREAD_AFTER_MS = 62 * DAY_MS;

/**
 * Compares the invoices of periods with the lines that were sent after their end, the oldest first.
 * Writes what it found into their outcomes. Sends nothing but reads, and stops nothing: what could
 * not be read is asked for by the next run.
 * @param since when this run began (ms): a draft that it has sent something into is looked at again
 * @returns the lines of which something was found
 */
export function prove(
  { ledger: store, clock }: Pick<Ports, 'ledger' | 'clock'>,
  ledger: Ledger,
  { billsOf, pricing }: EventCheck,
  since: number,
): LedgerEntry[] {
  const open = ledger.entries.filter(isToProve);
  if (open.length === 0 || billsOf === undefined || pricing === undefined) return [];
  const groups = [
    ...groupBy(
      [...open].sort((left, right) => left.index.at - right.index.at),
      ({ event, index }) => `${index.periodEnd} ${placeName(event)}`,
    ).values(),
  ];
  const bills = billsOf(
    groups.map((lines) => ({
      subscription: lines[0]?.event.external_subscription_id ?? '',
      code: lines[0]?.event.code ?? '',
      end: lines[0]?.index.periodEnd ?? 0,
      again: lines.some(({ index }) => index.at >= since),
    })),
  );
  const now = clock.now();
  const proved = groups.flatMap((lines, place) => {
    const found = stateBy(lines, bills[place] ?? 'unasked', now);
    const verdicts = typeof found === 'object' ? verdictsOf(lines, found, pricing, now) : undefined;
    return lines.flatMap((line) => {
      const bill = typeof found === 'string' ? found : verdicts?.get(line.index.id);
      return bill === undefined ? [] : [{ ...line, outcome: { ...line.outcome, bill } }];
    });
  });
  recordOutcomes(store, proved);
  return proved;
}

/** What a bill says of all lines alike; the bill itself if it has to be compared with them. */
function stateBy(
  lines: readonly LedgerEntry[],
  bill: Bill,
  now: number,
): BillState | Exclude<Bill, string> | undefined {
  if (typeof bill === 'object') return bill;
  if (bill === 'unclear') return 'untold';
  if (bill === 'draft') return undefined;
  const end = lines[0]?.index.periodEnd ?? now;
  const patience = bill === 'none' ? NO_INVOICE_AFTER_MS : UNREAD_AFTER_MS;
  return now - end > patience ? 'untold' : undefined;
}

/**
 * The lines of a row of which it cannot be told whether they are billed, as billed: a person has
 * looked at their invoice, and has billed by hand what it lacks.
 */
export const confirmedOf = ({ byKey }: Ledger, key: string): LedgerEntry[] =>
  (byKey.get(key) ?? []).flatMap((entry) =>
    entry.outcome.bill === 'untold'
      ? [{ ...entry, outcome: { ...entry.outcome, bill: 'billed' as const } }]
      : [],
  );
