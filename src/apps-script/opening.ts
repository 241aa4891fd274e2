import { newPageToken } from './gate';
import type { Runtime } from './runtime';

const TITLE = 'Lago usage sync';

/** Percent-encoded text, which needs no escaping in an attribute. */
const ENCODED = /^[\w.!~*'()%-]*$/;

/**
 * Shows the sidebar with a token for the account that opens it. In a cell there is no user
 * interface, and nothing that is made here is answered (google: cell.refused).
 * @param start the screen that it opens at; empty for home
 * @param kept what an expired page hands to the one that takes its place, percent-encoded;
 * anything else is passed over
 */
export function openPage(runtime: Runtime, start: '' | 'reconcile', kept: unknown): void {
  const { SpreadsheetApp, ScriptApp, HtmlService } = runtime;
  const ui = SpreadsheetApp.getUi();
  // A person may have left out some of what the manifest asks for; Google then asks again.
  ScriptApp.requireAllScopes?.(ScriptApp.AuthMode.FULL);
  const token = newPageToken(runtime);
  const passed = typeof kept === 'string' && ENCODED.test(kept) ? kept : '';
  const page = HtmlService.createHtmlOutputFromFile('sidebar')
    .getContent()
    .replace(
      'data-start=""',
      () => `data-start="${start}" data-token="${token}" data-kept="${passed}"`,
    );
  ui.showSidebar(HtmlService.createHtmlOutput(page).setTitle(TITLE));
}

/**
 * Shows the licences beside the sidebar, which goes on with what it does. They ask nothing of the
 * server, so they get no token.
 */
export function showAbout({ SpreadsheetApp, HtmlService }: Runtime): void {
  SpreadsheetApp.getUi().showModalDialog(HtmlService.createHtmlOutputFromFile('about'), TITLE);
}
