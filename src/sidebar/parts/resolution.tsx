import type { Problem } from '../../problem/problem';
import type { SyncView } from '../../rpc/contract';
import { useRequest } from '../server/request';
import type { Action } from '../state';
import { isOfLedger, isRebuilding } from '../way-out';
import { Button } from './button';
import { ProblemCard } from './problem-card';

interface ResolutionProps {
  readonly code: Problem['code'];
  readonly id: string;
  readonly dispatch: (action: Action) => void;
  readonly refresh: () => void;
  readonly onResolved?: (() => void) | undefined;
}

interface Words {
  readonly adopt: string;
  readonly adoptHint: string;
  readonly emptyHint: string;
}

const LEDGERS: { readonly [Code in Problem['code']]?: Words } = {
  'ledger.copied': {
    adopt: 'Go on here',
    adoptHint:
      'What the original has sent is not sent again. Pause the sync in the original first, or both will send new rows.',
    emptyHint: 'Only if the rows here were never sent: everything counts as new and is billed.',
  },
  'ledger.found': {
    adopt: 'Adopt the ledger',
    adoptHint: 'What it lists counts as sent. This is right if the rows are the same.',
    emptyHint: 'It is put aside and kept. Everything counts as new and is billed.',
  },
};

/** The choices that only a person can make, for the problems that need one. */
export function Resolution({ code, id, dispatch, refresh, onResolved }: ResolutionProps) {
  const done = (view: SyncView): void => {
    dispatch({ type: 'sync-changed', view });
    refresh();
    onResolved?.();
  };
  const ledger = useRequest('resolveLedger', done);
  const organization = useRequest('changeOrganization', done);
  if (isOfLedger(code)) return <LedgerWays code={code} id={id} dispatch={dispatch} />;
  const words = LEDGERS[code];
  if (words !== undefined) {
    return (
      <div class="resolution">
        <p class="hint">{words.adoptHint}</p>
        <Button busy={ledger.busy} onClick={() => ledger.send({ id, choice: 'adopt' })}>
          {words.adopt}
        </Button>
        <p class="hint">{words.emptyHint}</p>
        <Button busy={ledger.busy} onClick={() => ledger.send({ id, choice: 'empty' })}>
          Start empty
        </Button>
        {ledger.problem !== undefined && (
          <ProblemCard problem={ledger.problem} onRepeat={ledger.repeat} />
        )}
      </div>
    );
  }
  if (code !== 'lago.other-organization') return null;
  return (
    <div class="resolution">
      <p class="hint">
        Every row counts as new there and is billed, except those that were taken as billed
        elsewhere. What the other organization has stays in its own ledger.
      </p>
      <Button busy={organization.busy} onClick={() => organization.send({ id })}>
        Start anew in this organization
      </Button>
      <Button onClick={() => dispatch({ type: 'opened', screen: { name: 'connection' } })}>
        Change connection
      </Button>
      {organization.problem !== undefined && (
        <ProblemCard problem={organization.problem} onRepeat={organization.repeat} />
      )}
    </div>
  );
}

/** How a ledger comes back that is not as it was written. */
export const RESTORE =
  'In the menu of the sheet: File, Version history, See version history. Choose a version from before and restore it.';

/** Both ways to a whole ledger; one that is half made anew only has the second. */
function LedgerWays({ code, id, dispatch }: Pick<ResolutionProps, 'code' | 'id' | 'dispatch'>) {
  const isHalf = isRebuilding(code);
  return (
    <div class="resolution">
      {!isHalf && (
        <p class="hint">{`${RESTORE} The next run notices by itself. Where that is not possible, it is made anew from what Lago has.`}</p>
      )}
      <Button onClick={() => dispatch({ type: 'opened', screen: { name: 'ledger', id } })}>
        {isHalf ? 'Go on rebuilding' : 'Rebuild from Lago'}
      </Button>
    </div>
  );
}
