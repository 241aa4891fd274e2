import type { UsageEvent } from '../../value/usage-event';
import {
  type BillingTerms,
  countedValue,
  isRemoval,
  isSameNumber,
  removalOf,
  ruleFor,
  uniqueText,
} from '../billing/correction';
import { billedOf, isUndone, type LedgerEntry, newEntry } from '../ledger/ledger';
import type { PlanInput } from './plan-input';
import type { PlannedRow } from './planned-row';
import { isReplaced, reversalId, uncorrected, withReversals } from './reversal';

/** Rows by their place in the plan, so that several steps can change them. */
type Rows = PlannedRow[];

/** What stands for a row of the tab in Lago, or will after this run. */
interface Standing {
  readonly place: number;
  readonly entry: LedgerEntry;
  readonly isNew: boolean;
}

/** What one subscription has of one code in the running period, or ever, where what is counted stays. */
interface Group {
  readonly terms: BillingTerms;
  /** What was handed to Lago, refused events left out, in the order of time. */
  readonly handed: readonly LedgerEntry[];
  readonly standing: readonly Standing[];
  /** Places of the rows whose event it has, and that are to leave it, or to say something else. */
  readonly leaving: readonly number[];
  /** Why nothing can be taken back from it now, if that is so. */
  readonly because: string | undefined;
}

/** The moment that comes next for both event stores: ClickHouse keeps milliseconds (lago: clickhouse.removal). */
const justAfter = (seconds: number): number => (Math.round(seconds * 1000) + 1) / 1000;

/** The time of the usage itself, wherever its event was placed. */
const ownTime = ({ event, index }: LedgerEntry): number => index.usedAt ?? event.timestamp;

const NO_TIME_LEFT = 'there is no time left in its period';
const NONE_INSTEAD = 'no other row of the period has a value that could take its place';
const HAS_REMOVALS = 'rows of the sheet say themselves which values are removed';
const HAS_MISSING =
  'a further sent row is not in the tab, and cannot be told from a removed one while keys are unreadable';

/** The same entry with its event at another moment; its own time is kept beside it. */
function movedTo(entry: LedgerEntry, seconds: number): LedgerEntry {
  const { id: _, ...index } = entry.index;
  return newEntry({ ...index, usedAt: ownTime(entry) }, { ...entry.event, timestamp: seconds });
}

const isInTime = ({ until }: BillingTerms, seconds: number): boolean =>
  until !== undefined && seconds * 1000 <= until;

const groupName = ({ external_subscription_id, code }: UsageEvent): string =>
  JSON.stringify([external_subscription_id, code]);

/** The event that a row stands for; of a removed row it is none, if removals are corrected. */
function standingEntry(
  { ledger, ready: { sync } }: PlanInput,
  { key, change, entry, action }: PlannedRow,
): LedgerEntry | undefined {
  if (entry !== undefined) return entry;
  if (
    key === undefined ||
    (change === 'removed' && sync.removed === 'correct' && action !== 'flag')
  )
    return undefined;
  const billed = billedOf(ledger, key);
  return billed?.index.kind === 'baseline' ? undefined : billed;
}

interface Members {
  terms: BillingTerms | undefined;
  readonly handed: LedgerEntry[];
  readonly standing: Standing[];
  readonly leaving: { readonly place: number; readonly entry: LedgerEntry }[];
  readonly missing: LedgerEntry[];
}

/** Groups of the metrics whose values depend on one another: unique and latest ones that can be corrected, in the running period. */
function groupsOf(input: PlanInput, rows: Rows): Group[] {
  const { ledger, check } = input;
  const groups = new Map<string, Members>();
  const membersFor = (event: UsageEvent): Members => {
    const name = groupName(event);
    const known = groups.get(name);
    if (known !== undefined) return known;
    const made: Members = { terms: undefined, handed: [], standing: [], leaving: [], missing: [] };
    groups.set(name, made);
    return made;
  };
  const add = (entry: LedgerEntry, to: (members: Members) => void): void => {
    const members = membersFor(entry.event);
    if (members.terms === undefined && check.openUntil?.(entry.event) !== undefined)
      members.terms = check.billingOf?.(entry.event);
    to(members);
  };
  for (const entry of ledger.entries) {
    const { kind } = entry.index;
    if (
      kind !== 'baseline' &&
      entry.outcome.state !== 'rejected' &&
      entry.outcome.state !== 'conflict'
    )
      add(entry, ({ handed }) => handed.push(entry));
  }
  rows.forEach((row, place) => {
    const entry = standingEntry(input, row);
    if (entry !== undefined)
      add(entry, ({ standing }) => standing.push({ place, entry, isNew: row.entry !== undefined }));
    const billed =
      row.key !== undefined && isReplaced(input, row) ? billedOf(ledger, row.key) : undefined;
    if (billed !== undefined && billed.index.kind !== 'baseline')
      add(billed, ({ leaving }) => leaving.push({ place, entry: billed }));
  });
  const planned = new Set(rows.map(({ key }) => key));
  for (const key of ledger.byKey.keys()) {
    const billed = planned.has(key) ? undefined : billedOf(ledger, key);
    if (billed !== undefined && billed.index.kind !== 'baseline')
      add(billed, ({ missing }) => missing.push(billed));
  }
  return [...groups.values()].flatMap(({ terms, handed, standing, leaving, missing }) => {
    if (terms === undefined) return [];
    const rule = ruleFor(terms);
    if ('because' in rule || rule.by === 'negation') return [];
    const from = terms.recurring
      ? Number.NEGATIVE_INFINITY
      : (terms.current ?? Number.POSITIVE_INFINITY);
    const isIn = ({ event }: LedgerEntry): boolean => event.timestamp * 1000 >= from;
    const isOwnRemoval = ({ index, event }: LedgerEntry): boolean =>
      index.kind !== 'reversal' && isRemoval(event);
    const own = {
      handed: handed.filter(isIn),
      standing: standing.filter(({ entry }) => isIn(entry)),
    };
    const hasRemovals =
      rule.by === 'removal' &&
      [...own.handed, ...own.standing.map(({ entry }) => entry)].some(isOwnRemoval);
    return [
      {
        terms,
        handed: own.handed.sort((left, right) => left.event.timestamp - right.event.timestamp),
        standing: own.standing,
        leaving: leaving.filter(({ entry }) => isIn(entry)).map(({ place }) => place),
        because: hasRemovals ? HAS_REMOVALS : missing.some(isIn) ? HAS_MISSING : undefined,
      },
    ];
  });
}

/**
 * Puts unique and latest values of each group in order; see `takeBack`. A row that keeps what it has, since it cannot be taken back, still stands where it
 * stood, so that everything is put in order once more with it.
 */
export function inOrder(input: PlanInput, planned: readonly PlannedRow[]): PlannedRow[] {
  let from = [...planned];
  for (;;) {
    const rows = [...from];
    for (const group of groupsOf(input, from)) {
      if (group.because !== undefined)
        for (const place of group.leaving)
          change(rows, place, (row) => uncorrected(row, group.because ?? ''));
      else if (group.terms.aggregation === 'latest_agg') orderLatest(input, rows, group);
      else orderUnique(input, rows, group);
    }
    const next = from.map((row, place) =>
      row.action !== 'flag' && rows[place]?.action === 'flag' ? rows[place] : row,
    );
    // A row whose value others hold needs no event of its own.
    if (next.every((row, place) => row === from[place]))
      return rows.map((row) =>
        row.change === 'removed' && row.action === 'send' && (row.reversals ?? []).length === 0
          ? { ...row, action: 'sent' }
          : row,
      );
    from = next;
  }
}

/** The place of the row that answers for an entry; that of the row that takes its part, where its own is gone or keeps what it has. */
const placeOf = (rows: Rows, { index }: LedgerEntry, otherwise: number): number => {
  const place = rows.findIndex(
    ({ key, action }) => key === index.key && (action === 'send' || action === 'sent'),
  );
  return place < 0 ? otherwise : place;
};

const change = (rows: Rows, place: number, to: (row: PlannedRow) => PlannedRow): void => {
  const row = rows[place];
  // What is flagged keeps what it has, whatever a further group would do with it.
  if (row !== undefined && row.action !== 'flag') rows[place] = to(row);
};

/** Where a new event of a row has to lie later than something that Lago has, it is moved there. */
function placeAfter(
  rows: Rows,
  { place, entry }: Standing,
  after: number,
  terms: BillingTerms,
): void {
  if (entry.event.timestamp > after) return;
  const seconds = justAfter(after);
  change(rows, place, (row) =>
    isInTime(terms, seconds)
      ? { ...row, entry: movedTo(entry, seconds) }
      : uncorrected(row, NO_TIME_LEFT),
  );
}

/** Per value an add counts after nothing or a removal, and a removal after an add, in the order of time (lago: counting.unique). */
function orderUnique(
  input: PlanInput,
  rows: Rows,
  { terms, handed, standing, leaving }: Group,
): void {
  const { field } = terms;
  const byValue = new Map<string, LedgerEntry[]>();
  for (const entry of handed) {
    const value = uniqueText(entry.event, field);
    if (value !== undefined) byValue.set(value, [...(byValue.get(value) ?? []), entry]);
  }
  const wanted = new Set(standing.map(({ entry }) => uniqueText(entry.event, field)));
  const isThere = (events: readonly LedgerEntry[]): boolean => {
    const last = events[events.length - 1];
    return last !== undefined && !isRemoval(last.event);
  };
  for (const each of standing) {
    const events = byValue.get(uniqueText(each.entry.event, field) ?? '') ?? [];
    const last = events[events.length - 1];
    if (each.isNew && last !== undefined && !isThere(events))
      placeAfter(rows, each, last.event.timestamp, terms);
  }
  for (const [value, events] of byValue) {
    const last = events[events.length - 1];
    if (last === undefined || wanted.has(value) || !isThere(events)) continue;
    const holders = events
      .filter((entry) => entry.index.kind !== 'reversal' && !isUndone(input.ledger, entry))
      .reverse();
    const isLeaving = ({ index }: LedgerEntry): boolean =>
      leaving.some((place) => rows[place]?.key === index.key);
    const undoes = holders.find(isLeaving) ?? holders[0] ?? last;
    const too = holders.filter((entry) => entry !== undoes);
    const seconds = justAfter(last.event.timestamp);
    const event = isInTime(terms, seconds)
      ? removalOf(undoes.event, seconds, reversalId(input.ledger, undoes))
      : undefined;
    change(rows, placeOf(rows, undoes, -1), (row) =>
      event === undefined
        ? uncorrected(row, NO_TIME_LEFT)
        : withReversals(row, [{ event, undoes, too }], input.now),
    );
  }
}

/** What Lago takes for the newest must be what the newest row says; others were never billed. */
function orderLatest(
  input: PlanInput,
  rows: Rows,
  { terms, handed, standing, leaving }: Group,
): void {
  const lagos = handed[handed.length - 1];
  const newest = standing.reduce<Standing | undefined>(
    (best, each) => (best === undefined || ownTime(each.entry) > ownTime(best.entry) ? each : best),
    undefined,
  );
  if (lagos === undefined) return;
  const { field } = terms;
  if (newest === undefined) {
    // Lago's newest may be an event that has taken another row's place: then the row whose value it has answers for it.
    const isOwn = (place: number): boolean =>
      lagos.index.kind !== 'reversal' && rows[place]?.key === lagos.index.key;
    const hasValue = (place: number): boolean => {
      const billed = billedOf(input.ledger, rows[place]?.key ?? '');
      return (
        billed !== undefined &&
        isSameNumber(countedValue(billed.event, field), countedValue(lagos.event, field))
      );
    };
    const answering = leaving.find(isOwn) ?? leaving.find(hasValue) ?? leaving[0];
    if (answering !== undefined) change(rows, answering, (row) => uncorrected(row, NONE_INSTEAD));
    return;
  }
  const isTie = standing.some(
    (each) => each !== newest && ownTime(each.entry) === ownTime(newest.entry),
  );
  if (newest.isNew && !isTie) {
    placeAfter(rows, newest, lagos.event.timestamp, terms);
    return;
  }
  const saysTheSame = ({ event }: LedgerEntry): boolean =>
    isSameNumber(countedValue(event, field), countedValue(newest.entry.event, field));
  // Of several values of one time nobody knows which one Lago takes (lago: counting.latest-tie).
  if (handed.filter(({ event }) => event.timestamp === lagos.event.timestamp).every(saysTheSame))
    return;
  const seconds = justAfter(lagos.event.timestamp);
  const event: UsageEvent = {
    ...newest.entry.event,
    transaction_id: reversalId(input.ledger, lagos),
    timestamp: seconds,
  };
  change(rows, placeOf(rows, lagos, newest.place), (row) => {
    if (isTie) return uncorrected(row, 'two rows of one time could take its place');
    // A row that stands as it is keeps its event, even where another one takes its place as the newest.
    const keeps = standing.some(({ entry }) => entry.index.id === lagos.index.id);
    return isInTime(terms, seconds)
      ? withReversals(row, [{ event, undoes: lagos, keeps }], input.now)
      : uncorrected(row, NO_TIME_LEFT);
  });
}
