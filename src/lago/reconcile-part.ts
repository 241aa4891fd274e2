import { isProblem, type Problem } from '../problem/problem';
import {
  type Compared,
  type Comparison,
  compare,
  differentFinding,
  entriesIn,
  type Finding,
  missingFinding,
  type Total,
  Totals,
  twiceFinding,
} from '../sync/month/reconcile';
import type { Clock, EventStore } from '../sync/ports';
import type { UsageEvent } from '../value/usage-event';
import type { Metric } from './catalog';
import { isSameEvent, type StoredEvent } from './comparison';
import type { EventList } from './event-list';

/** Events that are asked for one by one at most: missing ones, which may stand at another time, and copies, which may be one. */
const ASKED = 100;
/** A window grows again where it had less than this share of the pages that it may have. */
const FEW_PAGES = 15;

/** Whether Lago's event is the one that was sent. Where the metrics may not be read, what Lago may have computed and added is no difference. */
export const sameBy =
  (metrics: ReadonlyMap<string, Metric> | undefined) =>
  (sent: UsageEvent, stored: StoredEvent): boolean => {
    if (metrics === undefined) {
      const properties = Object.fromEntries(
        Object.entries(stored.properties).filter(([name]) => name in sent.properties),
      );
      return isSameEvent(sent, { ...stored, properties });
    }
    const metric = metrics.get(sent.code);
    return isSameEvent(sent, stored, metric?.expression === undefined ? undefined : metric.field);
  };

type Shared = Pick<
  Comparison<StoredEvent>,
  | 'ledger'
  | 'codes'
  | 'isSame'
  | 'visibleBefore'
  | 'usedElsewhere'
  | 'rowOf'
  | 'isOurs'
  | 'keptBecause'
  | 'quantityField'
>;

export interface PartRequest extends Shared {
  /** The whole that is reconciled, in ms: from the first moment on, up to but without the other. */
  readonly from: number;
  readonly to: number;
  /** Where this part begins (ms), and how long its first window is. */
  readonly at: number;
  readonly size: number;
  /** No window is begun after this moment (ms). */
  readonly until: number;
  readonly store: EventStore;
}

export interface PartResult {
  readonly findings: readonly Finding[];
  readonly totals: readonly Total[];
  /** Events that are somebody else's. */
  readonly others: number;
  /** Ids of accepted events that are not listed at their time, and of those that are listed at another one. Whether one is missing shows the whole. */
  readonly missing: readonly string[];
  readonly moved: readonly string[];
  /** Where the next part begins; the end of the whole when all is done. */
  readonly at: number;
  readonly size: number;
}

const exactName = (event: StoredEvent): string =>
  JSON.stringify([
    event.transaction_id,
    event.external_subscription_id,
    event.code,
    event.timestamp,
    event.properties,
  ]);

/** Two readings of a list as one: what either of them has. */
function union(left: readonly StoredEvent[], right: readonly StoredEvent[]): StoredEvent[] {
  const known = new Set(left.map(exactName));
  return [...left, ...right.filter((event) => !known.has(exactName(event)))];
}

/**
 * Compares Lago's list with the ledger, window by window, for as long as there is time. Each window is compared wholly, so that nothing has to be kept
 * from one part to the next but where it begins. At least one window is done.
 */
export function comparePart(
  list: EventList,
  clock: Clock,
  request: PartRequest,
): PartResult | Problem {
  const { from, to, codes, until } = request;
  const findings: Finding[] = [];
  const totals = new Totals();
  const missing: string[] = [];
  const moved: string[] = [];
  let { at, size } = request;
  let others = 0;
  let windows = 0;
  while (at < to && codes.size > 0 && (windows === 0 || clock.now() < until)) {
    const window = { codes: [...codes], from: at, to: Math.min(to, at + size) };
    const reading = list.read(window);
    if (isProblem(reading)) {
      // What was compared so far is told; the next part meets the problem, if it stays.
      if (windows === 0) return reading;
      break;
    }
    if ('shorter' in reading) {
      size = reading.shorter;
      continue;
    }
    const { pages } = reading;
    const compared = compareWindow(list, request, window, reading.events, pages);
    if (isProblem(compared)) {
      if (windows === 0) return compared;
      break;
    }
    findings.push(...compared.findings);
    totals.addAll(compared.totals);
    missing.push(...compared.missing.map(({ index }) => index.id));
    moved.push(...compared.moved);
    others += compared.others;
    at = window.to;
    windows++;
    if (pages < FEW_PAGES) size = Math.min(2 * size, to - from);
  }
  return {
    findings,
    totals: totals.list(),
    others,
    missing,
    moved,
    at: codes.size === 0 ? to : at,
    size,
  };
}

function compareWindow(
  list: EventList,
  request: PartRequest,
  window: { readonly codes: readonly string[]; readonly from: number; readonly to: number },
  events: readonly StoredEvent[],
  pages: number,
): Compared<StoredEvent> | Problem {
  const compareTo = (listed: readonly StoredEvent[]): Compared<StoredEvent> =>
    compare({ ...request, from: window.from, to: window.to, listed });
  let compared = compareTo(events);
  // ClickHouse has no order among events that arrived in one moment: a page may repeat what belongs to another, in the place of an event that is missed.
  if (
    request.store !== 'postgres' &&
    pages > window.codes.length &&
    compared.repeated.length > 0 &&
    compared.missing.length > 0
  ) {
    const again = list.read(window);
    if (isProblem(again)) return again;
    if ('events' in again) compared = compareTo(union(events, again.events));
  }
  return { ...compared, findings: [...compared.findings, ...repeatedOf(list, request, compared)] };
}

/**
 * What became of accepted events that were not listed at their time, once the whole is compared: most are missing; some stand elsewhere.
 * @param missing @param moved ids, as the parts have told
 */
export function settleMissing(
  list: EventList,
  {
    ledger,
    isSame,
    quantityField,
    lostBecause,
  }: Pick<PartRequest, 'ledger' | 'isSame' | 'quantityField'> & {
    /** Why an event would not be billed if it were sent again, as a sentence; undefined where it would. */
    readonly lostBecause: (event: UsageEvent) => string | undefined;
  },
  missing: readonly string[],
  moved: readonly string[],
): Finding[] {
  const told = new Set(moved);
  const entries = missing
    .filter((id) => !told.has(id))
    .flatMap((id) => ledger.byId.get(id) ?? [])
    // A person may have had it sent again meanwhile.
    .filter(({ outcome }) => outcome.state === 'accepted');
  const shown =
    entries.length === 0 ? [] : list.show(entries.slice(0, ASKED).map(({ index }) => index.id));
  return entries.flatMap((entry, place) => {
    const stored = shown[place];
    if (stored === undefined || stored === 'unknown')
      return [missingFinding(entry, quantityField(entry.event.code), lostBecause(entry.event))];
    return isSame(entry.event, stored) ? [] : [differentFinding(entry, stored)];
  });
}

function repeatedOf(
  list: EventList,
  { ledger, quantityField }: PartRequest,
  { repeated }: Compared<StoredEvent>,
): Finding[] {
  const asked = repeated.slice(0, ASKED);
  const copies = asked.length === 0 ? [] : list.countCopies(asked);
  return asked.flatMap((event, place) => {
    const count = copies[place] ?? 0;
    const key = ledger.byId.get(event.transaction_id)?.index.key;
    return count < 2 ? [] : [twiceFinding(event, count, quantityField(event.code), key)];
  });
}

/** Ledger entries of the whole that is reconciled, for a sentence about how much was compared. */
export const countEntries = ({
  ledger,
  codes,
  from,
  to,
}: Pick<PartRequest, 'ledger' | 'codes' | 'from' | 'to'>): number =>
  entriesIn(ledger, codes, { from, to }).length;
