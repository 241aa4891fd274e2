import { useState } from 'preact/hooks';
import type { Problem } from '../../problem/problem';
import type { LedgerChoice, SyncView } from '../../rpc/contract';
import { changing, opener, opening } from '../navigation';
import type { ScreenProps } from '../screen-props';
import { type Request, useRequest } from '../server/request';
import { isOfLedger, isRebuilding, wayOut } from '../way-out';
import { Button } from './button';
import { Confirmation } from './confirmation';
import { Hint } from './hint';
import { RequestState } from './request-state';

interface ResolutionProps extends Pick<ScreenProps, 'dispatch' | 'refresh'> {
  readonly problem: Problem;
  /** Id of the sync that has it. */
  readonly id: string;
  /** Called once the choice is made, for a screen that can go on then. */
  readonly onResolved?: (() => void) | undefined;
}

/** The choices that only a person can make, for the problems that need one; else nothing. */
export function Resolution(props: ResolutionProps) {
  const { problem, id, dispatch, onResolved } = props;
  const { code } = problem;
  const onDone = (view: SyncView): void => {
    changing(props)(view);
    onResolved?.();
  };
  const ledger = useRequest('resolveLedger', onDone);
  const organization = useRequest('changeOrganization', onDone);
  if (isOfLedger(code)) return <RepairWays code={code} id={id} dispatch={dispatch} />;
  if (code.startsWith('lago.other'))
    return <OrganizationChoice {...props} request={organization} />;
  if (wayOut(problem) === 'choice')
    return (
      <LedgerWays
        problem={problem}
        request={ledger}
        onChoose={(choice) => ledger.send({ id, choice })}
      />
    );
  return null;
}

/** Where the instructions for restoring a ledger stand in Google Sheets. */
export const RESTORE =
  'In the menu of the sheet: File, Version history, See version history. ' +
  'Restore a version from before.';

/** Two ways to a whole ledger. One that is being rebuilt can only be rebuilt to the end. */
function RepairWays({
  code,
  id,
  dispatch,
}: Pick<Problem, 'code'> & Pick<ResolutionProps, 'id' | 'dispatch'>) {
  const isHalf = isRebuilding(code);
  return (
    <div class="resolution">
      {!isHalf && (
        <Hint>
          {`${RESTORE} The next run notices by itself. Otherwise have it rebuilt from Lago.`}
        </Hint>
      )}
      <Button onClick={opener(dispatch, id)('ledger')}>
        {isHalf ? 'Go on rebuilding' : 'Rebuild from Lago'}
      </Button>
    </div>
  );
}

interface LedgerWaysProps {
  /** Says which ledger was found, and how many rows were sent. */
  readonly problem: Problem;
  /** The call that does what was chosen. */
  readonly request: Pick<Request<'resolveLedger'>, 'busy' | 'problem' | 'repeat'>;
  readonly onChoose: (choice: LedgerChoice) => void;
}

/** Whether a ledger that another sync or file has left counts here. */
export function LedgerWays({ problem, request, onChoose }: LedgerWaysProps) {
  return (
    <div class="resolution">
      <Button busy={request.busy} onClick={() => onChoose('adopt')}>
        Go on with what was sent
      </Button>
      <Emptying
        words="Start empty"
        problem={problem}
        busy={request.busy}
        onYes={() => onChoose('empty')}
      />
      <RequestState request={request} />
    </div>
  );
}

interface EmptyingProps {
  /** Words of the button that begins without what was sent. */
  readonly words: string;
  /** Says how many rows were sent. */
  readonly problem: Problem;
  readonly busy: boolean;
  readonly onYes: () => void;
}

/** Begins without what was sent; asks first, with how many rows would be billed again. */
function Emptying({ words, problem, busy, onYes }: EmptyingProps) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button disabled={asking} onClick={() => setAsking(true)}>
        {words}
      </Button>
      {asking && (
        <Confirmation
          question={`${words}? ${problem.message}`}
          yes={words}
          no="Cancel"
          busy={busy}
          onYes={onYes}
          onNo={() => setAsking(false)}
        >
          <p>All rows then count as new and are billed.</p>
        </Confirmation>
      )}
    </>
  );
}

interface OrganizationChoiceProps extends Pick<ResolutionProps, 'id' | 'dispatch' | 'problem'> {
  readonly request: Request<'changeOrganization'>;
}

/** Whether the sync sends to the organization, or to the address, that is connected now. */
function OrganizationChoice({ id, problem, dispatch, request }: OrganizationChoiceProps) {
  const { busy } = request;
  const send = (): void => request.send({ id });
  return (
    <div class="resolution">
      {problem.code === 'lago.other-address' ? (
        <Button busy={busy} onClick={send}>
          Send to the new address
        </Button>
      ) : (
        <>
          <Hint>
            Every row counts as new there and is billed, except those taken as billed elsewhere. The
            other organization keeps its ledger.
          </Hint>
          <Emptying
            words="Start anew in this organization"
            problem={problem}
            busy={busy}
            onYes={send}
          />
        </>
      )}
      <Button onClick={opening(dispatch, { name: 'connection' })}>Change connection</Button>
      <RequestState request={request} />
    </div>
  );
}
