import { isProblem, type Problem } from '../../problem/problem';
import type { UsageEvent } from '../../value/usage-event';
import type { Ledger } from '../ledger/entries';
import type { Clock, EventStore } from '../ports';
import { type Compared, type ComparedWith, compare } from './compare';
import type { Finding } from './finding';
import { differentFinding, missingFinding, twiceFinding } from './findings';
import type { EventList, ListedUsage, ListedWindow, Window } from './listed';
import { entriesIn, type Total, Totals } from './totals';

/**
 * Most events that are asked for one by one: missing ones, which Lago may have at another time, and
 * copies.
 */
const ASKED = 100;
/** A window grows again if it had fewer pages than this, a quarter of what it may have. */
const FEW_PAGES = 15;

/** Which part of a span of time is compared. */
export interface PartRequest<Listed extends ListedUsage> {
  /** The whole that is reconciled. */
  readonly whole: Window;
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
  /** Number of events that are somebody else's. */
  readonly others: number;
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
  const { whole, until } = request;
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
  private others = 0;

  add({ findings, totals, missing, moved, others }: Compared<ListedUsage>): void {
    this.windows++;
    this.findings.push(...findings);
    this.totals.addAll(totals);
    this.missing.push(...missing.map(({ index }) => index.id));
    this.moved.push(...moved);
    this.others += others;
  }

  result(at: number, size: number): PartResult {
    const { findings, others, missing, moved } = this;
    return { findings, totals: this.totals.list(), others, missing, moved, at, size };
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
  { ledger, quantityField }: ComparedWith<Listed>,
  { repeated }: Compared<Listed>,
): Finding[] {
  const asked = repeated.slice(0, ASKED);
  const copies = asked.length === 0 ? [] : list.countCopies(asked);
  return asked.flatMap((event, place) => {
    const count = copies[place] ?? 0;
    const key = ledger.byId.get(event.transaction_id)?.index.key;
    return count < 2 ? [] : [twiceFinding(event, count, quantityField(event.code), key)];
  });
}

/** What decides about accepted events that were not listed at their time. */
export interface MissingRequest<Listed extends ListedUsage>
  extends Pick<ComparedWith<Listed>, 'ledger' | 'isSame' | 'quantityField'> {
  /** Ids of events that were not listed, as the parts found. */
  readonly missing: readonly string[];
  /** Ids of events that were listed at another time, as the parts found. */
  readonly moved: readonly string[];
  /**
   * Why an event would not be billed if it were sent again, as a sentence; undefined if it would.
   */
  readonly lostBecause: (event: UsageEvent) => string | undefined;
}

/**
 * Once the whole is compared, accepted events that were not listed are missing, unless Lago has
 * them elsewhere.
 */
export function settleMissing<Listed extends ListedUsage>(
  list: EventList<Listed>,
  { ledger, isSame, quantityField, lostBecause, missing, moved }: MissingRequest<Listed>,
): Finding[] {
  const elsewhere = new Set(moved);
  const entries = missing
    .filter((id) => !elsewhere.has(id))
    .flatMap((id) => ledger.byId.get(id) ?? [])
    // A person may have had it sent again in the meantime.
    .filter(({ outcome }) => outcome.state === 'accepted');
  const shown =
    entries.length === 0 ? [] : list.show(entries.slice(0, ASKED).map(({ event }) => event));
  return entries.flatMap((entry, place) => {
    const stored = shown[place];
    if (stored === undefined || stored === 'unknown')
      return [missingFinding(entry, quantityField(entry.event.code), lostBecause(entry.event))];
    return isSame(entry.event, stored) ? [] : [differentFinding(entry, stored)];
  });
}

/** Number of ledger entries in a window, to say how much was compared. */
export const countEntries = (ledger: Ledger, codes: ReadonlySet<string>, window: Window): number =>
  entriesIn(ledger, codes, window).length;
