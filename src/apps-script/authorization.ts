import { type Problem, problem } from '../problem/problem';
import type { Runtime } from './runtime';
import { isGrid } from './sheet-source';

const SCOPE = 'https://www.googleapis.com/auth/';

/** What the manifest asks for, and why: a person may have left some of it out. */
const PURPOSES: readonly (readonly [scope: string, purpose: string])[] = [
  ['spreadsheets.currentonly', 'read the usage in this file and keep the ledger'],
  ['script.container.ui', 'show the sidebar'],
  ['script.external_request', 'send events to Lago'],
  ['script.scriptapp', 'run every hour and after edits'],
  ['script.send_mail', 'mail you when a sync stops'],
  ['userinfo.email', 'know whom to mail'],
];

/** A sentence on what is not allowed; empty if Google does not say. */
function missingWords(allowed: readonly string[] | null | undefined): string {
  if (allowed === null || allowed === undefined) return '';
  const missing = PURPOSES.filter(([scope]) => !allowed.includes(SCOPE + scope));
  return missing.length === 0
    ? ''
    : ` It may not yet: ${missing.map(([scope, why]) => `${why} (${scope})`).join('; ')}.`;
}

/**
 * What this person still has to allow, if anything; Google's messages are localised, so their text
 * alone tells nothing (google: realm.localized).
 */
export function missingAuthorization({
  ScriptApp,
}: Pick<Runtime, 'ScriptApp'>): Problem | undefined {
  const info = ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL);
  return String(info.getAuthorizationStatus()) === 'REQUIRED'
    ? problem('google.authorization', { missing: missingWords(info.getAuthorizedScopes?.()) })
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
