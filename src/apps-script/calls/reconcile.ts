import type { Metric } from '../../lago/catalog';
import { asUsageEvent } from '../../lago/comparison';
import { comparePart, countEntries, sameBy, settleMissing } from '../../lago/reconcile-part';
import { isProblem, type Problem, ProblemError, problem, required } from '../../problem/problem';
import type {
  Argument,
  CurrentUsage,
  FixResult,
  ReconcileNext,
  ReconcilePart,
  TotalView,
  Value,
} from '../../rpc/contract';
import type { QuantityField } from '../../sync/billing/aggregation';
import { negationOf, ruleFor } from '../../sync/billing/correction';
import { appendLines, type LineCount } from '../../sync/delivery/delivery';
import { VISIBILITY_MS } from '../../sync/delivery/settle';
import type { Ledger } from '../../sync/ledger/entries';
import { type LedgerEntry, newEntry } from '../../sync/ledger/entry';
import {
  correctionAdvice,
  countFindings,
  FINDING_COLUMNS,
  FINDING_KINDS,
  type Finding,
  findingCells,
  KIND_WORDS,
  ledgerTotals,
  NO_FINDINGS,
  type RowEvent,
  Totals,
  totalName,
  unbilledRows,
} from '../../sync/month/reconcile';
import { createLedger, identify, openLedger, usedElsewhere } from '../../sync/open-ledger';
import type { Plan, PlannedRow } from '../../sync/plan/planned-row';
import { firstReversalId, reversalId } from '../../sync/plan/reversal';
import { readTab } from '../../sync/plan/tab-plan';
import type { EventCheck, Identity } from '../../sync/ports';
import { type Content, otherContent } from '../../sync/rows/content';
import { renderRow } from '../../sync/rows/rendering';
import type { ReadySync, Sync } from '../../sync/sync';
import { addsUp } from '../../value/aggregation';
import { monthBounds } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';
import { decimalCell, newReport, openReport, type ReportSheet, textCells } from '../report-sheet';
import type { SheetValue } from '../runtime';
import { type Execution, portsOf, requireReady, type SyncPorts } from '../sync-runner';

/** Requests of one part go on for so long at most; a page waits for its answer. */
const PART_MS = 20_000;
const LISTED_FINDINGS = 200;
const LISTED_TOTALS = 50;
/** Lines that one result sheet takes; nobody reads more. */
const MOST_LINES = 50_000;
/** Subscriptions whose usage is asked for at once. */
const ASKED_AT_ONCE = 20;
const MOST_FIXES = 200;

/** A window of time in ms: from one moment on, up to but without the other. */
interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** What the rows of the tab say now. */
interface Planning {
  readonly plan: Plan;
  readonly byId: ReadonlyMap<string, RowEvent>;
  eventOf(row: number): UsageEvent | undefined;
}

/** Everything that a reconciliation looks at. */
interface Scene {
  readonly execution: Execution;
  readonly sync: Sync;
  readonly ready: ReadySync;
  readonly ports: SyncPorts;
  readonly identity: Identity;
  readonly ledger: Ledger;
  readonly count: LineCount;
  readonly ledgerExists: boolean;
  readonly check: EventCheck;
  readonly metrics: ReadonlyMap<string, Metric> | undefined;
  readonly quantityField: QuantityField;
  readonly usedElsewhere: (id: string) => string | undefined;
  /** Reads the tab when it is first asked. */
  readonly planning: () => Planning;
}

export function sceneOf(execution: Execution, id: string): Scene {
  const sync = execution.settings.sync(id);
  const ready = requireReady(sync);
  const ports = portsOf(execution);
  const identity = required(identify(ports, ready));
  const { ledger, count, exists } = required(openLedger(ports, ready, identity));
  const check = required(ports.destination.check());
  const metrics = required(ports.destination.metrics());
  const elsewhere = usedElsewhere(ports, sync, identity.organization);
  let planned: Planning | undefined;
  const scene: Scene = {
    execution,
    sync,
    ready,
    ports,
    identity,
    ledger,
    count,
    ledgerExists: exists,
    check,
    metrics,
    quantityField: check.quantityField ?? (() => undefined),
    usedElsewhere: elsewhere,
    planning: () => {
      planned ??= planOf(scene);
      return planned;
    },
  };
  return scene;
}

function planOf({ ready, ports, identity, ledger, check }: Scene): Planning {
  const tab = required(
    readTab(ports, { ready, identity, ledger, resting: () => false, again: new Set() }),
  );
  const plan = tab.plan(check);
  const cells = new Map(tab.model.rows.map((row) => [row.number, row.cells]));
  const eventOf = (row: number): UsageEvent | undefined => {
    const found = cells.get(row);
    const rendered =
      found === undefined
        ? undefined
        : renderRow(ready.template, found, tab.rule, check.zoneOf ?? (() => undefined));
    return rendered !== undefined && 'event' in rendered ? rendered.event : undefined;
  };
  return { plan, byId: rowEvents(plan, eventOf), eventOf };
}

/** Rows whose next event the ledger does not know, by the id of that event; an id that several rows make is that of none. */
function rowEvents(
  { rows }: Plan,
  eventOf: (row: number) => UsageEvent | undefined,
): ReadonlyMap<string, RowEvent> {
  const found = new Map<string, RowEvent>();
  const double = new Set<string>();
  for (const { key, row, entry, latest } of rows) {
    if (key === undefined || row === undefined) continue;
    const event = entry?.event ?? (latest === undefined ? eventOf(row) : undefined);
    if (event === undefined) continue;
    if (found.has(event.transaction_id)) double.add(event.transaction_id);
    found.set(event.transaction_id, { key, row, event });
  }
  for (const id of double) found.delete(id);
  return found;
}

const ourSubscriptions = ({ ledger }: Scene): Set<string> =>
  new Set(
    ledger.entries
      .filter(({ index }) => index.kind !== 'baseline')
      .map(({ event }) => event.external_subscription_id),
  );

/** Where a reconciliation begins: with an empty sheet. */
function begin(
  scene: Scene,
  month: string,
  { from, to }: Bounds,
): { readonly next: ReconcileNext; readonly report: ReportSheet } {
  const codes = new Set([
    ...scene.ledger.entries
      .filter(({ index }) => index.kind !== 'baseline')
      .map(({ event }) => event.code),
    ...[...scene.planning().byId.values()].map(({ event }) => event.code),
  ]);
  const report = newReport(
    scene.execution.runtime,
    `Lago reconciliation ${month}`,
    FINDING_COLUMNS,
  );
  const next: ReconcileNext = {
    at: from,
    size: to - from,
    asked: 0,
    codes: [...codes].sort(),
    totals: [],
    usage: [],
    counts: NO_FINDINGS,
    others: 0,
    unrecorded: [],
    missing: [],
    moved: [],
    sheet: report.id,
    row: 2,
  };
  return { report, next };
}

export function reconcile(
  execution: Execution,
  { id, month, next: given }: Argument<'reconcile'>,
): ReconcilePart {
  const until = execution.clock.now() + PART_MS;
  const scene = sceneOf(execution, id);
  const { identity, ports, ledger, check, quantityField } = scene;
  const bounds = monthBounds(month, identity.zone);
  if (bounds === undefined)
    throw new ProblemError(problem('request.unknown', { detail: `the month ${month}` }));
  const begun = given === undefined ? begin(scene, month, bounds) : undefined;
  const report = begun?.report ?? openReport(execution.runtime, given?.sheet ?? 0);
  const before = begun?.next ?? (given as ReconcileNext);
  const codes = new Set(before.codes);
  const isSame = sameBy(scene.metrics);
  const subscriptions = ourSubscriptions(scene);
  let ours: Set<string> | undefined;
  const compared = comparePart(ports.destination.events, ports.clock, {
    ...bounds,
    at: before.at,
    size: before.size,
    until,
    store: identity.store,
    ledger,
    codes,
    isSame,
    visibleBefore:
      identity.store === 'postgres' ? Number.POSITIVE_INFINITY : ports.clock.now() - VISIBILITY_MS,
    usedElsewhere: scene.usedElsewhere,
    rowOf: (event) => scene.planning().byId.get(event),
    isOurs: (subscription) => {
      ours ??= new Set([
        ...subscriptions,
        ...[...scene.planning().byId.values()].map(({ event }) => event.external_subscription_id),
      ]);
      return ours.has(subscription);
    },
    keptBecause: (listed) => {
      const taken = negationFor(scene, asUsageEvent(listed));
      return typeof taken === 'string' ? taken : undefined;
    },
    quantityField,
  });
  if (isProblem(compared)) throw new ProblemError(compared);
  const totals = new Totals(before.totals);
  totals.addAll(compared.totals);
  const unrecorded = [
    ...before.unrecorded,
    ...compared.findings.filter(({ kind }) => kind === 'unrecorded').map(({ id: event }) => event),
  ];
  const missing = [...before.missing, ...compared.missing];
  const moved = [...before.moved, ...compared.moved];
  // What only the whole month shows comes last: what is missing from it, and the rows that the tab itself has to explain.
  const isWhole = before.at < bounds.to && compared.at >= bounds.to;
  const findings = [
    ...compared.findings,
    ...(isWhole
      ? settleMissing(
          ports.destination.events,
          { ledger, isSame, quantityField, lostBecause: lostBecause(scene) },
          missing,
          moved,
        )
      : []),
    ...(isWhole ? rowFindings(scene, bounds, unrecorded) : []),
  ];
  let after: ReconcileNext = {
    ...before,
    at: compared.at,
    size: compared.size,
    totals: totals.list(),
    counts: countFindings(findings, before.counts),
    others: before.others + compared.others,
    unrecorded,
    missing: isWhole ? [] : missing,
    moved: isWhole ? [] : moved,
    row: writeFindings(report, before.row, findings, identity.zone),
  };
  const checksOff: Problem[] = [...check.off];
  let isDone = after.at >= bounds.to;
  if (isDone && isRunning(bounds, ports.clock.now())) {
    const asked = askUsage(scene, after, until);
    if (isProblem(asked)) checksOff.push(asked);
    else {
      after = { ...after, ...asked };
      isDone = asked.isDone;
    }
  }
  const window = { ledger, codes, ...bounds };
  const views = isDone ? totalViews(scene, after, bounds) : [];
  if (isDone) writeTotals(report, after, views);
  return {
    counts: after.counts,
    findings: [...findings]
      .sort((left, right) => FINDING_KINDS.indexOf(left.kind) - FINDING_KINDS.indexOf(right.kind))
      .slice(0, LISTED_FINDINGS),
    inLedger: countEntries({ ...window, to: after.at }),
    inLago: after.totals.reduce((sum, { events }) => sum + events, 0),
    others: after.others,
    share: (after.at - bounds.from) / (bounds.to - bounds.from),
    sheetName: report.name,
    totals: views.slice(0, LISTED_TOTALS),
    different: views.filter(isDifferent).length,
    checksOff,
    zone: identity.zone,
    next: isDone ? undefined : after,
  };
}

function rowFindings(
  { planning, ledger, quantityField }: Scene,
  bounds: Bounds,
  unrecorded: readonly string[],
): Finding[] {
  const { plan, eventOf } = planning();
  return unbilledRows({
    plan,
    ledger,
    ...bounds,
    eventOf,
    unrecorded: new Set(unrecorded),
    quantityField,
  });
}

/** Returns the next free row. */
function writeFindings(
  report: ReportSheet,
  row: number,
  findings: readonly Finding[],
  zone: string,
): number {
  const room = Math.max(0, MOST_LINES - row);
  return report.write(
    row,
    findings.slice(0, room).map((finding) => textCells(findingCells(finding, zone))),
  );
}

const isRunning = ({ from, to }: Bounds, now: number): boolean => now >= from && now < to;

/** Asks for Lago's own usage of the running period, of every subscription that has events, for as long as there is time. */
function askUsage(
  { ports }: Scene,
  { totals, asked, usage }: ReconcileNext,
  until: number,
): Problem | (Pick<ReconcileNext, 'asked' | 'usage'> & { readonly isDone: boolean }) {
  const catalog = required(ports.destination.catalog());
  const wanted = [...new Set(totals.map(({ subscription }) => subscription))]
    .sort()
    .flatMap((subscription) => {
      const running = catalog.subscriptions
        ?.get(subscription)
        ?.find(({ periodFrom, isOver }) => periodFrom !== undefined && !isOver);
      return running === undefined ? [] : [{ subscription, customer: running.customer }];
    });
  const found: CurrentUsage[] = [...usage];
  let done = asked;
  while (done < wanted.length && (done === asked || ports.clock.now() < until)) {
    const answer = ports.destination.currentUsage(wanted.slice(done, done + ASKED_AT_ONCE));
    if (isProblem(answer)) return answer;
    found.push(...answer);
    done += ASKED_AT_ONCE;
  }
  return { asked: done, usage: found, isDone: done >= wanted.length };
}

function totalViews(
  { ledger, metrics, quantityField }: Scene,
  { codes, totals, usage }: ReconcileNext,
  bounds: Bounds,
): TotalView[] {
  const none = { events: 0, sum: '0' };
  const told = new Map(
    ledgerTotals(ledger, new Set(codes), bounds, quantityField).map((total) => [
      totalName(total),
      total,
    ]),
  );
  const there = new Map(totals.map((total) => [totalName(total), total]));
  const current = new Map(usage.map((each) => [totalName(each), each.units]));
  return [...new Map([...told, ...there])]
    .map(([name, { code, subscription }]): TotalView => {
      const [ours, theirs] = [told.get(name) ?? none, there.get(name) ?? none];
      return {
        code,
        subscription,
        ledger: { events: ours.events, sum: ours.sum },
        lago: { events: theirs.events, sum: theirs.sum },
        isSum: addsUp(metrics?.get(code)?.aggregation ?? ''),
        current: current.get(name),
      };
    })
    .sort(
      (left, right) =>
        Number(isDifferent(right)) - Number(isDifferent(left)) ||
        right.ledger.events - left.ledger.events,
    );
}

const isDifferent = ({ ledger, lago, isSum }: TotalView): boolean =>
  ledger.events !== lago.events || (isSum && ledger.sum !== lago.sum);

const TOTAL_COLUMNS = [
  'Subscription',
  'Events in the ledger',
  'Events in Lago',
  'Sum in the ledger',
  'Sum in Lago',
  'Lago’s current usage',
  'Equal',
];

/** The totals below the findings, and a chart beside them. */
function writeTotals(
  report: ReportSheet,
  { row, counts, codes }: ReconcileNext,
  views: readonly TotalView[],
): void {
  const kinds = FINDING_KINDS.filter((kind) => counts[kind] > 0);
  const summary: SheetValue[][] = [
    textCells(['Findings', 'Number']),
    ...kinds.map((kind): SheetValue[] => [...textCells([KIND_WORDS[kind]]), counts[kind]]),
    ...(kinds.length === 0 ? [textCells(['None: the ledger and Lago agree.'])] : []),
  ];
  const start = report.write(row + 1, summary) + 1;
  const lines = views
    .slice(0, MOST_LINES)
    .map((view): SheetValue[] => [
      ...textCells([codes.length > 1 ? `${view.subscription}, ${view.code}` : view.subscription]),
      view.ledger.events,
      view.lago.events,
      ...(view.isSum ? [decimalCell(view.ledger.sum), decimalCell(view.lago.sum)] : ['', '']),
      view.current === undefined ? '' : decimalCell(view.current),
      ...textCells([isDifferent(view) ? 'no' : 'yes']),
    ]);
  report.write(start, [textCells(TOTAL_COLUMNS), ...lines]);
  if (lines.length > 0)
    report.chart(
      'Events in the ledger and in Lago',
      { row: start, rows: lines.length, columns: 3 },
      { row: 2, column: FINDING_COLUMNS.length + 2 },
    );
}

/** Why a finding is left as it is, in one sentence. */
const LEFT = {
  gone: 'The ledger does not have it any more. Reconcile again.',
  there: 'Lago has it now.',
  silent: 'Lago does not say whether it has it. Try again later.',
  absent: 'Lago does not have it any more.',
  invoiced: 'Its billing period is invoiced already, so Lago would not bill it any more.',
  noRow: 'No row of the tab makes this event now.',
  different: 'Lago has another content under this id than the ledger.',
} as const;

export function fixFindings(
  execution: Execution,
  { id, fix, ids }: Argument<'fixFindings'>,
): Value<'fixFindings'> {
  const scene = sceneOf(execution, id);
  const wanted = [...new Set(ids)].slice(0, MOST_FIXES);
  const done: string[] = [];
  const left: FixResult['left'][number][] = [];
  const { events } = scene.ports.destination;
  const stored = events.show(wanted);
  // Where a line was lost, only Lago knows that an event was taken back.
  const corrections = fix === 'take-back' ? events.show(wanted.map(firstReversalId)) : [];
  const outcomes: { readonly line: number; readonly outcome: LedgerEntry['outcome'] }[] = [];
  const lines: LedgerEntry[] = [];
  const now = execution.clock.now();
  wanted.forEach((each, place) => {
    const found = stored[place];
    const why =
      found === 'unknown' || corrections[place] === 'unknown'
        ? LEFT.silent
        : { send: sendAgain, adopt, 'take-back': takeBack }[fix](each, found, corrections[place]);
    if (why === undefined) done.push(each);
    else left.push({ id: each, why });
  });

  function sendAgain(each: string, found: Stored): string | undefined {
    const entry = scene.ledger.byId.get(each);
    if (entry === undefined || entry.index.kind === 'baseline') return LEFT.gone;
    if (entry.outcome.state === 'pending') return undefined;
    if (entry.outcome.state !== 'accepted') return LEFT.gone;
    if (found !== undefined) return LEFT.there;
    const because = lostBecause(scene)(entry.event);
    if (because !== undefined) return because;
    outcomes.push({
      line: entry.line ?? 0,
      outcome: { ...entry.outcome, state: 'pending', at: now, tries: 0, answer: 'missing in Lago' },
    });
    return undefined;
  }

  function adopt(each: string, found: Stored): string | undefined {
    if (found === undefined) return LEFT.absent;
    const entry = scene.ledger.byId.get(each);
    if (entry !== undefined) {
      if (entry.outcome.state === 'accepted') return undefined;
      if (entry.index.kind === 'baseline' || !sameBy(scene.metrics)(entry.event, found))
        return LEFT.different;
      outcomes.push({
        line: entry.line ?? 0,
        outcome: { ...entry.outcome, state: 'accepted', at: now, answer: 'found in Lago' },
      });
      return undefined;
    }
    const made =
      scene.usedElsewhere(each) === undefined ? scene.planning().byId.get(each) : undefined;
    const row =
      made === undefined
        ? undefined
        : scene
            .planning()
            .plan.rows.find(({ key, row: number }) => key === made.key && number === made.row);
    if (made === undefined || row === undefined) return LEFT.noRow;
    lines.push(adoptedLine(scene, row, made, found, now));
    return undefined;
  }

  function takeBack(
    each: string,
    found: Stored,
    correction?: Stored | 'unknown',
  ): string | undefined {
    const known = scene.ledger.byId.get(each);
    if (known?.index.kind === 'adopted') return undefined;
    if (known !== undefined || scene.usedElsewhere(each) !== undefined)
      return 'The ledger has it: change or remove its row.';
    if (found === undefined) return LEFT.absent;
    const corrected = correctionAdvice(
      each,
      correction === undefined ? undefined : firstReversalId(each),
    );
    if (corrected !== undefined) return corrected;
    const taken = reversalOf(scene, asUsageEvent(found), now);
    if (typeof taken === 'string') return taken;
    lines.push(...taken);
    return undefined;
  }

  write(scene, outcomes, lines);
  return { done, left };
}

const lostBecause =
  ({ check }: Scene) =>
  (event: UsageEvent): string | undefined =>
    check.periodOf?.(event)?.state === 'invoiced' ? LEFT.invoiced : undefined;

type Stored = Exclude<ReturnType<SyncPorts['destination']['events']['show']>[number], 'unknown'>;

/** Outcomes first: they name lines that appending does not move. */
function write(
  { ports: { ledger }, count, ledgerExists, sync, identity, ports }: Scene,
  outcomes: readonly { readonly line: number; readonly outcome: LedgerEntry['outcome'] }[],
  lines: readonly LedgerEntry[],
): void {
  ledger.writeOutcomes(outcomes);
  if (lines.length === 0) {
    if (outcomes.length > 0) ledger.flush();
    return;
  }
  if (!ledgerExists) createLedger(ports, sync, identity);
  appendLines(ledger, lines, count);
}

const acceptedAs = (entry: LedgerEntry, now: number): LedgerEntry => ({
  ...entry,
  outcome: { ...entry.outcome, state: 'accepted', at: now, answer: 'found in Lago' },
});

/** A value that no cell has: the row then counts as changed since, and is treated by the policy of the sync. */

/** The line of an event that Lago has for a row: as the row makes it where it says the same, else as Lago has it, of a row that was changed since. */
function adoptedLine(
  { metrics, sync }: Scene,
  row: PlannedRow,
  made: RowEvent,
  stored: Exclude<Stored, undefined>,
  now: number,
): LedgerEntry {
  const isSame = sameBy(metrics)(made.event, stored);
  const said = Object.fromEntries(JSON.parse(row.content ?? '[]') as [string, string][]) as Content;
  const content = isSame ? said : otherContent(said);
  const revision = (row.latest?.index.revision ?? 0) + 1;
  const index = {
    key: made.key,
    kind: 'adopted' as const,
    revision,
    content,
    templateRevision: sync.templateRevision,
    at: now,
  };
  return acceptedAs(newEntry(index, isSame ? made.event : asUsageEvent(stored)), now);
}

/** What takes back an event of somebody else's, made under the id; or why nothing does, in a sentence. */
function negationFor({ check }: Scene, event: UsageEvent, id = ''): UsageEvent | string {
  const terms = check.billingOf?.(event);
  if (terms === undefined || terms.period === 'unknown')
    return 'It cannot be taken back: it is not known how Lago bills it.';
  const rule = ruleFor(terms);
  if ('because' in rule) return `It cannot be taken back: ${rule.because}.`;
  if (rule.by !== 'negation')
    return 'It cannot be taken back by itself: it depends on other events.';
  if (terms.period !== 'open') return LEFT.invoiced;
  return (
    negationOf(event, terms.field, id) ??
    'It cannot be taken back: its value is none that Lago counts.'
  );
}

/** The lines that take back an event of somebody else's: the event itself, as found in Lago, and its negative, which the next run sends. */
function reversalOf(scene: Scene, event: UsageEvent, now: number): readonly LedgerEntry[] | string {
  const index = {
    key: `only in Lago: ${event.transaction_id}`,
    content: {},
    templateRevision: scene.sync.templateRevision,
    revision: 1,
    at: now,
  };
  const adopted = acceptedAs(newEntry({ ...index, kind: 'adopted' }, event), now);
  const negation = negationFor(scene, event, reversalId(scene.ledger, adopted));
  return typeof negation === 'string'
    ? negation
    : [adopted, newEntry({ ...index, kind: 'reversal', undoes: event.transaction_id }, negation)];
}
