import { isProblem, type Problem, problem } from '../problem/problem';
import type { TimeRule } from '../template/time';
import { type Delivery, type DeliveryLimits, deliver, type LineCount } from './delivery';
import { emptyLedger, indexEntries, inState, type Ledger, type LedgerEntry, type LedgerReading, readLedger } from './ledger';
import { readModel } from './model';
import { type Action, countActions, groupProblems, makePlan, type Plan, type PlannedRow, type ProblemGroup } from './plan';
import type { EventCheck, Identity, Ports, StoredLedger } from './ports';
import { settle, settleFailed } from './settle';
import type { QuantityField } from './summary';
import type { ReadySync, Sync } from './sync';

export type RunTrigger = 'hourly' | 'edit' | 'person' | 'test';

/** What a run is asked to do. Times are in ms. */
export interface RunRequest {
  readonly ready: ReadySync;
  readonly trigger: RunTrigger;
  /** No request leaves after this moment. */
  readonly deadline: number;
  /** Which keys may be sent; every row is still planned. All of them where it is undefined. */
  readonly only?: (key: string) => boolean;
  /** Whether a person stands behind any number of events. */
  readonly approved: boolean;
  readonly resting: (key: string, content: string) => boolean;
  readonly again: ReadonlySet<string>;
  /** See RunReport. */
  readonly run?: string;
  /** Of a run in slices: how long this one may deliver (ms), not counting what it has to read before. */
  readonly deliveryMs?: number;
}

/** What a run did, for the person, the statuses and the mail. */
export interface RunReport {
  readonly sync: string;
  readonly trigger: RunTrigger;
  /** The page's id of a run that it drives in slices; all slices of one run have it. */
  readonly run?: string;
  /** How many further runs found the very same and did nothing; they are told as one. */
  readonly repeats?: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** Rows by where they stand after the run. */
  readonly rows: Readonly<Record<Action, number>>;
  /** Events that this run got accepted, settled ones included. */
  readonly delivered: number;
  /** Events that Lago refused in this run. */
  readonly rejected: number;
  /** Events that were planned and not handed over. */
  readonly left: number;
  readonly problems: readonly ProblemGroup[];
  /** Which checks are off because the key may not read what they need. */
  readonly checksOff: readonly Problem[];
  /** Why the run ended early, if it did. */
  readonly stopped: Problem | undefined;
}

/** A run's picture of the world before anything is sent. */
export interface Examination {
  readonly identity: Identity;
  readonly ledger: Ledger;
  readonly count: LineCount;
  readonly plan: Plan;
  readonly checksOff: readonly Problem[];
  readonly quantityField: QuantityField;
  readonly ledgerExists: boolean;
}

export interface RunResult {
  readonly report: RunReport;
  /** The plan with each row where it stands now; undefined where the run stopped before it had one. */
  readonly plan: Plan | undefined;
  readonly ledger: Ledger | undefined;
}

type Stopped = { readonly stopped: Problem };

/** Which organization the key belongs to, and whether it is the one that the sync has sent to. */
function identify({ destination }: Ports, { sync }: ReadySync): Identity | Stopped {
  const identity = destination.identify();
  if (isProblem(identity)) return { stopped: identity };
  if (sync.organization !== undefined && sync.organization !== identity.organization)
    return { stopped: problem('lago.other-organization', { name: identity.name }) };
  return identity;
}

/** Whose ledger it is: that of another file or sync is taken over only if a person says so. */
export function checkLedger(stored: StoredLedger, file: string, sync: string): Problem | undefined {
  if (stored.header.file !== file) return problem('ledger.copied');
  return stored.header.sync === sync ? undefined : problem('ledger.found', { lines: stored.lines.length });
}

const readingProblem = (reading: Exclude<LedgerReading, { ledger: Ledger }>): Problem =>
  'damaged' in reading
    ? problem('ledger.damaged', { rows: reading.damaged.slice(0, 5).join(', ') })
    : problem('ledger.vanished', reading.vanished);

function openLedger(
  { ledger: store }: Ports,
  { sync }: ReadySync,
  identity: Identity,
): { ledger: Ledger; count: LineCount; exists: boolean } | Stopped {
  const stored = store.open(sync.id, identity.organization, sync.source.tabId);
  if (stored === undefined) return { ledger: emptyLedger, count: { lines: 0 }, exists: false };
  if (isProblem(stored)) return { stopped: stored };
  const wrong = checkLedger(stored, store.file(), sync.id);
  if (wrong !== undefined) return { stopped: wrong };
  const reading = readLedger(stored.lines, stored.record);
  return 'ledger' in reading
    ? { ledger: reading.ledger, count: { lines: stored.lines.length }, exists: true }
    : { stopped: readingProblem(reading) };
}

export function createLedger({ ledger }: Ports, { id, name, source }: Sync, { organization }: Identity): void {
  ledger.create({ ledger: 1, file: ledger.file(), tab: source.tabId, sync: id, organization }, name);
}

/** Reads the tab once and plans every row of it. */
function planRows(
  ports: Ports,
  request: RunRequest,
  identity: Identity,
  ledger: Ledger,
  check: EventCheck,
): Plan | { readonly stopped: Problem } {
  const { sync } = request.ready;
  const reading = ports.source.read(sync.source);
  if (isProblem(reading)) return { stopped: reading };
  const read = readModel(sync, reading);
  if ('problems' in read)
    return { stopped: read.problems[0] ?? problem('internal', { detail: 'a model without rows and without problems' }) };
  const rule: TimeRule = { sheetZone: ports.source.zone(), periodZone: identity.zone, dateOnly: sync.dateOnly };
  return makePlan({
    ready: request.ready,
    model: read.model,
    ledger,
    rule,
    now: ports.clock.now(),
    check: check.problemsOf,
    zoneOf: check.zoneOf,
    resting: request.resting,
    again: request.again,
  });
}

/** What this run could not look for: checks that the key may not make, and removed rows while keys are unreadable. */
function unseen({ missing = 0 }: Plan, { off }: EventCheck): readonly Problem[] {
  return missing === 0 ? off : [...off, problem('row.missing', { count: missing })];
}

/** Plans without sending anything. */
export function examine(ports: Ports, request: RunRequest): Examination | Stopped {
  const identity = identify(ports, request.ready);
  if ('stopped' in identity) return identity;
  const opened = openLedger(ports, request.ready, identity);
  if ('stopped' in opened) return opened;
  const check = ports.destination.check();
  if (isProblem(check)) return { stopped: check };
  const plan = planRows(ports, request, identity, opened.ledger, check);
  if ('stopped' in plan) return plan;
  const { ledger, count, exists } = opened;
  const quantityField = check.quantityField ?? (() => undefined);
  return { identity, ledger, count, ledgerExists: exists, plan, checksOff: unseen(plan, check), quantityField };
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
  const stop = (stopped: Problem, ledger?: Ledger, { delivered, rejected }: Tally = NOTHING, left = 0): RunResult => ({
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
  const limits: DeliveryLimits = { store: identity.store, deadline: request.deadline, before: 'nothing-sent' };

  const unsettled = settle(ports, inState(opened.ledger, 'pending'), count, limits);
  const settled = replace(opened.ledger, unsettled.entries);
  const before = tally([unsettled]);
  // A line that makes Lago fail must not keep the other rows from being tried.
  if (unsettled.stopped !== undefined && unsettled.stopped.code !== 'lago.unavailable')
    return stop(unsettled.stopped, settled, before, unsettled.left);

  const check = ports.destination.check();
  if (isProblem(check)) return stop(check, settled, before);
  const plan = planRows(ports, request, identity, settled, check);
  if ('stopped' in plan) return stop(plan.stopped, settled, before);

  const units = plan.rows
    .filter(({ entry, key }) => entry !== undefined && (request.only?.(key ?? '') ?? true))
    .map(({ entry }) => [entry as LedgerEntry]);
  // However slow the readings were, a slice gets on by some events.
  const until = request.deliveryMs === undefined ? request.deadline : Math.min(request.deadline, ports.clock.now() + request.deliveryMs);
  const tooMany = !request.approved && units.length > sync.unattendedEvents;
  if (units.length > 0 && !tooMany && !opened.exists) createLedger(ports, sync, identity);
  const delivery: Delivery = tooMany
    ? { entries: [], left: units.length, stopped: problem('run.volume', { events: units.length, limit: sync.unattendedEvents }) }
    : deliver(ports, units, count, {
        ...limits,
        deadline: until,
        before: unsettled.stopped === undefined ? 'nothing-sent' : 'unavailable',
      });
  // What Lago fails for is tried last; where the others got through just now, what failed before them speaks against itself.
  const gotThrough = tally([delivery]).delivered + before.delivered > 0;
  const ending: DeliveryLimits = { ...limits, deadline: until, before: gotThrough ? 'got-through' : 'nothing-sent' };
  const failed =
    unsettled.stopped !== undefined && gotThrough ? unsettled.entries.filter(({ outcome }) => outcome.state === 'pending') : [];
  const goesOn = delivery.stopped === undefined && request.trigger !== 'test';
  const again = goesOn ? settleFailed(ports, failed, count, ending) : nothing;
  const stuck = goesOn ? settle(ports, inState(settled, 'stuck'), count, ending) : nothing;

  const ledger = [delivery, again, stuck].reduce((known, { entries }) => replace(known, entries), settled);
  const left = delivery.left + (again === nothing ? unsettled.left : again.left);
  const standing = standingAfter(plan, ledger);
  return {
    report: {
      sync: sync.id,
      trigger: request.trigger,
      ...(request.run === undefined ? {} : { run: request.run }),
      startedAt,
      endedAt: ports.clock.now(),
      rows: countActions(standing),
      ...tally([unsettled, delivery, again, stuck]),
      left,
      problems: groupProblems(standing),
      checksOff: unseen(plan, check),
      stopped:
        delivery.stopped ??
        (delivery.entries.length === 0 ? unsettled.stopped : undefined) ??
        (left > 0 ? problem('run.time', { events: left }) : undefined),
    },
    plan: standing,
    ledger,
  };
}

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
function standingAfter(plan: Plan, ledger: Ledger): Plan {
  return {
    rows: plan.rows.map((row) => {
      const latest = ledger.byId.get((row.entry ?? row.latest)?.index.id ?? '');
      return row.entry === undefined && row.action !== 'wait' ? row : standing(row, latest);
    }),
  };
}

function standing(row: PlannedRow, latest: LedgerEntry | undefined): PlannedRow {
  if (latest === undefined) return row;
  const { state, answer } = latest.outcome;
  const stands = (action: Action, found?: Problem): PlannedRow => ({
    ...row,
    action,
    latest,
    entry: undefined,
    problems: found === undefined ? [] : [row.row === undefined ? found : { ...found, place: { ...found.place, row: row.row } }],
  });
  switch (state) {
    case 'accepted':
      return row.change === 'changed' && row.entry === undefined ? stands('flag', problem('row.changed')) : stands('sent');
    case 'rejected':
      return stands('refused', problem('event.rejected', { answer }));
    case 'conflict':
      return stands('refused', problem('event.conflict', { id: latest.index.id }));
    case 'stuck':
      return stands('wait', problem('event.stuck', { answer }));
    case 'pending':
      return stands('wait', problem('row.unsettled'));
  }
}
