import { type Problem, ProblemError, problem, required } from '../../problem/problem';
import type {
  Argument,
  CorrectionRule,
  CorrectionView,
  DryRun,
  Rebill,
  RowView,
  UndoView,
  Value,
} from '../../rpc/contract';
import { ruleFor } from '../../sync/billing/correction';
import { scheduleOptions } from '../../sync/clock/cost';
import { takeAsBilled } from '../../sync/delivery/baseline';
import { type Examination, examine } from '../../sync/examination';
import { approvedNow } from '../../sync/memory/sync-state';
import { reportBelowZero } from '../../sync/plan/below-zero';
import { announceClosing } from '../../sync/plan/closing';
import { reportFirstTiers } from '../../sync/plan/first-tier';
import { sayInAdvance } from '../../sync/plan/in-advance';
import { reportAhead } from '../../sync/plan/limits-ahead';
import {
  type Action,
  countActions,
  isCorrected,
  type Plan,
  type PlannedRow,
  unitOf,
} from '../../sync/plan/planned-row';
import { groupProblems, type ProblemGroup } from '../../sync/plan/problem-group';
import { leavingOf } from '../../sync/plan/reversal';
import { summarise } from '../../sync/plan/summary';
import { UNKNOWN } from '../../sync/plan/take-back';
import type { SentByRun } from '../../sync/plan/undo';
import type { EventCheck } from '../../sync/ports';
import { sendableAgain } from '../../sync/recovery/send-again';
import type { Sync } from '../../sync/sync';
import { sentByRun } from '../run-journal';
import {
  type Execution,
  portsOf,
  requireIdentity,
  requireReady,
  type SyncPorts,
} from '../sync-runner';
import { isAddOn } from '../triggers';
import { otherSchedules } from './schedules';

const LISTED_ROWS = 200;
const LISTED_CORRECTIONS = 50;
/** What only a person can solve comes first, so that the limit does not cut it off. */
const URGENCY: readonly Action[] = ['refused', 'flag', 'hold', 'wait', 'send', 'sent', 'elsewhere'];

/** Rows as the page lists them. Lago is asked about those in conflict. */
function viewRows(
  rows: readonly PlannedRow[],
  { check, identity }: Examination,
  { destination }: SyncPorts,
): RowView[] {
  const refused = rows.flatMap(({ action, latest }) =>
    action === 'refused' && latest !== undefined ? [latest] : [],
  );
  const free = required(sendableAgain({ destination, check, store: identity.store }, refused));
  return rows.map(({ row, key, change, action, problems, latest }) => ({
    row,
    key,
    change,
    action,
    problems,
    again: action === 'refused' && latest !== undefined && free.has(latest.index.id),
  }));
}

function countChanges({ rows }: Plan): DryRun['changes'] {
  const counts = { added: 0, changed: 0, unchanged: 0, removed: 0 };
  for (const { change } of rows) if (change !== 'undone') counts[change]++;
  return counts;
}

/** Whether a row is billed again by the newer template. */
export const isRebilled = (rebill: Rebill): ((key: string) => boolean) => {
  const keys = rebill === 'all' ? undefined : new Set(rebill);
  return (key) => keys === undefined || keys.has(key);
};

/** What is to be corrected, beside what a run does anyway. */
interface Chosen {
  readonly rebill?: Rebill | undefined;
  readonly undo?: SentByRun | undefined;
}

function examineWith(
  execution: Execution,
  ports: SyncPorts,
  sync: Sync,
  { rebill, undo }: Chosen = {},
): Examination {
  const state = execution.settings.state(sync.id);
  const { days, removed } = state;
  return required(
    examine(ports, {
      ready: requireReady(sync),
      trigger: 'person',
      deadline: execution.deadline,
      approved: approvedNow(state, execution.clock.now()),
      usual: { days, removed },
      resting: () => false,
      again: new Set(),
      rebill: rebill && isRebilled(rebill),
      undo,
    }),
  );
}

/** A problem of the whole run, listed among those of its rows. */
const wholeRunGroup = (found: Problem, count: number): ProblemGroup => ({
  action: 'hold',
  problem: found,
  alike: true,
  count,
  rows: [],
});

/** While a sync is being set up, every row that was sent is a test. */
const isOlderTest = ({ latest }: PlannedRow, { state, templateRevision }: Sync): boolean =>
  state === 'draft' &&
  latest !== undefined &&
  latest.index.kind === 'usage' &&
  latest.index.templateRevision < templateRevision;

function reviewOf(
  { settings, clock }: Execution,
  sync: Sync,
  examined: Examination,
  ports: SyncPorts,
): Omit<DryRun, 'schedules' | 'lookMs'> {
  const { plan, broken, ledger, check, checksOff, identity, asked } = examined;
  const zone = ports.source.zone();
  const now = clock.now();
  const corrected = plan.rows.filter(isCorrected);
  return {
    counts: countActions(plan),
    changes: countChanges(plan),
    problems: [
      ...(asked === undefined ? [] : [wholeRunGroup(asked.problem, asked.removed)]),
      ...announceClosing(plan, zone, now, asked !== undefined),
      ...broken,
      ...reportBelowZero(plan, ledger, check, { zone, now }),
      ...reportFirstTiers(plan, ledger, check),
      ...reportAhead(plan, ledger, check),
      ...sayInAdvance(plan, check),
      ...groupProblems(plan),
    ],
    checksOff,
    rows: viewRows(
      plan.rows
        .filter(({ problems }) => problems.length > 0)
        .sort((left, right) => URGENCY.indexOf(left.action) - URGENCY.indexOf(right.action))
        .slice(0, LISTED_ROWS),
      examined,
      ports,
    ),
    summary: summarise(plan, check, identity.zone, now),
    asks: asked && { events: asked.events, removed: asked.removed },
    testedBefore: plan.rows
      .filter((row) => isOlderTest(row, sync))
      .slice(0, LISTED_ROWS)
      .map(({ key, row }) => ({ key, row })),
    corrected: corrected.length,
    corrections: corrected.slice(0, LISTED_CORRECTIONS).map(viewCorrection),
    rules: rulesOf(plan, check.billingOf),
    otherSyncs: settings
      .syncs()
      .filter(({ id, source }) => id !== sync.id && source.tabId === sync.source.tabId)
      .map(({ name }) => name),
  };
}

const viewCorrection = (row: PlannedRow): CorrectionView => ({
  key: row.key,
  row: row.row,
  events: unitOf(row).map(({ event }) => JSON.stringify(event, null, 2)),
});

/** Whether events can be corrected, judged by one event of each code. */
function rulesOf({ rows }: Plan, billingOf: EventCheck['billingOf']): CorrectionRule[] {
  const events = new Map(
    rows
      .flatMap(({ entry, latest }) => (entry ?? latest)?.event ?? [])
      // A row that was marked as billed elsewhere before it made an event has no code.
      .filter(({ code }) => code !== '')
      .map((event) => [event.code, event]),
  );
  return [...events].map(([code, event]) => {
    const terms = billingOf?.(event);
    const rule = terms === undefined ? { because: UNKNOWN } : ruleFor(terms);
    return { code, because: 'because' in rule ? rule.because : undefined };
  });
}

/** What a run would do with every row now. Sends nothing. */
export function dryRun(execution: Execution, asked: Argument<'dryRun'>): DryRun {
  const { clock, settings } = execution;
  const sync = settings.sync(asked.id);
  const began = clock.now();
  const ports = portsOf(execution);
  const undo = asked.undo === undefined ? undefined : sentByRun(execution, sync.id, asked.undo);
  const at = clock.now();
  const examined = examineWith(execution, ports, sync, { rebill: asked.rebill, undo });
  const review = measured(execution, sync, began, reviewOf(execution, sync, examined, ports));
  return undo === undefined ? review : { ...review, undo: viewUndo(examined, undo, at) };
}

/** A review with what each schedule costs, judged by how long the review itself took. */
function measured(
  execution: Execution,
  sync: Sync,
  began: number,
  review: ReturnType<typeof reviewOf>,
): DryRun {
  const lookMs = execution.clock.now() - began;
  const others = otherSchedules(execution, sync.id);
  const addOn = isAddOn(execution.runtime);
  return { ...review, lookMs, schedules: scheduleOptions(lookMs, others, addOn) };
}

/** @param at when the ledger was read, at the earliest (ms) */
function viewUndo({ plan, ledger }: Examination, undo: SentByRun, at: number): UndoView {
  const rows = plan.rows.filter(
    ({ change, action }) => change === 'undone' && (action === 'send' || action === 'sent'),
  );
  const events = rows.flatMap(({ key }) => leavingOf({ ledger, undo }, key ?? ''));
  return {
    at,
    rows: rows.length,
    events: events.length,
    earlier: events.filter(({ index }) => index.at < undo.startedAt).length,
  };
}

/** Takes rows as billed elsewhere; see Api. The caller holds the lock. */
export function startFromNow(
  execution: Execution,
  { id, revision, incomplete }: Argument<'takeAsBilled'>,
): Value<'takeAsBilled'> {
  const { settings } = execution;
  const sync = settings.sync(id);
  if (sync.revision !== revision) throw new ProblemError(problem('settings.stale'));
  const ports = portsOf(execution);
  const began = execution.clock.now();
  const pinned = settings.pin(sync, requireIdentity(ports.destination));
  const taken = takeAsBilled(
    ports,
    examineWith(execution, ports, pinned),
    pinned,
    new Set(incomplete),
  );
  // Lago was read a moment ago; the sheet and the ledger are read again.
  const examined = examineWith(execution, ports, pinned);
  const review = reviewOf(execution, pinned, examined, ports);
  return { taken, dryRun: measured(execution, pinned, began, review) };
}
