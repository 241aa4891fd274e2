import { isObject, type Json } from '../../../../src/value/json';
import type { Bill } from '../bills';

/** Of some bills those that have a trait which no bill before them has. */
export function chosenOf(bills: readonly Bill[]): Bill[] {
  const seen = new Set<string>();
  return bills.filter((bill) => {
    const before = seen.size;
    for (const trait of traitsOf(bill)) seen.add(trait);
    return seen.size > before;
  });
}

/** What a fake could get wrong about a bill. */
function traitsOf(bill: Bill): string[] {
  const { metric, charge, events } = bill;
  const aggregation = `${metric['aggregation_type']}, recurring ${metric['recurring'] === true}`;
  return [
    `${aggregation}, ${charge['charge_model']}`,
    `${aggregation}, ${'both' in bill ? 'stores agree' : 'stores differ'}`,
    `${metric['rounding_function']} to ${metric['rounding_precision']}`,
    `${countOf(charge['filters'])} filters, ${groupsOf(charge['properties'])} groups`,
    `${aggregation}, ${groupsOf(charge['properties'])} groups`,
    `${charge['charge_model']} of ${optionsOf(charge['properties'])}`,
    ...events.map(([, { n }]) => kindOf(n)),
    ...events.map(([, { operation_type }]) => `${operation_type}`),
  ];
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
