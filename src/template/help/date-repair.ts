import type { Cells } from '../../value/cell';
import { applyEdits, type Fix } from '../../value/text-edit';
import type { TimeRule } from '../../value/time';
import type { Column } from '../columns';
import { findOutputs, type Output } from '../outputs';
import type { EventReading } from '../read-event';
import { compileTemplate } from '../template';
import { DATE_ORDERS, type DateOrder, readDate } from '../written-date';
import { columnRead } from './references';

/** A row with its template, and how dates are written in its spreadsheet. */
export interface DatesOfRow {
  /** The template's. */
  readonly text: string;
  /** Those of the sync. */
  readonly columns: readonly Column[];
  /** The row's. */
  readonly cells: Cells;
  /** How its times are read. */
  readonly rule: TimeRule;
  /** The order of the spreadsheet's locale. */
  readonly order: DateOrder;
}

/** The text that a filter took for no time; undefined if that is not why there is no event. */
function refusedIn({ columns, cells, rule }: DatesOfRow, text: string): string | undefined {
  const reading: EventReading | undefined = compileTemplate(text, columns).template?.render(
    cells,
    rule,
  );
  return reading !== undefined && 'problems' in reading ? reading.notTime : undefined;
}

/** How a text is read; the locale decides between several orders, and nobody else may. */
function orderOf(value: string, ofLocale: DateOrder): DateOrder | undefined {
  const orders = DATE_ORDERS.filter((order) => readDate(value, order) !== undefined);
  const readings = new Set(orders.map((order) => readDate(value, order)));
  return readings.size === 1 ? orders[0] : orders.find((order) => order === ofLocale);
}

/**
 * How the refused date of a row can be read, if it is written in a way that nobody may guess. The
 * fix was tried: with it no filter refuses the date any more.
 */
export function repairDates(row: DatesOfRow): readonly Fix[] {
  const { text, columns, cells } = row;
  const refused = refusedIn(row, text);
  const order = refused === undefined ? undefined : orderOf(refused, row.order);
  if (refused === undefined || order === undefined) return [];
  const reads = ({ valueBegin, valueEnd }: Output): boolean => {
    const column = columnRead(text.slice(valueBegin, valueEnd), columns);
    return column !== undefined && cells.get(column.name)?.value === refused;
  };
  const edits = findOutputs(text)
    .outputs.filter(reads)
    .map(({ valueBegin, valueEnd }) => {
      const at = valueBegin + text.slice(valueBegin, valueEnd).trimEnd().length;
      return { from: at, to: at, insert: ` | parse_date: "${order}"` };
    });
  const isRead = edits.length > 0 && refusedIn(row, applyEdits(text, edits)) !== refused;
  return isRead
    ? [{ label: `Read “${refused.trim()}” as ${readDate(refused, order)}`, edits }]
    : [];
}
