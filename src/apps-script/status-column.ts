import { type Problem, problem } from '../problem/problem';
import type { Plan } from '../sync/plan/planned-row';
import { statusesOf } from '../sync/plan/statuses';
import type { Sync } from '../sync/sync';
import { ruleAgainst } from './cell-rules';
import { readKeyColumn } from './key-column';
import type { Runtime, Sheet } from './runtime';
import { addColumn, asText, freeName, headersOf } from './sheet-cells';

const HEADER = 'Lago status';

/**
 * Writes each row's status into the sync's status column. Rows are found by key, so rows that were
 * sorted or inserted since they were read get their own status. One write, and none if nothing has
 * changed.
 * @param stopped why the run ended early, if it did
 * @returns why the statuses could not be written, if so
 */
export function writeStatuses(
  runtime: Runtime,
  sync: Sync,
  plan: Plan,
  stopped: Problem | undefined,
): Problem | undefined {
  if (sync.statuses === undefined) return undefined;
  const column = readKeyColumn(runtime, sync);
  if (column === undefined) return undefined;
  const { sheet, headers, first, keys, zone } = column;
  const statusColumn = headers.indexOf(sync.statuses) + 1;
  if (headers.includes(sync.statuses, statusColumn))
    return problem('sheet.header-twice', { name: sync.statuses });
  if (statusColumn === 0) return problem('status.missing', { column: sync.statuses });
  const { byKey, withoutKey } = statusesOf(plan, zone, stopped);
  const range = sheet.getRange(first, statusColumn, keys.length, 1);
  const before = range.getDisplayValues().map(([text]) => text ?? '');
  const after = keys.map((key, index) => {
    if (key === undefined) return withoutKey.get(first + index) ?? '';
    return byKey.get(key) ?? before[index] ?? '';
  });
  if (after.every((text, index) => text === before[index])) return undefined;
  try {
    range.setValues(after.map((text) => [asText(text)]));
    // Google may refuse a write only when it is applied.
    runtime.SpreadsheetApp.flush();
    return undefined;
  } catch (error) {
    const rule = ruleAgainst(sheet, sync.statuses, error);
    if (rule === undefined) throw error;
    return problem('status.unwritable', {
      column: sync.statuses,
      detail: rule.message,
      suggestion: rule.remedy,
    });
  }
}

/** The header of a new status column: several syncs of one tab have one each. */
export const newStatusHeader = (isTaken: (header: string) => boolean): string =>
  freeName(HEADER, isTaken);

/** Adds a status column at the right of the tab, unless one with this header exists. */
export function addStatusColumn(sheet: Sheet, { source }: Sync, header: string): void {
  if (!headersOf(sheet, source.headerRow).includes(header))
    addColumn(sheet, source.headerRow, header);
}
