import JsSha from 'jssha/sha256';
import { DAY_MS } from '../value/duration';

/** Where, by whom and when a page was opened. */
export interface Opening {
  /** Google's id of the file. */
  readonly file: string;
  /** Address of the account; empty if Google does not say it. */
  readonly account: string;
  /** When (ms). */
  readonly at: number;
}

/**
 * What a token says of a call: `valid`; `ageing`, valid today for the last time; `forged`, if this
 * file's script did not make it; `expired`; or the account (address, may be empty) by which the
 * page was opened, if another one calls.
 */
export type TokenVerdict =
  | 'valid'
  | 'ageing'
  | 'forged'
  | 'expired'
  | { readonly openedBy: string };

const dayOf = (at: number): number => Math.floor(at / DAY_MS);

/** A token counts on its day (UTC) and on the next one: at least for a day. */
const LAST_DAY = 1;

/** Account (percent-encoded, so that a token needs no escaping in a page), day, MAC. */
const TOKEN = /^([\w.!~*'()%-]*)~(\d{1,6})~([0-9a-f]{64})$/;

function macOf(secret: string, parts: readonly (string | number)[]): string {
  const sha = new JsSha('SHA-256', 'TEXT', { hmacKey: { value: secret, format: 'TEXT' } });
  // As a list, so that no two of what is signed have the same text.
  return sha.update(JSON.stringify(parts)).getHash('HEX');
}

/** The token that a page carries which was opened so. @param secret known to the script alone */
export function pageToken(secret: string, { file, account, at }: Opening): string {
  const name = encodeURIComponent(account);
  return `${name}~${dayOf(at)}~${macOf(secret, [file, name, dayOf(at)])}`;
}

/** Takes as long for a wrong text as for the right one. */
function isSame(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < right.length; at++)
    difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
  return difference === 0;
}

/** The sheet (id) that a page hands back: what it names was made in this file by this script. */
export const sheetToken = (secret: string, file: string, sheet: number): string =>
  `${sheet}~${macOf(secret, ['sheet', file, '', sheet])}`;

/** The id of the sheet of such a token; undefined if this file's script did not make it. */
export function sheetOf(secret: string, file: string, token: string): number | undefined {
  const sheet = Number.parseInt(token, 10);
  return isSame(token, sheetToken(secret, file, sheet)) ? sheet : undefined;
}

/**
 * Whether a call with this token comes from a page that was opened in this file, by the account
 * that calls, not long ago.
 * @param secret undefined before the first page was opened
 * @param account whom Google names; asked only for a token that this script made
 */
export function tokenVerdict(
  secret: string | undefined,
  token: string,
  { file, account, at }: Omit<Opening, 'account'> & { readonly account: () => string },
): TokenVerdict {
  const [, name = '', day = '', mac = ''] = TOKEN.exec(token) ?? [];
  if (secret === undefined || mac === '') return 'forged';
  if (!isSame(mac, macOf(secret, [file, name, Number(day)]))) return 'forged';
  if (name !== encodeURIComponent(account())) return { openedBy: decodeURIComponent(name) };
  const age = dayOf(at) - Number(day);
  if (age === LAST_DAY) return 'ageing';
  return age < 0 || age > LAST_DAY ? 'expired' : 'valid';
}
