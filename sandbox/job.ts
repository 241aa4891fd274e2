import type {
  Argument,
  Call,
  ConnectionView,
  DryRun,
  Home,
  Method,
  OrganizationChange,
  Preview,
  Reply,
  SyncView,
  TabView,
  TestResult,
  Value,
} from '../src/rpc/contract';
import { noColumn } from './columns';
import { InputProblem } from './input-problem';
import { hasLedger } from './ledger';
import type { ExecutionReport, FakeGoogle } from './runtime';

/** What one execution of the bundle cost. */
export interface Cost {
  readonly step: string;
  readonly serviceCalls: number;
}

export interface JobInput {
  readonly tab: string;
  readonly key: string;
  readonly template: string;
  readonly address: string;
  readonly apiKey: string;
  readonly onStep: () => Promise<void>;
  /** Told of everything that was sent, before anything else that may fail. */
  readonly onSent?: (line: string) => void;
}

export interface JobResult {
  readonly connection: ConnectionView;
  readonly tab: TabView;
  /** Of the row that was sent for a test, if one was. */
  readonly preview: Preview | undefined;
  readonly test: TestResult | undefined;
  readonly after: DryRun;
  readonly sync: SyncView;
  readonly costs: readonly Cost[];
}

/**
 * Hourly runs after which the job gives up; each sends for minutes, so even 100,000 rows need
 * fewer.
 */
const MOST_RUNS = 50;
/** Runs in a row that send nothing, though something is left, after which it gives up. */
const MOST_IDLE_RUNS = 3;

/** The token of the page that is open. */
const tokenOf = (google: FakeGoogle): string =>
  /data-token="([^"]*)"/.exec(google.shownSidebar?.html ?? '')?.[1] ?? '';

/** Sends a call as the sidebar does, which opens itself again when it has expired. */
export function send(google: FakeGoogle, call: Omit<Call, 'token'>): ExecutionReport {
  const execution = google.rpc('rpc', JSON.stringify({ ...call, token: tokenOf(google) }));
  if (!String(execution.result).includes('"page.expired"')) return execution;
  google.rpc('openSidebar', '');
  return google.rpc('rpc', JSON.stringify({ ...call, token: tokenOf(google) }));
}

/** Asks the bundle as the sidebar does. @throws InputProblem if it is refused */
export function ask<M extends Method>(
  google: FakeGoogle,
  method: M,
  argument: Argument<M>,
): { readonly value: Value<M>; readonly execution: ExecutionReport } {
  const execution = send(google, { method, argument });
  if (execution.error !== undefined) throw new Error(`${method}: ${execution.error.message}`);
  const reply = JSON.parse(String(execution.result)) as Reply<M>;
  if (!reply.ok)
    throw new InputProblem(
      `${reply.problem.message} ${reply.problem.remedy} (${reply.problem.code})`,
      reply.problem.code,
    );
  return { value: reply.value, execution };
}

type Syncs = Home['syncs'];
type Sync = SyncView['sync'];
type Columns = Sync['source']['columns'];

/** How a person is sent to the sidebar, where such a question is decided. */
export const IN_THE_SIDEBAR = 'start the same command with --fresh in the place of --once';

function otherOrganization({ from, to, syncs }: OrganizationChange): string {
  const named = (view: ConnectionView | undefined): string =>
    view === undefined ? 'another one' : `“${view.organization}” (${view.address})`;
  const names = syncs.map(({ name }) => `“${name}”`).join(', ');
  return `The key belongs to the organization ${named(to)}, but ${names} sends to ${named(from)}. Nothing was sent. Take the key of that organization, or another --state FILE for this one.`;
}

/** The name by which a template reads the key column. */
function keyName(columns: Columns, key: string): string {
  const found = columns.find(({ header, name }) => header === key || name === key)?.name;
  if (found !== undefined) return found;
  const headers = columns.map(({ header }) => header);
  throw new InputProblem(noColumn(key, headers, '--key'), 'key.unknown');
}

/** Refuses to go on with a sync whose rows were sent by other settings. */
function requireSame(sync: Sync, { key, template }: JobInput): void {
  const { columns } = sync.source;
  if (keyName(columns, key) !== sync.key) {
    const header = columns.find(({ name }) => name === sync.key)?.header ?? sync.key;
    throw new InputProblem(
      `The rows of “${sync.name}” were sent with --key "${header}", not "${key}": by another column they could be billed again. Nothing was sent.`,
    );
  }
  if (sync.template !== template)
    throw new InputProblem(
      `The template is not the one that “${sync.name}” was set up with. Nothing was sent. Take that one; or, to change it, ${IN_THE_SIDEBAR}, where you see what becomes of rows that were sent, and keep the new text in the file.`,
    );
}

/** The bundle's document property by which somebody asks for a run of all active syncs. */
const WISH = 'wish';

/** The job of one person with one file; what each execution cost is noted. */
class Job {
  readonly costs: Cost[] = [];

  constructor(
    private readonly google: FakeGoogle,
    private readonly input: JobInput,
  ) {}

  async step<M extends Method>(method: M, argument: Argument<M>): Promise<Value<M>> {
    const { value, execution } = ask(this.google, method, argument);
    this.note(method, execution);
    await this.input.onStep();
    return value;
  }

  note(step: string, { serviceCalls }: ExecutionReport): void {
    this.costs.push({ step, serviceCalls: serviceCalls.total });
  }

  tell(line: string): void {
    this.input.onSent?.(line);
  }

  async open(): Promise<Syncs> {
    const { syncs, problem } = await this.step('open', {});
    if (problem !== undefined)
      throw new InputProblem(`${problem.message} ${problem.remedy}`, problem.code);
    return syncs;
  }

  async connect(): Promise<ConnectionView> {
    const { address, apiKey } = this.input;
    const connection = await this.step('connect', { address, apiKey });
    if ('unconfirmed' in connection)
      throw new InputProblem(otherOrganization(connection.unconfirmed));
    return connection;
  }

  /** Chooses, tests, looks and activates. `begun`: a draft, if somebody was interrupted there. */
  async setUp(
    tab: TabView,
    begun: Sync | undefined,
  ): Promise<Pick<JobResult, 'preview' | 'test'> & { readonly id: string }> {
    const { template } = this.input;
    const columns = tab.columns.map(({ header, name }) => ({ header, name }));
    const key = keyName(columns, this.input.key);
    const source = { tabId: tab.tab.id, tabName: tab.tab.name, headerRow: tab.headerRow, columns };
    const { problems } = await this.step('checkTemplate', { source, template });
    if (problems.length > 0)
      throw new InputProblem(
        problems
          .map(
            ({ place, message, remedy }) =>
              `Template, line ${place.line}, character ${place.character}: ${message} ${remedy}`,
          )
          .join('\n'),
        problems[0]?.code,
      );
    const draft = {
      ...(begun === undefined ? {} : { id: begun.id }),
      revision: begun?.revision ?? 0,
      name: tab.tab.name,
      source,
      key,
      template,
      dateOnly: 'noon' as const,
    };
    const { id, revision } = await this.step('saveSync', { draft });
    const before = await this.step('dryRun', { id });
    const row = rowToTest(this.google.spreadsheet.table(tab.tab.name), tab.headerRow, before);
    const preview =
      row === undefined
        ? undefined
        : await this.step('preview', { draft: { ...draft, id, revision }, row });
    const test = row === undefined ? undefined : await this.step('testSend', { id, row });
    if (test !== undefined) this.tell(`Test send of row ${test.row}: ${test.state}.`);
    await this.step('activate', {
      id,
      revision,
      changed: 'flag',
      removed: 'flag',
      onEdit: true,
      // A person who starts the whole job has said so to all of its rows.
      reviewed: { events: before.counts.send, removed: 0 },
    });
    return { id, preview, test };
  }

  /** Runs by the hourly trigger until nothing is left, or nothing can be done now. */
  async runHourly(id: string): Promise<SyncView> {
    let view: SyncView | undefined;
    let idle = 0;
    for (let count = 0; count < MOST_RUNS && idle < MOST_IDLE_RUNS; count++) {
      this.google.documentProperties.set(WISH, '1');
      const executions = this.google.fireHourly();
      if (executions.length === 0)
        throw new InputProblem(`The hourly trigger is gone. To make it again, ${IN_THE_SIDEBAR}.`);
      for (const execution of executions) {
        this.note('hourly run', execution);
        if (execution.error !== undefined)
          this.tell(`The hourly run was ended: ${execution.error.message}.`);
      }
      await this.input.onStep();
      view = (await this.open()).find(({ sync }) => sync.id === id);
      const { delivered = 0, left = 0, stopped } = view?.lastRun ?? {};
      this.tell(
        `Hourly run: ${delivered} sent, ${left} left.${stopped === undefined ? '' : ` ${stopped.message}`}`,
      );
      // A run that was ended has not said what is left.
      if (left === 0 && executions.every(({ error }) => error === undefined)) break;
      idle = delivered > 0 ? 0 : idle + 1;
    }
    if (view === undefined) throw new Error('The sync is gone.');
    return view;
  }
}

/** The first row that would be sent; none where something was sent before. */
function rowToTest(
  table: readonly (readonly string[])[],
  headerRow: number,
  { counts, rows }: DryRun,
): number | undefined {
  if (counts.send === 0 || counts.sent + counts.wait + counts.refused + counts.flag > 0)
    return undefined;
  const held = new Set(rows.map(({ row }) => row));
  const found = table.findIndex(
    (cells, index) =>
      index >= headerRow && !held.has(index + 1) && cells.some((cell) => cell.trim() !== ''),
  );
  return found < 0 ? undefined : found + 1;
}

/**
 * The whole job of a new user, with the bundle: connect, choose, test, look, activate, and the
 * hourly runs until nothing is left. In a file where that was done before it is the hourly run.
 * @throws InputProblem with a sentence for the person at the terminal
 */
export async function doJob(google: FakeGoogle, input: JobInput): Promise<JobResult> {
  const job = new Job(google, input);
  job.note('open the file', google.open());
  job.note('open the sidebar', google.clickMenu('Open'));
  const tabId = google.spreadsheet.sheets.find(({ name }) => name === input.tab)?.id ?? 0;
  const known = (await job.open()).find(({ sync }) => sync.source.tabId === tabId)?.sync;
  if (known?.state === 'paused')
    throw new InputProblem(
      `“${known.name}” is paused. Nothing was sent. To resume it, ${IN_THE_SIDEBAR}.`,
    );
  // Until something was sent the settings may change as they like.
  const hasSent = hasLedger(google);
  if (known !== undefined && hasSent) requireSame(known, input);
  const connection = await job.connect();
  const tab = await job.step('describeTab', { tabId, headerRow: known?.source.headerRow });
  const { id, preview, test } =
    known?.state === 'active' && hasSent
      ? { id: known.id, preview: undefined, test: undefined }
      : await job.setUp(tab, known);
  const sync = await job.runHourly(id);
  const after = await job.step('dryRun', { id });
  return { connection, tab, preview, test, after, sync, costs: job.costs };
}
