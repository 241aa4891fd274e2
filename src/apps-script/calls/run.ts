import { isProblem, ProblemError, problem, required } from '../../problem/problem';
import type { Argument } from '../../rpc/contract';
import { recordOutcomes } from '../../sync/delivery/delivery';
import { latestOf } from '../../sync/ledger/entries';
import { identify, openLedger } from '../../sync/open-ledger';
import { isCorrected } from '../../sync/plan/planned-row';
import { confirmedOf } from '../../sync/proof/prove';
import { sendableAgain } from '../../sync/recovery/send-again';
import type { RunReport } from '../../sync/report';
import type { Sync } from '../../sync/sync';
import { sentByRun } from '../run-journal';
import { type Execution, portsOf, requireIdentity, requireReady, runSync } from '../sync-runner';
import { pause } from './activation';
import { isRebilled } from './review';

/** A run, or a slice of one, for a person. The caller holds the run's lock. */
export function runNow(
  execution: Execution,
  { id, run, seconds, approved, rebill, only, undo }: Argument<'runNow'>,
): RunReport {
  // Otherwise the rows, which are new again, would be sent again within the hour.
  if (undo !== undefined && execution.settings.sync(id).state === 'active') pause(execution, id);
  const sync = execution.settings.sync(id);
  return runSync(execution, sync, {
    // What was sent of a draft were tests, and so is what corrects them.
    trigger: (only ?? undo) !== undefined && sync.state === 'draft' ? 'test' : 'person',
    only: only === undefined ? undefined : (_, row) => isCorrected(row),
    run,
    approved,
    rebill: rebill && isRebilled(rebill),
    undo: undo && { ...sentByRun(execution, id, undo.startedAt), seen: undo },
    deliveryMs: seconds === undefined ? undefined : seconds * 1000,
  }).report;
}

/**
 * Sends a refused row again. The caller holds the run's lock.
 * @throws ProblemError `event.conflict` if Lago has another event under the row's id that it could
 * bill
 */
export function sendAgain(execution: Execution, { id, key }: Argument<'sendAgain'>): RunReport {
  const sync = execution.settings.sync(id);
  requireSendable(execution, sync, key);
  return runSync(execution, sync, {
    trigger: 'person',
    only: (each) => each === key,
    again: new Set([key]),
  }).report;
}

/**
 * Notes that a person has looked at the invoice of a row of which it cannot be told whether it is
 * billed. The caller holds the run's lock.
 * @throws ProblemError if the ledger cannot be read
 */
export function confirmBilled(
  execution: Execution,
  { id, key }: Argument<'confirmBilled'>,
): undefined {
  const ports = portsOf(execution);
  const ready = requireReady(execution.settings.sync(id));
  const { ledger } = required(openLedger(ports, ready, requireIdentity(ports.destination)));
  recordOutcomes(ports.ledger, confirmedOf(ledger, key));
  ports.ledger.flush();
}

/** What keeps the whole run from sending is left to the run, which reports it. */
function requireSendable(execution: Execution, sync: Sync, key: string): void {
  const ports = portsOf(execution);
  const ready = requireReady(sync);
  const identity = identify(ports, ready);
  if (isProblem(identity)) return;
  const opened = openLedger(ports, ready, identity);
  const latest = isProblem(opened) ? undefined : latestOf(opened.ledger, key);
  if (latest?.outcome.state !== 'conflict') return;
  const check = required(ports.destination.check());
  const { destination } = ports;
  const sendable = required(sendableAgain({ destination, check, store: identity.store }, [latest]));
  if (!sendable.has(latest.index.id))
    throw new ProblemError(problem('event.conflict', { id: latest.index.id }));
}
