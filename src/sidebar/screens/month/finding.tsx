import type { Finding } from '../../../rpc/contract';
import { opening } from '../../navigation';
import { Button } from '../../parts/button';
import { Hint } from '../../parts/hint';
import type { RowJump } from '../../parts/row-jump';
import type { SyncScreenProps } from '../../screen-props';
import { moment } from '../../words/moments';
import { FIXES, type Fixed, fixOf, isOpen } from './findings';

interface FindingItemProps extends Pick<SyncScreenProps, 'dispatch'> {
  /** Id of the sync. */
  readonly id: string;
  readonly finding: Finding;
  /** What became of the findings of this kind. */
  readonly fixed: Fixed;
  /** Whether the advice is shown with each finding, since it differs. */
  readonly isAdvised: boolean;
  /** Whether findings are being fixed. */
  readonly busy: boolean;
  /** Fixes this finding. */
  readonly onFix: () => void;
  readonly jump: RowJump['jump'];
}

/** What a finding is called: the key of its row, or the id of the event. */
const nameOf = ({ key, id }: Finding): string => key ?? id;

/** One finding: what the sheet says and what Lago has, and what became of it. */
export function FindingItem(props: FindingItemProps) {
  const { finding, fixed, isAdvised } = props;
  const { id, subscription, time, ours, theirs, difference, advice } = finding;
  const fix = fixOf(finding);
  return (
    <li>
      <p>
        <bdi>{nameOf(finding)}</bdi>
        {subscription !== '' && (
          <>
            {' for '}
            <bdi>{subscription}</bdi>
          </>
        )}
      </p>
      {time !== undefined && <Hint>{moment(time)}</Hint>}
      <Hint>
        Sheet: <bdi>{ours}</bdi>
      </Hint>
      <Hint>
        Lago: <bdi>{theirs}</bdi>
      </Hint>
      {difference !== '0' && <Hint>Difference: {difference}</Hint>}
      {isAdvised && <p>{advice}</p>}
      {fix !== undefined && fixed.done.has(id) && <p role="status">{FIXES[fix].after}</p>}
      {fixed.left.has(id) && <p role="status">Left as it is. {fixed.left.get(id)}</p>}
      <FindingButtons {...props} />
    </li>
  );
}

function FindingButtons({ id, finding, fixed, busy, onFix, jump, dispatch }: FindingItemProps) {
  const { key, row, kind } = finding;
  const name = nameOf(finding);
  const fix = fixOf(finding);
  return (
    <div class="buttons">
      {fix !== undefined && isOpen(finding, fixed) && (
        <Button disabled={busy} label={`${FIXES[fix].verb} ${name}`} onClick={onFix}>
          {FIXES[fix].verb}
        </Button>
      )}
      {finding.fix === 'row' && key !== undefined && (
        <Button
          label={`Decide at the row ${name}`}
          onClick={opening(dispatch, { name: 'row', id, key })}
        >
          Decide at the row
        </Button>
      )}
      {(row !== undefined || (kind === 'different' && key !== undefined)) && (
        <Button label={`Show the row ${name}`} onClick={() => jump({ key, row })}>
          Show the row
        </Button>
      )}
    </div>
  );
}
