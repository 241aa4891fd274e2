import type { Problem } from '../../problem/problem';
import type { SyncView } from '../../rpc/contract';
import { changing, opener, opening } from '../navigation';
import type { ScreenProps } from '../screen-props';
import { type Request, useRequest } from '../server/request';
import { isOfLedger, isRebuilding } from '../way-out';
import { Button } from './button';
import { Hint } from './hint';
import { RequestState } from './request-state';

interface ResolutionProps extends Pick<ScreenProps, 'dispatch' | 'refresh'> {
  /** Code of the problem. */
  readonly code: Problem['code'];
  /** Id of the sync that has it. */
  readonly id: string;
  /** Called once the choice is made, for a screen that can go on then. */
  readonly onResolved?: (() => void) | undefined;
}

/** The words of the two choices for a ledger that is there already. */
interface LedgerWords {
  /** Words of the button that takes the ledger over. */
  readonly adopt: string;
  /** What taking it over means. */
  readonly adoptHint: string;
  /** What starting with an empty ledger means. */
  readonly emptyHint: string;
}

const LEDGERS: { readonly [Code in Problem['code']]?: LedgerWords } = {
  'ledger.copied': {
    adopt: 'Go on here',
    adoptHint:
      'What the original has sent is not sent again. ' +
      'Pause the sync in the original first, or both will send new rows.',
    emptyHint: 'Only if the rows here were never sent: everything counts as new and is billed.',
  },
  'ledger.found': {
    adopt: 'Adopt the ledger',
    adoptHint: 'What it lists counts as sent. This is right if the rows are the same.',
    emptyHint: 'It is put aside and kept. Everything counts as new and is billed.',
  },
};

/** The choices that only a person can make, for the problems that need one; else nothing. */
export function Resolution(props: ResolutionProps) {
  const { code, id, dispatch, onResolved } = props;
  const onDone = (view: SyncView): void => {
    changing(props)(view);
    onResolved?.();
  };
  const ledger = useRequest('resolveLedger', onDone);
  const organization = useRequest('changeOrganization', onDone);
  if (isOfLedger(code)) return <LedgerWays code={code} id={id} dispatch={dispatch} />;
  const words = LEDGERS[code];
  if (words !== undefined) return <LedgerChoice id={id} words={words} request={ledger} />;
  if (code !== 'lago.other-organization') return null;
  return <OrganizationChoice id={id} dispatch={dispatch} request={organization} />;
}

/** Where the instructions for restoring a ledger stand in Google Sheets. */
export const RESTORE =
  'In the menu of the sheet: File, Version history, See version history. ' +
  'Choose a version from before and restore it.';

/** Two ways to a whole ledger. One that is being rebuilt can only be rebuilt to the end. */
function LedgerWays({ code, id, dispatch }: Pick<ResolutionProps, 'code' | 'id' | 'dispatch'>) {
  const isHalf = isRebuilding(code);
  return (
    <div class="resolution">
      {!isHalf && (
        <Hint>
          {`${RESTORE} The next run notices by itself. ` +
            'Where that is not possible, it is made anew from what Lago has.'}
        </Hint>
      )}
      <Button onClick={opener(dispatch, id)('ledger')}>
        {isHalf ? 'Go on rebuilding' : 'Rebuild from Lago'}
      </Button>
    </div>
  );
}

interface LedgerChoiceProps extends Pick<ResolutionProps, 'id'> {
  readonly words: LedgerWords;
  readonly request: Request<'resolveLedger'>;
}

/** Whether a ledger that another sync or file has left counts here. */
function LedgerChoice({ id, words, request }: LedgerChoiceProps) {
  return (
    <div class="resolution">
      <Hint>{words.adoptHint}</Hint>
      <Button busy={request.busy} onClick={() => request.send({ id, choice: 'adopt' })}>
        {words.adopt}
      </Button>
      <Hint>{words.emptyHint}</Hint>
      <Button busy={request.busy} onClick={() => request.send({ id, choice: 'empty' })}>
        Start empty
      </Button>
      <RequestState request={request} />
    </div>
  );
}

interface OrganizationChoiceProps extends Pick<ResolutionProps, 'id' | 'dispatch'> {
  readonly request: Request<'changeOrganization'>;
}

/** Whether the sync sends to the organization that the API key belongs to now. */
function OrganizationChoice({ id, dispatch, request }: OrganizationChoiceProps) {
  return (
    <div class="resolution">
      <Hint>
        Every row counts as new there and is billed, except those that were taken as billed
        elsewhere. What the other organization has stays in its own ledger.
      </Hint>
      <Button busy={request.busy} onClick={() => request.send({ id })}>
        Start anew in this organization
      </Button>
      <Button onClick={opening(dispatch, { name: 'connection' })}>Change connection</Button>
      <RequestState request={request} />
    </div>
  );
}
