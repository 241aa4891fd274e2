import { cellAnswer } from './cells';
import type { Answer, Google } from './fact';
import { pageTest, selfTest } from './self-test';
import { TABLE } from './table';

const google = (): Google => ({
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

export function onOpen(): void {
  SpreadsheetApp.getUi()
    .createAddonMenu()
    .addItem('Run the platform self-test', 'runSelftest')
    .addItem('Run the part of the page', 'openSelftestPage')
    .addToUi();
}

export function runSelftest(): string {
  const result = selfTest(google(), TABLE);
  console.log(result);
  return result;
}

/** What probes make triggers for. */
export function selftestTrigger(): void {
  // If a trigger is left behind, nothing happens.
}

export function openSelftestPage(): void {
  SpreadsheetApp.getUi().showSidebar(
    HtmlService.createHtmlOutputFromFile('sidebar').setTitle('Platform self-test'),
  );
}

/** The page's last call: its answers as JSON text. */
export const selftestPage = (answers: string): string =>
  pageTest(google(), TABLE, JSON.parse(answers) as { [fact: string]: Answer });

/** What probes write formulas for. */
export const selftestCell = (deed: unknown): string => cellAnswer(google(), deed);

export const selftestEcho = (value: unknown): unknown => value;

export const selftestDate = (): object => ({ rows: [{ at: new Date() }] });

export const selftestGaps = (): unknown[] => [undefined, { a: undefined, b: null }];

export function selftestFails(): never {
  throw new Error('no');
}
