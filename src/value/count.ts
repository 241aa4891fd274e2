/** A whole number of things as people read it: 12,345. What is a name, such as the number of a row, a year or a status, is written as it stands. */
export const count = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+$)/g, ',');
