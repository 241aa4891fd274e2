import { cellAnswer } from './cells';
import type { Answer, Google } from './fact';
import { answersText, pageTest, selfTest } from './self-test';
import { beKilled, failAfterWriting, origin, STEPS, type Step, triggered } from './steps';
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
    .addItem('Run the platform self-test', 'openSelftestPage')
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

/** The page's first call: what the file is. */
export const selftestOrigin = (): string => origin(google());

/** Google ends this one. */
export const selftestKilled = (): void => beKilled(google());

export const selftestFailsAfterWriting = (): void => failAfterWriting(google());

/** What a person makes a trigger for. */
export const selftestTriggered = (): void => triggered(google());

/** What a person is asked, and what the page looks for alone; as JSON text. */
export const selftestSteps = (): string => JSON.stringify(STEPS);

const stepOf = (fact: string): Step => {
  const found = STEPS.find((step) => step.fact === fact);
  if (found === undefined) throw new Error(`There is no step ${fact}.`);
  return found;
};

export const selftestPrepare = (fact: string): void => stepOf(fact).prepare?.(google());

/** What Google has done meanwhile; as JSON text. */
export const selftestLook = (fact: string): string =>
  JSON.stringify(stepOf(fact).look?.(google()) ?? null);

/** What is copied into the repository. */
export const selftestText = (): string => answersText(google());

/** The page's answers as JSON text. */
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
