import { isProblem, type Problem, problem } from '../../problem/problem';
import type { EventStore } from '../event-store';
import type { LedgerEntry, LineOutcome } from '../ledger/entry';
import { OTHER_HALF, type Unit } from '../ledger/unit';
import type { Answer, Found, Ports } from '../ports';
import {
  type Batch,
  type Consequence,
  entriesOf,
  interpret,
  LARGEST_BATCH,
  type LookUp,
  pack,
  unclearLookUp,
} from './batch';
import { BatchQueue } from './batch-queue';
import { FIRST_WIDTH, widthAfter } from './wave-width';

/** By what a delivery goes. */
export interface DeliveryTerms {
  /** Grows as lines are appended. */
  readonly count: LineCount;
  /** Decides whether an event that may be stored can be sent again at once: only on Postgres. */
  readonly store: EventStore;
  /** No wave begins after this, in ms since 1970 UTC. */
  readonly deadline: number;
  /**
   * What Lago has done in this run so far: accepted something, accepted nothing, or been sent
   * nothing yet.
   */
  readonly before?: 'nothing-sent' | 'got-through' | 'unavailable' | undefined;
  /** Most events of a request; as many as Lago takes if undefined. */
  readonly largest?: number | undefined;
  /**
   * Whether an event that was handed over before would not be sent any more as it is: its period is
   * invoiced, so that Lago would take it and never bill it, or one of today's checks holds it.
   */
  readonly isLate?: ((entry: LedgerEntry) => boolean) | undefined;
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

const NO_ANSWER: Answer = {
  kind: 'failed',
  stored: 'maybe',
  answer: 'no answer',
  timedOut: false,
};

/** What one wave was answered, and what it follows from that. */
interface AnsweredWave {
  readonly answers: readonly Answer[];
  readonly consequences: readonly Consequence[];
  /** Units that had to be looked up, with what Lago has of them. */
  readonly looked: readonly ReturnType<typeof afterLookUp>[];
  /** Why nothing could be looked up, if so. */
  readonly blind: Problem | undefined;
}

/** One delivery at work. */
class Delivering {
  private readonly ports: Ports;
  private readonly terms: DeliveryTerms;
  private readonly queue: BatchQueue;
  /** How the entries stand, by id. */
  private readonly standing = new Map<string, LedgerEntry>();
  private width = FIRST_WIDTH;
  private hasGotThrough: boolean;
  private failedWaves = 0;
  private timedOutWaves = 0;
  private lastFailure: Problem | undefined;
  private stopped: Problem | undefined;

  constructor(ports: Ports, units: readonly Unit[], terms: DeliveryTerms) {
    this.ports = ports;
    this.terms = terms;
    this.queue = new BatchQueue(units, terms.largest ?? LARGEST_BATCH);
    this.hasGotThrough = terms.before === 'got-through';
  }

  deliver(): Delivery {
    const { clock, ledger } = this.ports;
    const fresh = this.queue.entries().filter(({ line }) => line === undefined).length;
    if (fresh > 0 && clock.now() < this.terms.deadline) ledger.makeRoom(fresh);
    while (!this.queue.isEmpty && this.stopped === undefined && clock.now() < this.terms.deadline)
      this.deliverWave();
    // If nothing may be sent again at once, a failed wave leaves the queue empty. Lago is
    // unavailable all the same, and that must be reported.
    if (!this.hasGotThrough) this.stopped ??= this.lastFailure;
    const left = this.queue.entries();
    for (const entry of left)
      if (!this.standing.has(entry.index.id)) this.standing.set(entry.index.id, entry);
    return {
      entries: [...this.standing.values()],
      left: left.length,
      stopped: this.stopped,
    };
  }

  private deliverWave(): void {
    const { destination, clock } = this.ports;
    const taken = this.queue.take(this.nextWidth());
    const isLast = taken.length === 1 && this.queue.isEmpty;
    const wave = writeDown(this.ports, taken, this.terms);
    const began = clock.now();
    const answers = destination.deliver(
      wave.map((batch) => entriesOf(batch).map(({ frozen }) => frozen)),
    );
    this.width = widthAfter(wave.length, clock.now() - began, destination.widest);
    this.noteAnswers(answers);
    const answered = this.interpret(wave, answers, isLast);
    this.book(answered);
    this.stopped = this.reasonToStop(answered);
    if (this.stopped === undefined && !this.queue.isEmpty) this.rest(answers);
  }

  /**
   * fetchAll fails as a whole (google: fetch.all-or-nothing). So after a wave without an answer one
   * request is sent alone, to see which one is at fault.
   */
  private nextWidth(): number {
    const isDoubtful = this.terms.before === 'unavailable' && !this.hasGotThrough;
    const { widest } = this.ports.destination;
    return this.failedWaves > 0 || isDoubtful ? 1 : Math.min(widest, this.width);
  }

  private noteAnswers(answers: readonly Answer[]): void {
    const isProper = answers.some(
      ({ kind }) => kind !== 'failed' && kind !== 'slow-down' && kind !== 'stop',
    );
    const failed = answers.flatMap((answer) => (answer.kind === 'failed' ? [answer] : []));
    const lastFailed = failed[failed.length - 1];
    this.hasGotThrough ||= isProper;
    this.failedWaves = isProper ? 0 : this.failedWaves + 1;
    this.timedOutWaves = failed.some(({ timedOut }) => timedOut) ? this.timedOutWaves + 1 : 0;
    this.lastFailure = lastFailed && problemOfFailure(lastFailed);
  }

  private interpret(
    wave: readonly Batch[],
    answers: readonly Answer[],
    isLast: boolean,
  ): AnsweredWave {
    const { destination, clock } = this.ports;
    const now = clock.now();
    const context = {
      othersSucceed: this.hasGotThrough,
      last: isLast,
      refusesDuplicates: this.terms.store === 'postgres',
      now,
    };
    const consequences = wave.map((batch, place) =>
      interpret(batch, answers[place] ?? NO_ANSWER, context),
    );
    const lookUp = consequences.flatMap((each) => each.lookUp);
    const asked = lookUp.flatMap(({ unit }) => unit);
    const found = asked.length > 0 ? destination.find(asked.map(({ event }) => event)) : [];
    if (isProblem(found)) return { answers, consequences, looked: [], blind: found };
    const foundOf = new Map(asked.map((entry, place) => [entry, found[place] ?? 'unknown']));
    const looked = lookUp.map((each) => afterLookUp(each, foundOf, now));
    return { answers, consequences, looked, blind: undefined };
  }

  /** Writes down how the events of a wave stand, and puts back what is sent again. */
  private book({ consequences, looked }: AnsweredWave): void {
    const settled = [...consequences, ...looked].flatMap(({ outcomes }) =>
      outcomes.map(({ entry, outcome }) => ({ ...entry, outcome })),
    );
    for (const entry of settled) this.standing.set(entry.index.id, entry);
    recordOutcomes(this.ports.ledger, settled);
    for (const { batchSize } of consequences)
      if (batchSize !== undefined) this.queue.limit(batchSize);
    const missing = looked.flatMap((each) => (each.missing.length === 0 ? [] : [each.missing]));
    const again = [...consequences.flatMap((each) => each.again), ...pack(missing, LARGEST_BATCH)];
    this.queue.putBack(again, this.hasGotThrough);
  }

  private reasonToStop({ answers, blind }: AnsweredWave): Problem | undefined {
    const stop = answers.find((answer) => answer.kind === 'stop');
    if (stop !== undefined) return stop.problem;
    if (blind !== undefined) return blind;
    const wait = longestWait(answers);
    const isTooLong =
      wait > LONGEST_WAIT_MS || (wait > 0 && this.ports.clock.now() + wait > this.terms.deadline);
    const isAway = this.failedWaves >= FAILED_WAVES;
    if (isTooLong) return problem('lago.rate-limit');
    if (this.lastFailure !== undefined && (isAway || this.timedOutWaves >= TIMED_OUT_WAVES))
      return this.lastFailure;
    return isAway ? problem('lago.rate-limit') : undefined;
  }

  /** Waits before the next wave, if Lago asks for it or does not answer. */
  private rest(answers: readonly Answer[]): void {
    const { clock } = this.ports;
    const wait = longestWait(answers);
    if (wait > 0) clock.sleep(wait);
    else if (this.failedWaves > 0) clock.sleep(backOff(this.failedWaves, clock.random()));
  }
}

/** How long (ms) Lago asks to wait; 0 if it does not. */
const longestWait = (answers: readonly Answer[]): number =>
  Math.max(0, ...answers.map((answer) => (answer.kind === 'slow-down' ? answer.waitMs : 0)));

/**
 * Delivers units wave by wave: lines of new entries are appended and flushed, the requests leave,
 * the outcomes are written. Ends when nothing is left, at the deadline, or when Lago cannot go on;
 * what has no outcome by then stays pending.
 */
export const deliver = (ports: Ports, units: readonly Unit[], terms: DeliveryTerms): Delivery =>
  new Delivering(ports, units, terms).deliver();

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
  { count, store }: DeliveryTerms,
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
