import { decimalOf, decimalOr, zero } from './decimal';
import { arrayAt, isObject, type Json, type JsonObject } from './json';
import type { ChargeModel, Metric } from './records';

/** What Lago refuses in the prices of a charge or a filter, as codes (lago: catalog.prices). */
export function refusedIn(model: ChargeModel, metric: Metric, properties: JsonObject): string[] {
  const codes = CHECKS[model](properties, metric);
  const keys = properties.pricing_group_keys;
  const areKeys =
    keys === undefined ||
    keys === null ||
    (Array.isArray(keys) && keys.every((key) => typeof key === 'string' && key.trim() !== ''));
  return areKeys ? codes : [...codes, 'invalid_type'];
}

type Check = (properties: JsonObject, metric: Metric) => string[];

const CHECKS: Record<ChargeModel, Check> = {
  standard: ({ amount }) => unless(isAmount(amount), 'invalid_amount'),
  package: ({ amount, free_units, package_size }) => [
    ...unless(isAmount(amount), 'invalid_amount'),
    ...unless(isWhole(free_units, 0), 'invalid_free_units'),
    ...unless(isWhole(package_size, 1), 'invalid_package_size'),
  ],
  percentage: (properties, { aggregation }) => [
    ...unless(aggregation !== 'latest_agg', 'invalid_value'),
    ...unless(isAmount(properties.rate), 'invalid_rate'),
    ...ifThere(properties.fixed_amount, isAmount, 'invalid_fixed_amount'),
    ...ifThere(
      properties.free_units_per_events,
      (events) => isWhole(events, 1),
      'invalid_free_units_per_events',
    ),
    ...ifThere(
      properties.free_units_per_total_aggregation,
      isAmount,
      'invalid_free_units_per_total_aggregation',
    ),
  ],
  graduated: (properties) => ranges(arrayAt(properties, 'graduated_ranges'), 'graduated_ranges', 0),
  volume: (properties) => ranges(arrayAt(properties, 'volume_ranges'), 'volume_ranges', 1),
  dynamic: () => [],
};

/**
 * Each range begins where the one before it ends or behind it, holds more than one unit, and the
 * last one alone has no end. `gap`: from the end of one to the beginning that is expected next.
 */
function ranges(values: Json[], name: string, gap: number): string[] {
  const all = values.filter(isObject);
  if (all.length === 0) return [`missing_${name}`];
  let expected = zero();
  const codes: string[] = [];
  for (const [place, range] of all.entries()) {
    const from = decimalOr(range.from_value, 0);
    const to = decimalOf(range.to_value);
    const isLast = place === all.length - 1;
    const begins = from.eq(expected) || from.eq(expected.plus(1));
    const ends = isLast ? to === null : to?.gt(from) === true;
    if (!isAmount(range.per_unit_amount) || !isAmount(range.flat_amount))
      codes.push('invalid_amount');
    if (!begins || !ends) codes.push(`invalid_${name}`);
    expected = (to ?? zero()).plus(gap);
  }
  return codes;
}

const unless = (isGood: boolean, code: string): string[] => (isGood ? [] : [code]);

const ifThere = (
  value: Json | undefined,
  isGood: (value: Json) => boolean,
  code: string,
): string[] => unless(value === undefined || value === null || isGood(value), code);

/** A text: numbers are refused, so that they lose no digits. */
const isAmount = (value: Json | undefined): boolean =>
  typeof value === 'string' && decimalOf(value)?.gte(0) === true;

const isWhole = (value: Json | undefined, least: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least;
