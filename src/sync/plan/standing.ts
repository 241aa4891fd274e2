import { type Problem, problem } from '../../problem/problem';
import { SECOND_MS } from '../../value/duration';
import { dayOf, type TimeRule } from '../../value/time';
import { type Ledger, unsettledOf } from '../ledger/entries';
import { isUnproved, type LedgerEntry } from '../ledger/entry';
import { GIVEN_UP } from '../ledger/unit';
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
  const unproved = unprovedStanding(input, sent);
  if (unproved !== undefined) return unproved;
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

/**
 * Where a row stands of which something was sent after its period had ended. Until the invoice of
 * the period is known to have it, nothing that depends on that is sent. Undefined if nothing has to
 * be, or if a person wants it booked because that invoice was made without it.
 */
function unprovedStanding(input: PlanInput, sent: SentRow): Standing | undefined {
  const { latest, billed, content } = sent;
  const { key } = latest.index;
  const unproved = isUnproved(latest)
    ? latest
    : (unprovedReversal(input.ledger, key) ?? untoldOf(input.ledger, key));
  if (unproved === undefined) return undefined;
  const { bill } = unproved.outcome;
  if (bill === 'not-billed')
    return input.again.has(key) || isPassed(input, unproved)
      ? undefined
      : { action: 'refused', problems: [provedProblem('event.not-billed', unproved, input.rule)] };
  if (bill === 'untold')
    return { action: 'hold', problems: [provedProblem('event.untold', unproved, input.rule)] };
  const isAsSent =
    billed !== undefined &&
    sameContent(billed.index.content, content) &&
    !isBilledAgain(input, billed);
  if (isAsSent || isInLastingDraft(input, unproved)) return undefined;
  return {
    action: billed === undefined ? 'hold' : 'flag',
    problems: [problem('row.unproved')],
  };
}

/** Whether no period counts an event any more, so that it cannot be booked into one either. */
const isPassed = ({ check }: PlanInput, { event }: LedgerEntry): boolean =>
  check.periodOf?.(event)?.state === 'passed';

/**
 * Whether the invoice of an event's period is a draft that is not made final yet: it takes in all
 * that Lago has by then, what corrects the event too, and only then may be too late for that.
 */
function isInLastingDraft({ check }: PlanInput, { event }: LedgerEntry): boolean {
  const period = check.periodOf?.(event);
  return period?.state === 'draft' && period.end === undefined;
}

/** An event that took something of a row back after its period had ended. */
export const unprovedReversal = (ledger: Ledger, key: string): LedgerEntry | undefined =>
  ledger.byKey.get(key)?.find((entry) => entry.index.kind === 'reversal' && isUnproved(entry));

/** An event of a row of which nobody can tell whether it is billed, whatever was sent since. */
export const untoldOf = (ledger: Ledger, key: string): LedgerEntry | undefined =>
  ledger.byKey.get(key)?.find(({ outcome }) => outcome.bill === 'untold');

/** What is said of an event that was sent after its period had ended. */
export const provedProblem = (
  code: 'event.not-billed' | 'event.untold',
  { index, event }: LedgerEntry,
  { periodZone }: Pick<TimeRule, 'periodZone'>,
): Problem =>
  problem(code, {
    value: event.external_subscription_id,
    end: dayOf((index.periodEnd ?? 0) / SECOND_MS, periodZone),
  });

/** Whether Lago refused exactly the event that the row would make again. */
const isRefusedAsIs = (
  { ready: { sync } }: PlanInput,
  { latest: { index, outcome }, content }: SentRow,
): boolean =>
  outcome.state === 'rejected' &&
  outcome.answer !== GIVEN_UP &&
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
