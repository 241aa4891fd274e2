import type { Problem } from '../problem/problem';
import type { Health } from '../sync/health';
import type { Change, Plan, ProblemGroup } from '../sync/plan';
import type { EventStore } from '../sync/ports';
import type { RunReport } from '../sync/run';
import type { ChangedPolicy, RemovedPolicy, Source, Sync } from '../sync/sync';

/** The connection as a page may see it: of the API key only its last four characters. */
export interface ConnectionView {
  readonly address: string;
  readonly keyEnding: string;
  readonly organization: string;
  readonly store: EventStore;
  readonly requestsPerSecond: number;
}

export interface Tab {
  readonly id: number;
  readonly name: string;
}

export interface SyncView {
  readonly sync: Sync;
  readonly health: Health;
  readonly lastRun: RunReport | undefined;
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
  readonly type: 'number' | 'date' | 'text' | 'tick box' | 'empty';
  readonly filled: number;
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
  readonly id?: string;
  readonly revision: number;
  readonly name: string;
  readonly source: Source;
  readonly key: string;
  readonly ready?: string;
  readonly template: string;
  readonly dateOnly: Sync['dateOnly'];
  readonly changed?: ChangedPolicy;
  readonly removed?: RemovedPolicy;
}

/** What a row would become. `event` is JSON text for reading. */
export interface Preview {
  readonly row: number;
  readonly key: string | undefined;
  readonly event: string | undefined;
  readonly problems: readonly Problem[];
  /** The time of the event in words, in UTC and in the zone of the period. */
  readonly time: string | undefined;
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
}

/** Which row a preview or test is about: the one that is selected in the sheet, or a row number (1-based). */
export type RowChoice = number | 'selected';

/** What the sidebar may ask, by method. Every call is safe to repeat. */
export interface Api {
  open(argument: Record<string, never>): Home;
  connect(argument: { readonly address: string; readonly apiKey: string; readonly requestsPerSecond?: number }): ConnectionView;
  describeTab(argument: { readonly tabId: number; readonly headerRow?: number }): TabView;
  checkTemplate(argument: { readonly source: Source; readonly template: string }): { readonly problems: readonly Problem[] };
  saveSync(argument: { readonly draft: SyncDraft }): Sync;
  deleteSync(argument: { readonly id: string; readonly revision: number }): { readonly id: string };
  preview(argument: { readonly draft: SyncDraft; readonly row: RowChoice }): Preview;
  testSend(argument: { readonly id: string; readonly row: RowChoice }): TestResult;
  dryRun(argument: { readonly id: string }): DryRun;
  activate(argument: {
    readonly id: string;
    readonly revision: number;
    readonly changed: ChangedPolicy;
    readonly removed: RemovedPolicy;
    readonly onEdit: boolean;
  }): SyncView;
  pause(argument: { readonly id: string }): SyncView;
  runNow(argument: { readonly id: string }): RunReport;
  /** Sends a refused row as a new event, under a derived id. */
  sendAgain(argument: { readonly id: string; readonly key: string }): RunReport;
  /** Takes over a ledger that another sync of this tab, or this file's original, has left; or puts it aside and starts empty. */
  resolveLedger(argument: { readonly id: string; readonly choice: 'adopt' | 'empty' }): SyncView;
  /** Lets the sync send to the organization that the API key now belongs to, with a ledger of its own. */
  changeOrganization(argument: { readonly id: string }): SyncView;
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
