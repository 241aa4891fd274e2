import type { NotedVersion } from '../lago/version';
import { isAnnouncement } from '../problem/needs-somebody';
import { type Problem, problem } from '../problem/problem';
import type { Health, HealthState } from '../sync/memory/health';
import type { Sync } from '../sync/sync';
import { monthBounds, monthInWords } from '../value/time';
import { missingAuthorization } from './authorization';
import { quotaProblem } from './quota';
import type { Runtime } from './runtime';

const SUBJECTS: Readonly<Record<HealthState, string>> = {
  stopped: 'Lago usage sync stopped',
  'needs-you': 'Lago usage sync needs you',
  healthy: 'Lago usage sync works again',
};

/** Problems that mails tell in full: their sentences hold nothing that is confidential. */
const NAMED_IN_MAILS: ReadonlySet<string> = new Set(['lago.other-address', 'run.killed']);

/**
 * Mails the person who activated the sync how it is now. Google itself sends no mail for an
 * add-on's triggers (google: trigger.no-mail). The mail names the sync and the file only, because
 * messages of problems can hold cell values, which are confidential. The announcements of a closing
 * period, of a customer without an invoice, of another address and of runs that never end hold
 * none, and cannot wait until somebody looks.
 * @returns why no mail could be sent; undefined if one was
 */
export function sendAlert(runtime: Runtime, sync: Sync, health: Health): Problem | undefined {
  const { problem: found, breaks, closing, belowZero } = health;
  const named = found !== undefined && NAMED_IN_MAILS.has(found.code) ? found : undefined;
  const announced = [named, breaks, closing, belowZero].filter((each) => each !== undefined);
  return mail(runtime, sync, SUBJECTS[health.state], () => [
    sentenceOf(sync, health),
    ...announced.map(({ message, remedy }) => `${message} ${remedy}`),
    whereToClick(runtime, 'Open'),
  ]);
}

/** Whom mails about a sync go to. */
type Addressee = Pick<Sync, 'name' | 'activatedBy'>;

/**
 * Why no mail can be sent about a sync, whatever happens to it: Google gives no address of people
 * outside of the script's company (google: session.email-hidden).
 */
const unaddressed = ({ name, activatedBy = '' }: Addressee): Problem | undefined =>
  activatedBy === '' ? problem('mail.no-address', { name }) : undefined;

/** Whether a mail may have left although Google said that it did not. */
export const isUnsure = ({ code }: Problem): boolean => code === 'mail.refused';

/** Why the mail that is due about a sync is not known to have left; undefined if none is. */
export const whyUnmailed = (sync: Addressee, { unmailed, triedAt }: Health): Problem | undefined =>
  unaddressed(sync) ??
  unmailed ??
  // Google ended the run that sent it.
  (triedAt === undefined
    ? undefined
    : problem('mail.refused', { name: sync.name, detail: 'Google did not say whether it left' }));

/**
 * Sends a mail.
 * @param paragraphs makes its text
 * @returns why it could not be sent; undefined if it was
 */
function mail(
  runtime: Runtime,
  sync: Addressee,
  subject: string,
  paragraphs: () => readonly string[],
): Problem | undefined {
  const { MailApp } = runtime;
  const { activatedBy = '' } = sync;
  const hindrance = unaddressed(sync);
  if (hindrance !== undefined) return hindrance;
  try {
    if (MailApp.getRemainingDailyQuota() < 1) return problem('quota.mail');
    MailApp.sendEmail(activatedBy, subject, `${paragraphs().join('\n\n')}\n`);
    return undefined;
  } catch (error) {
    return refusal(runtime, sync, error instanceof Error ? error.message : String(error));
  }
}

/** Google names the scope that a call lacks, in any language (google: authorization.scope). */
const MAIL_SCOPE = 'auth/script.send_mail';

/** Why Google sent no mail. @param text of its exception */
function refusal(runtime: Runtime, { name }: Addressee, text: string): Problem {
  const used = quotaProblem(text);
  if (used !== undefined) return used;
  return text.includes(MAIL_SCOPE) || mustAuthorize(runtime)
    ? problem('mail.not-allowed', { name })
    : problem('mail.refused', { name, detail: text.replace(/\.$/, '') });
}

function mustAuthorize(runtime: Runtime): boolean {
  try {
    return missingAuthorization(runtime) !== undefined;
  } catch {
    // If nothing is allowed, nothing can be asked either.
    return true;
  }
}

function sentenceOf({ name }: Sync, { state, problem }: Health): string {
  const code = problem === undefined ? '' : ` (${problem.code})`;
  switch (state) {
    case 'stopped':
      return (
        `The sync “${name}” sends nothing at the moment${code}. ` +
        'Nothing is lost: what was not sent goes out when the cause is gone.'
      );
    case 'needs-you':
      return problem !== undefined && isAnnouncement(problem)
        ? `The sync “${name}” needs you.`
        : `Some rows of the sync “${name}” need a person before they are billed${code}. ` +
            'The others go on.';
    case 'healthy':
      return `The sync “${name}” works again. There is nothing to do.`;
  }
}

const whereToClick = ({ SpreadsheetApp }: Runtime, item: string): string =>
  'Open the spreadsheet, then Extensions, Lago usage sync ' +
  `(or the name of your Apps Script project), ${item}: ` +
  SpreadsheetApp.getActiveSpreadsheet().getUrl();

/** Whether a mail was sent, or there is nobody to send it to: no later run needs to try again. */
const isDone = (unsent: Problem | undefined): boolean =>
  unsent === undefined || unsent.code === 'mail.no-address';

/**
 * Tells the person who activated a sync until now that somebody else has.
 * @param before the sync as it was, and `after` as it is
 * @returns whether the mail was sent, or there is nobody to tell
 */
export function sendHandover(runtime: Runtime, before: Sync, after: Sync): boolean {
  const { name, activatedBy = '' } = before;
  const person = after.activatedBy ?? '';
  if (activatedBy === person) return true;
  const unsent = mail(runtime, before, 'Lago usage sync was activated by somebody else', () => [
    `${person === '' ? 'Somebody else' : person} has activated the sync “${name}”, which you had ` +
      'activated before. Mails about it go there from now on.',
    whereToClick(runtime, 'Open'),
  ]);
  return isDone(unsent);
}

/**
 * Reminds the person who activated the sync that a month (`2026-11`) is over: now it can be
 * compared with Lago, and statements can be exported.
 * @returns why the mail could not be sent; undefined if it was, or if there is nobody to remind
 */
export function sendMonthReminder(
  runtime: Runtime,
  sync: Sync,
  month: string,
): Problem | undefined {
  const { name } = sync;
  const words = monthInWords((monthBounds(month, 'UTC')?.from ?? 0) / 1000, 'UTC');
  const unsent = mail(runtime, sync, `Lago usage sync: reconcile ${words}`, () => [
    `${words} is over. The sync “${name}” can now compare what Lago has for ${words} ` +
      'with the sheet, before the invoices go out, and export statements for customers.',
    whereToClick(runtime, 'Reconcile with Lago'),
  ]);
  return isDone(unsent) ? undefined : unsent;
}

/** Two versions of Lago that answered at an address, one after the other. */
interface Update {
  /** Lago's address. */
  readonly address: string;
  readonly before: NotedVersion;
  readonly after: NotedVersion;
}

/**
 * Tells the person who activated a sync that another version of Lago answers.
 * @returns whether the mail was sent, or there is nobody to tell
 */
export function sendUpdate(
  runtime: Runtime,
  sync: Addressee,
  { address, before, after }: Update,
): boolean {
  const { name } = sync;
  const unsent = mail(runtime, sync, 'Lago was updated', () => [
    `Lago at ${address} was updated from version ${before.version} to ${after.version}. ` +
      `The sync “${name}” goes on. A new version may count usage in another way: compare this ` +
      'month with Lago once, and let whoever runs your Lago know that `npm run conform` shows ' +
      'whether it still does what this add-on relies on.',
    whereToClick(runtime, 'Reconcile with Lago'),
  ]);
  return isDone(unsent);
}
