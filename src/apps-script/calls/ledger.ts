import { isProblem, ProblemError, required } from '../../problem/problem';
import type { LedgerChoice } from '../../rpc/contract';
import type { Ledger } from '../../sync/ledger/entries';
import type { LedgerOwner } from '../../sync/ledger/former';
import { readLedger } from '../../sync/ledger/ledger';
import { checkLedger, readingProblem } from '../../sync/open-ledger';
import type { Sync } from '../../sync/sync';
import { LedgerSheets } from '../ledger/ledger-sheet';
import type { Execution } from '../sync-runner';

export interface OpenLedger {
  readonly sheets: LedgerSheets;
  readonly ledger: Ledger;
}

/**
 * The ledger of the organization that the sync sends to, read without asking Lago; undefined if
 * there is none yet.
 * @throws ProblemError if it cannot be read
 */
export function openLedger(
  { runtime, settings }: Execution,
  sync: LedgerOwner & Pick<Sync, 'organization'>,
): OpenLedger | undefined {
  const sheets = new LedgerSheets(
    runtime,
    settings.syncs().map(({ id }) => id),
  );
  const { organization } = sync;
  const stored = organization === undefined ? undefined : required(sheets.open(sync, organization));
  if (stored === undefined) return undefined;
  const reading = readLedger(stored.lines, undefined);
  if (!('ledger' in reading)) throw new ProblemError(readingProblem(reading));
  return { sheets, ledger: reading.ledger };
}

/** Does what a person has chosen for a ledger that was found. The caller holds the lock. */
export function settleLedger(
  ledger: LedgerSheets,
  owner: LedgerOwner,
  organization: string,
  choice: LedgerChoice,
): void {
  const stored = ledger.open(owner, organization);
  if (stored === undefined) return;
  if (choice === 'adopt' && isProblem(stored)) throw new ProblemError(stored);
  // A repeated call must not put aside the ledger that a run has filled in the meantime.
  if (!isProblem(stored) && checkLedger(stored, ledger.file(), owner) === undefined) return;
  if (choice === 'adopt') ledger.adopt(owner, organization);
  else ledger.putAside(owner, organization);
}
