import type { Runtime } from '../../src/apps-script/runtime';
import { FakeCacheService } from './cache';
import type { Caller, TriggerKind } from './caller';
import { ExecutionKilled, GoogleException, localized } from './exception';
import { FakeHtmlService } from './html';
import { FakeLockService } from './locks';
import { FakeMailApp } from './mail';
import { type Intrinsics, Membrane } from './membrane';
import { FakePropertiesService } from './properties';
import { Realm } from './realm';
import { jsonResult } from './rpc';
import type { Bundle } from './script';
import { FakeSession, FakeUtilities } from './session';
import { acceptedArguments } from './signatures';
import { FakeSpreadsheetApp } from './spreadsheet';
import { FakeScriptApp } from './triggers';
import { FakeUrlFetchApp } from './url-fetch';
import type { World } from './world';
import { PendingWrites, type Unflushed } from './writes';

/** Google's limit for one execution (google: execution.six-minutes). */
export const MAX_EXECUTION_MS = 360_000;
/** Of a formula. */
export const MAX_CELL_MS = 30_000;
const OUT_OF_TIME = 'Exceeded maximum execution time';

export interface ServiceCall {
  /** 1 for the first call of the execution. */
  readonly index: number;
  /** Such as `Range.setValues`. */
  readonly name: string;
  /** Writes that the execution has made before this call, landed or not. */
  readonly writes: number;
}

export interface ExecutionOptions {
  /** `menu` unless told. */
  readonly trigger?: TriggerKind;
  readonly user?: string;
  /** The execution dies at this service call… */
  readonly killAtCall?: number;
  /** …before or after its effect; after, unless told. */
  readonly killWhen?: 'before' | 'after';
  readonly unflushed?: Unflushed;
  /** Between two service calls: a person may edit, another execution may run. */
  readonly onCall?: (call: ServiceCall) => void;
  readonly maxMs?: number;
  /** For the trigger `open`; `LIMITED` unless told. */
  readonly authority?: OpenAuthority;
}

export interface ExecutionReport {
  /** A copy; undefined after a failure or a kill. */
  readonly result: unknown;
  readonly error?: { readonly name: string; readonly message: string; readonly stack: string };
  readonly killed: boolean;
  readonly serviceCalls: {
    readonly total: number;
    readonly byName: { readonly [call: string]: number };
    readonly order: readonly string[];
    /** Cells that were read, values and displayed texts alike. */
    readonly cellsRead: number;
  };
  readonly logs: readonly string[];
  /** By the world's clock. */
  readonly durationMs: number;
}

/**
 * How much a simple trigger may do: `NONE` before the add-on was used in this file, `LIMITED`
 * later.
 */
export type OpenAuthority = 'LIMITED' | 'NONE';

/**
 * As docs/platform.md says; opening a sidebar needs full authority as well. Nobody documents caches
 * there, so they are refused.
 */
const FORBIDDEN_WHEN_LIMITED =
  /^(UrlFetchApp|MailApp|CacheService)\.|^ScriptApp\.(?!getAuthorizationInfo$)|^Ui\.show(Sidebar|ModalDialog)$/;
/**
 * What a formula may do (google: cell.services, cell.refused). Where nobody documents a refusal,
 * the setting `cells: 'unrestricted'` lets it do everything.
 */
const ALLOWED_IN_CELL =
  /^(Utilities|Properties(Service)?|Cache(Service)?|Lock(Service)?|UrlFetchApp|HTTPResponse|User)\.|^Session\.|^SpreadsheetApp\.(getActiveSpreadsheet|flush)$|^(Spreadsheet|Sheet|Range)\.(get|is|canEdit)/;
const ALLOWED_WHEN_NONE =
  /^(SpreadsheetApp\.getUi|Session\.getActiveUserLocale|Ui\.createAddonMenu)$|^(Menu|Utilities)\./;

/**
 * One run of the script, from the evaluation of its file to the end of its microtasks or its death.
 */
export class Execution implements Caller {
  readonly world: World;
  readonly user: string;
  readonly trigger: TriggerKind;
  readonly writes = new PendingWrites();
  cellsRead = 0;
  readonly #options: ExecutionOptions;
  readonly #started: number;
  readonly #order: string[] = [];
  readonly #logs: string[] = [];
  #death: string | undefined;
  /** An error of the fake or of a test's hook: no script may swallow it. */
  #broken: { readonly error: unknown } | undefined;

  constructor(world: World, options: ExecutionOptions) {
    this.world = world;
    this.#options = options;
    this.user = options.user ?? world.settings.userEmail;
    this.trigger = options.trigger ?? 'menu';
    this.#started = world.settings.now();
  }

  /**
   * Calls a function of the bundle in a realm of its own. The arguments may hold service objects of
   * this execution.
   */
  callScript(
    bundle: Bundle,
    functionName: string,
    args: (caller: Caller) => unknown[],
  ): ExecutionReport {
    const realm = new Realm(this.world.settings, (line) => this.#log(line));
    const membrane = this.#membrane(realm.intrinsics);
    for (const [name, service] of Object.entries(this.#services()))
      realm.define(name, membrane.inward(service));
    return this.#finish(() => {
      this.#requireConsent();
      const { failed, error, result } = realm.call(bundle.compiled, functionName, () =>
        membrane.inward(args(this)),
      );
      if (failed) throw error;
      return this.trigger === 'rpc' ? jsonResult(result) : membrane.outward(result);
    });
  }

  /**
   * The same around a function of the caller's own realm, for tests of code that is handed a
   * `Runtime`.
   */
  callHost<T>(work: (runtime: Runtime) => T): ExecutionReport {
    const method: Intrinsics['method'] = (call) =>
      function (this: object, ...args: unknown[]) {
        return call(this, args);
      };
    const membrane = this.#membrane({ Array, Object, Date, Error, method });
    const services = Object.entries(this.#services()).map(([name, service]) => [
      name,
      membrane.inward(service),
    ]);
    return this.#finish(() => {
      this.#requireConsent();
      return work(Object.fromEntries(services) as Runtime);
    });
  }

  #services(): Runtime {
    return {
      SpreadsheetApp: new FakeSpreadsheetApp(this),
      PropertiesService: new FakePropertiesService(this),
      CacheService: new FakeCacheService(this),
      LockService: new FakeLockService(this),
      UrlFetchApp: new FakeUrlFetchApp(this),
      ScriptApp: new FakeScriptApp(this),
      HtmlService: new FakeHtmlService(this),
      MailApp: new FakeMailApp(this),
      Session: new FakeSession(this),
      Utilities: new FakeUtilities(this),
    };
  }

  #membrane(realm: Intrinsics): Membrane {
    return new Membrane(
      realm,
      (call, args, effect) => this.#gate(call, args, effect),
      (error) => this.#translated(error, realm),
    );
  }

  /** Every service call goes through here. */
  #gate(call: string, args: unknown[], effect: (args: unknown[]) => unknown): unknown {
    this.#requireAlive();
    this.#order.push(call);
    const index = this.#order.length;
    this.#options.onCall?.({ index, name: call, writes: this.writes.made });
    this.#requireTime();
    const dies = index === this.#options.killAtCall;
    if (dies && this.#options.killWhen === 'before') this.#die(`killed before ${call}`);
    try {
      return this.#perform(call, args, effect);
    } finally {
      if (dies) this.#die(`killed after ${call}`);
      this.#requireTime();
    }
  }

  #perform(call: string, args: unknown[], effect: (args: unknown[]) => unknown): unknown {
    this.#requireAuthority(call);
    if (this.trigger !== 'cell') this.world.access.requireScope(this.user, call);
    const accepted = acceptedArguments(call, args);
    const fault = this.world.faults.take(call);
    if (fault && !fault.afterEffect) throw new GoogleException(fault.message);
    const answer = effect(accepted);
    if (fault) throw new GoogleException(fault.message);
    return answer;
  }

  #requireAuthority(call: string): void {
    if (this.trigger === 'cell' && this.world.settings.cells === 'restricted') {
      if (!ALLOWED_IN_CELL.test(call))
        throw new GoogleException(`You do not have permission to call ${call}.`);
      return;
    }
    if (this.trigger !== 'open') return;
    const allowed =
      this.#options.authority === 'NONE'
        ? ALLOWED_WHEN_NONE.test(call)
        : !FORBIDDEN_WHEN_LIMITED.test(call);
    if (!allowed)
      throw new GoogleException(`Specified permissions are not sufficient to call ${call}.`);
  }

  /** Neither a simple trigger nor a formula waits for anybody's consent. */
  #requireConsent(): void {
    if (this.trigger !== 'open' && this.trigger !== 'cell')
      this.world.access.requireAuthorization(this.user);
  }

  #requireAlive(): void {
    if (this.#death !== undefined) throw new ExecutionKilled(this.#death);
  }

  #requireTime(): void {
    const longest = this.trigger === 'cell' ? MAX_CELL_MS : MAX_EXECUTION_MS;
    if (this.world.settings.now() - this.#started > (this.#options.maxMs ?? longest))
      this.#die(OUT_OF_TIME);
  }

  #die(reason: string): never {
    this.#death ??= reason;
    throw new ExecutionKilled(this.#death);
  }

  /** An exception that no service call has brought to the script, as the person is told it. */
  #said(error: unknown): unknown {
    return error instanceof GoogleException
      ? new GoogleException(localized(error.message, this.world.settings.locale))
      : error;
  }

  #translated(error: unknown, realm: Intrinsics): unknown {
    if (error instanceof GoogleException) {
      const translated = new realm.Error(localized(error.message, this.world.settings.locale));
      translated.name = error.name;
      return translated;
    }
    if (!(error instanceof ExecutionKilled)) {
      this.#broken ??= { error };
      this.#death ??= 'the fake failed';
    }
    return error;
  }

  #finish(work: () => unknown): ExecutionReport {
    let result: unknown;
    let failure: { error: unknown } | undefined;
    try {
      result = work();
    } catch (error) {
      failure = { error: this.#said(error) };
      if (isRunaway(error)) this.#death ??= OUT_OF_TIME;
    }
    const killed = this.#death !== undefined;
    if (killed) failure = { error: new ExecutionKilled(this.#death) };
    try {
      if (killed) this.writes.abandon(this.#options.unflushed ?? this.world.settings.unflushed);
      else this.writes.flush();
    } catch (error) {
      failure ??= { error: this.#said(error) };
    }
    this.world.lock.release(this);
    if (this.#broken) throw this.#broken.error;
    this.world.settings.onEnd();
    return this.#report(failure ? undefined : result, failure, killed);
  }

  #report(
    result: unknown,
    failure: { error: unknown } | undefined,
    killed: boolean,
  ): ExecutionReport {
    const byName: { [call: string]: number } = {};
    for (const name of this.#order) byName[name] = (byName[name] ?? 0) + 1;
    return {
      result,
      ...(failure ? { error: describedError(failure.error) } : {}),
      killed,
      serviceCalls: {
        total: this.#order.length,
        byName,
        order: this.#order,
        cellsRead: this.cellsRead,
      },
      logs: this.#logs,
      durationMs: this.world.settings.now() - this.#started,
    };
  }

  /** What a dead execution logs is not seen any more. */
  #log(line: string): void {
    if (this.#death === undefined) this.#logs.push(line);
  }
}

const isRunaway = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/** Errors of a realm are no instances of ours, and a script may throw anything. */
function describedError(error: unknown): { name: string; message: string; stack: string } {
  if (typeof error !== 'object' || error === null)
    return { name: 'Error', message: String(error), stack: '' };
  const { name, message, stack } = error as { name?: unknown; message?: unknown; stack?: unknown };
  return {
    name: String(name ?? 'Error'),
    message: String(message ?? error),
    stack: String(stack ?? ''),
  };
}
