import { DAY_MS } from '../../value/duration';
import { isToProve, type LedgerEntry } from '../ledger/entry';
import type { RunReport, RunResult } from '../report';

/**
 * What a run over all rows saw that found each of them sent. Until something of it changes nothing
 * can become due: no later run has to plan the rows or ask Lago.
 */
export interface Standstill {
  /** A digest of the settings, the tab and the state of the ledger. */
  readonly seen: string;
  /** When that run ended (ms). */
  readonly since: number;
  /** Rows by where they stand. */
  readonly rows: RunReport['rows'];
}

/** What becomes of these rows is decided. */
const DECIDED: ReadonlySet<string> = new Set<keyof RunReport['rows']>(['sent', 'elsewhere']);

/**
 * The standstill after a run over all rows, if it is one.
 * @param seen makes the digest of what the run saw; undefined if it saw no tab
 */
export function standstillAfter(
  { report, plan, ledger }: RunResult,
  seen: () => string | undefined,
): Standstill | undefined {
  const { rows, problems, checksOff, left, stopped, asks, endedAt } = report;
  const isDecided =
    plan !== undefined &&
    Object.entries(rows).every(([action, count]) => count === 0 || DECIDED.has(action)) &&
    problems.length + checksOff.length + left === 0 &&
    stopped === undefined &&
    asks === undefined;
  if (!isDecided || ledger?.entries.some(isOpen) === true) return undefined;
  const digest = seen();
  return digest === undefined ? undefined : { seen: digest, since: endedAt, rows };
}

/** Whether a line is still to be settled or proved. */
const isOpen = (entry: LedgerEntry): boolean =>
  entry.outcome.state === 'pending' || entry.outcome.state === 'stuck' || isToProve(entry);

/**
 * The report of a run that needs no look at the rows, since nothing has changed since a standstill;
 * undefined if it needs one. Once a day it does: what was altered in the ledger by hand, or what
 * only a number format changes, is seen then.
 * @param run when it began and ended (ms)
 */
export function reportOfStandstill(
  { rows, ...standstill }: Standstill,
  seen: string | undefined,
  run: Pick<RunReport, 'sync' | 'trigger' | 'startedAt' | 'endedAt'>,
): RunReport | undefined {
  if (standstill.seen !== seen || run.startedAt - standstill.since >= DAY_MS) return undefined;
  const nothing = { delivered: 0, rejected: 0, left: 0, problems: [], checksOff: [] };
  return { ...run, ...nothing, rows, stopped: undefined };
}
