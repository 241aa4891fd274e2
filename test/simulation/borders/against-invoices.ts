import type { FakeLago } from '../../../sandbox/lago';
import type { Seeded } from './calendar';
import { UNCHANGED } from './if-sent';
import type { TypedRow } from './typed-row';

/** A row as the product shows it in the end. */
export interface ShownRow extends TypedRow {
  /** Codes of its problems; empty if it has none. */
  readonly codes: readonly string[];
  readonly isSent: boolean;
  readonly isBilled: boolean;
}

/** What an invoice bills of a subscription, and when it was made. Times in ms. */
interface Invoiced {
  readonly subscription: string;
  readonly from: number;
  readonly to: number;
  readonly madeAt: number;
}

/** Lago prints ends in whole seconds. */
const LAST_MS = 999;

const timeIn = (value: unknown): number => Date.parse(String(value));

/** The periods of which invoices bill all usage: what is paid in advance has its own ones. */
const invoicedIn = (lago: FakeLago): Invoiced[] =>
  lago.invoices().flatMap((invoice) =>
    (invoice['billing_periods'] as { readonly [name: string]: unknown }[])
      .filter(({ invoicing_reason: reason }) => reason !== 'in_advance_charge')
      .map((period) => ({
        subscription: String(period['external_subscription_id']),
        from: timeIn(period['charges_from_datetime']),
        to: timeIn(period['charges_to_datetime']) + LAST_MS,
        madeAt: timeIn(invoice['created_at']),
      })),
  );

/** Reasons that say of the time of a row that an invoice has it, or that none does. */
const HAS_INVOICE: Readonly<Record<string, boolean>> = {
  'event.late': true,
  'event.before-first-invoice': false,
  'event.between-plans': false,
};

/** Rows whose reason speaks of an invoice that there is not, or of none where there is one. */
export function wrongReasons(lago: FakeLago, rows: readonly ShownRow[]): string[] {
  const invoiced = invoicedIn(lago);
  return rows.flatMap(({ id, subscription, at, codes }) => {
    const has = invoiced.some(
      (each) => each.subscription === subscription && each.from <= at && at <= each.to,
    );
    return codes
      .filter((code) => HAS_INVOICE[code] === !has)
      .map((code) => `${id} is held for ${code}, and ${has ? 'an' : 'no'} invoice has its time`);
  });
}

/**
 * Rows that were booked into another period before that of their usage had its invoice: it could
 * have had them.
 */
export function bookedEarly(lago: FakeLago, rows: readonly TypedRow[]): string[] {
  const invoiced = invoicedIn(lago);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return lago.events().flatMap(({ transactionId, code, timestampMs, ingestedAtMs }) => {
    const row = byId.get(String(transactionId));
    if (row?.code !== code || timestampMs === row.at) return [];
    return invoiced
      .filter(
        ({ subscription, from, to }) =>
          subscription === row.subscription && from <= row.at && row.at <= to,
      )
      .filter(({ madeAt }) => madeAt > ingestedAtMs)
      .map(() => `${row.id} was booked before the invoice of its own period was made`);
  });
}

/** Levels of storage that Lago does not bill as the rows come to that it has. */
export function wrongLevels(
  lago: FakeLago,
  subscriptions: readonly Seeded[],
  rows: readonly ShownRow[],
): string[] {
  return subscriptions
    .filter(({ kind }) => UNCHANGED.has(kind))
    .flatMap(({ id, customer }) => {
      const charges = lago.usage(customer, id)['charges_usage'] as {
        readonly units: string;
        readonly billable_metric: { readonly code: string };
      }[];
      const billed = charges.find(({ billable_metric: { code } }) => code === 'storage')?.units;
      const level = rows
        .filter((row) => row.code === 'storage' && row.subscription === id && row.isBilled)
        .reduce((sum, { n }) => sum + n, 0);
      return Math.abs(Number(billed ?? 0) - Math.max(level, 0)) < 1e-6
        ? []
        : [`the level of ${id} is ${billed ?? 0} in Lago, and its rows come to ${level}`];
    });
}

/** Metrics of which a period's invoice bills the sum of the rows. */
const SUMS: ReadonlySet<string> = new Set(['hits', 'tiers']);

/** A sum below zero is billed as zero, and so is a maximum. */
const unitsOf = (rows: readonly TypedRow[]): number =>
  Math.max(
    0,
    rows.reduce((sum, { n }) => sum + n, 0),
  );

/**
 * Ids of rows that an invoice lacks and nobody is told of, since its bill is the same with them:
 * the sum stays the same or below zero, or they lie below the highest value.
 */
export function withoutEffect(lago: FakeLago, rows: readonly ShownRow[]): ReadonlySet<string> {
  const spared = new Set<string>();
  for (const { subscription, from, to } of invoicedIn(lago))
    for (const code of new Set(rows.map((row) => row.code))) {
      const own = rows.filter(
        (row) =>
          row.code === code && row.subscription === subscription && from <= row.at && row.at <= to,
      );
      const lacking = own.filter((row) => row.isSent && !row.isBilled && row.codes.length === 0);
      const billed = own.filter((row) => row.isBilled);
      const highest = Math.max(0, ...billed.map(({ n }) => n));
      const isSame =
        code === 'peak'
          ? lacking.every(({ n }) => n <= highest)
          : SUMS.has(code) && unitsOf(billed) === unitsOf([...billed, ...lacking]);
      if (isSame) for (const { id } of lacking) spared.add(id);
    }
  return spared;
}
