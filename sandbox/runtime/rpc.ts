/** `google.script.run` takes and gives JSON-like values only (google: run.copies). */

const isDate = (value: object): boolean =>
  Object.prototype.toString.call(value) === '[object Date]';

/** A copy of an argument; the browser refuses dates, functions and cycles. */
export function jsonArgument(argument: unknown, index: number): unknown {
  if (!isLegal(argument, []))
    throw new TypeError(`Failed due to illegal value in property: ${index}`);
  return copied(argument);
}

/** A copy of the answer: null for all of it if anything in it cannot be sent. There is no error. */
export const jsonResult = (result: unknown): unknown =>
  isLegal(result, []) ? copied(result) : null;

const copied = (value: unknown): unknown =>
  value === undefined ? null : JSON.parse(JSON.stringify(value));

function isLegal(value: unknown, above: readonly object[]): boolean {
  if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint')
    return false;
  if (typeof value !== 'object' || value === null) return true;
  if (isDate(value) || above.includes(value)) return false;
  return Object.values(value).every((item) => isLegal(item, [...above, value]));
}
