import type { Metric } from '../lago/catalog';
import { sameBy } from '../lago/same-event';
import { required } from '../problem/problem';
import { type MeasureOf, measureBy } from '../sync/month/measure';
import { type RowsNow, rowsNow, saidEvent } from '../sync/month/rows-of-month';
import { identify, type OpenedLedger, openLedger, otherSyncs } from '../sync/open-ledger';
import { readTab } from '../sync/plan/tab-plan';
import type { EventCheck, Identity } from '../sync/ports';
import { renderRow } from '../sync/rows/rendering';
import type { ReadySync, Sync } from '../sync/sync';
import { type Execution, portsOf, requireReady, type SyncPorts } from './sync-runner';

/** Everything that the work on a month looks at. */
export interface MonthScene {
  /** The execution that works. */
  readonly execution: Execution;
  /** The stored sync. */
  readonly sync: Sync;
  /** With its compiled template. */
  readonly ready: ReadySync;
  /** What it reads and writes. */
  readonly ports: SyncPorts;
  /** The organization that the key belongs to. */
  readonly identity: Identity;
  /** The ledger as it stands. */
  readonly opened: OpenedLedger;
  /** What Lago would do with an event. */
  readonly check: EventCheck;
  /** Lago's metrics by code; undefined if the key may not read them. */
  readonly metrics: ReadonlyMap<string, Metric> | undefined;
  /** How the usage of a metric is compared. */
  readonly measureOf: MeasureOf;
  /** Whether Lago's event is the one that was sent. */
  readonly isSame: ReturnType<typeof sameBy>;
  /** The row for which another sync has used an id, if one has. */
  readonly usedElsewhere: (id: string) => unknown;
  /** Reads the tab when first asked. @throws ProblemError if it cannot be read */
  readonly rows: () => RowsNow;
}

/** @throws ProblemError if Lago, the ledger or the template cannot be read */
export function monthScene(execution: Execution, id: string): MonthScene {
  const sync = execution.settings.sync(id);
  const ready = requireReady(sync);
  const ports = portsOf(execution);
  const identity = required(identify(ports, ready));
  const opened = required(openLedger(ports, ready, identity));
  const check = required(ports.destination.check());
  const metrics = required(ports.destination.metrics());
  let rows: RowsNow | undefined;
  const scene: MonthScene = {
    execution,
    sync,
    ready,
    ports,
    identity,
    opened,
    check,
    metrics,
    measureOf: (code) => measureBy(metrics?.get(code), identity.store),
    isSame: sameBy(metrics),
    usedElsewhere: otherSyncs(ports, sync, identity.organization).usedElsewhere,
    rows: () => {
      rows ??= readRows(scene);
      return rows;
    },
  };
  return scene;
}

function readRows({ ready, ports, identity, opened, check }: MonthScene): RowsNow {
  const { ledger } = opened;
  const tab = required(
    readTab(ports, { ready, identity, ledger, resting: () => false, again: new Set() }),
  );
  const rows = new Map(tab.model.rows.map((row) => [row.number, row]));
  const zoneOf = check.zoneOf ?? (() => undefined);
  const { template, sync } = ready;
  return rowsNow(tab.plan(check), tab.model, (number) => {
    const row = rows.get(number);
    return row && saidEvent(row, sync.key, (cells) => renderRow(template, cells, tab.rule, zoneOf));
  });
}
