import type { NotedVersion } from '../lago/version';
import { isAnnouncement } from '../problem/needs-somebody';
import type { Health, HealthState } from '../sync/memory/health';
import type { Sync } from '../sync/sync';
import { monthBounds, monthInWords } from '../value/time';
import type { Runtime } from './runtime';

/** Does what must not undo a run if it fails, such as sending a mail; a later run tries again. */
export function attempted(act: () => boolean): boolean {
  try {
    return act();
  } catch {
    return false;
  }
}

const SUBJECTS: Readonly<Record<HealthState, string>> = {
  stopped: 'Lago usage sync stopped',
  'needs-you': 'Lago usage sync needs you',
  healthy: 'Lago usage sync works again',
};

/**
 * Mails the person who activated the sync how it is now. Google itself sends no mail for an
 * add-on's triggers (google: trigger.no-mail). The mail names the sync and the file only, because
 * messages of problems can hold cell values, which are confidential. The announcements of a closing
 * period and of a customer without an invoice hold none, and cannot wait until somebody looks.
 * @returns whether a mail was sent
 */
export function sendAlert(runtime: Runtime, sync: Sync, health: Health): boolean {
  const { activatedBy = '' } = sync;
  if (activatedBy === '') return false;
  const { breaks, closing, belowZero } = health;
  const announced = [breaks, closing, belowZero].filter((each) => each !== undefined);
  const paragraphs = [
    sentenceOf(sync, health),
    ...announced.map(({ message, remedy }) => `${message} ${remedy}`),
    whereToClick(runtime, 'Open'),
  ];
  return mail(runtime, activatedBy, SUBJECTS[health.state], paragraphs);
}

/** Sends a mail. @returns false if the day's quota of mails is used up */
function mail(
  { MailApp }: Runtime,
  to: string,
  subject: string,
  paragraphs: readonly string[],
): boolean {
  if (MailApp.getRemainingDailyQuota() < 1) return false;
  MailApp.sendEmail(to, subject, `${paragraphs.join('\n\n')}\n`);
  return true;
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

/**
 * Reminds the person who activated the sync that a month (`2026-11`) is over: now it can be
 * compared with Lago, and statements can be exported.
 * @returns whether the mail was sent, or there is nobody to remind
 */
export function sendMonthReminder(
  runtime: Runtime,
  { name, activatedBy = '' }: Sync,
  month: string,
): boolean {
  if (activatedBy === '') return true;
  const words = monthInWords((monthBounds(month, 'UTC')?.from ?? 0) / 1000, 'UTC');
  const paragraphs = [
    `${words} is over. The sync “${name}” can now compare what Lago has for ${words} ` +
      'with the sheet, before the invoices go out, and export statements for customers.',
    whereToClick(runtime, 'Reconcile with Lago'),
  ];
  return mail(runtime, activatedBy, `Lago usage sync: reconcile ${words}`, paragraphs);
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
  { name, activatedBy = '' }: Pick<Sync, 'name' | 'activatedBy'>,
  { address, before, after }: Update,
): boolean {
  if (activatedBy === '') return true;
  const paragraphs = [
    `Lago at ${address} was updated from version ${before.version} to ${after.version}. ` +
      `The sync “${name}” goes on. A new version may count usage in another way: compare this ` +
      'month with Lago once, and let whoever runs your Lago know that `npm run conform` shows ' +
      'whether it still does what this add-on relies on.',
    whereToClick(runtime, 'Reconcile with Lago'),
  ];
  return mail(runtime, activatedBy, 'Lago was updated', paragraphs);
}
