import type { Measure } from './catalog';

/** What one row, or one event, stands for: so much of a measure at a time (ms). */
export interface Usage {
  readonly key: string;
  readonly subscription: string;
  readonly code: string;
  readonly at: number;
  /** The moment by which Lago puts it into a period, where that is another one. */
  readonly bookedAt?: number;
  readonly amount: number;
  readonly factor: number;
  readonly region: string;
  /** In cents. */
  readonly price: number;
}

/** A billing period, both ends included (ms). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Bill {
  readonly units: number;
  readonly cents: number;
  /** Prices whose total is below zero: nothing is billed for them. */
  readonly belowZero: number;
  /** Prices of what is paid in advance with events below zero, which bring nothing back. */
  readonly unrefunded: number;
  /** Prices with amounts that are not billed, since their units come to zero. */
  readonly unitless: number;
  /** Prices of which the event store bills less than the amounts come to. */
  readonly cut: number;
  /** Prices whose total makes Lago break: no invoice of the subscription is made. */
  readonly breaking: number;
  /** Whether Lago's bill is not told by the usage alone, since two latest values have one time. */
  readonly isTie: boolean;
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function unitsOf(
  { aggregation, expression, payInAdvance }: Measure,
  usage: readonly Usage[],
  span: Span,
): number {
  const values = usage.map(({ amount, factor }) =>
    expression === undefined ? amount : amount * factor,
  );
  if (usage.length === 0) return 0;
  switch (aggregation) {
    case 'sum_agg':
      return total(payInAdvance ? values.map((value) => Math.max(value, 0)) : values);
    case 'count_agg':
      return values.length;
    case 'max_agg':
      return Math.max(...values);
    case 'unique_count_agg':
      return new Set(values).size;
    case 'latest_agg':
      // None is below zero before it is priced: a first range is due for it.
      return [...usage].sort((left, right) => right.at - left.at)[0]?.amount ?? 0;
    case 'weighted_sum_agg': {
      const length = span.to + 1 - span.from;
      return total(
        usage.map(({ amount, at }) => (amount * (span.to + 1 - Math.max(at, span.from))) / length),
      );
    }
    default:
      throw new Error(aggregation);
  }
}

const FIRST_TIER = 10;
/** A total of this and less is in no range of a volume charge. */
const NO_RANGE = -1;

/**
 * What the amounts of a dynamic charge come to. ClickHouse divides a number of whole cents as an
 * integer, which cuts it to whole units of the currency (lago: clickhouse.dynamic).
 */
function dynamicCents(usage: readonly Usage[], units: number, isClickHouse: boolean): number {
  const cents = units === 0 ? 0 : total(usage.map(({ price }) => price));
  return isClickHouse && Number.isInteger(cents) ? Math.floor(cents / 100) * 100 : cents;
}

function centsOf(
  model: Exclude<Measure['model'], 'dynamic'>,
  perUnit: number,
  units: number,
): number {
  switch (model) {
    case 'standard':
      return units * perUnit * 100;
    case 'percentage':
      return units * 2.5;
    case 'package':
      return Math.ceil(Math.max(units - 2, 0) / 5) * 400;
    case 'volume':
      return units <= FIRST_TIER ? units * 200 + 100 : units * 50 + 300;
    case 'graduated':
      return units < 0
        ? 0
        : Math.min(units, FIRST_TIER) * 200 +
            100 +
            (units > FIRST_TIER ? (units - FIRST_TIER) * 50 + 300 : 0);
  }
}

function isTie(usage: readonly Usage[]): boolean {
  const [first, second] = usage.map(({ at }) => at).sort((left, right) => right - left);
  return first !== undefined && first === second;
}

/** Whether usage has a price by its region. */
const isSplit = ({ inEurope, properties }: Measure): boolean =>
  inEurope !== undefined || properties['pricing_group_keys'] !== undefined;

/** Which usage of a measure is added up and priced together. */
export const bucketOf = (measure: Measure, region: string): string =>
  !isSplit(measure) ? '' : measure.inEurope !== undefined && region !== 'eu' ? 'others' : region;

/**
 * What a measure comes to for the usage of one subscription and period, by the plain words of its
 * definition.
 */
export function billOf(
  measure: Measure,
  usage: readonly Usage[],
  span: Span,
  isClickHouse: boolean,
): Bill {
  const { model } = measure;
  const buckets = new Map<string, Usage[]>(isSplit(measure) ? [] : [['', []]]);
  for (const each of usage) {
    const bucket = bucketOf(measure, each.region);
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), each]);
  }
  const bills = [...buckets].map(([bucket, members]): Bill => {
    const counted = unitsOf(measure, members, span);
    const units = measure.aggregation === 'latest_agg' ? Math.max(counted, 0) : counted;
    const perUnit = Number(
      bucket === 'eu' && measure.inEurope !== undefined
        ? measure.inEurope
        : (measure.properties['amount'] ?? 0),
    );
    const cents =
      model === 'dynamic'
        ? dynamicCents(members, units, isClickHouse)
        : centsOf(model, perUnit, units);
    const isBelow = units < 0 || cents < 0;
    const isBreaking = model === 'volume' && units <= NO_RANGE;
    const isPaid = measure.payInAdvance === true;
    const amounts = model === 'dynamic' ? total(members.map(({ price }) => price)) : 0;
    const isAmount = !isBelow && amounts > 0;
    return {
      units: isBelow ? 0 : units,
      cents: isBelow ? 0 : Math.round(cents),
      belowZero: (isBelow || counted < 0) && !isBreaking ? 1 : 0,
      unrefunded: isPaid && members.some(({ amount }) => amount < 0) ? 1 : 0,
      unitless: isAmount && units === 0 ? 1 : 0,
      cut: isAmount && units !== 0 && cents !== amounts ? 1 : 0,
      breaking: isBreaking ? 1 : 0,
      isTie: measure.aggregation === 'latest_agg' && isTie(members),
    };
  });
  const sum = (of: (bill: Bill) => number): number => total(bills.map(of));
  return {
    units: sum(({ units }) => units),
    cents: sum(({ cents }) => cents),
    belowZero: sum(({ belowZero }) => belowZero),
    unrefunded: sum(({ unrefunded }) => unrefunded),
    unitless: sum(({ unitless }) => unitless),
    cut: sum(({ cut }) => cut),
    breaking: sum(({ breaking }) => breaking),
    isTie: bills.some((bill) => bill.isTie),
  };
}
