import Big from 'big.js';
import { COUNT, countedBy } from '../../value/aggregation';
import { countedDecimal } from '../../value/decimal';
import { MINUTE_MS } from '../../value/duration';
import { groupBy } from '../../value/group';
import type { UsageEvent } from '../../value/usage-event';
import type { ArrivedEvent, Fee, IssuedBill } from '../billing/bill';
import { type Price, type Pricing, pricedTotals } from '../billing/priced-total';
import type { Counting } from '../billing/running-total';
import type { BillState, LedgerEntry } from '../ledger/entry';

/** Bills the amounts of events, whatever their units are. */
const DYNAMIC = 'dynamic';

/** Models whose fees have the units that the events come to. */
const PROVABLE: ReadonlySet<string> = new Set([
  'standard',
  'graduated',
  'package',
  'percentage',
  'volume',
  DYNAMIC,
]);

/** Counts events. */
const EVENTS: Counting = { aggregation: COUNT, field: undefined };

/**
 * Events that were sent within this time of each other may have arrived in any order, so an invoice
 * may have some of them; of what lies further apart it has what is older if it has what is newer.
 */
const APART_MS = 5 * MINUTE_MS;
/** What arrives this long after an invoice was made is not on it, unless it was a draft. */
const SURELY_LATER_MS = MINUTE_MS;
/** What arrived this long before an invoice was made was there when it was made. */
const SURELY_EARLIER_MS = MINUTE_MS;

/** The prices of an event that invoices of periods have; those paid in advance have their own. */
const inArrears = (prices: readonly Price[]): Price[] =>
  prices.filter(({ payInAdvance }) => !payInAdvance);

/** What is compared of the fees that have to have a line. */
interface Compared {
  /** Names of these fees. */
  readonly names: ReadonlySet<string>;
  /** Units, or, where the same units may come of other events, the number of events. */
  readonly by: 'units' | 'events';
}

/**
 * What the fees of a bill say of each line by its id; left out while that is not known.
 * @param lines all unproved lines of one metric, subscription and period
 * @param now in ms
 */
export function verdictsOf(
  lines: readonly LedgerEntry[],
  bill: IssuedBill,
  { allPricesOf, ...known }: Pricing,
  now: number,
): ReadonlyMap<string, BillState> {
  // The total of what is carried on is not known, but what its fees are called is.
  const isAny = allPricesOf !== undefined && lines.some((line) => isCarriedOn(line, known));
  const pricing = isAny ? { ...known, pricesOf: allPricesOf } : known;
  const verdicts = new Map<string, BillState>();
  const arrived = new Set(bill.events.map(({ event }) => event.transaction_id));
  const isOnItsWay = (line: LedgerEntry): boolean =>
    !arrived.has(line.index.id) && now - line.outcome.at < APART_MS;
  if (lines.some(isOnItsWay)) return verdicts;
  const groups = groupBy(lines, (line) => groupName(comparedOf(line, pricing)));
  for (const group of groups.values()) {
    const [first] = group;
    const compared = first && comparedOf(first, pricing);
    const isThere = group.every(({ index }) => arrived.has(index.id));
    const stateOf =
      compared === 'billed'
        ? () => compared
        : compared !== undefined && isThere
          ? provedBy(compared, group, bill, pricing)
          : undefined;
    for (const { index } of group) verdicts.set(index.id, stateOf?.(index.id) ?? 'untold');
  }
  return verdicts;
}

const groupName = (compared: Compared | 'billed' | undefined): string =>
  compared === undefined || compared === 'billed'
    ? String(compared)
    : JSON.stringify([...compared.names]);

/** Whether the next period begins with the level that the invoice, or its draft, left. */
function isCarriedOn({ event }: LedgerEntry, { countingOf }: Pick<Pricing, 'countingOf'>): boolean {
  const counting = countingOf(event.code);
  return counting?.recurring === true && countedBy(counting.aggregation) === 'sum over time';
}

/** `billed` if each event is billed by itself, undefined if fees do not tell. */
function comparedOf(line: LedgerEntry, pricing: Pricing): Compared | 'billed' | undefined {
  const { event } = line;
  const counting = pricing.countingOf(event.code);
  const prices = pricing.pricesOf(event);
  if (prices === undefined || prices.length === 0 || counting === undefined) return undefined;
  const arrears = inArrears(prices);
  if (arrears.length === 0) return 'billed';
  const counted = countedBy(counting.aggregation);
  const isProvable =
    (counting.recurring !== true || isCarriedOn(line, pricing)) &&
    counted !== 'unknown' &&
    arrears.every(({ model }) => PROVABLE.has(model));
  if (!isProvable) return undefined;
  const tellsByUnits =
    counted !== 'sum over time' && arrears.every(({ model }) => model !== DYNAMIC);
  return {
    names: new Set(arrears.map(({ fee }) => fee).sort()),
    by: tellsByUnits ? 'units' : 'events',
  };
}

/** Says of each line of a group whether it is billed; undefined if that cannot be told. */
function provedBy(
  compared: Compared,
  lines: readonly LedgerEntry[],
  { events, fees, madeAt }: IssuedBill,
  pricing: Pricing,
): ((id: string) => BillState) | undefined {
  const billed = feeUnits(fees, compared);
  if (billed === undefined || !areNamed(fees, events, pricing)) return undefined;
  const ids = new Set(lines.map(({ index }) => index.id));
  const isLater = ({ event, receivedAt }: ArrivedEvent): boolean =>
    !ids.has(event.transaction_id) &&
    receivedAt !== undefined &&
    receivedAt > madeAt + SURELY_LATER_MS;
  const arrivals = new Map(
    events.map(({ event, receivedAt }) => [event.transaction_id, receivedAt]),
  );
  const blocks = blocksOf(lines);
  const inTime = events.filter((each) => !isLater(each));
  const lacking = (inTime.length < events.length ? [events, inTime] : [events]).flatMap(
    (some) =>
      lackingIn(blocks, some, (rest) => {
        const units = unitsOf(rest, compared, pricing);
        return units !== undefined && areSame(billed, units);
      }) ?? [],
  );
  const [first] = lacking;
  if (first === undefined || lacking.some(({ size }) => size !== first.size)) return undefined;
  // What a correction took back and added can't be booked as one.
  const isCorrection = lines.some(
    ({ index }) => first.has(index.id) && (index.kind === 'reversal' || index.unit !== undefined),
  );
  // A draft may have taken in later on what no later period begins with (lago: counting.carried).
  const areCarriedOn = lines.some((line) => isCarriedOn(line, pricing));
  const isPassedOn = (id: string): boolean =>
    !areCarriedOn || (arrivals.get(id) ?? Number.POSITIVE_INFINITY) < madeAt - SURELY_EARLIER_MS;
  return (id) => {
    if (first.has(id)) return isCorrection ? 'untold' : 'not-billed';
    return isPassedOn(id) ? 'billed' : 'untold';
  };
}

/**
 * Whether all fees for some units have names by which events are priced now. If not, the plan may
 * have had other filters or groups, and the fee that lacks is there under its former name.
 */
function areNamed(
  fees: readonly Fee[],
  events: readonly ArrivedEvent[],
  { pricesOf }: Pricing,
): boolean {
  const names = new Set(
    events.flatMap(({ event }) => inArrears(pricesOf(event) ?? []).map(({ fee }) => fee)),
  );
  return fees.every(({ name, units }) => names.has(name) || countedDecimal(units)?.eq(0) === true);
}

/** Lines that were sent together, the oldest first. */
function blocksOf(lines: readonly LedgerEntry[]): LedgerEntry[][] {
  const blocks: LedgerEntry[][] = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const line of [...lines].sort((left, right) => left.index.at - right.index.at)) {
    if (line.index.at - before >= APART_MS) blocks.push([]);
    blocks[blocks.length - 1]?.push(line);
    before = line.index.at;
  }
  return blocks;
}

/** Ids of the newest lines, as few as possible, without which the events are those of the fees. */
function lackingIn(
  blocks: readonly LedgerEntry[][],
  events: readonly ArrivedEvent[],
  areBilled: (events: readonly UsageEvent[]) => boolean,
): ReadonlySet<string> | undefined {
  for (let missing = 0; missing <= blocks.length; missing++) {
    const left = blocks.slice(blocks.length - missing).flat();
    const ids = new Set(left.map(({ index }) => index.id));
    const rest = events.flatMap(({ event }) => (ids.has(event.transaction_id) ? [] : [event]));
    if (areBilled(rest)) return ids;
  }
  return undefined;
}

/** What is counted of each fee, by its name. */
type Units = ReadonlyMap<string, readonly Big[]>;

/** What the fees have; undefined if one of them is no number. */
function feeUnits(fees: readonly Fee[], { names, by }: Compared): Units | undefined {
  const units: { readonly name: string; readonly amount: Big }[] = [];
  for (const fee of fees) {
    if (!names.has(fee.name)) continue;
    const amount = countedDecimal(by === 'units' ? fee.units : fee.events);
    if (amount === undefined) return undefined;
    units.push({ name: fee.name, amount });
  }
  return sorted(units);
}

/** What events come to for these fees; undefined if one of them has no known price. */
function unitsOf(
  events: readonly UsageEvent[],
  { names, by }: Compared,
  { countingOf, pricesOf }: Pricing,
): Units | undefined {
  const counted: UsageEvent[] = [];
  for (const event of events) {
    const prices = pricesOf(event);
    if (prices === undefined) return undefined;
    if (inArrears(prices).length > 0) counted.push(event);
  }
  const totals = pricedTotals(
    counted.sort((left, right) => left.timestamp - right.timestamp),
    {
      countingOf: by === 'units' ? countingOf : () => EVENTS,
      pricesOf: (event) => inArrears(pricesOf(event) ?? []),
    },
  );
  return sorted(
    totals.flatMap(({ price: { fee: name }, billed, total }) =>
      names.has(name) ? [{ name, amount: new Big(by === 'units' ? billed : total) }] : [],
    ),
  );
}

/** By name, in the order of size. What comes to nothing may have a fee or none. */
const sorted = (units: readonly { readonly name: string; readonly amount: Big }[]): Units =>
  new Map(
    [
      ...groupBy(
        units.filter(({ amount }) => !amount.eq(0)),
        ({ name }) => name,
      ),
    ].map(([name, some]) => [
      name,
      some.map(({ amount }) => amount).sort((left, right) => left.cmp(right)),
    ]),
  );

const areSame = (one: Units, other: Units): boolean =>
  one.size === other.size &&
  [...one].every(([name, amounts]) => {
    const others = other.get(name);
    return (
      others?.length === amounts.length &&
      amounts.every((amount, place) => others[place]?.eq(amount) === true)
    );
  });
