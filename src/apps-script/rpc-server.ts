import { lagoDestination } from '../lago/destination';
import { isProblem, type Problem, ProblemError, problem } from '../problem/problem';
import type {
  Api,
  Argument,
  Call,
  DryRun,
  Home,
  Method,
  Preview,
  Reply,
  RowChoice,
  RowView,
  SyncDraft,
  SyncView,
  TestResult,
  Value,
} from '../rpc/contract';
import { keyText, type Row, readModel } from '../sync/model';
import type { Change, Plan, PlannedRow } from '../sync/plan';
import { countActions, groupProblems } from '../sync/plan';
import { renderRow } from '../sync/rendering';
import { checkLedger, examine } from '../sync/run';
import { type ChangedPolicy, DEFAULT_REST_MINUTES, DEFAULT_UNATTENDED_EVENTS, prepare, type RemovedPolicy, type Sync } from '../sync/sync';
import { type Column, compileTemplate } from '../template/template';
import { isoText, localText } from '../template/time';
import { enteredConnection, readConnection, storeConnection, viewOf, withoutSecret } from './connection';
import type { Runtime } from './runtime';
import { findTab, readSheet, sheetSource } from './sheet-source';
import {
  beginExecution,
  type Execution,
  portsOf,
  problemOf,
  requireIdentity,
  requireReady,
  runSync,
  type SyncPorts,
  withLock,
  withRunLock,
} from './sync-runner';
import { describeTab, findHeaderRow } from './tab-view';
import { readTriggers, setTriggers } from './triggers';
import { urlFetchHttp } from './url-fetch-http';

/** How long a call of a person waits for a run that is at work. */
const LOCK_WAIT_MS = 10_000;
const LISTED_ROWS = 200;

const viewSync = ({ settings }: Execution, sync: Sync): SyncView => ({ sync, ...settings.state(sync.id) });

/** Damaged settings must not keep a person from setting up anew. */
function syncViews(execution: Execution): Pick<Home, 'syncs' | 'problem'> {
  try {
    return { syncs: execution.settings.syncs().map((sync) => viewSync(execution, sync)), problem: undefined };
  } catch (error) {
    const found = problemOf(error);
    if (found.code !== 'settings.unreadable') throw error;
    return { syncs: [], problem: found };
  }
}

function home(execution: Execution): Home {
  const { runtime } = execution;
  const spreadsheet = runtime.SpreadsheetApp.getActiveSpreadsheet();
  const connection = readConnection(runtime);
  return {
    spreadsheet: spreadsheet.getName(),
    connection: connection === undefined ? undefined : viewOf(connection),
    ...syncViews(execution),
    tabs: spreadsheet
      .getSheets()
      .filter((sheet) => !sheet.isSheetHidden())
      .map((sheet) => ({ id: sheet.getSheetId(), name: sheet.getName() })),
    activeTab: spreadsheet.getActiveSheet().getSheetId(),
    triggers: readTriggers(runtime),
  };
}

function connect(execution: Execution, entered: Argument<'connect'>): Value<'connect'> {
  const { runtime, clock } = execution;
  const connection = enteredConnection(runtime, entered);
  const identity = requireIdentity(lagoDestination(urlFetchHttp(runtime, connection, clock), clock, connection.requestsPerSecond));
  const checked = { ...connection, organization: identity.name, store: identity.store, zone: identity.zone };
  storeConnection(runtime, checked);
  return viewOf(checked);
}

function describe({ runtime }: Execution, { tabId, headerRow }: Argument<'describeTab'>): Value<'describeTab'> {
  const spreadsheet = runtime.SpreadsheetApp.getActiveSpreadsheet();
  const sheet = findTab(spreadsheet, tabId, '');
  if (sheet === undefined) throw new ProblemError(problem('sheet.tab-missing', { name: 'that was chosen' }));
  const whole = readSheet(sheet, 1, spreadsheet.getSpreadsheetTimeZone());
  const row = headerRow ?? findHeaderRow(whole.shown);
  const reading = { firstRow: row, values: whole.values.slice(row - 1), shown: whole.shown.slice(row - 1) };
  const name = sheet.getName();
  if ((reading.shown[0] ?? []).every((header) => header.trim() === ''))
    throw new ProblemError(problem('sheet.no-header', { headerRow: row, name }, { row }));
  return describeTab({ id: tabId, name }, reading);
}

/** Ids stand in the names of properties, whose parts are divided by dots. */
const SYNC_ID = /^[\w-]{1,64}$/;

const newSync = (id: string, edited: Omit<SyncDraft, 'id' | 'revision'>): Sync => ({
  ...edited,
  id,
  revision: 1,
  templateRevision: 1,
  restMinutes: DEFAULT_REST_MINUTES,
  unattendedEvents: DEFAULT_UNATTENDED_EVENTS,
  state: 'draft',
});

/** The sync that a draft stands for: a new one, or the stored one with the draft's changes. A draft that is stored already stands for itself. */
function syncOf({ settings, runtime }: Execution, draft: SyncDraft): Sync {
  const { id, revision, ...edited } = draft;
  const before = settings.find(id);
  if (before === undefined && revision > 0) throw new ProblemError(problem('settings.no-sync'));
  if (id !== undefined && !SYNC_ID.test(id)) throw new ProblemError(problem('request.unknown', { detail: 'an id of a sync' }));
  if (before === undefined) return newSync(id ?? runtime.Utilities.getUuid(), edited);
  const { ready: _, ...kept } = before;
  const templateRevision = before.templateRevision + (before.template === edited.template ? 0 : 1);
  const after: Sync = { ...kept, ...edited, revision: revision + 1, templateRevision };
  if (before.revision === revision) return after;
  // The page repeats a call whose answer was lost; what it asked for has happened then.
  if (sameSettings({ ...after, revision: before.revision }, before)) return before;
  throw new ProblemError(problem('settings.stale'));
}

const sameSettings = (left: Sync, right: Sync): boolean =>
  JSON.stringify(Object.entries(left).sort()) === JSON.stringify(Object.entries(right).sort());

function saveSync(execution: Execution, draft: SyncDraft): Sync {
  const sync = syncOf(execution, draft);
  if (sync.name.trim() === '') throw new ProblemError(problem('settings.incomplete', { detail: 'it has no name' }));
  if (sync.state === 'active') requireReady(sync);
  execution.settings.put(sync);
  return sync;
}

/** The row number that a person means. */
function chosenRow({ runtime }: Execution, sync: Sync, choice: RowChoice): number {
  if (choice !== 'selected') return choice;
  const sheet = runtime.SpreadsheetApp.getActiveSpreadsheet().getActiveSheet();
  const range = sheet.getSheetId() === sync.source.tabId ? sheet.getActiveRange() : null;
  if (range === null || range.getRow() <= sync.source.headerRow)
    throw new ProblemError(problem('test.no-row', { name: sync.source.tabName }));
  return range.getRow();
}

function readRow(execution: Execution, sync: Sync, choice: RowChoice): Row {
  const number = chosenRow(execution, sync, choice);
  const reading = sheetSource(execution.runtime).read(sync.source);
  if (isProblem(reading)) throw new ProblemError(reading);
  const read = readModel(sync, reading);
  if ('problems' in read)
    throw new ProblemError(read.problems[0] ?? problem('internal', { detail: 'a model without rows and without problems' }));
  if (read.model.rows.length === 0) throw new ProblemError(problem('sheet.empty'));
  const row = read.model.rows.find((each) => each.number === number);
  if (row === undefined) throw new ProblemError(problem('test.no-row', { name: sync.source.tabName }));
  return row;
}

/** Ids whose cell shows something else than its value: 1,234 for 1234, or a rounded number. It is sent as it is, and said. */
function shownDifferently({ cells }: Row, sync: Sync, idColumns: readonly Column[]): Problem[] {
  const columns = sync.source.columns.filter(({ name }) => name === sync.key || idColumns.some((column) => column.name === name));
  return columns.flatMap(({ name, header }) => {
    const cell = cells.get(name);
    if (cell === undefined || typeof cell.value !== 'number' || keyText(cell.value) === cell.shown) return [];
    return [problem('key.shown-differently', { column: header, shown: cell.shown, value: keyText(cell.value) }, { column: header })];
  });
}

function preview(execution: Execution, { draft, row: choice }: Argument<'preview'>): Preview {
  const sync = syncOf(execution, draft);
  const ready = prepare(sync);
  if ('problems' in ready) throw new ProblemError(ready.problems[0] ?? problem('template.empty'));
  const row = readRow(execution, sync, choice);
  const connection = readConnection(execution.runtime);
  const rule = { sheetZone: sheetSource(execution.runtime).zone(), periodZone: connection?.zone ?? 'UTC', dateOnly: sync.dateOnly };
  const check = connection === undefined ? undefined : portsOf(execution).destination.check();
  if (check !== undefined && isProblem(check)) throw new ProblemError(check);
  const rendered = renderRow(ready.template, row.cells, rule, check?.zoneOf ?? (() => undefined));
  const own = [...(row.problem === undefined ? [] : [row.problem]), ...shownDifferently(row, sync, ready.template.idColumns)];
  if ('problems' in rendered)
    return { row: row.number, key: row.key, event: undefined, problems: [...own, ...rendered.problems], time: undefined };
  const ms = rendered.event.timestamp * 1000;
  return {
    row: row.number,
    key: row.key,
    event: JSON.stringify(rendered.event, null, 2),
    problems: [...own, ...(check?.problemsOf(rendered.event) ?? [])],
    time: `${isoText(ms)} (${localText(ms, rendered.zone)} in ${rendered.zone})`,
  };
}

function storedText(ports: SyncPorts, id: string): string | undefined {
  const stored = ports.destination.show(id);
  return stored === undefined || isProblem(stored) ? undefined : JSON.stringify(stored, null, 2);
}

/** Sends one row for real: its line is in the ledger like any other, and the row is not sent again. */
function testSend(execution: Execution, { id, row: choice }: Argument<'testSend'>): TestResult {
  const sync = execution.settings.sync(id);
  const row = readRow(execution, sync, choice);
  const result = runSync(execution, sync, { trigger: 'test', only: (key) => key === row.key });
  if (result.plan === undefined) throw new ProblemError(result.report.stopped ?? problem('internal', { detail: 'the test has no result' }));
  const planned = result.plan.rows.find((each) => each.row === row.number);
  const latest = planned?.latest;
  const held: TestResult = {
    row: row.number,
    key: row.key,
    sent: undefined,
    state: 'held',
    answer: '',
    stored: undefined,
    problems: planned?.problems ?? [],
  };
  if (latest === undefined)
    return result.report.stopped === undefined || held.problems.length > 0 ? held : { ...held, problems: [result.report.stopped] };
  const sentNow = latest.index.at >= result.report.startedAt;
  return {
    ...held,
    sent: JSON.stringify(latest.event, null, 2),
    state: latest.outcome.state,
    answer: latest.outcome.answer,
    stored: storedText(portsOf(execution), latest.index.id),
    problems: [...(sentNow ? [] : [problem('test.already-sent', { id: latest.index.id }, { row: row.number })]), ...held.problems],
  };
}

const viewRow = ({ row, key, change, action, problems }: PlannedRow): RowView => ({ row, key, change, action, problems });

function countChanges({ rows }: Plan): Record<Change, number> {
  const counts: Record<Change, number> = { added: 0, changed: 0, unchanged: 0, removed: 0 };
  for (const { change } of rows) counts[change]++;
  return counts;
}

function dryRun(execution: Execution, id: string): DryRun {
  const ready = requireReady(execution.settings.sync(id));
  const examined = examine(portsOf(execution), {
    ready,
    trigger: 'person',
    deadline: execution.deadline,
    approved: true,
    resting: () => false,
    again: new Set(),
  });
  if ('stopped' in examined) throw new ProblemError(examined.stopped);
  const { plan } = examined;
  return {
    counts: countActions(plan),
    changes: countChanges(plan),
    problems: groupProblems(plan),
    checksOff: examined.checksOff,
    rows: plan.rows
      .filter(({ problems }) => problems.length > 0)
      .slice(0, LISTED_ROWS)
      .map(viewRow),
  };
}

const CHANGED: readonly unknown[] = ['flag', 'add'] satisfies ChangedPolicy[];
const REMOVED: readonly unknown[] = ['flag', 'ignore'] satisfies RemovedPolicy[];

function activate(execution: Execution, { id, revision, changed, removed, onEdit }: Argument<'activate'>): SyncView {
  const { settings, runtime } = execution;
  const before = settings.sync(id);
  const repeated =
    before.revision === revision + 1 && before.state === 'active' && before.changed === changed && before.removed === removed;
  if (before.revision !== revision && !repeated) throw new ProblemError(problem('settings.stale'));
  const sync: Sync = {
    ...before,
    revision: revision + 1,
    changed,
    removed,
    state: 'active',
    activatedBy: runtime.Session.getEffectiveUser().getEmail(),
  };
  requireReady(sync);
  // What a change or removal does to the invoice is a person's choice; there is no default to fall back on.
  if (!CHANGED.includes(changed) || !REMOVED.includes(removed))
    throw new ProblemError(problem('settings.incomplete', { detail: 'what happens to changed and to removed rows is not chosen' }));
  const { destination } = portsOf(execution);
  const identity = requireIdentity(destination);
  if (sync.organization !== undefined && sync.organization !== identity.organization)
    throw new ProblemError(problem('lago.other-organization', { name: identity.name }));
  const wanted = readTriggers(runtime);
  // Another sync of this file may want its edits looked at; hourly is the truth and always there.
  setTriggers(runtime, {
    hourly: true,
    onEdit: onEdit || (wanted.onEdit && settings.syncs().some((other) => other.id !== id && other.state === 'active')),
  });
  settings.put({ ...sync, organization: identity.organization });
  settings.putState(id, { ...settings.state(id), approved: true });
  return viewSync(execution, settings.sync(id));
}

/** Triggers without an active sync would only use up the day's minutes. */
function removeIdleTriggers({ settings, runtime }: Execution): void {
  if (settings.syncs().every(({ state }) => state !== 'active')) setTriggers(runtime, { hourly: false, onEdit: false });
}

function pause(execution: Execution, id: string): SyncView {
  const { settings } = execution;
  const before = settings.sync(id);
  settings.put({ ...before, state: 'paused', revision: before.revision + 1 });
  removeIdleTriggers(execution);
  return viewSync(execution, settings.sync(id));
}

function resolveLedger(execution: Execution, { id, choice }: Argument<'resolveLedger'>): SyncView {
  const sync = execution.settings.sync(id);
  const { ledger, destination } = portsOf(execution);
  const identity = requireIdentity(destination);
  const place = [id, identity.organization, sync.source.tabId] as const;
  const stored = ledger.open(...place);
  // A repeated call must not put aside the ledger that a run has filled meanwhile.
  const open = stored !== undefined && (isProblem(stored) || checkLedger(stored, ledger.file(), id) !== undefined);
  if (choice === 'adopt' && stored !== undefined && isProblem(stored)) throw new ProblemError(stored);
  if (open && choice === 'adopt') ledger.adopt(...place);
  else if (open) ledger.putAside(...place);
  return viewSync(execution, sync);
}

function changeOrganization(execution: Execution, id: string): SyncView {
  const { settings } = execution;
  const before = settings.sync(id);
  const identity = requireIdentity(portsOf(execution).destination);
  settings.put({ ...before, revision: before.revision + 1, organization: identity.organization });
  return viewSync(execution, settings.sync(id));
}

function remove(execution: Execution, { id, revision }: Argument<'deleteSync'>): { id: string } {
  const { settings } = execution;
  const before = settings.find(id);
  if (before === undefined) return { id };
  if (before.revision !== revision) throw new ProblemError(problem('settings.stale'));
  settings.remove(id);
  removeIdleTriggers(execution);
  return { id };
}

type Handlers = { readonly [M in Method]: (argument: Argument<M>) => ReturnType<Api[M]> };

function handlersOf(execution: Execution): Handlers {
  const locked = <Result>(work: () => Result): Result => withLock(execution, LOCK_WAIT_MS, work);
  const running = <Result>(work: () => Result): Result => withRunLock(execution, LOCK_WAIT_MS, work);
  const { settings } = execution;
  return {
    open: () => home(execution),
    connect: (argument) => connect(execution, argument),
    describeTab: (argument) => describe(execution, argument),
    checkTemplate: ({ source, template }) => ({ problems: compileTemplate(template, source.columns).problems }),
    saveSync: ({ draft }) => locked(() => saveSync(execution, draft)),
    deleteSync: (argument) => locked(() => remove(execution, argument)),
    preview: (argument) => preview(execution, argument),
    testSend: (argument) => locked(() => testSend(execution, argument)),
    dryRun: ({ id }) => dryRun(execution, id),
    activate: (argument) => locked(() => activate(execution, argument)),
    pause: ({ id }) => locked(() => pause(execution, id)),
    runNow: ({ id }) => running(() => runSync(execution, settings.sync(id), { trigger: 'person' }).report),
    sendAgain: ({ id, key }) =>
      running(
        () => runSync(execution, settings.sync(id), { trigger: 'person', only: (each) => each === key, again: new Set([key]) }).report,
      ),
    resolveLedger: (argument) => locked(() => resolveLedger(execution, argument)),
    changeOrganization: ({ id }) => locked(() => changeOrganization(execution, id)),
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
    reply = { ok: false, problem: problemOf(error) };
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
