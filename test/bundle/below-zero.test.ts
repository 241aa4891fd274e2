import type { JsonObject } from '../../sandbox/lago/json';
import { played } from './long';
import {
  API_KEY,
  activate,
  billedUnits,
  createWorld,
  fireHourly,
  HOUR,
  catalogOf as plainCatalog,
  START,
  TAB,
  type World,
  type WorldOptions,
} from './world';

const DAY = 24 * HOUR;
const HEADERS = ['id', 'subscription', 'time', 'code', 'amount', 'region', 'price'] as const;
const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "{{ row.code }}",
  "timestamp": {{ row.time | unix }}, "precise_total_amount_cents": "{{ row.price }}",
  "properties": { "amount": {{ row.amount }}, "region": "{{ row.region }}" } } }`;
const RANGES = [
  { from_value: 0, to_value: 10, per_unit_amount: '2', flat_amount: '1' },
  { from_value: 11, to_value: null, per_unit_amount: '0.5', flat_amount: '3' },
];

interface Priced {
  readonly metric?: JsonObject;
  readonly charge?: JsonObject;
  /** A second charge of the same metric. */
  readonly further?: JsonObject;
}

const standard = { charge_model: 'standard', properties: { amount: '1' } };
const volume = { charge_model: 'volume', properties: { volume_ranges: RANGES } };
const inEurope = {
  ...standard,
  filters: [{ values: { region: ['eu'] }, properties: { amount: '2' } }],
};
const byRegion = {
  charge_model: 'standard',
  properties: { amount: '1', pricing_group_keys: ['region'] },
};

/** One metric with a plan, a customer and a subscription of its own for each name. */
const catalogOf = (priced: Readonly<Record<string, Priced>>) => ({
  metrics: Object.entries(priced).map(([code, { metric }]) => ({
    name: code,
    code,
    aggregation_type: 'sum_agg',
    field_name: 'amount',
    filters: [{ key: 'region', values: ['eu', 'us'] }],
    ...metric,
  })),
  plans: Object.entries(priced).map(([code, { charge, further }]) => ({
    name: code,
    code,
    interval: 'monthly',
    amount_cents: 0,
    amount_currency: 'EUR',
    charges: [
      { billable_metric_code: code, ...standard, ...charge },
      ...(further === undefined ? [] : [{ billable_metric_code: code, ...standard, ...further }]),
    ],
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

/** A row of a name's metric and subscription: amount, region, price in cents. */
type Row = readonly [amount: string, region?: string, price?: string];

interface Sheet {
  readonly world: World;
  readonly id: string;
}

/** A sheet with the rows of each name, all of them sent. */
function sent(
  store: NonNullable<WorldOptions['store']>,
  priced: Readonly<Record<string, Priced & { readonly rows: readonly Row[] }>>,
  now = START,
): Sheet {
  const rows = Object.entries(priced).flatMap(([code, { rows: own }]) =>
    own.map(([amount, region = 'eu', price = '10'], at) => [
      `${code}-${at}`,
      code,
      `2026-11-0${at + 1} 10:00`,
      code,
      amount,
      region,
      price,
    ]),
  );
  const world = createWorld({
    store,
    headers: HEADERS,
    rows,
    lago: { visibilityDelayMs: 1_000 },
  });
  world.time.now = START - 90 * DAY;
  world.lago.seed.catalog(catalogOf(priced));
  world.time.now = now;
  const id = activate(world, { headers: HEADERS, template: TEMPLATE, changed: 'correct' });
  fireHourly(world);
  world.time.now += HOUR;
  // Elsewhere than on Postgres what is below zero under a volume price goes once Lago lists its cover.
  if (store !== 'postgres') {
    fireHourly(world);
    world.time.now += 60_000;
  }
  return { world, id };
}

/** What others send to a name's metric. */
function others({ world }: Sheet, code: string, amount: string): void {
  world.lago.handle({
    method: 'POST',
    url: '/api/v1/events/batch',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      events: [
        {
          transaction_id: `other ${code} ${amount}`,
          external_subscription_id: code,
          code,
          timestamp: START / 1000 - 3600,
          properties: { amount, region: 'eu' },
        },
      ],
    }),
  });
  world.time.now += 60_000;
}

/** What Lago bills of a name's metric: units and cents of its charges. */
function billed({ world }: Sheet, code: string): { units: number; cents: number } {
  const charges = world.lago.usage(`c-${code}`, code, API_KEY)['charges_usage'] as {
    units: string;
    amount_cents: number;
  }[];
  return {
    units: charges.reduce((sum, { units }) => sum + Number(units), 0),
    cents: charges.reduce((sum, { amount_cents }) => sum + amount_cents, 0),
  };
}

const statementOf = ({ world, id }: Sheet, subscription: string) =>
  world.ask('statement', { id, subscription, month: '2026-11' }).totals[0];

/** Announcements of the last run, as home has them. */
const announced = ({ world }: Sheet): string[] =>
  (world.ask('open', {}).syncs[0]?.lastRun?.problems ?? []).map(
    ({ problem: { code, message } }) => `${code}: ${message}`,
  );

type Case = Priced & {
  readonly rows: readonly Row[];
  /** What is said of it; empty if Lago bills it as it is. */
  readonly told: string;
  /** The total of the statement. */
  readonly total: string;
};

/** Each is billed by a charge and a metric of its own. */
const CASES: Readonly<Record<string, Case>> = {
  plain: { rows: [['7'], ['-3']], told: '', total: '4' },
  returns: { rows: [['3'], ['-7']], told: '-4', total: '0' },
  zero: { rows: [['3'], ['-3']], told: '', total: '0' },
  filter: {
    charge: inEurope,
    rows: [
      ['7', 'eu'],
      ['-3', 'us'],
    ],
    told: '-3: any other region',
    total: '7',
  },
  'filter-eu': {
    charge: inEurope,
    rows: [
      ['-2', 'eu'],
      ['5', 'us'],
      ['-1', 'eu'],
    ],
    told: '-3: region “eu”',
    total: '5',
  },
  group: {
    charge: byRegion,
    rows: [
      ['7', 'eu'],
      ['-3', 'us'],
      ['2', 'asia'],
      ['-2', 'asia'],
    ],
    told: '-3: region “us”',
    total: '7',
  },
  graduated: {
    charge: { charge_model: 'graduated', properties: { graduated_ranges: RANGES } },
    rows: [['-5']],
    told: '-5',
    total: '0',
  },
  package: {
    charge: {
      charge_model: 'package',
      properties: { amount: '4', package_size: 5, free_units: 2 },
    },
    rows: [['-5'], ['1']],
    told: '-4',
    total: '0',
  },
  percentage: {
    charge: { charge_model: 'percentage', properties: { rate: '2.5', fixed_amount: '1' } },
    rows: [['-5'], ['1']],
    told: '-4',
    total: '0',
  },
  dynamic: {
    charge: { charge_model: 'dynamic', properties: {} },
    rows: [
      ['5', 'eu', '100'],
      ['-2', 'eu', '-250'],
    ],
    told: '-150 cents',
    total: '0',
  },
  highest: {
    metric: { aggregation_type: 'max_agg' },
    rows: [['-5'], ['-2']],
    told: '-2',
    total: '0',
  },
  latest: {
    metric: { aggregation_type: 'latest_agg' },
    rows: [['5'], ['-2']],
    told: '-2',
    total: '0',
  },
  'latest-volume': {
    metric: { aggregation_type: 'latest_agg' },
    charge: volume,
    rows: [['5'], ['-2']],
    told: '-2',
    total: '0',
  },
  unique: {
    metric: { aggregation_type: 'unique_count_agg' },
    charge: byRegion,
    rows: [
      ['-5', 'eu'],
      ['-5', 'us'],
      ['-5', 'us'],
    ],
    told: '',
    total: '2',
  },
  rounds: {
    metric: { rounding_function: 'round', rounding_precision: 0 },
    charge: byRegion,
    rows: [
      ['1.4', 'eu'],
      ['-0.4', 'us'],
      ['2.5', 'asia'],
    ],
    told: '',
    total: '4',
  },
  'rounds-down': {
    metric: { rounding_function: 'floor', rounding_precision: 0 },
    rows: [['0.5'], ['-0.7']],
    told: '-1',
    total: '0',
  },
  'volume-zero': { charge: volume, rows: [['-5'], ['5']], told: '', total: '0' },
};

const caseOf = (name: string): Case => {
  const found = CASES[name];
  if (found === undefined) throw new Error(name);
  return found;
};

/** The cases that are below zero. */
const TOLD = Object.keys(CASES).filter((name) => caseOf(name).told !== '');

const threeEach = (names: readonly string[]): string[][] =>
  names.flatMap((_, at) => (at % 3 === 0 ? [names.slice(at, at + 3)] : []));

const STORES = ['postgres', 'clickhouse'] as const;

describe.each(STORES)('on %s', (store) => {
  const names = Object.keys(CASES);
  let all: Sheet;
  beforeAll(() => {
    all = sent(store, CASES);
  });

  test.each(names)('the statement says what Lago bills: %s', (name) => {
    const stated = statementOf(all, name);
    expect(stated?.total).toBe(caseOf(name).total);
    expect(Number(stated?.total)).toBe(billed(all, name).units);
    expect(stated?.lago).toMatchObject({ events: stated?.events, total: stated?.total });
    const isTold = TOLD.includes(name);
    expect(stated?.notes.some((note) => note.includes('bills nothing'))).toBe(isTold);
  });

  test('a run names what is below zero, and counts all of it', () => {
    expect(announced(all)).toHaveLength(1);
    expect(announced(all)[0]).toContain(`running period: ${TOLD.length} (`);
  });

  // As many as one sentence names; a short run has each of them on one of the two.
  test.each(
    played(
      threeEach(TOLD).map((three) => [three]),
      2,
      STORES.indexOf(store),
    ),
  )('a run names what is below zero: %j', (three) => {
    const some = sent(store, Object.fromEntries(three.map((name) => [name, caseOf(name)])));
    const named = three.map((name) => {
      const [amount, words] = caseOf(name).told.split(': ');
      return [`${amount} for ${name}`, name, ...(words === undefined ? [] : [words])].join(', ');
    });
    expect(announced(some)).toEqual([
      `total.below-zero: Totals below zero in the running period: ${three.length} (${named.join('; ')}). Lago bills each as zero, and gives nothing back.`,
    ]);
  });

  test('what others cover under a volume price is named as what this sheet alone comes to', () => {
    const sheet = sent(store, { volume: { charge: volume, rows: [['2'], ['-3']] } });
    expect(announced(sheet)).toEqual([
      'row.uncovered: With it the total of “volume” of the subscription “volume” would be -1 under a volume price. Below zero Lago makes no invoice at all for the customer.',
    ]);
    others(sheet, 'volume', '5');
    fireHourly(sheet.world);
    expect(announced(sheet)).toEqual([
      'total.no-invoice: What this sheet sent comes to totals below zero under a volume price in the running period: 1 (-1 for volume, volume). Unless what others sent outweighs that, Lago makes no invoice at all for the customer.',
    ]);
    sheet.world.time.now += HOUR;
    expect(billed(sheet, 'volume').units).toBe(4);
    expect(statementOf(sheet, 'volume')).toMatchObject({
      total: '0',
      notes: [
        'All events together come to -1.',
        'Of “volume” the events come to -1 under a volume charge: Lago makes no invoice for the subscription.',
      ],
    });
    sheet.world.time.now = Date.UTC(2026, 11, 2, 12);
    const months = sheet.world.lago.invoices().flatMap((invoice) => {
      const [period] = invoice['billing_periods'] as { [name: string]: string }[];
      return period?.['external_subscription_id'] === 'volume'
        ? [period['charges_from_datetime']?.slice(0, 7)]
        : [];
    });
    expect(months).toEqual(['2026-09', '2026-10', '2026-11']);
  });

  test('Reconcile shows Lago’s usage of the others where it breaks for one', () => {
    const sheet = sent(store, {
      volume: { charge: volume, rows: [['2']] },
      plain: { rows: [['7']] },
    });
    others(sheet, 'volume', '-5');
    expect(() => billed(sheet, 'volume')).toThrow();
    let part = sheet.world.ask('reconcile', { id: sheet.id, month: '2026-11' });
    while (part.next !== undefined)
      part = sheet.world.ask('reconcile', { id: sheet.id, month: '2026-11', next: part.next });
    expect(part.checksOff.map(({ code }) => code)).toEqual(['lago.usage-unread']);
    expect(part.totals.find(({ code }) => code === 'plain')?.current).toBe('7.0');
  });

  test('returns of what is paid in advance, and in arrears too, bring nothing back there, and are named', () => {
    const sheet = sent(store, {
      advance: { charge: { pay_in_advance: true }, further: {}, rows: [['7'], ['-3']] },
    });
    expect(announced(sheet)).toEqual([
      'total.no-refund: Totals of the running period that Lago bills higher, because they are paid in advance: 1 (4, billed 7 for advance, advance). It gives nothing back for events below zero.',
    ]);
    expect(statementOf(sheet, 'advance')).toMatchObject({
      total: '7',
      notes: [
        'All events together come to 4.',
        expect.stringContaining('Lago bills 7'),
        'By another charge of the plan Lago bills 4.',
      ],
    });
  });

  test('rows are sent all the same, and the name is gone when later usage outweighs them', () => {
    const sheet = sent(store, { shop: { rows: [['-3']] } });
    const { world } = sheet;
    expect(world.lago.events()).toHaveLength(1);
    expect(announced(sheet)).toHaveLength(1);
    world.google.spreadsheet.paste(TAB, 3, 1, [
      ['later', 'shop', '2026-11-18 10:00', 'shop', '5', 'eu', '10'],
    ]);
    expect(world.ask('dryRun', { id: sheet.id }).problems).toEqual([]);
    fireHourly(world);
    expect(announced(sheet)).toEqual([]);
    world.time.now += HOUR;
    expect(billed(sheet, 'shop').units).toBe(2);
  });

  test('home names them beside “Healthy”, and no mail leaves before the period is about to close', () => {
    const sheet = sent(store, { shop: { rows: [['-3']] } });
    const { world } = sheet;
    for (let hour = 0; hour < 30; hour += 8) {
      world.time.now += 8 * HOUR;
      fireHourly(world);
    }
    expect(world.ask('open', {}).syncs[0]?.health.state).toBe('healthy');
    expect(announced(sheet)).toHaveLength(1);
    expect(world.google.mails).toEqual([]);

    world.time.now = Date.UTC(2026, 10, 29, 1);
    for (let hour = 0; hour < 46; hour += 6) {
      fireHourly(world);
      world.time.now += 6 * HOUR;
    }
    expect(announced(sheet).map((each) => each.split(':')[0])).toEqual([
      'period.below-zero',
      'total.below-zero',
    ]);
    expect(world.google.mails.map(({ subject }) => subject)).toEqual(['Lago usage sync needs you']);
    const [mail] = world.google.mails;
    expect(mail?.body).toContain('Totals in it that Lago does not bill as they are: 1.');
    expect(mail?.body).not.toContain('shop');
  });

  test('what a correction takes back counts, and no row that is held', () => {
    const sheet = sent(store, { shop: { rows: [['5'], ['-2']] } });
    const { world } = sheet;
    expect(announced(sheet)).toEqual([]);
    world.google.spreadsheet.edit(TAB, 2, 5, '1');
    world.google.spreadsheet.paste(TAB, 4, 1, [
      ['held', 'shop', '2026-11-18 10:00', 'shop', 'many', 'eu', '10'],
    ]);
    expect(
      world.ask('dryRun', { id: sheet.id }).problems.map(({ problem }) => problem.code),
    ).toEqual(['total.below-zero', 'event.not-a-number']);
    fireHourly(world);
    world.time.now += HOUR;
    expect(announced(sheet)[0]).toContain('-1 for shop, shop');
    expect(billed(sheet, 'shop').units).toBe(0);
  });

  test('Reconcile names them for the month, and lists all of them in its sheet', () => {
    const names = ['returns', 'filter', 'group', 'highest', 'plain'] as const;
    const sheet = sent(store, Object.fromEntries(names.map((name) => [name, caseOf(name)])));
    let part = sheet.world.ask('reconcile', { id: sheet.id, month: '2026-11' });
    while (part.next !== undefined)
      part = sheet.world.ask('reconcile', { id: sheet.id, month: '2026-11', next: part.next });
    expect(part.checksOff.map(({ message }) => message)).toEqual([
      'Totals below zero in the month: 4 (-4 for returns, returns; -3 for filter, filter, any other region; -3 for group, group, region “us”; and 1 more). Lago bills each as zero, and gives nothing back.',
    ]);
    expect(Object.values(part.counts).every((each) => each === 0)).toBe(true);
    const lines = sheet.world.google.spreadsheet.table(part.sheetName);
    const nothing = 'Below zero: bills nothing and gives nothing back';
    expect(lines.filter((line) => line.includes(nothing)).map((line) => line.slice(0, 6))).toEqual([
      ['returns', 'returns', '', '-4', '0', nothing],
      ['filter', 'filter', 'any other region', '-3', '0', nothing],
      ['group', 'group', 'region “us”', '-3', '0', nothing],
      ['highest', 'highest', '', '-2', '0', nothing],
    ]);
    expect(lines.some((line) => line.includes('Rows of the month in the sheet'))).toBe(true);
  });
});

test.each(['p', 'q'])(
  'a subscription that ended and began again under the plan “%s” is billed by itself',
  (code) => {
    const row = (id: string, day: string, amount: string): string[] => [
      id,
      'acme',
      `2026-11-${day} 10:00`,
      amount,
    ];
    const world = createWorld({ rows: [row('r1', '03', '-3')] });
    world.time.now = Date.UTC(2026, 10, 5);
    const id = activate(world);
    fireHourly(world);
    world.time.now = Date.UTC(2026, 10, 10);
    world.lago.seed.terminate('acme');
    world.time.now = Date.UTC(2026, 10, 12);
    const [plan] = plainCatalog([]).plans;
    if (code === 'q') world.lago.seed.plan({ ...plan, code });
    world.lago.seed.subscription({
      external_customer_id: 'c-acme',
      plan_code: code,
      external_id: 'acme',
      subscription_at: '2026-11-12T00:00:00Z',
    });
    world.time.now = START;
    world.google.spreadsheet.paste(TAB, 3, 1, [row('r2', '15', '5')]);
    fireHourly(world);
    const [units] = billedUnits(world);
    expect(units).toBe('acme 5.0');
    expect(statementOf({ world, id }, 'acme')).toMatchObject({
      total: '5',
      notes: [
        'All events together come to 2.',
        'Of “calls” the events come to -3: Lago bills nothing for it and gives nothing back.',
      ],
    });
  },
);
