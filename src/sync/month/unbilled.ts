import type { UsageEvent } from '../../value/usage-event';
import type { QuantityField } from '../billing/aggregation';
import { isUndone, type Ledger } from '../ledger/entries';
import type { Plan, PlannedRow } from '../plan/planned-row';
import type { Finding } from './finding';
import { countsWords, short } from './findings';
import { isWithin } from './totals';
/** What shows which rows of the month Lago does not have, or no longer say what Lago has. */
export interface Standing {
  /** What a run would do with every row. */
  readonly plan: Plan;
  /** What was sent. */
  readonly ledger: Ledger;
  /** First moment of the window that is reconciled (ms). */
  readonly from: number;
  /** The moment after its last one (ms). */
  readonly to: number;
  /** The event that a row of the tab makes, by its number; undefined if it makes none. */
  eventOf(row: number): UsageEvent | undefined;
  /**
   * Ids of events that Lago has of rows although the ledger does not know them: those rows are
   * reported already.
   */
  readonly unrecorded: ReadonlySet<string>;
  /** The property that a metric adds up. */
  readonly quantityField: QuantityField;
}

/**
 * Problems of rows that are flagged only by the sync's policy; another policy would correct them.
 */
const BY_RULE: ReadonlySet<string> = new Set(['row.changed', 'row.removed']);

/**
 * Problems that a person solves at the row, by deciding whether it is sent again as a new event.
 */
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

/**
 * Rows of the tab that are not in Lago, and sent rows that no longer say what Lago has. Rows whose
 * time cannot be read are listed for every month.
 */
export function unbilledRows(standing: Standing): Finding[] {
  return standing.plan.rows.flatMap((row) => rowFinding(standing, row) ?? []);
}

/**
 * Whether a row needs no finding of its own here: it is as it should be, or the rest of the
 * comparison finds it.
 */
const isNoConcern = ({ action, latest }: PlannedRow): boolean =>
  ['sent', 'elsewhere', 'wait'].includes(action) || latest?.outcome.state === 'conflict';

/** Whether Lago has an event of the row that the row no longer says. */
const isChangedRow = ({ action, change, latest }: PlannedRow): boolean =>
  action === 'flag' ||
  change === 'removed' ||
  (change === 'changed' && latest?.outcome.state === 'accepted');

/** What Lago has of a row, unless it was taken back. */
const billedEvent = ({ ledger }: Standing, { latest }: PlannedRow): UsageEvent | undefined =>
  latest === undefined || isUndone(ledger, latest) ? undefined : latest.event;

/** Empty for a row that makes no event and of which Lago has none. */
const namesOf = (event: UsageEvent | undefined): Pick<Finding, 'subscription' | 'code' | 'id'> => ({
  subscription: event?.external_subscription_id ?? '',
  code: event?.code ?? '',
  id: event?.transaction_id ?? '',
});

function rowFinding(standing: Standing, row: PlannedRow): Finding | undefined {
  if (isNoConcern(row)) return undefined;
  const { unrecorded, quantityField } = standing;
  const isChanged = isChangedRow(row);
  const billed = isChanged ? billedEvent(standing, row) : undefined;
  const made = row.entry?.event ?? (row.row === undefined ? undefined : standing.eventOf(row.row));
  if (made !== undefined && unrecorded.has(made.transaction_id)) return undefined;
  const event = billed ?? made ?? row.latest?.event;
  const time = event && event.timestamp * 1000;
  if (time !== undefined && !isWithin(time, standing)) return undefined;
  const { why, advice, fix } = whyOf(row);
  const field = event && quantityField(event.code);
  // A row that makes no event has nothing to count, whatever it said before.
  const said = made === undefined ? '' : countsWords(made, field);
  const ours = row.change === 'removed' ? ['the row is gone'] : [said, why];
  return {
    kind: isChanged ? 'changed' : 'unsent',
    ...namesOf(event),
    key: row.key,
    row: row.row,
    time,
    ours: short(ours.filter((text) => text !== '').join('. ')),
    theirs: billed === undefined ? 'not there' : countsWords(billed, field),
    advice,
    fix,
  };
}
