import type { TypedColumn } from '../../value/column-guess';
import { applyEdits, type Fix, fixBetween } from '../../value/text-edit';
import type { LocatedProblem, TemplateMetric } from './draft';
import {
  type Checked,
  check,
  isAdvice,
  limited,
  type Proven,
  provenFixes,
  type Tries,
} from './proof';

/** A problem of a template with the characters that it is about, and what repairs it. */
export interface TemplateProblem extends LocatedProblem {
  /** The likeliest first. */
  readonly fixes: readonly Fix[];
}

/** The most steps of one whole repair. Each takes away at least one problem. */
const MOST_STEPS = 40;

/** Fields come before the columns in them, since the field decides which columns suit it. */
const FIRST = [
  'template.missing-braces',
  'template.customer-field',
  'template.unknown-field',
  'template.missing-field',
];

const rank = ({ code }: LocatedProblem): number =>
  FIRST.includes(code) ? FIRST.indexOf(code) : FIRST.length;

const byRank = (found: readonly LocatedProblem[]): LocatedProblem[] =>
  [...found].sort((left, right) => rank(left) - rank(right));

/** The first fix that needs no choice; undefined if there is none. */
function nextStep(current: Checked, tries: Tries): Proven | undefined {
  for (const problem of byRank(current.found))
    for (const proven of provenFixes(current, problem, tries))
      if (proven.fix.choice !== true) return proven;
  return undefined;
}

/**
 * Repairs one problem after another until the template compiles; undefined if a person has to
 * choose.
 */
function repairWhole(before: Checked, tries: Tries): Fix | undefined {
  let current = before;
  const without: string[] = [];
  for (let step = 0; step < MOST_STEPS && current.found.length > 0; step++) {
    const next = nextStep(current, tries);
    if (next === undefined) break;
    if (next.fix.without !== undefined) without.push(`“${next.fix.without}”`);
    current = next.after;
  }
  if (current === before || !current.found.every(isAdvice)) return undefined;
  const label = 'Repair the whole template';
  return fixBetween(
    without.length === 0 ? label : `${label} (without ${without.join(', ')})`,
    before.draft.text,
    current.draft.text,
  );
}

/**
 * The problems in the order of the text, but first what is wrong with the event as a whole.
 * @param problems in the order of `found`
 */
function inOrder(
  found: readonly LocatedProblem[],
  problems: readonly TemplateProblem[],
): readonly TemplateProblem[] {
  const [main] = byRank(found);
  const first = problems.filter((_, index) => found[index] === main);
  const others = problems.filter((_, index) => found[index] !== main);
  return [...first, ...others.sort((left, right) => left.from - right.from)];
}

/**
 * Everything that can be found out about a template without a row: what the compiler refuses, and
 * what Lago would misread. The problems are in the order of the text, but what is wrong with the
 * event as a whole comes first. Every fix was tried: in the text that it makes, its problem is
 * gone. If a template needs several repairs that need no choice, the first fix of the first problem
 * makes them all at once.
 * @param columns of the sync, with the type of their values if somebody has looked
 * @param metrics of Lago; undefined if they are not known
 */
export function checkTemplate(
  text: string,
  columns: readonly TypedColumn[],
  metrics?: readonly TemplateMetric[],
): readonly TemplateProblem[] {
  const checked = check(text, columns, metrics);
  const tries = limited((changed) => check(changed, columns, metrics));
  const problems = checked.found.map((problem) => ({
    ...problem,
    fixes: [...provenFixes(checked, problem, tries)].map(({ fix: { label, edits } }) => ({
      label,
      edits,
    })),
  }));
  const [first, ...rest] = inOrder(checked.found, problems);
  if (first === undefined) return [];
  const whole = repairWhole(checked, tries);
  if (whole === undefined) return [first, ...rest];
  const repaired = applyEdits(text, whole.edits);
  const isOffered = problems.some(({ fixes }) =>
    fixes.some(({ edits }) => applyEdits(text, edits) === repaired),
  );
  return [isOffered ? first : { ...first, fixes: [whole, ...first.fixes] }, ...rest];
}
