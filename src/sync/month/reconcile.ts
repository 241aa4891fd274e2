import Big from 'big.js';
import { count } from '../../value/count';
import type { JsonObject } from '../../value/json';
import { isoText, localText, millisecondsOf } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';
import { type QuantityField, quantityOf } from '../billing/aggregation';
import { countedValue, isSameNumber } from '../billing/correction';
import { billedOf, isUndone, type Ledger } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import type { Plan, PlannedRow } from '../plan/planned-row';
import { undoneId } from '../plan/reversal';

/** An event as Lago lists it; `timestamp` is ISO 8601 in UTC with ms. */
export interface ListedUsage {
  readonly transaction_id: string;
  readonly external_subscription_id: string;
  readonly code: string;
  readonly timestamp: string;
  readonly precise_total_amount_cents: string | null;
  readonly properties: JsonObject;
}

/**
 * What is not as it should be.
 * `missing`: the ledger says that Lago accepted it, and Lago does not have it. `different`: Lago has another content under the id. `unrecorded`: Lago has the
 * event of a row of which the ledger knows nothing. `foreign`: Lago has an event that no row makes. `twice`: Lago has it more than once. `open`: nobody knows
 * yet. `unsent`: a row that Lago does not have, for a reason. `changed`: a row that does not say any more what Lago has.
 */
export type FindingKind =
  | 'missing'
  | 'different'
  | 'unrecorded'
  | 'foreign'
  | 'twice'
  | 'open'
  | 'unsent'
  | 'changed';

/** In the order in which people should look at them. */
export const FINDING_KINDS: readonly FindingKind[] = [
  'missing',
  'different',
  'unrecorded',
  'foreign',
  'twice',
  'changed',
  'unsent',
  'open',
];

/** What can be done about a finding by one button. */
export type FindingFix = 'send' | 'adopt' | 'take-back';

/** Where a finding is put right that has no such button: by a run, by the rule for changed and removed rows, or at the row itself. */
export type FindingWay = 'run' | 'rule' | 'row';

export interface Finding {
  readonly kind: FindingKind;
  readonly subscription: string;
  readonly code: string;
  /** transaction_id; empty for a row that makes no event. */
  readonly id: string;
  readonly key: string | undefined;
  /** Row number (1-based) at the moment of reading. */
  readonly row: number | undefined;
  /** When the usage counts (ms); undefined where the row does not tell. */
  readonly time: number | undefined;
  /** What the ledger or the sheet says, and what Lago says, each in a few words. */
  readonly ours: string;
  readonly theirs: string;
  /** What to do; where nothing can be done here, why. */
  readonly advice: string;
  readonly fix: FindingFix | FindingWay | undefined;
}

/** A row that makes an event of which the ledger knows nothing. */
export interface RowEvent {
  readonly key: string;
  readonly row: number;
  readonly event: UsageEvent;
}

export interface Comparison<Listed extends ListedUsage> {
  /** The window of time that `listed` covers wholly: from this ms on, up to but without the other. */
  readonly from: number;
  readonly to: number;
  readonly ledger: Ledger;
  readonly codes: ReadonlySet<string>;
  /** All of Lago's events of these codes in the window, copies included. */
  readonly listed: readonly Listed[];
  isSame(sent: UsageEvent, listed: Listed): boolean;
  /** Events that were accepted from this moment on (ms) may not be shown by Lago yet. */
  readonly visibleBefore: number;
  /** The row for which another sync has used an id, if one has. */
  usedElsewhere(id: string): string | undefined;
  rowOf(id: string): RowEvent | undefined;
  /** Subscriptions that the sync bills; events of others are somebody else's. */
  isOurs(subscription: string): boolean;
  /** Why an event that no row makes cannot be taken back, as a sentence; undefined where it can. */
  keptBecause(listed: Listed): string | undefined;
  readonly quantityField: QuantityField;
}

/** What a comparison of a window found. */
export interface Compared<Listed> {
  readonly findings: readonly Finding[];
  /** Entries that the list does not have at their time; Lago may have them at another time. */
  readonly missing: readonly LedgerEntry[];
  /** Ids of entries of another time that the list has all the same. */
  readonly moved: readonly string[];
  /** Events that the list has more than once; paging can repeat one. */
  readonly repeated: readonly Listed[];
  readonly totals: readonly Total[];
  /** Events of these codes that belong to other syncs or to subscriptions that this sync does not bill. */
  readonly others: number;
}

/** Events and the decimal sum of what they count, of one metric and subscription. */
export interface Total {
  readonly code: string;
  readonly subscription: string;
  readonly events: number;
  readonly sum: string;
}

const LONGEST_WORDS = 200;
const short = (text: string): string =>
  text.length <= LONGEST_WORDS ? text : `${text.slice(0, LONGEST_WORDS - 1)}…`;

/** What an event counts, in a few words. */
export function countsWords(
  event: Pick<UsageEvent, 'properties'>,
  field: string | undefined,
): string {
  if (field === undefined) return '1 event';
  const value = countedValue(event as UsageEvent, field);
  return short(
    `${field}: ${value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
}

const millisecondsIn = (listed: ListedUsage): number => millisecondsOf(listed.timestamp);

const momentText = (ms: number): string =>
  `${isoText(ms).slice(0, 'yyyy-MM-ddTHH:mm:ss'.length).replace('T', ' ')} UTC`;

/** Where two events differ: for each of them the fields in which they do. */
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
  const [ourTime, theirTime] = [sent.timestamp * 1000, millisecondsIn(listed)];
  if (Math.abs(ourTime - theirTime) >= 1) add('time', momentText(ourTime), momentText(theirTime));
  const amount = listed.precise_total_amount_cents ?? undefined;
  if (!isSameNumber(sent.precise_total_amount_cents, amount))
    add('amount in cents', sent.precise_total_amount_cents, amount);
  for (const name of new Set([
    ...Object.keys(sent.properties),
    ...Object.keys(listed.properties),
  ])) {
    const [our, their] = [sent.properties[name], listed.properties[name]];
    if (isSameNumber(our, their)) continue;
    add(
      name,
      our === undefined ? undefined : JSON.stringify(our),
      their === undefined ? undefined : JSON.stringify(their),
    );
  }
  return { ours: short(ours.join(', ')), theirs: short(theirs.join(', ')) };
}

const ofEntry = ({
  index,
  event,
}: LedgerEntry): Pick<Finding, 'subscription' | 'code' | 'id' | 'key' | 'row' | 'time'> => ({
  subscription: event.external_subscription_id,
  code: event.code,
  id: index.id,
  key: index.key,
  row: undefined,
  time: event.timestamp * 1000,
});

const ofListed = (
  listed: ListedUsage,
): Pick<Finding, 'subscription' | 'code' | 'id' | 'key' | 'row' | 'time'> => ({
  subscription: listed.external_subscription_id,
  code: listed.code,
  id: listed.transaction_id,
  key: undefined,
  row: undefined,
  time: millisecondsIn(listed),
});

/** @param because why the event would not be billed any more, as a sentence; undefined where it would */
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
  'Lago keeps the event that it has under an id, and takes none in its place. Find out who sent it; then change the row, so that the difference is corrected, or correct the bill in Lago by hand.';

const CONFLICT =
  'Lago keeps the event that it has under an id. Compare the two; if the row is usage of its own, “Send again” at the row gives it an id of its own.';

export const differentFinding = (entry: LedgerEntry, listed: ListedUsage): Finding => ({
  ...ofEntry(entry),
  kind: 'different',
  ...differing(entry.event, listed),
  advice: DIFFERENT,
  fix: undefined,
});

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
    'No event takes back one of two copies. Compare the totals with Lago’s current usage: Lago bills one copy where its removal of duplicates is switched on, else all.',
  fix: undefined,
});

const openFinding = (entry: LedgerEntry, there: boolean, field: string | undefined): Finding => ({
  ...ofEntry(entry),
  kind: 'open',
  ours: `${entry.outcome.state === 'accepted' ? 'accepted a moment ago' : 'handed over, no clear answer'}, ${countsWords(entry.event, field)}`,
  theirs: there ? 'there' : 'not seen yet',
  advice: 'The next runs settle it. Reconcile again after them.',
  fix: 'run',
});

const unrecordedFinding = (
  listed: ListedUsage,
  key: string,
  row: number | undefined,
  ours: string,
  field: string | undefined,
): Finding => ({
  ...ofListed(listed),
  key,
  row,
  kind: 'unrecorded',
  ours,
  theirs: countsWords(listed, field),
  advice:
    'Take it into the ledger: then the row counts as sent, and a difference is treated like any change of a sent row.',
  fix: 'adopt',
});

const LEAVE_IT = 'Leave it if another tool sends it on purpose.';

const foreignFinding = (
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

/** A correction whose line was lost, or what such a correction takes back: the bill is right as it is. */
const correctedFinding = (
  listed: ListedUsage,
  field: string | undefined,
  advice: string,
): Finding => ({
  ...foreignFinding(listed, field, undefined),
  advice,
  fix: undefined,
});

/** Why an event that no row makes is not to be taken back, although it could be, as a sentence: that would bill once more what a sync has corrected. */
export function correctionAdvice(id: string, takenBackBy: string | undefined): string | undefined {
  const undone = undoneId(id);
  if (undone !== undefined)
    return `Leave it: it takes back “${undone}”, as a sync does that corrects a row.`;
  return takenBackBy === undefined
    ? undefined
    : `Leave it: “${takenBackBy}” takes it back already.`;
}

/** The name under which totals of a metric and a subscription are kept. */
export const totalName = ({ code, subscription }: Pick<Total, 'code' | 'subscription'>): string =>
  JSON.stringify([code, subscription]);

/** Sums up events by metric and subscription. */
export class Totals {
  readonly #totals = new Map<
    string,
    { readonly code: string; readonly subscription: string; events: number; sum: Big }
  >();

  constructor(totals: readonly Total[] = []) {
    this.addAll(totals);
  }

  #of(code: string, subscription: string, events: number, sum: Big): void {
    const name = totalName({ code, subscription });
    const known = this.#totals.get(name);
    if (known === undefined) this.#totals.set(name, { code, subscription, events, sum });
    else {
      known.events += events;
      known.sum = known.sum.plus(sum);
    }
  }

  add(
    event: Pick<UsageEvent, 'code' | 'external_subscription_id' | 'properties'>,
    quantityField: QuantityField,
  ): void {
    this.#of(
      event.code,
      event.external_subscription_id,
      1,
      quantityOf(event, quantityField(event.code)) ?? new Big(0),
    );
  }

  addAll(totals: readonly Total[]): void {
    for (const { code, subscription, events, sum } of totals)
      this.#of(code, subscription, events, new Big(sum));
  }

  list(): Total[] {
    return [...this.#totals.values()].map(({ sum, ...total }) => ({
      ...total,
      sum: sum.toFixed(),
    }));
  }
}

/** Whether a line stands for an event that Lago should have, or may have. */
const isHandedOver = ({ index }: LedgerEntry): boolean => index.kind !== 'baseline';

const isWithin = (
  ms: number,
  { from, to }: { readonly from: number; readonly to: number },
): boolean => ms >= from && ms < to;

export const timeOf = ({ event }: LedgerEntry): number => event.timestamp * 1000;

/** Entries that were handed to Lago, of these codes and with a time in a window. */
export const entriesIn = (
  { entries }: Ledger,
  codes: ReadonlySet<string>,
  window: { readonly from: number; readonly to: number },
): LedgerEntry[] =>
  entries.filter(
    (entry) =>
      isHandedOver(entry) && codes.has(entry.event.code) && isWithin(timeOf(entry), window),
  );

/** What Lago was told, reversals included, and accepted. */
export function ledgerTotals(
  ledger: Ledger,
  codes: ReadonlySet<string>,
  window: { readonly from: number; readonly to: number },
  quantityField: QuantityField,
): Total[] {
  const totals = new Totals();
  for (const { event, outcome } of entriesIn(ledger, codes, window))
    if (outcome.state === 'accepted') totals.add(event, quantityField);
  return totals.list();
}

/** The very same event, as the list tells: what billing keeps one of where duplicates are removed. */
const copyName = (listed: ListedUsage): string =>
  JSON.stringify([
    listed.transaction_id,
    listed.external_subscription_id,
    listed.code,
    listed.timestamp,
  ]);

/** Compares what Lago lists for a window of time with the ledger, and with the rows of which the ledger knows nothing. */
export function compare<Listed extends ListedUsage>(input: Comparison<Listed>): Compared<Listed> {
  const { ledger, listed, isSame, visibleBefore, quantityField } = input;
  const findings: Finding[] = [];
  const missing: LedgerEntry[] = [];
  const moved: string[] = [];
  const repeated: Listed[] = [];
  const totals = new Totals();
  const byId = new Map<string, Listed[]>();
  const copies = new Map<string, number>();
  for (const each of listed) {
    const name = copyName(each);
    const count = (copies.get(name) ?? 0) + 1;
    copies.set(name, count);
    if (count === 2) repeated.push(each);
    if (count > 1) continue;
    const others = byId.get(each.transaction_id);
    if (others === undefined) byId.set(each.transaction_id, [each]);
    else others.push(each);
  }
  let others = 0;
  const counted = (each: Listed): void => totals.add(each, quantityField);
  // What negates an event lies at its time, so in the same window.
  const takenBackBy = new Map<string | undefined, string>(
    [...byId.keys()].map((id) => [undoneId(id), id]),
  );

  const strayFinding = (each: Listed, field: string | undefined): Finding => {
    const advice = correctionAdvice(each.transaction_id, takenBackBy.get(each.transaction_id));
    return advice === undefined
      ? foreignFinding(each, field, input.keptBecause(each))
      : correctedFinding(each, field, advice);
  };

  for (const entry of entriesIn(ledger, input.codes, input)) {
    const under = byId.get(entry.index.id) ?? [];
    byId.delete(entry.index.id);
    const same = under.find((each) => isSame(entry.event, each));
    const field = quantityField(entry.event.code);
    for (const each of under) counted(each);
    for (const each of under)
      if (each !== same && entry.outcome.state !== 'conflict')
        findings.push(differentFinding(entry, each));
    switch (entry.outcome.state) {
      case 'accepted':
        if (under.length > 0) break;
        if (entry.outcome.at >= visibleBefore) findings.push(openFinding(entry, false, field));
        else missing.push(entry);
        break;
      case 'pending':
      case 'stuck':
        if (same !== undefined || under.length === 0)
          findings.push(openFinding(entry, same !== undefined, field));
        break;
      case 'conflict':
        // Where Lago bills a later event of the row, and this one no more, nobody has to decide anything.
        if (!takenBackBy.has(entry.index.id) || billedOf(ledger, entry.index.key) === undefined)
          findings.push(conflictFinding(entry, under[0], field));
        break;
      case 'rejected':
        if (same !== undefined)
          findings.push(
            unrecordedFinding(
              same,
              entry.index.key,
              undefined,
              'refused, as the ledger says',
              field,
            ),
          );
        break;
    }
  }

  for (const [id, under] of byId)
    for (const each of under) {
      const entry = ledger.byId.get(id);
      if (entry !== undefined) {
        // A row that was taken as billed elsewhere may well have been billed in Lago itself, by another tool.
        if (!isHandedOver(entry)) others++;
        else {
          counted(each);
          moved.push(id);
          findings.push(differentFinding(entry, each));
        }
        continue;
      }
      const made = input.usedElsewhere(id) === undefined ? input.rowOf(id) : undefined;
      const field = quantityField(each.code);
      if (made !== undefined)
        findings.push(
          unrecordedFinding(each, made.key, made.row, countsWords(made.event, field), field),
        );
      else if (input.usedElsewhere(id) === undefined && input.isOurs(each.external_subscription_id))
        findings.push(strayFinding(each, field));
      else {
        others++;
        continue;
      }
      counted(each);
    }
  return { findings, missing, moved, repeated, totals: totals.list(), others };
}

const conflictFinding = (
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

/** Reasons for which a row of the month is not in Lago, or not any more what Lago has. */
export interface Standing {
  readonly plan: Plan;
  readonly ledger: Ledger;
  /** The window of time (ms) that is reconciled. */
  readonly from: number;
  readonly to: number;
  /** The event that a row of the tab makes, by its number; undefined where it makes none. */
  eventOf(row: number): UsageEvent | undefined;
  /** Ids of events that Lago has of rows, although the ledger does not know them: those rows are told already. */
  readonly unrecorded: ReadonlySet<string>;
  readonly quantityField: QuantityField;
}

/** Flagged only because the sync's rule says so: another rule corrects them. */
const BY_RULE: ReadonlySet<string> = new Set(['row.changed', 'row.removed']);
/** What a person decides at the row: whether it goes again, as an event of its own. */
const AT_ROW: ReadonlySet<string> = new Set(['event.rejected', 'event.conflict']);

function whyOf({
  action,
  problems: [first],
}: PlannedRow): { readonly why: string } & Pick<Finding, 'advice' | 'fix'> {
  if (action === 'send') return { why: '', advice: 'The next run sends it.', fix: 'run' };
  if (first === undefined) return { why: '', advice: 'Look at the row.', fix: 'row' };
  const { code, message: why, remedy } = first;
  if (BY_RULE.has(code))
    return {
      why,
      advice: `${remedy} Or let the sync correct such rows, where Lago’s billing allows it.`,
      fix: 'rule',
    };
  return {
    why,
    advice: remedy === '' ? 'Look at the row.' : remedy,
    fix: AT_ROW.has(code) || remedy === '' ? 'row' : undefined,
  };
}

/** Rows of the tab that are not in Lago, and sent rows that do not say any more what Lago has; those of which no time can be read belong to every month. */
export function unbilledRows(standing: Standing): Finding[] {
  return standing.plan.rows.flatMap((row) => rowFinding(standing, row) ?? []);
}

function rowFinding(
  { from, to, eventOf, quantityField, ledger, unrecorded }: Standing,
  row: PlannedRow,
): Finding | undefined {
  const { action, change, latest, entry } = row;
  if (
    action === 'sent' ||
    action === 'elsewhere' ||
    action === 'wait' ||
    latest?.outcome.state === 'conflict'
  )
    return undefined;
  const isChanged =
    action === 'flag' ||
    change === 'removed' ||
    (change === 'changed' && latest?.outcome.state === 'accepted');
  const billed =
    isChanged && latest !== undefined && !isUndone(ledger, latest) ? latest.event : undefined;
  const made = entry?.event ?? (row.row === undefined ? undefined : eventOf(row.row));
  if (made !== undefined && unrecorded.has(made.transaction_id)) return undefined;
  const event = billed ?? made ?? latest?.event;
  const time = event === undefined ? undefined : event.timestamp * 1000;
  if (time !== undefined && !isWithin(time, { from, to })) return undefined;
  const { why, advice, fix } = whyOf(row);
  const field = event === undefined ? undefined : quantityField(event.code);
  // A row that makes no event says nothing that could be counted, whatever it said before.
  const said = made === undefined ? '' : countsWords(made, field);
  return {
    kind: isChanged ? 'changed' : 'unsent',
    subscription: event?.external_subscription_id ?? '',
    code: event?.code ?? '',
    id: event?.transaction_id ?? '',
    key: row.key,
    row: row.row,
    time,
    ours: short(
      change === 'removed'
        ? 'the row is gone'
        : [said, why].filter((text) => text !== '').join('. '),
    ),
    theirs: billed === undefined ? 'not there' : countsWords(billed, field),
    advice,
    fix,
  };
}

export const NO_FINDINGS: Readonly<Record<FindingKind, number>> = {
  missing: 0,
  different: 0,
  unrecorded: 0,
  foreign: 0,
  twice: 0,
  open: 0,
  unsent: 0,
  changed: 0,
};

export function countFindings(
  findings: readonly Finding[],
  before: Readonly<Record<FindingKind, number>> = NO_FINDINGS,
): Record<FindingKind, number> {
  const counts = { ...before };
  for (const { kind } of findings) counts[kind]++;
  return counts;
}

export const KIND_WORDS: Readonly<Record<FindingKind, string>> = {
  missing: 'Missing in Lago',
  different: 'Different in Lago',
  unrecorded: 'In Lago, not in the ledger',
  foreign: 'Only in Lago',
  twice: 'Twice in Lago',
  open: 'Not settled yet',
  unsent: 'Not sent',
  changed: 'Changed since it was sent',
};

/** A finding as a line of the result sheet; times in the zone. */
export const findingCells = (finding: Finding, zone: string): string[] => [
  KIND_WORDS[finding.kind],
  finding.subscription,
  finding.code,
  finding.id,
  finding.key ?? '',
  finding.time === undefined ? '' : localText(finding.time, zone),
  finding.ours,
  finding.theirs,
  finding.advice,
];

export const FINDING_COLUMNS: readonly string[] = [
  'Finding',
  'Subscription',
  'Metric',
  'Transaction id',
  'Row key',
  'Time',
  'In the sheet',
  'In Lago',
  'What to do',
];
