import { InputProblem } from '../sandbox/input-problem';
import type { Account } from './account';
import { inPath, type Lago } from './lago';

/** What became of what a run made. */
export interface Cleanup {
  /** Counts by kind, such as “plans”. */
  readonly removed: Readonly<Record<string, number>>;
  /** A sentence for each thing, or kind of thing, that stays. */
  readonly stays: readonly string[];
}

const GONE = 404;

/** What no request removes (lago: reading.no-changes, periods.terminated). */
const ALWAYS_STAYS: readonly string[] = [
  'Events stay: Lago deletes none.',
  'Ended subscriptions stay in lists of ended ones.',
  'Invoices stay, and a wallet of 10 credits with its deleted customer.',
];

const said = (status: number | undefined): string =>
  status === undefined ? 'had no answer' : `was answered with ${status}`;

/** The status of the answer; undefined if none came, which must not hide what was found before. */
function deleted(lago: Lago, path: string): number | undefined {
  try {
    return lago.delete(path).status;
  } catch (error) {
    if (error instanceof InputProblem) return undefined;
    throw error;
  }
}

/** Ends and deletes what a run made, as far as Lago allows. */
export function cleanUp(lago: Lago, account: Account): Cleanup {
  const { subscriptions, plans, metrics, customers } = account;
  const removed: Record<string, number> = {};
  const stays: string[] = [];
  const remove = (kind: string, paths: readonly string[]): void => {
    for (const path of new Set(paths)) {
      const status = deleted(lago, path);
      if (status === 200) removed[kind] = (removed[kind] ?? 0) + 1;
      else if (status !== GONE) stays.push(`DELETE ${path} ${said(status)}.`);
    }
  };
  const active = subscriptions.map((id) => `/subscriptions/${inPath(id)}`);
  remove('subscriptions', active);
  remove(
    'subscriptions',
    active.map((path) => `${path}?status=pending`),
  );
  remove(
    'plans',
    plans.map((code) => `/plans/${inPath(code)}`),
  );
  remove(
    'metrics',
    metrics.map((code) => `/billable_metrics/${inPath(code)}`),
  );
  remove(
    'customers',
    customers.map((id) => `/customers/${inPath(id)}`),
  );
  return { removed, stays: [...stays, ...ALWAYS_STAYS] };
}
