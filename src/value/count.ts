/**
 * Decimal text with thousands separators: `1250.75` becomes `1,250.75`. It is never converted to a
 * number, which would lose digits.
 */
export const grouped = (decimal: string): string =>
  decimal.replace(
    /^(-?\d{1,3}?)((?:\d{3})+)(?!\d)/,
    (_, first: string, rest: string) => first + rest.replace(/\d{3}/g, ',$&'),
  );

/**
 * A whole number of things as people read it: 12,345. Not for numbers that are names, such as
 * those of rows, years or statuses.
 */
export const count = (amount: number): string => grouped(String(amount));

/** A whole number of things with their name: 1 row, 12,345 rows. */
export const counted = (amount: number, one: string, many = `${one}s`): string =>
  `${count(amount)} ${amount === 1 ? one : many}`;
