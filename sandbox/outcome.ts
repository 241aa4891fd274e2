import { setTimeout as wait } from 'node:timers/promises';
import Big from 'big.js';
import type { JobResult } from './job';
import type { LagoEvent, LagoReader, Span } from './lago-reader';
import { filled, type Recipe } from './recipe';
import type { FakeGoogle } from './runtime';
import { readRows, type World } from './seed';

/** What happened, counted in Lago and in the sheet, not in the add-on's own report. */
export interface Outcome {
  readonly rows: number;
  /** Rows whose event is in Lago; null where Lago's events could not be read. */
  readonly accepted: number | null;
  /** Rows that were not sent, by reason. */
  readonly held: Readonly<Record<string, number>>;
  readonly rejected: number;
  /** Requests by method and path. */
  readonly requests: Readonly<Record<string, number>>;
  /** Calls of Google's services by step, and all of them. */
  readonly serviceCalls: {
    readonly total: number;
    readonly steps: readonly { readonly step: string; readonly serviceCalls: number }[];
  };
  /** Sum of the metric's field over the rows whose cell is a usable number. */
  readonly sheetTotal: string;
  /** The part of it in rows that are not in Lago; null where Lago's events could not be read. */
  readonly heldTotal: string | null;
  /** What Lago counts, the current usage of subscriptions; null where it could not be read. */
  readonly lagoTotal: string | null;
  /** Why something could not be read of Lago. */
  readonly unread: readonly string[];
  readonly code: string;
  readonly field: string | undefined;
  /** Whether every row is in Lago once with the sheet's number, or held with a reason. */
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

interface Measured {
  readonly google: FakeGoogle;
  readonly sheet: string;
  readonly recipe: Recipe;
  readonly reader: LagoReader;
  readonly job: JobResult;
  readonly world: World;
  readonly requests: Readonly<Record<string, number>>;
  /** Whether it is a real Lago, which holds other usage too. */
  readonly real: boolean;
}

/** The ids of a sheet's rows by their keys, and when their events are dated, by the ledger. */
function readLedger(google: FakeGoogle): { ids: Map<string, string>; span: Span | undefined } {
  const ids = new Map<string, string>();
  let span: Span | undefined;
  for (const { name, hidden } of google.spreadsheet.sheets) {
    if (!hidden || !name.startsWith('Lago ledger')) continue;
    for (const [index = '', event = ''] of google.spreadsheet.table(name).slice(1)) {
      const line = JSON.parse(index) as { key: string; id: string };
      ids.set(line.key, line.id);
      const at = (JSON.parse(event) as { timestamp: number }).timestamp * 1000;
      span = {
        from: Math.min(span?.from ?? at, at - MARGIN_MS),
        to: Math.max(span?.to ?? at, at + MARGIN_MS),
      };
    }
  }
  return { ids, span };
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

/** Lago's events by id. */
async function storedEvents(
  { reader, world, real, job }: Measured,
  ids: ReadonlyMap<string, string>,
  span: Span | undefined,
): Promise<Map<string, LagoEvent[]>> {
  if (real && span === undefined) return new Map();
  const sent = new Set(ids.values());
  for (let waited = 0; ; waited += LOOK_AGAIN_MS) {
    const stored = new Map<string, LagoEvent[]>();
    // A real Lago may have millions of others.
    for (const event of await reader.events(world.code, real ? span : undefined))
      stored.set(event.id, [...(stored.get(event.id) ?? []), event]);
    const shown = [...sent].filter((id) => stored.has(id)).length;
    const isLate = real && job.connection.store !== 'postgres' && shown < job.after.counts.sent;
    if (!isLate || waited >= MOST_WAIT_MS) return stored;
    await wait(LOOK_AGAIN_MS);
  }
}

/** The current usage of all subscriptions, or in a real Lago of those that the sheet names. */
async function currentUsage({ reader, world, real }: Measured): Promise<Big> {
  const named = new Set(world.subscriptions);
  const asked = (await reader.subscriptions()).filter(
    ({ externalId }) => !real || named.has(externalId),
  );
  const units: string[] = [];
  for (let start = 0; start < asked.length; start += ASKED_AT_ONCE) {
    const some = asked.slice(start, start + ASKED_AT_ONCE);
    const usages = await Promise.all(
      some.map(({ externalId, customer }) => reader.usage(customer, externalId, world.code)),
    );
    units.push(...usages.map((usage) => usage.units));
  }
  return sum(units);
}

interface Verdict {
  readonly inLago: boolean;
  readonly twice: boolean;
  /** Decimal text; undefined where the cell is no usable number. */
  readonly wanted: string | undefined;
}

function verdictsOf(
  { google, sheet, recipe, job, world: { field } }: Measured,
  ids: ReadonlyMap<string, string>,
  stored: ReadonlyMap<string, readonly LagoEvent[]>,
): Verdict[] {
  const rows = readRows(google, sheet).filter((cell) =>
    [recipe.subscription, recipe.timestamp, ...recipe.properties.values()].some(
      (text) => filled(text, cell).trim() !== '',
    ),
  );
  const keyOf = job.sync.sync.key;
  const header = job.sync.sync.source.columns.find(({ name }) => name === keyOf)?.header ?? keyOf;
  const quantity = field === undefined ? undefined : recipe.properties.get(field);
  return rows.map((cell) => {
    const events = stored.get(ids.get(cell(header)) ?? '') ?? [];
    const wanted = quantity === undefined ? '1' : filled(quantity, cell);
    const event = events.length === 1 ? events[0] : undefined;
    const inLago =
      event !== undefined &&
      event.subscription === filled(recipe.subscription, cell) &&
      (quantity === undefined ||
        (NUMBER.test(wanted) && new Big(String(event.properties[field ?? ''])).eq(wanted)));
    return { inLago, twice: events.length > 1, wanted: NUMBER.test(wanted) ? wanted : undefined };
  });
}

const totalOf = (verdicts: readonly Verdict[]): Big =>
  sum(verdicts.map(({ wanted }) => wanted ?? '0'));

export async function measure(measured: Measured): Promise<Outcome> {
  const { google, job, world, requests, real } = measured;
  const { counts } = job.after;
  const unread: string[] = [];
  const { ids, span } = readLedger(google);
  const stored = await attempted('Lago’s events', unread, () => storedEvents(measured, ids, span));
  const usage = await attempted('Lago’s current usage', unread, () => currentUsage(measured));
  const verdicts = verdictsOf(measured, ids, stored ?? new Map());
  const accepted = verdicts.filter(({ inLago }) => inLago).length;
  const sheetTotal = totalOf(verdicts);
  const heldTotal = totalOf(verdicts.filter(({ inLago }) => !inLago));
  return {
    rows: verdicts.length,
    accepted: stored === null ? null : accepted,
    held: Object.fromEntries(
      job.after.problems
        .filter(({ action }) => action === 'hold')
        .map(({ problem, count }) => [problem.code, count]),
    ),
    rejected: counts.refused,
    requests,
    serviceCalls: {
      total: job.costs.reduce((total, { serviceCalls }) => total + serviceCalls, 0),
      steps: job.costs,
    },
    sheetTotal: sheetTotal.toFixed(),
    heldTotal: stored === null ? null : heldTotal.toFixed(),
    lagoTotal: usage?.toFixed() ?? null,
    unread,
    code: world.code,
    field: world.field,
    complete:
      counts.send === 0 &&
      counts.wait === 0 &&
      counts.refused === 0 &&
      stored !== null &&
      accepted === counts.sent &&
      accepted + counts.hold === verdicts.length &&
      !verdicts.some(({ twice }) => twice) &&
      (real || usage?.eq(sheetTotal.minus(heldTotal)) === true),
  };
}
