import { isProblem, type Problem, problem } from '../problem/problem';
import type { LineCount } from './delivery/delivery';
import { emptyLedger, type Ledger } from './ledger/entries';
import { type LedgerReading, type Rebuilding, readLedger, rebuiltAtOf } from './ledger/ledger';
import type { Identity, Ports, StoredLedger } from './ports';
import type { ReadySync, Sync } from './sync';
export type Stopped = { readonly stopped: Problem };

/** Which organization the key belongs to, and whether it is the one that the sync has sent to. */
export function identify({ destination }: Ports, { sync }: ReadySync): Identity | Stopped {
  const identity = destination.identify();
  if (isProblem(identity)) return { stopped: identity };
  if (sync.organization !== undefined && sync.organization !== identity.organization)
    return { stopped: problem('lago.other-organization', { name: identity.name }) };
  return identity;
}

/** Whose ledger it is: that of another file or sync is taken over only if a person says so. */
export function checkLedger(stored: StoredLedger, file: string, sync: string): Problem | undefined {
  if (stored.header.file !== file) return problem('ledger.copied');
  return stored.header.sync === sync
    ? undefined
    : problem('ledger.found', { lines: stored.lines.length });
}

function readingProblem(reading: Exclude<LedgerReading, { ledger: Ledger }>): Problem {
  if ('rebuilding' in reading) return problem('ledger.rebuilding');
  return 'damaged' in reading
    ? problem('ledger.damaged', { rows: reading.damaged.slice(0, 5).join(', ') })
    : problem('ledger.vanished', reading.vanished);
}

export function openLedger(
  { ledger: store }: Ports,
  { sync }: ReadySync,
  identity: Identity,
): { ledger: Ledger; count: LineCount; exists: boolean; rebuiltAt?: number | undefined } | Stopped {
  const stored = store.open(sync.id, identity.organization, sync.source.tabId);
  if (stored === undefined) return { ledger: emptyLedger, count: { lines: 0 }, exists: false };
  if (isProblem(stored)) return { stopped: stored };
  const wrong = checkLedger(stored, store.file(), sync.id);
  if (wrong !== undefined) return { stopped: wrong };
  const reading = readLedger(stored.lines, stored.record);
  return 'ledger' in reading
    ? {
        ledger: reading.ledger,
        count: { lines: stored.lines.length },
        exists: true,
        rebuiltAt: rebuiltAtOf(stored.header, stored.record),
      }
    : { stopped: readingProblem(reading) };
}

/** @param rebuilding where it is made in the place of one that is gone */
export function createLedger(
  { ledger }: Ports,
  { id, name, source }: Sync,
  { organization }: Identity,
  rebuilding?: Rebuilding,
): void {
  ledger.create(
    { ledger: 1, file: ledger.file(), tab: source.tabId, sync: id, organization },
    name,
    rebuilding,
  );
}

/** Reads the ledgers of other syncs when it is first asked. */
export function usedElsewhere(
  { ledger }: Pick<Ports, 'ledger'>,
  { id: sync }: Sync,
  organization: string,
): (id: string) => string | undefined {
  let keys: ReadonlyMap<string, string> | undefined;
  return (id) => {
    keys ??= ledger.usedElsewhere(sync, organization);
    return keys.get(id);
  };
}
