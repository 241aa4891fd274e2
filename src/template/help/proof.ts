import type { ProblemCode } from '../../problem/catalogue';
import { problem } from '../../problem/problem';
import type { TypedColumn } from '../../value/column-guess';
import { applyEdits } from '../../value/text-edit';
import { compileTemplate } from '../template';
import { advise } from './advice';
import { adviseComparisons } from './comparison-advice';
import type { Draft, LocatedProblem, TemplateMetric } from './draft';
import { readEventTexts } from './event-fields';
import { locate } from './location';
import { nameIn } from './references';
import type { Candidate, Repair } from './repairs/candidate';
import { constantId, unknownColumn, unknownVariable } from './repairs/columns';
import { customerField, duplicateField, missingField, unknownField } from './repairs/fields';
import { brokenJson, missingBraces } from './repairs/json';
import {
  brokenLiquid,
  dateOrders,
  filterValues,
  jsonInText,
  numberMark,
  strayLetters,
  unknownFilter,
  unknownTag,
} from './repairs/liquid';
import { missingProperty, placeholderCode, unknownCode } from './repairs/metrics';
import { timestamp } from './repairs/timestamp';

const REPAIRS: Readonly<Partial<Record<ProblemCode, Repair>>> = {
  'template.not-json': brokenJson,
  'template.stray-letter': strayLetters,
  'template.liquid': brokenLiquid,
  'template.missing-braces': missingBraces,
  'template.unknown-column': unknownColumn,
  'template.unknown-variable': unknownVariable,
  'template.unknown-filter': unknownFilter,
  'template.unknown-tag': unknownTag,
  'template.number-mark': numberMark,
  'template.filter-values': filterValues,
  'template.date-order': dateOrders,
  'template.json-in-text': jsonInText,
  'template.missing-field': missingField,
  'template.duplicate-field': duplicateField,
  'template.customer-field': customerField,
  'template.unknown-field': unknownField,
  'template.constant-id': constantId,
  'template.timestamp': timestamp,
  'template.placeholder-code': placeholderCode,
  'template.unknown-code': unknownCode,
  'event.missing-property': missingProperty,
};

/** While one of these is there, others are not looked for yet. They may appear when it is gone. */
const HIDING: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'template.empty',
  'template.too-large',
  'template.liquid',
  'template.stray-letter',
  'template.unknown-tag',
  'template.unknown-filter',
  'template.branch-in-text',
  'template.not-json',
  'template.not-an-object',
  'template.missing-braces',
]);

/** What `advise` finds. A template compiles with it, so a fix may lead to it. */
const ADVICE: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'template.timestamp',
  'template.other-type',
  'template.placeholder-code',
  'template.unknown-code',
  'event.missing-property',
]);

/** Whether a problem is advice: the template compiles with it. */
export const isAdvice = ({ code }: LocatedProblem): boolean => ADVICE.has(code);

/** A text of a template with its problems. */
export interface Checked {
  /** The text, as it was read. */
  readonly draft: Draft;
  /** Its problems. */
  readonly found: readonly LocatedProblem[];
}

/** A repair that was tried, and what it leads to. */
export interface Proven {
  /** The repair, which works. */
  readonly fix: Candidate;
  /** The text that it makes, checked. */
  readonly after: Checked;
}

/** Checks a text that a fix would make; undefined if there is no time for it. */
export type Tries = (text: string) => Checked | undefined;

/** A column that is not known because another one has its name, too, is told as that. */
function doubled(found: LocatedProblem, { text, columns }: Draft): LocatedProblem {
  if (found.code !== 'template.unknown-column') return found;
  const name = nameIn(text.slice(found.from, found.to));
  const double = columns.find(
    (column) => column.twice === true && (column.name === name || column.header === name),
  );
  return double === undefined
    ? found
    : { ...found, ...problem('sheet.header-twice', { name: double.header }, found.place) };
}

/** All problems of a template, those of the compiler first. */
export function check(
  text: string,
  columns: readonly TypedColumn[],
  metrics: readonly TemplateMetric[] | undefined,
): Checked {
  const readable = columns.filter(({ twice }) => twice !== true);
  const { problems } = compileTemplate(text, readable);
  const isTooLarge = problems.some(({ code }) => code === 'template.too-large');
  const draft: Draft = { text, columns, metrics, events: isTooLarge ? [] : readEventTexts(text) };
  const found = problems.map((each) => doubled(locate(each, draft), draft));
  const isReadable = problems.every(
    ({ code }) => !HIDING.has(code) || code === 'template.missing-braces',
  );
  return {
    draft,
    found: isReadable
      ? [...found, ...advise(draft.events, readable, metrics), ...adviseComparisons(text, readable)]
      : found,
  };
}

const isSame = (left: LocatedProblem, right: LocatedProblem): boolean =>
  left.code === right.code && left.message === right.message;

/**
 * Whether a fix does what it says: the problem is there once less, and no other has come up that
 * was not hidden by it.
 */
function isRepaired(before: Checked, problem: LocatedProblem, after: Checked): boolean {
  if (problem.code === 'template.not-json' || problem.code === 'template.liquid') {
    const again = after.found.find(({ code }) => code === problem.code);
    const grown = after.draft.text.length - before.draft.text.length;
    // Of several mistakes only the first is reported; the next one stands further behind.
    return again === undefined || again.from > problem.from + Math.max(0, grown);
  }
  const count = ({ found }: Checked): number =>
    found.filter((each) => isSame(each, problem)).length;
  return (
    count(after) < count(before) &&
    (HIDING.has(problem.code) ||
      after.found.every((each) => isAdvice(each) || before.found.some((old) => isSame(old, each))))
  );
}

/** The fixes of a problem that work when they are tried, each with what it leads to. */
export function* provenFixes(
  before: Checked,
  problem: LocatedProblem,
  tries: Tries,
): Generator<Proven> {
  const results = new Set<string>();
  for (const candidate of REPAIRS[problem.code]?.(before.draft, problem) ?? []) {
    const after = tries(applyEdits(before.draft.text, candidate.edits));
    if (after === undefined || results.has(after.draft.text) || !isRepaired(before, problem, after))
      continue;
    results.add(after.draft.text);
    yield { fix: candidate, after };
  }
}

/**
 * The most characters that are tried in all: some hundred events as people write them. Each try of
 * a fix is a compilation, and somebody is waiting.
 */
const MOST_CHARACTERS = 150_000;

/**
 * Checks each text at most once, and only as much text as there is time for. Problems beyond that
 * are reported without fixes.
 */
export function limited(check: (text: string) => Checked): Tries {
  const known = new Map<string, Checked>();
  let left = MOST_CHARACTERS;
  return (text) => {
    const before = known.get(text);
    if (before !== undefined || left < text.length) return before;
    left -= text.length;
    const checked = check(text);
    known.set(text, checked);
    return checked;
  };
}
