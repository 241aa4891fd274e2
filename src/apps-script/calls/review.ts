import { ProblemError, problem } from '../../problem/problem';
import type { Argument, DryRun, RowView, Value } from '../../rpc/contract';
import { takeAsBilled } from '../../sync/baseline';
import { type Action, type Change, countActions, groupProblems, type Plan, type PlannedRow } from '../../sync/plan';
import { type Examination, examine } from '../../sync/run';
import { summarise } from '../../sync/summary';
import type { Sync } from '../../sync/sync';
import { type Execution, portsOf, requireIdentity, requireReady, type SyncPorts } from '../sync-runner';

const LISTED_ROWS = 200;
/** What only a person can solve comes first, so that it is among the listed rows. */
const URGENCY: readonly Action[] = ['refused', 'flag', 'hold', 'wait', 'send', 'sent', 'elsewhere'];

const viewRow = ({ row, key, change, action, problems }: PlannedRow): RowView => ({ row, key, change, action, problems });

function countChanges({ rows }: Plan): Record<Change, number> {
  const counts: Record<Change, number> = { added: 0, changed: 0, unchanged: 0, removed: 0 };
  for (const { change } of rows) counts[change]++;
  return counts;
}

function examineWith(execution: Execution, ports: SyncPorts, sync: Sync): Examination {
  const examined = examine(ports, {
    ready: requireReady(sync),
    trigger: 'person',
    deadline: execution.deadline,
    approved: true,
    resting: () => false,
    again: new Set(),
  });
  if ('stopped' in examined) throw new ProblemError(examined.stopped);
  return examined;
}

/** While a sync is being set up, every sent row was a test. */
const isOlderTest = ({ latest }: PlannedRow, { state, templateRevision }: Sync): boolean =>
  state === 'draft' && latest !== undefined && latest.index.kind === 'usage' && latest.index.templateRevision < templateRevision;

function reviewOf({ settings }: Execution, sync: Sync, { plan, checksOff, quantityField, identity }: Examination): DryRun {
  return {
    counts: countActions(plan),
    changes: countChanges(plan),
    problems: groupProblems(plan),
    checksOff,
    rows: [...plan.rows]
      .filter(({ problems }) => problems.length > 0)
      .sort((left, right) => URGENCY.indexOf(left.action) - URGENCY.indexOf(right.action))
      .slice(0, LISTED_ROWS)
      .map(viewRow),
    summary: summarise(plan, quantityField, identity.zone),
    testedBefore: plan.rows
      .filter((row) => isOlderTest(row, sync))
      .slice(0, LISTED_ROWS)
      .map(viewRow),
    otherSyncs: settings
      .syncs()
      .filter(({ id, source }) => id !== sync.id && source.tabId === sync.source.tabId)
      .map(({ name }) => name),
  };
}

/** What a run would do with every row now. Sends nothing. */
export function dryRun(execution: Execution, id: string): DryRun {
  const sync = execution.settings.sync(id);
  return reviewOf(execution, sync, examineWith(execution, portsOf(execution), sync));
}

/** Takes rows as billed elsewhere; see Api. The caller holds the lock. */
export function startFromNow(execution: Execution, { id, revision, incomplete }: Argument<'takeAsBilled'>): Value<'takeAsBilled'> {
  const { settings } = execution;
  const sync = settings.sync(id);
  if (sync.revision !== revision) throw new ProblemError(problem('settings.stale'));
  const ports = portsOf(execution);
  const identity = requireIdentity(ports.destination);
  // The ledger that the lines go into is that of one organization; from now on the sync belongs to it.
  if (sync.organization === undefined) settings.put({ ...sync, organization: identity.organization });
  const pinned = settings.sync(id);
  const taken = takeAsBilled(ports, examineWith(execution, ports, pinned), pinned, new Set(incomplete));
  // What Lago has was read a moment ago; the sheet and the ledger are read anew.
  return { taken, dryRun: reviewOf(execution, pinned, examineWith(execution, ports, pinned)) };
}
