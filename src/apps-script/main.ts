import { attempted } from './attempted';
import { runDueSyncs as runDue } from './clock-run';
import { runAfterEdit } from './edit-run';
import { requireTrigger } from './gate';
import { requireFile } from './google-file';
import { openPage, showAbout } from './opening';
import { answerCall } from './rpc-server';
import type { EditEvent, Runtime } from './runtime';
import { beginExecution } from './sync-runner';

/**
 * Google's services, named only when a function runs: in AuthMode.NONE the menu would not appear if
 * some of them were named while the script loads.
 */
const google = (): Runtime =>
  requireFile({
    SpreadsheetApp,
    PropertiesService,
    CacheService,
    LockService,
    UrlFetchApp,
    ScriptApp,
    HtmlService,
    MailApp,
    Session,
    Utilities,
  });

/**
 * Builds the menu. Touches nothing else, because it also runs before anything is allowed (google:
 * open.authority).
 */
export function onOpen(): void {
  SpreadsheetApp.getUi()
    .createAddonMenu()
    .addItem('Open', 'openSidebar')
    .addItem('Reconcile with Lago', 'openReconcile')
    .addItem('About', 'openAbout')
    .addToUi();
}

export function onInstall(): void {
  onOpen();
}

/**
 * Opens the sidebar. A page whose token has expired calls it, too.
 * @param kept what that page keeps
 */
export function openSidebar(kept?: unknown): void {
  openPage(google(), '', kept);
}

/** Opens the sidebar at the comparison of a month. */
export function openReconcile(): void {
  openPage(google(), 'reconcile', undefined);
}

/** Shows the licences of everything that ships, which ask for it. */
export function openAbout(): void {
  showAbout(google());
}

/** The clock's trigger. */
export function runDueSyncs(event?: unknown): void {
  requireTrigger('runDueSyncs', event);
  runDue(beginExecution(google()), event);
}

/**
 * The installable on-edit trigger. It never fails: Google would mail people about every edit, and
 * the clock's run does what an edit could not, or says why.
 */
export function onSheetEdit(event?: EditEvent): void {
  requireTrigger('onSheetEdit', event);
  attempted(() => runAfterEdit(beginExecution(google()), event));
}

/** The sidebar's only way in: a call as JSON text, answered as JSON text. */
export function rpc(callText: string): string {
  return answerCall(google(), callText);
}
