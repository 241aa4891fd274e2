import type { Problem } from '../problem/problem';
import type { ScheduleOption } from '../sync/clock/cost';
import type { Schedule } from '../sync/clock/schedule';
import type { EventStore } from '../sync/event-store';
import type { EntryState, LineKind } from '../sync/ledger/entry';
import type { DayCount } from '../sync/memory/days';
import type { Health } from '../sync/memory/health';
import type { Finding, FindingFix, FindingKind } from '../sync/month/finding';
import type { StatementChoice } from '../sync/month/statement';
import type { ComparedTotal, Total } from '../sync/month/totals';
import type { Approval } from '../sync/plan/guard';
import type { Change, Plan } from '../sync/plan/planned-row';
import type { ProblemGroup } from '../sync/plan/problem-group';
import type { Summary } from '../sync/plan/summary';
import type { SeenUndo } from '../sync/plan/undo';
import type { RebuiltPart } from '../sync/recovery/rebuild';
import type { RunReport } from '../sync/report';
import type {
  ChangedPolicy,
  LatePolicy,
  RemovedPolicy,
  SetupStep,
  Source,
  Sync,
} from '../sync/sync';
import type { TemplateProblem } from '../template/help/repair';
import type { Fix } from '../value/text-edit';

export type { Schedule } from '../sync/clock/schedule';
export type { Finding, FindingFix, FindingKind, FindingWay } from '../sync/month/finding';
export type { StatementChoice } from '../sync/month/statement';
export type { Approval } from '../sync/plan/guard';
export type { ProblemGroup } from '../sync/plan/problem-group';
export type { RunReport } from '../sync/report';
export type { TemplateProblem } from '../template/help/repair';
export type { Fix, TextEdit } from '../value/text-edit';

/**
 * Lago has no test mode; a second organization is for trying (lago: requests.organization). The
 * label is a person's word and changes nothing that is sent.
 */
export type Environment = 'test' | 'live';

/** A further header of every request to Lago. Its value is a secret, and no page sees it again. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** The connection as a page may see it. */
export interface ConnectionView {
  /** Address of Lago's API, without `/api/v1`. */
  readonly address: string;
  /** The last four characters of the API key; no page sees more of it. */
  readonly keyEnding: string;
  /** Name of the organization that the key belongs to. */
  readonly organization: string;
  /** Lago's id of it, since several may have the same name. */
  readonly organizationId: string;
  /** Where Lago keeps events; decides how an unknown outcome is settled. */
  readonly store: EventStore;
  /** Most requests per second that runs send. */
  readonly requestsPerSecond: number;
  /** The person's label. */
  readonly environment: Environment;
  /** Names of its further headers. */
  readonly headers?: readonly string[] | undefined;
}

/**
 * What becomes of a sync under the key of an organization: `stops`, because it has sent to another
 * one; `moves` there, because it has sent nothing; `returns`, because it has sent to this one.
 */
export type OrganizationEffect = 'stops' | 'moves' | 'returns';

/** What storing a key of another organization would change. */
export interface OrganizationChange {
  /** The stored connection; undefined if there is none. */
  readonly from: ConnectionView | undefined;
  /** The one that was entered. */
  readonly to: ConnectionView;
  /** Every sync of the file. */
  readonly syncs: readonly { readonly name: string; readonly effect: OrganizationEffect }[];
}

/** One thing that Lago must have before it bills any event. */
export interface Prerequisite {
  /** Which list of Lago's it is about. */
  readonly what: 'metrics' | 'plans' | 'subscriptions';
  /** How many there are; undefined if the key may not read them. */
  readonly count: number | undefined;
  /** What is missing and where to create it, if anything. */
  readonly problem: Problem | undefined;
}

/** A billable metric to choose. */
export interface MetricView {
  /** Its code in Lago, as events name it. */
  readonly code: string;
  /** Its name in Lago, for people. */
  readonly name: string;
  /** Lago's word for how it counts, such as `sum_agg`. */
  readonly aggregation: string;
  /** The property that it reads; undefined for a metric that counts events. */
  readonly field: string | undefined;
  /** Whether Lago computes that property itself, from an expression. */
  readonly hasExpression: boolean;
}

/** What a template may mention. */
export interface Vocabulary {
  /** Lago's metrics; undefined without a connection or if the key may not read them. */
  readonly metrics: readonly MetricView[] | undefined;
  /** The Liquid filters, each with a hint for people. */
  readonly filters: readonly { readonly name: string; readonly hint: string }[];
}

/** A tab of the spreadsheet. */
export interface Tab {
  /** Google's id of the tab, which survives renaming. */
  readonly id: number;
  /** Its name now. */
  readonly name: string;
}

/** A sync with what is known of its runs. */
export interface SyncView {
  /** The stored sync. */
  readonly sync: Sync;
  /** How it is now. */
  readonly health: Health;
  /** The report of its last run. */
  readonly lastRun: RunReport | undefined;
  /** The last 30 days on which something happened, oldest first. */
  readonly days: readonly DayCount[];
  /**
   * When the clock runs it next (ms), give or take a few minutes; undefined if that is now, or if
   * it is paused.
   */
  readonly nextRun: number | undefined;
}

/** Everything that the sidebar shows first. Needs no request to Lago. */
export interface Home {
  /** Name of the file. */
  readonly spreadsheet: string;
  /** Undefined until a key is stored. */
  readonly connection: ConnectionView | undefined;
  /** All syncs of the file, also paused ones and drafts. */
  readonly syncs: readonly SyncView[];
  /** Why the list of syncs cannot be shown, or nobody is mailed about one that is active. */
  readonly problem: Problem | undefined;
  /** Visible tabs with cells, in the sheet's order. */
  readonly tabs: readonly Tab[];
  /** Id of the tab that is open in the sheet. */
  readonly activeTab: number;
  /** This person's triggers. */
  readonly triggers: TriggerView;
  /**
   * Whether the file is a copy whose settings belong to the original; then its syncs are paused.
   */
  readonly isCopy: boolean;
  /** The day in the spreadsheet's zone, such as `2026-11-21`. */
  readonly today: string;
  /** Whether this person may write in the file; nobody else can set up or run anything. */
  readonly canEdit: boolean;
  /** Address of the account that the server acts as; empty if Google does not say it. */
  readonly account: string;
  /** When the answer was made (ms). */
  readonly at: number;
}

/** Whether this person's triggers exist. Google shows nobody the triggers of others. */
export interface TriggerView {
  /** The time-driven trigger that runs what is due of all active syncs. */
  readonly clock: boolean;
  /** The installable on-edit trigger. */
  readonly onEdit: boolean;
}

/** A column of a tab, as a person chooses it. */
export interface ColumnView {
  /** Its header, without spaces around it. */
  readonly header: string;
  /** The name proposed for templates. */
  readonly name: string;
  /** The first few values as the sheet displays them. */
  readonly samples: readonly string[];
  /** The type of the clear majority of its values. */
  readonly type: 'number' | 'date' | 'duration' | 'text' | 'tick box' | 'empty';
  /** Rows (1-based, the first few) whose value is of another type, and how many there are. */
  readonly odd: { readonly count: number; readonly rows: readonly number[] };
  /** Rows with a value. */
  readonly filled: number;
  /** Rows without a value. */
  readonly missing: number;
  /** The first values that several rows share, with those rows (1-based). */
  readonly repeated: readonly { readonly value: string; readonly rows: readonly number[] }[];
  /** Whether every row has a value that no other row has. */
  readonly unique: boolean;
}

/** A ledger that a deleted sync of a tab has left. */
export interface FormerLedgerView {
  /** Id of the deleted sync. */
  readonly sync: string;
  /** Header of the column that identified its rows; undefined if no line says so. */
  readonly key: string | undefined;
  /** What it is, and what to choose. */
  readonly problem: Problem;
}

/** What becomes of a ledger that was found: it counts as one's own, or is put aside. */
export type LedgerChoice = 'adopt' | 'empty';

/** A tab with its columns. */
export interface TabView {
  /** Which tab. */
  readonly tab: Tab;
  /** Row number (1-based) of the header row. */
  readonly headerRow: number;
  /** Number of rows with content below the header. */
  readonly rows: number;
  /** Columns with a header, from left to right. */
  readonly columns: readonly ColumnView[];
  /** What deleted syncs of the tab have sent, most rows first; only if it was asked for. */
  readonly former?: readonly FormerLedgerView[] | undefined;
}

/** A sync as a page edits it. */
export interface SyncDraft {
  /** Made by the page, so that a repeated save does not create a second sync. */
  readonly id?: string | undefined;
  /**
   * 0 for a new sync; otherwise the revision that the page started from, which must be the newest.
   */
  readonly revision: number;
  /** For people. */
  readonly name: string;
  /** Tab, header row and picked columns. */
  readonly source: Source;
  /** Template name of the column that identifies a row. */
  readonly key: string;
  /** Template name of the tick-box column, if only checked rows are sent. */
  readonly ready?: string | undefined;
  /** Text of the template. */
  readonly template: string;
  /** The hour given to dates without a time. */
  readonly dateOnly: Sync['dateOnly'];
  /** What to do about changed rows. */
  readonly changed?: ChangedPolicy | undefined;
  /** What to do about removed rows. */
  readonly removed?: RemovedPolicy | undefined;
  /** What to do about usage of closed periods. */
  readonly late?: LatePolicy | undefined;
  /** Where its setup stands; the sidebar continues there. */
  readonly step?: SetupStep | undefined;
}

/** What a row would become. */
export interface Preview {
  /** Row number in the sheet (1-based). */
  readonly row: number;
  /** The row's key; undefined if it cannot be read. */
  readonly key: string | undefined;
  /** JSON text of the event, for reading. */
  readonly event: string | undefined;
  /** What is wrong with the row or worth knowing. */
  readonly problems: readonly Problem[];
  /** When the usage counts (ms since 1970 UTC), and the IANA zone in which its period ends. */
  readonly time: { readonly at: number; readonly zone: string } | undefined;
  /** What Lago makes of the event, in one sentence; undefined if nothing. */
  readonly meaning: string | undefined;
  /** Template changes that read the row's number as it is written; each was tried on the row. */
  readonly fixes: readonly Fix[];
  /** Whether a run would hold the row because of one of the problems. */
  readonly held: boolean;
  /** Set if nothing is sent because the row was sent or marked as billed elsewhere. */
  readonly done: 'sent' | 'elsewhere' | undefined;
}

/** What a test send did. */
export interface TestResult {
  /** Row number in the sheet (1-based). */
  readonly row: number;
  /** The row's key; undefined if it cannot be read. */
  readonly key: string | undefined;
  /** JSON text of the event as it was sent. */
  readonly sent: string | undefined;
  /** Where the event stands; `held` if nothing was sent. */
  readonly state: 'accepted' | 'rejected' | 'conflict' | 'pending' | 'stuck' | 'held';
  /** Lago's answer, if it said anything. */
  readonly answer: string;
  /** JSON text of the event read back from Lago. */
  readonly stored: string | undefined;
  /** Why it was held, or what is worth knowing. */
  readonly problems: readonly Problem[];
}

/** A row in a review. */
export interface RowView {
  /** Row number in the sheet (1-based); undefined for a removed row. */
  readonly row: number | undefined;
  /** The row's key; undefined if it cannot be read. */
  readonly key: string | undefined;
  /** How it compares with what was sent. */
  readonly change: Change;
  /** What a run would do. */
  readonly action: Plan['rows'][number]['action'];
  /** Why, if it is not simply sent. */
  readonly problems: readonly Problem[];
  /** Whether a person may have it sent again: nothing of it is in Lago that could be billed. */
  readonly again: boolean;
}

/** What a run would do with every row now. */
export interface DryRun {
  /** Rows by action. */
  readonly counts: RunReport['rows'];
  /** Rows by change; those that an undo is about stand in `undo`. */
  readonly changes: Readonly<Record<Exclude<Change, 'undone'>, number>>;
  /** Problems with the rows that have them, most frequent first. */
  readonly problems: readonly ProblemGroup[];
  /** Checks that are off because the key may not read what they need. */
  readonly checksOff: readonly Problem[];
  /** The first rows that need somebody, up to 200. */
  readonly rows: readonly RowView[];
  /** What would be sent, summed up. */
  readonly summary: Summary;
  /** Rows that were tested with an older template and whose event Lago keeps. Up to 200. */
  readonly testedBefore: readonly Pick<RowView, 'row' | 'key'>[];
  /** Names of other syncs that read the same tab. */
  readonly otherSyncs: readonly string[];
  /** Number of rows that would be corrected. */
  readonly corrected: number;
  /** The first 50 of them. */
  readonly corrections: readonly CorrectionView[];
  /** One for each code that the rows have in Lago or would have. */
  readonly rules: readonly CorrectionRule[];
  /** The numbers that a person must approve first, because they are far beyond the usual. */
  readonly asks?: Approval | undefined;
  /** What taking a run back would do; set if that was asked for. */
  readonly undo?: UndoView | undefined;
  /** The schedules that Google allows here, with what each costs. */
  readonly schedules: readonly ScheduleOption[];
  /** How long (ms) this took: as long as a run that has nothing to send. */
  readonly lookMs: number;
}

/** What taking a run back would do. The events that would be sent stand in the dry run. */
export interface UndoView {
  /** When this was looked at (ms). */
  readonly at: number;
  /** Rows that would be new again. */
  readonly rows: number;
  /** Events of theirs that would be taken back. */
  readonly events: number;
  /**
   * How many of these were sent before the run began: by one that died, and whose report is
   * missing.
   */
  readonly earlier: number;
}

/** A run that is taken back, as a person confirmed it. */
export interface Undo extends SeenUndo {
  /** When it began (ms). */
  readonly startedAt: number;
}

/**
 * Which sent rows are billed again with the newer template: all, or those with these keys. Rows
 * that would be billed the same stay as they are.
 */
export type Rebill = 'all' | readonly string[];

/** The very events that would correct a row. */
export interface CorrectionView {
  /** The row's key. */
  readonly key: string | undefined;
  /** Row number in the sheet (1-based); undefined for a removed row. */
  readonly row: number | undefined;
  /** JSON texts for reading: the events that take back what Lago has, then the new one. */
  readonly events: readonly string[];
}

/** Whether events of a code can be corrected in Lago, given its metric and plans now. */
export interface CorrectionRule {
  /** Code of the metric. */
  readonly code: string;
  /** Why they cannot; undefined if they can. */
  readonly because: string | undefined;
}

/** A run as the hidden sheet of runs keeps it. */
export interface RunView {
  /** Id of the sync. */
  readonly sync: string;
  /** Its name at that time. */
  readonly syncName: string;
  /** What the run did. */
  readonly report: RunReport;
}

/** What one part of a rebuild found. */
export interface LedgerRebuild extends RebuiltPart {
  /** The sync after this part. */
  readonly view: SyncView;
}

/** A line of the ledger as a person reads it. */
export interface LineView {
  /** The event's transaction_id. */
  readonly id: string;
  /** What the line stands for. */
  readonly kind: LineKind;
  /** 1 for the row's first event. */
  readonly revision: number;
  /** Where the event stands. */
  readonly state: EntryState;
  /** Lago's answer, if it said anything. */
  readonly answer: string;
  /** JSON text of the event for reading; empty for a baseline without one. */
  readonly event: string;
  /** Of a reversal: the id of the event that it takes back. */
  readonly undoes?: string | undefined;
  /** When the line was written (ms). */
  readonly at: number;
  /** When the event's state became known (ms); undefined while pending. */
  readonly answeredAt?: number | undefined;
  /** The run that handed it over; undefined if the sheet of runs no longer has it. */
  readonly run?: Pick<RunReport, 'startedAt' | 'trigger'> | undefined;
}

/** Everything that is known of a row. */
export interface RowHistory {
  /** The row's key. */
  readonly key: string;
  /** Row number in the sheet now (1-based); undefined if it is not there. */
  readonly row: number | undefined;
  /** What a run would do with the row now, and why; undefined if that cannot be found out. */
  readonly standing:
    | { readonly action: RowView['action']; readonly problems: readonly Problem[] }
    | undefined;
  /** Its lines in the ledger, newest first. */
  readonly lines: readonly LineView[];
}

/** An event as Lago lists it. */
export interface LagoEvent {
  /** Lago's `transaction_id`. */
  readonly transactionId: string;
  /** Lago's `external_subscription_id`. */
  readonly subscription: string;
  /** Code of the metric. */
  readonly code: string;
  /** When the usage counts (ms). */
  readonly time: number;
  /** When Lago received it (ms); undefined if Lago does not say. */
  readonly receivedAt: number | undefined;
  /** JSON text. */
  readonly properties: string;
}

/** The column that statuses are written to: an existing one, a new one at the right, or none. */
export type StatusColumn = { readonly header: string } | 'new' | 'none';

/** The row of a preview or test: the one selected in the sheet, or a row number (1-based). */
export type RowChoice = number | 'selected';

/** Where a reconciliation continues. The page hands it back unchanged. */
export interface ReconcileNext {
  /** Up to where events are compared (ms). */
  readonly at: number;
  /** Length of the next window (ms). */
  readonly size: number;
  /** Number of subscriptions whose current usage was asked for. */
  readonly asked: number;
  /** Codes that are compared. */
  readonly codes: readonly string[];
  /** What Lago has, as far as it was read. */
  readonly inLago: readonly Total[];
  /** Number of events in it. */
  readonly events: number;
  /** What the rows of the sheet say; empty until all of Lago's events are compared. */
  readonly inSheet: readonly Total[];
  /** Number of rows with usage of the month. */
  readonly rows: number;
  /** Number of rows that make no event. */
  readonly eventless: number;
  /** What the differences of the findings so far add up to. */
  readonly explained: readonly Total[];
  /** Lago's own current usage, as far as it was asked for. */
  readonly usage: readonly CurrentUsage[];
  /** Subscriptions (external ids) of which it could not be read. */
  readonly unread: readonly string[];
  /** Findings so far, by kind. */
  readonly counts: Readonly<Record<FindingKind, number>>;
  /** Events so far that belong to somebody else. */
  readonly others: number;
  /** Ids of events of rows that the ledger does not know. */
  readonly unrecorded: readonly string[];
  /** Ids of accepted events that Lago did not list at their time. */
  readonly missing: readonly string[];
  /** Ids of accepted events that Lago listed at another time. */
  readonly moved: readonly string[];
  /** The result sheet, signed: a page can name no other. */
  readonly sheet: string;
  /** Its next free row (1-based). */
  readonly row: number;
}

/** What Lago would bill now for a metric of a subscription in its running period. */
export interface CurrentUsage {
  /** External id of the subscription. */
  readonly subscription: string;
  /** Code of the metric. */
  readonly code: string;
  /** Decimal text. */
  readonly units: string;
  /** Number of events behind it. */
  readonly events: number;
}

/** What the sheet and Lago have of a metric and subscription. */
export interface TotalView extends ComparedTotal {
  /** Units that Lago would bill now in the running period; undefined if unknown. */
  readonly current: string | undefined;
}

/** One part of a reconciliation. */
export interface ReconcilePart {
  /** Findings so far, by kind. */
  readonly counts: Readonly<Record<FindingKind, number>>;
  /** The first findings of this part, up to 200; the sheet has all of them. */
  readonly findings: readonly Finding[];
  /** With the last part: rows of the sheet with usage of the month. */
  readonly rows: number;
  /** With the last part: rows of the sheet that make no event; each is a finding. */
  readonly eventless: number;
  /** Events of the month that Lago has of this sync, so far. */
  readonly events: number;
  /** Events of the same metrics that belong to other syncs or subscriptions, so far. */
  readonly others: number;
  /** How much of the month is compared, from 0 to 1. */
  readonly share: number;
  /** Name of the result sheet. */
  readonly sheetName: string;
  /** With the last part: totals, those that differ first. Up to 50; the sheet has all of them. */
  readonly totals: readonly TotalView[];
  /** Number of all totals. */
  readonly compared: number;
  /** Number of totals that differ. */
  readonly different: number;
  /**
   * Checks that are off because the key may not read what they need; with the last part also what
   * Lago does not bill as it adds up.
   */
  readonly checksOff: readonly Problem[];
  /** IANA zone of the month. */
  readonly zone: string;
  /** Where the next part continues; undefined when done. */
  readonly next: ReconcileNext | undefined;
}

/** What became of findings that were to be fixed. */
export interface FixResult {
  /** Ids that were fixed. */
  readonly done: readonly string[];
  /** Ids that were left as they are, each with the reason. */
  readonly left: readonly { readonly id: string; readonly why: string }[];
}

/** One part of a statement. */
export interface StatementPart {
  /** Name of the result sheet. */
  readonly sheetName: string;
  /** Lines written so far. */
  readonly lines: number;
  /**
   * With the last part: the total of each metric and subscription, and Lago's; undefined if Lago
   * could not be asked in time.
   */
  readonly totals: readonly {
    readonly subscription: string;
    readonly code: string;
    readonly events: number;
    /** What Lago bills of these events. */
    readonly total: string;
    /** The first sentences that say why it is not what they come to. */
    readonly notes: readonly string[];
    readonly lago:
      | {
          readonly events: number;
          readonly total: string;
          /** Number of events of which Lago has several copies; the newest of each is counted. */
          readonly copied: number;
        }
      | undefined;
  }[];
  /** Where the next part continues; undefined when done. */
  readonly next: { readonly sheet: string; readonly from: number } | undefined;
}

/** What the sidebar may ask, by method. Every call is safe to repeat. */
export interface Api {
  /** Everything that the sidebar shows first. */
  open(argument: Record<string, never>): Home;
  /**
   * Checks address and key against Lago and stores them. An empty key keeps the stored one for the
   * same address, and so does the empty value of a header; without `headers` all of them stay. A
   * key of another organization is stored only if `accepted` is the id of that organization, so
   * that a person has confirmed what was shown; otherwise the answer says what would change.
   */
  connect(argument: {
    readonly address: string;
    readonly apiKey: string;
    readonly requestsPerSecond?: number | undefined;
    readonly environment?: Environment | undefined;
    readonly headers?: readonly Header[] | undefined;
    readonly accepted?: string | undefined;
  }): ConnectionView | { readonly unconfirmed: OrganizationChange };
  /** Changes the label alone. */
  labelConnection(argument: { readonly environment: Environment }): ConnectionView;
  /** What Lago must have before it bills any event. */
  prerequisites(argument: Record<string, never>): {
    readonly prerequisites: readonly Prerequisite[];
  };
  /** What a template may mention. */
  vocabulary(argument: Record<string, never>): Vocabulary;
  /**
   * Reads a tab; finds its header row (1-based) unless one is given. For a `sync` that is being set
   * up (its id, or empty if it has none yet), what deleted syncs of the tab have sent is listed,
   * too.
   */
  describeTab(argument: {
    readonly tabId: number;
    readonly headerRow?: number | undefined;
    readonly sync?: string | undefined;
  }): TabView;
  /** Lets a sync go on with a listed ledger of the tab, or puts that aside; reads the tab again. */
  resolveFormer(argument: {
    readonly tabId: number;
    readonly headerRow: number;
    readonly sync: string;
    readonly former: string;
    readonly choice: LedgerChoice;
  }): TabView;
  /**
   * Fills in lasting ids for filled rows whose cell in the id column is empty; in a new column at
   * the right if no header is given. For a stored `sync` only rows with content in its columns.
   */
  fillIds(argument: {
    readonly tabId: number;
    readonly headerRow: number;
    readonly header?: string | undefined;
    readonly sync?: string | undefined;
  }): {
    readonly tab: TabView;
    readonly header: string;
    readonly filled: number;
  };
  /**
   * Checks a template and offers repairs, which are better if the page passes what it knows of
   * columns and metrics. Nothing is read for that.
   */
  checkTemplate(argument: {
    readonly source: Source;
    readonly template: string;
    readonly columns?: readonly Pick<ColumnView, 'header' | 'type' | 'unique'>[] | undefined;
    readonly metrics?: readonly MetricView[] | undefined;
  }): { readonly problems: readonly TemplateProblem[] };
  /** Stores a draft as a sync. */
  saveSync(argument: { readonly draft: SyncDraft }): Sync;
  /** Saves several new syncs at once: one per metric of a row. */
  saveSyncs(argument: { readonly drafts: readonly SyncDraft[] }): {
    readonly syncs: readonly Sync[];
  };
  /** Deletes a sync; its ledger stays. */
  deleteSync(argument: { readonly id: string; readonly revision: number }): { readonly id: string };
  /**
   * Renders a row by a draft, which is not stored. `sync` is the stored sync whose ledger knows
   * what was sent.
   */
  preview(argument: {
    readonly draft: SyncDraft;
    readonly row: RowChoice;
    readonly sync?: string | undefined;
  }): Preview;
  /** Sends one row for real and reads the event back from Lago. */
  testSend(argument: { readonly id: string; readonly row: RowChoice }): TestResult;
  /**
   * What a run would do with every row now. Sends nothing.
   * `undo`: what taking back the run that began then (ms) would do.
   */
  dryRun(argument: {
    readonly id: string;
    readonly rebill?: Rebill | undefined;
    readonly undo?: number | undefined;
  }): DryRun;
  /**
   * “Start from now”: marks every complete row that was never sent, and the incomplete rows with
   * these keys, as billed elsewhere. Sends nothing. Rows that the ledger already has stay as they
   * are.
   */
  takeAsBilled(argument: {
    readonly id: string;
    readonly revision: number;
    readonly incomplete: readonly string[];
  }): {
    readonly taken: number;
    readonly dryRun: DryRun;
  };
  /** Activates or resumes a sync and creates this person's triggers. */
  activate(argument: {
    readonly id: string;
    readonly revision: number;
    /** A person must choose both this and `removed`: there is no default. */
    readonly changed?: ChangedPolicy | undefined;
    readonly removed?: RemovedPolicy | undefined;
    /** Held if left out. */
    readonly late?: LatePolicy | undefined;
    /** The one that it has, or every hour, if left out. */
    readonly schedule?: Schedule | undefined;
    /** How long (ms) the review took, by which the schedule's cost is judged. */
    readonly lookMs?: number | undefined;
    readonly onEdit: boolean;
    /**
     * The numbers that the person saw in the review. A first run within them needs no other
     * approval.
     */
    readonly reviewed?: Approval | undefined;
  }): SyncView;
  /** Nothing is sent automatically until it is activated again. */
  pause(argument: { readonly id: string }): SyncView;
  /**
   * A run, or a slice of one that the page drives: it delivers for about `seconds` and is continued
   * by the same call. `run` is the page's id of the whole run. Far more events or removals than
   * usual are held until their numbers are approved.
   */
  runNow(argument: {
    readonly id: string;
    readonly run?: string | undefined;
    readonly seconds?: number | undefined;
    /** The numbers that an earlier report or dry run asked for (`asks`), as the person saw them. */
    readonly approved?: Approval | undefined;
    readonly rebill?: Rebill | undefined;
    /**
     * Sends only what corrects sent rows, even if other rows wait. For a draft it counts as a test.
     */
    readonly only?: 'corrections' | undefined;
    /**
     * Takes back what an earlier run sent, and sends nothing else. Pauses the sync first. Nothing
     * is sent if that would be another number of events than the person saw.
     */
    readonly undo?: Undo | undefined;
  }): RunReport;
  /** Sends a refused row as a new event, under a derived id. */
  sendAgain(argument: { readonly id: string; readonly key: string }): RunReport;
  /**
   * A person has looked at the invoice of a row of which it could not be told whether it is billed:
   * it counts as billed from then on, and is never sent again.
   */
  confirmBilled(argument: { readonly id: string; readonly key: string }): undefined;
  /**
   * Takes over a ledger left by another sync of this tab or by this file's original, or puts it
   * aside and starts with an empty one.
   */
  resolveLedger(argument: { readonly id: string; readonly choice: LedgerChoice }): SyncView;
  /**
   * Rebuilds a ledger with missing or altered lines from the lines that are whole and from Lago's
   * events for the rows of the tab. Sends nothing and pauses the sync. Works in parts: the page
   * calls again with `from` while an answer has a `next`. Until the last part the sync cannot be
   * resumed.
   */
  rebuildLedger(argument: {
    readonly id: string;
    readonly from?: number | undefined;
  }): LedgerRebuild;
  /**
   * Lets the sync send to the organization that the API key belongs to now, with a new ledger, or
   * to the same one at another address. Only the person who activated it can say so.
   */
  changeOrganization(argument: { readonly id: string }): SyncView;
  /**
   * Opens the tab and selects a row, found by its key if given, else by its number; and the column
   * if given.
   */
  showRow(argument: {
    readonly id: string;
    readonly key?: string | undefined;
    readonly row?: number | undefined;
    readonly column?: string | undefined;
  }): {
    readonly row: number;
  };
  /** Shows the sync's ledger and selects the newest line of a row. */
  showInLedger(argument: { readonly id: string; readonly key: string }): { readonly line: number };
  /** The newest runs, up to 100, of one sync or of all. */
  activity(argument: { readonly id?: string | undefined }): { readonly runs: readonly RunView[] };
  /** Everything that is known of a row. */
  findRow(argument: { readonly id: string; readonly key: string }): RowHistory;
  /** The events of the organization that arrived last, newest first. */
  newestEvents(argument: Record<string, never>): { readonly events: readonly LagoEvent[] };
  /** Chooses the column for statuses; the next run writes them. */
  setStatusColumn(argument: {
    readonly id: string;
    readonly revision: number;
    readonly column: StatusColumn;
  }): SyncView;
  /**
   * Compares Lago's events of a month (`2026-11`, in the organization's zone) with the ledger and
   * the tab, and writes every finding into a new sheet. Sends nothing. Works in parts: the page
   * calls again with `next` until an answer has none. A repeated part writes the same lines again.
   */
  reconcile(argument: {
    readonly id: string;
    readonly month: string;
    readonly next?: ReconcileNext | undefined;
  }): ReconcilePart;
  /**
   * Does what a finding offers, for up to 200 events by their transaction_id. Each is looked up in
   * Lago first. `send`: the next run sends the event. `adopt`: what Lago has is written into the
   * ledger. `take-back`: the next run sends an event that takes it back.
   */
  fixFindings(argument: {
    readonly id: string;
    readonly fix: FindingFix;
    readonly ids: readonly string[];
    /** Their subscriptions, by which Lago lists what it does not show by its id. */
    readonly subscriptions?: readonly string[] | undefined;
  }): FixResult;
  /**
   * Customers (if the key may read them) and subscriptions, with the months that have events in the
   * ledger.
   */
  statementChoices(argument: { readonly id: string }): {
    readonly choices: readonly StatementChoice[];
  };
  /**
   * Lists in a new sheet the events behind a month's invoice lines of a subscription, or of all
   * subscriptions of a customer. Works in parts like `reconcile`.
   */
  statement(argument: {
    readonly id: string;
    readonly month: string;
    readonly subscription?: string | undefined;
    readonly customer?: string | undefined;
    readonly next?: { readonly sheet: string; readonly from: number } | undefined;
  }): StatementPart;
}

/** Name of something that the sidebar may ask. */
export type Method = keyof Api;
/** What a method is asked with. */
export type Argument<M extends Method> = Parameters<Api[M]>[0];
/** What a method answers. */
export type Value<M extends Method> = ReturnType<Api[M]>;

/**
 * Whether a method only looks, or changes the file, its settings or what Lago has. Who changes
 * something must have the right to edit the file.
 */
export type Effect = 'reads' | 'changes';

/** What each method does. Showing a hidden sheet and writing a result sheet are changes, too. */
export const EFFECTS: { readonly [M in Method]: Effect } = {
  open: 'reads',
  connect: 'changes',
  labelConnection: 'changes',
  prerequisites: 'reads',
  vocabulary: 'reads',
  describeTab: 'reads',
  resolveFormer: 'changes',
  fillIds: 'changes',
  checkTemplate: 'reads',
  saveSync: 'changes',
  saveSyncs: 'changes',
  deleteSync: 'changes',
  preview: 'reads',
  testSend: 'changes',
  dryRun: 'reads',
  takeAsBilled: 'changes',
  activate: 'changes',
  pause: 'changes',
  runNow: 'changes',
  sendAgain: 'changes',
  confirmBilled: 'changes',
  resolveLedger: 'changes',
  rebuildLedger: 'changes',
  changeOrganization: 'changes',
  showRow: 'reads',
  showInLedger: 'changes',
  activity: 'reads',
  findRow: 'reads',
  newestEvents: 'reads',
  setStatusColumn: 'changes',
  reconcile: 'changes',
  fixFindings: 'changes',
  statementChoices: 'reads',
  statement: 'changes',
};

/**
 * Travels as JSON text both ways, because google.script.run turns an answer that holds a Date into
 * null (google: run.lost-answer).
 */
export interface Call<M extends Method = Method> {
  /** What is asked. */
  readonly method: M;
  /** With what. */
  readonly argument: Argument<M>;
  /** The page's token: proves that the page was opened from this file, by whom and when. */
  readonly token: string;
}

/** The answer to a call: the method's value, or why there is none. */
export type Reply<M extends Method = Method> =
  | {
      readonly ok: true;
      readonly value: Value<M>;
      /** What the page carries from now on; undefined to go on with its own. */
      readonly token?: string | undefined;
    }
  | { readonly ok: false; readonly problem: Problem };
