/**
 * A text, number or boolean of an answer as text; `otherwise` for anything else. String() of an
 * object would call its member `toString`, which in an answer may be no function.
 */
export const scalarText = (value: unknown, otherwise = ''): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : otherwise;

/**
 * A number of an answer, also if it is written as text; `otherwise` for anything else, or if it is
 * too large (1e999).
 */
export function scalarNumber(value: unknown, otherwise: number): number {
  const number =
    typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
      ? Number(value)
      : Number.NaN;
  return Number.isFinite(number) ? number : otherwise;
}
