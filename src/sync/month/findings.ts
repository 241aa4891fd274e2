import type { Problem } from '../../problem/problem';
import { count } from '../../value/count';
import { ownValue } from '../../value/json';
import { isSameAmount, isSameTime, isSameValue } from '../../value/stored-usage';
import { isoText } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';
import { countedValue } from '../billing/correction';
import type { LedgerEntry } from '../ledger/entry';
import { undoneId } from '../plan/reversal';
import type { Finding } from './finding';
import { type ListedUsage, millisecondsIn } from './listed';
import { placeOf } from './totals';

const LONGEST_WORDS = 200;
/** At most 200 characters of a text, since a property may fill a whole cell. */
export const short = (text: string): string =>
  text.length <= LONGEST_WORDS ? text : `${text.slice(0, LONGEST_WORDS - 1)}…`;

/** What an event counts, in a few words. */
export function countsWords(
  event: Pick<UsageEvent, 'properties'>,
  field: string | undefined,
): string {
  if (field === undefined) return '1 event';
  const value = countedValue(event, field);
  return short(
    `${field}: ${typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')}`,
  );
}

const momentText = (ms: number): string =>
  `${isoText(ms).slice(0, 'yyyy-MM-ddTHH:mm:ss'.length).replace('T', ' ')} UTC`;

/** The fields in which two events differ, as each of them has them. */
function differing(
  sent: UsageEvent,
  listed: ListedUsage,
): { readonly ours: string; readonly theirs: string } {
  const ours: string[] = [];
  const theirs: string[] = [];
  const add = (name: string, our: string | undefined, their: string | undefined): void => {
    ours.push(`${name}: ${our ?? 'none'}`);
    theirs.push(`${name}: ${their ?? 'none'}`);
  };
  if (sent.external_subscription_id !== listed.external_subscription_id)
    add('subscription', sent.external_subscription_id, listed.external_subscription_id);
  if (sent.code !== listed.code) add('code', sent.code, listed.code);
  const theirTime = millisecondsIn(listed);
  if (!isSameTime(sent.timestamp, theirTime))
    add('time', momentText(sent.timestamp * 1000), momentText(theirTime));
  const amount = listed.precise_total_amount_cents ?? undefined;
  if (!isSameAmount(sent.precise_total_amount_cents, amount))
    add('amount in cents', sent.precise_total_amount_cents, amount);
  for (const name of new Set([
    ...Object.keys(sent.properties),
    ...Object.keys(listed.properties),
  ])) {
    const [our, their] = [ownValue(sent.properties, name), ownValue(listed.properties, name)];
    if (our !== undefined && isSameValue(our, their)) continue;
    add(
      name,
      our === undefined ? undefined : JSON.stringify(our),
      their === undefined ? undefined : JSON.stringify(their),
    );
  }
  return { ours: short(ours.join(', ')), theirs: short(theirs.join(', ')) };
}

/** What a finding says of its event, before anything is compared. */
type About = Pick<Finding, 'subscription' | 'code' | 'id' | 'key' | 'row' | 'time' | 'difference'>;

const ofEntry = ({ index, event }: LedgerEntry): About => ({
  ...placeOf(event),
  id: index.id,
  key: index.key,
  row: undefined,
  time: event.timestamp * 1000,
  difference: '0',
});

const ofListed = (listed: ListedUsage): About => ({
  ...placeOf(listed),
  id: listed.transaction_id,
  key: undefined,
  row: undefined,
  time: millisecondsIn(listed),
  difference: '0',
});

/** A finding that accounts for a difference: the sheet's amount less Lago's. */
export const weighed = (finding: Finding, difference: Big): Finding => ({
  ...finding,
  difference: difference.toFixed(),
});

/**
 * Lago does not have an event that it accepted.
 * @param because why it would not be billed if it were sent again, as a sentence; undefined if it
 * would
 */
export const missingFinding = (
  entry: LedgerEntry,
  field: string | undefined,
  because?: string,
): Finding => ({
  ...ofEntry(entry),
  kind: 'missing',
  ours: countsWords(entry.event, field),
  theirs: 'not there',
  ...(because === undefined
    ? {
        advice: 'Send it again: the very event that was accepted goes out with the next run, once.',
        fix: 'send',
      }
    : { advice: `${because} ${BY_HAND}`, fix: undefined }),
});

const BY_HAND = 'Correct the bill in Lago by hand.';

const DIFFERENT =
  'Lago keeps the event that it has under an id, and takes none in its place. Find ' +
  'out who sent it; then change the row, so that the difference is corrected, or ' +
  'correct the bill in Lago by hand.';

const MOVED =
  'Lago has it at another time, and keeps it there. Correct the bill in Lago by hand, or change ' +
  'the row to that time.';

const CONFLICT =
  'Lago keeps the event that it has under an id. Compare the two; if the row is usage of its ' +
  'own, give it another key: it is then sent as a new row.';

/** Lago has another event under the id of one that it accepted. */
export const differentFinding = (entry: LedgerEntry, listed: ListedUsage): Finding => ({
  ...ofEntry(entry),
  kind: 'different',
  ...differing(entry.event, listed),
  advice: DIFFERENT,
  fix: undefined,
});

/** Where Lago has the event that it lists under the id of an entry. */
export const differentThere = (entry: LedgerEntry, listed: ListedUsage): Finding => ({
  ...differentFinding(entry, listed),
  ...placeOf(listed),
  time: millisecondsIn(listed),
});

/** Lago lists an accepted event at another time than its own. */
export const movedFinding = (entry: LedgerEntry, field: string | undefined): Finding => ({
  ...ofEntry(entry),
  kind: 'different',
  ours: countsWords(entry.event, field),
  theirs: 'at another time',
  advice: MOVED,
  fix: undefined,
});

/**
 * Lago has the same event more than once.
 * @param copies how many
 * @param key of the row; undefined if the ledger knows none
 */
export const twiceFinding = (
  listed: ListedUsage,
  copies: number,
  field: string | undefined,
  key: string | undefined,
): Finding => ({
  ...ofListed(listed),
  key,
  kind: 'twice',
  ours: `once: ${countsWords(listed, field)}`,
  theirs: `${count(copies)} copies`,
  advice:
    'No event takes back one of two copies. Compare the totals with Lago’s current ' +
    'usage: Lago bills one copy where its removal of duplicates is switched on, else ' +
    'all.',
  fix: undefined,
});

/**
 * It is not settled yet whether Lago has the event.
 * @param there whether Lago lists it
 */
export function openFinding(
  entry: LedgerEntry,
  there: boolean,
  field: string | undefined,
): Finding {
  const isAccepted = entry.outcome.state === 'accepted';
  const handed = isAccepted ? 'accepted a moment ago' : 'handed over, no clear answer';
  return {
    ...ofEntry(entry),
    kind: 'open',
    ours: `${handed}, ${countsWords(entry.event, field)}`,
    theirs: there ? 'there' : 'not seen yet',
    advice: 'The next runs settle it. Reconcile again after them.',
    fix: 'run',
  };
}

/** Lago has an event of a row that the ledger does not know, or knows as refused. */
export const unrecordedFinding = (
  listed: ListedUsage,
  field: string | undefined,
  made: Pick<Finding, 'row' | 'ours'> & { readonly key: string },
): Finding => ({
  ...ofListed(listed),
  ...made,
  kind: 'unrecorded',
  theirs: countsWords(listed, field),
  advice:
    'Take it into the ledger: then the row counts as sent, and a difference is ' +
    'treated like any change of a sent row.',
  fix: 'adopt',
});

/** Why an event at the very time of one of ours is no ordinary one, as a sentence. */
export const untold = (id: string): string =>
  `It has the very time of “${id}”, so it cannot be told which of the two values Lago bills.`;

const LEAVE_IT = 'Leave it if another tool sends it on purpose.';

/**
 * Lago has an event that no row makes.
 * @param because why it cannot be taken back, as a sentence; undefined if it can
 */
export const foreignFinding = (
  listed: ListedUsage,
  field: string | undefined,
  because: string | undefined,
): Finding => ({
  ...ofListed(listed),
  kind: 'foreign',
  ours: 'no row makes it',
  theirs: countsWords(listed, field),
  ...(because === undefined
    ? {
        advice: `${LEAVE_IT} Else take it back: the next run sends its negative.`,
        fix: 'take-back',
      }
    : { advice: `${LEAVE_IT} ${because} ${BY_HAND}`, fix: undefined }),
});

/**
 * Lago has an event that no row is known to make, while some rows cannot be identified.
 * @param doubt which rows it may be of
 */
export const uncertainFinding = (
  listed: ListedUsage,
  field: string | undefined,
  { message, remedy }: Problem,
): Finding => ({
  ...foreignFinding(listed, field, undefined),
  ours: message,
  advice: remedy,
  fix: undefined,
});

/**
 * A correction whose line was lost, or the event that it takes back. The bill is right, so there is
 * nothing to do.
 */
export const correctedFinding = (
  listed: ListedUsage,
  field: string | undefined,
  advice: string,
): Finding => ({
  ...foreignFinding(listed, field, undefined),
  advice,
  fix: undefined,
});

/**
 * Why an event that no row makes must not be taken back, as a sentence; undefined if it may be. If
 * it is part of a correction, taking it back would bill again what was corrected.
 */
export function correctionAdvice(id: string, takenBackBy: string | undefined): string | undefined {
  const undone = undoneId(id);
  if (undone !== undefined)
    return `Leave it: it takes back “${undone}”, as a sync does that corrects a row.`;
  return takenBackBy === undefined
    ? undefined
    : `Leave it: “${takenBackBy}” takes it back already.`;
}

/**
 * Lago had another event under the id when this one was sent, and a person has yet to decide.
 * @param listed Lago's event; undefined if none is listed at this time
 */
export const conflictFinding = (
  entry: LedgerEntry,
  listed: ListedUsage | undefined,
  field: string | undefined,
): Finding => ({
  ...(listed === undefined
    ? {
        ...ofEntry(entry),
        kind: 'different',
        ours: countsWords(entry.event, field),
        theirs: 'another event under this id',
      }
    : differentFinding(entry, listed)),
  advice: CONFLICT,
  fix: 'row',
});
