import { DateTime } from 'luxon';
import type { CatalogSeed } from './lago';
import { filled, type Recipe } from './recipe';
import type { FakeGoogle } from './runtime';

/** A sheet as the sandbox reads it: a row's cell by its column's name. */
export type SheetRow = (column: string) => string;

/** How Sheets writes what it makes of a typed number or time: the value, not the format. */
function cellText(google: FakeGoogle, sheet: string, row: number, column: number): string {
  const { value } = google.spreadsheet.cell(sheet, row, column);
  return typeof value === 'number' ? plain(value) : google.spreadsheet.shown(sheet, row, column);
}

/**
 * Numbers as Lago wants them; the sheet's dates are numbers of days too, so times are read from
 * what is shown.
 */
const plain = (value: number): string =>
  /e/.test(String(value)) ? value.toFixed(20).replace(/0+$/, '') : String(value);

/**
 * Rows of a tab whose names stand in its first row; a column is found by its name or by its words
 * joined with underscores.
 */
export function readRows(google: FakeGoogle, sheet: string): SheetRow[] {
  const [headers = [], ...rest] = google.spreadsheet.table(sheet);
  const underscored = headers.map((header) => header.replace(/[^A-Za-z0-9]+/g, '_').toLowerCase());
  return rest.map((_, index) => (name) => {
    const column = headers.indexOf(name) >= 0 ? headers.indexOf(name) : underscored.indexOf(name);
    return column < 0 ? '' : cellText(google, sheet, index + 2, column + 1);
  });
}

/** The time that a text shows, in ms; undefined where it shows none. */
export function timeOf(
  google: FakeGoogle,
  sheet: string,
  row: number,
  column: number,
): number | undefined {
  const shown = google.spreadsheet.shown(sheet, row, column);
  const time = DateTime.fromISO(shown.replace(' ', 'T'), { zone: google.spreadsheet.timeZone });
  return time.isValid ? time.toMillis() : undefined;
}

export interface World {
  readonly catalog: CatalogSeed;
  readonly code: string;
  /**
   * The property that the metric sums, and the mark of its column; undefined where the metric
   * counts events.
   */
  readonly field: string | undefined;
  /** Earliest and latest time in the sheet (ms), but for those far from the others. */
  readonly first: number;
  readonly last: number;
  /** Subscriptions that the sheet names. */
  readonly subscriptions: readonly string[];
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const START_DAYS_BEFORE = 40;

/**
 * What the fake Lago must hold so that a sheet can be billed: the metric that the template names,
 * and a subscription for each value that occurs.
 */
export function worldFor(
  google: FakeGoogle,
  sheet: string,
  recipe: Recipe,
  known?: readonly string[],
): World {
  const rows = readRows(google, sheet);
  const [headers = []] = google.spreadsheet.table(sheet);
  const timeColumn = headers.findIndex(
    (header) =>
      recipe.timestamp.includes(`\u0001${header}\u0001`) ||
      recipe.timestamp.includes(
        `\u0001${header.replace(/[^A-Za-z0-9]+/g, '_').toLowerCase()}\u0001`,
      ),
  );
  const times = usualTimes(
    rows.flatMap((_, index) =>
      timeColumn < 0 ? [] : (timeOf(google, sheet, index + 2, timeColumn + 1) ?? []),
    ),
  );
  const now = Date.now();
  const first = times[0] ?? now;
  const last = times[times.length - 1] ?? now;
  const field = [...recipe.properties].find(
    ([, text]) =>
      rows.some((cell) => text.includes('\u0001') && NUMBER.test(filled(text, cell))) &&
      numericShare(rows, text) > 0.5,
  )?.[0];
  const codes = distinct(rows.map((cell) => filled(recipe.code, cell)));
  const named = distinct(rows.map((cell) => filled(recipe.subscription, cell)));
  const subscriptions = known ?? named;
  const start =
    DateTime.fromMillis(first, { zone: 'utc' }).minus({ days: START_DAYS_BEFORE }).toISO() ?? '';
  const from = DateTime.fromMillis(first, { zone: 'utc' });
  const to = DateTime.fromMillis(last, { zone: 'utc' });
  return {
    code: codes[0] ?? '',
    field,
    first,
    last,
    subscriptions: named,
    catalog: {
      metrics: codes.map((code) => ({
        name: code,
        code,
        aggregation_type: field === undefined ? 'count_agg' : 'sum_agg',
        ...(field === undefined ? {} : { field_name: field }),
      })),
      plans: [
        {
          name: 'Usage',
          code: 'usage',
          interval: from.hasSame(to, 'month') ? 'monthly' : 'yearly',
          amount_cents: 0,
          amount_currency: 'EUR',
          pay_in_advance: false,
          charges: codes.map((code) => ({
            billable_metric_code: code,
            charge_model: 'standard',
            pay_in_advance: false,
            properties: { amount: '0.05' },
          })),
        },
      ],
      customers: subscriptions.map((id) => ({
        external_id: `customer-${id}`,
        name: id,
        currency: 'EUR',
        timezone: 'UTC',
      })),
      subscriptions: subscriptions.map((id) => ({
        external_customer_id: `customer-${id}`,
        plan_code: 'usage',
        external_id: id,
        subscription_at: start,
      })),
    },
  };
}

const YEAR_MS = 366 * 86_400_000;

/**
 * Times in order, without those a year and more from the middle: one typing mistake must not move
 * the sandbox's clock.
 */
function usualTimes(times: readonly number[]): number[] {
  const ordered = [...times].sort((left, right) => left - right);
  const middle = ordered[Math.floor(ordered.length / 2)] ?? 0;
  return ordered.filter((time) => Math.abs(time - middle) < YEAR_MS);
}

/** Lago strips the ids of what it creates, and not those in events. */
const distinct = (texts: readonly string[]): string[] => [
  ...new Set(texts.map((text) => text.trim()).filter((text) => text !== '')),
];

const numericShare = (rows: readonly SheetRow[], text: string): number =>
  rows.filter((cell) => NUMBER.test(filled(text, cell))).length / Math.max(1, rows.length);
