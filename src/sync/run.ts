import { isProblem, type Problem, problem } from '../problem/problem';
import { endToProve, isLost } from './billing/period';
import { Account } from './delivery/account';
import { type Delivery, type DeliveryTerms, deliver } from './delivery/delivery';
import { deliverInTurns } from './delivery/in-turns';
import { settle, settleFailed, settleHalves, stuckToTry } from './delivery/settle';
import { unseen } from './examination';
import { inState, type Ledger } from './ledger/entries';
import type { LedgerEntry } from './ledger/entry';
import { halvesIn } from './ledger/unit';
import { createLedger, identify, type OpenedLedger, openLedger } from './open-ledger';
import { reportBelowZero } from './plan/below-zero';
import { announceClosing } from './plan/closing';
import { brokenTotals, type CoveredPlan, coveredPlan, withoutTurn } from './plan/covered-plan';
import { reportFirstTiers } from './plan/first-tier';
import { type Asked, guard, withoutRemoved } from './plan/guard';
import { isOfNoRow } from './plan/next-entry';
import { countActions, type Plan, type PlannedRow, unitOf } from './plan/planned-row';
import { groupProblems, type ProblemGroup } from './plan/problem-group';
import { standingAfter } from './plan/standing-after';
import { readTab, type TabPlan } from './plan/tab-plan';
import { changedSinceSeen, countTakenBack } from './plan/undo';
import type { EventCheck, Identity, Ports } from './ports';
import { prove } from './proof/prove';
import { type Compared, type Comparison, compareNew, NOT_COMPARED } from './recovery/ask-first';
import { type RunReport, type RunResult, stoppedReport } from './report';
import type { RunRequest } from './run-request';

/**
 * One run: settle what is unknown, read the tab once, plan, guard, deliver, and report where every
 * row stands. A run is continued by running again, after a crash too.
 */
export function run(ports: Ports, request: RunRequest): RunResult {
  const { ready, trigger, startedAt = ports.clock.now() } = request;
  const begun = { sync: ready.sync.id, trigger, run: request.run, startedAt };
  const opened = open(ports, request);
  if (isProblem(opened)) return stoppedBy({ ports, begun }, opened);
  const scene: Scene = { ports, request, begun, ...opened };
  const settled = settleUnknown(scene);
  if (isProblem(settled)) return stoppedBy(scene, settled);
  // A line that makes Lago fail must not keep the other rows from being tried.
  if (settled.stopped !== undefined && settled.stopped.code !== 'lago.unavailable')
    return stoppedBy(scene, settled.stopped, settled.left);
  const decided = decide(scene);
  if (isProblem(decided)) return stoppedBy(scene, decided);
  const sent = send(scene, settled, decided);
  const rest = tryTheRest(scene, settled, decided, sent);
  return report(scene, decided, rest);
}

/** What a run knows of itself before it ends. */
type Begun = Pick<RunReport, 'sync' | 'trigger' | 'run' | 'startedAt'>;

/** Whose Lago it is, and what was sent. */
interface Opened {
  readonly identity: Identity;
  readonly opened: OpenedLedger;
  /** Books what happens from here on. */
  readonly account: Account;
}

/** What each step of a run works with. */
interface Scene extends Opened {
  readonly ports: Ports;
  readonly request: RunRequest;
  readonly begun: Begun;
}

const stoppedBy = (
  { ports, begun, account }: Pick<Scene, 'ports' | 'begun'> & Partial<Pick<Scene, 'account'>>,
  stopped: Problem,
  left = 0,
): RunResult => ({
  report: {
    ...stoppedReport({ ...begun, endedAt: ports.clock.now() }, stopped),
    ...account?.tally(),
    left,
  },
  plan: undefined,
  ledger: account?.ledger,
});

function open(ports: Ports, { ready }: RunRequest): Opened | Problem {
  const identity = identify(ports, ready);
  if (isProblem(identity)) return identity;
  const opened = openLedger(ports, ready, identity);
  if (isProblem(opened)) return opened;
  return { identity, opened, account: new Account(opened.ledger) };
}

/** How it stands with what was handed over before. */
interface Settled {
  /** Lines that still have no clear answer. */
  readonly open: readonly LedgerEntry[];
  /** Lines that are stuck, and tried at the end. */
  readonly stuck: readonly LedgerEntry[];
  /** Events of them that no request was made for. */
  readonly left: number;
  /** Why it ended early; others may get through all the same. */
  readonly stopped: Problem | undefined;
}

/** Finds out what became of events without an answer. */
function settleUnknown({ ports, request, begun, ...scene }: Scene): Settled | Problem {
  const { account, opened, identity } = scene;
  const halves = halvesIn(account.ledger.entries);
  const given = halves.length === 0 ? NOTHING : settleHalves(ports, halves);
  if (given.stopped !== undefined) return given.stopped;
  const isHalf = new Set(halves);
  const pending = inState(account.ledger, 'pending').filter((entry) => !isHalf.has(entry));
  // The period of an event may have ended since its line was written.
  const known = pending.length === 0 ? undefined : ports.destination.check('fresh');
  if (known !== undefined && isProblem(known)) return known;
  if (known !== undefined) askAbout(pending, known);
  const settled = settle(ports, pending, {
    count: opened.count,
    store: identity.store,
    deadline: request.deadline,
    before: 'nothing-sent',
    isLate: isUnbillableBy(known, begun.startedAt),
  });
  account.book(given);
  account.book(settled);
  return {
    open: settled.entries.filter(({ outcome }) => outcome.state === 'pending'),
    stuck: stuckToTry(account.ledger),
    left: settled.left,
    stopped: settled.stopped,
  };
}

/** What a run does, and whether it may. */
interface Decided extends CheckedPlan {
  /** What a person has to approve. */
  readonly asked: Asked | undefined;
  /** Why nothing is sent. */
  readonly held: Problem | undefined;
}

function decide({ ports, request, identity, account }: Scene): Decided | Problem {
  const examined = checkedPlan(ports, request, identity, account.ledger);
  if (isProblem(examined)) return examined;
  const { plan, units } = examined;
  const { undo, trigger, ready } = request;
  const events = units.flat().length;
  // A test sends one row, so it needs no approval for what is planned for the others. An undo sends
  // exactly what a person has seen.
  const asked =
    trigger === 'test' || undo !== undefined
      ? undefined
      : guard(plan, events, { ...request, sync: ready.sync });
  const held = undo === undefined ? asked?.problem : changedSinceSeen(undo, account.ledger, events);
  return { ...examined, asked, held };
}

/** What became of what was decided. */
interface Sent {
  readonly compared: Compared;
  readonly delivery: Delivery;
  /** No further request leaves after this moment (ms). */
  readonly until: number;
}

/** Sends what was decided, after a look at what Lago has already. */
function send(scene: Scene, settled: Settled, decided: Decided): Sent {
  const { ports, request, identity, opened, account } = scene;
  const { clock } = ports;
  const { plan, units, cover, held } = decided;
  const periodEnd = nextEnd(plan, clock.now()) - END_MARGIN_MS;
  if (held !== undefined) {
    const delivery = { entries: [], left: units.length, stopped: held };
    return { compared: NOT_COMPARED, delivery, until: periodEnd };
  }
  if (units.length > 0 && !opened.exists) createLedger(ports, request.ready.sync, identity);
  const compared = compareNew(ports, comparisonOf(scene, decided));
  if (compared.units.length > 0) ports.mark?.('sending');
  const until = Math.min(sliceEnd(ports, request), periodEnd);
  const before = settled.stopped === undefined ? 'nothing-sent' : 'unavailable';
  const delivery = deliverInTurns(compared.units, cover, (some, isAfterOthers) =>
    deliver(ports, some, {
      count: opened.count,
      store: identity.store,
      deadline: until,
      before: isAfterOthers ? 'got-through' : before,
    }),
  );
  account.note(compared.found);
  account.book(delivery);
  return { compared, delivery, until };
}

/** The slice's time starts after reading, so even a slow slice delivers something. In ms. */
const sliceEnd = ({ clock }: Ports, { deadline, deliveryMs }: RunRequest): number =>
  deliveryMs === undefined ? deadline : Math.min(deadline, clock.now() + deliveryMs);

function comparisonOf(scene: Scene, { plan, units, check }: Decided): Comparison {
  const { ports, request, identity, opened, account } = scene;
  return {
    units,
    ledger: account.ledger,
    check,
    count: opened.count,
    store: identity.store,
    isWhole: request.only === undefined && request.undo === undefined && !plan.rows.some(isHeldNew),
    isCompared: opened.isCompared,
    rebuiltAt: opened.rebuiltAt,
    // Looking up takes at most half of the time, so that some is left to send what Lago does not
    // have.
    until: (ports.clock.now() + sliceEnd(ports, request)) / 2,
    deadline: request.deadline,
  };
}

/** How the run ended, but for its report. */
interface Ended extends Sent {
  /** Events that no request was made for. */
  readonly left: number;
  /** Why it ended early. */
  readonly stopped: Problem | undefined;
  /** Whether it has looked at all rows and lines. */
  readonly isWhole: boolean;
}

/**
 * Tries again what has failed, once others have got through: then another failure counts against
 * the event, not against Lago.
 */
function tryTheRest(scene: Scene, settled: Settled, decided: Decided, sent: Sent): Ended {
  const { ports, request, identity, opened, account, begun } = scene;
  const { compared, delivery, until } = sent;
  const { trigger, undo, only } = request;
  const hasGotThrough = account.tally().delivered > 0;
  // What failed before may be what an undo would have to take back.
  const goesOn = delivery.stopped === undefined && trigger !== 'test' && undo === undefined;
  const terms: DeliveryTerms = {
    count: opened.count,
    store: identity.store,
    deadline: until,
    before: hasGotThrough ? 'got-through' : 'nothing-sent',
    isLate: isUnbillableBy(decided.check, begun.startedAt),
  };
  const failed = settled.stopped !== undefined && hasGotThrough ? settled.open : [];
  const again =
    goesOn && failed.length > 0
      ? settleFailed(ports, failed, terms)
      : { ...NOTHING, left: settled.left };
  account.book(again);
  if (goesOn) account.book(settle(ports, settled.stuck, terms));
  const left = compared.left + delivery.left + again.left;
  const stopped =
    delivery.stopped ??
    compared.stopped ??
    (delivery.entries.length === 0 ? settled.stopped : undefined) ??
    (left > 0 ? problem('run.time', { events: left }) : undefined);
  const isWhole = only === undefined && (decided.asked !== undefined || (goesOn && left === 0));
  return { ...sent, left, stopped, isWhole };
}

/** Where every row and line stands. */
function report(scene: Scene, decided: Decided, ended: Ended): RunResult {
  const { ports, request, begun, account } = scene;
  const { tab, check, plan, cover, asked } = decided;
  const { undo } = request;
  const standing = withoutTurn(
    standingAfter(
      asked === undefined ? plan : withoutRemoved(plan),
      account.ledger,
      ended.compared,
    ),
    cover,
  );
  // What was sent after the end of its period is proved last, so that it delays nothing. That
  // needs no approval: it sends nothing.
  const proved = ended.isWhole ? prove(ports, account.ledger, check, begun.startedAt) : [];
  account.note(proved);
  const { ledger } = account;
  const stands = (): Plan => tab.standing(check, ledger);
  const shown = undo === undefined ? withVerdicts(standing, proved, stands) : stands();
  const endedAt = ports.clock.now();
  return {
    report: {
      ...begun,
      endedAt,
      undone: undo && { startedAt: undo.startedAt, events: countTakenBack(undo, ledger) },
      rows: countActions(shown),
      ...account.tally(),
      left: ended.left,
      problems: problemsAfter(scene, decided, { standing, shown, endedAt }),
      checksOff: [
        ...unseen(undo === undefined ? plan : shown, check, request.ready.sync),
        ...(tab.unread === undefined ? [] : [tab.unread]),
      ],
      stopped: ended.stopped,
      asks: asked && { events: asked.events, removed: asked.removed },
    },
    // Rows that could not be read stand nowhere.
    plan: tab.unread === undefined ? shown : undefined,
    ledger,
  };
}

/** What has to be told of the rows. */
function problemsAfter(
  { ports, request, account: { ledger } }: Scene,
  { plan, check, cover, asked, held }: Decided,
  after: { readonly standing: Plan; readonly shown: Plan; readonly endedAt: number },
): ProblemGroup[] {
  const { standing, shown, endedAt } = after;
  const { undo, only } = request;
  const zone = ports.source.zone();
  const announced = asked === undefined ? shown : plan;
  return [
    ...(undo === undefined ? announceClosing(announced, zone, endedAt, only === undefined) : []),
    ...brokenTotals(cover, check),
    ...reportBelowZero(standing, ledger, check, { zone, now: endedAt }),
    ...(held === undefined ? reportFirstTiers(plan, ledger, check) : []),
    ...groupProblems(undo === undefined ? shown : { rows: standing.rows.filter(isLeft) }),
  ];
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
  (check: EventCheck | undefined, now: number) =>
  (entry: LedgerEntry): boolean => {
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
const NOTHING: Delivery = { entries: [], left: 0, stopped: undefined };
