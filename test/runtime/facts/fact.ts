import type {
  DataValidation,
  Range,
  Runtime,
  Sheet,
  Spreadsheet,
  SpreadsheetService,
} from '../../../src/apps-script/runtime';

/** What a probe finds out. JSON, so that it can stand in a cell and be compared as text. */
export type Answer =
  | null
  | boolean
  | number
  | string
  | readonly Answer[]
  | { readonly [name: string]: Answer };

/** The product's slice of Google, and what tidying up needs beyond it. */
export interface Google extends Runtime {
  readonly SpreadsheetApp: Tidied;
}

interface Tidied extends SpreadsheetService {
  getActiveSpreadsheet(): Spreadsheet & { deleteSheet(sheet: Sheet): void };
  newDataValidation(): RuleBuilder;
}

/** Makes a rule, to see what it refuses. */
interface RuleBuilder {
  requireValueInList(values: readonly string[]): RuleBuilder;
  requireCheckbox(ticked: string, unticked: string): RuleBuilder;
  setAllowInvalid(allowInvalid: boolean): RuleBuilder;
  build(): DataValidation;
}

/** A range that a rule can be set for. */
export interface RuledRange extends Range {
  setDataValidation(rule: DataValidation): Range;
}

/** Where a probe works. Whatever it makes here is removed when it has answered, or by the next self-test. */
export interface Scratch {
  readonly google: Google;
  readonly spreadsheet: Spreadsheet;
  /** Cells without content or format that no other probe uses. */
  cells(rows: number, columns: number): RuledRange;
  /** A new sheet, which is active. Without a name it gets one that is free. */
  newSheet(name?: string): Sheet;
}

interface Stated {
  /** Such as `entry.leading-zeros`. */
  readonly id: string;
  /** The fact, as a sentence in the present tense. */
  readonly says: string;
  /** Where Google, or else somebody who has seen it, says so. */
  readonly source: string;
}

interface Asked extends Stated {
  /** What the fake answers, and Google as far as anybody knows. */
  readonly expected: Answer;
  /** Answers of Google's that the product bears as well. */
  readonly tolerated?: readonly Answer[];
}

/** A fact that can be asked of Google at any time, at no cost and without a trace. */
export interface ProbedFact extends Asked {
  /** Runs in the fake and in a real spreadsheet alike. What it throws is its answer. */
  readonly probe: (scratch: Scratch) => Answer;
}

/** A fact that only a page can ask: `sidebar.html` does, under the same id. */
export interface PageFact extends Asked {
  readonly askedBy: 'page';
}

/** A fact that no probe can ask for: of kills, triggers, quotas, other people, the page. */
export interface TestedFact extends Stated {
  /** The test of the fake that holds it: file below `test/`, titles of its groups, its own title; as in `runtime/a.test.ts > a > b`. */
  readonly heldBy: string;
}

export type Fact = ProbedFact | PageFact | TestedFact;

export interface Area {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** The source of what is inferred: the fake takes the less pleasant of what may be. */
export const UNDOCUMENTED = 'nobody documents it; the fake is strict';

/** What is thrown, by name and message. */
export function refusal(work: () => unknown): string {
  try {
    work();
    return 'no error';
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

/** All properties and cache keys of probes begin so. */
export const KEY_PREFIX = 'selftest.';

/** The function that probes make triggers for. It does nothing. */
export const TRIGGER_HANDLER = 'selftestTrigger';
