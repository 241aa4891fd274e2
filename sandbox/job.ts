import type {
  Argument,
  Call,
  ConnectionView,
  DryRun,
  Method,
  Preview,
  Reply,
  SyncView,
  TabView,
  TestResult,
  Value,
} from '../src/rpc/contract';
import { InputProblem } from './input-problem';
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
  readonly preview: Preview | undefined;
  readonly test: TestResult | undefined;
  readonly before: DryRun;
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

/** Asks the bundle as the sidebar does. */
export function ask<M extends Method>(
  google: FakeGoogle,
  method: M,
  argument: Argument<M>,
): { readonly value: Value<M>; readonly execution: ExecutionReport } {
  const call: Call<M> = { method, argument };
  const execution = google.rpc('rpc', JSON.stringify(call));
  if (execution.error !== undefined) throw new Error(`${method}: ${execution.error.message}`);
  const reply = JSON.parse(String(execution.result)) as Reply<M>;
  if (!reply.ok)
    throw new InputProblem(
      `${reply.problem.message} ${reply.problem.remedy} (${reply.problem.code})`,
    );
  return { value: reply.value, execution };
}

/**
 * The whole job of a new user, with the bundle: connect, choose, test, look, activate, and the
 * hourly runs until nothing is left.
 */
export async function doJob(google: FakeGoogle, input: JobInput): Promise<JobResult> {
  const costs: Cost[] = [];
  const note = (step: string, { serviceCalls }: ExecutionReport): void =>
    void costs.push({ step, serviceCalls: serviceCalls.total });
  async function step<M extends Method>(method: M, argument: Argument<M>): Promise<Value<M>> {
    const { value, execution } = ask(google, method, argument);
    note(method, execution);
    await input.onStep();
    return value;
  }

  note('open the file', google.open());
  note('open the sidebar', google.clickMenu('Open'));
  await step('open', {});
  const connection = await step('connect', { address: input.address, apiKey: input.apiKey });
  if ('unconfirmed' in connection)
    throw new InputProblem(`The key belongs to “${connection.unconfirmed.to.organization}”.`);
  const tabId = google.spreadsheet.sheets.find(({ name }) => name === input.tab)?.id ?? 0;
  const tab = await step('describeTab', { tabId });
  const columns = tab.columns.map(({ header, name }) => ({ header, name }));
  const key = columns.find(({ header, name }) => header === input.key || name === input.key)?.name;
  if (key === undefined)
    throw new InputProblem(
      `There is no column “${input.key}”. The sheet has: ${columns.map(({ header }) => header).join(', ')}.`,
    );
  const source = { tabId, tabName: tab.tab.name, headerRow: tab.headerRow, columns };
  const { problems } = await step('checkTemplate', { source, template: input.template });
  if (problems.length > 0)
    throw new InputProblem(
      problems
        .map(
          ({ place, message, remedy }) =>
            `Template, line ${place.line}, character ${place.character}: ${message} ${remedy}`,
        )
        .join('\n'),
    );
  const draft = {
    revision: 0,
    name: tab.tab.name,
    source,
    key,
    template: input.template,
    dateOnly: 'noon' as const,
  };
  const saved = await step('saveSync', { draft });
  const before = await step('dryRun', { id: saved.id });

  const held = new Set(before.rows.map(({ row }) => row));
  const row =
    before.counts.send > 0
      ? Array.from(
          { length: tab.rows + before.rows.length },
          (_, index) => tab.headerRow + 1 + index,
        ).find((number) => !held.has(number))
      : undefined;
  const preview =
    row === undefined
      ? undefined
      : await step('preview', { draft: { ...draft, id: saved.id, revision: saved.revision }, row });
  const test = row === undefined ? undefined : await step('testSend', { id: saved.id, row });
  if (test !== undefined) input.onSent?.(`Test send of row ${test.row}: ${test.state}.`);
  await step('activate', {
    id: saved.id,
    revision: saved.revision,
    changed: 'flag',
    removed: 'flag',
    onEdit: true,
    // A person who starts the whole job has said so to all of its rows.
    reviewed: { events: before.counts.send, removed: 0 },
  });
  let sync: SyncView | undefined;
  let idle = 0;
  for (
    let count = 0;
    count < MOST_RUNS &&
    idle < MOST_IDLE_RUNS &&
    (sync === undefined || (sync.lastRun?.left ?? 0) > 0);
    count++
  ) {
    for (const execution of google.fireHourly()) {
      note('hourly run', execution);
      if (execution.error !== undefined)
        input.onSent?.(`The hourly run was ended: ${execution.error.message}.`);
    }
    await input.onStep();
    sync = (await step('open', {})).syncs.find(({ sync: each }) => each.id === saved.id);
    const { delivered = 0, left = 0, stopped } = sync?.lastRun ?? {};
    input.onSent?.(
      `Hourly run: ${delivered} sent, ${left} left.${stopped === undefined ? '' : ` ${stopped.message}`}`,
    );
    idle = delivered > 0 ? 0 : idle + 1;
  }
  const after = await step('dryRun', { id: saved.id });
  if (sync === undefined) throw new Error('The sync is gone.');
  return { connection, tab, preview, test, before, after, sync, costs };
}
