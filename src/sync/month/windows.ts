import { isProblem, type Problem } from '../../problem/problem';
import type { UsageEvent } from '../../value/usage-event';
import type { EventStore } from '../event-store';
import type { LedgerEntry } from '../ledger/entry';
import type { Clock } from '../ports';
import { type Compared, type ComparedWith, compare } from './compare';
import type { Finding } from './finding';
import { differentFinding, missingFinding, movedFinding, twiceFinding, weighed } from './findings';
import type { EventList, ListedUsage, ListedWindow } from './listed';
import { Amounts } from './measure';
import { placeOf, type Total, Totals } from './totals';

/**
 * Most events that are asked for one by one: missing ones, which Lago may have at another time, and
 * copies.
 */
const ASKED = 100;
/** A window grows again if it had fewer pages than this, a quarter of what it may have. */
const FEW_PAGES = 15;

/** Which part of a span of time is compared. */
export interface PartRequest<Listed extends ListedUsage> {
  /** Where this part begins (ms). */
  readonly at: number;
  /** Length of its first window (ms): what the previous part ended with. */
  readonly size: number;
  /** No window is begun after this moment (ms). */
  readonly until: number;
  /** Where Lago keeps events: on ClickHouse a page may repeat one in place of another. */
  readonly store: EventStore;
  /** What Lago's list is compared with. */
  readonly compared: ComparedWith<Listed>;
}

/** What a part found. */
export interface PartResult {
  /** Differences in the windows of this part. */
  readonly findings: readonly Finding[];
  /** What Lago has, by metric and subscription. */
  readonly totals: readonly Total[];
  /** Number of events in these totals. */
  readonly events: number;
  /** Number of events that are somebody else's. */
  readonly others: number;
  /** Ids of events of rows that are reported because the ledger does not have them as accepted. */
  readonly unrecorded: readonly string[];
  /**
   * Ids of accepted events that are not listed at their time. Whether one is really missing is only
   * known once the whole is compared.
   */
  readonly missing: readonly string[];
  /** Ids of accepted events that are listed at another time. */
  readonly moved: readonly string[];
  /** Where the next part begins (ms); the end of the whole when all is done. */
  readonly at: number;
  /** Length of the next part's first window (ms). */
  readonly size: number;
}

/**
 * Compares Lago's list with the ledger, window by window, while there is time. Each window is
 * compared completely, so the next part needs no events of this one. At least one window is done; a
 * problem is returned only if not even that was possible.
 */
export function comparePart<Listed extends ListedUsage>(
  list: EventList<Listed>,
  clock: Pick<Clock, 'now'>,
  request: PartRequest<Listed>,
): PartResult | Problem {
  const { until } = request;
  const { whole } = request.compared;
  const codes = [...request.compared.codes];
  const found = new PartFindings();
  let { at, size } = request;
  while (at < whole.to && codes.length > 0 && (found.windows === 0 || clock.now() < until)) {
    const window = { codes, from: at, to: Math.min(whole.to, at + size) };
    const step = compareWindow(list, request, window);
    if (isProblem(step)) {
      // If the problem stays, the next part returns it.
      if (found.windows === 0) return step;
      break;
    }
    if ('shorter' in step) {
      size = step.shorter;
      continue;
    }
    found.add(step.compared);
    at = window.to;
    if (step.pages < FEW_PAGES) size = Math.min(2 * size, whole.to - whole.from);
  }
  return found.result(codes.length === 0 ? whole.to : at, size);
}

/** What the windows of one part found. */
class PartFindings {
  windows = 0;
  private readonly findings: Finding[] = [];
  private readonly totals = new Totals();
  private readonly missing: string[] = [];
  private readonly moved: string[] = [];
  private readonly unrecorded: string[] = [];
  private events = 0;
  private others = 0;

  add(compared: Compared<ListedUsage>): void {
    this.windows++;
    // Not spread into a call: a window may miss every event of the ledger.
    for (const finding of compared.findings) this.findings.push(finding);
    this.totals.addAll(compared.totals);
    for (const { index } of compared.missing) this.missing.push(index.id);
    for (const id of compared.moved) this.moved.push(id);
    for (const id of compared.unrecorded) this.unrecorded.push(id);
    this.events += compared.events;
    this.others += compared.others;
  }

  result(at: number, size: number): PartResult {
    const { findings, missing, moved, unrecorded, events, others } = this;
    const totals = this.totals.list();
    return { findings, totals, events, others, missing, moved, unrecorded, at, size };
  }
}

/** A window that was compared, or how long it may be at most (ms). */
type WindowStep<Listed> =
  | { readonly compared: Compared<Listed>; readonly pages: number }
  | { readonly shorter: number };

function compareWindow<Listed extends ListedUsage>(
  list: EventList<Listed>,
  { store, compared }: PartRequest<Listed>,
  window: ListedWindow,
): WindowStep<Listed> | Problem {
  const reading = list.read(window);
  if (isProblem(reading) || 'shorter' in reading) return reading;
  const { events, pages } = reading;
  let result = compare(compared, window, events);
  // ClickHouse does not order events that arrived at the same moment, so one page may repeat an
  // event of another and miss one instead.
  const mayBeMissed = result.repeated.length > 0 && result.missing.length > 0;
  if (store !== 'postgres' && pages > window.codes.length && mayBeMissed) {
    const again = list.read(window);
    if (isProblem(again)) return again;
    if ('events' in again) result = compare(compared, window, union(events, again.events));
  }
  const findings = [...result.findings, ...repeatedFindings(list, compared, result)];
  return { compared: { ...result, findings }, pages };
}

const exactName = (event: ListedUsage): string =>
  JSON.stringify([
    event.transaction_id,
    event.external_subscription_id,
    event.code,
    event.timestamp,
    event.properties,
  ]);

/** Joins two readings of a list: every event that one of them has. */
function union<Listed extends ListedUsage>(
  left: readonly Listed[],
  right: readonly Listed[],
): Listed[] {
  const known = new Set(left.map(exactName));
  return [...left, ...right.filter((event) => !known.has(exactName(event)))];
}

function repeatedFindings<Listed extends ListedUsage>(
  list: EventList<Listed>,
  { ledger, measureOf }: ComparedWith<Listed>,
  { repeated }: Compared<Listed>,
): Finding[] {
  const asked = repeated.slice(0, ASKED);
  const copies = asked.length === 0 ? [] : list.countCopies(asked);
  return asked.flatMap((event, place) => {
    const count = copies[place] ?? 0;
    const key = ledger.byId.get(event.transaction_id)?.index.key;
    return count < 2 ? [] : [twiceFinding(event, count, measureOf(event.code).field, key)];
  });
}

/** What decides about accepted events that were not listed at their time. */
export interface MissingRequest<Listed extends ListedUsage>
  extends Pick<ComparedWith<Listed>, 'ledger' | 'isSame' | 'measureOf'> {
  /** Ids of events that were not listed, as the parts found. */
  readonly missing: readonly string[];
  /** Ids of events that were listed at another time, as the parts found. */
  readonly moved: readonly string[];
  /**
   * Why an event would not be billed if it were sent again, as a sentence; undefined if it would.
   */
  readonly lostBecause: (event: UsageEvent) => string | undefined;
}

/** What became of accepted events that were not listed at their time. */
export interface Settled {
  /** Those that Lago does not have, or has in another way. */
  readonly findings: readonly Finding[];
  /** What the others count, which Lago has although it did not list them. */
  readonly totals: readonly Total[];
}

/**
 * Once the whole is compared, accepted events that were not listed are missing, unless Lago has
 * them elsewhere.
 */
export function settleMissing<Listed extends ListedUsage>(
  list: EventList<Listed>,
  request: MissingRequest<Listed>,
): Settled {
  const { ledger, isSame, measureOf, lostBecause } = request;
  const amounts = new Amounts(ledger, measureOf);
  const fieldOf = ({ event }: LedgerEntry): string | undefined => measureOf(event.code).field;
  const moved = new Set(request.moved);
  const absent = request.missing
    .flatMap((id) => ledger.byId.get(id) ?? [])
    // A person may have had it sent again in the meantime.
    .filter(({ outcome }) => outcome.state === 'accepted');
  const entries = absent.filter(({ index }) => !moved.has(index.id));
  const shown =
    entries.length === 0 ? [] : list.show(entries.slice(0, ASKED).map(({ event }) => event));
  const totals = new Totals();
  const findings = entries.flatMap((entry, place) => {
    const stored = shown[place];
    const amount = amounts.ofEntry(entry);
    if (stored === undefined || stored === 'unknown') {
      const found = missingFinding(entry, fieldOf(entry), lostBecause(entry.event));
      return [weighed(found, amount)];
    }
    if (!isSame(entry.event, stored)) return [weighed(differentFinding(entry, stored), amount)];
    totals.add(placeOf(entry.event), amount);
    return [];
  });
  const elsewhere = absent
    .filter(({ index }) => moved.has(index.id))
    .map((entry) => weighed(movedFinding(entry, fieldOf(entry)), amounts.ofEntry(entry)));
  return { findings: [...findings, ...elsewhere], totals: totals.list() };
}
