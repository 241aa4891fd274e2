import type { Aggregate } from './aggregation';
import { type Decimal, decimalOf, decimalOr, roundTo, smallest, sum, zero } from './decimal';
import { internal } from './errors';
import { arrayAt, isObject, type JsonObject } from './json';
import type { ChargeModel } from './records';
import type { Settings } from './settings';

/**
 * The price of an aggregate in units of the currency, below zero for negative usage (lago:
 * counting.clamped). Breaks where Lago does. A dynamic charge has its price on the events.
 */
export function price(
  model: Exclude<ChargeModel, 'dynamic'>,
  properties: JsonObject,
  usage: Aggregate,
  licence: Settings['licence'],
): Decimal {
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
      return percentage(properties, usage, licence);
  }
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

/** Each package that is begun; counted in doubles, as Lago does. */
function packages(properties: JsonObject, units: Decimal): Decimal {
  const paid = units.minus(decimalOr(properties.free_units, 0));
  if (paid.lt(0)) return zero();
  const size = decimalOr(properties.package_size, 1).toNumber();
  return decimalOr(properties.amount, 0).times(Math.ceil(paid.toNumber() / size));
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

/** The flat amount of the first range is due without any units (lago: counting.flat). */
function graduated(tiers: Range[], units: Decimal): Decimal {
  const adjacent =
    tiers.length > 1 && tiers.slice(1).every(({ from }, place) => tiers[place]?.to?.eq(from));
  let total = zero();
  for (const { from, to, perUnit, flat } of tiers) {
    const top = to !== null && units.gte(to) ? to : units;
    const within = from.eq(0) ? top : top.minus(from).plus(adjacent ? 0 : 1);
    total = total.plus(flat).plus(within.times(perUnit));
    if (to === null || to.gte(units)) break;
  }
  return total;
}

/** All units at the price of the range that they reach; none is below zero (lago: counting.volume). */
function volume(tiers: Range[], units: Decimal): Decimal {
  const tier = [...tiers]
    .sort((left, right) => left.from.cmp(right.from))
    .find(({ from, to }) => from.lte(roundTo(units, 'ceil')) && (to === null || units.lte(to)));
  if (tier === undefined) throw internal();
  return units.times(tier.perUnit).plus(tier.flat);
}

/**
 * The rate applies to units beyond the free ones, the fixed amount to every event that pays, whatever
 * its sign (lago: counting.percentage).
 */
function percentage(
  properties: JsonObject,
  usage: Aggregate,
  licence: Settings['licence'],
): Decimal {
  if (licence === 'premium' && hasLimits(properties)) return limited(properties, usage);
  const { units, eventsCount } = usage;
  const free = freeOf(properties, usage);
  const rate = decimalOr(properties.rate, 0).div(100);
  const share = free.units.gt(units) ? zero() : units.minus(free.units).times(rate);
  const paying = units.eq(0) ? 0 : Math.max(eventsCount - free.events, 0);
  return share.plus(decimalOr(properties.fixed_amount, 0).times(paying));
}

function freeOf(properties: JsonObject, usage: Aggregate): { units: Decimal; events: number } {
  const events = decimalOr(properties.free_units_per_events, 0).toNumber();
  const limit = decimalOr(properties.free_units_per_total_aggregation, 0);
  const running = usage.running(events, limit);
  const below = running.filter((total) => total.lt(limit)).length;
  const counts = [events, below].filter((count) => count !== 0);
  return {
    units: freeUnits(running, events, limit),
    events: counts.length === 0 ? 0 : Math.min(...counts),
  };
}

function freeUnits(running: Decimal[], events: number, limit: Decimal): Decimal {
  const last = running.at(-1) ?? zero();
  if (last.eq(0)) return last;
  if (events > 0 && events < running.length) return running[events - 1] ?? zero();
  return limit.eq(0) || last.lte(limit) ? last : limit;
}

const hasLimits = (properties: JsonObject): boolean =>
  decimalOf(properties.per_transaction_min_amount) !== null ||
  decimalOf(properties.per_transaction_max_amount) !== null;

/** Event by event, where each has a least or a most amount. */
function limited(properties: JsonObject, { values }: Aggregate): Decimal {
  const rate = decimalOr(properties.rate, 0).div(100);
  const fixed = decimalOr(properties.fixed_amount, 0);
  const least = decimalOf(properties.per_transaction_min_amount);
  const most = decimalOf(properties.per_transaction_max_amount);
  return sum(
    paidParts(properties, values).map((part) => {
      const amount = part.times(rate).plus(fixed);
      if (least?.gt(amount)) return least;
      return most === null ? amount : smallest(amount, most);
    }),
  );
}

/** Free events are free as a whole, unless there are free units too; these end with their sum. */
function paidParts(properties: JsonObject, parts: Decimal[]): Decimal[] {
  let events = decimalOr(properties.free_units_per_events, 0).toNumber();
  let units = decimalOr(properties.free_units_per_total_aggregation, 0);
  return parts.flatMap((part) => {
    if (events <= 0 && units.lte(0)) return [part];
    events -= 1;
    if (units.lte(0)) return [];
    if (units.gt(part)) {
      units = units.minus(part);
      return [];
    }
    const paid = part.minus(units);
    units = zero();
    events = 0;
    return [paid];
  });
}
