import { LagoError } from '../../../sandbox/lago/errors';
import type { LineIndex, LineOutcome } from '../../../src/sync/ledger/entry';
import type { UsageEvent } from '../../../src/value/usage-event';
import { type Bill, billOf, bucketOf, type Span, type Usage } from './bill';
import type { Measure } from './catalog';
import type { SheetRow } from './history';
import { type Report, type Simulation, SUBSCRIPTIONS } from './simulation';

interface Line {
  readonly index: LineIndex;
  readonly event: UsageEvent;
  readonly outcome: LineOutcome;
}

/** What was found after a history. */
export interface Audit {
  /** What does not hold. */
  readonly broken: readonly string[];
  /** Bills that were compared in units and in cents, and those that were left out, by why. */
  readonly counts: Readonly<Record<string, number>>;
}

function linesOf({ world: { google } }: Simulation): Line[] {
  const sheet = google.spreadsheet.sheets.find(
    ({ name }) => name.startsWith('Lago ledger') && google.spreadsheet.table(name).length > 0,
  );
  if (sheet === undefined) return [];
  return google.spreadsheet
    .table(sheet.name)
    .slice(1)
    .map(([index = '', event = '', outcome = '']) => ({
      index: JSON.parse(index) as LineIndex,
      event: JSON.parse(event) as UsageEvent,
      outcome: JSON.parse(outcome) as LineOutcome,
    }));
}

const typedUsage = (row: SheetRow): Usage => ({
  key: row.id,
  subscription: row.subscription,
  code: row.code,
  at: Date.parse(`${row.time.replace(' ', 'T')}:00Z`),
  amount: Number(row.amount),
  factor: Number(row.factor),
  region: row.region,
  price: Number(row.price),
});

const sentUsage = ({ index, event }: Line): Usage => ({
  key: index.key,
  subscription: event.external_subscription_id,
  code: event.code,
  at: (index.usedAt ?? event.timestamp) * 1000,
  amount: Number(event.properties['amount']),
  factor: Number(event.properties['factor']),
  region: String(event.properties['region']),
  price: Number(event.precise_total_amount_cents),
});

interface LagosBill {
  readonly subscription: string;
  readonly code: string;
  readonly span: Span;
  readonly isRunning: boolean;
  readonly units: number;
  readonly cents: number;
}

type ChargeUsage = {
  readonly billable_metric: { readonly code: string };
  readonly units: string;
  readonly amount_cents: number;
};

function billsIn(
  subscription: string,
  span: Span,
  isRunning: boolean,
  charges: unknown,
): LagosBill[] {
  return (charges as readonly ChargeUsage[]).map(
    ({ billable_metric: { code }, units, amount_cents }) => ({
      subscription,
      code,
      span,
      isRunning,
      units: Number(units),
      cents: amount_cents,
    }),
  );
}

const spanOf = (from: unknown, to: unknown): Span => ({
  from: Date.parse(String(from)),
  to: Date.parse(String(to)) + 999,
});

const monthOf = (year: number, month: number): Span => ({
  from: Date.UTC(year, month, 1),
  to: Date.UTC(year, month + 1, 1) - 1,
});

/** The first month of the subscriptions: September 2026. */
const FIRST_MONTH = 8;

/** All months that are over since a day, so that their invoices are made. */
function monthsOver(now: number): Span[] {
  const spans: Span[] = [];
  for (let month = FIRST_MONTH; monthOf(2026, month).to + DAY < now; month++)
    spans.push(monthOf(2026, month));
  return spans;
}

/** The subscriptions and beginnings of periods that have their invoice, also as a draft. */
const periodicInvoices = ({ world: { lago } }: Simulation): ReadonlySet<string> =>
  new Set(
    lago
      .invoices()
      .flatMap((invoice) => invoice['billing_periods'] as { [name: string]: string }[])
      .filter((period) => period['invoicing_reason'] === 'subscription_periodic')
      .map(
        (period) =>
          `${period['external_subscription_id']} ${Date.parse(period['charges_from_datetime'] ?? '')}`,
      ),
  );

const DAY = 86_400_000;

/** One bill for each period of what is paid in advance, whose events have an invoice each. */
function paidInAdvance(bills: readonly LagosBill[]): LagosBill[] {
  const sums = new Map<string, LagosBill>();
  for (const bill of bills) {
    const name = [bill.subscription, bill.code, bill.span.from].join();
    const { units, cents, isRunning } = sums.get(name) ?? { units: 0, cents: 0, isRunning: false };
    sums.set(name, {
      ...bill,
      isRunning: isRunning || bill.isRunning,
      units: units + (bill.isRunning ? 0 : bill.units),
      cents: cents + (bill.isRunning ? 0 : bill.cents),
    });
  }
  return [...sums.values()];
}

/** The charges of the running period of a subscription; undefined if Lago breaks. */
function runningBills({ world: { lago } }: Simulation, name: string): LagosBill[] | undefined {
  try {
    const usage = lago.usage(`c-${name}-s`, `${name}-s`);
    const span = spanOf(usage['from_datetime'], usage['to_datetime']);
    return billsIn(`${name}-s`, span, true, usage['charges_usage']);
  } catch (error) {
    if (error instanceof LagoError) return undefined;
    throw error;
  }
}

/** All that Lago bills: the running period, where it does not break, and every invoice. */
function lagosBills(simulation: Simulation): LagosBill[] {
  const { world, history } = simulation;
  const { lago } = world;
  const { measures } = history;
  const running = SUBSCRIPTIONS.flatMap((name) => runningBills(simulation, name) ?? []);
  const invoiced = lago.invoices().flatMap((invoice) => {
    const [period] = invoice['billing_periods'] as { [name: string]: string }[];
    const span = spanOf(period?.['charges_from_datetime'], period?.['charges_to_datetime']);
    return billsIn(
      period?.['external_subscription_id'] ?? '',
      span,
      false,
      invoice['charges_usage'],
    );
  });
  const all = [...running, ...invoiced].filter(({ subscription }) => subscription.endsWith('-s'));
  const codes = new Set(
    measures.filter(({ payInAdvance }) => payInAdvance === true).map(({ code }) => code),
  );
  const isInAdvance = ({ code }: LagosBill): boolean => codes.has(code);
  return [...all.filter((bill) => !isInAdvance(bill)), ...paidInAdvance(all.filter(isInAdvance))];
}

/** What leaves rows in the order in which they came. */
const KEEPING_PLACES: ReadonlySet<string> = new Set(['add', 'write', 'pass', 'run', 'edit']);

/**
 * Latest values of one price and month that Lago has at one moment, so that nobody knows which
 * counts. Of those before the newest none does.
 */
function tiesOf(
  { world: { lago } }: Simulation,
  standing: readonly Line[],
  measure: Measure,
): string[] {
  const ids = new Set(standing.map(({ index }) => index.id));
  const newest = new Map<string, { readonly at: number; readonly ids: string[] }>();
  for (const { transactionId, externalSubscriptionId, timestampMs, ...event } of lago.events()) {
    const id = String(transactionId);
    if (event.code !== measure.code || !ids.has(id)) continue;
    const month = new Date(timestampMs).toISOString().slice(0, 7);
    const bucket = bucketOf(measure, String(event.properties['region']));
    const name = JSON.stringify([externalSubscriptionId, month, bucket]);
    const { at, ids: tied } = newest.get(name) ?? { at: Number.NEGATIVE_INFINITY, ids: [] };
    if (timestampMs > at) newest.set(name, { at: timestampMs, ids: [id] });
    else if (timestampMs === at && !tied.includes(id)) tied.push(id);
  }
  return [...newest.values()]
    .filter(({ ids: tied }) => tied.length > 1)
    .map(({ ids: tied }) => `${tied.join(' and ')} have one moment in Lago`);
}

/** The report of the run that sent the last one of some lines, if it took something back. */
function emptying({ reports }: Simulation, own: readonly Line[]): Report | undefined {
  const last = Math.max(...own.map(({ index }) => index.at));
  return own.some(({ index }) => index.at === last && index.kind === 'reversal')
    ? reports.find(({ startedAt, endedAt }) => startedAt <= last && last <= endedAt)
    : undefined;
}

/** Checks everything that has to hold once a simulation has settled. */
export function audit(simulation: Simulation): Audit {
  const { world, id, history } = simulation;
  const broken: string[] = [];
  const breaks = (text: string): void => {
    broken.push(text);
  };
  const counts: Record<string, number> = {};
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const lines = linesOf(simulation);
  const arrived = world.lago.events();
  const times = new Map<string, number>();
  for (const { transactionId } of arrived)
    times.set(String(transactionId), (times.get(String(transactionId)) ?? 0) + 1);
  const dryRun = world.ask('dryRun', { id });

  // What was sent was sent once, by one line each.
  for (const [event, often] of times) {
    if (often > 1) breaks(`${event} is in Lago ${often} times`);
    if (!lines.some(({ index }) => index.id === event))
      breaks(`${event} is in Lago without a line`);
  }
  const isIn = ({ index }: Line): boolean => times.has(index.id);
  for (const line of lines)
    if (isIn(line) !== (line.outcome.state === 'accepted' || line.outcome.state === 'conflict'))
      breaks(`${line.index.id} is ${line.outcome.state}, and ${isIn(line) ? '' : 'not '}in Lago`);

  // Units are whole, and nothing is taken back that is not there, or twice.
  const shown = new Set(dryRun.rows.map(({ key }) => key));
  const units = new Map<string, Line[]>();
  for (const line of lines) {
    const { unit, key } = line.index;
    if (unit !== undefined)
      units.set(`${key} ${unit}`, [...(units.get(`${key} ${unit}`) ?? []), line]);
  }
  for (const [unit, members] of units)
    if (
      members.some(isIn) &&
      !members.every(isIn) &&
      !members.some(({ index }) => shown.has(index.key))
    )
      breaks(`half of ${unit}`);
  const undone = new Set(lines.filter(isIn).flatMap(({ index }) => index.undoesToo ?? []));
  for (const line of lines.filter(
    (each) => each.index.kind === 'reversal' && each.index.undoes !== undefined && isIn(each),
  )) {
    const { undoes = '' } = line.index;
    if (!times.has(undoes)) breaks(`${line.index.id} undoes ${undoes}, which is not in Lago`);
    if (undone.has(undoes)) breaks(`${undoes} is undone twice`);
    undone.add(undoes);
  }

  if (dryRun.counts.send + dryRun.counts.wait > 0)
    breaks(
      `not settled: ${JSON.stringify(dryRun.counts)} ${JSON.stringify(dryRun.rows.map(({ key, action, problems }) => [key, action, problems[0]?.code]))}`,
    );

  // What the sheet says, or, of rows that are shown as different, what they were sent as.
  const standing = lines.filter(
    (line) => line.index.kind !== 'reversal' && isIn(line) && !undone.has(line.index.id),
  );
  const single = new Set(
    history.measures
      .filter(({ aggregation }) => /^(latest|unique)/.test(aggregation))
      .map(({ code }) => code),
  );
  const standingOf = (key: string): Usage[] =>
    standing
      .filter(({ index }) => index.key === key)
      // What a unique or latest value was before has been superseded without an event of its own.
      .filter(({ event }, place, all) => place === all.length - 1 || !single.has(event.code))
      .map(sentUsage);
  const expected: Usage[] = [];
  const unsure = new Set<string>();
  const problemRows = new Map(dryRun.rows.map((row) => [row.key, row]));
  const keys = new Set(simulation.rows.map((row) => row.id).filter((key) => key !== ''));
  for (const key of keys) {
    const row = simulation.rows.find((each) => each.id === key);
    const shownAs = problemRows.get(key);
    if (row === undefined) continue;
    if (shownAs === undefined) {
      const bookedAt = standing.find(({ index }) => index.key === key && index.usedAt !== undefined)
        ?.event.timestamp;
      const usage = typedUsage(row);
      const isBooked =
        bookedAt !== undefined &&
        new Date(bookedAt * 1000).getUTCMonth() !== new Date(usage.at).getUTCMonth();
      expected.push({ ...usage, ...(isBooked ? { bookedAt: bookedAt * 1000 } : {}) });
    } else {
      count(`shown as ${shownAs.action}: ${shownAs.problems[0]?.code}`);
      if (shownAs.action === 'hold') {
        if (standingOf(key).length > 0) breaks(`${key} is held, and billed`);
      } else expected.push(...standingOf(key));
    }
  }
  const missing = dryRun.checksOff.some(({ code }) => code === 'row.missing');
  for (const key of new Set(lines.map(({ index }) => index.key))) {
    if (keys.has(key)) continue;
    const shownAs = problemRows.get(key);
    const isExplained =
      missing ||
      dryRun.rows.some(({ problems }) =>
        problems.some(
          ({ code, message }) => code === 'key.renamed' && message.includes(`“${key}”`),
        ),
      );
    if (shownAs !== undefined)
      count(`removed, shown as ${shownAs.action}: ${shownAs.problems[0]?.code}`);
    if (shownAs !== undefined || isExplained) expected.push(...standingOf(key));
    // A latest or unique value of a row that was removed before goes on without it, and without an event that says so.
    if (shownAs === undefined && isExplained)
      for (const { subscription, code } of standingOf(key))
        if (single.has(code)) unsure.add(`${subscription} ${code}`);
  }

  const bills = lagosBills(simulation);
  const isOrdered = history.happenings.every(({ does }) => KEEPING_PLACES.has(does));
  const isClickHouse = simulation.store.eventsStore === 'clickhouse';
  const now = new Date(world.time.now);
  const running = monthOf(now.getUTCFullYear(), now.getUTCMonth());
  const saidOf = (measure: Measure, subscription: string, span: Span): Bill =>
    billOf(
      measure,
      expected.filter((usage) => {
        const at = usage.bookedAt ?? usage.at;
        return (
          usage.subscription === subscription &&
          usage.code === measure.code &&
          at <= span.to &&
          (measure.recurring === true || at >= span.from)
        );
      }),
      span,
      isClickHouse,
    );

  // Nobody else sends anything, so nothing may make Lago break: what nothing covers is held.
  for (const name of SUBSCRIPTIONS) {
    const subscription = `${name}-s`;
    if (runningBills(simulation, name) === undefined)
      breaks(`the running period of ${subscription} breaks`);
    if (history.measures.some((measure) => saidOf(measure, subscription, running).breaking > 0))
      breaks(`what stands of ${subscription} is below zero under a volume charge`);
    for (const span of monthsOver(world.time.now)) {
      if (!periodicInvoices(simulation).has(`${subscription} ${span.from}`))
        breaks(
          `${subscription} lacks the invoice from ${new Date(span.from).toISOString().slice(0, 10)}`,
        );
    }
  }

  // What is below zero in the running period is named, each price once.
  const isTold = (measure: Measure): boolean =>
    measure.expression === undefined &&
    measure.prorated !== true &&
    !(measure.aggregation === 'weighted_sum_agg' && measure.recurring === true);
  const toldMeasures = history.measures.filter(isTold);
  const saidNow = SUBSCRIPTIONS.flatMap((name) =>
    toldMeasures.map((measure) => saidOf(measure, `${name}-s`, running)),
  );
  const isSure =
    unsure.size === 0 &&
    !saidNow.some((bill) => bill.isTie) &&
    !lines.some(({ event }) => event.properties['usage_date'] !== undefined);
  for (const [code, of] of [
    ['total.below-zero', 'belowZero'],
    ['total.no-invoice', 'breaking'],
    ['total.no-refund', 'unrefunded'],
    ['total.no-units', 'unitless'],
    ['total.cut', 'cut'],
  ] as const) {
    const said = saidNow.reduce((sum, bill) => sum + bill[of], 0);
    const named = dryRun.problems.find(({ problem }) => problem.code === code)?.problem.message;
    const told = Number(/: (\d+) \(/.exec(named ?? '')?.[1] ?? 0);
    if (!isSure) count('left out: named');
    else if (said !== told) breaks(`${told} named as ${code}, the sheet says ${said}`);
    else if (said > 0) count(`compared: named as ${code}`);
  }
  for (const measure of isSure ? toldMeasures : [])
    for (const name of SUBSCRIPTIONS) {
      const subscription = `${name}-s`;
      const { units, cents } = saidOf(measure, subscription, running);
      const report = emptying(
        simulation,
        lines.filter(
          ({ event: { external_subscription_id: id, code, timestamp } }) =>
            id === subscription &&
            code === measure.code &&
            running.from <= timestamp * 1000 &&
            timestamp * 1000 <= running.to,
        ),
      );
      if (units !== 0 || cents === 0 || report === undefined) continue;
      // Of what is dated ahead no run says it (guarantees.md).
      if (report.startedAt < running.from) {
        count('left out: emptied before its period');
        continue;
      }
      if (report.codes.includes('total.first-tier')) count('compared: named as total.first-tier');
      else
        breaks(`${measure.code} of ${subscription} was emptied, costs ${cents}, and is not named`);
    }

  for (const measure of history.measures)
    if (measure.aggregation === 'latest_agg') broken.push(...tiesOf(simulation, standing, measure));

  for (const measure of history.measures) {
    const isBooked = (subscription: string): boolean =>
      lines.some(
        ({ event }) =>
          event.code === measure.code &&
          event.external_subscription_id === subscription &&
          event.properties['usage_date'] !== undefined,
      );
    const ofMeasure = bills.filter(({ code }) => code === measure.code);
    for (const name of SUBSCRIPTIONS) {
      const subscription = `${name}-s`;
      const own = ofMeasure.filter((bill) => bill.subscription === subscription);
      const usage = expected.filter(
        (each) => each.subscription === subscription && each.code === measure.code,
      );
      if (unsure.has(`${subscription} ${measure.code}`)) {
        count('left out: removed before keys were unreadable');
        continue;
      }
      if (isBooked(subscription)) {
        const amounts = usage.reduce(
          (sum, { amount }) => sum + (measure.aggregation === 'count_agg' ? 1 : amount),
          0,
        );
        const billed = own.reduce((sum, { units: each }) => sum + each, 0);
        const hasNegative = lines.some(
          ({ event }) => Number(event.properties['amount']) < 0 && event.code === measure.code,
        );
        if (measure.recurring || hasNegative) count('left out: booked');
        else if (Math.abs(amounts - billed) > 1e-6)
          breaks(
            `${measure.code} of ${subscription}, all periods: Lago bills ${billed}, the sheet says ${amounts}`,
          );
        else count('compared: booked');
        continue;
      }
      for (const bill of own) {
        const { span } = bill;
        const inSpan = usage.filter(
          ({ at }) => at <= span.to && (measure.recurring || at >= span.from),
        );
        if (measure.recurring && !bill.isRunning) {
          count('left out: recurring, invoiced');
          continue;
        }
        if (inSpan.length === 0 && bill.units === 0 && bill.cents === 0) continue;
        // The row that stands later in the sheet is the later one, unless rows have changed places.
        const said = billOf(
          measure,
          isOrdered ? [...inSpan].reverse() : inSpan,
          span,
          isClickHouse,
        );
        if (said.isTie && !isOrdered) {
          count('left out: tie');
          continue;
        }
        if (said.belowZero > 0) count('compared: below zero');
        const isInterval = measure.aggregation === 'weighted_sum_agg';
        const isRight =
          Math.abs(said.units - bill.units) < 1e-6 &&
          Math.abs(said.cents - bill.cents) <= (isInterval ? 1 : 0);
        // Fees per event and free units are no matter of totals; what they cost is left out.
        const isRightEnough =
          measure.code === 'sum-percentage-fixed'
            ? Math.abs(said.units - bill.units) < 1e-6
            : isRight;
        count(
          inSpan.some(({ key }) => shown.has(key))
            ? 'compared: with what is shown'
            : 'compared: equal to the sheet',
        );
        if (!isRightEnough)
          breaks(
            `${measure.code} of ${subscription} from ${new Date(span.from).toISOString().slice(0, 10)}${bill.isRunning ? '' : ', invoiced'}: Lago bills ${bill.units} (${bill.cents}), the sheet says ${said.units} (${said.cents})`,
          );
      }
    }
  }
  const lost = expected.filter(
    (usage) =>
      !bills.some(
        ({ subscription, code, span }) =>
          subscription === usage.subscription &&
          code === usage.code &&
          (usage.bookedAt ?? usage.at) >= span.from &&
          (usage.bookedAt ?? usage.at) <= span.to,
      ) && usage.at < world.time.now,
  );
  for (const { key } of lost) count(`in no period: ${key === '' ? '' : 'usage'}`);
  return { broken, counts };
}
