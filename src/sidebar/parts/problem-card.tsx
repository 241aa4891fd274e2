import type { Problem } from '../../problem/problem';
import { placeWords } from '../words';
import { Button } from './button';

interface ProblemCardProps {
  readonly problem: Problem;
  /** Makes the failed call again; offered where waiting or a better connection helps. */
  readonly onRepeat?: () => void;
  /** For a problem that stops nothing. */
  readonly mild?: boolean;
}

const severity = ({ actor }: Problem): string => (actor === 'wait' ? 'warning' : 'bad');

/** What happened and what to do about it. */
export function ProblemCard({ problem, onRepeat, mild = false }: ProblemCardProps) {
  return (
    <div class={`card ${mild ? 'warning' : severity(problem)}`} role="alert">
      <p class="message">{problem.message}</p>
      <p>{problem.remedy}</p>
      {onRepeat !== undefined && (problem.actor === 'wait' || problem.actor === 'us') && <Button onClick={onRepeat}>Try again</Button>}
    </div>
  );
}

/** The problems of one row or event, each with its place. */
export function ProblemList({ problems }: { readonly problems: readonly Problem[] }) {
  return (
    <ul class="problems">
      {problems.map((problem) => (
        <li key={`${problem.code} ${problem.place.column ?? ''} ${problem.message}`} class={severity(problem)}>
          <span class="place">{placeWords(problem.actor, problem.place)}</span>
          <p class="message">{problem.message}</p>
          <p>{problem.remedy}</p>
        </li>
      ))}
    </ul>
  );
}
