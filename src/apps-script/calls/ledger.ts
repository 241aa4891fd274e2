import { ProblemError, required } from '../../problem/problem';
import type { Ledger } from '../../sync/ledger/entries';
import { readLedger } from '../../sync/ledger/ledger';
import { readingProblem } from '../../sync/open-ledger';
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
  { id, organization, source }: Pick<Sync, 'id' | 'organization' | 'source'>,
): OpenLedger | undefined {
  const sheets = new LedgerSheets(
    runtime,
    settings.syncs().map((sync) => sync.id),
  );
  const stored =
    organization === undefined ? undefined : required(sheets.open(id, organization, source.tabId));
  if (stored === undefined) return undefined;
  const reading = readLedger(stored.lines, undefined);
  if (!('ledger' in reading)) throw new ProblemError(readingProblem(reading));
  return { sheets, ledger: reading.ledger };
}
