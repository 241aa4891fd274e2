import { readFileSync } from 'node:fs';
import { noColumn } from './columns';
import { hasCode } from './error-code';
import { InputProblem } from './input-problem';
import { csvLines } from './runtime';

/** A CSV file as a sheet takes it. */
export interface SheetFile {
  readonly text: string;
  /** Columns that are plain text. */
  readonly textColumns: readonly string[];
}

/**
 * What is in a file.
 * @throws InputProblem with a sentence for the person at the terminal
 */
export function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw new InputProblem(`There is no file ${path}.`);
    const detail = error instanceof Error ? error.message : String(error);
    throw new InputProblem(`${path} cannot be read: ${detail}.`);
  }
}

/** Excel saves CSV in the letters of its country unless asked for UTF-8. */
function readText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(path));
  } catch (error) {
    if (!hasCode(error, 'ERR_ENCODING_INVALID_ENCODED_DATA')) throw error;
    throw new InputProblem(
      `${path} is not written in UTF-8. Save it again as “CSV UTF-8”, so that no letter is lost.`,
    );
  }
}

function linesOf(path: string, text: string): string[][] {
  try {
    return csvLines(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new InputProblem(
      `${path} cannot be read as CSV: ${detail}. A cell with quotes is written "like ""this""".`,
    );
  }
}

/**
 * Reads a CSV file.
 * @param named what `--text` was given: each a column, or several with commas between them
 * @throws InputProblem with a sentence for the person at the terminal
 */
export function readSheetFile(path: string, named: readonly string[]): SheetFile {
  const text = readText(path);
  const lines = linesOf(path, text);
  const columnsIn = (line: readonly string[]): string[] =>
    named.flatMap((each) =>
      line.includes(each) ? [each] : each.split(',').map((name) => name.trim()),
    );
  const isTitle = (line: readonly string[]): boolean =>
    columnsIn(line).every((name) => line.includes(name));
  const filled = lines.filter((line) => line.some((cell) => cell.trim() !== ''));
  const titles = filled.find(isTitle) ?? filled[0] ?? [];
  const textColumns = columnsIn(titles).filter((name) => name !== '');
  const unknown = textColumns.find((name) => !titles.includes(name));
  if (unknown !== undefined)
    throw new InputProblem(
      noColumn(
        unknown,
        titles.filter((name) => name !== ''),
        '--text',
      ),
    );
  return { text, textColumns };
}
