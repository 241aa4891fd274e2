import type { JsonObject } from '../../../sandbox/lago/json';

/** How one metric of the simulation counts, and how its plan prices it; amounts are those of the currency's unit. */
export interface Measure {
  readonly code: string;
  readonly aggregation: string;
  readonly recurring?: boolean;
  readonly expression?: string;
  readonly model: 'standard' | 'graduated' | 'package' | 'volume' | 'percentage' | 'dynamic';
  readonly properties: JsonObject;
  readonly payInAdvance?: boolean;
  readonly prorated?: boolean;
  /** Price per unit of the region “eu”, where it has one of its own. */
  readonly inEurope?: string;
}

const RANGES = [
  { from_value: 0, to_value: 10, per_unit_amount: '2', flat_amount: '1' },
  { from_value: 11, to_value: null, per_unit_amount: '0.5', flat_amount: '3' },
];

const standard = { model: 'standard', properties: { amount: '1.5' } } as const;
const graduated = { model: 'graduated', properties: { graduated_ranges: RANGES } } as const;
const sum = { aggregation: 'sum_agg' } as const;

/** All aggregations and charge models that the fake Lago knows, and the options that decide whether a correction is neutral. */
export const MEASURES: readonly Measure[] = [
  { code: 'sum', ...sum, ...standard },
  { code: 'sum-graduated', ...sum, ...graduated },
  {
    code: 'sum-package',
    ...sum,
    model: 'package',
    properties: { amount: '4', package_size: 5, free_units: 2 },
  },
  { code: 'sum-volume', ...sum, model: 'volume', properties: { volume_ranges: RANGES } },
  { code: 'sum-percentage', ...sum, model: 'percentage', properties: { rate: '2.5' } },
  {
    code: 'sum-percentage-fixed',
    ...sum,
    model: 'percentage',
    properties: { rate: '2.5', fixed_amount: '1' },
  },
  { code: 'sum-dynamic', ...sum, model: 'dynamic', properties: {} },
  { code: 'sum-advance', ...sum, ...standard, payInAdvance: true },
  { code: 'sum-filter', ...sum, ...standard, inEurope: '2' },
  {
    code: 'sum-group',
    ...sum,
    model: 'standard',
    properties: { amount: '1.5', pricing_group_keys: ['region'] },
  },
  { code: 'sum-recurring', ...sum, ...standard, recurring: true },
  { code: 'sum-prorated', ...sum, ...standard, recurring: true, prorated: true },
  {
    code: 'sum-expression',
    ...sum,
    ...standard,
    expression: 'event.properties.amount * event.properties.factor',
  },
  { code: 'count', aggregation: 'count_agg', ...standard },
  { code: 'count-graduated', aggregation: 'count_agg', ...graduated },
  { code: 'max', aggregation: 'max_agg', ...standard },
  { code: 'latest', aggregation: 'latest_agg', ...standard },
  { code: 'latest-graduated', aggregation: 'latest_agg', ...graduated },
  { code: 'latest-filter', aggregation: 'latest_agg', ...standard, inEurope: '2' },
  { code: 'unique', aggregation: 'unique_count_agg', ...standard },
  { code: 'unique-recurring', aggregation: 'unique_count_agg', ...standard, recurring: true },
  { code: 'unique-filter', aggregation: 'unique_count_agg', ...standard, inEurope: '2' },
  { code: 'weighted', aggregation: 'weighted_sum_agg', ...standard },
  { code: 'weighted-recurring', aggregation: 'weighted_sum_agg', ...standard, recurring: true },
];

/** The field that a measure counts. */
const fieldOf = ({ expression }: Measure): string =>
  expression === undefined ? 'amount' : 'total';

/** What the fake Lago is seeded with: a plan that charges for these measures, and one subscription each for two customers. */
export const seedOf = (measures: readonly Measure[]) => ({
  metrics: measures.map((measure) => ({
    name: measure.code,
    code: measure.code,
    aggregation_type: measure.aggregation,
    recurring: measure.recurring ?? false,
    ...(measure.aggregation === 'count_agg' ? {} : { field_name: fieldOf(measure) }),
    ...(measure.expression === undefined ? {} : { expression: measure.expression }),
    ...(measure.aggregation === 'weighted_sum_agg' ? { weighted_interval: 'seconds' } : {}),
    ...(measure.inEurope === undefined
      ? {}
      : { filters: [{ key: 'region', values: ['eu', 'us'] }] }),
  })),
  charges: measures.map(
    ({ code, model, properties, payInAdvance = false, prorated = false, inEurope }) => ({
      billable_metric_code: code,
      charge_model: model,
      pay_in_advance: payInAdvance,
      prorated,
      properties,
      ...(inEurope === undefined
        ? {}
        : { filters: [{ values: { region: ['eu'] }, properties: { amount: inEurope } }] }),
    }),
  ),
});
