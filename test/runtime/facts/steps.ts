import type { Sheet } from '../../../src/apps-script/runtime';
import { type Answer, type Google, refusal } from './fact';

/**
 * How a fact is asked that no probe can ask in one execution: by a person who does something, or by
 * executions that Google ends. The page of the self-test goes through them.
 */
export interface Step {
  readonly fact: string;
  /** What the person does; undefined if the page does it alone. */
  readonly how?: string;
  /** What the person may see. Without choices the server looks. */
  readonly choices?: readonly string[];
  /** Before the person is told. */
  readonly prepare?: (google: Google) => void;
  /** What the server finds afterwards. */
  readonly look?: (google: Google) => Answer;
  /** What the fake answers. */
  readonly expected: Answer;
  /** Answers of Google's that the product bears as well. */
  readonly tolerated?: readonly Answer[];
}

/** Where steps work. The self-test's own tidying leaves it alone until the end. */
export const DESK = 'Self-test steps';
/** Their properties. */
export const STEP_PREFIX = 'step.';

export function desk({ SpreadsheetApp }: Google): Sheet {
  const file = SpreadsheetApp.getActiveSpreadsheet();
  return file.getSheetByName(DESK) ?? file.insertSheet(DESK);
}

const note = ({ PropertiesService }: Google, name: string, value: string): void => {
  PropertiesService.getDocumentProperties().setProperty(`${STEP_PREFIX}${name}`, value);
};

const noted = ({ PropertiesService }: Google, name: string): string | null =>
  PropertiesService.getDocumentProperties().getProperty(`${STEP_PREFIX}${name}`);

const valueAt = (google: Google, row: number): Answer => {
  const value = desk(google).getRange(row, 1, 1, 1).getValues()[0]?.[0];
  if (value instanceof Date) return value.getTime();
  return typeof value === 'object' ? String(value) : (value ?? '');
};

/** Longer than Google lets an execution run, and its parts, in ms. */
const KILLED_MS = 8 * 60_000;
const NAP_MS = 5_000;

/** Writes, and does not end before Google ends it. */
export function beKilled(google: Google): void {
  note(google, 'begun', 'begun');
  desk(google)
    .getRange(1, 1, 1, 1)
    .setValues([['unflushed']]);
  const end = Date.now() + KILLED_MS;
  try {
    while (Date.now() < end) google.Utilities.sleep(NAP_MS);
  } catch {
    note(google, 'caught', 'caught');
  } finally {
    note(google, 'finally', 'finally');
  }
}

/** Writes and fails. */
export function failAfterWriting(google: Google): never {
  desk(google)
    .getRange(2, 1, 1, 1)
    .setValues([['kept']]);
  throw new Error('as it should');
}

/** A person makes a trigger of it. */
export function triggered(google: Google): void {
  const { SpreadsheetApp } = google;
  const file = SpreadsheetApp.getActiveSpreadsheet();
  note(google, 'file', file.getId());
  note(google, 'selection', desk(google).getActiveRange() === null ? 'none' : 'some');
}

const NEXT = 'Nothing to do: press Look.';

const LONGEST_SLEEP_MS = 300_001;
const MOVING_MS = 20_000;

export const STEPS: readonly Step[] = [
  {
    fact: 'execution.six-minutes',
    look: (google) => [noted(google, 'begun'), noted(google, 'caught'), noted(google, 'finally')],
    expected: ['begun', null, null],
  },
  {
    fact: 'execution.killed',
    look: (google) => noted(google, 'finally'),
    expected: null,
  },
  { fact: 'properties.at-once', look: (google) => noted(google, 'begun'), expected: 'begun' },
  {
    fact: 'execution.unflushed',
    look: (google) => valueAt(google, 1),
    expected: '',
    tolerated: ['unflushed'],
  },
  { fact: 'range.failed-script', look: (google) => valueAt(google, 2), expected: 'kept' },
  {
    fact: 'realm.sleep',
    look: ({ Utilities }) =>
      refusal(() => Utilities.sleep(LONGEST_SLEEP_MS)) === 'no error' ? 'sleeps' : 'refuses',
    expected: 'refuses',
    tolerated: ['sleeps'],
  },
  {
    fact: 'entry.locale',
    how: 'File, Settings: set the locale to Germany. Then press Look.',
    prepare: (google) => {
      desk(google)
        .getRange(3, 1, 2, 1)
        .setValues([[1.5], ['1,5']]);
    },
    look: (google) => {
      const range = desk(google)
        .getRange(5, 1, 2, 1)
        .setValues([['1,5'], ['1.5']]);
      return [
        range
          .getValues()
          .flat()
          .map((value) => typeof value),
        range.getDisplayValues().flat(),
      ];
    },
    expected: [
      ['number', 'string'],
      ['1,5', '1.5'],
    ],
  },
  {
    fact: 'entry.locale-changed',
    how: 'Press Look. Then set the locale back to United States.',
    look: (google) => {
      const range = desk(google).getRange(3, 1, 2, 1);
      return [range.getValues().flat().map(String), range.getDisplayValues().flat()];
    },
    expected: [
      ['1.5', '1,5'],
      ['1,5', '1,5'],
    ],
  },
  {
    fact: 'entry.zone',
    how: 'File, Settings: set the time zone to Berlin. Then press Look.',
    look: (google) => {
      const range = desk(google)
        .getRange(7, 1, 2, 1)
        .setValues([['2026-03-29 02:30:00'], ['2026-10-25 02:30:00']]);
      return [
        google.SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetTimeZone(),
        ...range
          .getValues()
          .flat()
          .map((value) => (value instanceof Date ? value.toISOString() : String(value))),
      ];
    },
    expected: ['Europe/Berlin', '2026-03-29T01:30:00.000Z', '2026-10-25T00:30:00.000Z'],
  },
  {
    fact: 'range.coordinates',
    how: `Open the sheet “${DESK}”. Press Look, and within ${MOVING_MS / 1000} seconds insert a row above row 1.`,
    look: (google) => {
      const range = desk(google).getRange(11, 1, 1, 1);
      google.Utilities.sleep(MOVING_MS);
      range.setValues([['written']]);
      google.SpreadsheetApp.flush();
      return [valueAt(google, 11), valueAt(google, 12)];
    },
    expected: ['written', ''],
  },
  {
    fact: 'sheet.hidden-not-shown',
    how: 'Which sheet do you see now?',
    prepare: ({ SpreadsheetApp }) => {
      const file = SpreadsheetApp.getActiveSpreadsheet();
      const hidden = file.getSheetByName(`${DESK}, hidden`) ?? file.insertSheet(`${DESK}, hidden`);
      hidden.hideSheet();
      SpreadsheetApp.flush();
      hidden.getRange(2, 2, 1, 1).activate();
    },
    choices: ['the one that I saw before, or another visible one', `“${DESK}, hidden”`],
    expected: 'the one that I saw before, or another visible one',
  },
  {
    fact: 'sheet.chart',
    how: `Open the sheet “${DESK}, chart”, click the chart, open its menu (⋮), choose “Move to own sheet”, and press Look.`,
    prepare: ({ SpreadsheetApp }) => {
      const file = SpreadsheetApp.getActiveSpreadsheet();
      const sheet = file.insertSheet(`${DESK}, chart`);
      const range = sheet.getRange(1, 1, 2, 2).setValues([
        ['Customer', 'Events'],
        ['acme', 3],
      ]);
      const chart = sheet.newChart().asColumnChart().addRange(range).setNumHeaders(1);
      sheet.insertChart(chart.setPosition(4, 1, 0, 0).build());
    },
    look: ({ SpreadsheetApp }) => {
      const own = SpreadsheetApp.getActiveSpreadsheet()
        .getSheets()
        .filter((sheet) => String(sheet.getType()) === 'OBJECT');
      return [
        own.length,
        ...own.map((sheet) =>
          refusal(() => sheet.getRange(1, 1, 1, 1)) === 'no error' ? 'cells' : 'no cells',
        ),
      ];
    },
    expected: [1, 'no cells'],
  },
  {
    fact: 'trigger.file',
    how: 'Extensions, Apps Script, Triggers, Add trigger: function selftestTriggered, time-driven, minutes timer, every minute; save. After two minutes press Look, then delete the trigger.',
    look: (google) =>
      noted(google, 'file') === google.SpreadsheetApp.getActiveSpreadsheet().getId()
        ? 'this file'
        : (noted(google, 'file') ?? 'has not fired'),
    expected: 'this file',
  },
  {
    fact: 'sheet.no-selection',
    how: NEXT,
    look: (google) => noted(google, 'selection'),
    expected: 'none',
    tolerated: ['some'],
  },
  {
    fact: 'copy.document-properties',
    how: 'File, Make a copy. In the copy open the self-test from its menu. What does its first line say? Then close the copy and delete it.',
    choices: ['It has no properties of another file', 'It has the properties of another file'],
    expected: 'It has no properties of another file',
    tolerated: ['It has the properties of another file'],
  },
];

/** Whose properties a file has, as the page says in its first line. */
export function origin(google: Google): string {
  const id = google.SpreadsheetApp.getActiveSpreadsheet().getId();
  const original = noted(google, 'original');
  if (original === null) note(google, 'original', id);
  return original === null || original === id
    ? 'It has no properties of another file'
    : 'It has the properties of another file';
}

/** Facts that nobody proves in a quarter of an hour with one account, and why. */
export const NOT_ASKED: { readonly [fact: string]: string } = {
  'protection.at-flush': 'needs cells that somebody else has protected',
  'access.viewer': 'needs a second account, which may only look',
  'access.viewer-properties': 'needs a second account, which may only look',
  'version.restored': 'would take the report of the self-test away',
  'cache.no-authority': 'needs an add-on that is installed and not yet allowed anything',
  'trigger.disabled': 'nobody knows when Google does it',
  'trigger.add-on-hourly': 'needs an add-on',
  'trigger.other-files': 'needs an add-on that is used in two files',
  'trigger.no-file': 'needs an add-on, whose triggers fire at some time',
  'trigger.made-by-trigger': 'reports say that it happens at times',
  'authorization.asked': 'ends the execution that asks',
  'fetch.headers': 'needs a server that answers with chosen headers',
  'fetch.large-answer': 'needs a server that answers with 50 MB',
  'fetch.daily': 'needs 20,000 requests, and ends the account’s requests for a day',
};
