import type { Metric } from '../../lago/catalog';
import { meaningOf, periodInWords } from '../../lago/meaning';
import { isProblem, type Problem, ProblemError, problem, required } from '../../problem/problem';
import type { Argument, Preview, RowChoice, RowHistory, TestResult } from '../../rpc/contract';
import { emptyLedger, type Ledger } from '../../sync/ledger/entries';
import { otherSyncs } from '../../sync/open-ledger';
import { makePlan } from '../../sync/plan/plan';
import type { PlannedRow } from '../../sync/plan/planned-row';
import type { EventCheck, SourceReader } from '../../sync/ports';
import { keyText, type Row, readModel } from '../../sync/rows/model';
import { renderRow } from '../../sync/rows/rendering';
import { decidingHeaders, type ReadySync, type Sync } from '../../sync/sync';
import { repairDates } from '../../template/help/date-repair';
import { type NumberRepairs, repairNumbers } from '../../template/help/number-repair';
import type { Column } from '../../template/template';
import { dateOrder } from '../../template/written-date';
import { decimalMark } from '../../template/written-number';
import { needsNumber } from '../../value/aggregation';
import type { TimeRule } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';
import { readConnection } from '../connection';
import { sheetSource } from '../sheet-source';
import { type Execution, portsOf, requireReady, runSync, type SyncPorts } from '../sync-runner';
import { openLedger } from './ledger';
import { syncOf } from './settings';

/** The row number that a person means. */
function chosenRow({ runtime }: Execution, sync: Sync, choice: RowChoice): number {
  if (choice !== 'selected') return choice;
  const sheet = runtime.SpreadsheetApp.getActiveSpreadsheet().getActiveSheet();
  const range = sheet.getSheetId() === sync.source.tabId ? sheet.getActiveRange() : null;
  if (range === null || range.getRow() <= sync.source.headerRow)
    throw new ProblemError(problem('test.no-row', { name: sync.source.tabName }));
  return range.getRow();
}

function readRow(
  execution: Execution,
  source: SourceReader,
  ready: ReadySync,
  choice: RowChoice,
): Row {
  const { sync } = ready;
  const number = chosenRow(execution, sync, choice);
  const reading = required(source.read(sync.source, decidingHeaders(ready)));
  const read = readModel(sync, reading);
  if ('problems' in read) throw new ProblemError(read.problems[0]);
  if (read.model.rows.length === 0) throw new ProblemError(problem('sheet.empty'));
  const row = read.model.rows.find((each) => each.number === number);
  if (row === undefined)
    throw new ProblemError(problem('test.no-row', { name: sync.source.tabName }));
  return row;
}

/**
 * Ids whose cell shows something other than its value: 1,234 for 1234, or a rounded number. The
 * value is sent; the person is warned.
 */
function shownDifferently({ cells }: Row, sync: Sync, idColumns: readonly Column[]): Problem[] {
  const columns = sync.source.columns.filter(
    ({ name }) => name === sync.key || idColumns.some((column) => column.name === name),
  );
  return columns.flatMap(({ name, header }) => {
    const cell = cells.get(name);
    if (cell === undefined || typeof cell.value !== 'number' || keyText(cell.value) === cell.shown)
      return [];
    return [
      problem(
        'key.shown-differently',
        { column: header, shown: cell.shown, value: keyText(cell.value) },
        { column: header },
      ),
    ];
  });
}

/** The event's metric, which the check has read already. */
function metricOf(
  destination: SyncPorts['destination'] | undefined,
  { code }: UsageEvent,
): Metric | undefined {
  const metrics = destination?.metrics();
  return metrics === undefined || isProblem(metrics) ? undefined : metrics.get(code);
}

/**
 * What was sent for the rows of a stored sync. Empty if there is no such sync or its ledger cannot
 * be read now.
 */
function ledgerOf(execution: Execution, id: string | undefined): Ledger {
  const stored = execution.settings.find(id);
  if (stored === undefined) return emptyLedger;
  try {
    return openLedger(execution, stored)?.ledger ?? emptyLedger;
  } catch (error) {
    // A run reports what is wrong with the ledger. Looking at an event does not need it.
    if (error instanceof ProblemError) return emptyLedger;
    throw error;
  }
}

const doneProblem = ({ action, latest, row }: PlannedRow): Problem[] => {
  const place = { row };
  if (action === 'elsewhere') return [problem('test.elsewhere', {}, place)];
  return action === 'sent' && latest !== undefined
    ? [problem('test.already-sent', { id: latest.index.id }, place)]
    : [];
};

/** Before there is a connection, nothing is known of what Lago bills. */
const NO_CHECK: EventCheck = { problemsOf: () => [], off: [] };

/** What a row is looked at with. */
interface Scene {
  readonly execution: Execution;
  readonly ready: ReadySync;
  readonly source: SourceReader;
  readonly ledger: Ledger;
}

interface Look {
  readonly planned: PlannedRow | undefined;
  readonly rendered: ReturnType<typeof renderRow>;
  readonly destination: SyncPorts['destination'] | undefined;
  readonly check: EventCheck;
  readonly rule: TimeRule;
}

/**
 * Renders and plans one row exactly as a run would.
 * @throws ProblemError if Lago does not answer
 */
function lookAt({ execution, ready, source, ledger }: Scene, row: Row): Look {
  const { sync, template } = ready;
  const connection = readConnection(execution.runtime);
  const rule = {
    sheetZone: source.zone(),
    periodZone: connection?.zone ?? 'UTC',
    dateOnly: sync.dateOnly,
  };
  const ports = connection && portsOf(execution, connection);
  const destination = ports?.destination;
  const check = required(destination?.check()) ?? NO_CHECK;
  const [planned] = makePlan({
    ready,
    model: { rows: [row], keysComplete: false },
    ledger,
    rule,
    now: execution.clock.now(),
    check,
    ...(ports === undefined || connection === undefined
      ? {}
      : otherSyncs(ports, sync, connection.organizationId)),
    resting: () => false,
    again: new Set(),
  }).rows;
  const rendered = renderRow(template, row.cells, rule, check.zoneOf ?? (() => undefined));
  return { planned, rendered, destination, check, rule };
}

/**
 * What a run would do with a row of a stored sync now; undefined if that cannot be found out.
 * @param number the row's number in the sheet, 1-based
 * @param ledger what was sent for the sync
 */
export function standingOf(
  execution: Execution,
  sync: Sync,
  number: number,
  ledger: Ledger,
): RowHistory['standing'] {
  try {
    const ready = requireReady(sync);
    const source = sheetSource(execution.runtime);
    const row = readRow(execution, source, ready, number);
    const { planned } = lookAt({ execution, ready, source, ledger }, row);
    return planned && { action: planned.action, problems: planned.problems };
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

/**
 * How to read the number that the row's metric counts, and a date that is refused, given the
 * spreadsheet's locale.
 */
function repairsOf(
  { runtime }: Execution,
  sync: Sync,
  row: Row,
  { rule, destination }: Look,
): NumberRepairs {
  const locale = runtime.SpreadsheetApp.getActiveSpreadsheet().getSpreadsheetLocale();
  const written = {
    text: sync.template,
    columns: sync.source.columns,
    cells: row.cells,
    rule,
  };
  const dates = repairDates({ ...written, order: dateOrder(locale) });
  if (dates.length > 0) return { notes: [], fixes: dates };
  const found = repairNumbers({
    ...written,
    mark: decimalMark(locale),
    fieldOf: (event) => {
      const metric = metricOf(destination, event);
      return metric !== undefined &&
        needsNumber(metric.aggregation) &&
        metric.expression === undefined
        ? metric.field
        : undefined;
    },
  });
  return {
    ...found,
    notes: found.notes.map((note) => ({ ...note, place: { ...note.place, row: row.number } })),
  };
}

/** The event of a row as a run would make it. Sends nothing. */
export function preview(
  execution: Execution,
  { draft, row: choice, sync: id }: Argument<'preview'>,
): Preview {
  const sync = syncOf(execution, draft);
  const ready = requireReady(sync);
  const source = sheetSource(execution.runtime);
  const row = readRow(execution, source, ready, choice);
  const look = lookAt({ execution, ready, source, ledger: ledgerOf(execution, id) }, row);
  const { planned, rendered, destination, check } = look;
  const done =
    planned?.action === 'sent' || planned?.action === 'elsewhere' ? planned.action : undefined;
  const held = planned?.action !== 'send' && done === undefined;
  // An event that Lago already has keeps the number it was sent with.
  const { notes, fixes } =
    done === undefined ? repairsOf(execution, sync, row, look) : { notes: [], fixes: [] };
  const common = {
    row: row.number,
    key: row.key,
    problems: [
      ...shownDifferently(row, sync, ready.template.idColumns),
      ...(planned === undefined ? [] : [...planned.problems, ...doneProblem(planned)]),
      ...notes,
    ],
    fixes,
    held,
    done,
  };
  if ('problems' in rendered)
    return { ...common, event: undefined, time: undefined, meaning: undefined };
  const { event: used, zone } = rendered;
  // Late usage may be booked into another period.
  const event = planned?.entry?.event ?? used;
  const meaning =
    held || done !== undefined
      ? undefined
      : meaningOf(event, metricOf(destination, event), zone, check.store);
  return {
    ...common,
    event: JSON.stringify(event, null, 2),
    time: { at: event.timestamp * 1000, zone },
    meaning:
      meaning &&
      meaning +
        periodInWords(
          {
            used,
            event,
            period: check.periodOf?.(event),
            endsAt: check.openUntil?.(event),
            inAdvance: check.inAdvance?.(event),
          },
          zone,
          execution.clock.now(),
        ),
  };
}

function storedText(ports: SyncPorts, event: UsageEvent): string | undefined {
  const stored = ports.destination.show(event);
  return stored === undefined || isProblem(stored) ? undefined : JSON.stringify(stored, null, 2);
}

/**
 * Sends one row for real: it gets a line in the ledger like any other row and is not sent again.
 */
export function testSend(
  execution: Execution,
  { id, row: choice }: Argument<'testSend'>,
): TestResult {
  const sync = execution.settings.sync(id);
  const row = readRow(execution, sheetSource(execution.runtime), requireReady(sync), choice);
  const result = runSync(execution, sync, { trigger: 'test', only: (key) => key === row.key });
  if (result.plan === undefined)
    throw new ProblemError(
      result.report.stopped ?? problem('internal', { detail: 'the test has no result' }),
    );
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
    return result.report.stopped === undefined || held.problems.length > 0
      ? held
      : { ...held, problems: [result.report.stopped] };
  const sentNow = latest.index.at >= result.report.startedAt;
  return {
    ...held,
    sent: JSON.stringify(latest.event, null, 2),
    state: latest.outcome.state,
    answer: latest.outcome.answer,
    stored: storedText(portsOf(execution), latest.event),
    problems: [
      ...(sentNow
        ? []
        : [problem('test.already-sent', { id: latest.index.id }, { row: row.number })]),
      ...held.problems,
    ],
  };
}
