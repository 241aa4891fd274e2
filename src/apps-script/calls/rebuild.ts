import { required } from '../../problem/problem';
import type { Argument, LedgerRebuild } from '../../rpc/contract';
import { rebuildLedger } from '../../sync/recovery/rebuild';
import { undoneRuns } from '../run-journal';
import { type Execution, portsOf, requireIdentity, requireReady } from '../sync-runner';
import { pause } from './activation';
import { viewSync } from './home';

/** How long one call compares rows with Lago before it answers, so that a person sees progress. */
const PART_MS = 30_000;

/** Rebuilds the ledger (see Api). The caller holds the lock. */
export function rebuild(
  execution: Execution,
  { id, from }: Argument<'rebuildLedger'>,
): LedgerRebuild {
  const { settings, clock } = execution;
  if (settings.sync(id).state === 'active') pause(execution, id);
  const ports = portsOf(execution);
  const identity = requireIdentity(ports.destination);
  const ready = requireReady(settings.pin(settings.sync(id), identity));
  const undone = undoneRuns(execution, id);
  const part = required(
    rebuildLedger(ports, { ready, from, until: clock.now() + PART_MS, undone }),
  );
  const { health, ...state } = settings.state(id);
  // The ledger is whole again, and Lago answers. If anything else is wrong, the next run says so.
  const isOver = health.problem?.code.startsWith('ledger.') || health.problem?.actor === 'wait';
  if (part.next === undefined && isOver === true)
    settings.putState(id, {
      ...state,
      health: { ...health, state: 'healthy', problem: undefined },
    });
  return { ...part, view: viewSync(execution, settings.sync(id)) };
}
