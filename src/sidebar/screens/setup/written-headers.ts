import type { Header } from '../../../rpc/contract';

/** In the place of a stored value, which no page sees. */
const DOTS = '•••';

/** The stored headers as lines to edit. */
export const shownHeaders = (names: readonly string[] = []): string =>
  names.map((name) => `${name}: ${DOTS}`).join('\n');

/** The headers of such lines; an empty value, or dots, means the stored one. */
export const writtenHeaders = (lines: string): Header[] =>
  lines.split('\n').flatMap((line) => {
    const [name = '', ...values] = line.split(':');
    const value = values.join(':').trim();
    return line.trim() === '' ? [] : [{ name: name.trim(), value: value === DOTS ? '' : value }];
  });
