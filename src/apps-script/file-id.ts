import type { Runtime } from './runtime';

type Files = Pick<Runtime, 'SpreadsheetApp'>;

/** One for each execution: its file never changes, and asking costs two service calls. */
const known = new WeakMap<Files, string>();

/** Google's id of the file of this execution. */
export function fileId(runtime: Files): string {
  const id = known.get(runtime) ?? runtime.SpreadsheetApp.getActiveSpreadsheet().getId();
  known.set(runtime, id);
  return id;
}
