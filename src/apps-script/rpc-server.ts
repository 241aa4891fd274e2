import { ProblemError, problem } from '../problem/problem';
import {
  type Api,
  type Argument,
  EFFECTS,
  type Method,
  type ReconcilePart,
  type Reply,
  type Value,
} from '../rpc/contract';
import { fitted, type Schema } from '../schema/fit';
import type { RunReport } from '../sync/report';
import { checkTemplate } from '../template/help/repair';
import { ownValue, parsedJson } from '../value/json';
import {
  activate,
  changeOrganization,
  pause,
  resolveLedger,
  setStatusColumn,
} from './calls/activation';
import { activity, findRow, showInLedger, showRow } from './calls/activity';
import {
  connect,
  labelConnection,
  newestEvents,
  prerequisites,
  vocabulary,
} from './calls/connection';
import { home } from './calls/home';
import { rebuild } from './calls/rebuild';
import { fixFindings, reconcile } from './calls/reconcile';
import { dryRun, startFromNow } from './calls/review';
import { preview, testSend } from './calls/row';
import { confirmBilled, runNow, sendAgain } from './calls/run';
import { remove, saveSync, saveSyncs } from './calls/settings';
import { choices, statement } from './calls/statement';
import { describe, fillIds, resolveFormer } from './calls/tab';
import { readConnection } from './connection';
import { requirePage, requireRight } from './gate';
import { quotaProblem } from './quota';
import type { Runtime } from './runtime';
import { ARGUMENTS, CALL } from './schema/call-schema';
import { secretsIn, secretsOf, withoutSecrets } from './secrets';
import {
  beginExecution,
  type Execution,
  explained,
  LOCK_WAIT_MS,
  withLock,
  withRunLock,
} from './sync-runner';
import { templateName } from './tab-view';

/**
 * Checks a template with what the page knows. Reads nothing, because a person waits while typing.
 */
function checked({
  source,
  template,
  columns = [],
  metrics,
}: Argument<'checkTemplate'>): Value<'checkTemplate'> {
  const known = new Map(columns.map(({ header, type, unique }) => [header, { type, unique }]));
  const headers = columns.map(({ header }) => header);
  const doubles = headers
    .filter((header, index) => headers.indexOf(header) < index)
    .map((header) => ({
      ...known.get(header),
      header,
      name: templateName(header, new Set()),
      twice: true,
    }));
  const picked = source.columns
    .filter((column) => doubles.every(({ header }) => header !== column.header))
    .map((column) => ({ ...column, ...known.get(column.header) }));
  return { problems: checkTemplate(template, [...picked, ...doubles], metrics) };
}

/** Whether the page asks for another slice of the run. */
const isSlice = ({ left, stopped }: RunReport): boolean => left > 0 && stopped?.code === 'run.time';

const hasNext = ({ next }: ReconcilePart): boolean => next !== undefined;

/** What answers each method. An argument of another shape is refused before anything is done. */
type Handlers = { readonly [M in Method]: (argument: unknown) => ReturnType<Api[M]> };

/** A method's work behind the check of what it is asked with. */
const by =
  <Asked, Result>(schema: Schema<Asked>, work: (asked: Asked) => Result) =>
  (argument: unknown): Result => {
    const read = fitted(schema, argument);
    if ('misfit' in read)
      throw new ProblemError(problem('request.unknown', { detail: read.misfit }));
    return work(read.value);
  };

function handlersOf(execution: Execution, account: string): Handlers {
  const locked = <Result>(work: () => Result): Result => withLock(execution, LOCK_WAIT_MS, work);
  const running = <Result>(work: () => Result, goesOn?: (result: Result) => boolean): Result =>
    withRunLock(execution, LOCK_WAIT_MS, work, goesOn);
  return {
    open: by(ARGUMENTS.open, () => home(execution, account)),
    connect: by(ARGUMENTS.connect, (asked) => connect(execution, asked)),
    labelConnection: by(ARGUMENTS.labelConnection, (asked) =>
      locked(() => labelConnection(execution, asked)),
    ),
    prerequisites: by(ARGUMENTS.prerequisites, () => prerequisites(execution)),
    vocabulary: by(ARGUMENTS.vocabulary, () => vocabulary(execution)),
    describeTab: by(ARGUMENTS.describeTab, (asked) => describe(execution, asked)),
    resolveFormer: by(ARGUMENTS.resolveFormer, (asked) =>
      locked(() => resolveFormer(execution, asked)),
    ),
    checkTemplate: by(ARGUMENTS.checkTemplate, checked),
    fillIds: by(ARGUMENTS.fillIds, (asked) => locked(() => fillIds(execution, asked))),
    saveSync: by(ARGUMENTS.saveSync, ({ draft }) => locked(() => saveSync(execution, draft))),
    saveSyncs: by(ARGUMENTS.saveSyncs, ({ drafts }) =>
      locked(() => ({ syncs: saveSyncs(execution, drafts) })),
    ),
    deleteSync: by(ARGUMENTS.deleteSync, (asked) => locked(() => remove(execution, asked))),
    preview: by(ARGUMENTS.preview, (asked) => preview(execution, asked)),
    testSend: by(ARGUMENTS.testSend, (asked) => locked(() => testSend(execution, asked))),
    dryRun: by(ARGUMENTS.dryRun, (asked) => dryRun(execution, asked)),
    takeAsBilled: by(ARGUMENTS.takeAsBilled, (asked) =>
      locked(() => startFromNow(execution, asked)),
    ),
    activate: by(ARGUMENTS.activate, (asked) => locked(() => activate(execution, asked))),
    pause: by(ARGUMENTS.pause, ({ id }) => locked(() => pause(execution, id))),
    runNow: by(ARGUMENTS.runNow, (asked) =>
      running(() => runNow(execution, asked), asked.seconds === undefined ? undefined : isSlice),
    ),
    sendAgain: by(ARGUMENTS.sendAgain, (asked) => running(() => sendAgain(execution, asked))),
    confirmBilled: by(ARGUMENTS.confirmBilled, (asked) =>
      running(() => confirmBilled(execution, asked)),
    ),
    resolveLedger: by(ARGUMENTS.resolveLedger, (asked) =>
      locked(() => resolveLedger(execution, asked)),
    ),
    rebuildLedger: by(ARGUMENTS.rebuildLedger, (asked) => locked(() => rebuild(execution, asked))),
    changeOrganization: by(ARGUMENTS.changeOrganization, ({ id }) =>
      locked(() => changeOrganization(execution, id)),
    ),
    showRow: by(ARGUMENTS.showRow, (asked) => showRow(execution, asked)),
    showInLedger: by(ARGUMENTS.showInLedger, (asked) => showInLedger(execution, asked)),
    activity: by(ARGUMENTS.activity, (asked) => activity(execution, asked)),
    findRow: by(ARGUMENTS.findRow, (asked) => findRow(execution, asked)),
    newestEvents: by(ARGUMENTS.newestEvents, () => newestEvents(execution)),
    setStatusColumn: by(ARGUMENTS.setStatusColumn, (asked) =>
      locked(() => setStatusColumn(execution, asked)),
    ),
    // With the run's lock, because what a run sends in between would look like somebody else's.
    reconcile: by(ARGUMENTS.reconcile, (asked) =>
      running(() => reconcile(execution, asked), hasNext),
    ),
    fixFindings: by(ARGUMENTS.fixFindings, (asked) => locked(() => fixFindings(execution, asked))),
    statementChoices: by(ARGUMENTS.statementChoices, (asked) => choices(execution, asked)),
    statement: by(ARGUMENTS.statement, (asked) => statement(execution, asked)),
  };
}

const isMethod = (method: string): method is Method => ownValue(EFFECTS, method) !== undefined;

/**
 * Nothing is done before it is known that the call comes from a page of this file, and that the
 * person may do what it asks for.
 * @throws ProblemError request.unknown for whatever is no call; page.expired, google.other-account,
 * google.view-only
 */
function answer(runtime: Runtime, callText: string): Reply {
  return by(CALL, ({ method, argument, token }): Reply => {
    const { account, renewed } = requirePage(runtime, token);
    if (!isMethod(method)) throw new ProblemError(problem('request.unknown', { detail: method }));
    requireRight(runtime, method);
    const value = handlersOf(beginExecution(runtime), account)[method](argument);
    return { ok: true, value, token: renewed };
  })(parsedJson(callText));
}

/** An answer without what is secret: Google's own messages may repeat what they were given. */
function withoutKey(runtime: Runtime, callText: string, replyText: string): string {
  const stored = readConnection(runtime);
  const secrets = [...secretsIn(callText), ...(stored === undefined ? [] : secretsOf(stored))];
  return withoutSecrets(replyText, secrets);
}

/** Answers one call of the sidebar: JSON text in, JSON text out, never an exception. */
export function answerCall(runtime: Runtime, callText: string): string {
  let reply: Reply;
  try {
    reply = answer(runtime, callText);
  } catch (error) {
    reply = { ok: false, problem: explained(runtime, error) };
  }
  const text = JSON.stringify(reply);
  try {
    return withoutKey(runtime, callText, text);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return JSON.stringify({
      ok: false,
      problem: quotaProblem(message) ?? problem('run.google', { detail: name }),
    } satisfies Reply);
  }
}
