import type { Aggregate } from './aggregation';
import {
  countedNumber,
  type Decimal,
  decimalOr,
  largest,
  roundTo,
  smallest,
  sum,
  zero,
} from './decimal';
import { arrayAt, isObject, type JsonObject } from './json';
import type { ChargeModel } from './records';

/**
 * The price of an aggregate in units of the currency; negative usage costs nothing (lago:
 * counting.clamped).
 */
export function price(model: ChargeModel, properties: JsonObject, usage: Aggregate): Decimal {
  const units = largest(usage.units, zero());
  return largest(unclamped(model, properties, { ...usage, units }), zero());
}

/**
 * Whether there is an amount above nothing in it at all; a dynamic charge has its amounts on the
 * events.
 */
export function hasPrice(model: ChargeModel, properties: JsonObject): boolean {
  const named = (...keys: string[]): boolean =>
    keys.some((key) => decimalOr(properties[key], 0).gt(0));
  const ranged = (key: string): boolean =>
    ranges(properties, key).some(({ perUnit, flat }) => perUnit.gt(0) || flat.gt(0));
  switch (model) {
    case 'standard':
    case 'package':
      return named('amount');
    case 'graduated':
      return ranged('graduated_ranges');
    case 'volume':
      return ranged('volume_ranges');
    case 'percentage':
      return named('rate', 'fixed_amount', 'per_transaction_min_amount');
    case 'dynamic':
      return true;
  }
}

function unclamped(model: ChargeModel, properties: JsonObject, usage: Aggregate): Decimal {
  switch (model) {
    case 'standard':
      return usage.units.times(decimalOr(properties.amount, 0));
    case 'package':
      return packages(properties, usage.units);
    case 'graduated':
      return graduated(ranges(properties, 'graduated_ranges'), usage.units);
    case 'volume':
      return volume(ranges(properties, 'volume_ranges'), usage.units);
    case 'percentage':
      return percentage(properties, usage);
    case 'dynamic':
      return zero();
  }
}

function packages(properties: JsonObject, units: Decimal): Decimal {
  const paid = units.minus(decimalOr(properties.free_units, 0));
  if (paid.lte(0)) return zero();
  const count = roundTo(paid.div(decimalOr(properties.package_size, 1)), 'ceil');
  return count.times(decimalOr(properties.amount, 0));
}

interface Range {
  from: Decimal;
  /** null: without end. */
  to: Decimal | null;
  perUnit: Decimal;
  flat: Decimal;
}

const ranges = (properties: JsonObject, key: string): Range[] =>
  arrayAt(properties, key)
    .filter(isObject)
    .map((range) => ({
      from: decimalOr(range.from_value, 0),
      to:
        range.to_value === null || range.to_value === undefined
          ? null
          : decimalOr(range.to_value, 0),
      perUnit: decimalOr(range.per_unit_amount, 0),
      flat: decimalOr(range.flat_amount, 0),
    }));

function graduated(tiers: Range[], units: Decimal): Decimal {
  let floor = zero();
  let total = zero();
  for (const tier of tiers) {
    if (units.lte(floor)) break;
    const top = tier.to === null ? units : smallest(units, tier.to);
    total = total.plus(tier.flat).plus(top.minus(floor).times(tier.perUnit));
    floor = top;
  }
  return total;
}

function volume(tiers: Range[], units: Decimal): Decimal {
  if (units.eq(0)) return zero();
  const tier = tiers.find(({ to }) => to === null || units.lte(to));
  return tier ? units.times(tier.perUnit).plus(tier.flat) : zero();
}

/** The rate applies to units beyond the free ones, the fixed amount to every event that pays. */
function percentage(properties: JsonObject, usage: Aggregate): Decimal {
  const rate = decimalOr(properties.rate, 0).div(100);
  const fixed = decimalOr(properties.fixed_amount, 0);
  const least = countedNumber(properties.per_transaction_min_amount);
  const most = countedNumber(properties.per_transaction_max_amount);
  const paid = paidParts(properties, usage.parts);
  if (least === null && most === null) return sum(paid).times(rate).plus(fixed.times(paid.length));
  return sum(
    paid.map((part) => {
      const amount = part.times(rate).plus(fixed);
      const raised = least === null ? amount : largest(amount, least);
      return most === null ? raised : smallest(raised, most);
    }),
  );
}

function paidParts(properties: JsonObject, parts: Decimal[]): Decimal[] {
  const freeEvents = countedNumber(properties.free_units_per_events)?.toNumber() ?? 0;
  const freeUnits = countedNumber(properties.free_units_per_total_aggregation);
  if (freeUnits === null) return parts.slice(freeEvents);
  let left = freeUnits;
  return parts.flatMap((part, position) => {
    if (freeEvents > 0 && position >= freeEvents) return [part];
    const free = smallest(left, part);
    left = left.minus(free);
    return part.gt(free) ? [part.minus(free)] : [];
  });
}
