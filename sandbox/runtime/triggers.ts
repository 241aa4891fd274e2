import type {
  AuthorizationInfo,
  ClockTriggerBuilder,
  ScriptService,
  Spreadsheet,
  SpreadsheetTriggerBuilder,
  Trigger,
  TriggerBuilder,
} from '../../src/apps-script/runtime';
import type { Caller } from './caller';
import { Enumeration } from './enumeration';
import { GoogleException } from './exception';
import type { InstalledTrigger } from './records';
import { SERVICE } from './service-object';

/** Per user and script (google: trigger.twenty). */
export const MAX_TRIGGERS = 20;
const TOO_MANY =
  'This script has too many triggers. Triggers must be deleted from the script before more can be added.';
const TOO_MANY_OF_TYPE = {
  time: 'This add-on has created too many time-based triggers in this document for this Google user account.',
  edit: 'This add-on has created too many edit triggers in this document for this Google user account.',
};

const TOO_OFTEN =
  'The Add-on attempted to create a time-based trigger with a recurrence interval less than the allowed minimum of one hour.';
const MINUTES = [1, 5, 10, 15, 30];
const MINUTES_OF_AN_HOUR = 60;

class FakeTrigger implements Trigger {
  readonly [SERVICE] = 'Trigger';
  readonly #installed: InstalledTrigger;

  constructor(installed: InstalledTrigger) {
    this.#installed = installed;
  }

  getHandlerFunction(): string {
    return this.#installed.handler;
  }

  getUniqueId(): string {
    return this.#installed.id;
  }

  getTriggerSourceId(): string | null {
    return this.#installed.file ?? null;
  }
}

/** One that is made while a trigger runs never fires (google: trigger.made-by-trigger). */
function install(caller: Caller, made: Omit<InstalledTrigger, 'id' | 'creator'>): Trigger {
  const { world, user } = caller;
  const isMadeByTrigger = caller.trigger === 'time' || caller.trigger === 'edit';
  const trigger = isMadeByTrigger ? { ...made, disabled: true } : made;
  const mine = world.triggers.filter(({ creator }) => creator === user);
  if (world.settings.addOn && mine.some(({ type }) => type === trigger.type))
    throw new GoogleException(TOO_MANY_OF_TYPE[trigger.type]);
  if (mine.length >= MAX_TRIGGERS) throw new GoogleException(TOO_MANY);
  const installed = { ...trigger, id: world.newTriggerId(), creator: user };
  world.triggers.push(installed);
  return new FakeTrigger(installed);
}

class FakeClockTriggerBuilder implements ClockTriggerBuilder {
  readonly [SERVICE] = 'ClockTriggerBuilder';
  readonly #caller: Caller;
  readonly #handler: string;
  #minutes: number | undefined;

  constructor(caller: Caller, handler: string) {
    this.#caller = caller;
    this.#handler = handler;
  }

  everyMinutes(minutes: number): ClockTriggerBuilder {
    if (!MINUTES.includes(minutes))
      throw new GoogleException(
        `The value you passed to everyMinutes was invalid. It must be one of ${MINUTES.join(', ')}.`,
      );
    this.#minutes = minutes;
    return this;
  }

  everyHours(hours: number): ClockTriggerBuilder {
    this.#minutes = hours * MINUTES_OF_AN_HOUR;
    return this;
  }

  create(): Trigger {
    if (this.#minutes === undefined || this.#minutes < 1)
      throw new GoogleException('A clock trigger needs an interval.');
    if (this.#caller.world.settings.addOn && this.#minutes < MINUTES_OF_AN_HOUR)
      throw new GoogleException(TOO_OFTEN);
    return install(this.#caller, {
      handler: this.#handler,
      type: 'time',
      everyMinutes: this.#minutes,
    });
  }
}

class FakeSpreadsheetTriggerBuilder implements SpreadsheetTriggerBuilder {
  readonly [SERVICE] = 'SpreadsheetTriggerBuilder';
  readonly #caller: Caller;
  readonly #handler: string;
  #onEdit = false;

  constructor(caller: Caller, handler: string) {
    this.#caller = caller;
    this.#handler = handler;
  }

  onEdit(): SpreadsheetTriggerBuilder {
    this.#onEdit = true;
    return this;
  }

  create(): Trigger {
    if (!this.#onEdit) throw new GoogleException('A spreadsheet trigger needs an event type.');
    const file = this.#caller.world.workbook.id;
    return install(this.#caller, { handler: this.#handler, type: 'edit', file });
  }
}

class FakeTriggerBuilder implements TriggerBuilder {
  readonly [SERVICE] = 'TriggerBuilder';
  readonly #caller: Caller;
  readonly #handler: string;

  constructor(caller: Caller, handler: string) {
    this.#caller = caller;
    this.#handler = handler;
  }

  timeBased(): ClockTriggerBuilder {
    return new FakeClockTriggerBuilder(this.#caller, this.#handler);
  }

  forSpreadsheet(_spreadsheet: Spreadsheet): SpreadsheetTriggerBuilder {
    return new FakeSpreadsheetTriggerBuilder(this.#caller, this.#handler);
  }
}

const NO_ADD_ON = new Enumeration('NONE');
const DOMAIN_ADD_ON = new Enumeration('APPS_MARKETPLACE_DOMAIN_ADD_ON');
/** Undocumented: what ends the execution; the person sees Google’s own page. */
const CONSENT_NEEDED = 'Authorization is required to perform that action.';

const AUTH_MODE = { FULL: new Enumeration('FULL') };
const AUTHORIZATION_STATUS = {
  REQUIRED: new Enumeration('REQUIRED'),
  NOT_REQUIRED: new Enumeration('NOT_REQUIRED'),
};

class FakeAuthorizationInfo implements AuthorizationInfo {
  readonly [SERVICE] = 'AuthorizationInfo';
  readonly #page: string | undefined;
  readonly #scopes: readonly string[];

  constructor(page: string | undefined, scopes: readonly string[]) {
    this.#page = page;
    this.#scopes = scopes;
  }

  getAuthorizationStatus(): Enumeration {
    return this.#page === undefined
      ? AUTHORIZATION_STATUS.NOT_REQUIRED
      : AUTHORIZATION_STATUS.REQUIRED;
  }

  getAuthorizationUrl(): string | null {
    return this.#page ?? null;
  }

  getAuthorizedScopes(): string[] {
    return [...this.#scopes];
  }
}

export class FakeScriptApp implements ScriptService {
  readonly [SERVICE] = 'ScriptApp';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  get AuthMode(): { readonly FULL: Enumeration } {
    return AUTH_MODE;
  }

  getAuthorizationInfo(mode: unknown): AuthorizationInfo {
    if (!(mode instanceof Enumeration))
      throw new GoogleException(`Invalid argument: ${String(mode)}`);
    const { world, user } = this.#caller;
    const { access } = world;
    return new FakeAuthorizationInfo(access.authorizationPage(user), access.authorizedScopes(user));
  }

  /** Google shows the person what is missing, and the execution ends. */
  requireAllScopes(mode: unknown): void {
    if (!(mode instanceof Enumeration))
      throw new GoogleException(`Invalid argument: ${String(mode)}`);
    const { world, user } = this.#caller;
    if (world.access.authorizationPage(user) !== undefined)
      throw new GoogleException(CONSENT_NEEDED);
  }

  newTrigger(functionName: string): TriggerBuilder {
    return new FakeTriggerBuilder(this.#caller, functionName);
  }

  getInstallationSource(): Enumeration {
    return this.#caller.world.settings.addOn ? DOMAIN_ADD_ON : NO_ADD_ON;
  }

  /** Nobody sees the triggers of somebody else; but those of an add-on's other files. */
  getProjectTriggers(): Trigger[] {
    const { world, user } = this.#caller;
    return [...world.triggersElsewhere, ...world.triggers]
      .filter(({ creator }) => creator === user)
      .map((installed) => new FakeTrigger(installed));
  }

  deleteTrigger(trigger: Trigger): void {
    const { triggers, triggersElsewhere } = this.#caller.world;
    const elsewhere = triggersElsewhere.findIndex(({ id }) => id === trigger.getUniqueId());
    if (elsewhere >= 0) {
      triggersElsewhere.splice(elsewhere, 1);
      return;
    }
    const position = triggers.findIndex(({ id }) => id === trigger.getUniqueId());
    if (position < 0)
      throw new GoogleException(
        'Unexpected error while getting the method or property deleteTrigger on object ScriptApp.',
      );
    triggers.splice(position, 1);
  }
}
