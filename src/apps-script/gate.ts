import { ProblemError, problem } from '../problem/problem';
import { EFFECTS, type Method } from '../rpc/contract';
import { pageToken, sheetOf, sheetToken, tokenVerdict } from '../rpc/page-token';
import { ownValue } from '../value/json';
import { mayEdit } from './authorization';
import { fileId } from './file-id';
import type { Runtime } from './runtime';
import type { Settings } from './settings';

/**
 * Every function at the top level of the script can be called from a cell, also by a formula that
 * came with an import or a form, without consent; and there it may use properties, caches, locks
 * and UrlFetch (google: cell.services). So each of them asks here first whether it may go on.
 */

/** Script property with the secret behind the tokens of pages. */
const SECRET = 'lago.page';

/** A shorter one was not made here; a formula could find it out. */
const SECRET_CHARACTERS = 32;

/** The secret; undefined if there is none, or somebody has put something else in its place. */
function storedSecret({ PropertiesService }: Runtime): string | undefined {
  const stored = PropertiesService.getScriptProperties().getProperty(SECRET) ?? '';
  return stored.length < SECRET_CHARACTERS ? undefined : stored;
}

/** The address that Google names of the account that an execution acts as; may be empty. */
export const accountOf = ({ Session }: Pick<Runtime, 'Session'>): string =>
  Session.getEffectiveUser().getEmail();

function secretOf(runtime: Runtime): string {
  const stored = storedSecret(runtime);
  if (stored !== undefined) return stored;
  const made = runtime.Utilities.getUuid() + runtime.Utilities.getUuid();
  runtime.PropertiesService.getScriptProperties().setProperty(SECRET, made);
  // If two people open their first page at once, the secret that was written last counts.
  return storedSecret(runtime) ?? made;
}

/** The token of a page that is opened, or whose token is renewed, now. */
export const newPageToken = (runtime: Runtime, account = accountOf(runtime)): string =>
  pageToken(secretOf(runtime), { file: fileId(runtime), account, at: Date.now() });

/** What a page gets of a result sheet (id), to hand it back with the next part. */
export const newSheetToken = (runtime: Runtime, sheet: number): string =>
  sheetToken(secretOf(runtime), fileId(runtime), sheet);

/**
 * The id of the result sheet that a page hands back, which must not name any other sheet.
 * @throws ProblemError request.unknown
 */
export function requireSheet(runtime: Runtime, token: string): number {
  const sheet = sheetOf(secretOf(runtime), fileId(runtime), token);
  if (sheet !== undefined) return sheet;
  throw new ProblemError(problem('request.unknown', { detail: 'next.sheet is no result' }));
}

/** An account in words. */
const named = (account: string): string =>
  account === '' ? 'an account that Google does not name' : account;

/** A page that may go on. */
interface Caller {
  /** The account that calls, and has opened it; empty if Google does not name it. */
  readonly account: string;
  /** The token that it goes on with; undefined while its own one is good. */
  readonly renewed: string | undefined;
}

/**
 * Lets a call go on that comes from a page which was opened in this file by the account that calls.
 * What a page drives may last longer than its token, so one in use gets another token in time.
 * @throws ProblemError page.expired, google.other-account
 */
export function requirePage(runtime: Runtime, token: string): Caller {
  let account = '';
  const verdict = tokenVerdict(storedSecret(runtime), token, {
    file: fileId(runtime),
    at: Date.now(),
    account: () => {
      account = accountOf(runtime);
      return account;
    },
  });
  if (verdict === 'valid') return { account, renewed: undefined };
  if (verdict === 'ageing') return { account, renewed: newPageToken(runtime, account) };
  throw new ProblemError(
    typeof verdict === 'object'
      ? problem('google.other-account', {
          opened: named(verdict.openedBy),
          account: named(account),
        })
      : problem('page.expired'),
  );
}

/**
 * Lets a method go on if the person may do what it does.
 * @throws ProblemError google.view-only
 */
export function requireRight(runtime: Runtime, method: Method): void {
  if (EFFECTS[method] === 'changes' && !mayEdit(runtime))
    throw new ProblemError(problem('google.view-only'));
}

/**
 * Lets the function of a trigger go on if it was called by one. A cell passes texts, numbers, dates
 * and ranges, never an object that names a trigger (google: cell.arguments).
 * @param name of the function
 * @throws ProblemError google.not-called
 */
export function requireTrigger<Event>(
  name: string,
  event: Event,
): asserts event is NonNullable<Event> {
  if (typeof event !== 'object' || event === null || !('triggerUid' in event))
    throw new ProblemError(problem('google.not-called', { name }));
}

/**
 * Lets a firing of the clock go on. What the page calls in the browser looks like one, so whoever
 * may not edit gets no further, unless the file knows the trigger: then the run says what is wrong.
 * @throws ProblemError google.view-only
 */
export function requireClock(
  { runtime, settings }: { readonly runtime: Runtime; readonly settings: Pick<Settings, 'clocks'> },
  event: object,
): void {
  const trigger = 'triggerUid' in event ? String(event.triggerUid) : '';
  if (ownValue(settings.clocks(), trigger) === undefined && !mayEdit(runtime))
    throw new ProblemError(problem('google.view-only'));
}
