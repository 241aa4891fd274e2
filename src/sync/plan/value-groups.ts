import { placeName, type UsageEvent } from '../../value/usage-event';
import { type BillingTerms, isRemoval, ruleFor } from '../billing/correction';
import { isInSpan } from '../billing/period';
import { allBilledOf, billedOf } from '../ledger/entries';
import { isBaseline, isHanded, type LedgerEntry } from '../ledger/entry';
import type { PlanInput } from './plan-input';
import type { PlannedRow } from './planned-row';
import { isReplaced, lastLeavingOf, leavingOf } from './reversal';

/** The event that a row of the tab has in Lago, or will have after this run. */
export interface StandingValue {
  /** Place of the row in the plan, 0-based; -1 if the row is not in it. */
  readonly place: number;
  /** The event that the row stands for. */
  readonly entry: LedgerEntry;
  /** Whether this run is to send it. */
  readonly isNew: boolean;
}

/**
 * The values of one subscription and code that depend on one another: those of the running period,
 * or all up to its end if the metric is recurring.
 */
export interface ValueGroup {
  /** How Lago bills its events. */
  readonly terms: BillingTerms;
  /** What was handed to Lago, without refused events, in the order of time. */
  readonly handed: readonly LedgerEntry[];
  /** What the rows say, and sent rows that are not in the tab and do not count as removed. */
  readonly standing: readonly StandingValue[];
  /** Places of rows that have an event in the group, and are removed or get another value. */
  readonly leaving: readonly number[];
  /** Whether rows say themselves which unique values are removed, so that their times decide. */
  readonly hasRemovals: boolean;
  /** Why nothing of the group can be taken back now; undefined if it can. */
  readonly because: string | undefined;
}

const HAS_REMOVALS = 'rows of the sheet say themselves which values are removed';
const HAS_MISSING =
  'a further sent row is not in the tab, and cannot be told from a removed one while ' +
  'keys are unreadable';

interface Members {
  terms: BillingTerms | undefined;
  readonly handed: LedgerEntry[];
  readonly standing: StandingValue[];
  readonly leaving: { readonly place: number; readonly entry: LedgerEntry }[];
  readonly missing: LedgerEntry[];
}

/** Collects events by subscription and code. */
class Collection {
  private readonly groups = new Map<string, Members>();

  constructor(private readonly input: PlanInput) {}

  /** The members of an event's group, with the terms of its first event in a running period. */
  membersFor(event: UsageEvent): Members {
    const name = placeName(event);
    const members = this.groups.get(name) ?? {
      terms: undefined,
      handed: [],
      standing: [],
      leaving: [],
      missing: [],
    };
    this.groups.set(name, members);
    const { check } = this.input;
    // A recurring metric has events of ended periods too, whose terms have no time left.
    if (members.terms?.until === undefined && check.openUntil?.(event) !== undefined)
      members.terms = check.billingOf?.(event);
    return members;
  }

  all(): Members[] {
    return [...this.groups.values()];
  }
}

/** Groups of unique and latest values that can be corrected, in the running period. */
export function groupsOf(input: PlanInput, rows: readonly PlannedRow[]): ValueGroup[] {
  const collection = new Collection(input);
  for (const entry of input.ledger.entries)
    if (isHanded(entry)) collection.membersFor(entry.event).handed.push(entry);
  rows.forEach((row, place) => {
    addRow(collection, input, row, place);
  });
  addMissing(collection, input, rows);
  return collection.all().flatMap((members) => groupOf(members) ?? []);
}

function addRow(collection: Collection, input: PlanInput, row: PlannedRow, place: number): void {
  for (const entry of standingEntries(input, row))
    collection.membersFor(entry.event).standing.push({ place, entry, isNew: entry === row.entry });
  const billed =
    row.key !== undefined && isReplaced(input, row) ? lastLeavingOf(input, row.key) : undefined;
  if (billed !== undefined && !isBaseline(billed))
    collection.membersFor(billed.event).leaving.push({ place, entry: billed });
}

/**
 * The events that a row stands for: its new one, and what Lago bills for it and it does not lose;
 * none if the row was removed and removals are corrected. If changes are corrected, what an earlier
 * one has left in Lago is not the row's any more.
 */
function standingEntries(input: PlanInput, row: PlannedRow): LedgerEntry[] {
  const {
    ledger,
    ready: { sync },
  } = input;
  const { key = '', change, entry, action } = row;
  const isTakenBack = change === 'removed' && sync.removed === 'correct' && action !== 'flag';
  const leaving = isReplaced(input, row) ? leavingOf(input, key) : [];
  const kept = isTakenBack
    ? []
    : allBilledOf(ledger, key).filter((each) => !isBaseline(each) && !leaving.includes(each));
  const all = entry === undefined ? kept : [...kept, entry];
  return sync.changed === 'correct' ? all.slice(-1) : all;
}

/** Adds sent rows that are not in the tab and do not count as removed. */
function addMissing(
  collection: Collection,
  { ledger }: PlanInput,
  rows: readonly PlannedRow[],
): void {
  const planned = new Set(rows.map(({ key }) => key));
  for (const key of ledger.byKey.keys()) {
    const billed = planned.has(key) ? undefined : billedOf(ledger, key);
    if (billed !== undefined && !isBaseline(billed))
      collection.membersFor(billed.event).missing.push(billed);
  }
}

function groupOf({ terms, ...members }: Members): ValueGroup | undefined {
  const rule = terms === undefined ? undefined : ruleFor(terms);
  if (terms === undefined || rule === undefined || 'because' in rule || rule.by === 'negation')
    return undefined;
  const from = terms.recurring
    ? Number.NEGATIVE_INFINITY
    : (terms.current ?? Number.POSITIVE_INFINITY);
  const to = terms.until ?? Number.POSITIVE_INFINITY;
  const isIn = ({ event }: LedgerEntry): boolean => isInSpan({ from, to }, event.timestamp);
  const handed = members.handed.filter(isIn);
  const missing = members.missing.filter(isIn);
  const standing = [
    ...members.standing.filter(({ entry }) => isIn(entry)),
    ...missing.map((entry) => ({ place: -1, entry, isNew: false })),
  ];
  const hasRemovals =
    rule.by === 'removal' && [...handed, ...standing.map(({ entry }) => entry)].some(isOwnRemoval);
  return {
    terms,
    handed: handed.sort((left, right) => left.event.timestamp - right.event.timestamp),
    standing,
    leaving: members.leaving.filter(({ entry }) => isIn(entry)).map(({ place }) => place),
    hasRemovals,
    because: hasRemovals ? HAS_REMOVALS : missing.length > 0 ? HAS_MISSING : undefined,
  };
}

/** Whether a row of the sheet removes a value by its own `operation_type`. */
const isOwnRemoval = ({ index, event }: LedgerEntry): boolean =>
  index.kind !== 'reversal' && isRemoval(event);
