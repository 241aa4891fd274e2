import { existsSync, readFileSync } from 'node:fs';
import Big from 'big.js';
import { parse } from 'csv-parse/sync';
import { activate, createWorld, fireHourly, HOUR, TAB, type World } from './world';

const FOCUS = '../shared/data/focus_sample.csv';
const present = existsSync(FOCUS);
const skipped = present ? '' : ` (skipped: ${FOCUS} is not here)`;

const COLUMNS = [
  'Id',
  'SubAccountId',
  'ChargePeriodStart',
  'ConsumedQuantity',
  'ConsumedUnit',
] as const;
type Row = { readonly [header in (typeof COLUMNS)[number]]: string };
/** The key column of the tests' syncs is called `id`. */
const HEADERS = COLUMNS.map((column) => (column === 'Id' ? 'id' : column));

const TEMPLATE = `{ "event": { "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.SubAccountId }}", "code": "cloud_usage",
  "timestamp": {{ row.ChargePeriodStart | unix }}, "properties": { "quantity": {{ row.ConsumedQuantity }}, "unit": "{{ row.ConsumedUnit }}" } } }`;

/** Half an hour before the month of the sample ends. */
const NOW = Date.UTC(2024, 8, 30, 23, 30);
const NUMBER = /^-?\d+(\.\d+)?$/;

const sum = (values: readonly string[]): string =>
  values.reduce((total, value) => total.plus(value), new Big(0)).toFixed();

/** The Lago of the sample with these subscriptions, and a sheet with the rows. */
function openWorld(
  store: 'postgres' | 'clickhouse',
  rows: readonly Row[],
  subscriptions: readonly string[],
): { world: World; id: string } {
  const world = createWorld({
    store,
    headers: HEADERS,
    rows: rows.map((row) => COLUMNS.map((column) => row[column])),
    textColumns: ['id', 'SubAccountId', 'ChargePeriodStart'],
  });
  world.time.now = NOW;
  world.lago.seed.catalog({
    metrics: [
      {
        name: 'Cloud usage',
        code: 'cloud_usage',
        aggregation_type: 'sum_agg',
        field_name: 'quantity',
      },
    ],
    plans: [
      {
        name: 'Cloud',
        code: 'cloud',
        interval: 'monthly',
        amount_currency: 'EUR',
        charges: [
          {
            billable_metric_code: 'cloud_usage',
            charge_model: 'standard',
            properties: { amount: '0.05' },
          },
        ],
      },
    ],
    subscriptions: subscriptions.map((id) => ({
      external_customer_id: `customer of ${id}`,
      plan_code: 'cloud',
      external_id: id,
      subscription_at: '2024-08-01T00:00:00Z',
      created_at: '2024-08-01T00:00:00Z',
    })),
  });
  const id = activate(world, { headers: HEADERS, template: TEMPLATE });
  const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? 0;
  world.ask('setStatusColumn', { id, revision, column: 'new' });
  return { world, id };
}

describe.each(['postgres', 'clickhouse'] as const)(
  '1,000 rows of real cloud usage, with subscriptions for half of the accounts on %s',
  (store) => {
    (present ? test : test.skip)(
      `are billed for that half, and held by name for the other${skipped}`,
      () => {
        const rows = parse(readFileSync(FOCUS, 'utf8'), { columns: true }) as Row[];
        const accounts = [...new Set(rows.map(({ SubAccountId }) => SubAccountId))].sort();
        const known = new Set(accounts.filter((_, index) => index % 2 === 0));
        const usual = rows.find(({ SubAccountId }) => SubAccountId === '18938484842') ?? rows[0];
        const account = [...known].find((each) => each === '18938484842') ?? [...known][0] ?? '';
        const misspelt = {
          ...(usual as Row),
          Id: 'misspelt',
          SubAccountId: `${account.slice(0, 3)}${account[4]}${account[3]}${account.slice(5)}`,
        };
        const all = [...rows, misspelt];

        const { world, id } = openWorld(store, all, [...known]);
        do {
          fireHourly(world);
        } while ((world.ask('open', {}).syncs[0]?.lastRun?.left ?? 0) > 0);

        const statuses = world.google.spreadsheet
          .table(TAB)
          .slice(1)
          .map((cells) => cells[HEADERS.length] ?? '');
        const sent = all.filter(
          ({ SubAccountId, ConsumedQuantity }) =>
            known.has(SubAccountId) && NUMBER.test(ConsumedQuantity),
        );
        const foreign = all.filter(({ SubAccountId }) => !known.has(SubAccountId));
        expect(accounts.length - known.size).toBe(Math.floor(accounts.length / 2));
        expect(foreign.length).toBeGreaterThan(300);

        // Each row says for itself which subscription Lago does not have.
        all.forEach((row, index) => {
          const status = statuses[index] ?? '';
          if (known.has(row.SubAccountId))
            expect(status).toMatch(
              NUMBER.test(row.ConsumedQuantity) ? /^Sent / : /^Held: .*not a number/,
            );
          else
            expect([status.slice(0, 6), status]).toEqual([
              'Held: ',
              expect.stringContaining(`Lago has no subscription “${row.SubAccountId}”`),
            ]);
        });
        expect(statuses[all.length - 1]).toContain(`Did you mean “${account}”?`);
        const dryRun = world.ask('dryRun', { id });
        const [group] = dryRun.problems.filter(
          ({ problem }) => problem.code === 'event.unknown-subscription',
        );
        expect(group).toMatchObject({ action: 'hold', count: foreign.length });
        expect(
          group?.rows
            .map((row) => all[row - 2]?.SubAccountId)
            .every((each) => each !== undefined && !known.has(each)),
        ).toBe(true);
        expect(dryRun.counts).toMatchObject({ sent: sent.length, hold: all.length - sent.length });

        // What was sent is billed, now and in the invoice of the month, and comes to what the sheet says.
        const isBilled = () =>
          world.lago.billing().map(({ transactionId, billed, priced, where }) => ({
            transactionId,
            billed,
            priced,
            where,
          }));
        const expected = (where: string) =>
          sent.map(({ Id }) => ({ transactionId: Id, billed: true, priced: true, where }));
        const byId = (
          left: { transactionId: string | null },
          right: { transactionId: string | null },
        ) => String(left.transactionId).localeCompare(String(right.transactionId));
        expect(isBilled().sort(byId)).toEqual(expected('current').sort(byId));
        world.time.now += HOUR;
        expect(isBilled().sort(byId)).toEqual(expected('finalized').sort(byId));
        const units = world.lago
          .invoices()
          .flatMap(
            (invoice) =>
              invoice['charges_usage'] as unknown as readonly {
                readonly units: string;
                readonly billable_metric: { readonly code: string };
              }[],
          )
          .filter(({ billable_metric }) => billable_metric.code === 'cloud_usage')
          .map((charge) => charge.units);
        // A cell of Sheets keeps 15 digits.
        const kept = sent.map(({ ConsumedQuantity }) =>
          String(Number(Number(ConsumedQuantity).toPrecision(15))),
        );
        expect(sum(units)).toBe(sum(kept));
      },
    );
  },
);
