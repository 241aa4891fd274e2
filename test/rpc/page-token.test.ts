import { createHmac } from 'node:crypto';
import {
  pageToken,
  sheetOf,
  sheetToken,
  type TokenVerdict,
  tokenVerdict,
} from '../../src/rpc/page-token';

const SECRET = 'b5e9a5f0-1c5e-4b8e-9a57-5b4d3c2a1f00';
const AT = Date.UTC(2026, 10, 20, 23, 59);
const DAY = 86_400_000;
const opening = { file: 'file-1', account: 'anna@example.com', at: AT };
const token = pageToken(SECRET, opening);

const verdict = (
  text: string,
  call: Partial<{ secret: string | undefined; file: string; account: string; at: number }> = {},
): TokenVerdict => {
  const { secret, file, account, at } = { secret: SECRET, ...opening, ...call };
  return tokenVerdict(secret, text, { file, at, account: () => account });
};

test('a token is the account, the day since 1970 and the HMAC of both with the file, as node computes it', () => {
  const mac = createHmac('sha256', SECRET)
    .update('["file-1","anna%40example.com",20777]')
    .digest('hex');
  expect(token).toBe(`anna%40example.com~20777~${mac}`);
});

test.each<[string, TokenVerdict]>([
  ['', 'forged'],
  ['anna%40example.com~20777~', 'forged'],
  [token.slice(0, -1), 'forged'],
  [`${token}0`, 'forged'],
  [token.toUpperCase(), 'forged'],
  [token.replace('20777', '20778'), 'forged'],
  [token.replace('anna', 'bert'), 'forged'],
  [token.replace('%40', '%'), 'forged'],
  [` ${token}`, 'forged'],
  [`${token}\n`, 'forged'],
  [token, 'valid'],
])('the token %j is %s', (text, expected) => {
  expect(verdict(text)).toBe(expected);
});

test.each<[string, Parameters<typeof verdict>[1], TokenVerdict]>([
  ['in another file', { file: 'file-2' }, 'forged'],
  ['with another secret', { secret: SECRET.replace('b', 'c') }, 'forged'],
  ['before there is a secret', { secret: undefined }, 'forged'],
  ['as another account', { account: 'bert@example.com' }, { openedBy: 'anna@example.com' }],
  ['as an account that is not named', { account: '' }, { openedBy: 'anna@example.com' }],
  ['a minute later, on the next day', { at: AT + 60_000 }, 'ageing'],
  ['at the end of the next day', { at: AT + DAY }, 'ageing'],
  ['on the day after that', { at: AT + DAY + 60_000 }, 'expired'],
  ['on the day before', { at: AT - DAY }, 'expired'],
  [
    'long after, as another account',
    { at: AT + 9 * DAY, account: 'b' },
    { openedBy: 'anna@example.com' },
  ],
])('a token that is used %s', (_, call, expected) => {
  expect(verdict(token, call)).toEqual(expected);
});

test.each(['', 'a~b@example.com', 'ü+x@exämple.com', `"'<&>@x`, '~1~2'])(
  'the account %j opens and calls, and needs no escaping in a page',
  (account) => {
    const own = pageToken(SECRET, { ...opening, account });
    expect(own).toMatch(/^[\w.!~*'()%-]+$/);
    expect(verdict(own, { account })).toBe('valid');
    expect(verdict(own, { account: `${account}x` })).toEqual({ openedBy: account });
  },
);

test('nobody is asked for an account before the token is known to be the script’s own', () => {
  const account = (): string => {
    throw new Error('asked');
  };
  expect(tokenVerdict(SECRET, `${token.slice(0, -1)}x`, { ...opening, account })).toBe('forged');
  expect(() => tokenVerdict(SECRET, token, { ...opening, account })).toThrow('asked');
});

test('a sheet is known by the token that this file’s script made of it, and by no other', () => {
  const made = sheetToken(SECRET, 'file-1', 7);
  expect(sheetOf(SECRET, 'file-1', made)).toBe(7);
  expect(sheetOf(SECRET, 'file-2', made)).toBeUndefined();
  expect(sheetOf('another secret', 'file-1', made)).toBeUndefined();
  for (const text of ['', '7', `8${made.slice(1)}`, `${made} `, pageToken(SECRET, opening)])
    expect(sheetOf(SECRET, 'file-1', text)).toBeUndefined();
});
