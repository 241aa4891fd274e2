import { isProblem, type Problem, problem } from '../../problem/problem';
import type { EventStore } from '../event-store';
import type { LedgerEntry, LineOutcome } from '../ledger/entry';
import { OTHER_HALF, type Unit } from '../ledger/unit';
import type { Answer, Found, Ports } from '../ports';
import {
  type Batch,
  entriesOf,
  interpret,
  LARGEST_BATCH,
  type LookUp,
  pack,
  unclearLookUp,
  WAVE_BATCHES,
} from './batch';

/** How long a delivery may go on, and against which store. */
export interface DeliveryLimits {
  /** Decides whether an event that may be stored can be sent again at once: only on Postgres. */
  readonly store: EventStore;
  /** No wave begins after this, in ms since 1970 UTC. */
  readonly deadline: number;
  /**
   * What Lago has done in this run so far: accepted something, accepted nothing, or been sent
   * nothing yet.
   */
  readonly before?: 'nothing-sent' | 'got-through' | 'unavailable' | undefined;
}

/** What a delivery did. */
export interface Delivery {
  /** Entries with their outcomes as they now stand, in no special order. */
  readonly entries: readonly LedgerEntry[];
  /** Events that no request was made for. */
  readonly left: number;
  /** Why it ended early; undefined if nothing is left or only the deadline ended it. */
  readonly stopped: Problem | undefined;
}

/**
 * How many lines the ledger's sheet has. The record keeps the number, so that lost lines are
 * noticed.
 */
export interface LineCount {
  /** Lines below the header, void ones included. Grows as a run appends. */
  lines: number;
}

/**
 * Appends lines and counts them. Returns the entries with their row numbers (1-based). Does nothing
 * if there are none.
 */
export function appendLines(
  ledger: Ports['ledger'],
  entries: readonly LedgerEntry[],
  count: LineCount,
): LedgerEntry[] {
  if (entries.length === 0) return [];
  const first = ledger.append(entries, { lines: count.lines + entries.length });
  count.lines += entries.length;
  return entries.map((entry, offset) => ({ ...entry, line: first + offset }));
}

/** Writes the outcomes of lines that stand in the ledger; the next flush applies them. */
export function recordOutcomes(ledger: Ports['ledger'], entries: readonly LedgerEntry[]): void {
  ledger.writeOutcomes(entries.map(({ line, outcome }) => ({ line: line ?? 0, outcome })));
}

/**
 * After this many waves in a row without a proper answer Lago counts as unavailable, because Google
 * limits a run's minutes.
 */
const FAILED_WAVES = 4;
const TIMED_OUT_WAVES = 3;
const FIRST_BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 20_000;
/** If Lago asks to wait longer than this, the next run sends the rest. */
const LONGEST_WAIT_MS = 60_000;

/**
 * Milliseconds to wait before the next wave after `failures` failed ones: 1, 2, 4 … 20 s, spread by
 * up to a quarter.
 */
export const backOff = (failures: number, random: number): number =>
  Math.min(FIRST_BACK_OFF_MS * 2 ** (failures - 1), LONGEST_BACK_OFF_MS) * (1 + random / 4);

const problemOfFailure = ({ answer, limit }: Extract<Answer, { kind: 'failed' }>): Problem =>
  limit ?? problem('lago.unavailable', { status: answer });

/**
 * Delivers units wave by wave: lines of new entries are appended and flushed, the requests leave,
 * the outcomes are written. Ends when nothing is left, at the deadline, or when Lago cannot go on;
 * what has no outcome by then stays pending.
 */
export function deliver(
  { ledger, destination, clock }: Ports,
  units: readonly Unit[],
  count: LineCount,
  limits: DeliveryLimits,
  batchSize = LARGEST_BATCH,
): Delivery {
  const standing = new Map<string, LedgerEntry>();
  let queue: readonly Batch[] = pack(units, batchSize);
  let size = batchSize;
  let failedWaves = 0;
  let timedOutWaves = 0;
  let succeeded = limits.before === 'got-through';
  let stopped: Problem | undefined;
  let lastFailure: Problem | undefined;

  const settle = (
    changes: readonly { readonly entry: LedgerEntry; readonly outcome: LineOutcome }[],
  ): void => {
    const settled = changes.map(({ entry, outcome }) => ({ ...entry, outcome }));
    for (const entry of settled) standing.set(entry.index.id, entry);
    recordOutcomes(ledger, settled);
  };

  while (queue.length > 0 && stopped === undefined && clock.now() < limits.deadline) {
    // fetchAll fails as a whole (google: fetch.all-or-nothing). So after a wave without an answer
    // one request is sent alone, to see which one is at fault.
    const width =
      failedWaves > 0 || (limits.before === 'unavailable' && !succeeded) ? 1 : WAVE_BATCHES;
    const wave = writeDown({ ledger, clock }, queue.slice(0, width), count, limits.store);
    const answers = destination.deliver(
      wave.map((batch) => entriesOf(batch).map(({ frozen }) => frozen)),
    );
    const now = clock.now();
    const proper = answers.filter(
      ({ kind }) => kind !== 'failed' && kind !== 'slow-down' && kind !== 'stop',
    ).length;
    succeeded = succeeded || proper > 0;
    const last = queue.length === 1;
    const consequences = wave.map((batch, index) => {
      const answer = answers[index] ?? {
        kind: 'failed',
        stored: 'maybe',
        answer: 'no answer',
        timedOut: false,
      };
      return interpret(batch, answer, {
        othersSucceed: succeeded,
        last,
        refusesDuplicates: limits.store === 'postgres',
        now,
      });
    });
    const lookUp = consequences.flatMap((each) => each.lookUp);
    const asked = lookUp.flatMap(({ unit }) => unit);
    const found = asked.length > 0 ? destination.find(asked.map(({ event }) => event)) : [];
    const foundOf = isProblem(found)
      ? undefined
      : new Map(asked.map((entry, index) => [entry, found[index] ?? 'unknown']));
    const looked =
      foundOf === undefined ? [] : lookUp.map((each) => afterLookUp(each, foundOf, now));
    settle([
      ...consequences.flatMap((each) => each.outcomes),
      ...looked.flatMap((each) => each.outcomes),
    ]);

    size = Math.min(size, ...consequences.map((each) => each.batchSize ?? size));
    const missing = looked.flatMap((each) => (each.missing.length === 0 ? [] : [each.missing]));
    const again = [...consequences.flatMap((each) => each.again), ...pack(missing, size)];
    const failing = again.filter(({ failures }) => failures > 0);
    const rest = queue.slice(width);
    // Until something gets through, batches that have their lines already go first. A new batch
    // would only add lines that the next run has to settle.
    const unwritten = succeeded
      ? []
      : rest.filter((batch) => entriesOf(batch).some(({ line }) => line === undefined));
    const ordered = [
      ...again.filter(({ failures }) => failures === 0),
      ...rest.filter((batch) => !unwritten.includes(batch)),
      ...failing,
      ...unwritten,
    ];
    queue = ordered.flatMap((batch) =>
      entriesOf(batch).length > size ? pack(batch.units, size, batch.failures) : [batch],
    );
    lastFailure = answers.reduce<Problem | undefined>(
      (last, each) => (each.kind === 'failed' ? problemOfFailure(each) : last),
      undefined,
    );
    failedWaves = proper > 0 ? 0 : failedWaves + 1;
    timedOutWaves = answers.some((answer) => answer.kind === 'failed' && answer.timedOut)
      ? timedOutWaves + 1
      : 0;
    const slowDown = Math.max(
      0,
      ...answers.map((answer) => (answer.kind === 'slow-down' ? answer.waitMs : 0)),
    );
    const stop = answers.find((answer) => answer.kind === 'stop');
    if (stop !== undefined) stopped = stop.problem;
    else if (isProblem(found)) stopped = found;
    else if (
      slowDown > LONGEST_WAIT_MS ||
      (slowDown > 0 && clock.now() + slowDown > limits.deadline)
    )
      stopped = problem('lago.rate-limit');
    else if (
      lastFailure !== undefined &&
      (failedWaves >= FAILED_WAVES || timedOutWaves >= TIMED_OUT_WAVES)
    )
      stopped = lastFailure;
    else if (failedWaves >= FAILED_WAVES) stopped = problem('lago.rate-limit');
    else if (queue.length > 0 && slowDown > 0) clock.sleep(slowDown);
    else if (queue.length > 0 && failedWaves > 0) clock.sleep(backOff(failedWaves, clock.random()));
  }
  // If nothing may be sent again at once, a failed wave leaves the queue empty. Lago is unavailable
  // all the same, and that must be reported.
  if (stopped === undefined && !succeeded && lastFailure !== undefined) stopped = lastFailure;
  for (const entry of queue.flatMap(entriesOf))
    if (!standing.has(entry.index.id)) standing.set(entry.index.id, entry);
  return { entries: [...standing.values()], left: queue.flatMap(entriesOf).length, stopped };
}

/**
 * What follows from looking up a unit that is partly in Lago: its missing events are sent too,
 * unless Lago has another event under one of its ids.
 */
function afterLookUp(
  { unit, existing }: LookUp,
  found: ReadonlyMap<LedgerEntry, Found>,
  now: number,
): {
  readonly outcomes: readonly { readonly entry: LedgerEntry; readonly outcome: LineOutcome }[];
  readonly missing: Unit;
} {
  const isMissing = (entry: LedgerEntry): boolean =>
    !existing.has(entry) && found.get(entry) === 'absent';
  const missing = unit.filter(isMissing);
  const others = unit.filter((entry) => !isMissing(entry));
  const isWhole = others.every((entry) => found.get(entry) === 'same');
  const isFailed = others.some((entry) => found.get(entry) === 'different');
  const outcomes = others.map((entry) => ({
    entry,
    outcome: outcomeOfFound(entry, found.get(entry) ?? 'unknown', now),
  }));
  const given = missing.map((entry) => ({
    entry,
    outcome: { ...entry.outcome, state: 'rejected' as const, at: now, answer: OTHER_HALF },
  }));
  return {
    outcomes: isFailed ? [...outcomes, ...given] : outcomes,
    missing: isWhole ? missing : [],
  };
}

/** The outcome of a line that was looked up after `value_already_exist`. */
function outcomeOfFound(entry: LedgerEntry, found: Found, now: number): LineOutcome {
  if (found === 'same' || found === 'different')
    return {
      ...entry.outcome,
      state: found === 'same' ? 'accepted' : 'conflict',
      at: now,
      answer: 'value_already_exist',
    };
  return unclearLookUp(entry, now);
}

/**
 * Writes down and flushes what is about to be sent: lines for new entries, which get their numbers.
 * Unless Lago refuses duplicates, lines that are sent again get a new time, because a later look-up
 * must wait from the last request on.
 */
function writeDown(
  { ledger, clock }: Pick<Ports, 'ledger' | 'clock'>,
  wave: readonly Batch[],
  count: LineCount,
  store: EventStore,
): Batch[] {
  const now = clock.now();
  const stamped = new Map<LedgerEntry, LedgerEntry>();
  for (const entry of wave.flatMap(entriesOf)) {
    if (entry.line === undefined)
      stamped.set(entry, {
        ...entry,
        index: { ...entry.index, at: now },
        outcome: { ...entry.outcome, at: now },
      });
    else if (store !== 'postgres')
      stamped.set(entry, { ...entry, outcome: { ...entry.outcome, at: now } });
  }
  const again = [...stamped.values()].filter(({ line }) => line !== undefined);
  const fresh = [...stamped].filter(([{ line }]) => line === undefined);
  if (again.length > 0) recordOutcomes(ledger, again);
  const lines = appendLines(
    ledger,
    fresh.map(([, entry]) => entry),
    count,
  );
  lines.forEach((entry, place) => {
    const [planned] = fresh[place] ?? [];
    if (planned !== undefined) stamped.set(planned, entry);
  });
  if (lines.length === 0 && again.length > 0) ledger.flush();
  return wave.map((batch) => ({
    ...batch,
    units: batch.units.map((unit) => unit.map((entry) => stamped.get(entry) ?? entry)),
  }));
}
