import { type Problem, problem } from '../../problem/problem';
import { isEmpty } from '../../value/cell';
import { dayOf, monthOf } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';
import { isBilledAlike } from '../billing/correction';
import { bookedInto } from '../billing/period';
import {
  billedOf,
  isUndone,
  type Ledger,
  type LedgerEntry,
  latestOf,
  newEntry,
  unsettledOf,
} from '../ledger/ledger';
import { TOO_LATE } from '../ledger/unit';
import { type Content, contentOf, contentText, GoneContents, sameContent } from '../rows/content';
import { headerOf, keyText, listRows, type Row } from '../rows/model';
import { renderRow } from '../rows/rendering';
import type { ReadySync } from '../sync';
import type { Action, Change, Plan, PlanInput, PlannedRow } from './planned-row';
import { isBilledAgain } from './reversal';
import { takeBack } from './take-back';

/** The id of a row's later revision: the template's own id, and the revision's number. */
export const derivedId = (id: string, revision: number): string => `${id}~r${revision}`;

/** Longest event that a ledger line takes, in characters; a cell of Sheets takes 50,000. */
export const LONGEST_EVENT = 45_000;

/** Usage further ahead than this is a mistyped date: Lago would take it and bill it in the year that it names. */
const FURTHEST_AHEAD_DAYS = 31;
const DAY_MS = 24 * 3_600_000;
export const FURTHEST_AHEAD_MS = FURTHEST_AHEAD_DAYS * DAY_MS;

interface Draft extends PlannedRow {
  /** The row's content in all picked columns. */
  readonly all: Content;
  readonly billed: LedgerEntry | undefined;
}

const atRow = (problems: readonly Problem[], row: number | undefined): Problem[] =>
  problems.map((found) =>
    row === undefined || found.place.row !== undefined
      ? found
      : { ...found, place: { ...found.place, row } },
  );

/** Plans every row of the tab, and the rows that are gone from it. */
export function makePlan(input: PlanInput): Plan {
  const { ready, model, ledger } = input;
  const drafts = model.rows.map((row) => draftRow(input, row));
  const present = new Set(model.rows.map(({ key }) => key));
  const gone = [...ledger.byKey.keys()].filter((key) => !present.has(key));
  const { rows, renamed } = holdRenamed(
    ready,
    ledger,
    input.holdsRenamed === false ? [] : gone,
    drafts,
  );
  const removed = model.keysComplete
    ? gone.filter((key) => !renamed.has(key)).flatMap((key) => planRemoved(ready, ledger, key))
    : [];
  return {
    rows: takeBack(input, [...refuseSharedIds(rows, input), ...removed]),
    missing: countMissing(input, gone, renamed),
  };
}

function countMissing(
  { model, ledger }: PlanInput,
  gone: readonly string[],
  renamed: ReadonlySet<string>,
): number {
  if (model.keysComplete) return 0;
  return gone.filter((key) => !renamed.has(key) && isBilledByUs(ledger, key)).length;
}

function draftRow(input: PlanInput, row: Row): Draft {
  const { template, sync } = input.ready;
  const all = contentOf(row.cells, sync.source.columns);
  const content = contentOf(row.cells, template.reads);
  const latest = row.key === undefined ? undefined : latestOf(input.ledger, row.key);
  const billed = row.key === undefined ? undefined : billedOf(input.ledger, row.key);
  const against = billed ?? latest;
  // A row that comes back after its event was taken back is new to Lago.
  const isBack = billed === undefined && latest?.outcome.state === 'accepted';
  const change: Change =
    against === undefined || isBack
      ? 'added'
      : sameContent(against.index.content, content)
        ? 'unchanged'
        : 'changed';
  const draft = (
    action: Action,
    problems: readonly Problem[] = [],
    entry?: LedgerEntry,
    periodEndsAt?: number,
  ): Draft => ({
    key: row.key,
    row: row.number,
    change,
    action,
    problems: atRow(problems, row.number),
    entry,
    latest,
    content: contentText(content),
    periodEndsAt:
      periodEndsAt ??
      (against === undefined ? endOfRow(input, row) : input.check.openUntil?.(against.event)),
    all,
    billed,
  });
  const unsent = billed === undefined ? 'hold' : 'flag';
  if (row.problem !== undefined) return draft(unsent, [row.problem]);
  const standing = latest === undefined ? undefined : standingOf(input, latest, billed, content);
  if (standing !== undefined) return draft(standing.action, standing.problems);
  const rendering = planEvent(input, row, content, latest, billed);
  if ('alike' in rendering) return draft('sent');
  return 'problems' in rendering
    ? draft(unsent, rendering.problems, undefined, rendering.endsAt)
    : draft('send', [], rendering.entry, rendering.endsAt);
}

/** The end of the period that runs for the subscription that a row names, of which no event can be made yet. */
function endOfRow({ ready: { template }, check, now }: PlanInput, row: Row): number | undefined {
  for (const { name } of template.idColumns) {
    const value = row.cells.get(name)?.value ?? '';
    const named = {
      transaction_id: '',
      external_subscription_id: keyText(value),
      code: '',
      timestamp: now / 1000,
      properties: {},
    };
    const end = isEmpty(value) ? undefined : check.openUntil?.(named);
    if (end !== undefined) return end;
  }
  return undefined;
}

/** Where a row stands that Lago was told about, unless it is to be sent again. */
function standingOf(
  input: PlanInput,
  latest: LedgerEntry,
  billed: LedgerEntry | undefined,
  now: Content,
): { readonly action: Action; readonly problems: readonly Problem[] } | undefined {
  const {
    again: wanted,
    ledger,
    ready: { sync },
  } = input;
  const { id, key, content, templateRevision } = latest.index;
  const { state, answer } = latest.outcome;
  const waiting = waitingFor(ledger, key);
  if (waiting !== undefined) return { action: 'wait', problems: [waiting] };
  const again = wanted.has(key);
  if (state === 'conflict' && !again)
    return { action: 'refused', problems: [problem('event.conflict', { id })] };
  const isOld = isBilledAgain(input, billed);
  if (billed !== undefined && !isOld && sameContent(billed.index.content, now))
    return { action: billed.index.kind === 'baseline' ? 'elsewhere' : 'sent', problems: [] };
  if (
    state === 'rejected' &&
    answer !== TOO_LATE &&
    !again &&
    sameContent(content, now) &&
    templateRevision === sync.templateRevision
  )
    return { action: 'refused', problems: [problem('event.rejected', { answer })] };
  // What was billed elsewhere cannot be added to: a further event would bill the whole row.
  if (billed?.index.kind === 'baseline')
    return { action: 'flag', problems: [problem('row.changed-elsewhere')] };
  const isSentAnew = isOld || sync.changed === 'add' || sync.changed === 'correct';
  return billed !== undefined && !isSentAnew
    ? { action: 'flag', problems: [problem('row.changed')] }
    : undefined;
}

/** What a row waits for before anything is planned for it. */
function waitingFor(ledger: Ledger, key: string): Problem | undefined {
  const open = unsettledOf(ledger, key);
  if (open === undefined) return undefined;
  return open.outcome.state === 'stuck'
    ? problem('event.stuck', { answer: open.outcome.answer })
    : problem('row.unsettled');
}

/** What becomes of a row: an entry to send, why it is held, or that Lago bills the same for it as for what it has. */
type Rendering = (
  | { readonly entry: LedgerEntry }
  | { readonly problems: readonly Problem[] }
  | { readonly alike: true }
) & {
  readonly endsAt?: number | undefined;
};

function planEvent(
  input: PlanInput,
  row: Row,
  content: Content,
  latest: LedgerEntry | undefined,
  billed: LedgerEntry | undefined,
): Rendering {
  const { sync, template } = input.ready;
  const key = row.key ?? '';
  if (sync.ready !== undefined && row.cells.get(sync.ready)?.value !== true)
    return { problems: [problem('row.not-ready', { column: headerOf(sync, sync.ready) })] };
  const rendered = renderRow(
    template,
    row.cells,
    input.rule,
    input.check.zoneOf ?? (() => undefined),
  );
  if ('problems' in rendered) return rendered;
  if (billed !== undefined) {
    const asUsed = { ...billed.event, timestamp: billed.index.usedAt ?? billed.event.timestamp };
    const terms =
      sync.changed === 'add' && !isBilledAgain(input, billed)
        ? undefined
        : input.check.billingOf?.(billed.event);
    if (terms !== undefined && isBilledAlike(asUsed, rendered.event, terms)) return { alike: true };
    const isMoved = sync.changed === 'correct' && isSameButTime(asUsed, rendered.event);
    const reused = isMoved ? undefined : reusedKey(billed, rendered);
    if (reused !== undefined) return { problems: [reused] };
  }
  const ms = rendered.event.timestamp * 1000;
  if (ms - input.now > FURTHEST_AHEAD_MS)
    return {
      problems: [
        problem('event.far-future', {
          date: dayOf(rendered.event.timestamp, rendered.zone),
          days: FURTHEST_AHEAD_DAYS,
        }),
      ],
    };
  const placed = placeInPeriod(input, rendered.event, rendered.zone);
  const endsAt = input.check.openUntil?.(placed.event);
  if (placed.problems.length > 0) return { problems: placed.problems, endsAt };
  if (sync.ready === undefined && input.resting(key, contentText(content)))
    return { problems: [problem('row.resting', { minutes: sync.restMinutes })], endsAt };
  const revision = (latest?.index.revision ?? 0) + 1;
  const event =
    revision === 1
      ? placed.event
      : { ...placed.event, transaction_id: derivedId(placed.event.transaction_id, revision) };
  const usedAt =
    placed.event.timestamp === rendered.event.timestamp ? {} : { usedAt: rendered.event.timestamp };
  const entry = newEntry(
    {
      key,
      kind: 'usage',
      revision,
      content,
      templateRevision: sync.templateRevision,
      at: input.now,
      ...usedAt,
    },
    event,
  );
  const characters = entry.frozen.length;
  if (characters > LONGEST_EVENT)
    return { problems: [problem('event.too-long', { characters, limit: LONGEST_EVENT })], endsAt };
  return { entry, endsAt };
}

/** Whether a row says the same of another time: it was moved, and no other usage stands under its key. */
const isSameButTime = (
  { transaction_id: _id, timestamp: _time, ...one }: UsageEvent,
  other: UsageEvent,
): boolean => {
  const { transaction_id: _otherId, timestamp: _otherTime, ...rest } = other;
  return contentText(one as unknown as Content) === contentText(rest as unknown as Content);
};

/** A key that was billed for one month and now names usage of another. */
function reusedKey(
  billed: LedgerEntry,
  { event, zone }: { readonly event: UsageEvent; readonly zone: string },
): Problem | undefined {
  const period = monthOf(billed.index.usedAt ?? billed.event.timestamp, zone);
  return period === monthOf(event.timestamp, zone)
    ? undefined
    : problem('key.reused', { key: billed.index.key, period });
}

const HELD_LATE =
  'Bill it by hand in Lago, or choose in the settings of the sync that late usage is booked into the running period.';
const NOT_BOOKABLE =
  'Bill it by hand in Lago. It cannot be booked into the running period: only sums and counts stay right there, for a subscription that still runs.';

interface Placed {
  readonly event: UsageEvent;
  readonly problems: readonly Problem[];
}

/** The event as Lago will bill it, or why it would not: checked against what Lago knows, and late usage by the sync’s policy. */
function placeInPeriod(
  { ready: { sync }, check }: PlanInput,
  event: UsageEvent,
  zone: string,
): Placed {
  const problems = check.problemsOf(event);
  if (problems.length > 0) return { event, problems };
  const period = check.periodOf?.(event);
  if (period?.state !== 'invoiced') return { event, problems: [] };
  const late = (suggestion: string): Placed => {
    const date = dayOf(event.timestamp, zone);
    return {
      event,
      problems: [
        problem('event.late', { value: event.external_subscription_id, date, suggestion }),
      ],
    };
  };
  if (!period.canBook || period.current === undefined) return late(NOT_BOOKABLE);
  if (sync.late !== 'book') return late(HELD_LATE);
  const booked = bookedInto(event, period.current);
  const isTaken =
    check.problemsOf(booked).length === 0 && check.periodOf?.(booked)?.state === 'open';
  return isTaken ? { event: booked, problems: [] } : late(NOT_BOOKABLE);
}

/** What was billed elsewhere is on no invoice of Lago's. */
function isBilledByUs(ledger: Ledger, key: string): boolean {
  const billed = billedOf(ledger, key);
  return billed !== undefined && billed.index.kind !== 'baseline';
}

function planRemoved({ sync }: ReadySync, ledger: Ledger, key: string): PlannedRow[] {
  const latest = latestOf(ledger, key);
  const planned = (action: Action, problems: readonly Problem[]): PlannedRow[] => [
    {
      key,
      row: undefined,
      change: 'removed',
      action,
      problems,
      entry: undefined,
      latest,
      content: undefined,
    },
  ];
  const waiting = waitingFor(ledger, key);
  if (waiting !== undefined) return planned('wait', [waiting]);
  if (!isBilledByUs(ledger, key)) return [];
  if (sync.removed === 'correct') return planned('send', []);
  return sync.removed === 'ignore'
    ? planned('sent', [])
    : planned('flag', [problem('row.removed', { key })]);
}

/**
 * Holds additions that equal a removed row in all but the key: they are that row under another key, and it would be billed again.
 * This holds too while some key is unreadable, when no row counts as removed. `renamed` are the old keys.
 */
function holdRenamed(
  { sync }: ReadySync,
  ledger: Ledger,
  gone: readonly string[],
  drafts: readonly Draft[],
): { rows: Draft[]; renamed: ReadonlySet<string> } {
  const renamed = new Set<string>();
  if (gone.length === 0) return { rows: [...drafts], renamed };
  const compared = new Set(
    sync.source.columns.filter(({ name }) => name !== sync.key).map(({ header }) => header),
  );
  const contents = new GoneContents(
    gone.flatMap((key) => {
      const entry = billedOf(ledger, key) ?? latestOf(ledger, key);
      const isGone =
        entry === undefined || entry.outcome.state === 'rejected' || isUndone(ledger, entry);
      return isGone ? [] : [{ key, content: entry.index.content }];
    }),
    compared,
  );
  const rows = drafts.map((draft) => {
    const old =
      draft.action === 'send' && draft.change === 'added' ? contents.take(draft.all) : undefined;
    if (old === undefined) return draft;
    renamed.add(old);
    return hold(draft, problem('key.renamed', { key: old }));
  });
  return { rows, renamed };
}

const hold = (draft: Draft, found: Problem): Draft => ({
  ...draft,
  action: draft.billed === undefined ? 'hold' : 'flag',
  entry: undefined,
  problems: atRow([found], draft.row),
});

/** Lago wants ids that are unique in a batch and are best unique in the organization (lago: batch.id-alone, event.duplicate-scope). */
function refuseSharedIds(drafts: readonly Draft[], { ledger, usedElsewhere }: PlanInput): Draft[] {
  const rowsById = new Map<string, number[]>();
  for (const { entry, row } of drafts) {
    if (entry === undefined) continue;
    rowsById.set(entry.index.id, [...(rowsById.get(entry.index.id) ?? []), row ?? 0]);
  }
  return drafts.map((draft) => {
    if (draft.entry === undefined) return draft;
    const { id } = draft.entry.index;
    const rows = rowsById.get(id) ?? [];
    if (rows.length > 1)
      return hold(draft, problem('event.id-twice', { id, rows: listRows(rows) }));
    const used = ledger.byId.get(id);
    if (used !== undefined)
      return hold(draft, problem('event.id-used', { id, key: used.index.key }));
    const elsewhere = usedElsewhere?.(id);
    return elsewhere === undefined
      ? draft
      : hold(draft, problem('event.id-elsewhere', { id, key: elsewhere }));
  });
}
