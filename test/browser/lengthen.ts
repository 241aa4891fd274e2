import { LONG, MARKUP } from './canned-backend';

const WILD = ` ${LONG} ${MARKUP}`;
/** Properties of answers whose texts a person, a sheet or Lago chose. */
const CHOSEN = new Set([
  'activatedBy',
  'address',
  'answer',
  'because',
  'event',
  'events',
  'field',
  'header',
  'meaning',
  'message',
  'organization',
  'ours',
  'properties',
  'quantity',
  'remedy',
  'samples',
  'sent',
  'statuses',
  'stored',
  'subscription',
  'syncName',
  'tabName',
  'theirs',
  'time',
  'transactionId',
  'undoes',
]);
/** Properties with numbers of rows or events. */
const COUNTS =
  /^(hold|wait|sent|flag|refused|delivered|events|count|subscriptions|added|changed|unchanged|removed|filled|missing|corrected)$/;

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Whether the text of a property is chosen by somebody, so that it may be anything. */
function isChosen(name: string, parent: { readonly [name: string]: Json }): boolean {
  if (name === 'name') return !('header' in parent) && !('hint' in parent);
  if (name === 'key') return !('source' in parent);
  if (name === 'id') return 'kind' in parent;
  return CHOSEN.has(name);
}

function lengthened(value: Json, wild: boolean, counts: boolean): Json {
  if (typeof value === 'string')
    return wild && value !== '' && !value.includes(LONG) ? value + WILD : value;
  if (typeof value === 'number') return counts && value > 0 ? value + 4_000_000 : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: Json) => lengthened(each, wild, false));
  const parent = value as { readonly [name: string]: Json };
  return Object.fromEntries(
    Object.entries(parent).map(([name, each]) => [
      name,
      lengthened(each, isChosen(name, parent), COUNTS.test(name)),
    ]),
  );
}

/** An answer of the server in which every text that somebody chose is long, without a place to break, with markup and another script; and every count has seven digits. */
export const lengthen = (answer: string): string =>
  JSON.stringify(lengthened(JSON.parse(answer) as Json, false, false));
