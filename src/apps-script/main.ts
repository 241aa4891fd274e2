import { attempted } from './alert';
import { runAfterEdit } from './edit-run';
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

const TITLE = 'Lago usage sync';

export function openSidebar(): void {
  SpreadsheetApp.getUi().showSidebar(
    HtmlService.createHtmlOutputFromFile('sidebar').setTitle(TITLE),
  );
}

/**
 * Opens the sidebar at the comparison of a month. The page is the same; an attribute says where it
 * starts.
 */
export function openReconcile(): void {
  const page = HtmlService.createHtmlOutputFromFile('sidebar')
    .getContent()
    .replace('data-start=""', 'data-start="reconcile"');
  SpreadsheetApp.getUi().showSidebar(HtmlService.createHtmlOutput(page).setTitle(TITLE));
}

/** The hourly trigger. */
export function runDueSyncs(): void {
  runDue(beginExecution(google()));
}

/**
 * The installable on-edit trigger. It never fails: Google would mail people about every edit, and
 * the hourly run does what an edit could not, or says why.
 */
export function onSheetEdit(event: EditEvent): void {
  attempted(() => {
    runAfterEdit(beginExecution(google()), event);
    return true;
  });
}

/** The sidebar's only way in: a call as JSON text, answered as JSON text. */
export function rpc(callText: string): string {
  return answerCall(google(), callText);
}
