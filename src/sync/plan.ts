import { type Problem, problem } from '../problem/problem';
import { isoText, monthOf, type TimeRule } from '../template/time';
import type { UsageEvent } from '../template/usage-event';
import { type Content, contentOf, contentText, GoneContents, sameContent } from './content';
import { billedOf, type Ledger, type LedgerEntry, latestOf, newEntry } from './ledger';
import { headerOf, listRows, type Model, type Row } from './model';
import { renderRow, type ZoneOf } from './rendering';
import type { ReadySync } from './sync';

export type Change = 'added' | 'changed' | 'unchanged' | 'removed';

/**
 * What will be done, or was done, about a row: `send` now, `hold` until its problem is gone, `wait` for Lago's answer to what was handed over,
 * `sent` and as it was, `flag` as sent but different now, `refused` by Lago, `elsewhere` taken as billed elsewhere and never sent.
 */
export type Action = 'send' | 'hold' | 'wait' | 'sent' | 'flag' | 'refused' | 'elsewhere';

export interface PlannedRow {
  readonly key: string | undefined;
  /** Row number at the moment of reading (1-based); undefined for a removed row. */
  readonly row: number | undefined;
  readonly change: Change;
  readonly action: Action;
  readonly problems: readonly Problem[];
  /** The entry that will be handed over; only with `send`. */
  readonly entry: LedgerEntry | undefined;
  /** What Lago was last told about the row. */
  readonly latest: LedgerEntry | undefined;
  /** What the row says in the columns that the template reads, as one text; undefined for a removed row. */
  readonly content: string | undefined;
}

/** For every row its change and what will be done. A dry run is a plan that is not sent. */
export interface Plan {
  readonly rows: readonly PlannedRow[];
  /** Sent rows that are not in the tab and cannot be told from removed ones, because some key is unreadable or double. */
  readonly missing?: number;
}

export interface PlanInput {
  readonly ready: ReadySync;
  readonly model: Model;
  readonly ledger: Ledger;
  readonly rule: TimeRule;
  /** Now, in ms since 1970 UTC: when new entries are written, and what dates far ahead are measured from. */
  readonly now: number;
  /** What Lago would silently not bill. */
  readonly check: (event: UsageEvent) => readonly Problem[];
  /** Zones of customers; the organization's alone where it is undefined. */
  readonly zoneOf?: ZoneOf | undefined;
  /** Whether a row still rests after an edit. */
  readonly resting: (key: string, content: string) => boolean;
  /** Keys of refused rows that a person wants sent as a new event, unchanged. */
  readonly again: ReadonlySet<string>;
}

/** The id of a row's later revision: the template's own id, and the revision's number. */
export const derivedId = (id: string, revision: number): string => `${id}~r${revision}`;

/** Longest event that a ledger line takes, in characters; a cell of Sheets takes 50,000. */
export const LONGEST_EVENT = 45_000;

/** Usage further ahead than this is a mistyped date: Lago would take it and bill it in the year that it names. */
const FURTHEST_AHEAD_DAYS = 31;
const DAY_MS = 24 * 3_600_000;

interface Draft extends PlannedRow {
  /** The row's content in all picked columns. */
  readonly all: Content;
  readonly billed: LedgerEntry | undefined;
}

const atRow = (problems: readonly Problem[], row: number | undefined): Problem[] =>
  problems.map((found) => (row === undefined || found.place.row !== undefined ? found : { ...found, place: { ...found.place, row } }));

/** Plans every row of the tab, and the rows that are gone from it. */
export function makePlan(input: PlanInput): Plan {
  const { ready, model, ledger } = input;
  const drafts = model.rows.map((row) => draftRow(input, row));
  const present = new Set(model.rows.map(({ key }) => key));
  const gone = [...ledger.byKey.keys()].filter((key) => !present.has(key));
  const { rows, renamed } = holdRenamed(ready, ledger, gone, drafts);
  const removed = model.keysComplete ? gone.filter((key) => !renamed.has(key)).flatMap((key) => planRemoved(ready, ledger, key)) : [];
  return { rows: [...refuseSharedIds(rows, ledger), ...removed], missing: countMissing(input, gone, renamed) };
}

function countMissing({ model, ledger, ready }: PlanInput, gone: readonly string[], renamed: ReadonlySet<string>): number {
  if (model.keysComplete || ready.sync.removed === 'ignore') return 0;
  return gone.filter((key) => !renamed.has(key) && isBilledByUs(ledger, key)).length;
}

function draftRow(input: PlanInput, row: Row): Draft {
  const { template, sync } = input.ready;
  const all = contentOf(row.cells, sync.source.columns);
  const content = contentOf(row.cells, template.reads);
  const latest = row.key === undefined ? undefined : latestOf(input.ledger, row.key);
  const billed = row.key === undefined ? undefined : billedOf(input.ledger, row.key);
  const against = billed ?? latest;
  const change: Change = against === undefined ? 'added' : sameContent(against.index.content, content) ? 'unchanged' : 'changed';
  const draft = (action: Action, problems: readonly Problem[] = [], entry?: LedgerEntry): Draft => ({
    key: row.key,
    row: row.number,
    change,
    action,
    problems: atRow(problems, row.number),
    entry,
    latest,
    content: contentText(content),
    all,
    billed,
  });
  const unsent = billed === undefined ? 'hold' : 'flag';
  if (row.problem !== undefined) return draft(unsent, [row.problem]);
  const standing = latest === undefined ? undefined : standingOf(input, latest, billed, content);
  if (standing !== undefined) return draft(standing.action, standing.problems);
  const rendering = planEvent(input, row, content, latest, billed);
  return 'problems' in rendering ? draft(unsent, rendering.problems) : draft('send', [], rendering.entry);
}

/** Where a row stands that Lago was told about, unless it is to be sent again. */
function standingOf(
  { again: wanted, ready: { sync } }: PlanInput,
  latest: LedgerEntry,
  billed: LedgerEntry | undefined,
  now: Content,
): { readonly action: Action; readonly problems: readonly Problem[] } | undefined {
  const { id, key, content, templateRevision } = latest.index;
  const { state, answer } = latest.outcome;
  if (state === 'pending') return { action: 'wait', problems: [problem('row.unsettled')] };
  if (state === 'stuck') return { action: 'wait', problems: [problem('event.stuck', { answer })] };
  const again = wanted.has(key);
  if (state === 'conflict' && !again) return { action: 'refused', problems: [problem('event.conflict', { id })] };
  if (billed !== undefined && sameContent(billed.index.content, now))
    return { action: billed.index.kind === 'baseline' ? 'elsewhere' : 'sent', problems: [] };
  if (state === 'rejected' && !again && sameContent(content, now) && templateRevision === sync.templateRevision)
    return { action: 'refused', problems: [problem('event.rejected', { answer })] };
  // What was billed elsewhere cannot be added to: a further event would bill the whole row.
  if (billed?.index.kind === 'baseline') return { action: 'flag', problems: [problem('row.changed-elsewhere')] };
  return billed !== undefined && sync.changed !== 'add' ? { action: 'flag', problems: [problem('row.changed')] } : undefined;
}

function planEvent(
  input: PlanInput,
  row: Row,
  content: Content,
  latest: LedgerEntry | undefined,
  billed: LedgerEntry | undefined,
): { entry: LedgerEntry } | { problems: readonly Problem[] } {
  const { sync, template } = input.ready;
  const key = row.key ?? '';
  if (sync.ready !== undefined && row.cells.get(sync.ready)?.value !== true)
    return { problems: [problem('row.not-ready', { column: headerOf(sync, sync.ready) })] };
  const rendered = renderRow(template, row.cells, input.rule, input.zoneOf ?? (() => undefined));
  if ('problems' in rendered) return rendered;
  if (billed !== undefined) {
    const sentFor = monthOf(billed.event.timestamp, rendered.zone);
    if (sentFor !== monthOf(rendered.event.timestamp, rendered.zone))
      return { problems: [problem('key.reused', { key, period: sentFor })] };
  }
  const ms = rendered.event.timestamp * 1000;
  if (ms - input.now > FURTHEST_AHEAD_DAYS * DAY_MS)
    return { problems: [problem('event.far-future', { date: isoText(ms).slice(0, 10), days: FURTHEST_AHEAD_DAYS })] };
  const problems = input.check(rendered.event);
  if (problems.length > 0) return { problems };
  if (sync.ready === undefined && input.resting(key, contentText(content)))
    return { problems: [problem('row.resting', { minutes: sync.restMinutes })] };
  const revision = (latest?.index.revision ?? 0) + 1;
  const event = revision === 1 ? rendered.event : { ...rendered.event, transaction_id: derivedId(rendered.event.transaction_id, revision) };
  const entry = newEntry({ key, kind: 'usage', revision, content, templateRevision: sync.templateRevision, at: input.now }, event);
  const characters = entry.frozen.length;
  return characters > LONGEST_EVENT ? { problems: [problem('event.too-long', { characters, limit: LONGEST_EVENT })] } : { entry };
}

/** What was billed elsewhere is on no invoice of Lago's. */
function isBilledByUs(ledger: Ledger, key: string): boolean {
  const billed = billedOf(ledger, key);
  return billed !== undefined && billed.index.kind !== 'baseline';
}

function planRemoved({ sync }: ReadySync, ledger: Ledger, key: string): PlannedRow[] {
  const latest = latestOf(ledger, key);
  const planned = (action: Action, problems: readonly Problem[]): PlannedRow[] => [
    { key, row: undefined, change: 'removed', action, problems, entry: undefined, latest, content: undefined },
  ];
  if (latest?.outcome.state === 'pending' || latest?.outcome.state === 'stuck') return planned('wait', [problem('row.unsettled')]);
  if (!isBilledByUs(ledger, key)) return [];
  return sync.removed === 'ignore' ? planned('sent', []) : planned('flag', [problem('row.removed', { key })]);
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
  const compared = new Set(sync.source.columns.filter(({ name }) => name !== sync.key).map(({ header }) => header));
  const contents = new GoneContents(
    gone.flatMap((key) => {
      const entry = billedOf(ledger, key) ?? latestOf(ledger, key);
      return entry === undefined || entry.outcome.state === 'rejected' ? [] : [{ key, content: entry.index.content }];
    }),
    compared,
  );
  const rows = drafts.map((draft) => {
    const old = draft.action === 'send' && draft.change === 'added' ? contents.take(draft.all) : undefined;
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

/** Lago wants ids that are unique in a batch and are best unique in the organization (lago.md, "The ten things", 8, and section 3). */
function refuseSharedIds(drafts: readonly Draft[], ledger: Ledger): Draft[] {
  const rowsById = new Map<string, number[]>();
  for (const { entry, row } of drafts) {
    if (entry === undefined) continue;
    rowsById.set(entry.index.id, [...(rowsById.get(entry.index.id) ?? []), row ?? 0]);
  }
  return drafts.map((draft) => {
    if (draft.entry === undefined) return draft;
    const { id } = draft.entry.index;
    const rows = rowsById.get(id) ?? [];
    if (rows.length > 1) return hold(draft, problem('event.id-twice', { id, rows: listRows(rows) }));
    const used = ledger.byId.get(id);
    return used === undefined ? draft : hold(draft, problem('event.id-used', { id, key: used.index.key }));
  });
}

export const NO_ACTIONS: Readonly<Record<Action, number>> = { send: 0, hold: 0, wait: 0, sent: 0, flag: 0, refused: 0, elsewhere: 0 };

/** Number of rows for each action. */
export function countActions(plan: Plan): Record<Action, number> {
  const counts: Record<Action, number> = { ...NO_ACTIONS };
  for (const { action } of plan.rows) counts[action]++;
  return counts;
}

/** A problem with the rows that have it: what reports and the sidebar show. */
export interface ProblemGroup {
  readonly action: Action;
  /** The first one found; `alike` says whether the others say the same words. */
  readonly problem: Problem;
  readonly alike: boolean;
  /** Number of rows. */
  readonly count: number;
  /** The first row numbers (1-based). */
  readonly rows: readonly number[];
  /** Their keys, by which the rows are found after a sort; null where a row has none that is short enough to keep. */
  readonly keys?: readonly (string | null)[];
}

const GROUP_ROWS = 10;
/** Longest key that is kept with a group: reports lie in properties of 9 KB. */
const GROUP_KEY_CHARACTERS = 60;

/** The problems of a plan by action and code, the most frequent first; the first one found stands as the example. */
export function groupProblems(plan: Plan): ProblemGroup[] {
  const groups = new Map<
    string,
    { action: Action; problem: Problem; alike: boolean; count: number; rows: number[]; keys: (string | null)[] }
  >();
  for (const { problems, row, key, action } of plan.rows) {
    const counted = new Set<string>();
    for (const found of problems) {
      const group = groups.get(`${action} ${found.code}`) ?? { action, problem: found, alike: true, count: 0, rows: [], keys: [] };
      group.alike = group.alike && found.message === group.problem.message;
      if (!counted.has(found.code)) {
        counted.add(found.code);
        group.count++;
        if (row !== undefined && group.rows.length < GROUP_ROWS) {
          group.rows.push(row);
          group.keys.push(key === undefined || key.length > GROUP_KEY_CHARACTERS ? null : key);
        }
      }
      groups.set(`${action} ${found.code}`, group);
    }
  }
  return [...groups.values()].sort((left, right) => right.count - left.count);
}
