import type { Health, HealthState } from '../sync/memory/health';
import type { Sync } from '../sync/sync';
import { monthBounds, monthInWords } from '../value/time';
import type { Runtime } from './runtime';

const SUBJECTS: Readonly<Record<HealthState, string>> = {
  stopped: 'Lago usage sync stopped',
  'needs-you': 'Lago usage sync needs you',
  healthy: 'Lago usage sync works again',
};

/**
 * Tells the person who activated the sync how it is now; Google sends no mail for an add-on's
 * triggers (google: trigger.no-mail). The mail names the sync and the file only: messages of
 * problems can hold cell values, which are confidential. That a period is about to close holds
 * none, and cannot wait until somebody looks.
 * @returns whether a mail was sent
 */
export function sendAlert(
  { MailApp, SpreadsheetApp }: Runtime,
  sync: Sync,
  health: Health,
): boolean {
  if (
    sync.activatedBy === undefined ||
    sync.activatedBy === '' ||
    MailApp.getRemainingDailyQuota() < 1
  )
    return false;
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const sentences: Readonly<Record<HealthState, string>> = {
    stopped: `The sync “${sync.name}” sends nothing at the moment${health.problem === undefined ? '' : ` (${health.problem.code})`}. Nothing is lost: what was not sent goes out when the cause is gone.`,
    'needs-you':
      health.problem?.code === 'period.closing'
        ? `The sync “${sync.name}” needs you.`
        : `Some rows of the sync “${sync.name}” need a person before they are billed${health.problem === undefined ? '' : ` (${health.problem.code})`}. The others go on.`,
    healthy: `The sync “${sync.name}” works again. There is nothing to do.`,
  };
  const where = `Open the spreadsheet, then Extensions, Lago usage sync, Open: ${spreadsheet.getUrl()}`;
  const closing =
    health.closing === undefined ? '' : `\n\n${health.closing.message} ${health.closing.remedy}`;
  MailApp.sendEmail(
    sync.activatedBy,
    SUBJECTS[health.state],
    `${sentences[health.state]}${closing}\n\n${where}\n`,
  );
  return true;
}

/**
 * Reminds the person who activated the sync that a month (`2026-11`) is over: now it can be
 * compared with Lago, and stated to customers.
 * @returns whether there was nobody to tell, or the mail was sent
 */
export function sendMonthReminder(
  { MailApp, SpreadsheetApp }: Runtime,
  sync: Sync,
  month: string,
): boolean {
  if (sync.activatedBy === undefined || sync.activatedBy === '') return true;
  if (MailApp.getRemainingDailyQuota() < 1) return false;
  const words = monthInWords((monthBounds(month, 'UTC')?.from ?? 0) / 1000, 'UTC');
  const body = [
    `${words} is over. The sync “${sync.name}” can now compare what Lago has for ${words} with the sheet, before the invoices go out, and export statements for customers.`,
    `Open the spreadsheet, then Extensions, Lago usage sync, Reconcile with Lago: ${SpreadsheetApp.getActiveSpreadsheet().getUrl()}`,
  ];
  MailApp.sendEmail(
    sync.activatedBy,
    `Lago usage sync: reconcile ${words}`,
    `${body.join('\n\n')}\n`,
  );
  return true;
}
