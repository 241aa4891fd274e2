import type { UsageEvent } from '../../value/usage-event';
import type { QuantityField } from '../billing/aggregation';
import { isUndone, type Ledger } from '../ledger/entries';
import type { Plan, PlannedRow } from '../plan/planned-row';
import type { Finding } from './finding';
import { countsWords, short } from './findings';
import { isWithin } from './totals';
/** Reasons for which a row of the month is not in Lago, or not any more what Lago has. */
export interface Standing {
  readonly plan: Plan;
  readonly ledger: Ledger;
  /** The window of time (ms) that is reconciled. */
  readonly from: number;
  readonly to: number;
  /** The event that a row of the tab makes, by its number; undefined where it makes none. */
  eventOf(row: number): UsageEvent | undefined;
  /** Ids of events that Lago has of rows, although the ledger does not know them: those rows are told already. */
  readonly unrecorded: ReadonlySet<string>;
  readonly quantityField: QuantityField;
}

/** Flagged only because the sync's rule says so: another rule corrects them. */
const BY_RULE: ReadonlySet<string> = new Set(['row.changed', 'row.removed']);

/** What a person decides at the row: whether it goes again, as an event of its own. */
const AT_ROW: ReadonlySet<string> = new Set(['event.rejected', 'event.conflict']);

function whyOf({
  action,
  problems: [first],
}: PlannedRow): { readonly why: string } & Pick<Finding, 'advice' | 'fix'> {
  if (action === 'send') return { why: '', advice: 'The next run sends it.', fix: 'run' };
  if (first === undefined) return { why: '', advice: 'Look at the row.', fix: 'row' };
  const { code, message: why, remedy } = first;
  if (BY_RULE.has(code))
    return {
      why,
      advice: `${remedy} Or let the sync correct such rows, where Lago’s billing allows it.`,
      fix: 'rule',
    };
  return {
    why,
    advice: remedy === '' ? 'Look at the row.' : remedy,
    fix: AT_ROW.has(code) || remedy === '' ? 'row' : undefined,
  };
}

/** Rows of the tab that are not in Lago, and sent rows that do not say any more what Lago has; those of which no time can be read belong to every month. */
export function unbilledRows(standing: Standing): Finding[] {
  return standing.plan.rows.flatMap((row) => rowFinding(standing, row) ?? []);
}

function rowFinding(
  { from, to, eventOf, quantityField, ledger, unrecorded }: Standing,
  row: PlannedRow,
): Finding | undefined {
  const { action, change, latest, entry } = row;
  if (
    action === 'sent' ||
    action === 'elsewhere' ||
    action === 'wait' ||
    latest?.outcome.state === 'conflict'
  )
    return undefined;
  const isChanged =
    action === 'flag' ||
    change === 'removed' ||
    (change === 'changed' && latest?.outcome.state === 'accepted');
  const billed =
    isChanged && latest !== undefined && !isUndone(ledger, latest) ? latest.event : undefined;
  const made = entry?.event ?? (row.row === undefined ? undefined : eventOf(row.row));
  if (made !== undefined && unrecorded.has(made.transaction_id)) return undefined;
  const event = billed ?? made ?? latest?.event;
  const time = event === undefined ? undefined : event.timestamp * 1000;
  if (time !== undefined && !isWithin(time, { from, to })) return undefined;
  const { why, advice, fix } = whyOf(row);
  const field = event === undefined ? undefined : quantityField(event.code);
  // A row that makes no event says nothing that could be counted, whatever it said before.
  const said = made === undefined ? '' : countsWords(made, field);
  return {
    kind: isChanged ? 'changed' : 'unsent',
    subscription: event?.external_subscription_id ?? '',
    code: event?.code ?? '',
    id: event?.transaction_id ?? '',
    key: row.key,
    row: row.row,
    time,
    ours: short(
      change === 'removed'
        ? 'the row is gone'
        : [said, why].filter((text) => text !== '').join('. '),
    ),
    theirs: billed === undefined ? 'not there' : countsWords(billed, field),
    advice,
    fix,
  };
}
