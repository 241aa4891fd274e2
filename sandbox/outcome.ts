import { setTimeout as wait } from 'node:timers/promises';
import Big from 'big.js';
import type { JobResult } from './job';
import type { LagoEvent, LagoMetric, LagoReader, Span } from './lago-reader';
import type { LedgerLine } from './ledger';

/** Why a run ended early, as docs/problems.md has it. */
export interface Stopped {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}

/** What one metric comes to, of what this run handed over. */
export interface MetricOutcome {
  readonly code: string;
  /** The property that it sums; null if it counts otherwise, or could not be read. */
  readonly field: string | null;
  /** Events that Lago accepted, by the ledger. */
  readonly handedOver: number;
  /** Of them, in Lago once and as they were sent; null where Lago's events could not be read. */
  readonly accepted: number | null;
  /** Sum of the field over them, or their number; null of another aggregation. */
  readonly total: string | null;
  /** What Lago counts, the current usage of subscriptions; null where it could not be read. */
  readonly counted: string | null;
}

/** What happened: by the ledger what this run handed over, by Lago what it has of it. */
export interface Outcome {
  /** Why there is no outcome; null here. */
  readonly error: null;
  /** Rows with content in the sheet. */
  readonly rows: number;
  /** Rows by where they stand: sent at any time, held, waiting for an answer, and so on. */
  readonly standing: JobResult['after']['counts'];
  /** Rows that were not sent, by reason. */
  readonly held: Readonly<Record<string, number>>;
  /** Events that this run handed over, whatever became of them. */
  readonly handedOver: number;
  /** Of them, in Lago once and as they were sent; null where Lago's events could not be read. */
  readonly accepted: number | null;
  /** Ids of accepted events that Lago does not have so, the first of them. */
  readonly notFound: readonly string[];
  readonly rejected: number;
  readonly metrics: readonly MetricOutcome[];
  /** Why the last run ended early; null if it did not. */
  readonly stopped: Stopped | null;
  /** Requests by method and path. */
  readonly requests: Readonly<Record<string, number>>;
  /** Calls of Google's services by step, and all of them. */
  readonly serviceCalls: {
    readonly total: number;
    readonly steps: readonly { readonly step: string; readonly serviceCalls: number }[];
  };
  /** What could not be read of Lago, and why. */
  readonly unread: readonly string[];
  /** Whether nothing waits for anybody, and all that was handed over is in Lago once. */
  readonly complete: boolean;
}

const NUMBER = /^-?\d+(\.\d+)?$/;
/** Subscriptions whose usage is asked for at once. */
const ASKED_AT_ONCE = 10;
/** A real ClickHouse shows an event seconds after it has taken it. */
const LOOK_AGAIN_MS = 5_000;
const MOST_WAIT_MS = 60_000;
/** ClickHouse may list an event a millisecond earlier. */
const MARGIN_MS = 1_000;
const MOST_NAMED = 20;

interface Measured {
  readonly reader: LagoReader;
  readonly job: JobResult;
  /** What this run handed over. */
  readonly lines: readonly LedgerLine[];
  readonly requests: Readonly<Record<string, number>>;
  /** Whether it is a real Lago, which holds other usage too. */
  readonly real: boolean;
}

const sum = (texts: readonly string[]): Big =>
  texts.reduce((total, text) => total.plus(text), new Big(0));

/** What reading gave; null and the reason where it failed. */
async function attempted<T>(
  what: string,
  unread: string[],
  read: () => Promise<T>,
): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    unread.push(`${what} could not be read: ${why}.`);
    return null;
  }
}

const spanOf = (lines: readonly LedgerLine[]): Span => {
  const times = lines.map(({ event }) => event.timestamp * 1000);
  return {
    from:
      times.reduce((first, time) => Math.min(first, time), Number.POSITIVE_INFINITY) - MARGIN_MS,
    to: times.reduce((last, time) => Math.max(last, time), 0) + MARGIN_MS,
  };
};

function sameValue(left: unknown, right: unknown): boolean {
  const [one, other] = [left, right].map((value) =>
    typeof value === 'object' ? JSON.stringify(value) : String(value),
  );
  return (
    one === other ||
    (NUMBER.test(one ?? '') && NUMBER.test(other ?? '') && new Big(one ?? 0).eq(other ?? 0))
  );
}

/** Whether Lago's event is the one that was sent. */
const isSame = (stored: LagoEvent, { event }: LedgerLine): boolean =>
  stored.subscription === event.external_subscription_id &&
  Math.abs(Date.parse(stored.timestamp) - event.timestamp * 1000) <= MARGIN_MS &&
  Object.entries(event.properties).every(([name, value]) =>
    sameValue(stored.properties[name], value),
  );

/** The accepted events of one metric that Lago has once, as they were sent. */
async function foundIn(
  { reader, real, job }: Measured,
  code: string,
  lines: readonly LedgerLine[],
): Promise<Set<LedgerLine>> {
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    const stored = new Map<string, LagoEvent[]>();
    // Lago may have millions of others.
    for (const event of await reader.events(code, spanOf(lines)))
      stored.set(event.id, [...(stored.get(event.id) ?? []), event]);
    const found = lines.filter((line) => {
      const events = stored.get(line.event.transaction_id) ?? [];
      return events.length === 1 && events.every((event) => isSame(event, line));
    });
    const isLate = real && job.connection.store !== 'postgres' && found.length < lines.length;
    if (!isLate || waited >= MOST_WAIT_MS) return new Set(found);
    await wait(LOOK_AGAIN_MS);
  }
}

/** The current usage of the fake's subscriptions, or in a real Lago of those that were sent to. */
async function currentUsage(
  { reader, real }: Measured,
  code: string,
  lines: readonly LedgerLine[],
): Promise<string> {
  const named = new Set(lines.map(({ event }) => event.external_subscription_id));
  const asked = (await reader.subscriptions()).filter(
    ({ externalId }) => !real || named.has(externalId),
  );
  const units: string[] = [];
  for (let start = 0; start < asked.length; start += ASKED_AT_ONCE) {
    const some = asked.slice(start, start + ASKED_AT_ONCE);
    const usages = await Promise.all(
      some.map(({ externalId, customer }) => reader.usage(customer, externalId, code)),
    );
    units.push(...usages.map((usage) => usage.units));
  }
  return sum(units).toFixed();
}

/** What Lago should count for these events; null if it does not simply add them up. */
function totalOf(metric: LagoMetric | null, lines: readonly LedgerLine[]): string | null {
  if (metric?.aggregation === 'count_agg') return String(lines.length);
  if (metric?.aggregation !== 'sum_agg' || metric.field === null) return null;
  const { field } = metric;
  const values = lines.map(({ event }) => String(event.properties[field] ?? ''));
  return sum(values.filter((value) => NUMBER.test(value))).toFixed();
}

async function measureMetric(
  measured: Measured,
  code: string,
  unread: string[],
): Promise<MetricOutcome & { readonly missing: readonly LedgerLine[] }> {
  const lines = measured.lines.filter(
    ({ event, state }) => event.code === code && state === 'accepted',
  );
  const metric = await attempted(`The metric “${code}”`, unread, () =>
    measured.reader.metric(code),
  );
  const found = await attempted(`Lago’s events of “${code}”`, unread, () =>
    foundIn(measured, code, lines),
  );
  const counted = await attempted(`Lago’s current usage of “${code}”`, unread, () =>
    currentUsage(measured, code, lines),
  );
  return {
    code,
    field: metric?.field ?? null,
    handedOver: lines.length,
    accepted: found === null ? null : found.size,
    total: totalOf(metric, lines),
    counted,
    missing: found === null ? [] : lines.filter((line) => !found.has(line)),
  };
}

/** Whether Lago has, and counts, what was sent; of a real Lago others may send to the same. */
const isRight = ({ handedOver, accepted, total, counted }: MetricOutcome, real: boolean): boolean =>
  handedOver === accepted &&
  (real || total === null || (counted !== null && sameValue(total, counted)));

export async function measure(measured: Measured): Promise<Outcome> {
  const { job, lines, requests, real } = measured;
  const { counts, changes, problems } = job.after;
  const { stopped } = job.sync.lastRun ?? {};
  const unread: string[] = [];
  const metrics: MetricOutcome[] = [];
  const notFound: string[] = [];
  const codes = lines.filter(({ state }) => state === 'accepted').map(({ event }) => event.code);
  for (const code of new Set(codes)) {
    const { missing, ...metric } = await measureMetric(measured, code, unread);
    metrics.push(metric);
    notFound.push(...missing.map(({ event }) => event.transaction_id));
  }
  const accepted = metrics.map((metric) => metric.accepted);
  return {
    error: null,
    rows: Object.values(counts).reduce((all, count) => all + count, -changes.removed),
    standing: counts,
    held: Object.fromEntries(
      problems
        .filter(({ action }) => action === 'hold')
        .map(({ problem, count }) => [problem.code, count]),
    ),
    handedOver: lines.length,
    accepted: accepted.reduce<number | null>(
      (all, some) => (all === null || some === null ? null : all + some),
      0,
    ),
    notFound: notFound.slice(0, MOST_NAMED),
    rejected: counts.refused,
    metrics,
    stopped:
      stopped === undefined
        ? null
        : { code: stopped.code, message: stopped.message, remedy: stopped.remedy },
    requests,
    serviceCalls: {
      total: job.costs.reduce((total, { serviceCalls }) => total + serviceCalls, 0),
      steps: job.costs,
    },
    unread,
    complete:
      stopped === undefined &&
      counts.send + counts.wait + counts.refused + counts.flag === 0 &&
      lines.every(({ state }) => state === 'accepted') &&
      metrics.every((metric) => isRight(metric, real)),
  };
}
