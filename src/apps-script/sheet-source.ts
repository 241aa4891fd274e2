import { isProblem, type Problem, ProblemError, problem } from '../problem/problem';
import type { SourceReader } from '../sync/ports';
import type { SheetReading } from '../sync/rows/model';
import type { Source } from '../sync/sync';
import { isZone } from '../value/time';
import { tickBoxesIn } from './cell-rules';
import type { Range, Runtime, Sheet, SheetValue, Spreadsheet } from './runtime';
import { cellValue, headersOf } from './sheet-cells';

/** Whether a sheet has cells: a chart may stand on a sheet of its own. */
export const isGrid = (sheet: Sheet): boolean => String(sheet.getType()) === 'GRID';

/**
 * The time zone of the file, in which its dates are read; a problem if it is none that is known:
 * files that came from elsewhere may have any text there.
 */
export function fileZone(spreadsheet: Spreadsheet): string | Problem {
  const zone = spreadsheet.getSpreadsheetTimeZone();
  return isZone(zone) ? zone : problem('sheet.zone-unknown', { zone });
}

/** The same for what must not fail by it, such as today's date: UTC if the zone is not known. */
export function fileZoneOrUtc(spreadsheet: Spreadsheet): string {
  const zone = fileZone(spreadsheet);
  return isProblem(zone) ? 'UTC' : zone;
}

/** The tab of a source. @throws ProblemError if it is gone */
export function requireTab(
  { SpreadsheetApp }: Pick<Runtime, 'SpreadsheetApp'>,
  { tabId, tabName }: Pick<Source, 'tabId' | 'tabName'>,
): Sheet {
  const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetById(tabId);
  if (sheet === null) throw new ProblemError(problem('sheet.tab-missing', { name: tabName }));
  return sheet;
}

/** How often a tab is read before giving up because it keeps changing. */
const READINGS = 3;

type Grid = readonly (readonly SheetValue[])[];

const sameIn = (left: Grid, right: Grid, column: number): boolean =>
  JSON.stringify(left.map((row) => row[column])) ===
  JSON.stringify(right.map((row) => row[column]));

/** Rows that begin with the sheet’s first column, of which the first `left` were not read. */
const padded = <T>(rows: readonly (readonly T[])[], left: number, empty: T): T[][] =>
  rows.map((row) => [...Array.from({ length: left }, () => empty), ...row]);

/** Where columns stand, 0-based, as far as they are there. */
const placesOf = (headers: readonly string[], wanted: readonly string[]): number[] =>
  headers.flatMap((header, place) => (wanted.includes(header) ? [place] : []));

const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');

/**
 * Why a tab could not be read. If the keys change together with other columns, rows move: somebody
 * is sorting or inserting. Otherwise it is formulas that never rest.
 */
const restless = (sheet: Sheet, changing: readonly string[], key: string | undefined): Problem =>
  changing.length === 0 || (changing.length > 1 && changing.includes(key ?? ''))
    ? problem('sheet.restless', { name: sheet.getName() })
    : problem('sheet.column-restless', { columns: quoted(changing) });

/** A first look at the picked columns of a tab. */
interface Look {
  readonly place: Place;
  /** From the first to the last of the picked columns, header row included; undefined if none. */
  readonly range: Range | undefined;
  readonly values: Grid;
}

/** Looks at what lies between the first and the last of the picked columns. */
function lookAtPicked(sheet: Sheet, { headerRow, columns }: Source): Look {
  const rows = sheet.getLastRow() - headerRow + 1;
  const headers = rows < 1 ? [] : headersOf(sheet, headerRow);
  const picked = placesOf(
    headers,
    columns.map(({ header }) => header),
  );
  const left = picked.length === 0 ? 0 : Math.min(...picked);
  const place = { sheet, headers, left, firstRow: headerRow };
  if (picked.length === 0) return { place, range: undefined, values: [headers] };
  const range = sheet.getRange(headerRow, left + 1, rows, Math.max(...picked) - left + 1);
  return { place, range, values: range.getValues() };
}

/**
 * Reads the picked columns of a tab. Values and display texts come from separate calls. If somebody
 * sorts in between, rows would be mixed up and billed wrongly, so values are read again until two
 * readings agree in the columns that decide what is sent. The others may hold formulas that never
 * rest, such as NOW, RAND or IMPORTRANGE (google: range.volatile).
 * @param deciding headers of the picked columns that have to rest, the key's first
 * @throws ProblemError if one of them changes during every reading
 */
function restingReading(
  { place, range, values }: Look,
  deciding: readonly string[],
): { readonly look: Look; readonly shown: readonly (readonly string[])[] } {
  const { sheet, headers, left } = place;
  if (range === undefined) return { look: { place, range, values }, shown: [headers] };
  const settled = placesOf(headers, deciding).map((at) => at - left);
  let changing: number[] = [];
  let before = values;
  for (let reading = 1; reading <= READINGS; reading++) {
    const shown = range.getDisplayValues();
    const after = range.getValues();
    changing = settled.filter((at) => !sameIn(before, after, at));
    // A column that was inserted in the meantime moves the others.
    const isInPlace = (shown[0] ?? []).every(
      (header, at) => header.trim() === (headers[left + at] ?? ''),
    );
    if (isInPlace && changing.length === 0) return { look: { place, range, values: after }, shown };
    before = after;
  }
  const names = changing.map((at) => headers[at + left] ?? '');
  throw new ProblemError(restless(sheet, names, deciding[0]));
}

/**
 * What decides about rows as one text: the deciding columns, and of the others whether they are
 * empty.
 */
function decidingText({ place, values }: Look, deciding: readonly string[]): string {
  const { headers, left } = place;
  const decides = new Set(placesOf(headers, deciding).map((at) => at - left));
  return JSON.stringify([
    headers,
    values.map((row) => row.map((value, at) => (decides.has(at) ? value : value === ''))),
  ]);
}

/** Reads the picked columns of a tab: see restingReading. */
export const readColumns = (
  sheet: Sheet,
  source: Source,
  deciding: readonly string[],
  zone: string,
): SheetReading => {
  const { look, shown } = restingReading(lookAtPicked(sheet, source), deciding);
  return readingOf(look.place, look.values, shown, zone);
};

/**
 * Reads some rows of a tab, in the place of all those below the header row. Values and display
 * texts are not of one moment: enough to tell when a row was edited.
 * @param rows the first and the last one (1-based); those above the rows of the tab are left out
 */
export function readRows(
  sheet: Sheet,
  { headerRow, columns }: Source,
  rows: { readonly first: number; readonly last: number },
  zone: string,
): SheetReading {
  const headers = headersOf(sheet, headerRow);
  const picked = placesOf(
    headers,
    columns.map(({ header }) => header),
  );
  const first = Math.max(rows.first, headerRow + 1);
  const count = rows.last - first + 1;
  const left = Math.min(...picked, headers.length);
  const place = { sheet, headers, left, firstRow: first - 1 };
  const above = headers.slice(left);
  if (picked.length === 0 || count < 1) return readingOf(place, [above], [above], zone);
  const range = sheet.getRange(first, left + 1, count, Math.max(...picked) - left + 1);
  const shown = [above, ...range.getDisplayValues()];
  return readingOf(place, [above, ...range.getValues()], shown, zone);
}

/** Where something was read. */
interface Place {
  readonly sheet: Sheet;
  readonly headers: readonly string[];
  /** How many columns stand to the left of it. */
  readonly left: number;
  /** 1-based. */
  readonly firstRow: number;
}

function readingOf(
  { sheet, headers, left, firstRow }: Place,
  values: Grid,
  shown: readonly (readonly string[])[],
  zone: string,
): SheetReading {
  const cells = values.map((row, rowIndex) =>
    row.map((value, column) => cellValue(value, shown[rowIndex]?.[column] ?? '', zone)),
  );
  return {
    firstRow,
    values: padded(cells, left, ''),
    shown: [headers, ...padded(shown.slice(1), left, '')],
    tickBoxes: (row) => tickBoxesIn(sheet, row, left + 1, values[0]?.length ?? 1),
  };
}

/**
 * A whole tab as a person sees it: for looking at, since values and display texts are not of one
 * moment.
 */
export function lookAtTab(sheet: Sheet, zone: string): SheetReading {
  const rows = sheet.getLastRow();
  const columns = sheet.getLastColumn();
  if (rows < 1 || columns < 1) return { firstRow: 1, values: [], shown: [] };
  const range = sheet.getRange(1, 1, rows, columns);
  const shown = range.getDisplayValues();
  const headers = shown[0] ?? [];
  return readingOf({ sheet, headers, left: 0, firstRow: 1 }, range.getValues(), shown, zone);
}

/** The tab of a sync as one run reads it. */
export interface SheetSource extends SourceReader {
  /**
   * What decides about the rows, as one text: by the last reading, never by a later one, which may
   * have rows that nobody has looked at. Without one by a first look, from which the reading then
   * goes on. Undefined if the tab cannot be read.
   * @param deciding headers of the columns that decide what is sent
   */
  seen(source: Source, deciding: readonly string[]): string | undefined;
}

export function sheetSource({ SpreadsheetApp }: Runtime): SheetSource {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  let known: string | Problem | undefined;
  /** A first look, from which the next reading goes on. */
  let first: { readonly source: Source; readonly look: Look } | undefined;
  /** The last whole reading. */
  let last: Look | undefined;
  const zoneOrProblem = (): string | Problem => {
    known ??= fileZone(spreadsheet);
    return known;
  };
  function lookOf(source: Source): Look | undefined {
    if (first?.source === source) return first.look;
    const sheet = spreadsheet.getSheetById(source.tabId);
    return sheet === null ? undefined : lookAtPicked(sheet, source);
  }
  function read(source: Source, deciding: readonly string[]): SheetReading | Problem {
    const zone = zoneOrProblem();
    if (isProblem(zone)) return zone;
    const found = lookOf(source);
    if (found === undefined) return problem('sheet.tab-missing', { name: source.tabName });
    first = undefined;
    const { look, shown } = restingReading(found, deciding);
    last = look;
    return readingOf(look.place, look.values, shown, zone);
  }
  function seen(source: Source, deciding: readonly string[]): string | undefined {
    const zone = zoneOrProblem();
    if (isProblem(zone)) return undefined;
    if (last !== undefined) return `${zone} ${decidingText(last, deciding)}`;
    const look = lookOf(source);
    first = look && { source, look };
    return look && `${zone} ${decidingText(look, deciding)}`;
  }
  function zone(): string {
    const found = zoneOrProblem();
    return isProblem(found) ? 'UTC' : found;
  }
  return { read, seen, zone };
}
