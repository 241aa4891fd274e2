import { isProblem, type Problem, problem } from '../problem/problem';
import { counted } from '../value/count';
import { groupBy } from '../value/group';
import { placeName, type UsageEvent } from '../value/usage-event';
import type { LineCount } from './delivery/delivery';
import { emptyLedger, type Ledger } from './ledger/entries';
import { contentsOf, type LedgerContents, type LedgerOwner, mayBeSent } from './ledger/former';
import { type LedgerReading, type Rebuilding, readLedger, rebuiltAtOf } from './ledger/ledger';
import type { Identity, Ports, StoredLedger, UsedId } from './ports';
import type { ReadySync, Sync } from './sync';

/**
 * The organization that the key belongs to; a problem if the sync has sent to another one, or to
 * another address.
 */
export function identify(
  { destination, ledger }: Pick<Ports, 'destination' | 'ledger'>,
  { sync }: Pick<ReadySync, 'sync'>,
): Identity | Problem {
  const identity = destination.identify();
  if (isProblem(identity)) return identity;
  if (sync.organization !== undefined && sync.organization !== identity.organization)
    return problem('lago.other-organization', {
      name: identity.name,
      rows: counted(sentRows(ledger, sync), 'row'),
    });
  const { address, activatedBy = '' } = sync;
  if (address !== undefined && address !== identity.address)
    return problem('lago.other-address', {
      address,
      other: identity.address,
      person: activatedBy === '' ? 'whoever activated the sync' : activatedBy,
    });
  return identity;
}

/** Number of rows that a sync has sent to its organization; 0 if its ledger cannot be read. */
export function sentRows(ledger: Pick<Ports['ledger'], 'open'>, sync: Sync): number {
  const { organization } = sync;
  const stored = organization === undefined ? undefined : ledger.open(sync, organization);
  return stored === undefined || isProblem(stored) || stored.header.sync !== sync.id
    ? 0
    : contentsOf(stored.lines).rows;
}

/**
 * Why a ledger is not this sync's; undefined if it is. One of another file, sync or metric is taken
 * over only if a person says so.
 */
export function checkLedger(
  stored: StoredLedger,
  file: string,
  { id, template }: Pick<LedgerOwner, 'id' | 'template'>,
): Problem | undefined {
  const { header, name, lines, record } = stored;
  const isOwn = header.file === file && header.sync === id;
  // A ledger that was taken over has no newest line before its sync has sent something.
  if (isOwn && (record === undefined || record.newestAt !== undefined || record.lines === 0))
    return undefined;
  const contents = contentsOf(lines);
  const rows = sentWords(contents);
  if (isOwn)
    return mayBeSent(contents, template) ? undefined : problem('ledger.other-metric', { rows });
  const { key } = contents;
  if (header.file !== file)
    return problem('ledger.copied', { rows: counted(contents.rows, 'row') });
  const column = key === undefined ? 'the column that identified them' : `“${key}”`;
  // Before a template is written nobody knows its metric; a run asks only about one that fits.
  const metric = template === '' ? ANOTHER_METRIC : '';
  return problem('ledger.found', { name, rows, column, metric });
}

/** What was sent, in words: `3 rows for “calls”, known by “id”`. */
function sentWords({ rows, codes, key }: LedgerContents): string {
  const metrics = codes.length === 0 ? '' : ` for “${codes.slice(0, NAMED_CODES).join('”, “')}”`;
  const known = key === undefined ? '' : `, known by “${key}”`;
  return `${counted(rows, 'row')}${metrics}${known}`;
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

/** A row of which nothing was sent yet, with the event that would be. */
export interface UnsentRow {
  /** Its key. */
  readonly key: string;
  /** What would be sent. */
  readonly event: UsageEvent;
}

/** What of another sync of the file stands against an id, or else against a row. */
export type UsedElsewhere = (
  id: string,
  unsent?: UnsentRow,
) => Pick<UsedId, 'key' | 'tab' | 'event'> | undefined;

/** What the other syncs of a file have sent. */
export interface OtherSyncs {
  /**
   * What one of them has used an id for; else what a deleted sync of the same tab has sent for the
   * row, whose template may have made another id of it: its ledger is nobody's if the tab has gone
   * on with another one.
   */
  readonly usedElsewhere: UsedElsewhere;
  /** Whether one of them has sent usage of an event's metric and subscription. */
  readonly isShared: (event: UsageEvent) => boolean;
}

/** Reads the ledgers of the other syncs when first asked. */
export function otherSyncs(
  { ledger }: Pick<Ports, 'ledger'>,
  { id: sync, source }: Sync,
  organization: string,
): OtherSyncs {
  let used: ReadonlyMap<string, UsedId> | undefined;
  const usedIds = (): ReadonlyMap<string, UsedId> => {
    used ??= ledger.usedElsewhere(sync, organization);
    return used;
  };
  let left: ReadonlyMap<string, readonly UsedId[]> | undefined;
  let places: ReadonlySet<string> | undefined;
  return {
    usedElsewhere: (id, unsent) => {
      const found = usedIds().get(id);
      if (found !== undefined || unsent === undefined) return found;
      left ??= groupBy(
        [...usedIds().values()].filter(({ isLeft, tab }) => isLeft && tab === source.tabId),
        ({ key }) => key,
      );
      const { key, event } = unsent;
      return left.get(key)?.find((each) => isOfSame(each.event(), event) && !each.isRefused());
    },
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

/** Whether two events count for the same metric of the same subscription. */
const isOfSame = (one: UsageEvent | undefined, other: UsageEvent): boolean =>
  one !== undefined && placeName(one) === placeName(other);
