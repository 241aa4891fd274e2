import { runAfterEdit } from './edit-run';
import { requireTrigger } from './gate';
import { openPage } from './opening';
import { answerCall } from './rpc-server';
import type { EditEvent, Runtime } from './runtime';
import { beginExecution, runDueSyncs as runDue } from './sync-runner';

/**
 * Google's services, named only when a function runs: in AuthMode.NONE the menu would not appear if
 * some of them were named while the script loads.
 */
const google = (): Runtime => ({
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

/** The hourly trigger. */
export function runDueSyncs(event?: unknown): void {
  requireTrigger('runDueSyncs', event);
  runDue(beginExecution(google()));
}

/** The installable on-edit trigger. */
export function onSheetEdit(event?: EditEvent): void {
  requireTrigger('onSheetEdit', event);
  runAfterEdit(beginExecution(google()), event);
}

/** The sidebar's only way in: a call as JSON text, answered as JSON text. */
export function rpc(callText: string): string {
  return answerCall(google(), callText);
}
