import { isProblem, type Problem, problem } from '../problem/problem';
import type { QuantityField } from './billing/aggregation';
import { type Delivery, type DeliveryLimits, deliver, type LineCount } from './delivery/delivery';
import { type IsLate, settle, settleFailed, settleHalves, stuckToTry } from './delivery/settle';
import {
  indexEntries,
  inState,
  isUndone,
  type Ledger,
  latestOf,
  unsettledOf,
} from './ledger/entries';
import type { EntryState, LedgerEntry } from './ledger/entry';
import { halvesIn, OTHER_HALF, type Unit } from './ledger/unit';
import { createLedger, identify, openLedger, type Stopped, usedElsewhere } from './open-ledger';
import { announceClosing } from './plan/closing';
import { type Approval, type Asked, guard, type Usual, withoutRemoved } from './plan/guard';
import { makePlan } from './plan/plan';
import { type Action, countActions, type Plan, type PlannedRow, unitOf } from './plan/planned-row';
import { groupProblems } from './plan/problem-group';
import type { EventCheck, Identity, Ports } from './ports';
import { type Compared, compareNew } from './recovery/after-rebuild';
import type { RunReport, RunTrigger } from './report';
import { readModel } from './rows/model';
import type { ReadySync, Sync } from './sync';

/** What a run is asked to do. Times are in ms. */
export interface RunRequest {
  readonly ready: ReadySync;
  readonly trigger: RunTrigger;
  /** No request leaves after this moment. */
  readonly deadline: number;
  /** Which rows may be sent; every row is still planned. All of them where it is undefined. */
  readonly only?: ((key: string, row: PlannedRow) => boolean) | undefined;
  /** What a person has approved beyond what is usual. */
  readonly approved: Approval | undefined;
  readonly usual: Usual;
  readonly resting: (key: string, content: string) => boolean;
  readonly again: ReadonlySet<string>;
  /** Which sent rows are billed again by the newer template. */
  readonly rebill?: ((key: string) => boolean) | undefined;
  /** See RunReport. */
  readonly run?: string | undefined;
  /** Of a run in slices: how long this one may deliver (ms), not counting what it has to read before. */
  readonly deliveryMs?: number | undefined;
}

/** A run's picture of the world before anything is sent. */
export interface Examination {
  readonly identity: Identity;
  readonly ledger: Ledger;
  readonly count: LineCount;
  readonly plan: Plan;
  readonly checksOff: readonly Problem[];
  readonly quantityField: QuantityField;
  readonly billingOf: EventCheck['billingOf'];
  readonly ledgerExists: boolean;
  /** What a run would wait for. */
  readonly asked: Asked | undefined;
}

export interface RunResult {
  readonly report: RunReport;
  /** The plan with each row where it stands now; undefined where the run stopped before it had one. */
  readonly plan: Plan | undefined;
  readonly ledger: Ledger | undefined;
}

/** Reads the tab once, and hands out what plans every row of it by what is known of Lago; a second plan costs no second reading. */
function readToPlan(
  ports: Ports,
  request: RunRequest,
  identity: Identity,
  ledger: Ledger,
): ((check: EventCheck) => Plan) | Stopped {
  const { sync } = request.ready;
  const reading = ports.source.read(sync.source);
  if (isProblem(reading)) return { stopped: reading };
  const read = readModel(sync, reading);
  if ('problems' in read)
    return {
      stopped:
        read.problems[0] ??
        problem('internal', { detail: 'a model without rows and without problems' }),
    };
  const input = {
    ready: request.ready,
    model: read.model,
    ledger,
    rule: { sheetZone: ports.source.zone(), periodZone: identity.zone, dateOnly: sync.dateOnly },
    usedElsewhere: usedElsewhere(ports, sync, identity.organization),
    resting: request.resting,
    again: request.again,
    ...(request.rebill === undefined ? {} : { rebill: request.rebill }),
  };
  return (check) => makePlan({ ...input, check, now: ports.clock.now() });
}

/** What this run could not look for: checks that the key may not make, and removed rows while keys are unreadable. */
function unseen({ missing = 0 }: Plan, { off }: EventCheck, { removed }: Sync): readonly Problem[] {
  return missing === 0 || removed === 'ignore'
    ? off
    : [...off, problem('row.missing', { count: missing })];
}

/** Plans without sending anything. */
export function examine(ports: Ports, request: RunRequest): Examination | Stopped {
  const identity = identify(ports, request.ready);
  if ('stopped' in identity) return identity;
  const opened = openLedger(ports, request.ready, identity);
  if ('stopped' in opened) return opened;
  const check = ports.destination.check();
  if (isProblem(check)) return { stopped: check };
  const planBy = readToPlan(ports, request, identity, opened.ledger);
  if ('stopped' in planBy) return planBy;
  const plan = planBy(check);
  const { ledger, count, exists } = opened;
  const quantityField = check.quantityField ?? (() => undefined);
  const asked = guard(
    plan,
    plan.rows.flatMap(unitOf).length,
    request.ready.sync,
    request.usual,
    request.approved,
  );
  return {
    identity,
    ledger,
    count,
    ledgerExists: exists,
    plan,
    checksOff: unseen(plan, check, request.ready.sync),
    quantityField,
    billingOf: check.billingOf,
    asked,
  };
}

const replace = (ledger: Ledger, entries: readonly LedgerEntry[]): Ledger => {
  const changed = new Map(entries.map((entry) => [entry.index.id, entry]));
  const known = new Set(ledger.entries.map(({ index }) => index.id));
  return indexEntries([
    ...ledger.entries.map((entry) => changed.get(entry.index.id) ?? entry),
    ...entries.filter(({ index, line }) => !known.has(index.id) && line !== undefined),
  ]);
};

/**
 * One run: settle what is unknown, read the tab once, plan, guard, deliver, and say where every row stands.
 * Running again at any moment, after a crash too, is how it is continued.
 */
export function run(ports: Ports, request: RunRequest): RunResult {
  const startedAt = ports.clock.now();
  const { sync } = request.ready;
  const stop = (
    stopped: Problem,
    ledger?: Ledger,
    { delivered, rejected }: Tally = NOTHING,
    left = 0,
  ): RunResult => ({
    report: {
      sync: sync.id,
      trigger: request.trigger,
      ...(request.run === undefined ? {} : { run: request.run }),
      startedAt,
      endedAt: ports.clock.now(),
      rows: countActions({ rows: [] }),
      delivered,
      rejected,
      left,
      problems: [],
      checksOff: [],
      stopped,
    },
    plan: undefined,
    ledger,
  });

  const identity = identify(ports, request.ready);
  if ('stopped' in identity) return stop(identity.stopped);
  const opened = openLedger(ports, request.ready, identity);
  if ('stopped' in opened) return stop(opened.stopped);
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
  // What lay in a running period when it was written down may be late by now.
  const known = open.length === 0 ? undefined : ports.destination.check('fresh');
  if (known !== undefined && isProblem(known)) return stop(known, opened.ledger);
  const unsettled = settle(ports, open, count, limits, isUnbillableBy(known));
  const settled = replace(opened.ledger, [...given.entries, ...unsettled.entries]);
  const before = tally([given, unsettled]);
  // A line that makes Lago fail must not keep the other rows from being tried.
  if (unsettled.stopped !== undefined && unsettled.stopped.code !== 'lago.unavailable')
    return stop(unsettled.stopped, settled, before, unsettled.left);

  const examined = checkedPlan(ports, request, identity, settled);
  if ('stopped' in examined) return stop(examined.stopped, settled, before);
  const { plan, check, units } = examined;
  // However slow the readings were, a slice gets on by some events.
  const sliceEnd = (): number =>
    request.deliveryMs === undefined
      ? request.deadline
      : Math.min(request.deadline, ports.clock.now() + request.deliveryMs);
  const periodEnd = nextEnd(plan, ports.clock.now()) - END_MARGIN_MS;
  // A test sends one row, whatever became of the others.
  const asked =
    request.trigger === 'test'
      ? undefined
      : guard(plan, units.flat().length, sync, request.usual, request.approved);
  if (units.length > 0 && asked === undefined && !opened.exists)
    createLedger(ports, sync, identity);
  // Half of the time is for asking, so that what Lago does not have goes in this run.
  const half = (ports.clock.now() + sliceEnd()) / 2;
  const { store, deadline } = limits;
  const compared =
    asked === undefined
      ? compareNew(ports, {
          units,
          ledger: settled,
          check,
          count,
          store,
          rebuiltAt: opened.rebuiltAt,
          until: half,
          deadline,
        })
      : NOT_COMPARED;
  const until = Math.min(sliceEnd(), periodEnd);
  const delivery: Delivery =
    asked !== undefined
      ? { entries: [], left: units.length, stopped: asked.problem }
      : deliver(ports, compared.units, count, {
          ...limits,
          deadline: until,
          before: unsettled.stopped === undefined ? 'nothing-sent' : 'unavailable',
        });
  // What Lago fails for is tried last; where the others got through just now, what failed before them speaks against itself.
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
  const goesOn = delivery.stopped === undefined && request.trigger !== 'test';
  const again = goesOn
    ? settleFailed(ports, failed, count, ending, isUnbillableBy(check))
    : nothing;
  const stuck = goesOn
    ? settle(ports, stuckToTry(settled), count, ending, isUnbillableBy(check))
    : nothing;

  const ledger = [delivery, again, stuck].reduce(
    (known, { entries }) => replace(known, entries),
    replace(settled, compared.found),
  );
  const left = compared.left + delivery.left + (again === nothing ? unsettled.left : again.left);
  const standing = standingAfter(
    asked === undefined ? plan : withoutRemoved(plan),
    ledger,
    compared,
  );
  const endedAt = ports.clock.now();
  return {
    report: {
      sync: sync.id,
      trigger: request.trigger,
      ...(request.run === undefined ? {} : { run: request.run }),
      startedAt,
      endedAt,
      rows: countActions(standing),
      ...tally([given, unsettled, delivery, again, stuck]),
      left,
      problems: [
        ...announceClosing(standing, ports.source.zone(), endedAt, request.only === undefined),
        ...groupProblems(standing),
      ],
      checksOff: unseen(plan, check, sync),
      stopped:
        delivery.stopped ??
        compared.stopped ??
        (delivery.entries.length === 0 ? unsettled.stopped : undefined) ??
        (left > 0 ? problem('run.time', { events: left }) : undefined),
      ...(asked === undefined ? {} : { asks: { events: asked.events, removed: asked.removed } }),
    },
    plan: standing,
    ledger,
  };
}

/** The plan of a run with what it sends. What is sent was checked against what Lago itself says now, not against what a cache has kept. */
function checkedPlan(
  ports: Ports,
  request: RunRequest,
  identity: Identity,
  ledger: Ledger,
): { readonly plan: Plan; readonly check: EventCheck; readonly units: readonly Unit[] } | Stopped {
  const kept = ports.destination.check();
  if (isProblem(kept)) return { stopped: kept };
  // A row that the cache does not know makes it read anew in the midst of the plan.
  const { isKept } = kept;
  const planBy = readToPlan(ports, request, identity, ledger);
  if ('stopped' in planBy) return planBy;
  const planned = (check: EventCheck) => {
    const plan = planBy(check);
    const units = plan.rows
      .filter((row) => request.only?.(row.key ?? '', row) ?? true)
      .map(unitOf)
      .filter((unit) => unit.length > 0);
    return { plan, check, units };
  };
  const first = planned(kept);
  if (isKept !== true || first.units.length === 0) return first;
  const fresh = ports.destination.check('fresh');
  return isProblem(fresh) ? { stopped: fresh } : planned(fresh);
}
/** Whether Lago would not bill an event any more that was handed over before. */
const isUnbillableBy =
  (check: EventCheck | undefined): IsLate =>
  ({ event }) =>
    check !== undefined &&
    (check.problemsOf(event).length > 0 || check.periodOf?.(event)?.state === 'invoiced');

/** What leaves shortly before the end of a period could arrive after it. */
const END_MARGIN_MS = 10_000;

/** When the first running period ends that counts a row of the plan (ms): from then on its rows are late, and are planned anew. */
const nextEnd = ({ rows }: Plan, now: number): number =>
  rows.reduce(
    (first, row) =>
      unitOf(row).length > 0 && row.periodEndsAt !== undefined && row.periodEndsAt >= now
        ? Math.min(first, row.periodEndsAt)
        : first,
    Number.POSITIVE_INFINITY,
  );

/** What a run that may send nothing has asked for. */
const NOT_COMPARED: Compared = {
  units: [],
  found: [],
  unanswered: new Set(),
  left: 0,
  stopped: undefined,
};

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

/** The plan after the run: every row that had something to send, where Lago's answer has put it. */
function standingAfter(
  plan: Plan,
  ledger: Ledger,
  { found, unanswered }: Pick<Compared, 'found' | 'unanswered'>,
): Plan {
  const foundKeys = new Set(found.map(({ index }) => index.key));
  return {
    ...plan,
    rows: plan.rows.map((row) => {
      if (unitOf(row).some((entry) => unanswered.has(entry)))
        return waitingRow(row, 'row.unanswered');
      if (unitOf(row).length > 0 && foundKeys.has(row.key ?? '')) return foundRow(row, ledger);
      const unit = unitOf(row).map((entry) => ledger.byId.get(entry.index.id) ?? entry);
      if (unit.length > 0) return standing(row, unit);
      const latest =
        row.key === undefined
          ? undefined
          : (unsettledOf(ledger, row.key) ?? ledger.byId.get(row.latest?.index.id ?? ''));
      return row.action === 'wait' && latest !== undefined ? standing(row, [latest]) : row;
    }),
  };
}

/** A row that is not sent in this run, for which nobody has to do anything. */
const waitingRow = (row: PlannedRow, code: 'row.unanswered' | 'row.unsettled'): PlannedRow => ({
  ...row,
  action: 'wait',
  entry: undefined,
  reversals: [],
  problems: [problem(code, {}, row.row === undefined ? {} : { row: row.row })],
});

/** A row of which something was found in Lago. Where its newest event was taken back, the next run plans it anew. */
function foundRow(row: PlannedRow, ledger: Ledger): PlannedRow {
  const newest = latestOf(ledger, row.key ?? '');
  return newest === undefined ||
    newest.index.id === row.latest?.index.id ||
    isUndone(ledger, newest)
    ? waitingRow(row, 'row.unsettled')
    : standing(row, [newest]);
}

/** What a person has to know first of a unit's events. */
const GRAVITY: readonly EntryState[] = ['conflict', 'rejected', 'stuck', 'pending', 'accepted'];

function standing(row: PlannedRow, unit: readonly LedgerEntry[]): PlannedRow {
  const worst = [...unit].sort(
    (left, right) => GRAVITY.indexOf(left.outcome.state) - GRAVITY.indexOf(right.outcome.state),
  )[0];
  // Of a unit that was refused, Lago's own words tell more than that the rest was not sent.
  const told =
    unit.find(
      ({ outcome }) => outcome.state === worst?.outcome.state && outcome.answer !== OTHER_HALF,
    ) ?? worst;
  if (told === undefined || told.line === undefined) return row;
  const { state, answer } = told.outcome;
  const latest = unit.find(({ index }) => index.kind !== 'reversal') ?? row.latest;
  const stands = (action: Action, found?: Problem): PlannedRow => ({
    ...row,
    action,
    latest,
    entry: undefined,
    reversals: [],
    problems:
      found === undefined
        ? []
        : [row.row === undefined ? found : { ...found, place: { ...found.place, row: row.row } }],
  });
  switch (state) {
    case 'accepted':
      return row.change === 'changed' && unitOf(row).length === 0
        ? stands('flag', problem('row.changed'))
        : stands('sent');
    case 'rejected':
      return stands('refused', problem('event.rejected', { answer }));
    case 'conflict':
      return stands('refused', problem('event.conflict', { id: told.index.id }));
    case 'stuck':
      return stands('wait', problem('event.stuck', { answer }));
    case 'pending':
      return stands('wait', problem('row.unsettled'));
  }
}
