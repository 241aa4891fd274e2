import { isProblem } from '../problem/problem';
import { failedAgain, LARGEST_BATCH, unclearLookUp } from './batch';
import { type Delivery, type DeliveryLimits, deliver, type LineCount } from './delivery';
import type { LedgerEntry, LineOutcome } from './ledger';
import type { Ports } from './ports';

/** How long an event on ClickHouse may take to become visible to a look-up (it passes through a queue; Lago documents no figure). */
export const VISIBILITY_MS = 5 * 60_000;

/** A line that had no clear answer so often is sent alone, in case it is what makes Lago fail. */
const TRIES_BEFORE_ALONE = 2;

const unchanged = (entries: readonly LedgerEntry[]): Delivery => ({ entries, left: 0, stopped: undefined });

/**
 * Finds out what became of lines without an outcome, and delivers what is not in Lago.
 * Postgres refuses a duplicate, so the frozen event is simply sent again. Elsewhere it is looked up first, once it must be visible, and sent only if it is absent.
 */
export function settle(ports: Ports, entries: readonly LedgerEntry[], count: LineCount, limits: DeliveryLimits): Delivery {
  if (entries.length === 0) return unchanged(entries);
  return limits.store === 'postgres' ? sendAgain(ports, entries, count, limits) : lookUpFirst(ports, entries, count, limits);
}

/** On Postgres a failing batch is halved in the run itself; elsewhere it cannot be sent again at once, so lines that failed beside others go alone. */
function sendAgain(ports: Ports, entries: readonly LedgerEntry[], count: LineCount, limits: DeliveryLimits): Delivery {
  const isAlone = ({ outcome }: LedgerEntry): boolean => limits.store !== 'postgres' && outcome.tries >= TRIES_BEFORE_ALONE;
  const send = (some: readonly LedgerEntry[], size: number): Delivery =>
    deliver(
      ports,
      some.map((entry) => [entry]),
      count,
      limits,
      size,
    );
  const alone = entries.filter(isAlone);
  const first = send(
    entries.filter((entry) => !isAlone(entry)),
    LARGEST_BATCH,
  );
  if (first.stopped !== undefined) return { ...first, entries: [...first.entries, ...alone], left: first.left + alone.length };
  const second = send(alone, 1);
  return { entries: [...first.entries, ...second.entries], left: first.left + second.left, stopped: second.stopped };
}

/**
 * Tries again, at the end of a run, what failed before others got through. Where it cannot be sent again at once, that it failed is only counted.
 * @returns the entries as they stand now
 */
export function settleFailed(ports: Ports, entries: readonly LedgerEntry[], count: LineCount, limits: DeliveryLimits): Delivery {
  if (limits.store === 'postgres' || entries.length === 0) return settle(ports, entries, count, limits);
  const now = ports.clock.now();
  const counted = entries.map((entry) => ({ ...entry, outcome: { ...failedAgain(entry, now), answer: entry.outcome.answer } }));
  ports.ledger.writeOutcomes(counted.map(({ line, outcome }) => ({ line: line ?? 0, outcome })));
  return unchanged(counted);
}

function lookUpFirst(ports: Ports, entries: readonly LedgerEntry[], count: LineCount, limits: DeliveryLimits): Delivery {
  const now = ports.clock.now();
  // Its last request may have left a moment ago: from now on it waits like any other.
  const lost = entries
    .filter(({ outcomeLost }) => outcomeLost === true)
    .map((entry) => ({ ...entry, outcome: { ...entry.outcome, at: now } }));
  ports.ledger.writeOutcomes(lost.map(({ line, outcome }) => ({ line: line ?? 0, outcome })));
  const known = entries.filter(({ outcomeLost }) => outcomeLost !== true);
  const visible = known.filter(({ index, outcome }) => now - Math.max(index.at, outcome.at) >= VISIBILITY_MS);
  const early = [...known.filter((entry) => !visible.includes(entry)), ...lost];
  const found = visible.length > 0 ? ports.destination.find(visible.map(({ event }) => event)) : [];
  if (isProblem(found)) return { entries, left: 0, stopped: found };
  const settled: LedgerEntry[] = [];
  const absent: LedgerEntry[] = [];
  visible.forEach((entry, index) => {
    const state: LineOutcome['state'] | undefined =
      found[index] === 'same' ? 'accepted' : found[index] === 'different' ? 'conflict' : undefined;
    if (state !== undefined) settled.push({ ...entry, outcome: { ...entry.outcome, state, at: now, answer: 'found in Lago' } });
    else if (found[index] === 'absent') absent.push(entry);
    else if (found[index] === 'unknown') settled.push({ ...entry, outcome: unclearLookUp(entry, now) });
    else early.push(entry);
  });
  ports.ledger.writeOutcomes(settled.map(({ line, outcome }) => ({ line: line ?? 0, outcome })));
  const sent = sendAgain(ports, absent, count, limits);
  return { ...sent, entries: [...settled, ...sent.entries, ...early] };
}
