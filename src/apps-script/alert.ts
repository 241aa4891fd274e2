import type { Health, HealthState } from '../sync/health';
import type { Sync } from '../sync/sync';
import type { Runtime } from './runtime';

const SUBJECTS: Readonly<Record<HealthState, string>> = {
  stopped: 'Lago usage sync stopped',
  'needs-you': 'Lago usage sync needs you',
  healthy: 'Lago usage sync works again',
};

/**
 * Tells the person who activated the sync how it is now; Google sends no mail for an add-on's triggers (apps-script.md, section 3).
 * The mail names the sync and the file only: messages of problems can hold cell values, which are confidential.
 * @returns whether a mail was sent
 */
export function sendAlert({ MailApp, SpreadsheetApp }: Runtime, sync: Sync, health: Health): boolean {
  if (sync.activatedBy === undefined || sync.activatedBy === '' || MailApp.getRemainingDailyQuota() < 1) return false;
  const spreadsheet = SpreadsheetApp.getActiveSpreadsheet();
  const sentences: Readonly<Record<HealthState, string>> = {
    stopped: `The sync “${sync.name}” sends nothing at the moment${health.problem === undefined ? '' : ` (${health.problem.code})`}. Nothing is lost: what was not sent goes out when the cause is gone.`,
    'needs-you': `Some rows of the sync “${sync.name}” need a person before they are billed${health.problem === undefined ? '' : ` (${health.problem.code})`}. The others go on.`,
    healthy: `The sync “${sync.name}” works again. There is nothing to do.`,
  };
  const where = `Open the spreadsheet, then Extensions, Lago usage sync, Open: ${spreadsheet.getUrl()}`;
  MailApp.sendEmail(sync.activatedBy, SUBJECTS[health.state], `${sentences[health.state]}\n\n${where}\n`);
  return true;
}
