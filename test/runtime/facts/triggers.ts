import type { Trigger } from '../../../src/apps-script/runtime';
import { type Area, type Google, refusal, TRIGGER_HANDLER, UNDOCUMENTED } from './fact';

const QUOTAS = 'Apps Script guide: Quotas for Google Services';
const EDITS = 'Apps Script guide: Simple triggers, onEdit; Event objects';
const LIFECYCLE = 'Workspace add-ons guide: Editor add-on authorization lifecycle';

const idsOf = ({ ScriptApp }: Google): string[] =>
  ScriptApp.getProjectTriggers()
    .filter((trigger) => trigger.getHandlerFunction() === TRIGGER_HANDLER)
    .map((trigger) => trigger.getUniqueId());

/** Whether a trigger is among the person's own while it is there, and not any more when it is deleted. */
function comesAndGoes(google: Google, create: () => Trigger): readonly boolean[] {
  const trigger = create();
  const id = trigger.getUniqueId();
  const there = idsOf(google).includes(id);
  google.ScriptApp.deleteTrigger(trigger);
  return [there, idsOf(google).includes(id)];
}

export const triggers: Area = {
  title: 'Triggers',
  facts: [
    {
      id: 'trigger.hourly',
      says: 'An hourly trigger is made, listed with its function, and deleted.',
      source: 'reference: ScriptApp.newTrigger, ClockTriggerBuilder.everyHours',
      probe: ({ google }) =>
        comesAndGoes(google, () =>
          google.ScriptApp.newTrigger(TRIGGER_HANDLER).timeBased().everyHours(1).create(),
        ),
      expected: [true, false],
    },
    {
      id: 'trigger.minutes',
      says: 'So is one for every 1, 5, 10, 15 or 30 minutes; another number of minutes is refused.',
      source:
        'reference: ClockTriggerBuilder.everyMinutes; the text of the refusal is undocumented',
      probe: ({ google }) => {
        const clock = (minutes: number): readonly boolean[] =>
          comesAndGoes(google, () =>
            google.ScriptApp.newTrigger(TRIGGER_HANDLER).timeBased().everyMinutes(minutes).create(),
          );
        try {
          return [clock(5), clock(10), clock(7)];
        } catch (error) {
          return (error as Error).name;
        }
      },
      expected: 'Exception',
    },
    {
      id: 'trigger.source',
      says: 'A trigger of edits says which file it is of; a trigger of the clock says nothing.',
      source: 'reference: Trigger.getTriggerSourceId',
      probe: ({ google, spreadsheet }) => {
        const { ScriptApp } = google;
        const edit = ScriptApp.newTrigger(TRIGGER_HANDLER)
          .forSpreadsheet(spreadsheet)
          .onEdit()
          .create();
        const ofEdit = edit.getTriggerSourceId() === spreadsheet.getId();
        ScriptApp.deleteTrigger(edit);
        const clock = ScriptApp.newTrigger(TRIGGER_HANDLER).timeBased().everyHours(1).create();
        const ofClock = clock.getTriggerSourceId() ?? null;
        ScriptApp.deleteTrigger(clock);
        return [ofEdit, ofClock];
      },
      expected: [true, null],
      tolerated: [[true, '']],
    },
    {
      id: 'trigger.add-on',
      says: 'A script says whether it runs as an add-on; the script of a file does not.',
      source: 'reference: ScriptApp.getInstallationSource',
      probe: ({ google }) => String(google.ScriptApp.getInstallationSource()),
      expected: 'NONE',
    },
    {
      id: 'trigger.add-on-hourly',
      says: 'The clock of an add-on fires once an hour at most; a shorter interval is refused.',
      source: 'Apps Script guide: Installable triggers; the text of the refusal is undocumented',
      heldBy: 'runtime/services.test.ts > triggers > of the clock fire hourly at most in an add-on',
    },
    {
      id: 'trigger.other-files',
      says: 'In an add-on a person’s triggers of other files are listed, too.',
      source: `reference: ScriptApp.getProjectTriggers, “current project”; ${UNDOCUMENTED}`,
      heldBy:
        'runtime/services.test.ts > triggers > of an add-on in other files are listed as well',
    },
    {
      id: 'trigger.no-file',
      says: 'Behind a trigger of an add-on there may be no file: neither a spreadsheet, nor its properties, nor its lock.',
      source: `reports contradict each other; ${UNDOCUMENTED}`,
      heldBy:
        'runtime/services.test.ts > triggers > of an add-on may have no file, and get null for what belongs to one',
    },
    {
      id: 'trigger.made-by-trigger',
      says: 'A trigger that is made while a trigger runs may be disabled from the beginning.',
      source: `reports in public code (issuetracker 150756612); ${UNDOCUMENTED}`,
      heldBy: 'runtime/services.test.ts > triggers > that a trigger makes never fire',
    },
    {
      id: 'trigger.inexact',
      says: 'A trigger of the clock fires a little early or late, at most a quarter of an hour.',
      source: 'Apps Script guide: Installable triggers (the time may be slightly randomized)',
      heldBy: 'bundle/clock.test.ts > a firing > that comes a little early runs what is nearly due',
    },
    {
      id: 'trigger.on-edit',
      says: 'So is a trigger on edits of the file.',
      source: 'reference: SpreadsheetTriggerBuilder.onEdit',
      probe: ({ google, spreadsheet }) =>
        comesAndGoes(google, () =>
          google.ScriptApp.newTrigger(TRIGGER_HANDLER)
            .forSpreadsheet(spreadsheet)
            .onEdit()
            .create(),
        ),
      expected: [true, false],
    },
    {
      id: 'trigger.twenty',
      says: 'A person has 20 triggers of a script at most.',
      source: `${QUOTAS}; RomainVialard/ErrorHandler: catalogue of errors`,
      heldBy: 'runtime/services.test.ts > triggers > are twenty at most',
    },
    {
      id: 'trigger.one-of-a-type',
      says: 'In an add-on a person has one trigger of a type in a document.',
      source: 'Workspace add-ons guide: Editor add-on triggers',
      heldBy: 'runtime/services.test.ts > triggers > are one of a type in an add-on',
    },
    {
      id: 'trigger.disabled',
      says: 'Google disables a trigger now and then, for an unknown reason; it stays listed and does not fire.',
      source: `reports in public code; that it stays listed: ${UNDOCUMENTED}`,
      heldBy:
        'runtime/services.test.ts > triggers > that Google has disabled are listed, and never fire',
    },
    {
      id: 'trigger.own',
      says: 'Nobody sees or deletes the triggers of somebody else.',
      source: 'Apps Script guide: Installable triggers',
      heldBy: 'runtime/services.test.ts > triggers > are seen and deleted by their creator',
    },
    {
      id: 'trigger.named',
      says: 'What an installable trigger passes names the trigger (triggerUid).',
      source: 'Apps Script guide: Event objects',
      heldBy: 'runtime/services.test.ts > triggers > tell their functions which trigger they are',
    },
    {
      id: 'trigger.creator',
      says: 'A trigger runs as the person who made it, whoever edits; a time trigger has no user interface.',
      source: 'Apps Script guide: Installable triggers; Event objects',
      heldBy:
        'runtime/services.test.ts > triggers > of the clock run as their creator, without a user interface',
    },
    {
      id: 'trigger.file',
      says: 'In a time trigger the active spreadsheet is the file that the trigger was made in; the scope of that file alone is enough.',
      source:
        'Apps Script guide: Container-bound scripts; of the scope and of add-ons nobody documents it',
      heldBy:
        'runtime/services.test.ts > triggers > of the clock have the file that they were made in for their active spreadsheet, read and written like any other',
    },
    {
      id: 'trigger.edit-creator',
      says: 'So does an on-edit trigger.',
      source: 'Apps Script guide: Installable triggers',
      heldBy: 'runtime/person.test.ts > an edit by a person > runs the trigger as its creator',
    },
    {
      id: 'trigger.daily-time',
      says: 'All triggers of a person together run for 90 minutes a day (six hours in Workspace); then they fail.',
      source: QUOTAS,
      heldBy:
        'runtime/services.test.ts > triggers > stop when the running time of the day is used up',
    },
    {
      id: 'trigger.no-mail',
      says: 'A trigger of an add-on that fails tells nobody.',
      source: 'Workspace add-ons guide: Editor add-on triggers',
      heldBy: 'runtime/services.test.ts > triggers > that fail tell nobody',
    },
    {
      id: 'edit.range',
      says: 'An edit reaches its trigger with the edited range; a value comes only with one typed cell, and as text.',
      source: EDITS,
      heldBy:
        'runtime/person.test.ts > an edit by a person > reaches the trigger with its range, and with its value as text if one cell was typed',
    },
    {
      id: 'edit.two-waiting',
      says: 'Two edits wait for their trigger; further ones are lost to it.',
      source: EDITS,
      heldBy:
        'runtime/person.test.ts > an edit by a person > is lost to the trigger if two others are waiting',
    },
    {
      id: 'edit.not-reported',
      says: 'Rows and columns that come, go or are sorted, and what scripts write, are reported as no edit.',
      source: 'Apps Script guide: Simple triggers, Installable triggers',
      heldBy:
        'runtime/person.test.ts > no edit is reported > when rows or columns come, go or move, or a script writes',
    },
    {
      id: 'open.viewer',
      says: 'For a viewer the simple trigger of opening does not run.',
      source: 'Apps Script guide: Simple triggers, restrictions',
      heldBy:
        'runtime/access.test.ts > a viewer of the file > gets no menu, because the simple trigger does not run',
    },
    {
      id: 'open.authority',
      says: 'When the file is opened a menu can be made, before anything is allowed; nearly everything else is refused.',
      source: LIFECYCLE,
      heldBy:
        'runtime/sidebar.test.ts > the menu > can be built without any authority, which suffices for little else',
    },
  ],
};

export const authorization: Area = {
  title: 'Authorization',
  facts: [
    {
      id: 'authorization.status',
      says: 'Who has allowed everything is told NOT_REQUIRED, and no page.',
      source: 'reference: AuthorizationInfo',
      probe: ({ google }) => {
        const { ScriptApp } = google;
        const info = ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL);
        return [String(info.getAuthorizationStatus()), info.getAuthorizationUrl() ?? null];
      },
      expected: ['NOT_REQUIRED', null],
      tolerated: [['NOT_REQUIRED', '']],
    },
    {
      id: 'authorization.required',
      says: 'Who has something left to allow is told REQUIRED, and the page for it.',
      source: 'reference: AuthorizationInfo',
      heldBy:
        'runtime/access.test.ts > what is authorized > is told with the page on which the rest can be allowed',
    },
    {
      id: 'authorization.expired',
      says: 'Without authorization no function runs for this person: calls of the page, menu items and triggers fail.',
      source:
        'RomainVialard/ErrorHandler: catalogue of errors; Workspace add-ons guide: Editor add-on triggers',
      heldBy:
        'runtime/access.test.ts > an authorization that has expired > fails menu items and triggers, of this person only, and leaves the menu',
    },
    {
      id: 'authorization.call-fails',
      says: 'A call of the page then fails before its function runs.',
      source: 'RomainVialard/ErrorHandler: catalogue of errors',
      heldBy:
        'runtime/access.test.ts > an authorization that has expired > fails a call of the sidebar before its function runs',
    },
    {
      id: 'authorization.scope',
      says: 'A scope that a person has not ticked is missed at the first call that needs it.',
      source:
        'Apps Script guide: Authorization scopes, granular consent; the text: reports in public code',
      heldBy: 'runtime/access.test.ts > a scope that was not allowed > %s is missed by %s alone',
    },
    {
      id: 'authorization.trigger',
      says: 'So it is in a trigger, which goes on firing.',
      source: 'Workspace add-ons guide: Editor add-on triggers',
      heldBy:
        'runtime/access.test.ts > a scope that was not allowed > stops a trigger at the first call that needs it',
    },
    {
      id: 'authorization.scopes',
      says: 'The scopes that a person has allowed are told by their full addresses.',
      source: 'reference: AuthorizationInfo.getAuthorizedScopes',
      probe: ({ google }) => {
        const { ScriptApp } = google;
        const info = ScriptApp.getAuthorizationInfo(ScriptApp.AuthMode.FULL);
        return (info.getAuthorizedScopes?.() ?? [])
          .map((scope) => scope.replace('https://www.googleapis.com/auth/', ''))
          .sort();
      },
      expected: [
        'script.container.ui',
        'script.external_request',
        'script.scriptapp',
        'script.send_mail',
        'spreadsheets.currentonly',
        'userinfo.email',
      ],
    },
    {
      id: 'authorization.require-all',
      says: 'To require all scopes is no error for who has allowed them.',
      source: 'reference: ScriptApp.requireAllScopes',
      probe: ({ google: { ScriptApp } }) =>
        refusal(() => ScriptApp.requireAllScopes?.(ScriptApp.AuthMode.FULL)),
      expected: 'no error',
    },
    {
      id: 'authorization.asked',
      says: 'For anybody else it ends the execution, and Google asks for the rest.',
      source: 'reference: ScriptApp.requireAllScopes; the text is undocumented',
      heldBy:
        'runtime/access.test.ts > a scope that was not allowed > ends what requires all of them, but for who has allowed them',
    },
    {
      id: 'session.accounts',
      says: 'Where a browser is signed in to several accounts, calls of a page may go on as another one than opened it, or be refused: with PERMISSION_DENIED, or without a word.',
      source:
        'reports in public code: enuchi/React-Google-Apps-Script, issue 46; issuetracker 69270374, since 2017',
      heldBy:
        'runtime/access.test.ts > another account of the browser > is refused what is not its own, with or without a word',
    },
    {
      id: 'session.email',
      says: 'The address of the person is a text.',
      source: 'reference: Session.getEffectiveUser, User.getEmail',
      probe: ({ google }) => typeof google.Session.getEffectiveUser().getEmail(),
      expected: 'string',
    },
    {
      id: 'session.text',
      says: 'A user as a text is the address.',
      source: 'gas-fakes: tests that also run on live Apps Script',
      probe: ({ google }) => {
        const user = google.Session.getEffectiveUser();
        return String(user) === user.getEmail();
      },
      expected: true,
      tolerated: [false],
    },
    {
      id: 'session.email-hidden',
      says: 'That text may be empty.',
      source: 'reference: User.getEmail',
      heldBy: 'runtime/services.test.ts > the session > knows the user, or hides the address',
    },
  ],
};

export const mail: Area = {
  title: 'Mail',
  facts: [
    {
      id: 'mail.quota',
      says: 'How many recipients are left today is a number that is not negative.',
      source: 'reference: MailApp.getRemainingDailyQuota',
      probe: ({ google }) => {
        const left = google.MailApp.getRemainingDailyQuota();
        return [typeof left, left >= 0];
      },
      expected: ['number', true],
    },
    {
      id: 'mail.no-address',
      says: 'Something that is no address is refused; no mail is sent.',
      source: 'reference: MailApp.sendEmail; the text is undocumented',
      probe: ({ google }) => {
        try {
          google.MailApp.sendEmail('nobody', 'Self-test', 'Self-test');
          return 'sent';
        } catch (error) {
          return (error as Error).name;
        }
      },
      expected: 'Exception',
    },
    {
      id: 'mail.daily',
      says: 'Recipients of a day are counted; beyond, mail is refused.',
      source: QUOTAS,
      heldBy: 'runtime/services.test.ts > mail > counts recipients of the day',
    },
    {
      id: 'mail.size',
      says: 'A body has 200 KB at most.',
      source: QUOTAS,
      heldBy: 'runtime/services.test.ts > mail > needs an address and a body of bearable size',
    },
  ],
};

export const executions: Area = {
  title: 'Executions and their limits',
  facts: [
    {
      id: 'execution.six-minutes',
      says: 'An execution is killed after six minutes: neither catch nor finally runs.',
      source: `${QUOTAS}; of catch and finally nobody documents it`,
      heldBy:
        'runtime/execution.test.ts > an execution that is killed > has used up its six minutes',
    },
    {
      id: 'execution.killed',
      says: 'A killed execution does nothing any more.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/execution.test.ts > an execution that is killed > does nothing any more, not even in catch and finally',
    },
    {
      id: 'execution.unflushed',
      says: 'Its writes that were not flushed may be lost, applied, or half of them.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/execution.test.ts > an execution that is killed > has its unflushed writes %s',
    },
    {
      id: 'execution.during-a-request',
      says: 'The six minutes also end while a request is under way.',
      source: QUOTAS,
      heldBy:
        'runtime/url-fetch.test.ts > a slow answer > ends the execution that has no time left',
    },
    {
      id: 'execution.service-fails',
      says: 'Any call may fail now and then, after it was done or without.',
      source:
        'RomainVialard/ErrorHandler: catalogue of errors (Service invoked too many times, timed out, unavailable)',
      heldBy:
        'runtime/execution.test.ts > an execution > gets a failure that a test has ordered, once, without or with its effect',
    },
  ],
};
