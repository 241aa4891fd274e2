import {
  bySubscriptionId,
  type Catalog,
  readMetric,
  readPlan,
  readSubscription,
} from '../src/lago/catalog';
import { catalogIn, catalogText } from '../src/lago/catalog-text';
import { checkEvent } from '../src/lago/check';
import { readable } from '../src/lago/field';
import { openUntil, periodOf } from '../src/lago/periods';
import type { UsageEvent } from '../src/value/usage-event';
import {
  activate,
  createWorld,
  fireHourly,
  START,
  TEMPLATE,
  usageRows,
} from '../test/bundle/world';

/**
 * How long is a row checked, and what does it cost to keep what Lago knows? The goal is 5 µs for a
 * row.
 */
const SUBSCRIPTIONS = 10_000;
const METRICS = 50;
const PLANS = 20;
const EVENTS = 100_000;
const GOAL_US = 5;
const ROUNDS = 5;

const NOW = Date.UTC(2026, 2, 20);
const REGIONS = ['eu-west', 'eu-east', 'us-west', 'us-east'];
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Every third metric is computed, every second one has filters. */
const metrics = numbers(METRICS).map((index) => ({
  code: `metric_${index}`,
  aggregation_type: 'sum_agg',
  field_name: 'quantity',
  expression: index % 3 === 0 ? 'round(event.properties.cpu * event.properties.hours, 2)' : null,
  filters: index % 2 === 0 ? [{ key: 'region', values: REGIONS }] : [],
}));
const plans = numbers(PLANS).map((index) => ({
  code: `plan_${index}`,
  charges: metrics.map(({ code, filters }) => ({
    billable_metric_code: code,
    charge_model: 'standard',
    properties: { amount: filters.length > 0 ? '0' : '1' },
    filters:
      filters.length > 0
        ? REGIONS.map((region) => ({ values: { region: [region] }, properties: { amount: '1' } }))
        : [],
  })),
}));
const subscriptions = numbers(SUBSCRIPTIONS).map((index) => ({
  external_id: `subscription_${index}`,
  external_customer_id: `customer_${index}`,
  plan_code: `plan_${index % PLANS}`,
  status: 'active',
  started_at: '2025-06-01T10:00:00.123Z',
  subscription_at: '2025-06-01T10:00:00Z',
  current_billing_period_started_at: '2026-03-01T00:00:00Z',
  current_billing_period_ending_at: '2026-03-31T23:59:59Z',
}));

const catalog: Catalog = {
  metrics: new Map(readable(metrics, readMetric).map((each) => [each.code, each])),
  plans: new Map(readable(plans, readPlan).map((each) => [each.code, each])),
  subscriptions: bySubscriptionId(readable(subscriptions, readSubscription)),
};

const valid = (index: number): UsageEvent => ({
  transaction_id: `row_${index}`,
  external_subscription_id: `subscription_${(index * 7919) % SUBSCRIPTIONS}`,
  code: `metric_${(index * 31) % METRICS}`,
  timestamp: NOW / 1000 - (index % 1_500_000),
  properties: {
    quantity: '12.5',
    cpu: 2,
    hours: '3.5',
    region: REGIONS[index % REGIONS.length] ?? '',
  },
});

/** What is wrong with a row, in turn. */
const FAULTS: readonly ((event: UsageEvent) => UsageEvent)[] = [
  (event) => ({ ...event, code: event.code.replace('_', '-') }),
  (event) => ({ ...event, external_subscription_id: `${event.external_subscription_id} ` }),
  (event) => ({ ...event, timestamp: Date.UTC(2025, 4, 1) / 1000 }),
  (event) => ({ ...event, timestamp: Date.UTC(2026, 1, 1) / 1000 }),
  (event) => ({ ...event, properties: { ...event.properties, quantity: '1,234', cpu: 'many' } }),
  (event) => ({ ...event, properties: { ...event.properties, region: 'EU-WEST' } }),
  (event) => ({ ...event, properties: {} }),
];

const allValid = numbers(EVENTS).map(valid);
const partlyBad = allValid.map((event, index) =>
  index % 10 === 0 ? (FAULTS[(index / 10) % FAULTS.length]?.(event) ?? event) : event,
);

interface Measured {
  readonly us: number;
  readonly held: number;
}

const STEPS = ['checkEvent', 'periodOf', 'openUntil'] as const;

function measure(
  events: readonly UsageEvent[],
  steps: readonly (typeof STEPS)[number][],
): Measured {
  let held = 0;
  const before = performance.now();
  for (const event of events) {
    const problems = steps.includes('checkEvent') ? checkEvent(catalog, event).length : 0;
    const period =
      problems === 0 && steps.includes('periodOf')
        ? periodOf(catalog, event, () => ({ state: 'invoiced' }))
        : undefined;
    if (steps.includes('openUntil')) openUntil(catalog, event);
    if (problems > 0 || period?.state === 'invoiced') held++;
  }
  return { us: ((performance.now() - before) * 1000) / events.length, held };
}

const inUs = (us: number): string => `${us.toFixed(2)} µs`;
const best = (
  events: readonly UsageEvent[],
  steps: readonly (typeof STEPS)[number][] = STEPS,
): Measured =>
  numbers(ROUNDS)
    .map(() => measure(events, steps))
    .reduce((least, each) => (each.us < least.us ? each : least));

for (const [what, events] of [
  ['all valid', allValid],
  ['10 % bad', partlyBad],
] as const) {
  const first = measure(events, STEPS);
  const { us, held } = best(events);
  const parts = STEPS.map((step) => `${step} ${inUs(best(events, [step]).us)}`).join(', ');
  process.stdout.write(
    `${events.length} rows, ${what} (${held} held): ${inUs(us)} a row, goal ${GOAL_US} µs; the first time ${inUs(first.us)}; ${parts}\n`,
  );
}

const timed = <T>(work: () => T): { readonly ms: number; readonly value: T } => {
  const before = performance.now();
  const value = work();
  return { ms: performance.now() - before, value };
};
const written = timed(() => catalogText(catalog, NOW));
const read = timed(() => catalogIn(written.value, NOW));
process.stdout.write(
  `A catalog of ${SUBSCRIPTIONS} subscriptions, ${METRICS} metrics and ${PLANS} plans: ${Math.round(written.value.length / 1024)} KB, ` +
    `written in ${Math.round(written.ms)} ms, read in ${Math.round(read.ms)} ms, ${read.value?.subscriptions?.size ?? 0} subscriptions found\n`,
);

const MINUTE_MS = 60_000;
const world = createWorld({ rows: usageRows(10) });
world.time.now = START - 20 * 86_400_000;
world.lago.seed.catalog({ crowd: { metrics: METRICS, subscriptions: SUBSCRIPTIONS } });
world.time.now = START;
activate(world, { template: TEMPLATE });
fireHourly(world);
const run = (what: string): void => {
  world.lago.requests.clear();
  const { serviceCalls } = fireHourly(world);
  const requests = Object.entries(world.lago.requests.counts()).map(
    ([name, count]) => `${count} ${name}`,
  );
  process.stdout.write(
    `An hourly run with nothing to send, ${SUBSCRIPTIONS} subscriptions, ${what}: ${serviceCalls.total} service calls; ${requests.join(', ')}\n`,
  );
};
world.time.now += MINUTE_MS;
run('a warm cache');
world.google.evictCache();
run('a cold cache');
