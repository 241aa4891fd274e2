import { isProblem, type Problem, problem } from '../../problem/problem';
import type { LedgerEntry } from '../ledger/entry';
import { type LedgerHeader, type LineTexts, type Rebuilding, readLines } from '../ledger/ledger';
import { checkLedger, createLedger, identify } from '../open-ledger';
import type { Identity, Ports, StoredLedger } from '../ports';
import type { ReadySync } from '../sync';

/** What is known before a part of a rebuild begins. */
export interface RebuildScene {
  /** The organization that the ledger is for. */
  readonly identity: Identity;
  /** How far the rebuild is. */
  readonly rebuilding: Rebuilding;
  /** Whether a person who began it has read what it costs. */
  readonly isCostSaid: boolean;
  /** Lines that are whole. */
  readonly entries: readonly LedgerEntry[];
  /** Lines that are not. */
  readonly damaged: readonly LineTexts[];
  /** Number of lines in the sheet. */
  readonly lines: number;
}

/**
 * Opens what is left of the ledger. The rebuild is recorded before anything else is changed. A
 * first row that was altered is written again; a sheet that is gone is created empty.
 * @param from where this part begins; undefined for the first
 */
export function beginRebuild(
  ports: Ports,
  ready: ReadySync,
  from: number | undefined,
): RebuildScene | Problem {
  const { ledger, clock } = ports;
  const { sync } = ready;
  const identity = identify(ports, ready);
  if (isProblem(identity)) return identity;
  const { organization } = identity;
  const tab = sync.source.tabId;
  const header: LedgerHeader = {
    ledger: 1,
    file: ledger.file(),
    tab,
    sync: sync.id,
    organization,
  };
  const found = ledger.open(sync, organization);
  const isOpen = found !== undefined && !isProblem(found);
  const wrong = isOpen ? checkLedger(found, header.file, sync) : undefined;
  if (wrong !== undefined) return wrong;
  const before = ledger.rebuilding(sync.id, organization);
  const rebuilding: Rebuilding =
    before === undefined || from === undefined
      ? { since: before?.since ?? clock.now(), done: 0, absent: '' }
      : before;
  ledger.noteRebuilding(sync.id, organization, tab, rebuilding);
  if (!isOpen && !ledger.recover(header)) createLedger(ports, sync, identity, rebuilding);
  const stored = reopen(ports, ready, identity);
  if (isProblem(stored)) return stored;
  const isCostSaid = from !== undefined || before?.absent === COST_SAID;
  const { lines } = stored;
  return { identity, rebuilding, isCostSaid, lines: lines.length, ...readLines(lines) };
}

/** Stands in the place of a digest from when the cost is said until the rebuild goes on. */
const COST_SAID = 'cost said';

/** Notes that a person reads now what the rebuild costs. The next one goes on. */
export function noteCostSaid(
  { ledger }: Pick<Ports, 'ledger'>,
  { sync }: ReadySync,
  { identity, rebuilding: { since } }: RebuildScene,
): void {
  const noted: Rebuilding = { since, done: 0, absent: COST_SAID };
  ledger.noteRebuilding(sync.id, identity.organization, sync.source.tabId, noted);
}

/** Reads the ledger again: somebody may have sorted it. */
function reopen(
  { ledger }: Ports,
  { sync }: ReadySync,
  { organization }: Identity,
): StoredLedger | Problem {
  const stored = ledger.open(sync, organization);
  return stored ?? problem('ledger.missing', { name: sync.name });
}

/** Whether a ledger was recorded as whole. */
export interface RebuildEnd {
  /** False if lines were damaged or lost meanwhile: then the rows are compared again. */
  readonly isWhole: boolean;
}

/** Voids damaged lines and records the ledger as whole, if it has every line that is known. */
export function finishRebuild(
  ports: Ports,
  ready: ReadySync,
  identity: Identity,
  known: readonly LedgerEntry[],
): RebuildEnd | Problem {
  const { ledger, clock } = ports;
  const before = reopen(ports, ready, identity);
  if (isProblem(before)) return before;
  const { damaged } = readLines(before.lines);
  if (damaged.length > 0) ledger.voidLines(damaged, clock.now());
  const after = reopen(ports, ready, identity);
  if (isProblem(after)) return after;
  const whole = readLines(after.lines);
  const ids = new Set(whole.entries.map(({ index }) => index.id));
  if (whole.damaged.length > 0 || known.some(({ index }) => !ids.has(index.id)))
    return { isWhole: false };
  ledger.recordWhole({
    lines: after.lines.length,
    lastId: whole.entries[whole.entries.length - 1]?.index.id ?? '',
    rebuiltAt: clock.now(),
  });
  return { isWhole: true };
}
