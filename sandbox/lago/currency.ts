import { Decimal } from './decimal';

const digitsByCurrency = new Map<string, number>();

/** How many of the smallest units of a currency, such as cents, are one of it. */
export const centsPerUnit = (currency: string): Decimal => new Decimal(10).pow(digitsOf(currency));

function digitsOf(currency: string): number {
  const known = digitsByCurrency.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  digitsByCurrency.set(currency, digits);
  return digits;
}
