import { createHmac } from 'node:crypto';
import type { FakeGoogle } from '../sandbox/runtime';

const SECRET = 'lago.page';
const DAY_MS = 86_400_000;

/**
 * The token of a page that `user` has opened now, made without opening one, so that no execution is
 * spent on it. It is computed here by itself: an oracle for the product's.
 */
export function tokenOf(google: FakeGoogle, user = google.user, at = google.now): string {
  const { scriptProperties } = google;
  if (scriptProperties.get(SECRET) === undefined)
    scriptProperties.set(SECRET, 'a secret of the tests, as long as two of Google’s ids');
  const account = encodeURIComponent(google.addressOf(user));
  const day = Math.floor(at / DAY_MS);
  const mac = createHmac('sha256', scriptProperties.get(SECRET) ?? '')
    .update(JSON.stringify([google.spreadsheet.id, account, day]))
    .digest('hex');
  return `${account}~${day}~${mac}`;
}

/** A call as the text that a page sends which `user` has opened now. */
export const callText = (
  google: FakeGoogle,
  method: string,
  argument: unknown,
  user?: string,
): string => JSON.stringify({ method, argument, token: tokenOf(google, user) });
