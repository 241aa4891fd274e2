import type { Problem } from '../../problem/problem';
import { opener } from '../navigation';
import type { ScreenProps } from '../screen-props';
import { findSync } from '../state';
import { wayOut } from '../way-out';
import { Button } from './button';
import { FillMissingIds } from './fill-ids';
import { WAY_LABELS } from './ways';

interface GroupWayProps extends Pick<ScreenProps, 'home' | 'dispatch'> {
  /** The problem that the rows of the group have. */
  readonly problem: Problem;
  /** Id of the sync that has the problem. */
  readonly id: string;
  /** Whether the screen offers the choice about late usage anyway. */
  readonly isReview?: boolean | undefined;
}

/** The setting of a sync that puts a group of problems in a report right; else nothing. */
export function GroupWay({ problem, id, home, dispatch, isReview = false }: GroupWayProps) {
  const { code } = problem;
  const sync = findSync(home, id)?.sync;
  if (!home.canEdit || sync === undefined) return null;
  if (code === 'key.no-id') return <FillMissingIds sync={sync} />;
  if (sync.state === 'draft') return null;
  const open = opener(dispatch, id);
  if (code === 'period.closing' || code === 'key.reused')
    return <Button onClick={open('next-tab')}>{WAY_LABELS['next-tab']}</Button>;
  if (wayOut(problem) !== 'late' || isReview || sync.late === 'book') return null;
  return <Button onClick={open('activation')}>{WAY_LABELS.late}</Button>;
}
