import type { Problem } from '../../problem/problem';
import { localText } from '../../value/time';
import type { LedgerEntry } from '../ledger/entry';
import { contentIn, sameContent } from '../rows/content';
import type { Plan, PlannedRow } from './planned-row';

/** Longest reason in a cell; the sidebar has the rest. */
const LONGEST = 200;

const inWords = (problems: readonly Problem[]): string =>
  problems
    .map(({ message, remedy }) => `${message} ${remedy}`)
    .join(' ')
    .slice(0, LONGEST);

const reasonOf = ({ problems }: PlannedRow): string => inWords(problems);

/** What to say of a row that Lago bills the same although it is not as it was sent. */
const changedSince = ({ change, content }: PlannedRow, { index }: LedgerEntry): string =>
  change !== 'changed' || content === undefined || sameContent(index.content, contentIn(content))
    ? ''
    : '. Changed since; the bill stays the same.';

/**
 * What a cell says about a row: where it stands, since when, and why. The time is the wall clock of
 * the zone.
 */
function statusOf(row: PlannedRow, zone: string, stopped: Problem | undefined): string {
  const { action, latest, problems } = row;
  switch (action) {
    case 'sent':
      // If Lago refused a correction and the row was set back, the latest outcome is the refusal,
      // and its time is not when the row was sent.
      return latest?.outcome.state === 'accepted'
        ? `Sent ${localText(latest.outcome.at, zone)}${changedSince(row, latest)}`
        : 'Sent';
    case 'elsewhere':
      return 'Taken as billed elsewhere';
    case 'send':
      // If only a person can solve what stopped the run, the next run will not send the row either.
      return stopped === undefined || stopped.actor === 'wait'
        ? 'Waiting: goes out with the next run'
        : `Waiting: ${inWords([stopped])}`;
    case 'wait':
      return `Waiting: ${reasonOf(row)}`;
    case 'hold':
      return problems.some(({ actor }) => actor !== 'wait')
        ? `Held: ${reasonOf(row)}`
        : `Waiting: ${reasonOf(row)}`;
    case 'flag':
      return `Differs from Lago: ${reasonOf(row)}`;
    case 'refused':
      return `Refused: ${reasonOf(row)}`;
  }
}

/** The statuses of a run. */
export interface Statuses {
  /** Several rows with one key say the same. */
  readonly byKey: ReadonlyMap<string, string>;
  /**
   * Of rows without a key, by their number (1-based) at the moment of planning: they are known by
   * nothing else.
   */
  readonly withoutKey: ReadonlyMap<number, string>;
}

/**
 * What the status column says of each row of a plan.
 * @param zone IANA zone of the spreadsheet
 * @param stopped why the run ended early, if it did
 */
export function statusesOf({ rows }: Plan, zone: string, stopped?: Problem): Statuses {
  const byKey = new Map<string, string>();
  const withoutKey = new Map<number, string>();
  for (const row of rows) {
    if (row.row === undefined) continue;
    if (row.key === undefined) withoutKey.set(row.row, statusOf(row, zone, stopped));
    else byKey.set(row.key, statusOf(row, zone, stopped));
  }
  return { byKey, withoutKey };
}
