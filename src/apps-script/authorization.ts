import { type Problem, problem } from '../problem/problem';
import type { Runtime } from './runtime';
import { isGrid } from './sheet-source';

/**
 * What this person still has to allow, if anything; Google's messages are localised, so their text
 * alone tells nothing (google: realm.localized).
 */
export function missingAuthorization({
  ScriptApp,
}: Pick<Runtime, 'ScriptApp'>): Problem | undefined {
  const info = ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL);
  return String(info.getAuthorizationStatus()) === 'REQUIRED'
    ? problem('google.authorization')
    : undefined;
}

/** Most tabs that are asked; each costs a person about half a second. */
const ASKED_TABS = 5;

/**
 * Whether this person may write in the file. Google says so of ranges only. The header row or a
 * whole tab may be protected against editors, so a first cell that cannot be changed proves
 * nothing: the last cells of some tabs are asked too.
 */
export function mayEdit({ SpreadsheetApp }: Pick<Runtime, 'SpreadsheetApp'>): boolean {
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const active = spreadsheet.getActiveSheet();
  if (isGrid(active) && active.getRange(1, 1, 1, 1).canEdit()) return true;
  return spreadsheet
    .getSheets()
    .filter(isGrid)
    .slice(-ASKED_TABS)
    .concat(isGrid(active) ? [active] : [])
    .some((sheet) => sheet.getRange(sheet.getMaxRows(), sheet.getMaxColumns(), 1, 1).canEdit());
}
