import { isProblem } from '../../problem/problem';
import { HOUR_MS } from '../../value/duration';
import { inState, type Ledger } from '../ledger/entries';
import { foundInLago, type LedgerEntry, type LineOutcome } from '../ledger/entry';
import { GIVEN_UP, OTHER_HALF, type Unit, unitName, unitsIn } from '../ledger/unit';
import type { Found, Ports } from '../ports';
import { failedAgain, LARGEST_BATCH, unclearLookUp } from './batch';
import { type Delivery, type DeliveryTerms, deliver, recordOutcomes } from './delivery';

/**
 * How long an event on ClickHouse may take to become visible to a look-up (it passes through a
 * queue; Lago documents no figure).
 */
export const VISIBILITY_MS = 5 * 60_000;

/** Whether the event of a line must be visible to a look-up by now. */
export const isVisible = ({ index, outcome }: LedgerEntry, now: number): boolean =>
  now - Math.max(index.at, outcome.at) >= VISIBILITY_MS;

/**
 * After this many tries without a clear answer a line is sent alone, in case it is what makes Lago
 * fail.
 */
const TRIES_BEFORE_ALONE = 2;

/**
 * If lines have had no answer for this long and nothing in this run has got through yet, a few are
 * sent first, each alone.
 */
const PROBED_AFTER_MS = 2 * HOUR_MS;
const PROBES = 10;

/**
 * A few of the units that have waited long. Each hour takes others, since Lago may always fail for
 * the first ones.
 */
function probesIn(entries: readonly LedgerEntry[], now: number): LedgerEntry[] {
  const old = unitsIn(entries).filter((unit) =>
    unit.every(({ index }) => now - index.at >= PROBED_AFTER_MS),
  );
  const turn = (Math.floor(now / HOUR_MS) * PROBES) % Math.max(1, old.length);
  return [...old.slice(turn), ...old.slice(0, turn)].slice(0, PROBES).flat();
}

const unchanged = (entries: readonly LedgerEntry[]): Delivery => ({
  entries,
  left: 0,
  stopped: undefined,
});

/**
 * Finds out what became of lines without an outcome, and delivers what is not in Lago. Postgres
 * refuses a duplicate, so the frozen event is simply sent again. Elsewhere it is looked up first,
 * once it must be visible, and sent only if it is absent. What would not be sent any more is looked
 * up on every store and given up if absent: its row is planned again.
 */
export function settle(
  ports: Ports,
  entries: readonly LedgerEntry[],
  terms: DeliveryTerms,
): Delivery {
  if (entries.length === 0) return unchanged(entries);
  if (terms.store !== 'postgres') return lookUpFirst(ports, entries, terms);
  const late = lateUnits(entries, terms);
  const isOfLate = (entry: LedgerEntry): boolean => late.has(unitName(entry));
  const rest = entries.filter((entry) => !isOfLate(entry));
  if (late.size === 0) return sendAgain(ports, rest, terms);
  const lookedUp = lookUpFirst(ports, entries.filter(isOfLate), terms);
  return unlessStopped(lookedUp, rest, () => sendAgain(ports, rest, terms));
}

/** Names of the units with an event that would not be sent any more as it is. */
const lateUnits = (entries: readonly LedgerEntry[], { isLate }: DeliveryTerms): Set<string> =>
  new Set(entries.filter((entry) => isLate?.(entry) === true).map(unitName));

/** Delivers the rest too, unless the first delivery was stopped: then all of it is left. */
function unlessStopped(
  first: Delivery,
  rest: readonly LedgerEntry[],
  deliverRest: () => Delivery,
): Delivery {
  const second =
    first.stopped === undefined
      ? deliverRest()
      : { entries: rest, left: rest.length, stopped: first.stopped };
  return {
    entries: [...first.entries, ...second.entries],
    left: first.left + second.left,
    stopped: second.stopped,
  };
}

/**
 * Events that Lago fails for are sent alone, or their whole batch would fail with them. On Postgres
 * a failing batch is halved within the run; elsewhere it cannot be sent again at once, so lines
 * that failed in a batch are sent alone as well.
 */
function sendAgain(ports: Ports, entries: readonly LedgerEntry[], terms: DeliveryTerms): Delivery {
  const isFailing = ({ outcome }: LedgerEntry): boolean =>
    outcome.state === 'stuck' ||
    (terms.store !== 'postgres' && outcome.tries >= TRIES_BEFORE_ALONE);
  const failing = new Set(entries.filter(isFailing).map(unitName));
  const isAlone = (entry: LedgerEntry): boolean => failing.has(unitName(entry));
  const send = (some: readonly LedgerEntry[], largest: number): Delivery =>
    deliver(ports, unitsIn(some), { ...terms, largest });
  const alone = entries.filter(isAlone);
  const together = entries.filter((entry) => !isAlone(entry));
  const probes = terms.before === 'got-through' ? [] : probesIn(together, ports.clock.now());
  // Without probes, a few events that Lago always fails for would look like an outage and keep the
  // rest from being sent.
  if (probes.length > 0) {
    const rest = entries.filter((entry) => !probes.includes(entry));
    return unlessStopped(send(probes, 1), rest, () =>
      sendAgain(ports, rest, { ...terms, before: 'got-through' }),
    );
  }
  return unlessStopped(send(together, LARGEST_BATCH), alone, () => send(alone, 1));
}

/**
 * Retries, at the end of a run, events that failed before others got through. If they cannot be
 * sent again at once, the failure is only counted.
 * @returns the entries as they stand now
 */
export function settleFailed(
  ports: Ports,
  entries: readonly LedgerEntry[],
  terms: DeliveryTerms,
): Delivery {
  if (terms.store === 'postgres' || entries.length === 0) return settle(ports, entries, terms);
  const now = ports.clock.now();
  const counted = entries.map((entry) => ({
    ...entry,
    outcome: { ...failedAgain(entry, now), answer: entry.outcome.answer },
  }));
  recordOutcomes(ports.ledger, counted);
  return unchanged(counted);
}

function lookUpFirst(
  ports: Ports,
  entries: readonly LedgerEntry[],
  terms: DeliveryTerms,
): Delivery {
  const now = ports.clock.now();
  const isShownAtOnce = terms.store === 'postgres';
  // Without its outcome nobody knows when its last request left. It may have been just now, so the
  // line waits from now on.
  const lost = entries
    .filter(({ outcomeLost }) => outcomeLost === true && !isShownAtOnce)
    .map((entry) => ({ ...entry, outcome: { ...entry.outcome, at: now } }));
  recordOutcomes(ports.ledger, lost);
  const known = entries.filter(({ outcomeLost }) => outcomeLost !== true || isShownAtOnce);
  const isShown = (entry: LedgerEntry): boolean => isShownAtOnce || isVisible(entry, now);
  const visible = known.filter(isShown);
  const early = [...known.filter((entry) => !isShown(entry)), ...lost];
  const found = visible.length > 0 ? ports.destination.find(visible.map(({ event }) => event)) : [];
  if (isProblem(found)) return { entries, left: 0, stopped: found };
  const settled: LedgerEntry[] = [];
  const absent: LedgerEntry[] = [];
  visible.forEach((entry, index) => {
    const state =
      found[index] === 'same' ? 'accepted' : found[index] === 'different' ? 'conflict' : undefined;
    if (state !== undefined) settled.push(foundInLago(entry, now, state));
    else if (found[index] === 'absent') absent.push(entry);
    else if (found[index] === 'unknown')
      settled.push({ ...entry, outcome: unclearLookUp(entry, now) });
    else early.push(entry);
  });
  // A part of a unit is never sent on its own: it is sent if Lago has the rest, waits while that is
  // unclear, and is given up if Lago has another event under one of the ids.
  const failed = new Set(
    settled.filter(({ outcome }) => outcome.state === 'conflict').map(unitName),
  );
  const unclear = new Set(
    [
      ...settled.filter(({ outcome }) => outcome.state === 'pending' || outcome.state === 'stuck'),
      ...early,
    ].map(unitName),
  );
  const late = lateUnits(absent, terms);
  const isGivenUp = (entry: LedgerEntry): boolean =>
    failed.has(unitName(entry)) || (late.has(unitName(entry)) && !unclear.has(unitName(entry)));
  for (const entry of absent.filter(isGivenUp)) {
    const answer = failed.has(unitName(entry)) ? OTHER_HALF : GIVEN_UP;
    settled.push({ ...entry, outcome: { ...entry.outcome, state: 'rejected', at: now, answer } });
  }
  const kept = absent.filter((entry) => !isGivenUp(entry));
  const isWaiting = (entry: LedgerEntry): boolean => unclear.has(unitName(entry));
  recordOutcomes(ports.ledger, settled);
  const sent = sendAgain(
    ports,
    kept.filter((entry) => !isWaiting(entry)),
    terms,
  );
  return {
    ...sent,
    entries: [...settled, ...sent.entries, ...early, ...kept.filter(isWaiting)],
  };
}

/**
 * Settles lines whose unit has failed already. What Lago does not have is given up, since a part of
 * a unit is never sent on its own.
 * @param failed the lines, all without an outcome, each with another line of its unit that was
 * refused or in conflict
 */
export function settleHalves(ports: Ports, failed: readonly LedgerEntry[]): Delivery {
  const now = ports.clock.now();
  const visible = failed.filter((entry) => isVisible(entry, now));
  const found = visible.length > 0 ? ports.destination.find(visible.map(({ event }) => event)) : [];
  if (isProblem(found)) return { entries: failed, left: 0, stopped: found };
  const states: Partial<Record<Found, LineOutcome['state']>> = {
    same: 'accepted',
    different: 'conflict',
    absent: 'rejected',
  };
  const settled = visible.flatMap((entry, place) => {
    const state = states[found[place] ?? 'unknown'];
    return state === undefined
      ? []
      : [{ ...entry, outcome: { ...entry.outcome, state, at: now, answer: OTHER_HALF } }];
  });
  recordOutcomes(ports.ledger, settled);
  const known = new Set(settled.map(({ index }) => index.id));
  return unchanged([...settled, ...failed.filter(({ index }) => !known.has(index.id))]);
}

/** Most stuck units that a run tries again, since each costs a request. */
const MOST_STUCK = 100;

/** The stuck lines that a run tries again, in whole units: those that have waited longest. */
export function stuckToTry(ledger: Ledger): LedgerEntry[] {
  const triedAt = (unit: Unit): number => Math.max(...unit.map(({ outcome }) => outcome.at));
  return unitsIn(inState(ledger, 'stuck'))
    .sort((left, right) => triedAt(left) - triedAt(right))
    .slice(0, MOST_STUCK)
    .flat();
}
