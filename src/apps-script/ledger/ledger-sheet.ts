import { isProblem, type Problem, problem } from '../../problem/problem';
import type { LedgerEntry, LineOutcome } from '../../sync/ledger/entry';
import {
  contentsOf,
  type FormerLedger,
  formerOf,
  type LedgerOwner,
} from '../../sync/ledger/former';
import {
  type LedgerHeader,
  type LedgerRecord,
  type LineTexts,
  type Rebuilding,
  rebuiltAtOf,
  voidIndex,
} from '../../sync/ledger/ledger';
import { readEvent, readIndex, readOutcome } from '../../sync/ledger/line';
import type { LedgerStore, StoredLedger, UsedId } from '../../sync/ports';
import type { UsageEvent } from '../../value/usage-event';
import { fileId } from '../file-id';
import { newSheet } from '../new-sheet';
import type { Runtime, Sheet, SheetValue, Spreadsheet } from '../runtime';
import { asText, neighbours } from '../sheet-cells';
import {
  consecutive,
  EVENT_COLUMN,
  HEADER_ROWS,
  headerCells,
  INDEX_COLUMN,
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
import { type FoundLedger, LedgerFinder } from './ledger-finder';
import { LedgerRecords, recordKey } from './ledger-records';

const LEDGER_NAME = 'Lago ledger';
/** Sheet names end at 100 characters; a part of the sync's name is enough for people. */
const NAME_CHARACTERS = 40;
/** Shown to whoever is about to change a ledger. */
const LEAVE_AS_IT_IS =
  'What was handed to Lago. Leave it as it is: a changed line can stop the sync, or be taken for ' +
  'what was sent.';
/** Rows that a ledger grows by beyond what is asked for, so that it does not grow at each run. */
const SPARE_ROWS = 1_000;

/** How far the sheet of a ledger is filled and reaches, in rows. */
interface Extent {
  readonly filled: number;
  readonly rows: number;
}

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

/** A ledger that a deleted sync has left, as it stands in its sheet. */
export interface LeftLedger extends FormerLedger {
  readonly sheet: Sheet;
  readonly stored: StoredLedger;
}

/** Ledgers as hidden sheets of this spreadsheet. One instance serves one sync in one run. */
export class LedgerSheets implements LedgerStore {
  private readonly spreadsheet: Spreadsheet;
  private readonly records: LedgerRecords;
  private readonly finder: LedgerFinder;
  private opened: Opened | undefined;
  /**
   * Asked for once: under the lock nobody but this run appends. Unknown again where a write may
   * have failed.
   */
  private extent: Extent | undefined;
  /** Lines whose events Lago has accepted or refused since, with its answer. */
  private readonly answered = new Map<number, LineOutcome['state']>();

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
    return fileId(this.runtime);
  }

  /** See LedgerStore. */
  open(owner: LedgerOwner, organization: string): StoredLedger | undefined | Problem {
    const { id, source } = owner;
    const tab = source.tabId;
    const key = recordKey(id, organization);
    const record = this.records.read(key);
    const recorded = this.sheetOf(record, id, organization);
    const found = recorded === undefined ? this.finder.search(id, organization, tab) : [];
    const sheet =
      recorded ??
      found.find(({ header }) => header.sync === id)?.sheet ??
      // A ledger of its own that is gone is restored or rebuilt: none other stands in for it.
      (record === undefined ? formerOf(this.withContents(found), owner)?.sheet : undefined);
    if (sheet === undefined) {
      const lost = record ?? this.lostOf(organization, tab, found)[0]?.[1];
      return lost === undefined ? undefined : problem('ledger.missing', { name: lost.sheetName });
    }
    const name = sheet.getName();
    const values = machineCells(sheet);
    const header = readHeader(values[0]?.[0] ?? '');
    if (header === undefined) return problem('ledger.damaged', { rows: 1 });
    const rebuiltAt = rebuiltAtOf(header, record);
    const { compared, newestAt = 0 } = record ?? {};
    this.extent = undefined;
    this.opened = { sheet, key, name, tab, header, rebuiltAt, compared, newestAt };
    return { name: syncNameIn(name), header, lines: textsOf(values), record };
  }

  /**
   * The ledgers that deleted syncs of a tab have left, those with the most rows first. None for a
   * sync that has a ledger of its own.
   */
  left(sync: string, organization: string, tab: number): readonly LeftLedger[] {
    if (this.records.read(recordKey(sync, organization)) !== undefined) return [];
    const found = this.finder.search(sync, organization, tab);
    return found.some(({ header }) => header.sync === sync)
      ? []
      : this.withContents(found).sort(
          (one, other) => other.rows - one.rows || one.name.localeCompare(other.name),
        );
  }

  private withContents(found: readonly FoundLedger[]): LeftLedger[] {
    return found.map(({ sheet, header }) => {
      const lines = textsOf(machineCells(sheet));
      const name = syncNameIn(sheet.getName());
      const stored = { name, header, lines, record: undefined };
      return { ...contentsOf(lines), sync: header.sync, name, sheet, stored };
    });
  }

  /** Records of deleted syncs of the tab whose ledger is none of these sheets. */
  private lostOf(
    organization: string,
    tab: number,
    found: readonly FoundLedger[],
  ): (readonly [string, LedgerRecord])[] {
    const keys = new Set(found.map(({ header }) => recordKey(header.sync, organization)));
    return this.records.lost(organization, tab).filter(([key]) => !keys.has(key));
  }

  /** See LedgerStore. */
  create(header: LedgerHeader, syncName: string, rebuilding?: Rebuilding): void {
    const { tab } = header;
    const active = this.spreadsheet.getActiveSheet();
    const wanted = `${LEDGER_NAME} ${syncName.slice(0, NAME_CHARACTERS)}`.trim();
    const { sheet, name } = newSheet(this.spreadsheet, wanted);
    // The file's ten million cells count empty ones, too (google: sheet.cells).
    sheet.deleteColumns(LEDGER_WIDTH + 1, sheet.getMaxColumns() - LEDGER_WIDTH);
    sheet.getRange(1, 1, 1, LEDGER_WIDTH).setValues([headerCells(header)]);
    sheet.setFrozenRows(HEADER_ROWS);
    // With a warning only: the run of any editor must be able to write here.
    sheet.protect().setDescription(LEAVE_AS_IT_IS).setWarningOnly(true);
    // Inserting a sheet opens it; the person stays where she was, with what she has selected.
    this.spreadsheet.setActiveSheet(active, true);
    sheet.hideSheet();
    const key = recordKey(header.sync, header.organization);
    const never = { rebuiltAt: undefined, compared: undefined };
    this.extent = undefined;
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
    const newestAt = entries.reduce(
      (newest, { index }) => Math.max(newest, index.at),
      opened.newestAt,
    );
    this.opened = { ...opened, newestAt };
    // The sync reads another tab now; a copy of the file finds the ledger by it.
    if (header.tab !== tab) this.rewriteHeader({ ...header, tab });
    const { filled, rows } = this.makeRoom(entries.length);
    const first = filled + 1;
    const lastId = entries[entries.length - 1]?.index.id ?? '';
    this.extent = undefined;
    sheet.getRange(first, 1, entries.length, LEDGER_WIDTH).setValues(entries.map(lineCells));
    this.flush();
    const kept = { sheetName: name, tab, rebuiltAt, compared };
    this.records.write(key, { ...kept, ...count, lastId, newestAt });
    this.extent = { filled: filled + entries.length, rows };
    return first;
  }

  /** See LedgerStore. */
  makeRoom(lines: number): Extent {
    const { sheet } = this.requireOpened();
    const { filled, rows } = this.extent ?? {
      filled: sheet.getLastRow(),
      rows: sheet.getMaxRows(),
    };
    const missing = filled + lines - rows;
    const more = missing > 0 ? missing + SPARE_ROWS : 0;
    if (more > 0) sheet.insertRowsAfter(rows, more);
    this.extent = { filled, rows: rows + more };
    return this.extent;
  }

  /** See LedgerStore. */
  writeOutcomes(outcomes: readonly OutcomeOfLine[]): void {
    if (outcomes.length === 0) return;
    const { sheet } = this.requireOpened();
    for (const { line, outcome } of outcomes)
      if (outcome.bill === undefined) this.answered.set(line, outcome.state);
    for (const run of consecutive(outcomes))
      sheet
        .getRange(run[0]?.line ?? 0, OUTCOME_COLUMN, run.length, OUTCOME_WIDTH)
        .setValues(run.map(({ outcome }) => outcomeCells(outcome)));
  }

  /**
   * What a ledger was recorded with, and all outcomes, as one text. Undefined if its sheet is gone
   * or has not the recorded number of lines.
   */
  standing(sync: string, organization: string): string | undefined {
    const record = this.records.read(recordKey(sync, organization));
    if (record === undefined) return 'none';
    const sheet = this.spreadsheet.getSheetByName(record.sheetName);
    const { lines } = record;
    if (sheet === null || sheet.getLastRow() !== lines + HEADER_ROWS) return undefined;
    const outcomes = sheet.getRange(HEADER_ROWS + 1, OUTCOME_COLUMN, Math.max(1, lines), 1);
    return JSON.stringify([record, outcomes.getValues()]);
  }

  /** How many events Lago has accepted and refused since, though a run may not get to say so. */
  settled(): { readonly delivered: number; readonly rejected: number } {
    const states = [...this.answered.values()];
    return {
      delivered: states.filter((state) => state === 'accepted').length,
      rejected: states.filter((state) => state === 'rejected').length,
    };
  }

  /**
   * Makes a ledger that was found the ledger of this sync and file; its lines count as recorded.
   * For its own sync that says that it counts, whatever metric its lines are of.
   */
  adopt(owner: LedgerOwner, organization: string): void {
    const sync = owner.id;
    const tab = owner.source.tabId;
    const found = this.open(owner, organization);
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
    const isConfirmed = isOfThisFile && found.header.sync === sync;
    this.records.write(key, {
      rebuilding: former?.rebuilding,
      rebuiltAt: rebuiltAtOf(found.header, former),
      compared: isOfThisFile ? former?.compared : undefined,
      sheetName: name,
      tab,
      lines: vanished ? former.lines : found.lines.length,
      lastId: vanished ? former.lastId : lastIdOf(found.lines),
      newestAt: isConfirmed ? newestIn(found.lines) : undefined,
    });
    if (found.header.sync !== sync) this.records.delete(formerKey);
  }

  /**
   * Puts a ledger that was found aside, so that the next line begins a new one. One that its sync
   * has taken over is left to the next sync again, which may be of its metric.
   */
  putAside(owner: LedgerOwner, organization: string): void {
    const found = this.open(owner, organization);
    if (found !== undefined && !isProblem(found) && this.opened !== undefined) {
      const { header, record } = found;
      const { sheet } = this.opened;
      if (header.sync === owner.id && header.file === this.file()) {
        const sync = this.runtime.Utilities.getUuid();
        writeFirstCell(sheet, { ...header, sync });
        if (record !== undefined) this.records.write(recordKey(sync, organization), record);
      } else writeFirstCell(sheet, { ...header, ledger: 'put aside' });
      this.flush();
      this.records.delete(recordKey(found.header.sync, organization));
    } else {
      const { tabId } = owner.source;
      const left = this.finder.search(owner.id, organization, tabId);
      for (const [key] of this.lostOf(organization, tabId, left)) this.records.delete(key);
    }
    this.records.delete(recordKey(owner.id, organization));
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
      if (rows === sheet.getMaxRows()) sheet.insertRowsAfter(rows, SPARE_ROWS);
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
  usedElsewhere(sync: string, organization: string): ReadonlyMap<string, UsedId> {
    return new Map(
      this.records
        .ofOthers(sync, organization)
        .flatMap(([other, record]) => this.usedIds(other, organization, record)),
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
   * The ids of a recorded ledger. None if it is gone, which its own sync reports. A line that
   * cannot be read has none either.
   */
  private usedIds(sync: string, organization: string, record: LedgerRecord): [string, UsedId][] {
    const sheet =
      this.sheetOf(record, sync, organization) ??
      this.finder.search(sync, organization, record.tab).find(({ header }) => header.sync === sync)
        ?.sheet;
    const lines = sheet === undefined ? 0 : sheet.getLastRow() - HEADER_ROWS;
    if (sheet === undefined || lines < 1) return [];
    const column = (number: number): string[] =>
      sheet
        .getRange(HEADER_ROWS + 1, number, lines, 1)
        .getValues()
        .map(([text]) => String(text));
    const isLeft = !this.syncs.includes(sync);
    let events: readonly string[] | undefined;
    let outcomes: readonly string[] | undefined;
    return column(INDEX_COLUMN).flatMap((text, line): [string, UsedId][] => {
      const index = readIndex(text);
      if (index === undefined || index.kind === 'baseline') return [];
      const event = (): UsageEvent | undefined => {
        events ??= column(EVENT_COLUMN);
        return readEvent(events[line] ?? '');
      };
      const isRefused = (): boolean => {
        outcomes ??= column(OUTCOME_COLUMN);
        return readOutcome(outcomes[line] ?? '')?.state === 'rejected';
      };
      return [[index.id, { key: index.key, tab: record.tab, isLeft, event, isRefused }]];
    });
  }
}

/** The machine's columns of a ledger, from its first row on. */
function machineCells(sheet: Sheet): SheetValue[][] {
  const rows = sheet.getLastRow();
  return rows === 0 ? [] : sheet.getRange(1, 1, rows, MACHINE_COLUMNS).getValues();
}

/** The name of the sync that a ledger's sheet was named after; else that of the sheet. */
const syncNameIn = (sheetName: string): string =>
  sheetName.startsWith(`${LEDGER_NAME} `) ? sheetName.slice(LEDGER_NAME.length + 1) : sheetName;

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

/** When the newest of these lines was made (ms). */
const newestIn = (lines: readonly LineTexts[]): number =>
  lines.reduce((newest, { index }) => Math.max(newest, readIndex(index)?.at ?? 0), 0);

const lastIdOf = (lines: readonly LineTexts[]): string =>
  lines.reduce((last, { index }) => readIndex(index)?.id ?? last, '');
