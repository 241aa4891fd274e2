import type { Problem } from '../../problem/problem';
import type { Fix } from '../../rpc/contract';
import { placeWords } from '../words/problems';
import { Button } from './button';
import { FixButtons } from './fix-buttons';

interface ProblemCardProps {
  /** Its message and remedy are shown. */
  readonly problem: Problem;
  /** Makes the failed call again; offered if waiting or a better connection helps. */
  readonly onRepeat?: (() => void) | undefined;
  /** Whether it is shown as a warning, since the problem stops nothing. */
  readonly mild?: boolean | undefined;
}

/** The class that colours a problem. An ambiguous number is only a warning: it is sent. */
const severity = ({ actor, code }: Problem): string =>
  actor === 'wait' || code === 'row.ambiguous-number' ? 'warning' : 'bad';

/** What happened and what to do about it. */
export function ProblemCard({ problem, onRepeat, mild = false }: ProblemCardProps) {
  return (
    <div class={`card ${mild ? 'warning' : severity(problem)}`} role="alert">
      <p class="message">{problem.message}</p>
      <p>{problem.remedy}</p>
      {onRepeat !== undefined && (problem.actor === 'wait' || problem.actor === 'us') && (
        <Button onClick={onRepeat}>Try again</Button>
      )}
    </div>
  );
}

/** Problems that a fix of the row's number repairs. */
const ABOUT_NUMBERS: ReadonlySet<Problem['code']> = new Set([
  'event.not-a-number',
  'row.not-a-number',
  'row.ambiguous-number',
]);

interface ProblemListProps {
  /** In the order in which they are shown. */
  readonly problems: readonly Problem[];
  /** Changes of the template by which the row's number would be read. */
  readonly fixes?: readonly Fix[] | undefined;
  /** Applies a fix; undefined if the template cannot be edited here. */
  readonly onFix?: ((fix: Fix) => void) | undefined;
}

/** The problems of one row or event, each with its place. */
export function ProblemList({ problems, fixes = [], onFix }: ProblemListProps) {
  const repaired =
    onFix === undefined ? undefined : problems.find(({ code }) => ABOUT_NUMBERS.has(code));
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li
          key={`${problem.code} ${problem.place.column ?? ''} ${problem.message}`}
          class={severity(problem)}
        >
          <span class="place">{placeWords(problem.actor, problem.place)}</span>
          <p class="message">{problem.message}</p>
          <p>{problem.remedy}</p>
          {problem === repaired && <FixButtons fixes={fixes} onFix={onFix} />}
        </li>
      ))}
    </ul>
  );
}
