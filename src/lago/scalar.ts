/**
 * A text, number or yes-no of an answer as text. What should be one of them may be anything, and String() of an object calls what it has under the name
 * toString, which may be no function.
 */
export const scalarText = (value: unknown, otherwise = ''): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : otherwise;

/** A number of an answer, also where it is written as text; `otherwise` where it is none, or too large for one (1e999). */
export function scalarNumber(value: unknown, otherwise: number): number {
  const number =
    typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')
      ? Number(value)
      : Number.NaN;
  return Number.isFinite(number) ? number : otherwise;
}
