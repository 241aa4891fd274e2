import type { SyncView } from '../../rpc/contract';
import { counted } from '../../value/count';
import { type Condition, conditionOf, wholeRun } from '../health';
import { stepWords } from './steps';
import type { StatusWords } from './tone';

const CONDITIONS: Readonly<Record<Condition, StatusWords>> = {
  asks: { words: 'Waits for your approval', tone: 'bad' },
  stopped: { words: 'Stopped', tone: 'bad' },
  draft: { words: 'Being set up', tone: 'quiet' },
  paused: { words: 'Paused', tone: 'quiet' },
  'needs-you': { words: 'Needs you', tone: 'warning' },
  new: { words: 'Active: not run yet', tone: 'quiet' },
  retrying: { words: 'Trying again', tone: 'warning' },
  unticked: { words: 'not ticked yet', tone: 'quiet' },
  healthy: { words: 'Healthy', tone: 'good' },
};

/** How a sync is, in a few words. */
export function healthWords(view: SyncView): StatusWords {
  const condition = conditionOf(view);
  const { words, tone } = CONDITIONS[condition];
  if (condition === 'draft') return { words: `${words}: ${stepWords(view.sync)}`, tone };
  return condition === 'unticked'
    ? { words: `${counted(wholeRun(view)?.rows.hold ?? 0, 'row')} ${words}`, tone }
    : { words, tone };
}
