import { asUsageEvent } from '../../lago/comparison';
import { isProblem, ProblemError, problem, required } from '../../problem/problem';
import type { Argument, StatementPart, Value } from '../../rpc/contract';
import { billedTotal } from '../../sync/month/billed-total';
import { billedCopies } from '../../sync/month/listed';
import {
  STATEMENT_COLUMNS,
  type StatementCounting,
  type StatementSection,
  statementCells,
  statementChoices,
  statementOf,
} from '../../sync/month/statement';
import { counted } from '../../value/count';
import { monthBounds, monthOf } from '../../value/time';
import { readConnection } from '../connection';
import { type MonthScene, monthScene } from '../month-scene';
import { decimalCell, newReport, openReport, textCells } from '../report-sheet';
import type { SheetValue } from '../runtime';
import { asText } from '../sheet-cells';
import { type Execution, portsOf } from '../sync-runner';
import { openLedger } from './ledger';

/**
 * Lago is asked about totals for so long at most; a customer may have thousands of subscriptions.
 */
const ASKING_MS = 60_000;
/** Lines of one part: so many are written within a few seconds. */
const PART_LINES = 20_000;
/** Notes on one total that the page shows; the sheet has all. */
const SHOWN_NOTES = 3;

/**
 * Months are those of the organization's zone. Where Lago cannot tell whose the subscriptions are,
 * they alone are offered.
 */
export function choices(
  execution: Execution,
  { id }: Argument<'statementChoices'>,
): Value<'statementChoices'> {
  const connection = readConnection(execution.runtime);
  const zone = connection?.zone ?? 'UTC';
  const entries = openLedger(execution, execution.settings.sync(id))?.ledger.entries ?? [];
  const catalog =
    connection === undefined || entries.length === 0
      ? undefined
      : portsOf(execution, connection).destination.catalog();
  const known = catalog === undefined || isProblem(catalog) ? undefined : catalog.subscriptions;
  const customersOf = (subscription: string): string[] =>
    (known?.get(subscription) ?? []).map(({ customer }) => customer);
  return {
    choices: statementChoices(entries, ({ event }) => monthOf(event.timestamp, zone), customersOf),
  };
}

interface Wanted {
  readonly name: string;
  readonly subscriptions: ReadonlySet<string>;
}

function wantedOf(
  { ports }: MonthScene,
  { subscription, customer }: Argument<'statement'>,
): Wanted {
  if (subscription !== undefined)
    return { name: subscription, subscriptions: new Set([subscription]) };
  const known =
    required(ports.destination.catalog()).subscriptions ??
    new Map<string, readonly { readonly customer: string }[]>();
  const own = [...known]
    .filter(([, each]) => each.some((one) => one.customer === customer))
    .map(([id]) => id);
  return { name: customer ?? '', subscriptions: new Set(own) };
}

/** What Lago has of a section, counted in the same way; undefined if it cannot be asked. */
function inLago(
  { ports }: MonthScene,
  { subscription, code }: StatementSection,
  window: { readonly from: number; readonly to: number },
  { countingOf, pricing }: StatementCounting,
): StatementPart['totals'][number]['lago'] {
  const reading = ports.destination.events.read({ codes: [code], subscription, ...window });
  if (isProblem(reading) || 'shorter' in reading) return undefined;
  const billed = billedCopies(reading.events);
  const events = billed
    .map(({ event }) => asUsageEvent(event))
    .sort((left, right) => left.timestamp - right.timestamp);
  const { total } = billedTotal(events, countingOf(code), pricing);
  const copied = billed.filter(({ copies }) => copies > 1).length;
  return { events: events.length, total, copied };
}

/** Asks once for each subscription: a ledger has thousands of lines of each. */
function remembering<T extends string | object>(
  of: (subscription: string) => T,
): (subscription: string) => T {
  const known = new Map<string, T>();
  return (subscription) => {
    const found = known.get(subscription) ?? of(subscription);
    known.set(subscription, found);
    return found;
  };
}

export function statement(execution: Execution, argument: Argument<'statement'>): StatementPart {
  const { id, month, next } = argument;
  const scene = monthScene(execution, id);
  const {
    identity,
    check,
    metrics,
    opened: { ledger },
  } = scene;
  const { name, subscriptions } = wantedOf(scene, argument);
  const zoneOf = remembering((subscription) => {
    const entry = ledger.entries.find(
      ({ event }) => event.external_subscription_id === subscription,
    );
    return (entry === undefined ? undefined : check.zoneOf?.(entry.event)) ?? identity.zone;
  });
  const windowOf = remembering((subscription) => {
    const bounds = monthBounds(month, zoneOf(subscription));
    if (bounds === undefined)
      throw new ProblemError(problem('request.unknown', { detail: `the month ${month}` }));
    return bounds;
  });
  const counting: StatementCounting = {
    countingOf: (code) => ({
      ...(metrics?.get(code) ?? { aggregation: '', field: undefined }),
      store: identity.store,
    }),
    pricing: check.pricing,
  };
  const sections = statementOf(ledger.entries, subscriptions, windowOf, counting);
  const lines = sections.flatMap((section) => {
    const zone = zoneOf(section.subscription);
    return [
      ...section.lines.map((line) => cellsOf(statementCells(line, zone))),
      totalLine(section),
      ...section.notes.map((note) => noteLine(section, note)),
      [],
    ];
  });
  const from = next?.from ?? 0;
  const report =
    next === undefined
      ? newReport(execution.runtime, `Statement ${name} ${month}`, STATEMENT_COLUMNS)
      : openReport(execution.runtime, next.sheet);
  const part = lines.slice(from, from + PART_LINES);
  report.write(2 + from, part);
  const isDone = from + PART_LINES >= lines.length;
  const until = execution.clock.now() + ASKING_MS;
  return {
    sheetName: report.name,
    lines: sections.reduce((sum, section) => sum + section.lines.length, 0),
    totals: isDone
      ? sections.map((section) => ({
          subscription: section.subscription,
          code: section.code,
          events: section.lines.length,
          total: section.total,
          notes: section.notes.slice(0, SHOWN_NOTES),
          lago:
            execution.clock.now() < until
              ? inLago(scene, section, windowOf(section.subscription), counting)
              : undefined,
        }))
      : [],
    next: isDone ? undefined : { sheet: report.token, from: from + PART_LINES },
  };
}

/** Columns that hold numbers. */
const NUMBERS: ReadonlySet<number> = new Set([
  STATEMENT_COLUMNS.indexOf('Value'),
  STATEMENT_COLUMNS.indexOf('Running total'),
]);

const cellsOf = (texts: readonly string[]): SheetValue[] =>
  texts.map((text, index) => (NUMBERS.has(index) ? decimalCell(text) : asText(text)));

const noteLine = ({ subscription, code }: StatementSection, note: string): SheetValue[] =>
  textCells([subscription, code, '', '', note]);

const totalLine = ({ subscription, code, lines, total }: StatementSection): SheetValue[] => [
  ...textCells([subscription, code, '', '', `Total of ${counted(lines.length, 'event')}`]),
  '',
  decimalCell(total),
];
