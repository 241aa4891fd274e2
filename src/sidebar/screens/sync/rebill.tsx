import type { Rebill } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import type { SyncScreenProps } from '../../screen-props';
import { Correction } from './correction';

interface RebillScreenProps extends SyncScreenProps {
  /** Which sent rows are billed again. */
  readonly rebill: Rebill;
}

/** Bills sent rows again by the newer template. */
export function RebillScreen(props: RebillScreenProps) {
  const { rebill } = props;
  return (
    <Correction
      {...props}
      title={rebill === 'all' ? 'Bill sent rows again' : 'Correct the tested rows'}
      intro={
        'What Lago has of a row is taken back, and the event of the newer template is sent. What ' +
        'is billed alike stays.'
      }
      nothing="No row would be billed again."
      asked={{ rebill }}
      matterOf={({ corrected, problems }) => ({
        words: `Bill ${counted(corrected, 'row')} again`,
        effect: 'Lago bills the new events in place of those that it has.',
        kept: problems.filter(({ action }) => action === 'flag'),
        order: { rebill },
      })}
    />
  );
}
