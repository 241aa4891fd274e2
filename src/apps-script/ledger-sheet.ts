import { isProblem, type Problem, problem } from '../problem/problem';
import type { LedgerEntry, LedgerHeader, LedgerRecord, LineOutcome, LineTexts } from '../sync/ledger';
import type { LedgerStore, StoredLedger } from '../sync/ports';
import { isoText } from '../template/time';
import { isObject } from '../template/usage-event';
import type { Runtime, Sheet, SheetValue } from './runtime';
import { asText, neighbours } from './sheet-cells';

/** Columns of the ledger (1-based). The first three are the machine's; the others are for people and are never read. */
const COLUMNS = ['index', 'Event', 'Outcome', 'State', 'Lago’s answer', 'Row key', 'Usage time (UTC)', 'Handed over (UTC)'] as const;
const MACHINE_COLUMNS = 3;
const OUTCOME_COLUMN = 3;
const OUTCOME_WIDTH = 3;
const HEADER_ROWS = 1;
const LEDGER_NAME = 'Lago ledger';
/** Sheet names end at 100 characters; a part of the sync's name is enough for people. */
const NAME_CHARACTERS = 40;
/** Rows that a ledger grows by when its grid is full. */
const GROWTH_ROWS = 1_000;
/** An answer longer than this says nothing more to a person. */
const ANSWER_CHARACTERS = 500;

const clockText = (ms: number): string => isoText(ms).slice(0, 'yyyy-MM-dd HH:mm:ss'.length).replace('T', ' ');

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
    return isObject(parsed) && parsed['ledger'] === 1 ? (parsed as unknown as LedgerHeader) : undefined;
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
}

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
export function ledgerSheets({ SpreadsheetApp, PropertiesService }: Runtime, syncs: readonly string[]): LedgerSheets {
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
    return sheet.getLastRow() === 0 ? undefined : readHeader(sheet.getRange(1, 1, 1, 1).getValues()[0]?.[0] ?? '');
  }

  function search(sync: string, organization: string, tab: number): Sheet | undefined {
    const others = syncs.filter((id) => id !== sync);
    const found = spreadsheet
      .getSheets()
      // A chart on a sheet of its own has no cells to ask for.
      .filter((sheet) => String(sheet.getType()) === 'GRID')
      .map((sheet) => ({ sheet, header: headerOf(sheet) }))
      .filter(({ header }) => header?.organization === organization && header.tab === tab && !others.includes(header.sync));
    return (found.find(({ header }) => header?.sync === sync) ?? found[0])?.sheet;
  }

  /** The sheet of that name, if it is this sync's ledger: names can be given to others. */
  function ownSheet(name: string, sync: string, organization: string): Sheet | undefined {
    const sheet = spreadsheet.getSheetByName(name);
    const header = sheet === null ? undefined : headerOf(sheet);
    return sheet !== null && header?.sync === sync && header.organization === organization ? sheet : undefined;
  }

  /** Records of ledgers of this tab whose sync is gone: without their sheets nobody knows what they have sent. */
  const lostRecords = (organization: string, tab: number): (readonly [string, LedgerRecord])[] =>
    Object.entries(properties.getProperties())
      .filter(
        ([key]) =>
          key.startsWith('ledger.') && key.endsWith(`.${organization}`) && !syncs.some((id) => key === recordKey(id, organization)),
      )
      .map(([key, text]) => [key, JSON.parse(text) as LedgerRecord] as const)
      .filter(([, each]) => each.tab === tab && each.lines > 0);

  function open(sync: string, organization: string, tab: number): StoredLedger | undefined | Problem {
    const key = recordKey(sync, organization);
    const recorded = readRecord(key);
    const sheet =
      (recorded === undefined ? undefined : ownSheet(recorded.sheetName, sync, organization)) ?? search(sync, organization, tab);
    const lost = recorded ?? (sheet === undefined ? lostRecords(organization, tab)[0]?.[1] : undefined);
    if (sheet === undefined) return lost === undefined ? undefined : problem('ledger.missing', { name: lost.sheetName });
    const name = sheet.getName();
    const rows = sheet.getLastRow();
    const values = rows === 0 ? [] : sheet.getRange(1, 1, rows, MACHINE_COLUMNS).getValues();
    const header = readHeader(values[0]?.[0] ?? '');
    if (header === undefined) return problem('ledger.damaged', { rows: 1 });
    opened = { sheet, key, name, tab, header };
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

  function create(header: LedgerHeader, syncName: string): void {
    const name = freeName(syncName);
    const active = spreadsheet.getActiveSheet();
    const sheet = spreadsheet.insertSheet(name);
    sheet.getRange(1, 1, 1, COLUMNS.length).setValues([[JSON.stringify(header), ...COLUMNS.slice(1)]]);
    sheet.setFrozenRows(HEADER_ROWS);
    // With a warning only: the run of any editor must be able to write here.
    sheet.protect().setDescription('What was sent to Lago. Changing it stops the sync.').setWarningOnly(true);
    // Inserting a sheet opens it; the person stays where she was, with what she has selected.
    spreadsheet.setActiveSheet(active, true);
    sheet.hideSheet();
    const key = recordKey(header.sync, header.organization);
    opened = { sheet, key, name, tab: header.tab, header };
    SpreadsheetApp.flush();
    record(key, { sheetName: name, tab: header.tab, lines: 0, lastId: '' });
  }

  function append(entries: readonly LedgerEntry[], count: { readonly lines: number; readonly lastId: string }): number {
    if (opened === undefined) throw new Error('A ledger takes lines after it was opened or created.');
    const { sheet, key, name, tab, header } = opened;
    if (header.tab !== tab) {
      // The sync reads another tab now; a copy of the file finds the ledger by it.
      opened = { ...opened, header: { ...header, tab } };
      sheet.getRange(1, 1, 1, 1).setValues([[JSON.stringify(opened.header)]]);
    }
    const first = sheet.getLastRow() + 1;
    const missing = first + entries.length - 1 - sheet.getMaxRows();
    if (missing > 0) sheet.insertRowsAfter(sheet.getMaxRows(), missing + GROWTH_ROWS);
    sheet.getRange(first, 1, entries.length, COLUMNS.length).setValues(entries.map(lineCells));
    SpreadsheetApp.flush();
    record(key, { sheetName: name, tab, ...count });
    return first;
  }

  function writeOutcomes(outcomes: readonly { readonly line: number; readonly outcome: LineOutcome }[]): void {
    if (outcomes.length === 0) return;
    if (opened === undefined) throw new Error('A ledger takes outcomes after it was opened or created.');
    for (const run of consecutive(outcomes))
      opened.sheet
        .getRange(run[0]?.line ?? 0, OUTCOME_COLUMN, run.length, OUTCOME_WIDTH)
        .setValues(run.map(({ outcome }) => outcomeCells(outcome)));
  }

  function adopt(sync: string, organization: string, tab: number): void {
    const found = open(sync, organization, tab);
    if (found === undefined || isProblem(found) || opened === undefined) return;
    opened.sheet.getRange(1, 1, 1, 1).setValues([[JSON.stringify({ ...found.header, file: spreadsheet.getId(), sync })]]);
    SpreadsheetApp.flush();
    record(opened.key, { sheetName: opened.name, tab, lines: found.lines.length, lastId: lastIdOf(found.lines) });
    if (found.header.sync !== sync) properties.deleteProperty(recordKey(found.header.sync, organization));
  }

  function putAside(sync: string, organization: string, tab: number): void {
    const found = open(sync, organization, tab);
    if (found !== undefined && !isProblem(found) && opened !== undefined) {
      opened.sheet.getRange(1, 1, 1, 1).setValues([[JSON.stringify({ ...found.header, ledger: 'put aside' })]]);
      SpreadsheetApp.flush();
    }
    for (const key of [recordKey(sync, organization), ...lostRecords(organization, tab).map(([lost]) => lost)])
      properties.deleteProperty(key);
    opened = undefined;
  }

  function show(line: number): void {
    if (opened === undefined) throw new Error('A ledger is shown after it was opened.');
    opened.sheet.showSheet();
    // What people read stands right of the machine's columns.
    opened.sheet.getRange(line, MACHINE_COLUMNS + 1, 1, COLUMNS.length - MACHINE_COLUMNS).activate();
  }

  return {
    open,
    create,
    append,
    writeOutcomes,
    adopt,
    putAside,
    show,
    flush: () => SpreadsheetApp.flush(),
    file: () => spreadsheet.getId(),
  };
}

function lastIdOf(lines: readonly LineTexts[]): string {
  const last = lines[lines.length - 1];
  return last === undefined ? '' : (JSON.parse(last.index) as { id: string }).id;
}

/** Cut into runs of neighbouring lines; a line that has several outcomes keeps the last. */
function consecutive(
  outcomes: readonly { readonly line: number; readonly outcome: LineOutcome }[],
): { readonly line: number; readonly outcome: LineOutcome }[][] {
  const byLine = new Map(outcomes.map((each) => [each.line, each]));
  const sorted = [...byLine.values()].sort((left, right) => left.line - right.line);
  return neighbours(sorted, ({ line }) => line);
}
