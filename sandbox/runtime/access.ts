import { GoogleException } from './exception';

/** What the sharing of the file lets a person do. A commenter is a viewer to a script. */
export type Role = 'editor' | 'viewer';

/** By the last part of its address under https://www.googleapis.com/auth/. */
export type Scope =
  | 'spreadsheets.currentonly'
  | 'script.container.ui'
  | 'script.external_request'
  | 'script.scriptapp'
  | 'script.send_mail'
  | 'userinfo.email';

/**
 * What a person has allowed the script. `expired`: nothing any more, no function of it runs for
 * them but the simple trigger. A list: these scopes are missing, because the person unticked them
 * or because a newer version asks for more (google: authorization.scope).
 */
export type Authorization = 'granted' | 'expired' | { readonly withheld: readonly Scope[] };

/** Before a function runs; `google.script.run` hands it to the failure handler. */
const AUTHORIZATION_REQUIRED = 'Authorization is required to perform that action.';
const AUTHORIZATION_PAGE = 'https://script.google.com/macros/d/fake/authorize';
const AUTH = 'https://www.googleapis.com/auth/';

/**
 * The services that a scope is about, by call. The user interface alone takes more than the
 * spreadsheet's scope.
 */
const NEEDED: readonly (readonly [RegExp, Scope])[] = [
  [/^SpreadsheetApp\.(?!getUi$)/, 'spreadsheets.currentonly'],
  [/^Ui\.showSidebar$/, 'script.container.ui'],
  [/^UrlFetchApp\./, 'script.external_request'],
  [/^ScriptApp\.(newTrigger|getProjectTriggers|deleteTrigger)$/, 'script.scriptapp'],
  [/^MailApp\./, 'script.send_mail'],
  [/^(Session\.getEffectiveUser|User\.getEmail)$/, 'userinfo.email'],
];

/**
 * Who may do what, person by person, in the file and with the script. It can change while the
 * add-on is open.
 */
export class Access {
  readonly #roles = new Map<string, Role>();
  readonly #authorizations = new Map<string, Authorization>();

  setRole(user: string, role: Role): void {
    this.#roles.set(user, role);
  }

  authorize(user: string, authorization: Authorization): void {
    this.#authorizations.set(user, authorization);
  }

  isViewer(user: string): boolean {
    return this.#roles.get(user) === 'viewer';
  }

  /** Where the person has to allow something; undefined if nothing is missing. */
  authorizationPage(user: string): string | undefined {
    const authorization = this.#authorizations.get(user) ?? 'granted';
    return authorization === 'granted' ||
      (authorization !== 'expired' && authorization.withheld.length === 0)
      ? undefined
      : AUTHORIZATION_PAGE;
  }

  requireAuthorization(user: string): void {
    if (this.#authorizations.get(user) === 'expired')
      throw new GoogleException(AUTHORIZATION_REQUIRED);
  }

  requireScope(user: string, call: string): void {
    const authorization = this.#authorizations.get(user);
    if (typeof authorization !== 'object') return;
    const scope = NEEDED.find(([calls]) => calls.test(call))?.[1];
    if (scope === undefined || !authorization.withheld.includes(scope)) return;
    throw new GoogleException(
      `You do not have permission to call ${call}. Required permissions: ${permissions(scope)}`,
    );
  }
}

/** The spreadsheet's narrow scope is always named with the wide one that would do as well. */
const permissions = (scope: Scope): string =>
  scope === 'spreadsheets.currentonly'
    ? `(${AUTH}${scope} || ${AUTH}spreadsheets)`
    : `${AUTH}${scope}`;
