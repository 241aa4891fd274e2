import type { ColumnView, TabView } from '../rpc/contract';
import { keyText, type SheetReading } from '../sync/model';
import { type CellValue, isEmpty, isInstant } from '../template/cell';

const SAMPLES = 3;
const SAMPLE_CHARACTERS = 60;
/** Rows at the top among which the header is looked for. */
const HEADER_SEARCH_ROWS = 10;

/** The row (1-based) that looks like the header: the first with two or more texts, none of them twice; else the first. */
export function findHeaderRow(shown: readonly (readonly string[])[]): number {
  const index = shown.slice(0, HEADER_SEARCH_ROWS).findIndex((row) => {
    const texts = row.map((text) => text.trim()).filter((text) => text !== '');
    return texts.length >= 2 && new Set(texts).size === texts.length && texts.every((text) => Number.isNaN(Number(text)));
  });
  return index < 0 ? 1 : index + 1;
}

/** A name for a template: the header itself where Liquid can write it behind a dot, else its words joined by underscores. */
export function templateName(header: string, taken: ReadonlySet<string>): string {
  const words = header
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  const base = /^[A-Za-z_]\w*$/.test(header)
    ? header
    : /^[A-Za-z_]/.test(words)
      ? words.toLowerCase()
      : `column_${words.toLowerCase()}`.replace(/_$/, '');
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}_${number}`;
  return name;
}

function typeOf(values: readonly CellValue[]): ColumnView['type'] {
  if (values.length === 0) return 'empty';
  if (values.every((value) => typeof value === 'boolean')) return 'tick box';
  if (values.every(isInstant)) return 'date';
  return values.every((value) => typeof value === 'number') ? 'number' : 'text';
}

function describeColumn(header: string, name: string, values: readonly CellValue[], shown: readonly string[]): ColumnView {
  const filled = values.filter((value) => !isEmpty(value));
  return {
    header,
    name,
    samples: shown
      .filter((text) => text !== '')
      .slice(0, SAMPLES)
      .map((text) => text.slice(0, SAMPLE_CHARACTERS)),
    type: typeOf(filled),
    filled: filled.length,
    unique: filled.length > 0 && filled.length === values.length && new Set(filled.map(keyText)).size === filled.length,
  };
}

/** What a person sees of a tab before choosing its columns. Columns without a header are left out. */
export function describeTab(tab: TabView['tab'], reading: SheetReading): TabView {
  const headers = reading.shown[0] ?? [];
  const below = reading.values
    .map((_, index) => index)
    .slice(1)
    .filter((index) => (reading.values[index] ?? []).some((value) => !isEmpty(value) && value !== false));
  const taken = new Set<string>();
  const columns = headers.flatMap((raw, column) => {
    const header = raw.trim();
    if (header === '') return [];
    const name = templateName(header, taken);
    taken.add(name);
    return [
      describeColumn(
        header,
        name,
        below.map((row) => reading.values[row]?.[column] ?? ''),
        below.map((row) => reading.shown[row]?.[column] ?? ''),
      ),
    ];
  });
  return { tab, headerRow: reading.firstRow, rows: below.length, columns };
}
