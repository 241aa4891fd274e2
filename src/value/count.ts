/**
 * A whole number of things as people read it: 12,345. What is a name, such as the number of a row,
 * a year or a status, is written as it stands.
 */
export const count = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+$)/g, ',');

/** A number of things with their name: 1 row, 12,345 rows. */
export const counted = (amount: number, one: string, many = `${one}s`): string =>
  `${count(amount)} ${amount === 1 ? one : many}`;
