import type { Problem } from '../problem/problem';
import type { EntryState, LineKind } from '../sync/ledger/ledger';
import type { DayCount } from '../sync/memory/days';
import type { Health } from '../sync/memory/health';
import type { Finding, FindingFix, FindingKind, Total } from '../sync/month/reconcile';
import type { StatementChoice } from '../sync/month/statement';
import type { Approval } from '../sync/plan/guard';
import type { Change, Plan } from '../sync/plan/planned-row';
import type { ProblemGroup } from '../sync/plan/problem-group';
import type { Summary } from '../sync/plan/summary';
import type { EventStore } from '../sync/ports';
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

export type { Finding, FindingFix, FindingKind, FindingWay } from '../sync/month/reconcile';
export type { StatementChoice } from '../sync/month/statement';
export type { TemplateProblem } from '../template/help/repair';
export type { Fix, TextEdit } from '../value/text-edit';

/** Lago has no test mode; a second organization is for trying (lago.md). The label is a person's word and changes nothing that is sent. */
export type Environment = 'test' | 'live';

/** The connection as a page may see it: of the API key only its last four characters. */
export interface ConnectionView {
  readonly address: string;
  readonly keyEnding: string;
  readonly organization: string;
  readonly store: EventStore;
  readonly requestsPerSecond: number;
  readonly environment: Environment;
}

/** One thing that Lago must have before an event is billed: how many there are, and what is missing and where to create it. */
export interface Prerequisite {
  readonly what: 'metrics' | 'plans' | 'subscriptions';
  /** Undefined where the key may not read it. */
  readonly count: number | undefined;
  readonly problem: Problem | undefined;
}

/** A billable metric to choose. `field` is the property that it reads; undefined for a metric that counts events. */
export interface MetricView {
  readonly code: string;
  readonly name: string;
  readonly aggregation: string;
  readonly field: string | undefined;
  /** Whether Lago computes that property itself, from an expression. */
  readonly hasExpression: boolean;
}

/** What a template may say: Lago's metrics (undefined where the key may not read them or there is no connection yet) and the filters. */
export interface Vocabulary {
  readonly metrics: readonly MetricView[] | undefined;
  readonly filters: readonly { readonly name: string; readonly hint: string }[];
}

export interface Tab {
  readonly id: number;
  readonly name: string;
}

export interface SyncView {
  readonly sync: Sync;
  readonly health: Health;
  readonly lastRun: RunReport | undefined;
  /** The last 30 days on which something happened, the oldest first. */
  readonly days: readonly DayCount[];
  /** When the hourly trigger will run it next (ms), as far as earlier hours tell. */
  readonly nextRun: number | undefined;
}

/** Everything that the sidebar shows first. No request to Lago is made for it. */
export interface Home {
  readonly spreadsheet: string;
  readonly connection: ConnectionView | undefined;
  readonly syncs: readonly SyncView[];
  /** Why the list of syncs cannot be shown, if it cannot. */
  readonly problem: Problem | undefined;
  readonly tabs: readonly Tab[];
  /** Id of the tab that is open in the sheet. */
  readonly activeTab: number;
  readonly triggers: TriggerView;
  /** Whether the settings came with the file from another one of which it is a copy; its syncs are paused then. */
  readonly isCopy: boolean;
  /** The day in the spreadsheet's zone, as `2026-11-21`. */
  readonly today: string;
  /** Whether this person may write in the file; nobody else can set up or run anything. */
  readonly canEdit: boolean;
  /** When the answer was made, in ms. */
  readonly at: number;
}

/** Whether this person's triggers exist. Google shows nobody the triggers of others. */
export interface TriggerView {
  readonly hourly: boolean;
  readonly onEdit: boolean;
}

/** A column of a tab: its header, the name proposed for the template, a few values as shown, and whether each row has one of its own. */
export interface ColumnView {
  readonly header: string;
  readonly name: string;
  readonly samples: readonly string[];
  /** What the clear majority of its values is. */
  readonly type: 'number' | 'date' | 'text' | 'tick box' | 'empty';
  /** Rows (1-based) whose value is of another type, the first few, and how many there are. */
  readonly odd: { readonly count: number; readonly rows: readonly number[] };
  readonly filled: number;
  /** Rows without a value, and the first values that several rows share. */
  readonly missing: number;
  readonly repeated: readonly { readonly value: string; readonly rows: readonly number[] }[];
  readonly unique: boolean;
}

export interface TabView {
  readonly tab: Tab;
  readonly headerRow: number;
  readonly rows: number;
  readonly columns: readonly ColumnView[];
}

/** A sync as a page edits it. A new one has revision 0 and an id that the page makes, so that a repeated save makes no second one; else `revision` must be the newest. */
export interface SyncDraft {
  readonly id?: string | undefined;
  readonly revision: number;
  readonly name: string;
  readonly source: Source;
  readonly key: string;
  readonly ready?: string | undefined;
  readonly template: string;
  readonly dateOnly: Sync['dateOnly'];
  readonly changed?: ChangedPolicy | undefined;
  readonly removed?: RemovedPolicy | undefined;
  readonly late?: LatePolicy | undefined;
  /** Where its setting up stands; the sidebar goes on from there. */
  readonly step?: SetupStep | undefined;
}

/** What a row would become. `event` is JSON text for reading. */
export interface Preview {
  readonly row: number;
  readonly key: string | undefined;
  readonly event: string | undefined;
  readonly problems: readonly Problem[];
  /** When the usage counts (ms since 1970 UTC), and the IANA zone in which its period ends. */
  readonly time: { readonly at: number; readonly zone: string } | undefined;
  /** What Lago makes of the event, in one sentence; undefined where it would make nothing of it. */
  readonly meaning: string | undefined;
  /** Changes of the draft's template by which the row's number is read as it is written, each tried with the row. */
  readonly fixes: readonly Fix[];
  /** Whether a run would not send the row for one of the problems. */
  readonly held: boolean;
  /** Whether the row was sent, or taken as billed elsewhere: then nothing is sent for it. */
  readonly done: 'sent' | 'elsewhere' | undefined;
}

/** What a test send did: the event as it was sent, where it stands, and as Lago has it. */
export interface TestResult {
  readonly row: number;
  readonly key: string | undefined;
  readonly sent: string | undefined;
  readonly state: 'accepted' | 'rejected' | 'conflict' | 'pending' | 'stuck' | 'held';
  readonly answer: string;
  /** JSON text of the event read back from Lago. */
  readonly stored: string | undefined;
  readonly problems: readonly Problem[];
}

export interface RowView {
  readonly row: number | undefined;
  readonly key: string | undefined;
  readonly change: Change;
  readonly action: Plan['rows'][number]['action'];
  readonly problems: readonly Problem[];
}

export interface DryRun {
  readonly counts: RunReport['rows'];
  readonly changes: Readonly<Record<Change, number>>;
  readonly problems: readonly ProblemGroup[];
  /** Which checks are off because the key may not read what they need. */
  readonly checksOff: readonly Problem[];
  /** The first rows that need somebody, up to 200. */
  readonly rows: readonly RowView[];
  /** What would be sent, summed up. */
  readonly summary: Summary;
  /** Rows that were tested with an older template: Lago keeps what it has. Up to 200. */
  readonly testedBefore: readonly RowView[];
  /** Names of other syncs that read the same tab. */
  readonly otherSyncs: readonly string[];
  /** How many rows would be corrected. */
  readonly corrected: number;
  /** The first 20 of them. */
  readonly corrections: readonly CorrectionView[];
  /** For each code that the rows have in Lago or would have. */
  readonly rules: readonly CorrectionRule[];
  /** The numbers that a person must approve before a run does this, since they are far beyond what is usual. */
  readonly asks?: Approval | undefined;
}

/** Which sent rows are billed again by the newer template: all, or those with these keys. What is billed alike stays as it is. */
export type Rebill = 'all' | readonly string[];

/** The very events that would correct a row, as JSON texts for reading: those that take back what Lago has, and the new one. */
export interface CorrectionView {
  readonly key: string | undefined;
  readonly row: number | undefined;
  readonly events: readonly string[];
}

/** Whether events of a code can be corrected in Lago, as its metric and its plans are now; `because` says why not. */
export interface CorrectionRule {
  readonly code: string;
  readonly because: string | undefined;
}

/** A run as the hidden sheet of runs keeps it. */
export interface RunView {
  readonly sync: string;
  readonly syncName: string;
  readonly report: RunReport;
}

/** What one part of a ledger was made of anew. */
export interface LedgerRebuild extends RebuiltPart {
  readonly view: SyncView;
}

/** A line of the ledger as a person reads it. Times in ms. */
export interface LineView {
  readonly id: string;
  readonly kind: LineKind;
  readonly revision: number;
  readonly state: EntryState;
  readonly answer: string;
  /** JSON text of the event for reading; empty for a baseline without one. */
  readonly event: string;
  /** Of a reversal: the id of the event that it takes back. */
  readonly undoes?: string | undefined;
  readonly at: number;
  /** When it was known that the event stands as it does; undefined while that is not known. */
  readonly answeredAt?: number | undefined;
  /** The run that handed it over; undefined where the sheet of runs does not have it any more. */
  readonly run?: Pick<RunReport, 'startedAt' | 'trigger'> | undefined;
}

/** Everything that is known of a row: where it stands in the sheet now, and what the ledger has of it, the newest first. */
export interface RowHistory {
  readonly key: string;
  readonly row: number | undefined;
  /** What a run would do with the row now, and why; undefined where it is not in the sheet or that could not be found out. */
  readonly standing:
    | { readonly action: RowView['action']; readonly problems: readonly Problem[] }
    | undefined;
  readonly lines: readonly LineView[];
}

/** An event as Lago lists it. Times in ms. */
export interface LagoEvent {
  readonly transactionId: string;
  readonly subscription: string;
  readonly code: string;
  readonly time: number;
  readonly receivedAt: number | undefined;
  /** JSON text. */
  readonly properties: string;
}

/** The column of the sheet that statuses are written to: one that is there, a new one at the right, or none. */
export type StatusColumn = { readonly header: string } | 'new' | 'none';

/** Which row a preview or test is about: the one that is selected in the sheet, or a row number (1-based). */
export type RowChoice = number | 'selected';

/** Where a reconciliation goes on. The page hands it back as it came. */
export interface ReconcileNext {
  /** Up to where events are compared (ms), and how long the next window is (ms). */
  readonly at: number;
  readonly size: number;
  /** Subscriptions whose current usage was asked for. */
  readonly asked: number;
  readonly codes: readonly string[];
  /** What Lago has, as far as it was read. */
  readonly totals: readonly Total[];
  readonly usage: readonly CurrentUsage[];
  readonly counts: Readonly<Record<FindingKind, number>>;
  readonly others: number;
  /** Ids of events of rows that the ledger does not know. */
  readonly unrecorded: readonly string[];
  /** Ids of accepted events that Lago did not list at their time, and of those that it listed at another one. */
  readonly missing: readonly string[];
  readonly moved: readonly string[];
  /** The result sheet and its next free row (1-based). */
  readonly sheet: number;
  readonly row: number;
}

/** What Lago would bill now for a metric of a subscription in its running period; `units` is decimal text. */
export interface CurrentUsage {
  readonly subscription: string;
  readonly code: string;
  readonly units: string;
  readonly events: number;
}

/** Events and sums (decimal texts) of a metric and subscription: as the ledger has them, and as Lago does. */
export interface TotalView {
  readonly code: string;
  readonly subscription: string;
  readonly ledger: { readonly events: number; readonly sum: string };
  readonly lago: { readonly events: number; readonly sum: string };
  /** Whether Lago adds the metric up; else only the number of events says something. */
  readonly isSum: boolean;
  /** Units that Lago would bill now in the running period; undefined where it was not asked or does not tell. */
  readonly current: string | undefined;
}

/** One part of a reconciliation. */
export interface ReconcilePart {
  /** Findings so far, by kind. */
  readonly counts: Readonly<Record<FindingKind, number>>;
  /** The first findings of this part, up to 200; all of them stand in the sheet. */
  readonly findings: readonly Finding[];
  /** Events of this month that the ledger has as handed over, and that Lago has of this sync, so far. */
  readonly inLedger: number;
  readonly inLago: number;
  /** Events of the same metrics that belong to other syncs or subscriptions, so far. */
  readonly others: number;
  /** How much of the month is compared, from 0 to 1. */
  readonly share: number;
  readonly sheetName: string;
  /** With the last part: totals that differ first. Up to 50; all of them stand in the sheet. */
  readonly totals: readonly TotalView[];
  readonly different: number;
  readonly checksOff: readonly Problem[];
  /** IANA zone of the month. */
  readonly zone: string;
  readonly next: ReconcileNext | undefined;
}

/** What became of findings that were to be fixed. */
export interface FixResult {
  readonly done: readonly string[];
  /** Those that were left as they are, each with the reason. */
  readonly left: readonly { readonly id: string; readonly why: string }[];
}

export interface StatementPart {
  readonly sheetName: string;
  readonly lines: number;
  /** With the last part: the total of each metric and subscription, and what Lago has; undefined where Lago could not be asked, or not in time. */
  readonly totals: readonly {
    readonly subscription: string;
    readonly code: string;
    readonly events: number;
    readonly total: string;
    readonly lago: { readonly events: number; readonly total: string } | undefined;
  }[];
  readonly next: { readonly sheet: number; readonly from: number } | undefined;
}

/** What the sidebar may ask, by method. Every call is safe to repeat. */
export interface Api {
  open(argument: Record<string, never>): Home;
  connect(argument: {
    readonly address: string;
    readonly apiKey: string;
    readonly requestsPerSecond?: number | undefined;
    readonly environment?: Environment | undefined;
  }): ConnectionView;
  /** Changes the label alone. */
  labelConnection(argument: { readonly environment: Environment }): ConnectionView;
  prerequisites(argument: Record<string, never>): {
    readonly prerequisites: readonly Prerequisite[];
  };
  vocabulary(argument: Record<string, never>): Vocabulary;
  describeTab(argument: {
    readonly tabId: number;
    readonly headerRow?: number | undefined;
  }): TabView;
  /** Fills the empty cells of an id column beside filled rows with ids that never change; a new column at the right where no header is given. */
  fillIds(argument: {
    readonly tabId: number;
    readonly headerRow: number;
    readonly header?: string | undefined;
  }): {
    readonly tab: TabView;
    readonly header: string;
    readonly filled: number;
  };
  /** What the page knows of the columns' values and of Lago's metrics makes the repairs better; nothing is asked for it. */
  checkTemplate(argument: {
    readonly source: Source;
    readonly template: string;
    readonly columns?: readonly Pick<ColumnView, 'header' | 'type' | 'unique'>[] | undefined;
    readonly metrics?: readonly MetricView[] | undefined;
  }): { readonly problems: readonly TemplateProblem[] };
  saveSync(argument: { readonly draft: SyncDraft }): Sync;
  /** Saves several new syncs at once: one per metric of a row. */
  saveSyncs(argument: { readonly drafts: readonly SyncDraft[] }): {
    readonly syncs: readonly Sync[];
  };
  deleteSync(argument: { readonly id: string; readonly revision: number }): { readonly id: string };
  /** `sync` is the stored sync whose ledger tells what was sent already; the draft itself is not stored. */
  preview(argument: {
    readonly draft: SyncDraft;
    readonly row: RowChoice;
    readonly sync?: string | undefined;
  }): Preview;
  testSend(argument: { readonly id: string; readonly row: RowChoice }): TestResult;
  dryRun(argument: { readonly id: string; readonly rebill?: Rebill | undefined }): DryRun;
  /**
   * "Start from now": writes down every complete row that was never sent as billed elsewhere, and the incomplete ones with these keys.
   * Sends nothing. Rows that are written down already stay as they are.
   */
  takeAsBilled(argument: {
    readonly id: string;
    readonly revision: number;
    readonly incomplete: readonly string[];
  }): {
    readonly taken: number;
    readonly dryRun: DryRun;
  };
  activate(argument: {
    readonly id: string;
    readonly revision: number;
    readonly changed: ChangedPolicy;
    readonly removed: RemovedPolicy;
    /** Held where it is left out. */
    readonly late?: LatePolicy | undefined;
    readonly onEdit: boolean;
    /** The numbers that the person saw in the review; a first run of so many events needs no other approval. */
    readonly reviewed?: Approval | undefined;
  }): SyncView;
  pause(argument: { readonly id: string }): SyncView;
  /** A run, or a slice of one that the page drives: it delivers for about so many seconds and is continued by the same call. `run` is the page's id of the whole run. Far more events or removals than usual are held until their numbers are approved. */
  runNow(argument: {
    readonly id: string;
    readonly run?: string | undefined;
    readonly seconds?: number | undefined;
    /** The numbers that an earlier report or a dry run has asked for (`asks`), as the person saw them. */
    readonly approved?: Approval | undefined;
    readonly rebill?: Rebill | undefined;
    /** Sends nothing but what corrects sent rows, also where other rows wait. Of a draft it counts as a test. */
    readonly only?: 'corrections' | undefined;
  }): RunReport;
  /** Sends a refused row as a new event, under a derived id. */
  sendAgain(argument: { readonly id: string; readonly key: string }): RunReport;
  /** Takes over a ledger that another sync of this tab, or this file's original, has left; or puts it aside and starts empty. */
  resolveLedger(argument: { readonly id: string; readonly choice: 'adopt' | 'empty' }): SyncView;
  /**
   * Makes the ledger anew where lines are gone or altered: from the lines that are whole, and from Lago's events for the rows of the tab. Sends nothing,
   * and pauses the sync. Works in parts: the page calls again with `from` while an answer has a `next`; until the last one, the sync cannot be resumed.
   */
  rebuildLedger(argument: {
    readonly id: string;
    readonly from?: number | undefined;
  }): LedgerRebuild;
  /** Lets the sync send to the organization that the API key now belongs to, with a ledger of its own. */
  changeOrganization(argument: { readonly id: string }): SyncView;
  /** Opens the tab and selects the row, found by its key where one is given, else by its number; and the column where one is given. */
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
  findRow(argument: { readonly id: string; readonly key: string }): RowHistory;
  /** The newest events of the organization, as Lago lists them. */
  newestEvents(argument: Record<string, never>): { readonly events: readonly LagoEvent[] };
  setStatusColumn(argument: {
    readonly id: string;
    readonly revision: number;
    readonly column: StatusColumn;
  }): SyncView;
  /**
   * Compares Lago's events of a month (`2026-11`, in the organization's zone) with the ledger and the tab; sends nothing. Makes a new sheet and writes every
   * finding into it. Works in parts: the page calls again with `next` until an answer has none. A part that is repeated writes the same lines once more.
   */
  reconcile(argument: {
    readonly id: string;
    readonly month: string;
    readonly next?: ReconcileNext | undefined;
  }): ReconcilePart;
  /**
   * Does what a finding offers, for up to 200 events by their transaction_id; each is looked up in Lago before. `send`: the event goes out with the next run.
   * `adopt`: what Lago has is written into the ledger. `take-back`: an event that takes it back goes out with the next run.
   */
  fixFindings(argument: {
    readonly id: string;
    readonly fix: FindingFix;
    readonly ids: readonly string[];
  }): FixResult;
  /** Customers, as far as Lago tells them, and subscriptions, with the months of which the ledger has events. */
  statementChoices(argument: { readonly id: string }): {
    readonly choices: readonly StatementChoice[];
  };
  /**
   * Lists the events behind the invoice lines of a subscription, or of all subscriptions of a customer, in a month, in a new sheet. Works in parts like `reconcile`.
   */
  statement(argument: {
    readonly id: string;
    readonly month: string;
    readonly subscription?: string | undefined;
    readonly customer?: string | undefined;
    readonly next?: { readonly sheet: number; readonly from: number };
  }): StatementPart;
}

export type Method = keyof Api;
export type Argument<M extends Method> = Parameters<Api[M]>[0];
export type Value<M extends Method> = ReturnType<Api[M]>;

/** Travels as JSON text both ways, because google.script.run turns an answer that holds a Date into null (apps-script.md, section 5). */
export interface Call<M extends Method = Method> {
  readonly method: M;
  readonly argument: Argument<M>;
}

export type Reply<M extends Method = Method> =
  | { readonly ok: true; readonly value: Value<M> }
  | { readonly ok: false; readonly problem: Problem };
