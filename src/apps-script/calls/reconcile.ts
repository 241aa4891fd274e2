import { asUsageEvent } from '../../lago/comparison';
import { isProblem, type Problem, ProblemError, problem, required } from '../../problem/problem';
import type {
  Argument,
  CurrentUsage,
  ReconcileNext,
  ReconcilePart,
  TotalView,
  Value,
} from '../../rpc/contract';
import type { PricedTotal } from '../../sync/billing/priced-total';
import { appendLines } from '../../sync/delivery/delivery';
import { VISIBILITY_MS } from '../../sync/delivery/settle';
import { belowZeroInMonth } from '../../sync/month/billed-total';
import { countFindings, FINDING_KINDS, type Finding, NO_FINDINGS } from '../../sync/month/finding';
import { type Fixed, Fixing, keptBecause, lostBecause } from '../../sync/month/fix';
import type { Window } from '../../sync/month/listed';
import { codesOf, ourSubscriptions } from '../../sync/month/rows-of-month';
import { type ComparedRows, compareRows } from '../../sync/month/sheet-rows';
import {
  compareTotals,
  entriesIn,
  isDifferent,
  type Total,
  Totals,
  totalName,
} from '../../sync/month/totals';
import { comparePart, type PartResult, settleMissing } from '../../sync/month/windows';
import { createLedger } from '../../sync/open-ledger';
import { totalProblems } from '../../sync/plan/below-zero';
import { firstReversalId } from '../../sync/plan/reversal';
import { count } from '../../value/count';
import { monthBounds } from '../../value/time';
import type { AskedEvent, UsageEvent } from '../../value/usage-event';
import { type MonthScene, monthScene } from '../month-scene';
import {
  newReconciliation,
  writeBelowZero,
  writeFindings,
  writeTotals,
} from '../reconciliation-sheet';
import { openReport, type ReportSheet } from '../report-sheet';
import type { Execution } from '../sync-runner';

/** How long the requests of one part may take; a page waits for its answer. */
const PART_MS = 20_000;
const LISTED_FINDINGS = 200;
const LISTED_TOTALS = 50;
/** Subscriptions whose usage is asked for at once. */
const ASKED_AT_ONCE = 20;
const MOST_FIXES = 200;

/** A month that is reconciled, and how far it is. */
interface Part {
  readonly scene: MonthScene;
  readonly bounds: Window;
  readonly report: ReportSheet;
  readonly before: ReconcileNext;
  /** No request is begun after this moment (ms). */
  readonly until: number;
}

/** One part of a reconciliation; see Api. */
export function reconcile(
  execution: Execution,
  { id, month, next }: Argument<'reconcile'>,
): ReconcilePart {
  const until = execution.clock.now() + PART_MS;
  const scene = monthScene(execution, id);
  const bounds = monthBounds(month, scene.identity.zone);
  if (bounds === undefined)
    throw new ProblemError(problem('request.unknown', { detail: `the month ${month}` }));
  const report =
    next === undefined
      ? newReconciliation(execution.runtime, month)
      : openReport(execution.runtime, next.sheet);
  const before = next ?? beginning(scene, bounds, report);
  const part: Part = { scene, bounds, report, before, until };
  const compared = comparedPart(part);
  const whole = isWhole(part, compared) ? wholeMonth(part, compared) : undefined;
  const findings = [...compared.findings, ...(whole?.findings ?? [])];
  const after = progress(part, compared, findings, whole);
  return answer(part, findings, after.at >= bounds.to ? withUsage(part, after) : { next: after });
}

/** Where a reconciliation begins: at the first moment of the month, with an empty sheet. */
const beginning = (
  { opened, rows }: MonthScene,
  { from, to }: Window,
  report: ReportSheet,
): ReconcileNext => ({
  at: from,
  size: to - from,
  asked: 0,
  codes: codesOf(opened.ledger, rows()),
  inLago: [],
  events: 0,
  inSheet: [],
  rows: 0,
  eventless: 0,
  explained: [],
  usage: [],
  unread: [],
  counts: NO_FINDINGS,
  others: 0,
  unrecorded: [],
  missing: [],
  moved: [],
  sheet: report.token,
  row: 2,
});

function comparedPart({ scene, bounds, before, until }: Part): PartResult {
  const { identity, ports, opened, check, rows } = scene;
  const { store } = identity;
  return required(
    comparePart(ports.destination.events, ports.clock, {
      at: before.at,
      size: before.size,
      until,
      store,
      compared: {
        ledger: opened.ledger,
        codes: new Set(before.codes),
        isSame: scene.isSame,
        visibleBefore:
          store === 'postgres' ? Number.POSITIVE_INFINITY : ports.clock.now() - VISIBILITY_MS,
        usedElsewhere: scene.usedElsewhere,
        rowOf: (event) => rows().byId.get(event),
        isOurs: ourSubscriptions(opened.ledger, rows),
        keptBecause: (listed) => keptBecause(check, asUsageEvent(listed)),
        doubtAbout: (event) => rows().doubtAbout(event),
        whole: bounds,
        measureOf: scene.measureOf,
      },
    }),
  );
}

const isWhole = ({ before, bounds }: Part, { at }: PartResult): boolean =>
  before.at < bounds.to && at >= bounds.to;

/** What only the whole month shows. */
interface WholeMonth extends ComparedRows {
  /** What Lago has although it did not list it. */
  readonly found: readonly Total[];
}

/** What is missing from the whole month, and what the rows of the tab say about it. */
function wholeMonth({ scene, bounds, before }: Part, compared: PartResult): WholeMonth {
  const { ledger } = scene.opened;
  const { isSame, measureOf, check } = scene;
  const settled = settleMissing(scene.ports.destination.events, {
    ledger,
    isSame,
    measureOf,
    lostBecause: lostBecause(check),
    missing: [...before.missing, ...compared.missing],
    moved: [...before.moved, ...compared.moved],
  });
  const rows = compareRows({
    rows: scene.rows(),
    ledger,
    codes: new Set(before.codes),
    whole: bounds,
    unrecorded: new Set([...before.unrecorded, ...compared.unrecorded]),
    measureOf,
    ignoresRemoved: scene.sync.removed === 'ignore',
  });
  return { ...rows, findings: [...settled.findings, ...rows.findings], found: settled.totals };
}

const added = (totals: readonly Total[], more: readonly Total[]): Total[] => {
  const sum = new Totals(totals);
  sum.addAll(more);
  return sum.list();
};

/** The differences that findings account for. A row that makes no event counts for no total. */
const explainedBy = (findings: readonly Finding[]): Total[] =>
  findings
    .filter(({ difference }) => difference !== '0')
    .map(({ code, subscription, difference }) => ({ code, subscription, amount: difference }));

/** How far the reconciliation is after a part, whose findings are written into the sheet. */
function progress(
  { scene, report, before }: Part,
  compared: PartResult,
  findings: readonly Finding[],
  whole: WholeMonth | undefined,
): ReconcileNext {
  const joined = <Name extends 'missing' | 'moved' | 'unrecorded'>(name: Name): string[] =>
    whole === undefined ? [...before[name], ...compared[name]] : [];
  return {
    ...before,
    at: compared.at,
    size: compared.size,
    inLago: added(before.inLago, [...compared.totals, ...(whole?.found ?? [])]),
    events: before.events + compared.events,
    inSheet: whole?.totals ?? before.inSheet,
    rows: whole?.rows ?? before.rows,
    eventless: whole?.eventless ?? before.eventless,
    explained: added(before.explained, explainedBy(findings)),
    counts: countFindings(findings, before.counts),
    others: before.others + compared.others,
    unrecorded: joined('unrecorded'),
    missing: joined('missing'),
    moved: joined('moved'),
    row: writeFindings(report, before.row, findings, scene.identity.zone),
  };
}

/** How far a part got: where the next one begins, or what is known at the end. */
interface Progress {
  readonly next: ReconcileNext;
  /** Set when the month is done, apart from what Lago would not tell of its current usage. */
  readonly end?: { readonly usageOff: Problem | undefined } | undefined;
}

/** Asks for Lago's current usage if the month is running, while there is time. */
function withUsage({ scene, bounds, until }: Part, after: ReconcileNext): Progress {
  const now = scene.ports.clock.now();
  const isRunning = now >= bounds.from && now < bounds.to;
  if (!isRunning) return { next: after, end: { usageOff: undefined } };
  const asked = askUsage(scene, after, until);
  if (isProblem(asked)) return { next: after, end: { usageOff: asked } };
  const { asked: done, usage, unread, isDone } = asked;
  const next = { ...after, asked: done, usage, unread };
  return isDone ? { next, end: { usageOff: unreadUsage(unread) } } : { next };
}

/** Subscriptions that a sentence names. */
const NAMED = 3;

/** Says of which subscriptions Lago did not show the current usage; undefined if of none. */
function unreadUsage(unread: readonly string[]): Problem | undefined {
  if (unread.length === 0) return undefined;
  return problem('lago.usage-unread', { names: namesOf(unread) });
}

/** The first names, and how many more there are. */
function namesOf(all: readonly string[]): string {
  const names = all.slice(0, NAMED).join(', ');
  const more = all.length - NAMED;
  return more > 0 ? `${names} and ${count(more)} more` : names;
}

/** Asks for Lago's own usage of the running period, of every subscription that has events. */
function askUsage(
  { ports }: MonthScene,
  { inLago, asked, usage, unread }: ReconcileNext,
  until: number,
): Problem | (Pick<ReconcileNext, 'asked' | 'usage' | 'unread'> & { readonly isDone: boolean }) {
  const { subscriptions } = required(ports.destination.catalog());
  const wanted = [...new Set(inLago.map(({ subscription }) => subscription))]
    .sort()
    .flatMap((subscription) => {
      const running = subscriptions
        ?.get(subscription)
        ?.find(({ periodFrom, isOver }) => periodFrom !== undefined && !isOver);
      return running === undefined ? [] : [{ subscription, customer: running.customer }];
    });
  const found: CurrentUsage[] = [...usage];
  const missed = [...unread];
  let done = asked;
  while (done < wanted.length && (done === asked || ports.clock.now() < until)) {
    const answered = ports.destination.currentUsage(wanted.slice(done, done + ASKED_AT_ONCE));
    if (isProblem(answered)) return answered;
    found.push(...answered.usage);
    missed.push(...answered.unread);
    done += ASKED_AT_ONCE;
  }
  return { asked: done, usage: found, unread: missed, isDone: done >= wanted.length };
}

/**
 * Whether all usage of a metric and subscription is paid in advance. What current usage shows of it
 * is on no invoice to come, and counts events that bring nothing back (lago: periods.in-advance).
 */
const isPaidAtOnce = (
  { check, ports }: MonthScene,
  { subscription, code }: Pick<CurrentUsage, 'subscription' | 'code'>,
): boolean =>
  check.inAdvance?.({
    transaction_id: '',
    external_subscription_id: subscription,
    code,
    timestamp: ports.clock.now() / 1000,
    properties: {},
  }) === 'all';

/** Says of which totals current usage is no proof; undefined if it was read of none of these. */
function paidUsage(scene: MonthScene, { usage, inLago }: ReconcileNext): Problem | undefined {
  const known = new Set(inLago.map(totalName));
  const paid = usage.filter((each) => known.has(totalName(each)) && isPaidAtOnce(scene, each));
  if (paid.length === 0) return undefined;
  const names = namesOf(paid.map(({ subscription, code }) => `${code} of ${subscription}`));
  return problem('lago.usage-paid', { names });
}

function totalViews(scene: MonthScene, next: ReconcileNext): TotalView[] {
  const { measureOf } = scene;
  const shown = next.usage.filter((each) => !isPaidAtOnce(scene, each));
  const current = new Map(shown.map((each) => [totalName(each), each.units]));
  return compareTotals(next, (code) => measureOf(code).by).map((total) => ({
    ...total,
    current: current.get(totalName(total)),
  }));
}

/** What Lago accepted of the sync in the month, and does not bill as it is. */
const totalsBelowZero = (
  { opened, check }: MonthScene,
  { codes }: ReconcileNext,
  bounds: Window,
): PricedTotal[] =>
  belowZeroInMonth(
    entriesIn(opened.ledger, new Set(codes), bounds)
      .filter(({ outcome }) => outcome.state === 'accepted')
      .map(({ event }) => event),
    check.pricing,
  );

/** The answer to the page. At the end the totals are written into the sheet. */
function answer(
  { scene, bounds, report }: Part,
  findings: readonly Finding[],
  { next, end }: Progress,
): ReconcilePart {
  const totals = end === undefined ? [] : totalViews(scene, next);
  const belowZero = end === undefined ? [] : totalsBelowZero(scene, next, bounds);
  const paid = end === undefined ? undefined : paidUsage(scene, next);
  if (end !== undefined)
    writeTotals(report, { ...next, row: writeBelowZero(report, next.row, belowZero) }, totals);
  return {
    counts: next.counts,
    findings: [...findings]
      .sort((left, right) => FINDING_KINDS.indexOf(left.kind) - FINDING_KINDS.indexOf(right.kind))
      .slice(0, LISTED_FINDINGS),
    rows: next.rows,
    eventless: next.eventless,
    events: next.events,
    others: next.others,
    share: (next.at - bounds.from) / (bounds.to - bounds.from),
    sheetName: report.name,
    totals: totals.slice(0, LISTED_TOTALS),
    compared: totals.length,
    different: totals.filter(isDifferent).length,
    checksOff: [
      ...scene.check.off,
      ...(end?.usageOff === undefined ? [] : [end.usageOff]),
      ...(paid === undefined ? [] : [paid]),
      ...totalProblems(belowZero, 'the month'),
    ],
    zone: scene.identity.zone,
    next: end === undefined ? next : undefined,
  };
}

/** Does what findings offer; see Api. The caller holds the lock. */
export function fixFindings(
  execution: Execution,
  { id, fix, ids, subscriptions = [] }: Argument<'fixFindings'>,
): Value<'fixFindings'> {
  const scene = monthScene(execution, id);
  const { opened, check, isSame, usedElsewhere, rows, sync } = scene;
  const { templateRevision } = sync;
  const wanted = [...new Set(ids)].slice(0, MOST_FIXES);
  const { events } = scene.ports.destination;
  const madeBy = (each: string): UsageEvent | undefined =>
    fix === 'adopt' ? rows().byId.get(each)?.event : undefined;
  const asked = wanted.map(
    (each): AskedEvent =>
      opened.ledger.byId.get(each)?.event ??
      madeBy(each) ?? {
        transaction_id: each,
        external_subscription_id: subscriptions[ids.indexOf(each)],
      },
  );
  const shown = events.show(asked);
  // If a line was lost, only Lago knows that an event was taken back.
  const corrections =
    fix === 'take-back'
      ? events.show(
          asked.map((each) => ({ ...each, transaction_id: firstReversalId(each.transaction_id) })),
        )
      : [];
  const fixing = new Fixing({
    ledger: opened.ledger,
    check,
    templateRevision,
    isSame,
    asUsageEvent,
    usedElsewhere,
    rows,
    now: execution.clock.now(),
  });
  wanted.forEach((each, place) => {
    fixing.fix(fix, each, shown[place], corrections[place]);
  });
  const fixed = fixing.result();
  write(scene, fixed);
  return { done: fixed.done, left: fixed.left };
}

/** Outcomes come first: they name lines that appending does not move. */
function write({ ports, opened, sync, identity }: MonthScene, { outcomes, lines }: Fixed): void {
  ports.ledger.writeOutcomes(outcomes);
  if (lines.length > 0) {
    if (!opened.exists) createLedger(ports, sync, identity);
    appendLines(ports.ledger, lines, opened.count);
  } else if (outcomes.length > 0) ports.ledger.flush();
}
