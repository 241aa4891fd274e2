import type { Sheet } from '../../../src/apps-script/runtime';
import { asText } from '../../../src/apps-script/sheet-cells';
import {
  type Answer,
  type Area,
  type Google,
  KEY_PREFIX,
  type ProbedFact,
  type RuledRange,
  type Scratch,
  TRIGGER_HANDLER,
} from './fact';
import { type Answers, SHOWN_CHARACTERS } from './proof';
import { DESK, STEP_PREFIX, STEPS } from './steps';

export const REPORT = 'Platform self-test';
const SCRATCH = 'Self-test scratch';
const COLUMNS = ['fact', 'says', 'expected', 'answered', 'agrees'] as const;
/** Google ends an execution after six minutes; what is not asked by then is said to be so. */
const ASKING_MS = 4.5 * 60_000;
/** What stands in the place of an answer that Google was not asked for. */
const OVER = 'not asked: the time was over';
const SKIPPED = 'not asked: skipped';
/** A script of the page that HtmlService has broken answers nothing; that is an answer. */
const NO_ANSWER = 'no answer';

/** A fact as it is asked. */
interface Question {
  readonly id: string;
  /** What it means that the page says nothing about it. */
  readonly unsaid: string;
  readonly says: string;
  readonly expected: Answer;
  readonly tolerated?: readonly Answer[] | undefined;
}

interface Line {
  readonly fact: Omit<Question, 'unsaid'>;
  readonly answered: string;
  readonly agrees: 'yes' | 'tolerated' | 'no';
}

const text = (answer: Answer): string => JSON.stringify(answer);

function lineOf(fact: Line['fact'], answer: Answer): Line {
  const answered = text(answer);
  const tolerated = (fact.tolerated ?? []).map(text);
  return {
    fact,
    answered,
    agrees:
      answered === text(fact.expected) ? 'yes' : tolerated.includes(answered) ? 'tolerated' : 'no',
  };
}

function answerOf({ probe }: ProbedFact, scratch: Scratch): Answer {
  try {
    return probe(scratch);
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

function removeSheets(
  { SpreadsheetApp }: Google,
  isOurs: (name: string, sheet: Sheet) => boolean,
): void {
  const file = SpreadsheetApp.getActiveSpreadsheet();
  for (const sheet of file.getSheets()) if (isOurs(sheet.getName(), sheet)) file.deleteSheet(sheet);
}

/** Removes what probes have made, also those of a self-test that was killed. */
function tidyUp(google: Google): void {
  removeSheets(google, (name) => name.startsWith(SCRATCH));
  for (const store of [
    google.PropertiesService.getDocumentProperties(),
    google.PropertiesService.getScriptProperties(),
  ])
    for (const key of Object.keys(store.getProperties()))
      if (key.startsWith(KEY_PREFIX)) store.deleteProperty(key);
  for (const trigger of google.ScriptApp.getProjectTriggers())
    if (trigger.getHandlerFunction() === TRIGGER_HANDLER) google.ScriptApp.deleteTrigger(trigger);
}

/** Asks fact by fact; the sheets of each are gone before the next one is asked. */
function ask(google: Google, facts: readonly ProbedFact[]): Line[] {
  const file = google.SpreadsheetApp.getActiveSpreadsheet();
  const own: Sheet[] = [];
  let made = 0;
  let used = 0;
  const desk = file.insertSheet(`${SCRATCH} 0`);
  const scratch: Scratch = {
    google,
    spreadsheet: file,
    cells(rows: number, columns: number): RuledRange {
      const range = desk.getRange(used + 1, 1, rows, columns) as RuledRange;
      used += rows;
      return range;
    },
    newSheet(name = `${SCRATCH} ${++made}`): Sheet {
      const sheet = file.insertSheet(name);
      own.push(sheet);
      return sheet;
    },
  };
  const end = Date.now() + ASKING_MS;
  return facts.map((fact): Line => {
    if (Date.now() > end) return lineOf(fact, OVER);
    const line = lineOf(fact, answerOf(fact, scratch));
    for (const sheet of own.splice(0)) file.deleteSheet(sheet);
    return line;
  });
}

function summary(lines: readonly Line[]): string {
  const count = (agrees: Line['agrees']): number =>
    lines.filter((line) => line.agrees === agrees).length;
  return `${lines.length} facts: ${count('yes')} as expected, ${count('tolerated')} tolerated, ${count('no')} otherwise`;
}

const rowsOf = (lines: readonly Line[]): string[][] => [
  ...lines.map(({ fact, answered, agrees }) => [
    fact.id,
    fact.says,
    text(fact.expected),
    answered,
    agrees,
  ]),
  ['', summary(lines), '', '', ''],
];

/** Writes below what is there. */
function append(sheet: Sheet, rows: readonly (readonly string[])[]): void {
  sheet
    .getRange(sheet.getLastRow() + 1, 1, rows.length, COLUMNS.length)
    .setValues(rows.map((row) => row.map((cell) => asText(cell.slice(0, SHOWN_CHARACTERS)))));
}

function newReport({ SpreadsheetApp }: Google): Sheet {
  const sheet = SpreadsheetApp.getActiveSpreadsheet().insertSheet(REPORT);
  append(sheet, [COLUMNS]);
  sheet.setFrozenRows(1);
  return sheet;
}

/** Texts of services and the reading of entries depend on both. */
function requireEnglish({ SpreadsheetApp, Session }: Google): void {
  const locale = SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetLocale();
  const language = Session.getActiveUserLocale();
  if (locale !== 'en_US')
    throw new Error(
      `Set the locale of this spreadsheet to United States first (File, Settings); it is ${locale}.`,
    );
  if (!language.startsWith('en'))
    throw new Error(`Set the language of your Google account to English first; it is ${language}.`);
}

/**
 * Asks Google every fact that can be asked, and writes a sheet with the answers in the place of the former one. Leaves nothing else behind.
 * @returns how many facts are as expected
 */
export function selfTest(google: Google, table: readonly Area[]): string {
  requireEnglish(google);
  removeSheets(google, (name) => name === REPORT);
  tidyUp(google);
  let lines: readonly Line[] = [];
  try {
    lines = ask(
      google,
      table.flatMap(({ facts }) => facts).filter((fact): fact is ProbedFact => 'probe' in fact),
    );
  } finally {
    tidyUp(google);
  }
  append(newReport(google), rowsOf(lines));
  return summary(lines);
}

/** What only a page or a person can answer. */
const questionsOfPage = (table: readonly Area[]): Question[] =>
  table
    .flatMap(({ facts }) => facts)
    .flatMap((fact): Question[] => {
      if ('askedBy' in fact) return [{ ...fact, unsaid: NO_ANSWER }];
      const step = STEPS.find((each) => each.fact === fact.id);
      if (step === undefined) return [];
      const { id, says } = fact;
      const { expected, tolerated } = step;
      return [{ id, says, expected, tolerated, unsaid: SKIPPED }];
    });

/**
 * Writes what a page and a person have found out below the report, and removes what that took.
 * @param answers of the page, by fact
 * @returns how many facts are as expected
 */
export function pageTest(
  google: Google,
  table: readonly Area[],
  answers: { readonly [fact: string]: Answer },
): string {
  const lines = questionsOfPage(table).map((fact) => {
    const answer = answers[fact.id];
    return lineOf(fact, answer === undefined ? fact.unsaid : answer);
  });
  append(
    google.SpreadsheetApp.getActiveSpreadsheet().getSheetByName(REPORT) ?? newReport(google),
    rowsOf(lines),
  );
  tidySteps(google);
  return summary(lines);
}

function tidySteps(google: Google): void {
  // A chart that was moved to a sheet of its own gave that a name of Google's.
  removeSheets(
    google,
    (name, sheet) => name.startsWith(DESK) || String(sheet.getType()) === 'OBJECT',
  );
  const store = google.PropertiesService.getDocumentProperties();
  for (const key of Object.keys(store.getProperties()))
    if (key.startsWith(STEP_PREFIX)) store.deleteProperty(key);
}

/** Everything that was answered, as the text of `test/runtime/answers.json`. */
export function answersText({ SpreadsheetApp }: Google): string {
  const sheet = SpreadsheetApp.getActiveSpreadsheet().getSheetByName(REPORT);
  const rows = sheet?.getRange(1, 1, sheet.getLastRow(), COLUMNS.length).getValues() ?? [];
  const unanswered = [OVER, SKIPPED].map(text);
  const answered = rows.flatMap(([fact, , , answer]) =>
    fact === '' || fact === COLUMNS[0] || unanswered.includes(String(answer))
      ? []
      : [[String(fact), String(answer)] as const],
  );
  const answers: Answers = {
    answered: new Date().toISOString().slice(0, 'yyyy-mm-dd'.length),
    answers: Object.fromEntries(answered),
  };
  return `${JSON.stringify(answers, null, 2)}\n`;
}
