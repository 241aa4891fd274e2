import { ProblemError, problem } from '../problem/problem';
import type { Header } from '../rpc/contract';

const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** What fits on one line of a request: visible ASCII and spaces. */
const VALUE = /^[\x20-\x7e]*$/;

/** Those that the requests have already. */
const TAKEN: ReadonlySet<string> = new Set(['authorization', 'accept', 'content-type']);

/** Those that say how a request travels, which whatever carries it sets (RFC 9110, 7.6.1). */
const OF_CARRIERS: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function flawOf({ name, value }: Header, others: readonly Header[]): string | undefined {
  const plain = name.toLowerCase();
  if (!NAME.test(name)) return 'its name has characters that no header has';
  if (TAKEN.has(plain)) return 'every request has it already';
  if (OF_CARRIERS.has(plain)) return 'Google sets it itself';
  if (others.some((other) => other.name.toLowerCase() === plain)) return 'it stands twice';
  if (value === '') return 'it has no value';
  return VALUE.test(value) ? undefined : 'its value has characters that no header has';
}

/**
 * The headers that a person entered, completed with stored values; undefined if there are none.
 * @param before the stored ones of the same address
 * @param entered undefined to keep these
 * @throws ProblemError lago.header
 */
export function enteredHeaders(
  before: readonly Header[] = [],
  entered?: readonly Header[],
): readonly Header[] | undefined {
  const headers = (entered ?? before).map(({ name, value }) => ({
    name: name.trim(),
    value: value.trim() || (before.find((stored) => stored.name === name.trim())?.value ?? ''),
  }));
  headers.forEach((header, place) => {
    const detail = flawOf(header, headers.slice(0, place));
    if (detail !== undefined)
      throw new ProblemError(problem('lago.header', { name: header.name, detail }));
  });
  return headers.length === 0 ? undefined : headers;
}
