import { isProblem, type Problem, problem } from '../../problem/problem';
import type { LedgerEntry } from '../../sync/ledger/entry';
import {
  type LedgerHeader,
  type LedgerRecord,
  type LineTexts,
  type Rebuilding,
  rebuiltAtOf,
  voidIndex,
} from '../../sync/ledger/ledger';
import { readEvent, readIndex } from '../../sync/ledger/line';
import type { LedgerStore, StoredLedger } from '../../sync/ports';
import { placeName } from '../../value/usage-event';
import type { Runtime, Sheet, SheetValue, Spreadsheet } from '../runtime';
import { asText, freeName, neighbours } from '../sheet-cells';
import {
  consecutive,
  HEADER_ROWS,
  headerCells,
  LEDGER_WIDTH,
  lineCells,
  MACHINE_COLUMNS,
  namesOther,
  OUTCOME_COLUMN,
  OUTCOME_WIDTH,
  type OutcomeOfLine,
  outcomeCells,
  readHeader,
  STATE_COLUMN,
  textsOf,
} from './ledger-cells';
import { LedgerFinder } from './ledger-finder';
import { LedgerRecords, recordKey } from './ledger-records';

const LEDGER_NAME = 'Lago ledger';
/** Sheet names end at 100 characters; a part of the sync's name is enough for people. */
const NAME_CHARACTERS = 40;
/** Rows that a ledger grows by when its grid is full. */
const GROWTH_ROWS = 1_000;

interface Opened {
  readonly sheet: Sheet;
  readonly key: string;
  readonly name: string;
  readonly tab: number;
  readonly header: LedgerHeader;
  /** When it was last rebuilt (ms); every record of it repeats that. */
  readonly rebuiltAt: number | undefined;
  /** See LedgerRecord; every record of it repeats that. */
  readonly compared: true | undefined;
  /** See LedgerRecord; 0 if nothing is known. */
  readonly newestAt: number;
}

/** Ledgers as hidden sheets of this spreadsheet. One instance serves one sync in one run. */
export class LedgerSheets implements LedgerStore {
  private readonly spreadsheet: Spreadsheet;
  private readonly records: LedgerRecords;
  private readonly finder: LedgerFinder;
  private opened: Opened | undefined;

  /** @param syncs ids of the syncs of this file; the ledger of one is never taken for another's */
  constructor(
    private readonly runtime: Runtime,
    private readonly syncs: readonly string[],
  ) {
    const { SpreadsheetApp, PropertiesService } = runtime;
    this.spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
    this.records = new LedgerRecords(PropertiesService.getDocumentProperties(), syncs);
    this.finder = new LedgerFinder(this.spreadsheet, syncs);
  }

  /** See LedgerStore. */
  flush(): void {
    this.runtime.SpreadsheetApp.flush();
  }

  /** See LedgerStore. */
  file(): string {
    return this.spreadsheet.getId();
  }

  /** See LedgerStore. */
  open(sync: string, organization: string, tab: number): StoredLedger | undefined | Problem {
    const key = recordKey(sync, organization);
    const record = this.records.read(key);
    const sheet =
      this.sheetOf(record, sync, organization) ?? this.finder.search(sync, organization, tab);
    if (sheet === undefined) {
      const lost = record ?? this.records.lost(organization, tab)[0]?.[1];
      return lost === undefined ? undefined : problem('ledger.missing', { name: lost.sheetName });
    }
    const name = sheet.getName();
    const rows = sheet.getLastRow();
    const values = rows === 0 ? [] : sheet.getRange(1, 1, rows, MACHINE_COLUMNS).getValues();
    const header = readHeader(values[0]?.[0] ?? '');
    if (header === undefined) return problem('ledger.damaged', { rows: 1 });
    const rebuiltAt = rebuiltAtOf(header, record);
    const { compared, newestAt = 0 } = record ?? {};
    this.opened = { sheet, key, name, tab, header, rebuiltAt, compared, newestAt };
    return { header, lines: textsOf(values), record };
  }

  /** See LedgerStore. */
  create(header: LedgerHeader, syncName: string, rebuilding?: Rebuilding): void {
    const { tab } = header;
    const name = freeName(
      `${LEDGER_NAME} ${syncName.slice(0, NAME_CHARACTERS)}`.trim(),
      (each) => this.spreadsheet.getSheetByName(each) !== null,
    );
    const active = this.spreadsheet.getActiveSheet();
    const sheet = this.spreadsheet.insertSheet(name);
    sheet.getRange(1, 1, 1, LEDGER_WIDTH).setValues([headerCells(header)]);
    sheet.setFrozenRows(HEADER_ROWS);
    // With a warning only: the run of any editor must be able to write here.
    sheet
      .protect()
      .setDescription('What was sent to Lago. Changing it stops the sync.')
      .setWarningOnly(true);
    // Inserting a sheet opens it; the person stays where she was, with what she has selected.
    this.spreadsheet.setActiveSheet(active, true);
    sheet.hideSheet();
    const key = recordKey(header.sync, header.organization);
    const never = { rebuiltAt: undefined, compared: undefined };
    this.opened = { sheet, key, name, tab, header, ...never, newestAt: 0 };
    this.flush();
    this.records.write(key, { sheetName: name, tab, lines: 0, lastId: '', rebuilding });
  }

  /** See LedgerStore. */
  append(
    entries: readonly LedgerEntry[],
    count: Pick<LedgerRecord, 'lines' | 'rebuilding'>,
  ): number {
    const opened = this.requireOpened();
    const { sheet, key, name, tab, header, rebuiltAt, compared } = opened;
    const newestAt = Math.max(opened.newestAt, ...entries.map(({ index }) => index.at));
    this.opened = { ...opened, newestAt };
    // The sync reads another tab now; a copy of the file finds the ledger by it.
    if (header.tab !== tab) this.rewriteHeader({ ...header, tab });
    const first = sheet.getLastRow() + 1;
    const missing = first + entries.length - 1 - sheet.getMaxRows();
    if (missing > 0) sheet.insertRowsAfter(sheet.getMaxRows(), missing + GROWTH_ROWS);
    const lastId = entries[entries.length - 1]?.index.id ?? '';
    sheet.getRange(first, 1, entries.length, LEDGER_WIDTH).setValues(entries.map(lineCells));
    this.flush();
    const kept = { sheetName: name, tab, rebuiltAt, compared };
    this.records.write(key, { ...kept, ...count, lastId, newestAt });
    return first;
  }

  /** See LedgerStore. */
  writeOutcomes(outcomes: readonly OutcomeOfLine[]): void {
    if (outcomes.length === 0) return;
    const { sheet } = this.requireOpened();
    for (const run of consecutive(outcomes))
      sheet
        .getRange(run[0]?.line ?? 0, OUTCOME_COLUMN, run.length, OUTCOME_WIDTH)
        .setValues(run.map(({ outcome }) => outcomeCells(outcome)));
  }

  /**
   * Makes a ledger that was found the ledger of this sync and file; its lines count as recorded.
   */
  adopt(sync: string, organization: string, tab: number): void {
    const found = this.open(sync, organization, tab);
    if (found === undefined || isProblem(found) || this.opened === undefined) return;
    const { sheet, key, name } = this.opened;
    writeFirstCell(sheet, { ...found.header, file: this.file(), sync });
    this.flush();
    const formerKey = recordKey(found.header.sync, organization);
    // What is being rebuilt, or has lost lines, does not become whole by another name.
    const former = this.records.read(formerKey);
    const vanished = former !== undefined && former.lines > found.lines.length;
    // The file that this one was copied from may have sent more since.
    const isOfThisFile = found.header.file === this.file();
    this.records.write(key, {
      rebuilding: former?.rebuilding,
      rebuiltAt: rebuiltAtOf(found.header, former),
      compared: isOfThisFile ? former?.compared : undefined,
      sheetName: name,
      tab,
      lines: vanished ? former.lines : found.lines.length,
      lastId: vanished ? former.lastId : lastIdOf(found.lines),
    });
    if (found.header.sync !== sync) this.records.delete(formerKey);
  }

  /** Puts a ledger that was found aside, so that the next line begins a new one. */
  putAside(sync: string, organization: string, tab: number): void {
    const found = this.open(sync, organization, tab);
    if (found !== undefined && !isProblem(found) && this.opened !== undefined) {
      writeFirstCell(this.opened.sheet, { ...found.header, ledger: 'put aside' });
      this.flush();
    }
    const lost = this.records.lost(organization, tab).map(([key]) => key);
    for (const key of [recordKey(sync, organization), ...lost]) this.records.delete(key);
    this.opened = undefined;
  }

  /** See LedgerStore. */
  rebuilding(sync: string, organization: string): Rebuilding | undefined {
    return this.records.read(recordKey(sync, organization))?.rebuilding;
  }

  /** See LedgerStore. */
  noteRebuilding(sync: string, organization: string, tab: number, rebuilding: Rebuilding): void {
    const key = recordKey(sync, organization);
    const known = this.records.read(key) ??
      this.records.lost(organization, tab)[0]?.[1] ?? { sheetName: '', lines: 0, lastId: '' };
    this.records.write(key, { ...known, tab, rebuilding });
  }

  /** See LedgerStore. */
  recover(header: LedgerHeader): boolean {
    const record = this.records.read(recordKey(header.sync, header.organization));
    const sheet = record === undefined ? null : this.spreadsheet.getSheetByName(record.sheetName);
    const rows = sheet === null ? 0 : sheet.getLastRow();
    if (sheet === null || rows === 0 || sheet.getMaxColumns() < LEDGER_WIDTH) return false;
    const cells = sheet.getRange(1, 1, rows, LEDGER_WIDTH).getValues();
    const [first = []] = cells;
    const others = this.syncs.filter((id) => id !== header.sync);
    if (!isHeadless(cells) || namesOther(String(first[0]), header, others)) return false;
    // If somebody deleted the first row, a line stands in its place.
    if (readIndex(String(first[0])) !== undefined) {
      if (rows === sheet.getMaxRows()) sheet.insertRowsAfter(rows, GROWTH_ROWS);
      sheet.getRange(rows + 1, 1, 1, LEDGER_WIDTH).setValues([copiedLine(first)]);
      this.flush();
    }
    sheet.getRange(1, 1, 1, LEDGER_WIDTH).setValues([headerCells(header)]);
    this.flush();
    return true;
  }

  /** See LedgerStore. */
  noteCompared(): void {
    this.opened = { ...this.requireOpened(), compared: true };
  }

  /** See LedgerStore. */
  voidLines(lines: readonly LineTexts[], at: number): void {
    const { sheet } = this.requireOpened();
    const sorted = [...lines].sort((left, right) => left.line - right.line);
    for (const run of neighbours(sorted, ({ line }) => line)) {
      const first = run[0]?.line ?? 0;
      sheet
        .getRange(first, 1, run.length, 1)
        .setValues(run.map(({ index }) => [voidIndex(index, at)]));
      sheet.getRange(first, STATE_COLUMN, run.length, 1).setValues(run.map(() => ['void']));
    }
    this.flush();
  }

  /** See LedgerStore. */
  recordWhole(whole: {
    readonly lines: number;
    readonly lastId: string;
    readonly rebuiltAt: number;
  }): void {
    const { rebuiltAt } = whole;
    const { header, key, name, tab } = this.requireOpened();
    this.opened = { ...this.requireOpened(), rebuiltAt };
    this.rewriteHeader({ ...header, rebuiltAt });
    this.flush();
    this.records.write(key, { sheetName: name, tab, ...whole, newestAt: rebuiltAt });
  }

  /** See LedgerStore. */
  usedElsewhere(sync: string, organization: string): ReadonlyMap<string, string> {
    return new Map(this.linesElsewhere(sync, organization, 1).flatMap(([text]) => usedId(text)));
  }

  /** See LedgerStore. */
  placesElsewhere(sync: string, organization: string): ReadonlySet<string> {
    return new Set(
      this.linesElsewhere(sync, organization, 2).flatMap(([text, event]) => {
        const sent = usedId(text).length === 0 ? undefined : readEvent(event);
        return sent === undefined ? [] : [placeName(sent)];
      }),
    );
  }

  /**
   * Shows the ledger that was opened last and selects what people read of one of its lines
   * (1-based).
   */
  show(line: number): void {
    const { sheet } = this.requireOpened();
    sheet.showSheet();
    sheet.getRange(line, MACHINE_COLUMNS + 1, 1, LEDGER_WIDTH - MACHINE_COLUMNS).activate();
  }

  private requireOpened(): Opened {
    if (this.opened === undefined)
      throw new Error('A ledger is opened or created before anything is done with its lines.');
    return this.opened;
  }

  private sheetOf(
    record: LedgerRecord | undefined,
    sync: string,
    organization: string,
  ): Sheet | undefined {
    return record === undefined
      ? undefined
      : this.finder.named(record.sheetName, sync, organization);
  }

  private rewriteHeader(header: LedgerHeader): void {
    const opened = this.requireOpened();
    this.opened = { ...opened, header };
    writeFirstCell(opened.sheet, header);
  }

  /**
   * The first columns, index and event, of the ledgers of other syncs. Empty for one that is gone,
   * which its own sync reports.
   */
  private linesElsewhere(
    sync: string,
    organization: string,
    columns: 1 | 2,
  ): (readonly [index: string, event: string])[] {
    return this.records.ofOthers(sync, organization).flatMap(([other, record]) => {
      const sheet =
        this.sheetOf(record, other, organization) ??
        this.finder.search(other, organization, record.tab);
      const lines = sheet === undefined ? 0 : sheet.getLastRow() - HEADER_ROWS;
      if (sheet === undefined || lines < 1) return [];
      return sheet
        .getRange(HEADER_ROWS + 1, 1, lines, columns)
        .getValues()
        .map(([index, event]) => [String(index), String(event)] as const);
    });
  }
}

function writeFirstCell(sheet: Sheet, header: object): void {
  sheet.getRange(1, 1, 1, 1).setValues([[JSON.stringify(header)]]);
}

/** A line for another row: texts for people are written as texts again, whatever they look like. */
const copiedLine = (cells: readonly SheetValue[]): SheetValue[] =>
  cells.map((cell, column) => (column < MACHINE_COLUMNS ? cell : asText(String(cell))));

/** Whether cells are those of a ledger whose first row was altered or deleted. */
const isHeadless = (cells: readonly (readonly SheetValue[])[]): boolean =>
  readHeader(cells[0]?.[0] ?? '') === undefined &&
  cells.some(([index]) => readIndex(String(index)) !== undefined);

/**
 * The id and key of a line that stands for an event in Lago. A line that cannot be read has none:
 * its own sync reports it.
 */
function usedId(text: string): (readonly [string, string])[] {
  const index = readIndex(text);
  return index === undefined || index.kind === 'baseline' ? [] : [[index.id, index.key]];
}

const lastIdOf = (lines: readonly LineTexts[]): string =>
  lines.reduce((last, { index }) => readIndex(index)?.id ?? last, '');
