import { isProblem } from '../../problem/problem';
import type { Examination } from '../examination';
import { eventless, type LedgerEntry, newEntry, takenSince } from '../ledger/entry';
import { createLedger, openLedger } from '../open-ledger';
import type { Plan, PlannedRow } from '../plan/planned-row';
import type { Identity, Ports } from '../ports';
import { contentIn } from '../rows/content';
import type { Sync } from '../sync';
import { appendLines, type LineCount } from './delivery';

/** Lines that are appended at once; Google ends a call that writes too many cells. */
const CHUNK = 2_000;

/** The line that marks an entry's row as billed elsewhere. */
export const taking = (entry: LedgerEntry): LedgerEntry => ({
  ...entry,
  index: { ...entry.index, kind: 'baseline' },
  outcome: takenSince(entry.index.id, entry.index.at),
});

/** A row that makes no event gets a line too, under an id that no template makes by chance. */
function withoutEvent(
  { key, content }: PlannedRow & { readonly key: string },
  sync: Sync,
  at: number,
): LedgerEntry {
  const said = contentIn(content ?? '[]');
  return newEntry(
    {
      key,
      kind: 'baseline',
      revision: 1,
      content: said,
      templateRevision: sync.templateRevision,
      at,
    },
    eventless(`baseline ${key}`, at),
  );
}

/**
 * The lines that mark rows as billed elsewhere: every row that a run would send for the first time,
 * and the incomplete ones that a person chose.
 * @param incomplete keys of rows that are held
 * @param now in ms
 */
export function baselineEntries(
  plan: Plan,
  sync: Sync,
  incomplete: ReadonlySet<string>,
  now: number,
): LedgerEntry[] {
  const taken = new Set<string>();
  return plan.rows.flatMap((row) => {
    const { key, entry, action, change, latest } = row;
    if (key === undefined || change !== 'added' || latest !== undefined || taken.has(key))
      return [];
    const complete = action === 'send' && entry !== undefined;
    if (!complete && !(action === 'hold' && incomplete.has(key))) return [];
    taken.add(key);
    return [taking(complete ? entry : withoutEvent({ ...row, key }, sync, now))];
  });
}

function appendChunks({ ledger }: Ports, entries: readonly LedgerEntry[], count: LineCount): void {
  for (let start = 0; start < entries.length; start += CHUNK)
    appendLines(ledger, entries.slice(start, start + CHUNK), count);
}

/** Marks rows as billed elsewhere, so that they are never sent. Returns how many. */
export function takeAsBilled(
  ports: Ports,
  examined: Examination,
  sync: Sync,
  incomplete: ReadonlySet<string>,
): number {
  const entries = baselineEntries(examined.plan, sync, incomplete, ports.clock.now());
  if (entries.length > 0 && !examined.ledgerExists) createLedger(ports, sync, examined.identity);
  appendChunks(ports, entries, examined.count);
  return entries.length;
}

/**
 * Copies the marks of rows billed elsewhere into the ledger of another organization, since they
 * hold for any organization that the sync sends to. Writes nothing if a run would stop at one of
 * the two ledgers. Can be repeated.
 * @param sync as it still belongs to the former organization
 */
export function carryOver(ports: Ports, sync: Sync, identity: Identity): void {
  if (sync.organization === undefined || sync.organization === identity.organization) return;
  const former = openLedger(ports, { sync }, { organization: sync.organization });
  if (isProblem(former)) return;
  const taken = former.ledger.entries.filter(({ index }) => index.kind === 'baseline');
  if (taken.length === 0) return;
  const there = openLedger(ports, { sync }, identity);
  if (isProblem(there)) return;
  if (!there.exists) createLedger(ports, sync, identity);
  const { byId, byKey } = there.ledger;
  const missing = taken.filter(({ index }) => !byId.has(index.id) && !byKey.has(index.key));
  appendChunks(ports, missing, there.count);
}
