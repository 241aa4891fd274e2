import Big from 'big.js';
import * as v from 'valibot';
import { valueBy } from '../schema/fit';
import { type CostBound, highest, NO_COST } from '../sync/billing/cost-bound';
import { countedDecimal } from '../value/decimal';
import type { JsonObject } from '../value/json';
import { anything, objects } from './field';

/** A price of a plan; zero if it is no number. */
const amount = v.pipe(
  anything,
  v.transform((value) => countedDecimal(value) ?? new Big(0)),
);

const RANGES = objects(v.object({ per_unit_amount: amount, flat_amount: amount }));

/** What charge models keep prices in (lago: counting.models). */
const PROPERTIES = v.object({
  amount,
  package_size: amount,
  rate: amount,
  fixed_amount: amount,
  per_transaction_min_amount: amount,
  graduated_ranges: RANGES,
  volume_ranges: RANGES,
});

type Properties = v.InferOutput<typeof PROPERTIES>;

/** A bound in units of the currency. */
interface Amounts {
  readonly perUnit: Big;
  readonly perEvent?: Big;
  readonly flat?: Big;
}

const PER_CENT = 100;

/** The highest price of a unit, in whichever range it falls, and every flat amount. */
const ofRanges = (ranges: Properties['graduated_ranges']): Amounts =>
  ranges.reduce(
    ({ perUnit, flat }, { per_unit_amount: each, flat_amount: once }) => ({
      perUnit: each.gt(perUnit) ? each : perUnit,
      flat: flat.plus(once),
    }),
    { perUnit: new Big(0), flat: new Big(0) },
  );

/** The last package may be begun only. */
const ofPackages = ({ amount: each, package_size: size }: Properties): Amounts => ({
  perUnit: size.gt(0) ? each.div(size) : each,
  flat: each,
});

/** Models of which it is known how their properties make a price. */
const BY_MODEL: ReadonlyMap<string, (properties: Properties) => Amounts> = new Map([
  ['standard', ({ amount: perUnit }) => ({ perUnit })],
  ['graduated', ({ graduated_ranges: ranges }) => ofRanges(ranges)],
  ['volume', ({ volume_ranges: ranges }) => ofRanges(ranges)],
  ['package', ofPackages],
  [
    'percentage',
    ({ rate, fixed_amount: fixed, per_transaction_min_amount: least }) => ({
      perUnit: rate.div(PER_CENT),
      perEvent: fixed.plus(least),
    }),
  ],
  // Its events bring their amounts along.
  ['dynamic', () => ({ perUnit: new Big(0) })],
]);

/**
 * The most that usage can cost by a charge, in cents; undefined if that is not known for its model.
 * @param priced the properties of the charge and of its filters
 * @param centsPerUnit of the currency
 */
export function chargeBound(
  model: string,
  priced: readonly JsonObject[],
  centsPerUnit: number,
): CostBound | undefined {
  const amountsOf = BY_MODEL.get(model);
  if (amountsOf === undefined) return undefined;
  const inCents = (value = new Big(0)): string => value.times(centsPerUnit).toFixed();
  return priced.reduce<CostBound>((bound, properties) => {
    const read = valueBy(PROPERTIES, properties);
    if (read === undefined) return bound;
    const { perUnit, perEvent, flat } = amountsOf(read);
    return highest(bound, {
      perUnit: inCents(perUnit),
      perEvent: inCents(perEvent),
      flat: inCents(flat),
    });
  }, NO_COST);
}

/**
 * Whether a price costs something without any units: the flat amount of its first range (lago:
 * counting.flat).
 */
export function hasFlatAtZero(model: string, properties: JsonObject): boolean {
  const read = valueBy(PROPERTIES, properties);
  const ranges =
    model === 'graduated'
      ? read?.graduated_ranges
      : model === 'volume'
        ? read?.volume_ranges
        : undefined;
  return ranges?.[0]?.flat_amount.gt(0) === true;
}
