import { isProblem, type Problem, problem } from '../../problem/problem';
import { MINUTE_MS } from '../../value/duration';
import { VISIBILITY_MS } from '../delivery/settle';
import { indexEntries, type Ledger } from '../ledger/entries';
import type { LedgerEntry } from '../ledger/entry';
import type { Rebuilding } from '../ledger/ledger';
import type { Plan, PlannedRow } from '../plan/planned-row';
import { readTab } from '../plan/tab-plan';
import type { SentByRun } from '../plan/undo';
import type { EventCheck, LedgerStore, Ports } from '../ports';
import type { ReadySync } from '../sync';
import { type AskedLago, listedLago } from './known-lago';
import { findLostReversals, findLostRevisions, type Suspect } from './lost-lines';
import {
  beginRebuild,
  finishRebuild,
  noteCostSaid,
  type RebuildEnd,
  type RebuildScene,
} from './rebuild-scene';
import { RowComparison } from './row-comparison';
import { revisionHints, salvaged, takenRows } from './salvage';

/** Which part of a ledger is rebuilt. */
export interface RebuildRequest {
  /** The sync with its compiled template. */
  readonly ready: ReadySync;
  /** The `next` of the part before; undefined for the first part. */
  readonly from: number | undefined;
  /**
   * No further rows are compared after this moment (ms), apart from a few, so that every part
   * advances.
   */
  readonly until: number;
  /** Runs that a person took back: lines that did that may be among the lost ones. */
  readonly undone?: readonly SentByRun[] | undefined;
}

/** What one part of a rebuild found, in rows. */
export interface RebuiltPart {
  /** Whole lines of the former ledger, in all. */
  readonly kept: number;
  /** Rows of this part whose exact event is in Lago. */
  readonly found: number;
  /** Rows under whose id Lago has another event; a person compares the two. */
  readonly different: number;
  /** Rows that Lago does not have and that the next run would send. */
  readonly absent: number;
  /** Where the next part begins; undefined when all is done. */
  readonly next: number | undefined;
  /** Rows of the tab, in all. */
  readonly rows: number;
}

/** A row that Lago does not have is looked up under this many ids. */
const LOOK_UPS_OF_A_ROW = 3;
/** Fewer requests than this are nothing to ask about. */
const HARMLESS_REQUESTS = 400;

/**
 * How long (ms) rows are compared with a list at least: the next part would have to read it again.
 */
const LISTED_MS = 2 * MINUTE_MS;

const UNFINISHED: RebuildEnd = { isWhole: false };

/** The ledger while lines are added to it. */
class GrowingLedger {
  readonly entries: LedgerEntry[];
  private lines: number;

  constructor(
    private readonly store: LedgerStore,
    private readonly rebuilding: Rebuilding,
    { entries, lines }: Pick<RebuildScene, 'entries' | 'lines'>,
  ) {
    this.entries = [...entries];
    this.lines = lines;
  }

  readonly append = (made: readonly LedgerEntry[]): void => {
    if (made.length === 0) return;
    this.lines += made.length;
    this.store.append(made, { lines: this.lines, rebuilding: this.rebuilding });
    // Not spread into a call: all rows may be marked as billed elsewhere.
    for (const entry of made) this.entries.push(entry);
  };

  ledger(): Ledger {
    return indexEntries(this.entries);
  }
}

/**
 * Rebuilds a ledger, or a part of it. Whole lines stay. Rows without a line are looked up in Lago
 * under every id that they may have been sent with: what is found becomes a line; what differs
 * becomes a conflict, which a person decides; a row that Lago does not have gets none. Sends
 * nothing.
 *
 * That a rebuild is under way is recorded before anything is changed, and cleared at the very end:
 * killed anywhere in between, it simply begins again. On ClickHouse an event is visible only
 * minutes after it was sent, and nobody knows what a killed run sent last. So no row is compared
 * until the rebuild itself, during which nothing is sent, is older than that delay.
 * @returns a problem if Lago cannot be asked now, or the ledger or tab is gone or another sync's
 */
export function rebuildLedger(ports: Ports, request: RebuildRequest): RebuiltPart | Problem {
  const { clock } = ports;
  const { ready, from = 0, until, undone = [] } = request;
  const scene = beginRebuild(ports, ready, request.from);
  if (isProblem(scene)) return scene;
  const hidden = notVisible(scene, clock.now());
  if (hidden !== undefined) return hidden;

  const { rebuilding, damaged } = scene;
  const growing = new GrowingLedger(ports.ledger, rebuilding, scene);
  growing.append(salvaged(damaged, growing.ledger()));
  const check = ports.destination.check();
  if (isProblem(check)) return check;
  const plan = planToCompare(ports, ready, scene, { ledger: growing.ledger(), check });
  if (isProblem(plan)) return plan;
  const elsewhere = takenRows(damaged, plan, ready, clock.now());
  growing.append(elsewhere);

  const rows = plan.rows.filter(({ row }) => row !== undefined);
  const ledger = growing.ledger();
  const settled = rowsWith(elsewhere, rows);
  const { destination, isAll, unlisted } = listedLago(
    ports.destination,
    rows.flatMap((row) => (row.entry === undefined || settled.has(row) ? [] : [row.entry])),
    ledger,
  );
  const cost = unlisted * LOOK_UPS_OF_A_ROW;
  if (!scene.isCostSaid && cost > HARMLESS_REQUESTS) {
    noteCostSaid(ports, ready, scene);
    return problem('ledger.rebuild-long', { rows: unlisted, requests: cost });
  }
  const lago = { destination, clock };
  const comparison = new RowComparison(lago, rows, settled, {
    ready,
    ledger,
    check,
    isListed: isAll,
    hints: revisionHints(damaged),
    append: growing.append,
  });
  const isContinued =
    rebuilding.done === from &&
    from <= rows.length &&
    comparison.absentDigest(from) === rebuilding.absent;
  const failed = comparison.compareFrom(
    isContinued ? from : 0,
    isAll ? Math.max(until, clock.now() + LISTED_MS) : until,
  );
  if (failed !== undefined) return failed;
  const end = comparison.isComplete()
    ? (findLost(lago, growing, { plan, undone, check }) ??
      finishRebuild(ports, ready, scene.identity, growing.entries))
    : UNFINISHED;
  if (isProblem(end)) return end;
  return {
    ...comparison.counts,
    kept: scene.entries.filter(({ index }) => index.at < rebuilding.since).length,
    rows: rows.length,
    next: end.isWhole ? undefined : noteProgress(ports, ready, scene, comparison),
  };
}

/** On ClickHouse, why nothing can be compared yet. */
function notVisible({ identity, rebuilding }: RebuildScene, now: number): Problem | undefined {
  const visibleAt = rebuilding.since + VISIBILITY_MS;
  if (identity.store === 'postgres' || now >= visibleAt) return undefined;
  return problem('ledger.not-visible', { minutes: Math.ceil((visibleAt - now) / MINUTE_MS) });
}

/** The rows of some entries. */
function rowsWith(entries: readonly LedgerEntry[], rows: readonly PlannedRow[]): Set<PlannedRow> {
  const keys = new Set(entries.map(({ index }) => index.key));
  return new Set(rows.filter(({ key }) => key !== undefined && keys.has(key)));
}

/**
 * The rows as a first run would send them. Whether Lago would bill them now, and whether unchecked
 * or changed rows are sent at all, says nothing about whether they were sent. Refused rows are
 * included, because what was sent after the refusal may be what is gone.
 */
function planToCompare(
  ports: Ports,
  { sync, template }: ReadySync,
  { identity, rebuilding }: RebuildScene,
  { ledger, check }: { readonly ledger: Ledger; readonly check: EventCheck },
): Plan | Problem {
  const refused = ledger.entries.filter(
    ({ index, outcome }) =>
      outcome.state === 'rejected' || (outcome.state === 'conflict' && index.at < rebuilding.since),
  );
  const tab = readTab(
    ports,
    {
      ready: { template, sync: { ...sync, ready: undefined, changed: 'add' } },
      identity,
      ledger,
      resting: () => false,
      holdsRenamed: false,
      again: new Set(refused.map(({ index }) => index.key)),
    },
    sync,
  );
  if (isProblem(tab)) return tab;
  return tab.plan({ problemsOf: () => [], off: [], zoneOf: check.zoneOf });
}

/** Looks for what only the whole tab can show. Returns why that failed, if so. */
function findLost(lago: AskedLago, growing: GrowingLedger, suspect: Suspect): Problem | undefined {
  const { append } = growing;
  return (
    findLostRevisions(lago, growing.ledger(), append) ??
    findLostReversals(lago, growing.ledger(), suspect, append)
  );
}

/**
 * Records how far the rebuild is. If the sheet lost lines by the end, the rows are compared again
 * from the first one.
 */
function noteProgress(
  { ledger }: Ports,
  { sync }: ReadySync,
  { identity, rebuilding }: RebuildScene,
  comparison: RowComparison,
): number {
  const done = comparison.isComplete() ? 0 : comparison.done();
  ledger.noteRebuilding(sync.id, identity.organization, sync.source.tabId, {
    since: rebuilding.since,
    done,
    absent: comparison.absentDigest(done),
  });
  return done;
}
