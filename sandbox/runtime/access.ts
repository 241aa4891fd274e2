import { GoogleException } from './exception';

/** What the sharing of the file lets a person do. A commenter is a viewer to a script. */
export type Role = 'editor' | 'viewer';

const SCOPES = [
  'spreadsheets.currentonly',
  'script.container.ui',
  'script.external_request',
  'script.scriptapp',
  'script.send_mail',
  'userinfo.email',
] as const;

/** By the last part of its address under https://www.googleapis.com/auth/. */
export type Scope = (typeof SCOPES)[number];

/**
 * What a person has allowed the script. `expired`: nothing any more, no function of it runs for
 * them but the simple trigger. A list: these scopes are missing, because the person unticked them
 * or because a newer version asks for more (google: authorization.scope).
 */
export type Authorization = 'granted' | 'expired' | { readonly withheld: readonly Scope[] };

/** Before a function runs; `google.script.run` hands it to the failure handler. */
const AUTHORIZATION_REQUIRED = 'Authorization is required to perform that action.';
const PERMISSION_DENIED =
  "We're sorry, a server error occurred while reading from storage. Error code PERMISSION_DENIED.";
const AUTHORIZATION_PAGE = 'https://script.google.com/macros/d/fake/authorize';
const AUTH = 'https://www.googleapis.com/auth/';

/**
 * The services that a scope is about, by call. The user interface alone takes more than the
 * spreadsheet's scope.
 */
const NEEDED: readonly (readonly [RegExp, Scope])[] = [
  [/^SpreadsheetApp\.(?!getUi$)/, 'spreadsheets.currentonly'],
  [/^Ui\.show(Sidebar|ModalDialog)$/, 'script.container.ui'],
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
  readonly #unnamed = new Set<string>();
  readonly #shutOut = new Map<string, string>();

  setRole(user: string, role: Role): void {
    this.#roles.set(user, role);
  }

  authorize(user: string, authorization: Authorization): void {
    this.#authorizations.set(user, authorization);
  }

  isViewer(user: string): boolean {
    return this.#roles.get(user) === 'viewer';
  }

  /**
   * The account has no access to the file: where a browser is signed in to several, a page's calls
   * may go on as one of these (google: session.accounts).
   * @param message what Google says of it, which may be nothing
   */
  shutOut(user: string, message = PERMISSION_DENIED): void {
    this.#shutOut.set(user, message);
  }

  /** Google does not name the account: it is of another domain. */
  hideAddress(user: string): void {
    this.#unnamed.add(user);
  }

  isUnnamed(user: string): boolean {
    return this.#unnamed.has(user);
  }

  /** Scopes that the person has allowed, as full addresses. */
  authorizedScopes(user: string): string[] {
    const authorization = this.#authorizations.get(user) ?? 'granted';
    if (authorization === 'expired') return [];
    const withheld = authorization === 'granted' ? [] : authorization.withheld;
    return SCOPES.filter((scope) => !withheld.includes(scope)).map((scope) => AUTH + scope);
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
    const denied = this.#shutOut.get(user);
    if (denied !== undefined) throw new GoogleException(denied);
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
