import { activate, createWorld, fireHourly, HOUR, MINUTE, type World } from '../../bundle/world';
import { Chance } from '../chance';
import { BATCH, OFTEN } from '../scenarios';
import { bookedEarly, withoutEffect, wrongLevels, wrongReasons } from './against-invoices';
import { BORDER, type Calendar, calendarOf, catalogOf, METRICS } from './calendar';
import { type Deed, deedsOf } from './deeds';
import { billedIfSent } from './if-sent';
import type { Store, TypedRow } from './typed-row';

const HEADERS = ['id', 'subscription', 'time', 'code', 'n', 'who'] as const;
const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "{{ row.code }}",
  "timestamp": {{ row.time | unix }}, "properties": { "n": {{ row.n }}, "who": "{{ row.who }}" } } }`;
const DAY = 24 * HOUR;

/** What a history came to. */
export interface Told {
  readonly violations: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

/** Hours after the border at which the hourly trigger is looked at; in between nothing happens. */
const RUNS = [-30, -9, -3, -1, 0, 1, 2, 3, 5, 8, 11, 14, 20, 25, 30, 40, 50, 64, 80, 120, 200];
/** By then every invoice is final that can hold a row of the history. In days. */
const CLOSED_AFTER = 140;

const cellTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** What a history is played with. */
export interface Staged {
  readonly store: Store;
  /** The script; the built one unless told. */
  readonly code?: string;
  /** Gets each step. */
  readonly tell?: (line: string) => void;
  /** Whether requests with events are slow, or have no answer; only of drawn histories. */
  readonly isHindered?: boolean;
}

/** A sheet, a sync and a Lago whose periods end meanwhile. */
export class BorderHistory {
  readonly world: World;
  readonly #id: string;
  readonly #tell: (line: string) => void;
  readonly #store: Store;
  readonly #rows: TypedRow[] = [];
  readonly #deeds: Deed[];
  /** When runs ended that could send what was typed before (ms). */
  readonly #ranAt: number[] = [];

  constructor(
    { store, code, tell = () => undefined }: Staged,
    readonly calendar: Calendar,
  ) {
    this.#tell = tell;
    this.#store = store;
    this.#deeds = deedsOf(calendar);
    this.world = createWorld({
      store,
      headers: HEADERS,
      rows: [],
      textColumns: HEADERS,
      lago: store === 'clickhouse' ? { visibilityDelayMs: 60_000 } : {},
      ...(code === undefined ? {} : { code }),
    });
    const { world } = this;
    world.time.now = BORDER - 3 * DAY;
    world.lago.seed.catalog(catalogOf(calendar));
    this.#id = activate(world, { headers: HEADERS, template: TEMPLATE, late: calendar.late });
    tell(JSON.stringify(calendar));
  }

  /**
   * The hourly trigger strikes.
   * @param isDeaf whether Lago hears of no event; nothing typed before was sent in time by that run
   */
  run(isDeaf = false): void {
    const { world } = this;
    const at = world.time.now;
    fireHourly(world);
    if (!isDeaf) this.#ranAt.push(world.time.now);
    this.#tell(`run at ${new Date(at).toISOString()}: Lago has ${world.lago.events().length}`);
  }

  /** Every invoice is made that can hold a row of the history, and looked at. */
  close(): void {
    this.passTo(BORDER + CLOSED_AFTER * DAY);
    fireHourly(this.world);
    fireHourly(this.world);
    // What was sent on ClickHouse is billed a little later.
    this.world.time.now += 10 * MINUTE;
  }

  /** Time passes, and what is done to Lago meanwhile is done at its time. */
  passTo(at: number): void {
    const { time, lago } = this.world;
    for (let [next] = this.#deeds; next !== undefined && next.at <= at; [next] = this.#deeds) {
      time.now = Math.max(time.now, next.at);
      next.act(lago);
      this.#deeds.shift();
    }
    time.now = Math.max(time.now, at);
  }

  /** Somebody types a row. */
  type({ subscription, at, code, n }: Omit<TypedRow, 'id' | 'typedAt'>): void {
    const { world } = this;
    const id = `r${this.#rows.length + 1}`;
    const row: TypedRow = { id, subscription, at, code, n, typedAt: world.time.now };
    this.#rows.push(row);
    const cells = [row.id, row.subscription, cellTime(row.at), row.code, String(row.n), row.id];
    const { spreadsheet } = world.google;
    const line = this.#rows.length + 1;
    for (const [column, cell] of cells.entries()) spreadsheet.edit('usage', line, column + 1, cell);
    this.#tell(`types ${cells.join(' | ')}`);
  }

  /** Each row is billed once, or has a reason; what is billed is not held. */
  audited(): Told {
    const { world, calendar } = this;
    const store = this.#store;
    const shown = new Map(world.ask('dryRun', { id: this.#id }).rows.map((row) => [row.key, row]));
    const billing = world.lago.billing();
    const violations: string[] = [];
    const counts: Record<string, number> = {};
    const count = (name: string): void => {
      counts[name] = (counts[name] ?? 0) + 1;
    };
    const { lago } = world;
    const known = this.#rows.map((row) => ({
      ...row,
      codes: shown.get(row.id)?.problems.map(({ code }) => code) ?? [],
      isSent: billing.some(({ transactionId }) => baseOf(transactionId) === row.id),
      isBilled: billing.some((each) => baseOf(each.transactionId) === row.id && each.billed),
    }));
    const spared = withoutEffect(lago, known);
    for (const row of this.#rows) {
      const events = billing.filter(({ transactionId }) => baseOf(transactionId) === row.id);
      const billed = events.filter((each) => each.billed && each.priced).length;
      const as = shown.get(row.id);
      const codes = as?.problems.map(({ code }) => code).join() ?? '';
      const where = `${JSON.stringify(row)} at ${cellTime(row.at)}, typed ${cellTime(row.typedAt)}`;
      if (billed > 1) violations.push(`${where} is billed ${billed} times`);
      if (billed === 0 && codes === '' && !spared.has(row.id))
        violations.push(
          events.length > 0
            ? `${where} was sent, is not billed, and not told`
            : `${where} was not sent, and not told`,
        );
      // No later month may begin with what came while the draft of a level was made, or after it.
      const isUntellable =
        row.code === 'storage' &&
        codes === 'event.untold' &&
        events.some(({ aheadMs = Number.POSITIVE_INFINITY }) => aheadMs < 2 * MINUTE);
      if (billed > 0 && as?.action === 'hold' && !isUntellable)
        violations.push(`${where} is held, and billed`);
      count(billed > 0 ? 'billed' : events.length > 0 ? `sent, told: ${codes}` : `held: ${codes}`);
      if (billed > 0 && codes !== '') count(`billed, told: ${codes}`);
    }
    for (const { id, isBilled } of known)
      if (isBilled && shown.get(id)?.action === 'refused')
        violations.push(`${id} is shown as refused, and billed`);
    violations.push(
      ...wrongReasons(lago, known),
      ...bookedEarly(lago, known),
      ...wrongLevels(lago, calendar.subscriptions, known),
    );
    const late = this.#rows.filter(({ id }) => shown.get(id)?.problems[0]?.code === 'event.late');
    const tried = late.map((row) => ({
      ...row,
      sentAt: this.#ranAt.find((at) => at > row.typedAt) ?? world.time.now,
    }));
    for (const { id, at, typedAt } of billedIfSent(store, calendar, tried))
      violations.push(
        `${id} at ${cellTime(at)}, typed ${cellTime(typedAt)}, is held as late, and would be billed`,
      );
    return { violations, counts };
  }
}

const baseOf = (id: string | null): string => (id ?? '').replace(/~[rx]\d+/g, '');

/** A time around the border, as rows of a drawn history have them (ms). */
const timeOf = (chance: Chance, now: number): number =>
  chance.weighed<() => number>([
    [4, () => now - chance.between(0, 48 * 60) * MINUTE],
    [3, () => BORDER + chance.between(-15 * 60, 30 * 60) * MINUTE],
    [2, () => now + chance.between(0, 30 * 60) * MINUTE],
    [1, () => now - chance.between(20, 90) * DAY],
    [1, () => BORDER + chance.of([-13, -5.5, 0, 5]) * HOUR - chance.of([0, 1]) * 1000],
  ])();

/** So that a slow request leaves before a job that runs ten minutes past, and arrives after it. */
const JUST_BEFORE_JOBS = 8;
/** No run has failed for the last time: what that left open would be found months later. */
const LAST_RUN = RUNS.at(-1);

/**
 * The requests with events of the next run are slow, or none of them has an answer.
 * @returns whether Lago does not even hear of them
 */
function hinder(world: World, chance: Chance, mayFail: boolean): boolean {
  let delay = chance.isIn(90) ? chance.between(2, 4) * MINUTE : 0;
  world.intercept = ({ url }) => {
    if (url.includes(BATCH.path)) {
      world.time.now += delay;
      delay = 0;
    }
    return undefined;
  };
  const committed = chance.isIn(50);
  const isHanging = chance.isIn(8) && mayFail;
  if (isHanging) world.lago.faults.add({ ...BATCH, kind: 'hang', committed, times: OFTEN });
  return isHanging && !committed;
}

/** Plays the history of a seed. */
export function playBorder(staged: Staged, seed: number): Told {
  const chance = new Chance(seed);
  const hindrances = staged.isHindered === true ? new Chance(seed) : undefined;
  const calendar = calendarOf(chance);
  const drawn = chance.between(0, 59);
  const minute = hindrances === undefined ? drawn : JUST_BEFORE_JOBS;
  const history = new BorderHistory(staged, calendar);
  const { time } = history.world;
  for (const hour of RUNS) {
    const at = BORDER + hour * HOUR + minute * MINUTE;
    history.passTo(at - chance.between(6, 50) * MINUTE);
    for (let count = chance.between(0, 5); count > 0; count--) {
      const when = timeOf(chance, time.now);
      history.type({
        subscription: chance.of(calendar.subscriptions).id,
        at: Math.floor(when / 1000) * 1000,
        code: chance.of(METRICS).code,
        n: chance.of([1, 2, 3, 5, 8, 13, -1, -4]),
      });
    }
    history.passTo(at);
    const isDeaf = hindrances !== undefined && hinder(history.world, hindrances, hour !== LAST_RUN);
    history.run(isDeaf);
    history.world.lago.faults.clear();
  }
  history.close();
  return history.audited();
}
