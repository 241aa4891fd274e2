import type { Chance } from '../chance';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The border that a history is about: the end of November, where it is. */
export const BORDER = Date.UTC(2026, 11, 1);
/** When the plans, and most subscriptions, were made. */
export const FOUNDED = Date.UTC(2026, 7, 3, 9);

/**
 * In hours. Where the job does not run for a whole local day, Lago never bills the period (lago:
 * jobs.missed): nothing that is sent could mend that.
 */
const LONGEST_OUTAGE = 12;

const ZONES = ['UTC', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];

/** Each with one charge in every plan. */
export const METRICS = [
  { code: 'hits', aggregation_type: 'sum_agg', field_name: 'n' },
  { code: 'tiers', aggregation_type: 'sum_agg', field_name: 'n' },
  { code: 'advance', aggregation_type: 'sum_agg', field_name: 'n' },
  { code: 'seats', aggregation_type: 'sum_agg', field_name: 'n', recurring: true },
  {
    code: 'storage',
    aggregation_type: 'weighted_sum_agg',
    field_name: 'n',
    recurring: true,
    weighted_interval: 'seconds',
  },
  { code: 'peak', aggregation_type: 'max_agg', field_name: 'n' },
  { code: 'users', aggregation_type: 'unique_count_agg', field_name: 'who' },
  { code: 'requests', aggregation_type: 'count_agg' },
] as const;

export type Code = (typeof METRICS)[number]['code'];

const chargeOf = (code: Code) => ({
  billable_metric_code: code,
  charge_model: code === 'tiers' ? 'volume' : 'standard',
  pay_in_advance: code === 'advance',
  properties:
    code === 'tiers'
      ? {
          volume_ranges: [
            { from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '0' },
          ],
        }
      : { amount: '1' },
  filters: [],
});

/** How a subscription meets the border. */
const KINDS = [
  'plain',
  'plain',
  'anniversary',
  'ending',
  'starting',
  'backdated',
  'downgraded',
  'upgraded',
] as const;
export type Kind = (typeof KINDS)[number];

/** A subscription with what somebody does to it. Times in ms. */
export interface Seeded {
  readonly id: string;
  readonly customer: string;
  readonly kind: Kind;
  /** On which side of the border its plan changes, if it does. */
  readonly changes: 'before' | 'after';
  readonly input: Readonly<Record<string, string>>;
}

/** A Lago around a border, drawn by a seed. */
export interface Calendar {
  readonly late: 'hold' | 'book';
  readonly interval: string;
  readonly customers: readonly {
    readonly id: string;
    readonly zone: string;
    readonly graceDays: number;
  }[];
  readonly subscriptions: readonly Seeded[];
  /** Hours after the border from which, and until which, Lago's billing job does not run. */
  readonly outage: readonly [from: number, to: number] | undefined;
}

const iso = (ms: number): string => new Date(ms).toISOString();

function seededOf(chance: Chance, id: string, customer: string): Seeded {
  const kind = chance.of(KINDS);
  const changes = chance.of(['before', 'after'] as const);
  const seeded = { id, customer, kind, changes };
  const near = BORDER + chance.between(-20, 44) * HOUR + chance.between(0, 59) * 60_000;
  const plan = kind === 'downgraded' ? 'large' : 'small';
  const common = { external_id: id, external_customer_id: customer, plan_code: plan };
  const started = { created_at: iso(FOUNDED), subscription_at: iso(FOUNDED) };
  switch (kind) {
    case 'anniversary': {
      const at = iso(near - 92 * DAY);
      const days = { created_at: at, subscription_at: at };
      return { ...seeded, input: { ...common, ...days, billing_time: 'anniversary' } };
    }
    case 'ending':
      return { ...seeded, input: { ...common, ...started, ending_at: iso(near) } };
    case 'starting': {
      const days = { created_at: iso(BORDER - 3 * DAY), subscription_at: iso(near) };
      return { ...seeded, input: { ...common, ...days } };
    }
    case 'backdated': {
      const days = { created_at: iso(BORDER - 10 * DAY), subscription_at: iso(FOUNDED) };
      return { ...seeded, input: { ...common, ...days } };
    }
    default:
      return { ...seeded, input: { ...common, ...started } };
  }
}

export function calendarOf(chance: Chance): Calendar {
  const customers = ['a', 'b', 'c'].map((name) => ({
    id: `customer-${name}`,
    zone: chance.of(ZONES),
    graceDays: chance.of([0, 0, 0, 2]),
  }));
  const from = chance.between(-2, 2);
  return {
    late: chance.of(['hold', 'book']),
    interval: chance.of(['monthly', 'monthly', 'weekly', 'quarterly']),
    customers,
    subscriptions: ['s1', 's2', 's3', 's4'].map((id) =>
      seededOf(chance, id, chance.of(customers).id),
    ),
    outage: chance.isIn(20) ? [from, from + chance.between(1, LONGEST_OUTAGE)] : undefined,
  };
}

/** What a Lago is seeded with, as of BORDER - 3 days. */
export const catalogOf = ({ customers, subscriptions, interval }: Calendar) => ({
  metrics: METRICS.map((metric) => ({ name: metric.code, ...metric })),
  plans: [
    ['small', 100],
    ['large', 900],
  ].map(([code, amount_cents]) => ({
    name: String(code),
    code: String(code),
    interval,
    amount_cents: Number(amount_cents),
    amount_currency: 'EUR',
    pay_in_advance: false,
    charges: METRICS.map(({ code: metric }) => chargeOf(metric)),
  })),
  customers: customers.map(({ id, zone, graceDays }) => ({
    external_id: id,
    currency: 'EUR',
    timezone: zone,
    billing_configuration: { invoice_grace_period: graceDays },
  })),
  subscriptions: subscriptions.map(({ input }) => ({ ...input })),
});
