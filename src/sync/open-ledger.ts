import { isProblem, type Problem, problem } from '../problem/problem';
import { counted } from '../value/count';
import { placeName, type UsageEvent } from '../value/usage-event';
import type { LineCount } from './delivery/delivery';
import { emptyLedger, type Ledger } from './ledger/entries';
import { contentsOf, type LedgerOwner } from './ledger/former';
import { type LedgerReading, type Rebuilding, readLedger, rebuiltAtOf } from './ledger/ledger';
import type { Identity, Ports, StoredLedger, UsedId } from './ports';
import type { ReadySync, Sync } from './sync';

/** The organization that the key belongs to; a problem if the sync has sent to another one. */
export function identify(
  { destination }: Pick<Ports, 'destination'>,
  { sync }: Pick<ReadySync, 'sync'>,
): Identity | Problem {
  const identity = destination.identify();
  if (isProblem(identity)) return identity;
  if (sync.organization !== undefined && sync.organization !== identity.organization)
    return problem('lago.other-organization', { name: identity.name });
  return identity;
}

/**
 * Why a ledger is not this sync's; undefined if it is. One of another file or sync is taken over
 * only if a person says so.
 */
export function checkLedger(
  stored: StoredLedger,
  file: string,
  { id, template }: Pick<LedgerOwner, 'id' | 'template'>,
): Problem | undefined {
  const { header, name, lines } = stored;
  if (header.file === file && header.sync === id) return undefined;
  const { rows, codes, key } = contentsOf(lines);
  const sent = counted(rows, 'row');
  if (header.file !== file) return problem('ledger.copied', { rows: sent });
  const metrics = codes.length === 0 ? '' : ` for “${codes.slice(0, NAMED_CODES).join('”, “')}”`;
  const known = key === undefined ? '' : `, known by “${key}”`;
  const column = key === undefined ? 'the column that identified them' : `“${key}”`;
  // Before a template is written nobody knows its metric; a run asks only about one that fits.
  const metric = template === '' ? ANOTHER_METRIC : '';
  return problem('ledger.found', { name, rows: `${sent}${metrics}${known}`, column, metric });
}

const ANOTHER_METRIC = ' If the new sync is for another metric, choose nothing here.';

/** A sentence names at most this many metrics. */
const NAMED_CODES = 3;

/** Why a ledger cannot be used. */
export function readingProblem(reading: Exclude<LedgerReading, { ledger: Ledger }>): Problem {
  if ('rebuilding' in reading) return problem('ledger.rebuilding');
  return 'damaged' in reading
    ? problem('ledger.damaged', { rows: reading.damaged.slice(0, 5).join(', ') })
    : problem('ledger.vanished', reading.vanished);
}

/** A sync's ledger as it stands before a run. */
export interface OpenedLedger {
  /** Empty if there is no ledger yet. */
  readonly ledger: Ledger;
  /** Lines of its sheet, kept up to date as a run appends to it. */
  readonly count: LineCount;
  /** Whether its sheet exists. */
  readonly exists: boolean;
  /** Whether the sync's first rows were compared with Lago. */
  readonly isCompared: boolean;
  /** When it was last rebuilt (ms); undefined if never. */
  readonly rebuiltAt: number | undefined;
}

const NO_LEDGER: Omit<OpenedLedger, 'count'> = {
  ledger: emptyLedger,
  exists: false,
  isCompared: false,
  rebuiltAt: undefined,
};

/** Opens the ledger of a sync and organization; a problem if it is another one's, or not whole. */
export function openLedger(
  { ledger: store }: Pick<Ports, 'ledger'>,
  { sync }: Pick<ReadySync, 'sync'>,
  { organization }: Pick<Identity, 'organization'>,
): OpenedLedger | Problem {
  const stored = store.open(sync, organization);
  if (stored === undefined) return { ...NO_LEDGER, count: { lines: 0 } };
  if (isProblem(stored)) return stored;
  const wrong = checkLedger(stored, store.file(), sync);
  if (wrong !== undefined) return wrong;
  const reading = readLedger(stored.lines, stored.record);
  if (!('ledger' in reading)) return readingProblem(reading);
  return {
    ledger: reading.ledger,
    count: { lines: stored.lines.length },
    exists: true,
    isCompared: stored.record?.compared === true,
    rebuiltAt: rebuiltAtOf(stored.header, stored.record),
  };
}

/**
 * Creates an empty ledger for a sync.
 * @param rebuilding set if it replaces one that is gone
 */
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

/** What the other syncs of a file have sent. */
export interface OtherSyncs {
  /** What one of them has used an id for. */
  readonly usedElsewhere: (id: string) => UsedId | undefined;
  /** Whether one of them has sent usage of an event's metric and subscription. */
  readonly isShared: (event: UsageEvent) => boolean;
}

/** Reads the ledgers of the other syncs when first asked. */
export function otherSyncs(
  { ledger }: Pick<Ports, 'ledger'>,
  { id: sync }: Sync,
  organization: string,
): OtherSyncs {
  let used: ReadonlyMap<string, UsedId> | undefined;
  const usedIds = (): ReadonlyMap<string, UsedId> => {
    used ??= ledger.usedElsewhere(sync, organization);
    return used;
  };
  let places: ReadonlySet<string> | undefined;
  return {
    usedElsewhere: (id) => usedIds().get(id),
    isShared: (event) => {
      places ??= new Set(
        [...usedIds().values()].flatMap((each) => {
          const sent = each.event();
          return sent === undefined ? [] : [placeName(sent)];
        }),
      );
      return places.has(placeName(event));
    },
  };
}
