/**
 * The slice of Google's services that this product uses, as types only. `main.ts` assigns Google's
 * globals to it, so Google's own typings prove the real side; the sandbox implements the same
 * types. Members are documented by Google's reference; notes here say what it leaves out. Rows and
 * columns are 1-based, times of `sleep` and locks are in milliseconds.
 */

/** An image in a cell (google: entry.image). */
export interface CellImage {
  getContentUrl(): string;
}

/**
 * What `Range.getValues` hands out: an empty cell is `''`, an error cell its token such as `#N/A`.
 */
export type SheetValue = string | number | boolean | Date | CellImage;

/** The rule of a cell: Data, Data validation. */
export interface DataValidation {
  /** False if Google refuses what breaks the rule, from scripts too (google: rule.refuses). */
  getAllowInvalid(): boolean;
  /** CHECKBOX for a tick box. */
  getCriteriaType(): Enumerated;
  /** Of a tick box with values of its own: the ticked one, and the unticked one if it has any. */
  getCriteriaValues(): unknown[];
}

/** A value of one of Google's enumerations: compare `String(it)`, which is its name. */
export type Enumerated = object | string | number;

export interface Runtime {
  readonly SpreadsheetApp: SpreadsheetService;
  readonly PropertiesService: PropertiesService;
  readonly CacheService: CacheService;
  readonly LockService: LockService;
  readonly UrlFetchApp: UrlFetchService;
  readonly ScriptApp: ScriptService;
  readonly HtmlService: HtmlService;
  readonly MailApp: MailService;
  readonly Session: SessionService;
  readonly Utilities: UtilitiesService;
}

export interface SpreadsheetService {
  getActiveSpreadsheet(): Spreadsheet;
  flush(): void;
  getUi(): Ui;
}

export interface Spreadsheet {
  getId(): string;
  getUrl(): string;
  getName(): string;
  getSpreadsheetTimeZone(): string;
  /**
   * Such as `en_US` or `de_DE`: how people enter and see numbers and dates in this file. May be
   * `''` for old files.
   */
  getSpreadsheetLocale(): string;
  getSheets(): Sheet[];
  getSheetByName(name: string): Sheet | null;
  /** By `Sheet.getSheetId`, which stays when a tab is renamed or moved. */
  getSheetById(id: number): Sheet | null;
  insertSheet(name: string): Sheet;
  getActiveSheet(): Sheet;
  /** What was selected on the sheet before is selected again only if asked for. */
  setActiveSheet(sheet: Sheet, restoreSelection?: boolean): Sheet;
  setActiveRange(range: Range): Range;
}

export interface Sheet {
  getSheetId(): number;
  /** GRID, OBJECT (a chart of its own) or DATASOURCE; an enumeration whose text is its name. */
  getType(): Enumerated;
  getName(): string;
  getLastRow(): number;
  getLastColumn(): number;
  getMaxRows(): number;
  getMaxColumns(): number;
  getRange(row: number, column: number, rows: number, columns: number): Range;
  getActiveRange(): Range | null;
  insertRowsAfter(row: number, howMany: number): Sheet;
  insertColumnsAfter(column: number, howMany: number): Sheet;
  deleteColumns(column: number, howMany: number): void;
  hideSheet(): Sheet;
  showSheet(): Sheet;
  isSheetHidden(): boolean;
  setFrozenRows(rows: number): void;
  activate(): Sheet;
  protect(): Protection;
  newChart(): ChartBuilder;
  insertChart(chart: Chart): void;
}

/** A chart before it is inserted. Google's builders change and return themselves. */
export interface ChartBuilder {
  asColumnChart(): ColumnChartBuilder;
  /** Columns of texts become labels, columns of numbers a series each. */
  addRange(range: Range): ChartBuilder;
  /** Rows of each range that hold names. */
  setNumHeaders(headers: number): ChartBuilder;
  /**
   * The cell (1-based) and the distance from its corner in pixels. Inserting a chart without a
   * position fails.
   */
  setPosition(row: number, column: number, offsetX: number, offsetY: number): ChartBuilder;
  build(): Chart;
}

export interface ColumnChartBuilder {
  setTitle(title: string): ColumnChartBuilder;
  addRange(range: Range): ChartBuilder;
}

export interface Chart {
  getRanges(): Range[];
}

export interface Range {
  getRow(): number;
  getLastRow(): number;
  getColumn(): number;
  getLastColumn(): number;
  getSheet(): Sheet;
  getValues(): SheetValue[][];
  getDisplayValues(): string[][];
  /** The rule of each cell; null for a cell without one. */
  getDataValidations(): (DataValidation | null)[][];
  setValues(values: SheetValue[][]): Range;
  setNumberFormat(format: string): Range;
  /** Turns every cell into a tick box that is not ticked, whatever was in it. */
  insertCheckboxes(): Range;
  /**
   * Whether the person may edit every cell of it: no viewer of the file, and not kept out by a
   * protection.
   */
  canEdit(): boolean;
  activate(): Range;
}

export interface Protection {
  setDescription(description: string): Protection;
  setWarningOnly(warningOnly: boolean): Protection;
}

export interface Ui {
  createAddonMenu(): Menu;
  showSidebar(html: HtmlOutput): void;
  showModalDialog(html: HtmlOutput, title: string): void;
}

export interface Menu {
  addItem(caption: string, functionName: string): Menu;
  addToUi(): void;
}

export interface HtmlService {
  createHtmlOutputFromFile(name: string): HtmlOutput;
  createHtmlOutput(html: string): HtmlOutput;
}

export interface HtmlOutput {
  setTitle(title: string): HtmlOutput;
  getContent(): string;
}

export interface PropertiesService {
  getScriptProperties(): Properties;
  getDocumentProperties(): Properties;
}

export interface Properties {
  getProperty(key: string): string | null;
  getProperties(): { [key: string]: string };
  setProperty(key: string, value: string): Properties;
  setProperties(properties: { [key: string]: string }): Properties;
  deleteProperty(key: string): Properties;
}

/** May forget any item at any time, so every reader must work without what it stored. */
export interface CacheService {
  /** Shared by all who use the script in this document; null where there is no document. */
  getDocumentCache(): Cache | null;
  /** Shared by everybody who uses the script: in a published add-on by every customer. */
  getScriptCache(): Cache;
}

/**
 * Keys of up to 250 characters, values of up to 100 KB, 1,000 items. Items expire after 600 s by
 * default, 21,600 s at most.
 */
export interface Cache {
  get(key: string): string | null;
  /** Only those that are there. */
  getAll(keys: string[]): { [key: string]: string };
  put(key: string, value: string, expirationInSeconds?: number): void;
  putAll(values: { [key: string]: string }, expirationInSeconds?: number): void;
  remove(key: string): void;
  removeAll(keys: string[]): void;
}

export interface LockService {
  getDocumentLock(): Lock;
}

export interface Lock {
  tryLock(timeout: number): boolean;
  releaseLock(): void;
}

export interface UrlFetchService {
  fetch(url: string, options: FetchOptions): HttpResponse;
  fetchAll(requests: FetchRequest[]): HttpResponse[];
}

export interface FetchOptions {
  method?: 'get' | 'post';
  contentType?: string;
  headers?: { [name: string]: string };
  payload?: string;
  muteHttpExceptions?: boolean;
  followRedirects?: boolean;
  /** Seconds. Newer than the published typings, and perhaps not honoured everywhere. */
  timeoutSeconds?: number;
}

export interface FetchRequest extends FetchOptions {
  url: string;
}

export interface HttpResponse {
  getResponseCode(): number;
  getContentText(charset?: string): string;
  getHeaders(): object;
}

export interface ScriptService {
  readonly AuthMode: { readonly FULL: Enumerated };
  getAuthorizationInfo(mode: Enumerated): AuthorizationInfo;
  /** NONE unless the script runs as an add-on; an enumeration whose text is its name. */
  getInstallationSource(): Enumerated;
  /**
   * Ends the execution and asks the person, if something that the manifest asks for is not allowed.
   * Newer than the published typings.
   */
  requireAllScopes?(mode: Enumerated): void;
  newTrigger(functionName: string): TriggerBuilder;
  getProjectTriggers(): Trigger[];
  deleteTrigger(trigger: Trigger): void;
}

/** Whether the person still has to allow something that the manifest asks for, and where. */
export interface AuthorizationInfo {
  /** REQUIRED or NOT_REQUIRED. */
  getAuthorizationStatus(): Enumerated;
  /** The page on which a person allows it; nothing where nothing is required. */
  getAuthorizationUrl(): string | null;
  /** What is allowed, as full addresses of scopes. Newer than the published typings. */
  getAuthorizedScopes?(): string[] | null;
}

export interface TriggerBuilder {
  timeBased(): ClockTriggerBuilder;
  forSpreadsheet(spreadsheet: Spreadsheet): SpreadsheetTriggerBuilder;
}

export interface ClockTriggerBuilder {
  /** 1, 5, 10, 15 or 30 (google: trigger.minutes). */
  everyMinutes(minutes: number): ClockTriggerBuilder;
  everyHours(hours: number): ClockTriggerBuilder;
  create(): Trigger;
}

export interface SpreadsheetTriggerBuilder {
  onEdit(): SpreadsheetTriggerBuilder;
  create(): Trigger;
}

export interface Trigger {
  getHandlerFunction(): string;
  getUniqueId(): string;
  /** Id of the file of an edit's trigger; null of the clock's (google: trigger.source). */
  getTriggerSourceId(): string | null;
}

export interface MailService {
  sendEmail(recipient: string, subject: string, body: string): void;
  getRemainingDailyQuota(): number;
}

export interface SessionService {
  getEffectiveUser(): User;
  getActiveUserLocale(): string;
}

export interface User {
  getEmail(): string;
}

export interface UtilitiesService {
  sleep(milliseconds: number): void;
  getUuid(): string;
}

/**
 * What an installable on-edit trigger passes. `value` is left out on purpose: it is not reliable.
 */
export interface EditEvent {
  readonly range: Range;
}
