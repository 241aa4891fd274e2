import { activate, createWorld, fireHourly, HOUR, MINUTE, type World } from '../../bundle/world';
import { Chance } from '../chance';
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

/** A sheet, a sync and a Lago whose periods end meanwhile, played by a seed. */
class BorderHistory {
  readonly world: World;
  readonly calendar: Calendar;
  readonly #chance: Chance;
  readonly #id: string;
  readonly #rows: TypedRow[] = [];
  readonly #minute: number;
  readonly #deeds: Deed[];
  /** When runs began that looked at what was typed before (ms). */
  readonly #ranAt: number[] = [];

  constructor(
    private readonly store: Store,
    seed: number,
    private readonly tell: (line: string) => void,
  ) {
    this.#chance = new Chance(seed);
    this.calendar = calendarOf(this.#chance);
    this.#deeds = deedsOf(this.calendar);
    this.#minute = this.#chance.between(0, 59);
    this.world = createWorld({
      store,
      headers: HEADERS,
      rows: [],
      textColumns: HEADERS,
      lago: store === 'clickhouse' ? { visibilityDelayMs: 60_000 } : {},
    });
    const { world } = this;
    world.time.now = BORDER - 3 * DAY;
    world.lago.seed.catalog(catalogOf(this.calendar));
    const { late } = this.calendar;
    this.#id = activate(world, { headers: HEADERS, template: TEMPLATE, late });
    tell(JSON.stringify(this.calendar));
  }

  played(): Told {
    for (const hour of RUNS) this.#pass(hour);
    this.world.time.now = BORDER + CLOSED_AFTER * DAY;
    fireHourly(this.world);
    fireHourly(this.world);
    return this.#audited();
  }

  #pass(hour: number): void {
    const { world } = this;
    const at = BORDER + hour * HOUR + this.#minute * MINUTE;
    this.#passTo(at - this.#chance.between(6, 50) * MINUTE);
    for (let count = this.#chance.between(0, 5); count > 0; count--) this.#type();
    this.#passTo(at);
    fireHourly(world);
    this.#ranAt.push(world.time.now);
    this.tell(`run at ${new Date(at).toISOString()}: Lago has ${world.lago.events().length}`);
  }

  /** Time passes, and what is done to Lago meanwhile is done at its time. */
  #passTo(at: number): void {
    const { time, lago } = this.world;
    for (let [next] = this.#deeds; next !== undefined && next.at <= at; [next] = this.#deeds) {
      time.now = Math.max(time.now, next.at);
      next.act(lago);
      this.#deeds.shift();
    }
    time.now = Math.max(time.now, at);
  }

  #type(): void {
    const { world } = this;
    const { now } = world.time;
    const at = this.#chance.weighed<() => number>([
      [4, () => now - this.#chance.between(0, 48 * 60) * MINUTE],
      [3, () => BORDER + this.#chance.between(-15 * 60, 30 * 60) * MINUTE],
      [2, () => now + this.#chance.between(0, 30 * 60) * MINUTE],
      [1, () => now - this.#chance.between(20, 90) * DAY],
      [
        1,
        () => BORDER + this.#chance.of([-13, -5.5, 0, 5]) * HOUR - this.#chance.of([0, 1]) * 1000,
      ],
    ])();
    const row: TypedRow = {
      id: `r${this.#rows.length + 1}`,
      subscription: this.#chance.of(this.calendar.subscriptions).id,
      at: Math.floor(at / 1000) * 1000,
      code: this.#chance.of(METRICS).code,
      n: this.#chance.of([1, 2, 3, 5, 8, 13, -1, -4]),
      typedAt: now,
    };
    this.#rows.push(row);
    const cells = [row.id, row.subscription, cellTime(row.at), row.code, String(row.n), row.id];
    const { spreadsheet } = world.google;
    const line = this.#rows.length + 1;
    for (const [column, cell] of cells.entries()) spreadsheet.edit('usage', line, column + 1, cell);
    this.tell(`types ${cells.join(' | ')}`);
  }

  /** Each row is billed once, or has a reason; what is billed is not held. */
  #audited(): Told {
    const { world, calendar, store } = this;
    const shown = new Map(world.ask('dryRun', { id: this.#id }).rows.map((row) => [row.key, row]));
    const billing = world.lago.billing();
    const violations: string[] = [];
    const counts: Record<string, number> = {};
    const count = (name: string): void => {
      counts[name] = (counts[name] ?? 0) + 1;
    };
    for (const row of this.#rows) {
      const events = billing.filter(({ transactionId }) => baseOf(transactionId) === row.id);
      const billed = events.filter((each) => each.billed && each.priced).length;
      const as = shown.get(row.id);
      const codes = as?.problems.map(({ code }) => code).join() ?? '';
      const where = `${JSON.stringify(row)} at ${cellTime(row.at)}, typed ${cellTime(row.typedAt)}`;
      if (billed > 1) violations.push(`${where} is billed ${billed} times`);
      if (billed === 0 && codes === '')
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

/** Plays the history of a seed. `tell` gets each of its steps. */
export const playBorder = (
  store: Store,
  seed: number,
  tell: (line: string) => void = () => undefined,
): Told => new BorderHistory(store, seed, tell).played();
