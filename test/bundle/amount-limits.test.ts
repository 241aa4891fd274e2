import type { JsonObject } from '../../sandbox/lago/json';
import {
  API_KEY,
  activate,
  createWorld,
  fireHourly,
  HOUR,
  lagoAnswer,
  START,
  TAB,
  type World,
} from './world';

const DAY = 24 * HOUR;
const DECEMBER = Date.UTC(2026, 11, 2, 12);
const HEADERS = ['id', 'subscription', 'amount', 'cents'] as const;
/** Everything is of the first hours of the 3rd of November, and of the metric of its subscription. */
const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}",
  "code": "{{ row.subscription }}", "timestamp": {{ "2026-11-03 10:00" | unix }},
  "precise_total_amount_cents": "{{ row.cents | default: "0" }}",
  "properties": { "amount": {{ row.amount }} } } }`;

interface Priced {
  readonly metric?: JsonObject;
  readonly charge?: JsonObject;
}

const standard = { charge_model: 'standard', properties: { amount: '0.000001' } };
const dear = { charge_model: 'standard', properties: { amount: '1000' } };
const dynamic = { charge_model: 'dynamic', properties: {} };
const tiers = (flat_amount: string) => ({
  graduated_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '2', flat_amount }],
});

/** One metric with a plan, a customer and a subscription of its own for each name. */
const catalogOf = (priced: Readonly<Record<string, Priced>>) => ({
  metrics: Object.entries(priced).map(([code, { metric }]) => ({
    name: code,
    code,
    aggregation_type: 'sum_agg',
    field_name: 'amount',
    ...metric,
  })),
  plans: Object.entries(priced).map(([code, { charge }]) => ({
    name: code,
    code,
    interval: 'monthly',
    amount_cents: 0,
    amount_currency: 'EUR',
    charges: [{ billable_metric_code: code, ...standard, ...charge }],
  })),
  customers: Object.keys(priced).map((code) => ({
    external_id: `c-${code}`,
    currency: 'EUR',
    timezone: 'UTC',
  })),
  subscriptions: Object.keys(priced).map((code) => ({
    external_customer_id: `c-${code}`,
    plan_code: code,
    external_id: code,
    subscription_at: '2026-09-01T00:00:00Z',
  })),
});

/** Units and cents of the rows of a name, whose ids are the name and the place (0-based). */
type Rows = readonly (readonly [amount: string, cents?: string])[];

interface Sheet {
  readonly world: World;
  readonly id: string;
  /** Paths of the requests so far, without what stands behind them. */
  readonly asked: string[];
}

type Store = 'postgres' | 'clickhouse';

/** An active sync of a sheet that has not run yet. */
function sheetOf(
  store: Store,
  priced: Readonly<Record<string, Priced & { readonly rows: Rows }>>,
): Sheet {
  const asked: string[] = [];
  const world = createWorld({
    store,
    headers: HEADERS,
    rows: Object.entries(priced).flatMap(([code, { rows }]) =>
      rows.map(([amount, cents = ''], at) => [`${code}-${at}`, code, amount, cents]),
    ),
    textColumns: ['amount', 'cents'],
    lago: { visibilityDelayMs: 1_000 },
    overhear: ({ method, url }) => {
      asked.push(`${method.toUpperCase()} ${new URL(url).pathname}`);
    },
  });
  world.time.now = START - 90 * DAY;
  world.lago.seed.catalog(catalogOf(priced));
  world.time.now = START;
  const id = activate(world, {
    headers: HEADERS,
    template: TEMPLATE,
    changed: 'correct',
    removed: 'correct',
  });
  return { world, id, asked };
}

const run = ({ world }: Sheet): void => {
  fireHourly(world);
  world.time.now += HOUR;
};

/** The only charge of a subscription, as Lago would bill it now. */
function usage({ world }: Sheet, code: string): { units: string; amount_cents: number } {
  const [charge] = world.lago.usage(`c-${code}`, code, API_KEY)['charges_usage'] as {
    units: string;
    amount_cents: number;
  }[];
  if (charge === undefined) throw new Error(code);
  return charge;
}

/** Cents of a subscription's invoice of November, whatever is due beside them; undefined if it was never made. */
function invoiced({ world }: Sheet, code: string): unknown {
  world.time.now = DECEMBER;
  return world.lago.invoices().find((invoice) => {
    const [period] = invoice['billing_periods'] as { [name: string]: string }[];
    return (
      period?.['external_subscription_id'] === code &&
      period['charges_from_datetime']?.startsWith('2026-11') === true
    );
  })?.['fees_amount_cents'];
}

const sentIds = ({ world }: Sheet): string[] =>
  world.lago.events().map(({ transactionId }) => String(transactionId));

/** What the dry run says, a line for each problem with the rows that have it. */
const reviewed = ({ world, id }: Sheet): string[] =>
  world
    .ask('dryRun', { id })
    .problems.map(({ problem: { code, message }, rows }) => `${code} [${rows}] ${message}`);

const announced = ({ world }: Sheet): string[] =>
  (world.ask('open', {}).syncs[0]?.lastRun?.problems ?? []).map(
    ({ problem: { code, message }, keys }) => `${code} [${(keys ?? []).join()}] ${message}`,
  );

const NINE: Rows[number] = ['900000000000'];
const SEVEN: Rows[number] = ['700000000000'];

describe('a total beyond what ClickHouse can count', () => {
  test('is held back from, and billed exactly up to there', () => {
    const sheet = sheetOf('clickhouse', {
      bytes: { rows: [NINE, NINE, SEVEN, ['100000000000'], ['0.5']] },
      taken: { rows: [['-900000000000'], ['-900000000000'], ['5']] },
      few: { rows: [['7']] },
    });
    run(sheet);
    expect(sentIds(sheet)).toEqual([
      'bytes-0',
      'bytes-2',
      'bytes-3',
      'taken-0',
      'taken-2',
      'few-0',
    ]);
    expect(usage(sheet, 'bytes').units).toBe('1700000000000.0');
    expect(usage(sheet, 'taken').units).toBe('0.0');
    expect(announced(sheet).filter((each) => each.startsWith('event.'))).toEqual([
      expect.stringMatching(
        /^event.total-too-large \[bytes-1,bytes-4,taken-1\] .*“bytes” \(bytes\)/,
      ),
    ]);
    expect(invoiced(sheet, 'bytes')).toBe(170_000_000);
  });

  test('is what Lago itself would bill otherwise as something else', () => {
    const sheet = sheetOf('clickhouse', { bytes: { rows: [NINE] } });
    run(sheet);
    const event = {
      transaction_id: 'script',
      external_subscription_id: 'bytes',
      code: 'bytes',
      timestamp: Date.UTC(2026, 10, 4) / 1000,
      properties: { amount: '900000000000' },
    };
    lagoAnswer(sheet.world.lago, {
      method: 'post',
      url: 'https://lago.example/api/v1/events',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ event }),
    } as never);
    sheet.world.time.now += HOUR;
    expect(Number(usage(sheet, 'bytes').units)).toBeLessThan(1.7e12);
  });

  test('is named in the review before the first row goes, with its metric and another unit', () => {
    const sheet = sheetOf('clickhouse', { bytes: { rows: [NINE, NINE] }, few: { rows: [['7']] } });
    expect(sheet.world.lago.events()).toEqual([]);
    const found = reviewed(sheet);
    expect(found.map((each) => each.split(' ').slice(0, 2).join(' '))).toEqual([
      'total.near-limit []',
      'event.total-too-large [3]',
    ]);
    expect(found[0]).toContain('“bytes” (900,000,000,000 for bytes)');
    expect(found[0]).not.toContain('few');
  });

  test('counts what others have sent', () => {
    const sheet = sheetOf('clickhouse', { bytes: { rows: [NINE, ['1']] } });
    const event = {
      transaction_id: 'script',
      external_subscription_id: 'bytes',
      code: 'bytes',
      timestamp: Date.UTC(2026, 10, 4) / 1000,
      properties: { amount: '900000000000' },
    };
    lagoAnswer(sheet.world.lago, {
      method: 'post',
      url: 'https://lago.example/api/v1/events',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ event }),
    } as never);
    sheet.world.time.now += HOUR;
    run(sheet);
    expect(sentIds(sheet)).toEqual(['script', 'bytes-1']);
    expect(usage(sheet, 'bytes').units).toBe('900000000001.0');
  });

  test('is made room for by a correction, one run later', () => {
    const sheet = sheetOf('clickhouse', { bytes: { rows: [NINE, ['850000000000']] } });
    run(sheet);
    sheet.world.google.spreadsheet.edit(TAB, 2, 3, '300000000000');
    run(sheet);
    run(sheet);
    expect(sentIds(sheet)).toEqual(['bytes-0', 'bytes-0~x1', 'bytes-0~r2', 'bytes-1']);
    expect(usage(sheet, 'bytes').units).toBe('1150000000000.0');
    expect(announced(sheet)).toEqual([]);
  });

  test.each([
    ['what recurs', { recurring: true }],
    ['a sum over time', { aggregation_type: 'weighted_sum_agg', weighted_interval: 'seconds' }],
  ])('is known of %s', (_, metric) => {
    const sheet = sheetOf('clickhouse', { bytes: { metric, rows: [NINE, NINE, SEVEN] } });
    run(sheet);
    expect(sentIds(sheet)).toEqual(['bytes-0', 'bytes-2']);
  });

  test('is that of the amounts of a dynamic charge, too', () => {
    const sheet = sheetOf('clickhouse', {
      own: {
        charge: dynamic,
        rows: [
          ['1', '900000000000'],
          ['1', '900000000000'],
          ['1', '700000000000.5'],
        ],
      },
    });
    run(sheet);
    expect(sentIds(sheet)).toEqual(['own-0', 'own-2']);
    expect(usage(sheet, 'own').amount_cents).toBe(1_600_000_000_001);
  });

  test('is none on Postgres', () => {
    const sheet = sheetOf('postgres', { bytes: { rows: [NINE, NINE, NINE] } });
    run(sheet);
    expect(usage(sheet, 'bytes').units).toBe('2700000000000.0');
    expect(announced(sheet)).toEqual([]);
  });
});

describe.each(['postgres', 'clickhouse'] as const)('on %s', (store) => {
  test('what could cost more than an invoice holds is held, and the invoice is made', () => {
    const sheet = sheetOf(store, {
      dear: {
        charge: dear,
        rows: [['600000000000'], ['500000000000'], ['400000000000'], ['1']],
      },
      typed: { rows: [['100000000000000000000'], ['3']] },
    });
    run(sheet);
    expect(sentIds(sheet)).toEqual(['dear-0', 'dear-2', 'typed-1']);
    expect(announced(sheet).map((each) => each.split(' ').slice(0, 2).join(' '))).toEqual([
      'event.total-too-costly [dear-1,dear-3]',
      `event.${store === 'postgres' ? 'too-many' : 'too-large'} [typed-0]`,
    ]);
    expect(invoiced(sheet, 'dear')).toBe(100_000_000_000_000_000);
    expect(invoiced(sheet, 'typed')).toBe(0);
  });

  test('no list of events is asked for where totals are far from the limits', () => {
    const sheet = sheetOf(store, { few: { rows: [['7'], ['800000000000']] } });
    const listed = (): number => sheet.asked.filter((each) => each === 'GET /api/v1/events').length;
    run(sheet);
    const first = listed();
    sheet.world.google.spreadsheet.paste(TAB, 4, 1, [['more', 'few', '5', '']]);
    run(sheet);
    expect(sentIds(sheet)).toContain('more');
    expect(listed()).toBe(first);
  });

  test('a correction down to zero says that the first tier is still due', () => {
    const charge = { charge_model: 'graduated', properties: tiers('3') };
    const sheet = sheetOf(store, { tiers: { charge, rows: [['5']] }, other: { rows: [['1']] } });
    run(sheet);
    expect(usage(sheet, 'tiers').amount_cents).toBe(1_300);
    sheet.world.google.spreadsheet.deleteRows(TAB, 2, 1);
    const told = expect.stringMatching(/^total.first-tier \[\] .*1 \(0 for tiers, tiers\)/);
    expect(reviewed(sheet)).toEqual([told]);
    run(sheet);
    expect(announced(sheet)).toEqual([told]);
    expect(usage(sheet, 'tiers')).toMatchObject({ units: '0.0', amount_cents: 300 });
    run(sheet);
    expect(announced(sheet)).toEqual([]);
  });

  test('taking a run back says that the first tier is still due', () => {
    const charge = {
      charge_model: 'volume',
      properties: { volume_ranges: tiers('3').graduated_ranges },
    };
    const sheet = sheetOf(store, { tiers: { charge, rows: [['5']] } });
    run(sheet);
    const { world, id } = sheet;
    const startedAt = world.ask('activity', { id }).runs[0]?.report.startedAt;
    if (startedAt === undefined) throw new Error('nothing ran');
    const preview = world.ask('dryRun', { id, undo: startedAt });
    expect(preview.problems.map(({ problem: { code } }) => code)).toContain('total.first-tier');
  });

  test('amounts without units are told, since Lago bills none of them', () => {
    const sheet = sheetOf(store, {
      own: {
        charge: dynamic,
        rows: [
          ['0', '250'],
          ['0', '50'],
        ],
      },
    });
    expect(reviewed(sheet).some((each) => each.startsWith('total.no-units'))).toBe(true);
    run(sheet);
    expect(usage(sheet, 'own').amount_cents).toBe(0);
    expect(announced(sheet)).toEqual([
      expect.stringMatching(/^total.no-units \[own-0,own-1\] .*1 \(300 cents for own, own\)/),
    ]);
  });

  test('amounts in whole cents are told where the event store cuts them', () => {
    const rows: Rows = [
      ['1', '200'],
      ['1', '25'],
    ];
    const sheet = sheetOf(store, { own: { charge: dynamic, rows } });
    const isCut = store === 'clickhouse';
    expect(reviewed(sheet).map((each) => each.split(' ')[0])).toEqual(
      isCut ? ['total.cut', 'total.cut-ahead'] : [],
    );
    run(sheet);
    expect(usage(sheet, 'own').amount_cents).toBe(isCut ? 200 : 225);
    expect(announced(sheet)).toEqual(
      isCut ? [expect.stringMatching(/^total.cut .*1 \(225 cents, billed 200 for own, own\)/)] : [],
    );
  });

  test('Reconcile lists amounts that are billed as something else', () => {
    const sheet = sheetOf(store, {
      none: { charge: dynamic, rows: [['0', '250']] },
      own: { charge: dynamic, rows: [['1', '225']] },
    });
    run(sheet);
    const { world, id } = sheet;
    let part = world.ask('reconcile', { id, month: '2026-11' });
    while (part.next !== undefined)
      part = world.ask('reconcile', { id, month: '2026-11', next: part.next });
    const isCut = store === 'clickhouse';
    expect(part.checksOff.map(({ code }) => code)).toEqual([
      'total.no-units',
      ...(isCut ? ['total.cut'] : []),
    ]);
    const lines = world.google.spreadsheet
      .table(part.sheetName)
      .filter((line) => line.some((cell) => / cents$/.test(cell)));
    expect(lines.map((line) => [line[0], line[3], line[4]])).toEqual([
      ['none', '250 cents', '0'],
      ...(isCut ? [['own', '225 cents', '200 cents']] : []),
    ]);
  });

  test('fractions with more digits than a double has are billed with all of them', () => {
    const sheet = sheetOf(store, { few: { rows: [['0.12345678901234567891'], ['1']] } });
    run(sheet);
    expect(usage(sheet, 'few').units).toBe('1.12345678901234567891');
  });

  test('amounts with more decimals than Lago keeps are no conflict', () => {
    const sheet = sheetOf(store, {
      own: {
        charge: dynamic,
        rows: [
          ['1', '0.12345678901234567'],
          ['1', '100.5'],
        ],
      },
    });
    sheet.world.lago.faults.add({
      kind: 'reset',
      method: 'POST',
      path: '/api/v1/events/batch',
      committed: true,
      times: 5,
    });
    run(sheet);
    run(sheet);
    run(sheet);
    expect(sentIds(sheet)).toEqual(['own-0', 'own-1']);
    expect(announced(sheet)).toEqual([]);
  });
});
