import { useState } from 'preact/hooks';
import type { DryRun, RowView } from '../../../rpc/contract';
import { counted } from '../../../value/count';
import { Button } from '../../parts/button';
import { Confirmation } from '../../parts/confirmation';
import { Choice, type Option, Tick } from '../../parts/field';
import { RequestState } from '../../parts/request-state';
import { useRequest } from '../../server/request';
import type { First } from './activation-choices';

const FIRST: readonly Option<First>[] = [
  {
    value: 'everything',
    label: 'Send everything',
    hint: 'They are billed. You watch the first run right after activating.',
  },
  {
    value: 'now',
    label: 'Start from now',
    hint: 'Mark existing rows as already billed in another way. They are never sent.',
  },
];

interface FirstRowsProps extends TakeRowsProps {
  /** Undefined before a person has chosen. */
  readonly first: First | undefined;
  readonly setFirst: (first: First) => void;
}

/** What becomes of the rows that are in the sheet when the sync begins. */
export function FirstRows({ first, setFirst, ...props }: FirstRowsProps) {
  const complete = props.found.counts.send;
  return (
    <>
      <Choice
        name="first"
        legend={`${counted(complete, 'row waits', 'rows wait')} to be sent`}
        value={first}
        options={FIRST}
        onChange={setFirst}
      />
      <TakeRows {...props} isShown={first === 'now'} />
    </>
  );
}

interface TakeRowsProps {
  /** Id of the sync. */
  readonly id: string;
  /** Revision of the saved settings. */
  readonly revision: number;
  /** The newest dry run, whose rows are taken. */
  readonly found: DryRun;
  /** Gets the dry run after rows were taken as billed. */
  readonly onFound: (found: DryRun) => void;
  /** Whether the server has the settings that are shown. */
  readonly canTake: boolean;
}

const isIncomplete = ({ action, change, key }: RowView): boolean =>
  action === 'hold' && change === 'added' && key !== undefined;

/** @param isShown hidden, it keeps which rows were ticked */
function TakeRows({
  id,
  revision,
  found,
  onFound,
  canTake,
  isShown,
}: TakeRowsProps & { readonly isShown: boolean }) {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState(false);
  const take = useRequest('takeAsBilled', ({ dryRun }) => {
    setAsking(false);
    onFound(dryRun);
  });
  const incomplete = found.rows.filter(isIncomplete);
  // A ticked row may be complete by now, or gone: then it counts as the others of its kind do.
  const chosen = [...ticked].filter((key) => incomplete.some((row) => row.key === key));
  const rows = counted(found.counts.send + chosen.length, 'row');
  const send = (): void => take.send({ id, revision, incomplete: chosen });
  if (!isShown) return null;
  return (
    <div class="several">
      <p>
        {counted(found.counts.send, 'complete row is', 'complete rows are')} taken as billed.
        {incomplete.length > 0 &&
          ' These are incomplete; tick those that were billed, too. ' +
            'The others are sent once complete.'}
      </p>
      {incomplete.length > 0 && (
        <IncompleteRows rows={incomplete} ticked={ticked} onTick={setTicked} />
      )}
      <RequestState request={{ ...take, repeat: send }} />
      {asking ? (
        <Confirmation
          question={
            `Take ${rows} as billed? They will never be sent to Lago, also not later. ` +
            'This cannot be undone here.'
          }
          yes="Take as billed"
          no="Not yet"
          busy={take.busy}
          onYes={send}
          onNo={() => setAsking(false)}
        />
      ) : (
        <Button disabled={!canTake} onClick={() => setAsking(true)}>
          Take {rows} as billed
        </Button>
      )}
    </div>
  );
}

interface IncompleteRowsProps {
  /** The rows that would be held. */
  readonly rows: readonly RowView[];
  /** Keys of the rows that are ticked. */
  readonly ticked: ReadonlySet<string>;
  /** Gets the keys of all rows that are ticked. */
  readonly onTick: (ticked: ReadonlySet<string>) => void;
}

/** Rows that would be held, to be ticked if they were billed all the same. */
function IncompleteRows({ rows, ticked, onTick }: IncompleteRowsProps) {
  const tick = (key: string, isOn: boolean): void => {
    const rest = [...ticked].filter((each) => each !== key);
    onTick(new Set(isOn ? [...rest, key] : rest));
  };
  return (
    <fieldset class="ticks">
      <legend>Incomplete rows</legend>
      {rows.map(({ key = '', row, problems }) => (
        <Tick
          key={key}
          id={`billed-${row ?? key}`}
          label={
            <>
              Row {row}: <bdi>{key}</bdi>
            </>
          }
          checked={ticked.has(key)}
          onChange={(isOn) => tick(key, isOn)}
          hint={problems[0]?.message ?? ''}
        />
      ))}
    </fieldset>
  );
}
