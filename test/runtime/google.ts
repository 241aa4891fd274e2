import {
  createGoogle,
  type FakeGoogle,
  type GoogleOptions,
  noNetwork,
} from '../../sandbox/runtime';
import type { Range, Runtime } from '../../src/apps-script/runtime';

export const START = Date.UTC(2026, 10, 3, 15, 0, 0);

/** A world whose clock stands still unless it is told to move. */
export function newGoogle(options: Partial<GoogleOptions> = {}): FakeGoogle {
  let now = START;
  return createGoogle({
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    transport: noNetwork,
    ...options,
  });
}

export const cells = (
  runtime: Runtime,
  row: number,
  column: number,
  rows = 1,
  columns = 1,
): Range =>
  runtime.SpreadsheetApp.getActiveSpreadsheet()
    .getActiveSheet()
    .getRange(row, column, rows, columns);

/** The message of what `work` throws at Google. */
export function refusal(google: FakeGoogle, work: (runtime: Runtime) => unknown): string {
  const { error } = google.run(work);
  return error ? `${error.name}: ${error.message}` : 'no error';
}
