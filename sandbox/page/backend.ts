import type { Selection } from './selection';

type Awaitable<T> = T | Promise<T>;

export interface SheetView {
  readonly id: number;
  readonly name: string;
  readonly hidden: boolean;
  readonly active: boolean;
}

export interface GridView {
  /** Size of the sheet's grid; `shown` may be smaller, the rest is empty. */
  readonly rows: number;
  readonly columns: number;
  readonly shown: readonly (readonly string[])[];
}

export interface LagoEventView {
  readonly transactionId: string;
  readonly subscription: string;
  readonly code: string;
  /** When the usage was, and when Lago got it; both in ms. */
  readonly time: number;
  readonly receivedAt: number;
  /** JSON text. */
  readonly properties: string;
}

export interface LagoUsageView {
  readonly subscription: string;
  readonly metric: string;
  readonly events: number;
  /** Decimal text, as Lago answers it; undefined where the usage could not be read. */
  readonly units: string | undefined;
  readonly amountCents: number;
  readonly currency: string;
}

export interface LagoView {
  readonly organization: string;
  readonly store: string;
  /** The newest first; of a real Lago not all. */
  readonly events: readonly LagoEventView[];
  /** How many there are. */
  readonly total: number;
  readonly usage: readonly LagoUsageView[];
  /** Number of requests by method and path. */
  readonly requests: Readonly<Record<string, number>>;
}

export interface MailView {
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

export interface RpcAnswer {
  readonly value?: unknown;
  readonly error?: string;
  /** Google's own error page in the place of an answer. */
  readonly html?: string;
}

/** Where the person is. */
export interface SelectionView extends Selection {
  readonly sheet: number;
  /** How often the add-on has moved her there or elsewhere: only then does the page follow. */
  readonly moves: number;
}

/** What a person does to rows and columns, by their first number and how many there are. */
export type SheetChange =
  | {
      readonly kind: 'insert';
      readonly what: 'rows' | 'columns';
      readonly after: number;
      readonly count: number;
    }
  | {
      readonly kind: 'delete';
      readonly what: 'rows' | 'columns';
      readonly first: number;
      readonly count: number;
    }
  | { readonly kind: 'sort'; readonly column: number; readonly order: 'ascending' | 'descending' };

/** What the page needs of the sandbox behind it. Rows and columns are 1-based, times in ms. */
export interface SandboxBackend {
  sheets(): Awaitable<readonly SheetView[]>;
  grid(sheetId: number): Awaitable<GridView>;
  /** Types into a cell as a person does. */
  edit(sheetId: number, row: number, column: number, text: string): Awaitable<void>;
  select(
    sheetId: number,
    row: number,
    column: number,
    rows?: number,
    columns?: number,
  ): Awaitable<void>;
  selection?(): Awaitable<SelectionView>;
  /** Pastes tab-separated text as a spreadsheet puts it on the clipboard. */
  paste?(sheetId: number, row: number, column: number, text: string): Awaitable<void>;
  change?(sheetId: number, change: SheetChange): Awaitable<void>;
  loadCsv(name: string, text: string): Awaitable<void>;
  saveCsv(sheetId: number): Awaitable<string>;
  /**
   * The sidebar as Google would serve it after its menu item was chosen; or, if one is shown that
   * the script has opened itself, that one.
   */
  sidebarHtml(isShown: boolean): Awaitable<string>;
  rpc(functionName: string, args: unknown[]): Awaitable<RpcAnswer>;
  /** The address of a real Lago; undefined for the fake one, without which nothing is real. */
  realLago?(): string | undefined;
  /** Moves the clock and fires the triggers that become due; not beside a real Lago. */
  advance(ms: number): Awaitable<void>;
  now(): Awaitable<number>;
  lago(): Awaitable<LagoView>;
  mails(): Awaitable<readonly MailView[]>;
}

/** What the page shows at all times, in one answer. */
export interface Overview {
  readonly now: number;
  /** The address of a real Lago; undefined for the fake one. */
  readonly realLago: string | undefined;
  readonly sheets: readonly SheetView[];
  readonly selection: SelectionView | undefined;
  readonly mails: readonly MailView[];
}
