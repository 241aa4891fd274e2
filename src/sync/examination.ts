import { isProblem, type Problem, problem } from '../problem/problem';
import type { LineCount } from './delivery/delivery';
import type { Ledger } from './ledger/entries';
import { identify, openLedger } from './open-ledger';
import { brokenTotals, coveredPlan } from './plan/covered-plan';
import { type Asked, guard } from './plan/guard';
import type { Plan } from './plan/planned-row';
import type { ProblemGroup } from './plan/problem-group';
import { readTab } from './plan/tab-plan';
import type { EventCheck, Identity, Ports } from './ports';
import type { RunRequest } from './run-request';
import type { Sync } from './sync';
/** What a run knows and plans before it sends anything. */
export interface Examination {
  /** The organization that the key belongs to. */
  readonly identity: Identity;
  /** What was sent so far. */
  readonly ledger: Ledger;
  /** Lines of the ledger's sheet. */
  readonly count: LineCount;
  /** What a run would do with every row. */
  readonly plan: Plan;
  /** Totals that are below zero in Lago already, and keep it from making an invoice. */
  readonly broken: readonly ProblemGroup[];
  /** What Lago would do with an event. */
  readonly check: EventCheck;
  /** Checks that are off, and why. */
  readonly checksOff: readonly Problem[];
  /** Whether the ledger's sheet exists. */
  readonly ledgerExists: boolean;
  /** The approval that a run would wait for; undefined if it needs none. */
  readonly asked: Asked | undefined;
}

/**
 * What this run could not look for: checks that the key may not make, and removed rows while keys
 * are unreadable.
 */
export function unseen(
  { missing = 0 }: Plan,
  { off }: EventCheck,
  { removed }: Sync,
): readonly Problem[] {
  return missing === 0 || removed === 'ignore'
    ? off
    : [...off, problem('row.missing', { count: missing })];
}

/** Plans without sending anything. */
export function examine(ports: Ports, request: RunRequest): Examination | Problem {
  const identity = identify(ports, request.ready);
  if (isProblem(identity)) return identity;
  const opened = openLedger(ports, request.ready, identity);
  if (isProblem(opened)) return opened;
  const check = ports.destination.check();
  if (isProblem(check)) return check;
  const { ledger, count, exists } = opened;
  const tab = readTab(ports, {
    ...request,
    identity,
    ledger,
    usageIn: (places) => ports.destination.usageIn(places),
  });
  if (isProblem(tab)) return tab;
  const { store } = identity;
  const { plan, units, cover } = coveredPlan(ports, tab.plan(check), {
    check,
    ledger,
    store,
    now: ports.clock.now(),
  });
  const { sync } = request.ready;
  const events = units.flat().length;
  // An undo is confirmed by all of its numbers.
  const asked = request.undo === undefined ? guard(plan, events, { ...request, sync }) : undefined;
  return {
    identity,
    ledger,
    count,
    ledgerExists: exists,
    plan,
    broken: brokenTotals(cover, check),
    check,
    checksOff: unseen(plan, check, sync),
    asked,
  };
}
