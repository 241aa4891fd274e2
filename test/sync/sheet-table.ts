import type { SheetReading } from '../../src/sync/rows/model';
import type { CellValue } from '../../src/value/cell';
import { instantOf } from '../../src/value/time';

/**
 * A tab as a table of text: `| key | date |`. A cell is a number (`5`), a tick box (`TRUE`), a text that looks like one of them (`'5`), a date
 * (`@2026-03-02`, midnight UTC) or an instant (`@2026-03-02T10:00:00Z`); anything else is a text, nothing is an empty cell. Lines without bars are blank rows
 * where they say `(blank)`.
 */
export function sheet(table: string, firstRow = 1, zone = 'UTC'): SheetReading {
  const lines = table
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const width = (lines[0]?.split('|').length ?? 2) - 2;
  const texts = lines.map((line) =>
    line === '(blank)'
      ? Array<string>(width).fill('')
      : line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
  );
  const values = texts.map((cells) => cells.map((cell) => cellValue(cell, zone)));
  return {
    firstRow,
    values,
    shown: texts.map((cells) => cells.map((cell) => cell.replace(/^['@]/, ''))),
  };
}

function cellValue(cell: string, zone: string): CellValue {
  if (cell.startsWith("'")) return cell.slice(1);
  if (cell.startsWith('@')) return instantOf(Date.parse(cell.slice(1)), cell, zone);
  if (cell === 'TRUE' || cell === 'FALSE') return cell === 'TRUE';
  return cell !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell;
}

/** The names in the first line of a table. */
export const headersOf = (table: string): string[] => (sheet(table).values[0] ?? []).map(String);
