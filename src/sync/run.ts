import { isProblem, type Problem, problem } from '../problem/problem';
import { endToProve, isLost } from './billing/period';
import { type Delivery, type DeliveryLimits, deliver } from './delivery/delivery';
import { deliverInTurns } from './delivery/in-turns';
import { type IsLate, settle, settleFailed, settleHalves, stuckToTry } from './delivery/settle';
import { unseen } from './examination';
import { indexEntries, inState, type Ledger } from './ledger/entries';
import type { LedgerEntry } from './ledger/entry';
import { halvesIn } from './ledger/unit';
import { createLedger, identify, openLedger } from './open-ledger';
import { reportBelowZero } from './plan/below-zero';
import { announceClosing } from './plan/closing';
import { brokenTotals, type CoveredPlan, coveredPlan, withoutTurn } from './plan/covered-plan';
import { reportFirstTiers } from './plan/first-tier';
import { guard, withoutRemoved } from './plan/guard';
import { isOfNoRow } from './plan/next-entry';
import { countActions, type Plan, type PlannedRow, unitOf } from './plan/planned-row';
import { groupProblems } from './plan/problem-group';
import { standingAfter } from './plan/standing-after';
import { readTab, type TabPlan } from './plan/tab-plan';
import { changedSinceSeen, countTakenBack } from './plan/undo';
import type { EventCheck, Identity, Ports } from './ports';
import { prove } from './proof/prove';
import { compareNew, NOT_COMPARED } from './recovery/ask-first';
import { type RunReport, type RunResult, stoppedReport } from './report';
import type { RunRequest } from './run-request';

const replace = (ledger: Ledger, entries: readonly LedgerEntry[]): Ledger => {
  const changed = new Map(entries.map((entry) => [entry.index.id, entry]));
  const known = new Set(ledger.entries.map(({ index }) => index.id));
  return indexEntries([
    ...ledger.entries.map((entry) => changed.get(entry.index.id) ?? entry),
    ...entries.filter(({ index, line }) => !known.has(index.id) && line !== undefined),
  ]);
};

/**
 * One run: settle what is unknown, read the tab once, plan, guard, deliver, and report where every
 * row stands. A run is continued by running again, after a crash too.
 */
export function run(ports: Ports, request: RunRequest): RunResult {
  const { sync } = request.ready;
  const begun = {
    sync: sync.id,
    trigger: request.trigger,
    run: request.run,
    startedAt: ports.clock.now(),
  };
  const stop = (
    stopped: Problem,
    ledger?: Ledger,
    { delivered, rejected }: Tally = NOTHING,
    left = 0,
  ): RunResult => ({
    report: {
      ...stoppedReport({ ...begun, endedAt: ports.clock.now() }, stopped),
      delivered,
      rejected,
      left,
    },
    plan: undefined,
    ledger,
  });

  const identity = identify(ports, request.ready);
  if (isProblem(identity)) return stop(identity);
  const opened = openLedger(ports, request.ready, identity);
  if (isProblem(opened)) return stop(opened);
  const { count } = opened;
  const limits: DeliveryLimits = {
    store: identity.store,
    deadline: request.deadline,
    before: 'nothing-sent',
  };

  const halves = halvesIn(opened.ledger.entries);
  const given = halves.length === 0 ? nothing : settleHalves(ports, halves);
  if (given.stopped !== undefined) return stop(given.stopped, opened.ledger);
  const open = inState(opened.ledger, 'pending').filter((entry) => !halves.includes(entry));
  // The period of an event may have ended since its line was written.
  const known = open.length === 0 ? undefined : ports.destination.check('fresh');
  if (known !== undefined && isProblem(known)) return stop(known, opened.ledger);
  if (known !== undefined) askAbout(open, known);
  const unsettled = settle(ports, open, count, limits, isUnbillableBy(known, begun.startedAt));
  const settled = replace(opened.ledger, [...given.entries, ...unsettled.entries]);
  const before = tally([given, unsettled]);
  // A line that makes Lago fail must not keep the other rows from being tried.
  if (unsettled.stopped !== undefined && unsettled.stopped.code !== 'lago.unavailable')
    return stop(unsettled.stopped, settled, before, unsettled.left);

  const examined = checkedPlan(ports, request, identity, settled);
  if (isProblem(examined)) return stop(examined, settled, before);
  const { tab, plan, check, units, cover } = examined;
  // The slice's time starts after reading, so even a slow slice delivers something.
  const sliceEnd = (): number =>
    request.deliveryMs === undefined
      ? request.deadline
      : Math.min(request.deadline, ports.clock.now() + request.deliveryMs);
  const periodEnd = nextEnd(plan, ports.clock.now()) - END_MARGIN_MS;
  const { undo } = request;
  const events = units.flat().length;
  // A test sends one row, so it needs no approval for what is planned for the others. An undo sends
  // exactly what a person has seen.
  const asked =
    request.trigger === 'test' || undo !== undefined
      ? undefined
      : guard(plan, events, { ...request, sync });
  const held = undo === undefined ? asked?.problem : changedSinceSeen(undo, settled, events);
  if (units.length > 0 && held === undefined && !opened.exists) createLedger(ports, sync, identity);
  // Looking up takes at most half of the time, so that some is left to send what Lago does not
  // have.
  const half = (ports.clock.now() + sliceEnd()) / 2;
  const { store, deadline } = limits;
  const compared =
    held === undefined
      ? compareNew(ports, {
          units,
          ledger: settled,
          check,
          count,
          store,
          isWhole: request.only === undefined && undo === undefined && !plan.rows.some(isHeldNew),
          isCompared: opened.isCompared,
          rebuiltAt: opened.rebuiltAt,
          until: half,
          deadline,
        })
      : NOT_COMPARED;
  if (held === undefined && compared.units.length > 0) ports.mark?.('sending');
  const until = Math.min(sliceEnd(), periodEnd);
  const delivery: Delivery =
    held !== undefined
      ? { entries: [], left: units.length, stopped: held }
      : deliverInTurns(compared.units, cover, (some, isAfterOthers) =>
          deliver(ports, some, count, {
            ...limits,
            deadline: until,
            before: isAfterOthers
              ? 'got-through'
              : unsettled.stopped === undefined
                ? 'nothing-sent'
                : 'unavailable',
          }),
        );
  // Retry failing events last: once others have got through, another failure counts against the
  // event, not against Lago.
  const gotThrough = tally([delivery]).delivered + before.delivered > 0;
  const ending: DeliveryLimits = {
    ...limits,
    deadline: until,
    before: gotThrough ? 'got-through' : 'nothing-sent',
  };
  const failed =
    unsettled.stopped !== undefined && gotThrough
      ? unsettled.entries.filter(({ outcome }) => outcome.state === 'pending')
      : [];
  // What failed before may be what an undo would have to take back.
  const goesOn = delivery.stopped === undefined && request.trigger !== 'test' && undo === undefined;
  const again =
    goesOn && failed.length > 0
      ? settleFailed(ports, failed, count, ending, isUnbillableBy(check, begun.startedAt))
      : nothing;
  const stuck = goesOn
    ? settle(ports, stuckToTry(settled), count, ending, isUnbillableBy(check, begun.startedAt))
    : nothing;

  const delivered = [delivery, again, stuck].reduce(
    (known, { entries }) => replace(known, entries),
    replace(settled, compared.found),
  );
  const left = compared.left + delivery.left + (again === nothing ? unsettled.left : again.left);
  const standing = withoutTurn(
    standingAfter(asked === undefined ? plan : withoutRemoved(plan), delivered, compared),
    cover,
  );
  // What was sent after the end of its period is proved last, so that it delays nothing. That
  // needs no approval: it sends nothing.
  const isWhole = request.only === undefined && (asked !== undefined || (goesOn && left === 0));
  const proved = isWhole ? prove(ports, delivered, check, begun.startedAt) : [];
  const ledger = replace(delivered, proved);
  const shown =
    undo === undefined
      ? withVerdicts(standing, proved, () => tab.standing(check, ledger))
      : tab.standing(check, ledger);
  const unread = tab.unread === undefined ? [] : [tab.unread];
  const endedAt = ports.clock.now();
  const zone = ports.source.zone();
  return {
    report: {
      ...begun,
      endedAt,
      undone: undo && { startedAt: undo.startedAt, events: countTakenBack(undo, ledger) },
      rows: countActions(shown),
      ...tally([given, unsettled, delivery, again, stuck]),
      left,
      problems: [
        ...(undo === undefined
          ? announceClosing(
              asked === undefined ? shown : plan,
              zone,
              endedAt,
              request.only === undefined,
            )
          : []),
        ...brokenTotals(cover, check),
        ...reportBelowZero(standing, ledger, check, { zone, now: endedAt }),
        ...(held === undefined ? reportFirstTiers(plan, ledger, check) : []),
        ...groupProblems(undo === undefined ? shown : { rows: standing.rows.filter(isLeft) }),
      ],
      checksOff: [...unseen(undo === undefined ? plan : shown, check, sync), ...unread],
      stopped:
        delivery.stopped ??
        compared.stopped ??
        (delivery.entries.length === 0 ? unsettled.stopped : undefined) ??
        (left > 0 ? problem('run.time', { events: left }) : undefined),
      asks: asked && { events: asked.events, removed: asked.removed },
    },
    // Rows that could not be read stand nowhere.
    plan: tab.unread === undefined ? shown : undefined,
    ledger,
  };
}

/** The plan of a run, the tab that it was made of, and the units that the run sends. */
interface CheckedPlan extends CoveredPlan {
  readonly tab: TabPlan;
  readonly check: EventCheck;
}

/**
 * The plan of a run with the units that it sends. Before anything is sent, the rows are checked
 * against Lago itself, because a cached catalog may be minutes old.
 */
function checkedPlan(
  ports: Ports,
  request: RunRequest,
  identity: Identity,
  ledger: Ledger,
): CheckedPlan | Problem {
  const kept = ports.destination.check();
  if (isProblem(kept)) return kept;
  // Kept from before planning: a row that the cache does not know makes the check read Lago again,
  // but the rows before it were planned by the cache.
  const { isKept } = kept;
  const tab = readTab(ports, {
    ...request,
    identity,
    ledger,
    usageIn: (places) => ports.destination.usageIn(places),
  });
  if (isProblem(tab)) return tab;
  const { store } = identity;
  const { only } = request;
  const planned = (check: EventCheck, plan: Plan): CheckedPlan => ({
    tab,
    check,
    ...coveredPlan(ports, plan, { check, ledger, store, now: ports.clock.now(), only }),
  });
  const plan = tab.plan(kept);
  const isSending = plan.rows.some(
    (row) => unitOf(row).length > 0 && (only?.(row.key ?? '', row) ?? true),
  );
  if (isKept !== true || !isSending) return planned(kept, plan);
  const fresh = ports.destination.check('fresh');
  return isProblem(fresh) ? fresh : planned(fresh, tab.plan(fresh));
}

/** Whether an undo leaves what Lago bills for a row. */
const isLeft = ({ action }: PlannedRow): boolean => action !== 'send' && action !== 'sent';

/** Whether a row was never sent and is not sent now either. */
const isHeldNew = ({ change, action }: PlannedRow): boolean =>
  change === 'added' && action === 'hold';

/**
 * Whether an event that was handed over before would be held today, or no longer billed. One whose
 * period has ended since is planned again too: only a line that says so is proved later.
 * @param now in ms
 */
const isUnbillableBy =
  (check: EventCheck | undefined, now: number): IsLate =>
  (entry) => {
    if (check === undefined) return false;
    const { event, index } = entry;
    if (isOfNoRow(entry, now) || check.problemsOf(event).length > 0) return true;
    const period = check.periodOf?.(event);
    if (isLost(period) || period?.state === 'unasked') return true;
    return endToProve(period) !== undefined && index.periodEnd === undefined;
  };

/** Asks for the invoices of ended periods in which events lie, before each is looked at alone. */
function askAbout(entries: readonly LedgerEntry[], { periodOf, askUnasked }: EventCheck): void {
  for (const { event } of entries) periodOf?.(event);
  askUnasked?.();
}

/** The plan with the rows of which it was found that they are not billed, or may not be. */
function withVerdicts(plan: Plan, proved: readonly LedgerEntry[], standing: () => Plan): Plan {
  const keys = new Set(
    proved.flatMap(({ index, outcome }) => (outcome.bill === 'billed' ? [] : [index.key])),
  );
  if (keys.size === 0) return plan;
  const isProved = ({ key = '' }: PlannedRow): boolean => keys.has(key);
  const now = new Map(
    standing()
      .rows.filter(isProved)
      .map((row) => [row.key, row]),
  );
  return { ...plan, rows: plan.rows.map((row) => now.get(row.key) ?? row) };
}

/** A request that leaves this shortly before the end of a period could arrive after it. */
const END_MARGIN_MS = 10_000;

/**
 * When the first of the running periods ends in which rows that are sent count (ms); infinite if
 * there is none. From then on these rows are late and have to be planned again.
 */
const nextEnd = ({ rows }: Plan, now: number): number =>
  rows.reduce(
    (first, row) =>
      unitOf(row).length > 0 && row.periodEndsAt !== undefined && row.periodEndsAt >= now
        ? Math.min(first, row.periodEndsAt)
        : first,
    Number.POSITIVE_INFINITY,
  );

/** No delivery at all. */
const nothing: Delivery = { entries: [], left: 0, stopped: undefined };

type Tally = Pick<RunReport, 'delivered' | 'rejected'>;

const NOTHING: Tally = { delivered: 0, rejected: 0 };

/** Events that Lago accepted and refused in these deliveries. */
function tally(deliveries: readonly Delivery[]): Tally {
  const states = deliveries.flatMap(({ entries }) => entries.map(({ outcome }) => outcome.state));
  return {
    delivered: states.filter((state) => state === 'accepted').length,
    rejected: states.filter((state) => state === 'rejected').length,
  };
}
