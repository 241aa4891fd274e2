import { problem } from '../problem/problem';
import type { Api, Argument, Call, Method, Reply, Value } from '../rpc/contract';
import { isCorrected } from '../sync/plan/planned-row';
import { checkTemplate } from '../template/help/repair';
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
import { dryRun, isRebilled, startFromNow } from './calls/review';
import { preview, testSend } from './calls/row';
import { remove, saveSync, saveSyncs } from './calls/settings';
import { choices, statement } from './calls/statement';
import { describe, fillIds } from './calls/tab';
import { readConnection, withoutSecret } from './connection';
import type { Runtime } from './runtime';
import {
  beginExecution,
  type Execution,
  explained,
  runSync,
  withLock,
  withRunLock,
} from './sync-runner';

/** How long a call of a person waits for a run that is at work. */
const LOCK_WAIT_MS = 10_000;

/** Asks nobody: a person waits for it while typing. */
function checked({
  source,
  template,
  columns = [],
  metrics,
}: Argument<'checkTemplate'>): Value<'checkTemplate'> {
  const known = new Map(columns.map(({ header, type, unique }) => [header, { type, unique }]));
  return {
    problems: checkTemplate(
      template,
      source.columns.map((column) => ({ ...column, ...known.get(column.header) })),
      metrics,
    ),
  };
}

type Handlers = { readonly [M in Method]: (argument: Argument<M>) => ReturnType<Api[M]> };

function handlersOf(execution: Execution): Handlers {
  const locked = <Result>(work: () => Result): Result => withLock(execution, LOCK_WAIT_MS, work);
  const running = <Result>(work: () => Result, goesOn?: (result: Result) => boolean): Result =>
    withRunLock(execution, LOCK_WAIT_MS, work, goesOn);
  const { settings } = execution;
  return {
    open: () => home(execution),
    connect: (argument) => connect(execution, argument),
    labelConnection: (argument) => labelConnection(execution, argument),
    prerequisites: () => prerequisites(execution),
    vocabulary: () => vocabulary(execution),
    describeTab: (argument) => describe(execution, argument),
    checkTemplate: checked,
    fillIds: (argument) => locked(() => fillIds(execution, argument)),
    saveSync: ({ draft }) => locked(() => saveSync(execution, draft)),
    saveSyncs: ({ drafts }) => locked(() => ({ syncs: saveSyncs(execution, drafts) })),
    deleteSync: (argument) => locked(() => remove(execution, argument)),
    preview: (argument) => preview(execution, argument),
    testSend: (argument) => locked(() => testSend(execution, argument)),
    dryRun: (argument) => dryRun(execution, argument),
    takeAsBilled: (argument) => locked(() => startFromNow(execution, argument)),
    activate: (argument) => locked(() => activate(execution, argument)),
    pause: ({ id }) => locked(() => pause(execution, id)),
    runNow: ({ id, run, seconds, approved, rebill, only }) =>
      running(
        () => {
          const sync = settings.sync(id);
          return runSync(execution, sync, {
            // What was sent of a draft were tests, and so is what corrects them.
            trigger: only !== undefined && sync.state === 'draft' ? 'test' : 'person',
            ...(only === undefined ? {} : { only: (_, row) => isCorrected(row) }),
            ...(run === undefined ? {} : { run }),
            ...(approved === undefined ? {} : { approved }),
            ...(rebill === undefined ? {} : { rebill: isRebilled(rebill) }),
            ...(seconds === undefined ? {} : { deliveryMs: seconds * 1000 }),
          }).report;
        },
        seconds === undefined
          ? undefined
          : ({ left, stopped }) => left > 0 && stopped?.code === 'run.time',
      ),
    sendAgain: ({ id, key }) =>
      running(
        () =>
          runSync(execution, settings.sync(id), {
            trigger: 'person',
            only: (each) => each === key,
            again: new Set([key]),
          }).report,
      ),
    resolveLedger: (argument) => locked(() => resolveLedger(execution, argument)),
    rebuildLedger: (argument) => locked(() => rebuild(execution, argument)),
    changeOrganization: ({ id }) => locked(() => changeOrganization(execution, id)),
    showRow: (argument) => showRow(execution, argument),
    showInLedger: (argument) => showInLedger(execution, argument),
    activity: (argument) => activity(execution, argument),
    findRow: (argument) => findRow(execution, argument),
    newestEvents: () => newestEvents(execution),
    setStatusColumn: (argument) => locked(() => setStatusColumn(execution, argument)),
    // With the run's lock: what a run sends meanwhile would look like somebody else's.
    reconcile: (argument) =>
      running(
        () => reconcile(execution, argument),
        ({ next }) => next !== undefined,
      ),
    fixFindings: (argument) => locked(() => fixFindings(execution, argument)),
    statementChoices: (argument) => choices(execution, argument),
    statement: (argument) => statement(execution, argument),
  };
}

function answer(runtime: Runtime, callText: string): Reply {
  const call = JSON.parse(callText) as Call;
  const handlers = handlersOf(beginExecution(runtime));
  if (!Object.keys(handlers).includes(call.method))
    return { ok: false, problem: problem('request.unknown', { detail: String(call.method) }) };
  const handler = handlers[call.method] as (argument: Call['argument']) => Value<Method>;
  return { ok: true, value: handler(call.argument) };
}

/** Google's own messages can repeat what they were given; the key is in no answer. */
function withoutKey(runtime: Runtime, callText: string, replyText: string): string {
  const entered = /"apiKey":"([^"\\]+)"/.exec(callText)?.[1]?.trim();
  return withoutSecret(withoutSecret(replyText, entered), readConnection(runtime)?.apiKey);
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
    return JSON.stringify({
      ok: false,
      problem: problem('run.google', { detail: error instanceof Error ? error.name : 'Exception' }),
    } satisfies Reply);
  }
}
