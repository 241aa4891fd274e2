import * as v from 'valibot';
import { valueBy } from '../schema/fit';
import { parsedJson } from '../value/json';

/** A shorter text is no secret, and would be found by chance in every answer. */
const SHORTEST_SECRET = 8;

const escaped = (letter: string): string =>
  `\\\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * A secret in any form that it may have in a text: in capital letters, or with letters as JSON may
 * write them (`\u0041`), which are plain again once it is parsed.
 */
function secretPattern(secret: string): RegExp {
  const letters = [...secret].map((letter) => {
    const plain = letter.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
    return `(?:${plain}|${escaped(letter.toLowerCase())}|${escaped(letter.toUpperCase())})`;
  });
  return new RegExp(letters.join(''), 'gi');
}

/** A text without any of these secrets, wherever the text came from. */
export const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .reduce((left, secret) => left.replace(secretPattern(secret), '…'), text);

/** What holds secrets: a connection, stored or entered. */
interface Secretive {
  readonly apiKey: string;
  readonly headers?: readonly { readonly value: string }[] | undefined;
}

/** Words and numbers, such as `production`, `eu-west-1` and `2026-11-03`. */
const WORD = /(?:[A-Z]?[a-z]+|[A-Z]+|\d+)/;
const WORDS = new RegExp(`^${WORD.source}(?:[ _.,:/-]+${WORD.source})*$`);
/** From here on they are a phrase that somebody has thought up, and not in a sheet by chance. */
const PHRASE_CHARACTERS = 20;

/**
 * A header may say something that stands in sheets and in Lago, too. If that were masked, a person
 * would save a template without it, and ids of events would be read as others.
 */
const isCredential = (text: string): boolean =>
  text.length >= PHRASE_CHARACTERS || !WORDS.test(text);

/**
 * What nobody may see of a connection: its key, the values of its headers, and the credentials in
 * them, which stand behind a word such as Basic. A few plain words are no credentials.
 */
export const secretsOf = ({ apiKey, headers = [] }: Secretive): string[] => [
  apiKey,
  ...headers
    .flatMap(({ value }) => [value, value.replace(/^\S+ /, ''), ...value.split(' ').slice(1)])
    .filter((text) => isCredential(text.trim())),
];

const ENTERED = v.object({
  argument: v.object({
    apiKey: v.string(),
    headers: v.optional(v.array(v.object({ value: v.string() }))),
  }),
});

/** The secrets that a call of the page enters; none if it enters no connection. */
export function secretsIn(callText: string): string[] {
  const call = valueBy(ENTERED, parsedJson(callText));
  return call === undefined ? [] : secretsOf(call.argument).map((secret) => secret.trim());
}
