import { isObject, type Json } from '../../../../src/value/json';
import type { Bill } from '../bills';

/** How many bills of each trait are kept, if there are as many. */
const ENOUGH = 1;

/** The first bills that have each trait. */
export function chosenOf(bills: readonly Bill[]): Bill[] {
  const counts = new Map<string, number>();
  return bills.filter((bill) => {
    const traits = [...traitsOf(bill)];
    if (traits.every((trait) => (counts.get(trait) ?? 0) >= ENOUGH)) return false;
    for (const trait of traits) counts.set(trait, (counts.get(trait) ?? 0) + 1);
    return true;
  });
}

/** What a fake could get wrong about a bill. */
export function traitsOf(bill: Bill): Set<string> {
  const { metric, charge, events } = bill;
  const aggregation = `${metric['aggregation_type']}, recurring ${metric['recurring']}`;
  return new Set([
    `${aggregation}, ${charge['charge_model']}`,
    `${aggregation}, ${'both' in bill ? 'stores agree' : 'stores differ'}`,
    `${metric['rounding_function']} to ${metric['rounding_precision']}`,
    `${countOf(charge['filters'])} filters, ${groupsOf(charge['properties'])} groups`,
    `${charge['charge_model']} of ${optionsOf(charge['properties'])}`,
    ...events.map(([, { n, operation_type }]) => `${kindOf(n)}, ${operation_type}`),
  ]);
}

const countOf = (list: Json | undefined): number => (Array.isArray(list) ? list.length : 0);

const groupsOf = (properties: Json | undefined): number =>
  isObject(properties) ? countOf(properties['pricing_group_keys']) : 0;

const optionsOf = (properties: Json | undefined): string =>
  isObject(properties) ? Object.keys(properties).join() : '';

/** A number, a text that is one, or something odd, each of which counts in its own way. */
function kindOf(n: Json | undefined): string {
  if (typeof n === 'number') return 'number';
  return typeof n === 'string' && /^-?[1-9]\d*(\.\d+)?$/.test(n) ? 'text' : JSON.stringify(n);
}
