import fc from 'fast-check';
import { DateTime } from 'luxon';
import type { FakeLago } from '../../sandbox/lago';

/** A Lago and a sheet for it, all random. Times in ms since 1970 UTC. */
export interface CorpusCase {
  /** When the first run happens. */
  readonly now: number;
  readonly late: 'hold' | 'book';
  readonly catalog: Catalog;
  /** External ids of subscriptions that somebody terminates at `now`. */
  readonly terminated: readonly string[];
  readonly rows: readonly CorpusRow[];
}

type Fields = { readonly [name: string]: Json };
type Json = string | number | boolean | null | readonly Json[] | Fields;

interface Catalog {
  readonly metrics: readonly Fields[];
  readonly plans: readonly Fields[];
  readonly customers: readonly { readonly external_id: string; readonly timezone: string }[];
  readonly subscriptions: readonly Fields[];
}

export const COLUMNS = [
  'id',
  'subscription',
  'time',
  'code',
  'amount',
  'user',
  'region',
  'tier',
  'operation',
  'cents',
] as const;

/** Cells as they are typed; '' is an empty one. */
export type CorpusRow = { readonly [column in (typeof COLUMNS)[number]]: string };

/** What a row brings along only where its cell is filled. */
const optional = (column: string, property: string, value = `"{{ row.${column} }}"`): string =>
  `{% if row.${column} %}"${property}": ${value}, {% endif %}`;

export const CORPUS_TEMPLATE = `{ "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "{{ row.code }}",
  ${optional('cents', 'precise_total_amount_cents')}"timestamp": {{ row.time | unix }},
  "properties": { ${optional('amount', 'amount', '{{ row.amount }}')}${optional('user', 'user')}${optional('region', 'region')}${optional('tier', 'tier', '{{ row.tier }}')}${optional('operation', 'operation_type')}"sheet": "{{ row.id }}" } }`;

/** The event that the template makes of a row, by a way of its own. `timestamp` in seconds. */
export interface RowEvent {
  readonly transaction_id: string;
  readonly external_subscription_id: string;
  readonly code: string;
  readonly timestamp: number;
  readonly precise_total_amount_cents?: string;
  readonly properties: { readonly [name: string]: string };
}

export function eventOf(row: CorpusRow, { catalog }: CorpusCase): RowEvent {
  const customer = catalog.subscriptions.find((each) => each['external_id'] === row.subscription)?.[
    'external_customer_id'
  ];
  const zone = catalog.customers.find((each) => each.external_id === customer)?.timezone ?? 'UTC';
  const time = row.time.includes(':')
    ? DateTime.fromSQL(row.time, { zone: 'UTC' })
    : DateTime.fromISO(row.time, { zone }).set({ hour: 12 });
  const properties = {
    amount: row.amount,
    user: row.user,
    region: row.region,
    tier: row.tier,
    operation_type: row.operation,
  };
  return {
    transaction_id: row.id,
    external_subscription_id: row.subscription,
    code: row.code,
    timestamp: time.toSeconds(),
    ...(row.cents === '' ? {} : { precise_total_amount_cents: row.cents }),
    properties: Object.fromEntries(
      Object.entries({ ...properties, sheet: row.id }).filter(([, value]) => value !== ''),
    ),
  };
}

/** Fills a Lago as the case says, at the time of its first run. */
export function seedCase(lago: FakeLago, { catalog, terminated }: CorpusCase): void {
  lago.seed.catalog(
    JSON.parse(JSON.stringify(catalog)) as Parameters<FakeLago['seed']['catalog']>[0],
  );
  for (const id of terminated) lago.seed.terminate(id);
}

const DAYS: { readonly [interval: string]: number } = {
  weekly: 8,
  monthly: 32,
  quarterly: 93,
  semiannual: 185,
  yearly: 367,
};

/** How long after a run every period is closed, and its invoice final, that has usage of the run. In ms. */
export const closedAfter = ({ catalog }: CorpusCase): number =>
  (31 +
    25 +
    Math.max(
      ...catalog.plans.map(
        (plan) =>
          DAYS[plan['bill_charges_monthly'] === true ? 'monthly' : String(plan['interval'])] ?? 0,
      ),
    )) *
  DAY;

const DAY = 86_400_000;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'America/St_Johns',
];
const FILTERS = { region: ['eu', 'us', 'Asia'], tier: ['1', '2', 'true'] } as const;
type FilterKey = keyof typeof FILTERS;
const FILTER_KEYS = ['region', 'tier'] as const;

const iso = (ms: number): string => new Date(ms).toISOString();
/** Ends of ranges are not preferred here, as they are for times. */
const chance = (percent: number): fc.Arbitrary<boolean> =>
  fc.noBias(fc.integer({ min: 0, max: 99 })).map((drawn) => drawn < percent);

const EXPRESSIONS: readonly string[] = [
  'event.properties.amount * 2',
  'round(event.properties.amount / 3, 2)',
  'event.properties.amount + event.properties.tier',
  'greatest(event.properties.amount, 0) + ceil(event.properties.tier / 2) * 1',
  '-event.properties.amount',
  'event.timestamp / 1000',
  "concat(event.properties.amount, '5')",
];
const TEXT_EXPRESSIONS: readonly string[] = [
  'event.properties.user',
  "concat(event.properties.region, '-', event.properties.user)",
  "concat(event.properties.user, 'event.properties.nobody')",
];

const filtersOfMetric = fc.subarray([...FILTER_KEYS], { minLength: 0 });

const metricOf = (index: number): fc.Arbitrary<Fields> =>
  fc
    .record({
      aggregation: fc.constantFrom(
        'count_agg',
        'sum_agg',
        'sum_agg',
        'max_agg',
        'unique_count_agg',
        'weighted_sum_agg',
        'latest_agg',
      ),
      recurring: chance(35),
      computed: chance(25),
      expression: fc.constantFrom(...EXPRESSIONS),
      text: fc.constantFrom(...TEXT_EXPRESSIONS),
      filters: filtersOfMetric,
    })
    .map(({ aggregation, recurring, computed, expression, text, filters }) => {
      const isUnique = aggregation === 'unique_count_agg';
      const isComputed = computed && aggregation !== 'count_agg';
      return {
        name: `Metric ${index}`,
        code: `metric${index}`,
        aggregation_type: aggregation,
        field_name:
          aggregation === 'count_agg' ? null : isComputed ? 'total' : isUnique ? 'user' : 'amount',
        recurring:
          recurring && ['sum_agg', 'unique_count_agg', 'weighted_sum_agg'].includes(aggregation),
        expression: isComputed ? (isUnique ? text : expression) : null,
        weighted_interval: aggregation === 'weighted_sum_agg' ? 'seconds' : null,
        filters: filters.map((key) => ({ key, values: [...FILTERS[key]] })),
      };
    });

const PAID: { readonly [model: string]: Fields } = {
  standard: { amount: '0.5' },
  package: { amount: '3', package_size: 10, free_units: 5 },
  graduated: {
    graduated_ranges: [
      { from_value: 0, to_value: 10, per_unit_amount: '0', flat_amount: '0' },
      { from_value: 11, to_value: null, per_unit_amount: '0.2', flat_amount: '1' },
    ],
  },
  volume: {
    volume_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '0.1', flat_amount: '0' }],
  },
  percentage: { rate: '1.5', fixed_amount: '0' },
  dynamic: {},
};
const FREE: { readonly [model: string]: Fields } = {
  standard: { amount: '0' },
  package: { amount: '0', package_size: 10, free_units: 5 },
  graduated: {
    graduated_ranges: [{ from_value: 0, to_value: null, per_unit_amount: '0', flat_amount: '0.0' }],
  },
  volume: {
    volume_ranges: [
      { from_value: 0, to_value: 5, per_unit_amount: '0', flat_amount: '0' },
      { from_value: 6, to_value: null, per_unit_amount: '0', flat_amount: '0' },
    ],
  },
  percentage: { rate: '0', fixed_amount: '0', free_units_per_events: 2 },
  dynamic: {},
};

const valuesOf = (key: FilterKey): fc.Arbitrary<readonly [FilterKey, readonly string[]]> =>
  fc.subarray([...FILTERS[key]], { minLength: 1, maxLength: 2 }).map((values) => [key, values]);

type FilterValues = { readonly [key: string]: readonly string[] };

const NO_FILTERS: fc.Arbitrary<FilterValues[]> = fc.constant([]);

const filterOf = (keys: readonly FilterKey[]): fc.Arbitrary<FilterValues> =>
  fc
    .subarray([...keys], { minLength: 1 })
    .chain((chosen) => fc.tuple(...chosen.map(valuesOf)))
    .map((entries) => Object.fromEntries(entries));

/** What has no filter has a price: a metric that is free for all is what somebody chose. */
const chargeOf = (metric: Fields): fc.Arbitrary<Fields> => {
  const keys = (metric['filters'] as readonly { readonly key: FilterKey }[]).map(({ key }) => key);
  return fc
    .record({
      model: fc.constantFrom(
        'standard',
        'standard',
        'graduated',
        'package',
        'percentage',
        'volume',
        'dynamic',
      ),
      free: chance(60),
      filters: keys.length === 0 ? NO_FILTERS : fc.array(filterOf(keys), { maxLength: 3 }),
    })
    .map(({ model: drawn, free, filters }) => {
      const model = isRefused(drawn, metric) ? 'standard' : drawn;
      return {
        billable_metric_code: metric['code'] ?? '',
        charge_model: model,
        pay_in_advance: false,
        properties: (free && filters.length > 0 ? FREE[model] : PAID[model]) ?? {},
        filters: filters.map((values) => ({ values, properties: PAID[model] ?? {} })),
      };
    });
};

/** Lago refuses a plan with such a charge. */
const isRefused = (model: string, { aggregation_type }: Fields): boolean =>
  (model === 'dynamic' && aggregation_type !== 'sum_agg') ||
  (model === 'percentage' && aggregation_type === 'latest_agg');

const planOf = (index: number, metrics: readonly Fields[]): fc.Arbitrary<Fields> =>
  fc
    .record({
      interval: fc.constantFrom(
        'weekly',
        'monthly',
        'monthly',
        'monthly',
        'quarterly',
        'semiannual',
        'yearly',
      ),
      monthly: fc.boolean(),
      inAdvance: fc.boolean(),
      charged: fc
        .tuple(...metrics.map(() => chance(88)))
        .map((drawn) => metrics.filter((_, index) => drawn[index])),
    })
    .chain(({ interval, monthly, inAdvance, charged }) =>
      fc
        .tuple(
          ...charged.map((metric) => fc.array(chargeOf(metric), { minLength: 1, maxLength: 2 })),
        )
        .map((charges) => ({
          name: `Plan ${index}`,
          code: `plan${index}`,
          interval,
          bill_charges_monthly: monthly && (interval === 'yearly' || interval === 'semiannual'),
          amount_cents: 0,
          amount_currency: 'EUR',
          pay_in_advance: inAdvance,
          charges: charges.flat(),
        })),
    );

interface Placed {
  readonly fields: readonly Fields[];
  readonly terminated: boolean;
  /** Moments at which something begins or ends. */
  readonly edges: readonly number[];
}

const seconds = (min: number, max: number): fc.Arbitrary<number> =>
  fc
    .integer({ min: Math.round(min / 1000), max: Math.round(Math.max(min, max) / 1000) })
    .map((each) => each * 1000);

/** Often at the beginning of a day or month in some zone, for there people begin things, and periods begin there. */
const moment = (from: number, to: number): fc.Arbitrary<number> =>
  fc
    .tuple(
      seconds(from, to),
      fc.constantFrom('exact', 'day', 'month', 'millisecond'),
      fc.constantFrom(...ZONES),
    )
    .map(([ms, kind, zone]) => {
      if (kind === 'day' || kind === 'month')
        return Math.min(
          to,
          Math.max(from, DateTime.fromMillis(ms, { zone }).startOf(kind).toMillis()),
        );
      return kind === 'exact' ? ms : Math.min(to, ms + 123);
    });

const KINDS = Object.entries({
  active: 6,
  backdated: 2,
  ending: 2,
  ended: 1,
  terminated: 1,
  'terminated now': 1,
  changed: 4,
  pending: 2,
  canceled: 1,
}).flatMap(([kind, share]) => Array.from({ length: share }, () => kind));

function subscriptionOf(
  index: number,
  now: number,
  plans: readonly Fields[],
  customers: readonly string[],
): fc.Arbitrary<Placed> {
  const common = fc.record({
    plan: fc.constantFrom(...plans.map(({ code }) => String(code))),
    other: fc.constantFrom(...plans.map(({ code }) => String(code))),
    customer: fc.constantFrom(...customers),
    billing: fc.constantFrom('calendar', 'anniversary'),
    start: moment(now - 100 * DAY, now),
    between: fc.double({ min: 0, max: 1, noNaN: true }),
    // Lago tells a start that is still to come in whole seconds.
    ahead: moment(now + 1000, now + 40 * DAY).map((ms) => Math.floor(ms / 1000) * 1000),
    kind: fc.constantFrom(...KINDS),
  });
  return common.map(({ plan, other, customer, billing, start, between, ahead, kind }) => {
    const external_id = `sub${index}`;
    const inBetween = Math.round((start + between * (now - start)) / 1000) * 1000;
    const base = {
      external_customer_id: customer,
      external_id,
      plan_code: plan,
      billing_time: billing,
      subscription_at: iso(start),
      created_at: iso(kind === 'backdated' ? inBetween : start),
    };
    const placed = (fields: readonly Fields[], edges: readonly number[]): Placed => ({
      fields,
      edges,
      terminated: kind === 'terminated now',
    });
    if (kind === 'ending') return placed([{ ...base, ending_at: iso(ahead) }], [start, ahead]);
    if (kind === 'ended')
      return placed([{ ...base, ending_at: iso(inBetween) }], [start, inBetween]);
    if (kind === 'terminated')
      return placed([{ ...base, terminated_at: iso(inBetween) }], [start, inBetween]);
    if (kind === 'pending')
      return placed(
        [{ ...base, subscription_at: iso(ahead), created_at: iso(inBetween) }],
        [ahead],
      );
    if (kind === 'canceled') return placed([{ ...base, status: 'canceled' }], [start]);
    if (kind === 'changed') {
      const next = {
        ...base,
        plan_code: other,
        subscription_at: iso(inBetween),
        created_at: iso(inBetween),
      };
      return placed([{ ...base, terminated_at: iso(inBetween) }, next], [start, inBetween]);
    }
    return placed([base], [start, inBetween]);
  });
}

/** Where periods of all lengths begin around a moment, in the zones of customers. */
const calendarEdges = (now: number, zones: readonly string[]): number[] =>
  zones.flatMap((zone) => {
    const local = DateTime.fromMillis(now, { zone });
    return [local, local.minus({ months: 1 }), local.plus({ months: 1 })].flatMap((each) =>
      (['week', 'month', 'quarter', 'year'] as const).map((unit) => each.startOf(unit).toMillis()),
    );
  });

const GOOD_AMOUNTS = ['5', '12.75', '1', '0', '-2.5', '100', '0007'];
const BAD_AMOUNTS = ['1,234', '$12', '12%', '+5', '.5', '1e3', 'abc', '5.', '1.234,5'];

const mostly = (
  good: readonly string[],
  bad: readonly string[],
  percent = 85,
): fc.Arbitrary<string> =>
  chance(percent).chain((isGood) => fc.constantFrom(...(isGood ? good : bad)));

/** `placed`: the subscriptions with their edges, the first of which is the start. */
function rowOf(
  index: number,
  now: number,
  placed: readonly Placed[],
  codes: readonly string[],
  calendar: readonly number[],
): fc.Arbitrary<CorpusRow> {
  return fc.constantFrom(...placed).chain(({ fields, edges }) => {
    const [start = now] = edges;
    const edge = fc
      .tuple(fc.constantFrom(...edges, ...calendar), fc.constantFrom(-1000, 0, 1000))
      .map(([ms, delta]) => Math.floor(ms / 1000) * 1000 + delta);
    const inside = seconds(Math.min(start, now) + 1000, Math.max(start, now));
    const time = fc
      .oneof(
        inside,
        inside,
        inside,
        seconds(Math.max(start, now - 20 * DAY), Math.max(start, now)),
        seconds(now - 110 * DAY, now),
        seconds(now, now + 35 * DAY),
        edge,
        edge,
      )
      .chain((ms) =>
        chance(12).map((dateOnly) =>
          DateTime.fromMillis(ms, { zone: 'UTC' }).toFormat(
            dateOnly ? 'yyyy-MM-dd' : 'yyyy-MM-dd HH:mm:ss',
          ),
        ),
      );
    return cells(index, String(fields[0]?.['external_id']), time, codes);
  });
}

function cells(
  index: number,
  subscription: string,
  time: fc.Arbitrary<string>,
  codes: readonly string[],
): fc.Arbitrary<CorpusRow> {
  return fc.record({
    id: fc.constant(`row-${index}`),
    subscription: mostly([subscription], ['sub', 'Sub1', 'sub1 ', 'nobody', '__proto__'], 97),
    time,
    code: mostly(codes, ['metric', 'Metric1', 'metric1 ', 'constructor'], 97),
    amount: mostly(GOOD_AMOUNTS, [...BAD_AMOUNTS, '']),
    user: mostly(['ann', 'bob', '1', 'O’Neil'], ['']),
    region: mostly([...FILTERS.region, ...FILTERS.region, ''], ['EU', 'asia', 'us ', 'mars']),
    tier: mostly([...FILTERS.tier.slice(0, 2), '1', ''], ['3', 'TRUE', 'x', 'true']),
    operation: mostly(['', '', 'add', 'remove'], ['Add', 'delete']),
    cents: mostly(['', '250', '0', '-12.5'], ['1,5'], 97),
  });
}

/** `rows`: most rows of a case; it has half of them at least. */
export const corpusCase = (rows: number): fc.Arbitrary<CorpusCase> =>
  fc
    .record({
      now: moment(Date.UTC(2027, 0, 3), Date.UTC(2028, 11, 28)).map(
        (ms) => Math.floor(ms / 1000) * 1000,
      ),
      offset: fc.constantFrom(0, 0, -1000, 1000, 3_600_000, 12 * 3_600_000),
      late: fc.constantFrom('hold' as const, 'book' as const),
      metrics: fc
        .integer({ min: 2, max: 5 })
        .chain((count) =>
          fc.tuple(...Array.from({ length: count }, (_, index) => metricOf(index + 1))),
        ),
      customers: fc
        .array(
          fc.record({ zone: fc.constantFrom(...ZONES), grace: fc.constantFrom(0, 0, 2, 5, 20) }),
          { minLength: 1, maxLength: 3 },
        )
        .map((all) =>
          all.map(({ zone, grace }, index) => ({
            external_id: `customer${index + 1}`,
            currency: 'EUR',
            timezone: zone,
            billing_configuration: { invoice_grace_period: grace },
          })),
        ),
    })
    .chain(({ now: day, offset, late, metrics, customers }) => {
      const now = day + offset;
      return fc
        .tuple(planOf(1, metrics), planOf(2, metrics), planOf(3, metrics))
        .chain((plans) =>
          fc.tuple(
            fc.constant(plans),
            fc.tuple(
              ...[1, 2, 3, 4, 5].map((index) =>
                subscriptionOf(
                  index,
                  now,
                  plans,
                  customers.map(({ external_id }) => external_id),
                ),
              ),
            ),
          ),
        )
        .chain(([plans, placed]) => {
          const edges = [
            now,
            ...calendarEdges(
              now,
              customers.map(({ timezone }) => timezone),
            ),
          ];
          const codes = metrics.map(({ code }) => String(code));
          return fc
            .integer({ min: Math.ceil(rows / 2), max: rows })
            .chain((count) =>
              fc.tuple(
                ...Array.from({ length: count }, (_, index) =>
                  rowOf(index + 1, now, placed, codes, edges),
                ),
              ),
            )
            .map((made) => ({
              now,
              late,
              catalog: {
                metrics,
                plans,
                customers,
                subscriptions: placed.flatMap(({ fields }) => fields),
              },
              terminated: placed.flatMap(({ fields, terminated }) =>
                terminated ? [String(fields[0]?.['external_id'])] : [],
              ),
              rows: made,
            }));
        });
    });
