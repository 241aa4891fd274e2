import type { LedgerEntry, LineOutcome } from '../ledger/entry';
import { OTHER_HALF, type Unit } from '../ledger/unit';
import type { Answer } from '../ports';

/** The events of one request, with how often it failed. */
export interface Batch {
  /** Each is sent as a whole or not at all. */
  readonly units: readonly Unit[];
  /** How often the request failed in this delivery. */
  readonly failures: number;
}

/**
 * Characters of one request's events: Lago's documented limits name no size, and proxies before it
 * commonly refuse 1 MB.
 */
const LONGEST_BATCH = 500_000;
/**
 * After this many tries without a clear answer an event is marked stuck, even if no others got
 * through: it is reported and no longer blocks the others.
 */
const TRIES_BEFORE_STUCK = 8;

/** Lago's documented limit (lago: batch.size). */
export const LARGEST_BATCH = 100;
/** A batch that failed this often while others got through is halved to find the event at fault. */
const FAILURES_BEFORE_HALVING = 2;

/** The events of a batch in the order of its request, by which an answer names them (0-based). */
export const entriesOf = (batch: Batch): LedgerEntry[] => batch.units.flat();

/** Packs units into batches of at most `size` events, in order. */
export function pack(units: readonly Unit[], size: number, failures = 0): Batch[] {
  const batches: Batch[] = [];
  let current: Unit[] = [];
  let events = 0;
  let characters = 0;
  for (const unit of units) {
    const length = unit.reduce((total, { frozen }) => total + frozen.length, 0);
    if (
      (events + unit.length > size || characters + length > LONGEST_BATCH) &&
      current.length > 0
    ) {
      batches.push({ units: current, failures });
      current = [];
      events = 0;
      characters = 0;
    }
    current.push(unit);
    events += unit.length;
    characters += length;
  }
  return current.length > 0 ? [...batches, { units: current, failures }] : batches;
}

/** Two halves, each with a number of failures. */
const halve = ({ units }: Batch, failures: number): Batch[] => {
  const middle = Math.ceil(units.length / 2);
  return [units.slice(0, middle), units.slice(middle)].map((half) => ({ units: half, failures }));
};

/** What the delivery of one batch may rely on. */
export interface DeliveryContext {
  /** Whether some batch of this delivery got a proper answer, so that a failure is not Lago's. */
  readonly othersSucceed: boolean;
  /** Whether no other batch is left to compare with. */
  readonly last: boolean;
  /**
   * Whether a batch that may be stored can be sent again at once: only if Lago refuses duplicates.
   */
  readonly refusesDuplicates: boolean;
  /** Now, in ms since 1970 UTC. */
  readonly now: number;
}

/** The outcome after one more try without a clear answer. */
export function failedAgain(entry: LedgerEntry, now: number): LineOutcome {
  const tries = entry.outcome.tries + 1;
  const state =
    entry.outcome.state === 'stuck' || tries >= TRIES_BEFORE_STUCK ? 'stuck' : 'pending';
  return { ...entry.outcome, state, at: now, tries };
}

/** The outcome after a look-up without a clear answer, which counts as a try. */
export const unclearLookUp = (entry: LedgerEntry, now: number): LineOutcome => ({
  ...failedAgain(entry, now),
  answer: 'Lago does not show whether it has the event',
});

/** A unit of which Lago says that it has some events already; it may have the others too. */
export interface LookUp {
  /** The whole unit. */
  readonly unit: Unit;
  /** Those of which Lago says that it has their id. */
  readonly existing: ReadonlySet<LedgerEntry>;
}

/**
 * What follows from an answer: outcomes to write, entries to look up in Lago, batches to send
 * again.
 */
export interface Consequence {
  /** To be written into the ledger. */
  readonly outcomes: readonly WrittenOutcome[];
  /** Units to look up in Lago. */
  readonly lookUp: readonly LookUp[];
  /** Batches to send again. */
  readonly again: readonly Batch[];
  /** The largest batch that may be sent from now on; set if Lago found this one too large. */
  readonly batchSize?: number | undefined;
}

interface WrittenOutcome {
  readonly entry: LedgerEntry;
  readonly outcome: LineOutcome;
}

/** An entry with a new outcome, which keeps its tries unless others are given. */
const outcomeOf = (
  entry: LedgerEntry,
  now: number,
  {
    state,
    answer = '',
    tries = entry.outcome.tries,
  }: Pick<LineOutcome, 'state'> & Partial<Pick<LineOutcome, 'answer' | 'tries'>>,
): WrittenOutcome => ({
  entry,
  outcome: { id: entry.index.id, state, at: now, tries, answer },
});

const NOTHING: Consequence = { outcomes: [], lookUp: [], again: [] };

/** Decides what an answer means for its batch. Pure; a wave's consequences are the sum of these. */
export function interpret(batch: Batch, answer: Answer, context: DeliveryContext): Consequence {
  const alone = batch.units.length === 1;
  const all = (outcome: Parameters<typeof outcomeOf>[2]): Consequence => ({
    ...NOTHING,
    outcomes: entriesOf(batch).map((entry) => outcomeOf(entry, context.now, outcome)),
  });
  const halved = { ...NOTHING, again: halve(batch, batch.failures) };
  switch (answer.kind) {
    case 'accepted':
      return all({ state: 'accepted' });
    case 'refused':
      return interpretRefusal(batch, answer, context);
    case 'too-many':
      if (alone) return all({ state: 'stuck', answer: 'too many events' });
      return { ...halved, batchSize: Math.ceil(entriesOf(batch).length / 2) };
    case 'too-large':
      // Not rejected: an earlier request with the same event may have been stored.
      return alone ? all({ state: 'stuck', answer: answer.answer }) : halved;
    case 'unclear':
      return alone ? interpretUnclear(batch, answer, context) : halved;
    case 'failed':
      return interpretFailure(batch, answer, context);
    case 'slow-down':
    case 'stop':
      return { ...NOTHING, again: [batch] };
  }
}

/**
 * Nothing of the batch was stored. Refused units are rejected or looked up; the others are sent
 * again.
 */
function interpretRefusal(
  batch: Batch,
  answer: Extract<Answer, { kind: 'refused' }>,
  { now }: DeliveryContext,
): Consequence {
  const entries = entriesOf(batch);
  const refusals = new Map(entries.map((entry, place) => [entry, answer.events.get(place)]));
  const isNamed = (entry: LedgerEntry): boolean => refusals.get(entry) !== undefined;
  const faulty = batch.units.filter((unit) => unit.some(isNamed));
  const innocent = batch.units.filter((unit) => !unit.some(isNamed));
  const isRejected = (unit: Unit): boolean =>
    unit.some((entry) => refusals.get(entry)?.kind === 'rejected');
  const outcomes = faulty
    .filter(isRejected)
    .flat()
    .map((entry) => {
      const refusal = refusals.get(entry);
      const reason = refusal?.kind === 'rejected' ? refusal.answer : OTHER_HALF;
      return outcomeOf(entry, now, { state: 'rejected', answer: reason });
    });
  const exists = (entry: LedgerEntry): boolean => refusals.get(entry)?.kind === 'exists';
  return {
    outcomes,
    lookUp: faulty
      .filter((unit) => !isRejected(unit))
      .map((unit) => ({ unit, existing: new Set(unit.filter(exists)) })),
    again: innocent.length > 0 ? [{ units: innocent, failures: batch.failures }] : [],
  };
}

/**
 * A unit that Lago refuses without naming an event. It is rejected if no earlier request can have
 * been stored, otherwise stuck.
 */
function interpretUnclear(
  batch: Batch,
  { answer }: Extract<Answer, { kind: 'unclear' }>,
  { now }: DeliveryContext,
): Consequence {
  const isFirst = ({ outcome }: LedgerEntry): boolean =>
    batch.failures === 0 && outcome.tries === 0 && outcome.answer === '';
  return {
    ...NOTHING,
    outcomes: entriesOf(batch).map((entry) =>
      outcomeOf(entry, now, { state: isFirst(entry) ? 'rejected' : 'stuck', answer }),
    ),
  };
}

function interpretFailure(
  batch: Batch,
  answer: Extract<Answer, { kind: 'failed' }>,
  { now, othersSucceed, last, refusesDuplicates }: DeliveryContext,
): Consequence {
  const entries = entriesOf(batch);
  const failures = batch.failures + 1;
  const again = answer.stored === 'no' || refusesDuplicates;
  const alone = batch.units.length === 1;
  // If nothing may be sent again at once, only the tries of earlier runs show that it keeps
  // failing.
  const stuck =
    alone &&
    othersSucceed &&
    Math.max(failures, entries[0]?.outcome.tries ?? 0) >= FAILURES_BEFORE_HALVING;
  // Tries are kept in the ledger, so that a later run knows which lines to isolate even if nothing
  // can be sent again at once. If nothing gets through, Lago is down, which says nothing about the
  // event. So a failure counts only if others got through, or if this is the only batch and it
  // cannot be sent again to find out.
  const speaksAgainst = othersSucceed || (last && !refusesDuplicates);
  const triesOf = (entry: LedgerEntry): number => entry.outcome.tries + (speaksAgainst ? 1 : 0);
  // A stuck line stays stuck: as a pending one it would block the others in the next run.
  const stateOf = (entry: LedgerEntry): LineOutcome['state'] =>
    stuck || entry.outcome.state === 'stuck' || (alone && triesOf(entry) >= TRIES_BEFORE_STUCK)
      ? 'stuck'
      : 'pending';
  const outcomes = entries.map((entry) =>
    outcomeOf(entry, now, {
      state: stateOf(entry),
      answer: answer.answer,
      tries: triesOf(entry),
    }),
  );
  const written = new Map(outcomes.map(({ entry, outcome }) => [entry, { ...entry, outcome }]));
  const tried: Batch = {
    units: batch.units.map((unit) => unit.map((entry) => written.get(entry) ?? entry)),
    failures,
  };
  if (outcomes.some(({ outcome }) => outcome.state === 'stuck') || !again)
    return { outcomes, lookUp: [], again: [] };
  return {
    outcomes,
    lookUp: [],
    again:
      !alone && (othersSucceed || last) && failures >= FAILURES_BEFORE_HALVING
        ? halve(tried, FAILURES_BEFORE_HALVING - 1)
        : [tried],
  };
}
