import type { Problem } from '../../src/problem/problem';
import type { ProblemGroup, RunReport, SyncView } from '../../src/rpc/contract';
import { report, sync } from '../browser/canned-backend';

/** A run that held and refused nothing. */
export const clean: RunReport = {
  ...report,
  rows: { ...report.rows, hold: 0, refused: 0, flag: 0 },
  problems: [],
};
const healthy: SyncView['health'] = {
  state: 'healthy',
  failures: 0,
  problem: undefined,
  told: 'healthy',
  toldAt: 0,
};

export const view = (
  lastRun: RunReport | undefined,
  health: Partial<SyncView['health']> = {},
  more: Partial<SyncView['sync']> = {},
): SyncView => ({
  sync: { ...sync, state: 'active', ...more },
  health: { ...healthy, ...health },
  lastRun,
  days: [],
  nextRun: undefined,
});

export const group = (
  found: Problem,
  count: number,
  action: ProblemGroup['action'] = 'hold',
): ProblemGroup => ({
  action,
  alike: true,
  problem: found,
  count,
  rows: [2, 3],
});
