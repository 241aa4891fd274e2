import Big from 'big.js';
import type { JobResult } from './job';
import type { LagoEvent, LagoReader } from './lago-reader';
import { filled, type Recipe } from './recipe';
import type { FakeGoogle } from './runtime';
import { readRows } from './seed';

/** What happened, counted in Lago and in the sheet, not in the add-on's own report. */
export interface Outcome {
  readonly rows: number;
  /** Rows whose event is in Lago. */
  readonly accepted: number;
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
  /** The part of it in rows that are not in Lago. */
  readonly heldTotal: string;
  /** What Lago counts: the current usage of all subscriptions. */
  readonly lagoTotal: string;
  readonly code: string;
  readonly field: string | undefined;
  /** Whether every row is in Lago once with the sheet's number, or held with a reason. */
  readonly complete: boolean;
}

const NUMBER = /^-?\d+(\.\d+)?$/;

interface Measured {
  readonly google: FakeGoogle;
  readonly sheet: string;
  readonly recipe: Recipe;
  readonly reader: LagoReader;
  readonly job: JobResult;
  readonly code: string;
  readonly field: string | undefined;
  readonly requests: Readonly<Record<string, number>>;
  /** Whether it is a real Lago, whose current usage holds other usage too. */
  readonly real: boolean;
}

/** The ids of a sheet's rows, as the ledger's first column names them: by row key. */
function ledgerIds(google: FakeGoogle): Map<string, string> {
  const ids = new Map<string, string>();
  for (const { name, hidden } of google.spreadsheet.sheets) {
    if (!hidden || !name.startsWith('Lago ledger')) continue;
    for (const [index = ''] of google.spreadsheet.table(name).slice(1)) {
      const line = JSON.parse(index) as { key: string; id: string };
      ids.set(line.key, line.id);
    }
  }
  return ids;
}

const sum = (texts: readonly string[]): Big =>
  texts.reduce((total, text) => total.plus(text), new Big(0));

export async function measure(measured: Measured): Promise<Outcome> {
  const { google, sheet, recipe, reader, job, code, field, requests, real } = measured;
  const ids = ledgerIds(google);
  const stored = new Map<string, LagoEvent[]>();
  for (const event of await reader.events(code))
    stored.set(event.id, [...(stored.get(event.id) ?? []), event]);
  const rows = readRows(google, sheet).filter((cell) =>
    [recipe.subscription, recipe.timestamp, ...recipe.properties.values()].some(
      (text) => filled(text, cell).trim() !== '',
    ),
  );
  const keyOf = job.sync.sync.key;
  const header = job.sync.sync.source.columns.find(({ name }) => name === keyOf)?.header ?? keyOf;
  const quantity = field === undefined ? undefined : recipe.properties.get(field);
  const verdicts = rows.map((cell) => {
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
  const accepted = verdicts.filter(({ inLago }) => inLago).length;
  const held = Object.fromEntries(
    job.after.problems
      .filter(({ action }) => action === 'hold')
      .map(({ problem, count }) => [problem.code, count]),
  );
  const { counts } = job.after;
  const units: string[] = [];
  for (const { externalId, customer } of await reader.subscriptions())
    units.push((await reader.usage(customer, externalId, code)).units);
  const sheetTotal = sum(verdicts.map(({ wanted }) => wanted ?? '0'));
  const heldTotal = sum(
    verdicts.filter(({ inLago }) => !inLago).map(({ wanted }) => wanted ?? '0'),
  );
  const lagoTotal = sum(units);
  return {
    rows: rows.length,
    accepted,
    held,
    rejected: counts.refused,
    requests,
    serviceCalls: {
      total: job.costs.reduce((total, { serviceCalls }) => total + serviceCalls, 0),
      steps: job.costs,
    },
    sheetTotal: sheetTotal.toFixed(),
    heldTotal: heldTotal.toFixed(),
    lagoTotal: lagoTotal.toFixed(),
    code,
    field,
    complete:
      counts.send === 0 &&
      counts.wait === 0 &&
      counts.refused === 0 &&
      accepted === counts.sent &&
      accepted + counts.hold === rows.length &&
      !verdicts.some(({ twice }) => twice) &&
      (real || lagoTotal.eq(sheetTotal.minus(heldTotal))),
  };
}
