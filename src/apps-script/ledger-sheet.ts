import { isProblem, type Problem, problem } from '../problem/problem';
import {
  type LedgerEntry,
  type LedgerHeader,
  type LedgerRecord,
  type LineOutcome,
  type LineTexts,
  type Rebuilding,
  readIndex,
  rebuiltAtOf,
  voidIndex,
} from '../sync/ledger/ledger';
import type { LedgerStore, StoredLedger } from '../sync/ports';
import { isObject } from '../value/json';
import { isoText } from '../value/time';
import type { Runtime, Sheet, SheetValue } from './runtime';
import { asText, neighbours } from './sheet-cells';

/** Columns of the ledger (1-based). The first three are the machine's; the others are for people and are never read. */
const COLUMNS = [
  'index',
  'Event',
  'Outcome',
  'State',
  'Lago’s answer',
  'Row key',
  'Usage time (UTC)',
  'Handed over (UTC)',
] as const;
const MACHINE_COLUMNS = 3;
const OUTCOME_COLUMN = 3;
const OUTCOME_WIDTH = 3;
const STATE_COLUMN = 4;
const HEADER_ROWS = 1;
const LEDGER_NAME = 'Lago ledger';
/** Sheet names end at 100 characters; a part of the sync's name is enough for people. */
const NAME_CHARACTERS = 40;
/** Rows that a ledger grows by when its grid is full. */
const GROWTH_ROWS = 1_000;
/** An answer longer than this says nothing more to a person. */
const ANSWER_CHARACTERS = 500;

const clockText = (ms: number): string =>
  isoText(ms).slice(0, 'yyyy-MM-dd HH:mm:ss'.length).replace('T', ' ');

const outcomeCells = (outcome: LineOutcome): SheetValue[] => [
  JSON.stringify({ ...outcome, answer: outcome.answer.slice(0, ANSWER_CHARACTERS) }),
  outcome.state,
  asText(outcome.answer.slice(0, ANSWER_CHARACTERS)),
];

const lineCells = (entry: LedgerEntry): SheetValue[] => [
  JSON.stringify(entry.index),
  entry.frozen,
  ...outcomeCells(entry.outcome),
  asText(entry.index.key),
  asText(clockText(entry.event.timestamp * 1000)),
  asText(clockText(entry.index.at)),
];

function readHeader(text: SheetValue): LedgerHeader | undefined {
  if (typeof text !== 'string' || !text.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) && parsed['ledger'] === 1
      ? (parsed as unknown as LedgerHeader)
      : undefined;
  } catch {
    return undefined;
  }
}

const recordKey = (sync: string, organization: string): string => `ledger.${sync}.${organization}`;

interface Opened {
  readonly sheet: Sheet;
  readonly key: string;
  readonly name: string;
  readonly tab: number;
  readonly header: LedgerHeader;
  /** When it was last rebuilt, as every record of it says. */
  readonly rebuilt: { readonly rebuiltAt?: number | undefined };
  /** See LedgerRecord; 0 where nothing is known. */
  readonly newestAt: number;
}

const rebuiltIn = (...known: Parameters<typeof rebuiltAtOf>): Opened['rebuilt'] => {
  const rebuiltAt = rebuiltAtOf(...known);
  return rebuiltAt === undefined ? {} : { rebuiltAt };
};

/** Ledgers as hidden sheets of this spreadsheet. One instance serves one sync in one run. */
export interface LedgerSheets extends LedgerStore {
  /** Makes a ledger that was found the ledger of this sync and file; its lines count as recorded. */
  adopt(sync: string, organization: string, tab: number): void;
  /** Puts a ledger that was found aside, so that the next line begins a new one. */
  putAside(sync: string, organization: string, tab: number): void;
  /** Opens the ledger that was opened last before a person's eyes and selects one of its lines (1-based). */
  show(line: number): void;
}

/** @param syncs ids of the syncs of this file; the ledger of one is never taken for that of another of the same tab. */
export function ledgerSheets(
  { SpreadsheetApp, PropertiesService }: Runtime,
  syncs: readonly string[],
): LedgerSheets {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const properties = PropertiesService.getDocumentProperties();
  let opened: Opened | undefined;

  function readRecord(key: string): LedgerRecord | undefined {
    const text = properties.getProperty(key);
    return text === null ? undefined : (JSON.parse(text) as LedgerRecord);
  }

  const record = (key: string, value: LedgerRecord): void => {
    properties.setProperty(key, JSON.stringify(value));
  };

  function headerOf(sheet: Sheet): LedgerHeader | undefined {
    return sheet.getLastRow() === 0
      ? undefined
      : readHeader(sheet.getRange(1, 1, 1, 1).getValues()[0]?.[0] ?? '');
  }

  function search(sync: string, organization: string, tab: number): Sheet | undefined {
    const others = syncs.filter((id) => id !== sync);
    const found = spreadsheet
      .getSheets()
      // A chart on a sheet of its own has no cells to ask for.
      .filter((sheet) => String(sheet.getType()) === 'GRID')
      .map((sheet) => ({ sheet, header: headerOf(sheet) }))
      .filter(
        ({ header }) =>
          header?.organization === organization &&
          header.tab === tab &&
          !others.includes(header.sync),
      );
    return (found.find(({ header }) => header?.sync === sync) ?? found[0])?.sheet;
  }

  /** The sheet of that name, if it is this sync's ledger: names can be given to others. */
  function ownSheet(name: string, sync: string, organization: string): Sheet | undefined {
    const sheet = spreadsheet.getSheetByName(name);
    const header = sheet === null ? undefined : headerOf(sheet);
    return sheet !== null && header?.sync === sync && header.organization === organization
      ? sheet
      : undefined;
  }

  /** Records of ledgers of this tab whose sync is gone: without their sheets nobody knows what they have sent. */
  const lostRecords = (organization: string, tab: number): (readonly [string, LedgerRecord])[] =>
    Object.entries(properties.getProperties())
      .filter(
        ([key]) =>
          key.startsWith('ledger.') &&
          key.endsWith(`.${organization}`) &&
          !syncs.some((id) => key === recordKey(id, organization)),
      )
      .map(([key, text]) => [key, JSON.parse(text) as LedgerRecord] as const)
      .filter(([, each]) => each.tab === tab && each.lines > 0);

  function open(
    sync: string,
    organization: string,
    tab: number,
  ): StoredLedger | undefined | Problem {
    const key = recordKey(sync, organization);
    const recorded = readRecord(key);
    const sheet =
      (recorded === undefined ? undefined : ownSheet(recorded.sheetName, sync, organization)) ??
      search(sync, organization, tab);
    const lost =
      recorded ?? (sheet === undefined ? lostRecords(organization, tab)[0]?.[1] : undefined);
    if (sheet === undefined)
      return lost === undefined ? undefined : problem('ledger.missing', { name: lost.sheetName });
    const name = sheet.getName();
    const rows = sheet.getLastRow();
    const values = rows === 0 ? [] : sheet.getRange(1, 1, rows, MACHINE_COLUMNS).getValues();
    const header = readHeader(values[0]?.[0] ?? '');
    if (header === undefined) return problem('ledger.damaged', { rows: 1 });
    opened = {
      sheet,
      key,
      name,
      tab,
      header,
      rebuilt: rebuiltIn(header, recorded),
      newestAt: recorded?.newestAt ?? 0,
    };
    const lines = values.slice(HEADER_ROWS).map(
      (row, offset): LineTexts => ({
        line: offset + HEADER_ROWS + 1,
        index: String(row[0]),
        event: String(row[1]),
        outcome: String(row[2]),
      }),
    );
    return { header, lines, record: recorded };
  }

  function freeName(syncName: string): string {
    const base = `${LEDGER_NAME} ${syncName.slice(0, NAME_CHARACTERS)}`.trim();
    for (let number = 1; ; number++) {
      const name = number === 1 ? base : `${base} ${number}`;
      if (spreadsheet.getSheetByName(name) === null) return name;
    }
  }

  const headerCells = (header: LedgerHeader): SheetValue[] => [
    JSON.stringify(header),
    ...COLUMNS.slice(1),
  ];

  function create(header: LedgerHeader, syncName: string, rebuilding?: Rebuilding): void {
    const name = freeName(syncName);
    const active = spreadsheet.getActiveSheet();
    const sheet = spreadsheet.insertSheet(name);
    sheet.getRange(1, 1, 1, COLUMNS.length).setValues([headerCells(header)]);
    sheet.setFrozenRows(HEADER_ROWS);
    // With a warning only: the run of any editor must be able to write here.
    sheet
      .protect()
      .setDescription('What was sent to Lago. Changing it stops the sync.')
      .setWarningOnly(true);
    // Inserting a sheet opens it; the person stays where she was, with what she has selected.
    spreadsheet.setActiveSheet(active, true);
    sheet.hideSheet();
    const key = recordKey(header.sync, header.organization);
    opened = { sheet, key, name, tab: header.tab, header, rebuilt: {}, newestAt: 0 };
    SpreadsheetApp.flush();
    record(key, {
      sheetName: name,
      tab: header.tab,
      lines: 0,
      lastId: '',
      ...(rebuilding === undefined ? {} : { rebuilding }),
    });
  }

  function noteRebuilding(
    sync: string,
    organization: string,
    tab: number,
    rebuilding: Rebuilding,
  ): void {
    const key = recordKey(sync, organization);
    const known = readRecord(key) ??
      lostRecords(organization, tab)[0]?.[1] ?? { sheetName: '', tab, lines: 0, lastId: '' };
    record(key, { ...known, tab, rebuilding });
  }

  function recover(header: LedgerHeader): boolean {
    const recorded = readRecord(recordKey(header.sync, header.organization));
    const sheet = recorded === undefined ? null : spreadsheet.getSheetByName(recorded.sheetName);
    const rows = sheet === null ? 0 : sheet.getLastRow();
    if (sheet === null || rows === 0 || sheet.getMaxColumns() < COLUMNS.length) return false;
    const cells = sheet.getRange(1, 1, rows, COLUMNS.length).getValues();
    const first = cells[0] ?? [];
    // A first row that can be read is that of another sync, or was put aside.
    const isOther = /^\s*\{\s*"ledger"/.test(String(first[0]));
    if (isOther || !cells.some(([index]) => readIndex(String(index)) !== undefined)) return false;
    if (readIndex(String(first[0])) !== undefined) {
      // Somebody deleted the first row, and a line stands in its place.
      if (rows === sheet.getMaxRows()) sheet.insertRowsAfter(rows, GROWTH_ROWS);
      sheet
        .getRange(rows + 1, 1, 1, COLUMNS.length)
        .setValues([
          first.map((cell, column) => (column < MACHINE_COLUMNS ? cell : asText(String(cell)))),
        ]);
      SpreadsheetApp.flush();
    }
    sheet.getRange(1, 1, 1, COLUMNS.length).setValues([headerCells(header)]);
    SpreadsheetApp.flush();
    return true;
  }

  function voidLines(lines: readonly LineTexts[], at: number): void {
    if (opened === undefined) throw new Error('A ledger loses lines after it was opened.');
    const { sheet } = opened;
    const sorted = [...lines].sort((left, right) => left.line - right.line);
    for (const run of neighbours(sorted, ({ line }) => line)) {
      const first = run[0]?.line ?? 0;
      sheet
        .getRange(first, 1, run.length, 1)
        .setValues(run.map(({ index }) => [voidIndex(index, at)]));
      sheet.getRange(first, STATE_COLUMN, run.length, 1).setValues(run.map(() => ['void']));
    }
    SpreadsheetApp.flush();
  }

  function recordWhole(whole: {
    readonly lines: number;
    readonly lastId: string;
    readonly rebuiltAt: number;
  }): void {
    if (opened === undefined) throw new Error('A ledger is recorded as whole after it was opened.');
    const { rebuiltAt } = whole;
    opened = { ...opened, header: { ...opened.header, rebuiltAt }, rebuilt: { rebuiltAt } };
    opened.sheet.getRange(1, 1, 1, 1).setValues([[JSON.stringify(opened.header)]]);
    SpreadsheetApp.flush();
    record(opened.key, { sheetName: opened.name, tab: opened.tab, ...whole, newestAt: rebuiltAt });
  }

  /** The index column of a recorded ledger; nothing where it is gone, which its own sync says. */
  function indexTexts(
    sync: string,
    organization: string,
    { sheetName, tab }: LedgerRecord,
  ): string[] {
    const sheet = ownSheet(sheetName, sync, organization) ?? search(sync, organization, tab);
    const lines = sheet === undefined ? 0 : sheet.getLastRow() - HEADER_ROWS;
    if (sheet === undefined || lines < 1) return [];
    return sheet
      .getRange(HEADER_ROWS + 1, 1, lines, 1)
      .getValues()
      .map(([text]) => String(text));
  }

  function usedElsewhere(sync: string, organization: string): ReadonlyMap<string, string> {
    const recorded = Object.entries(properties.getProperties()).flatMap(([name, text]) => {
      const [, other, owner] = /^ledger\.([^.]+)\.(.+)$/.exec(name) ?? [];
      return other === undefined || other === sync || owner !== organization
        ? []
        : [{ other, record: JSON.parse(text) as LedgerRecord }];
    });
    return new Map(
      recorded.flatMap(({ other, record: known }) =>
        indexTexts(other, organization, known).flatMap(usedId),
      ),
    );
  }

  function append(
    entries: readonly LedgerEntry[],
    count: Pick<LedgerRecord, 'lines' | 'rebuilding'>,
  ): number {
    if (opened === undefined)
      throw new Error('A ledger takes lines after it was opened or created.');
    const { sheet, key, name, tab, header, rebuilt } = opened;
    if (header.tab !== tab) {
      // The sync reads another tab now; a copy of the file finds the ledger by it.
      opened = { ...opened, header: { ...header, tab } };
      sheet.getRange(1, 1, 1, 1).setValues([[JSON.stringify(opened.header)]]);
    }
    const first = sheet.getLastRow() + 1;
    const missing = first + entries.length - 1 - sheet.getMaxRows();
    if (missing > 0) sheet.insertRowsAfter(sheet.getMaxRows(), missing + GROWTH_ROWS);
    const lastId = entries[entries.length - 1]?.index.id ?? '';
    const newestAt = Math.max(opened.newestAt, ...entries.map(({ index }) => index.at));
    opened = { ...opened, newestAt };
    sheet.getRange(first, 1, entries.length, COLUMNS.length).setValues(entries.map(lineCells));
    SpreadsheetApp.flush();
    record(key, { sheetName: name, tab, ...rebuilt, ...count, lastId, newestAt });
    return first;
  }

  function writeOutcomes(
    outcomes: readonly { readonly line: number; readonly outcome: LineOutcome }[],
  ): void {
    if (outcomes.length === 0) return;
    if (opened === undefined)
      throw new Error('A ledger takes outcomes after it was opened or created.');
    for (const run of consecutive(outcomes))
      opened.sheet
        .getRange(run[0]?.line ?? 0, OUTCOME_COLUMN, run.length, OUTCOME_WIDTH)
        .setValues(run.map(({ outcome }) => outcomeCells(outcome)));
  }

  function adopt(sync: string, organization: string, tab: number): void {
    const found = open(sync, organization, tab);
    if (found === undefined || isProblem(found) || opened === undefined) return;
    opened.sheet
      .getRange(1, 1, 1, 1)
      .setValues([[JSON.stringify({ ...found.header, file: spreadsheet.getId(), sync })]]);
    SpreadsheetApp.flush();
    // What is being rebuilt, or has lost lines, does not become whole by another name.
    const former = readRecord(recordKey(found.header.sync, organization));
    const vanished = former !== undefined && former.lines > found.lines.length;
    record(opened.key, {
      ...(former?.rebuilding === undefined ? {} : { rebuilding: former.rebuilding }),
      ...rebuiltIn(found.header, former),
      sheetName: opened.name,
      tab,
      lines: vanished ? former.lines : found.lines.length,
      lastId: vanished ? former.lastId : lastIdOf(found.lines),
    });
    if (found.header.sync !== sync)
      properties.deleteProperty(recordKey(found.header.sync, organization));
  }

  function putAside(sync: string, organization: string, tab: number): void {
    const found = open(sync, organization, tab);
    if (found !== undefined && !isProblem(found) && opened !== undefined) {
      opened.sheet
        .getRange(1, 1, 1, 1)
        .setValues([[JSON.stringify({ ...found.header, ledger: 'put aside' })]]);
      SpreadsheetApp.flush();
    }
    for (const key of [
      recordKey(sync, organization),
      ...lostRecords(organization, tab).map(([lost]) => lost),
    ])
      properties.deleteProperty(key);
    opened = undefined;
  }

  function show(line: number): void {
    if (opened === undefined) throw new Error('A ledger is shown after it was opened.');
    opened.sheet.showSheet();
    // What people read stands right of the machine's columns.
    opened.sheet
      .getRange(line, MACHINE_COLUMNS + 1, 1, COLUMNS.length - MACHINE_COLUMNS)
      .activate();
  }

  return {
    open,
    create,
    append,
    writeOutcomes,
    adopt,
    putAside,
    rebuilding: (sync, organization) => readRecord(recordKey(sync, organization))?.rebuilding,
    noteRebuilding,
    recover,
    voidLines,
    recordWhole,
    usedElsewhere,
    show,
    flush: () => SpreadsheetApp.flush(),
    file: () => spreadsheet.getId(),
  };
}

/** The id and key of a line that stands for an event in Lago; a line that cannot be read is told by its own sync. */
function usedId(text: string): (readonly [string, string])[] {
  const index = readIndex(text);
  return index === undefined || index.kind === 'baseline' ? [] : [[index.id, index.key]];
}

function lastIdOf(lines: readonly LineTexts[]): string {
  return lines.reduce((last, { index }) => readIndex(index)?.id ?? last, '');
}

/** Cut into runs of neighbouring lines; a line that has several outcomes keeps the last. */
function consecutive(
  outcomes: readonly { readonly line: number; readonly outcome: LineOutcome }[],
): { readonly line: number; readonly outcome: LineOutcome }[][] {
  const byLine = new Map(outcomes.map((each) => [each.line, each]));
  const sorted = [...byLine.values()].sort((left, right) => left.line - right.line);
  return neighbours(sorted, ({ line }) => line);
}
