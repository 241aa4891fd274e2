import { type Problem, problem } from '../../problem/problem';
import { type Ledger, unsettledOf } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import { isTooLate } from '../ledger/unit';
import { type Content, sameContent } from '../rows/content';
import type { PlanInput } from './plan-input';
import type { Action } from './planned-row';
import { isBilledAgain } from './reversal';

/** Where a row stands, and why. */
export interface Standing {
  /** What is done about the row. */
  readonly action: Action;
  /** Why it is not simply sent; empty for `sent` and `elsewhere`. */
  readonly problems: readonly Problem[];
}

/** What the ledger has of a row, and what the row says now. */
export interface SentRow {
  /** What Lago was last sent for it. */
  readonly latest: LedgerEntry;
  /** What Lago bills for it. */
  readonly billed: LedgerEntry | undefined;
  /** What the row says now in the columns that the template reads. */
  readonly content: Content;
}

/** Why nothing can be planned for a row yet: an event of it has no clear answer. */
export function waitingFor(ledger: Ledger, key: string): Problem | undefined {
  const open = unsettledOf(ledger, key);
  if (open === undefined) return undefined;
  return open.outcome.state === 'stuck'
    ? problem('event.stuck', { answer: open.outcome.answer })
    : problem('row.unsettled');
}

/** Where a row stands for which something was sent; undefined if it gets a new event. */
export function standingOf(input: PlanInput, sent: SentRow): Standing | undefined {
  const { latest, billed, content } = sent;
  const { id, key } = latest.index;
  const waiting = waitingFor(input.ledger, key);
  if (waiting !== undefined) return { action: 'wait', problems: [waiting] };
  const isWantedAgain = input.again.has(key);
  if (latest.outcome.state === 'conflict' && !isWantedAgain)
    return { action: 'refused', problems: [problem('event.conflict', { id })] };
  const isOld = isBilledAgain(input, billed);
  if (billed !== undefined && !isOld && sameContent(billed.index.content, content))
    return { action: billed.index.kind === 'baseline' ? 'elsewhere' : 'sent', problems: [] };
  if (!isWantedAgain && isRefusedAsIs(input, sent))
    return {
      action: 'refused',
      problems: [problem('event.rejected', { answer: latest.outcome.answer })],
    };
  return billed === undefined ? undefined : flagged(input, billed, isOld);
}

/** Whether Lago refused exactly the event that the row would make again. */
const isRefusedAsIs = (
  { ready: { sync } }: PlanInput,
  { latest: { index, outcome }, content }: SentRow,
): boolean =>
  outcome.state === 'rejected' &&
  !isTooLate(outcome.answer) &&
  sameContent(index.content, content) &&
  index.templateRevision === sync.templateRevision;

/** A row that differs from what Lago bills, unless the policy or a person wants a new event. */
function flagged(
  { ready: { sync } }: PlanInput,
  billed: LedgerEntry,
  isOld: boolean,
): Standing | undefined {
  // Nothing can be added to a row that was billed elsewhere: a further event would bill all of it.
  if (billed.index.kind === 'baseline')
    return { action: 'flag', problems: [problem('row.changed-elsewhere')] };
  const isSentAgain = isOld || sync.changed === 'add' || sync.changed === 'correct';
  return isSentAgain ? undefined : { action: 'flag', problems: [problem('row.changed')] };
}
