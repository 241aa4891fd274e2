/** Currencies whose smallest unit is the whole one. */
const WHOLE: ReadonlySet<string> = new Set([
  'BIF',
  'CLP',
  'DJF',
  'GNF',
  'ISK',
  'JPY',
  'KMF',
  'KRW',
  'PYG',
  'RWF',
  'UGX',
  'VND',
  'VUV',
  'XAF',
  'XOF',
  'XPF',
]);

/** Currencies with a thousand of their smallest unit in a whole one. */
const THOUSANDTHS: ReadonlySet<string> = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);

/**
 * How many of a currency's smallest unit, such as cents, are one of it.
 * @param code as in ISO 4217
 */
export function centsPerUnit(code: string): number {
  if (WHOLE.has(code)) return 1;
  return THOUSANDTHS.has(code) ? 1_000 : 100;
}
