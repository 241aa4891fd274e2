import type { Fault } from '../../../sandbox/lago/faults';
import {
  API_KEY,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  MINUTE,
  START,
  TAB,
  type World,
} from '../../bundle/world';
import { seedOf } from './catalog';
import type { Field, Happening, History, Meeting, SheetRow, Store } from './history';

export const HEADERS = [
  'id',
  'subscription',
  'time',
  'code',
  'amount',
  'region',
  'price',
  'note',
  'factor',
] as const;
export const SUBSCRIPTIONS = ['acme', 'globex'] as const;

const TEMPLATE = `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "{{ row.code }}",
  "timestamp": {{ row.time | unix }}, "precise_total_amount_cents": "{{ row.price }}",
  "properties": { "amount": {{ row.amount }}, "region": "{{ row.region }}", "factor": {{ row.factor }}, "note": "{{ row.note }}" } } }`;

const DAY = 24 * HOUR;
/** A number from here on chooses a time of the next month. */
export const AHEAD = 100;
const BATCH = '/api/v1/events/batch';

const AMOUNTS = ['1', '2', '3', '5', '7', '12', '0.5', '-9', '4', '0', '-3'];
const BAD: Readonly<Partial<Record<Field, readonly string[]>>> = {
  id: [''],
  amount: ['many', '', '1,5 x'],
  subscription: ['nobody', ''],
  code: ['nothing', ''],
  time: ['soon', '', '2027-09-01 10:00'],
  factor: ['', 'x'],
};

const pad = (value: number): string => String(value).padStart(2, '0');

/** What a run has named, by code; times in ms. */
export interface Report {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly codes: readonly string[];
}

/** A person at a sheet, a sync that corrects, and a Lago; played through one history. */
export class Simulation {
  readonly world: World;
  readonly id: string;
  rows: SheetRow[] = [];
  /** How the sheet was before each change of it. */
  readonly #versions: SheetRow[][] = [];
  readonly #removed: SheetRow[] = [];
  #added = 0;
  /** What the reports of runs have named; times in ms. */
  readonly reports: Report[] = [];

  /** @param code the script; the built one unless told */
  constructor(
    readonly store: Store,
    readonly history: History,
    code?: string,
  ) {
    const { measures, late, grace, unflushed, partialBatches } = history;
    const { metrics, charges } = seedOf(measures);
    this.world = createWorld({
      rows: [],
      headers: HEADERS,
      store: store.eventsStore,
      lago: { visibilityDelayMs: 90_000, duplicateRemoval: store.duplicateRemoval, partialBatches },
      google: { unflushed },
      ...(code === undefined ? {} : { code }),
    });
    const { world } = this;
    world.time.now = START - 90 * DAY;
    world.lago.seed.catalog({
      metrics,
      plans: [
        {
          name: 'S',
          code: 's',
          interval: 'monthly',
          amount_cents: 0,
          amount_currency: 'EUR',
          charges,
        },
      ],
      customers: SUBSCRIPTIONS.map((id, index) => ({
        external_id: `c-${id}-s`,
        currency: 'EUR',
        timezone: 'UTC',
        ...(grace > 0 && index === 1
          ? { billing_configuration: { invoice_grace_period: grace } }
          : {}),
      })),
      subscriptions: SUBSCRIPTIONS.map((id) => ({
        external_customer_id: `c-${id}-s`,
        plan_code: 's',
        external_id: `${id}-s`,
        subscription_at: '2026-09-01T00:00:00Z',
      })),
    });
    world.time.now = START + 17 * MINUTE;
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    const sync = world.ask('saveSync', { draft: draftOf(world, HEADERS, TEMPLATE) });
    this.id = sync.id;
    world.ask('activate', {
      id: sync.id,
      revision: sync.revision,
      changed: 'correct',
      removed: 'correct',
      late,
      onEdit: false,
    });
  }

  /** @param told after each happening */
  play(told: (happening: Happening) => void = () => undefined): void {
    const first: Happening[] = this.history.first.map((values) => ({ does: 'add', values }));
    for (const happening of [
      ...first,
      { does: 'run', meets: { kind: 'nothing' } } as const,
      ...this.history.happenings,
    ]) {
      this.#happen(happening);
      told(happening);
    }
  }

  /** Goes on by hourly runs without faults until nothing is left to do; what asks for an approval gets it. */
  settle(): void {
    const { world, id } = this;
    for (let run = 0; run < 6; run++) {
      world.time.now += HOUR;
      fireHourly(world);
      this.#note();
      if (run === 0) continue;
      const { asks, counts } = world.ask('dryRun', { id });
      if (asks !== undefined) {
        world.ask('runNow', { id, approved: asks });
        this.#note();
      } else if (counts.send + counts.wait === 0) break;
    }
    world.time.now += 10 * MINUTE;
  }

  #happen(happening: Happening): void {
    switch (happening.does) {
      case 'pass':
        this.world.time.now += happening.hours * HOUR;
        return;
      case 'run':
        this.#run(happening.meets);
        return;
      default:
        this.#write(this.#changed(happening));
    }
  }

  #run(meets: Meeting): void {
    const { world } = this;
    if (meets.kind === 'kill')
      fireHourly(world, { killAtCall: meets.atCall, killWhen: meets.when });
    else {
      if (meets.kind === 'lost') world.lago.faults.add(faultOf(meets));
      fireHourly(world);
    }
    this.#note();
    world.lago.faults.clear();
    world.time.now += HOUR;
  }

  #note(): void {
    const [last] = this.world.ask('open', {}).syncs.flatMap(({ lastRun }) => lastRun ?? []);
    if (last === undefined) return;
    const { startedAt, endedAt, problems } = last;
    this.reports.push({ startedAt, endedAt, codes: problems.map(({ problem }) => problem.code) });
  }

  /** The rows after a change; the same ones where there is nothing to change. */
  #changed(happening: Exclude<Happening, { does: 'pass' | 'run' }>): SheetRow[] {
    const { rows } = this;
    const chosen = 'row' in happening && rows.length > 0 ? happening.row % rows.length : -1;
    const row = rows[chosen];
    switch (happening.does) {
      case 'add':
        return [...rows, this.#newRow(happening.values)];
      case 'write':
        return [...happening.rows];
      case 'edit':
        return rows.map((each, place) =>
          place === chosen
            ? { ...each, [happening.field]: this.#value(happening.field, happening.value) }
            : each,
        );
      case 'spoil': {
        const bad = [
          ...(BAD[happening.field] ?? []),
          ...(happening.field === 'id' ? [`${row?.id}'`] : []),
        ];
        return bad.length === 0
          ? rows
          : rows.map((each, place) =>
              place === chosen
                ? { ...each, [happening.field]: bad[happening.value % bad.length] ?? '' }
                : each,
            );
      }
      case 'remove':
        if (row !== undefined) this.#removed.push(row);
        return rows.filter((_, place) => place !== chosen);
      case 'return': {
        const back = this.#removed.splice(happening.row % Math.max(1, this.#removed.length), 1)[0];
        if (back === undefined) return rows;
        return [
          ...rows,
          happening.altered ? { ...back, amount: this.#value('amount', happening.row + 1) } : back,
        ];
      }
      case 'duplicate':
        return row === undefined ? rows : [...rows, row];
      case 'sort': {
        const header = HEADERS[happening.column % HEADERS.length] ?? 'id';
        return [...rows].sort((left, right) => (left[header] < right[header] ? -1 : 1));
      }
      case 'undo':
        return this.#versions[this.#versions.length - happening.steps] ?? rows;
    }
  }

  #newRow(values: readonly number[]): SheetRow {
    this.#added++;
    const [subscription, time, code, amount, region, price, note, factor] = values.map(
      (value) => value,
    );
    const value = (field: Field, number = 0): string => this.#value(field, number);
    return {
      id: `k${this.#added}`,
      subscription: value('subscription', subscription),
      time: value('time', time),
      code: value('code', code),
      amount: value('amount', amount),
      region: value('region', region),
      price: value('price', price),
      note: value('note', note),
      factor: value('factor', factor),
    };
  }

  #value(field: Field, number: number): string {
    switch (field) {
      case 'id':
        return `k${this.#added}`;
      case 'subscription':
        return `${SUBSCRIPTIONS[number % 2]}-s`;
      case 'code':
        return this.history.measures[number % this.history.measures.length]?.code ?? '';
      case 'amount':
        return AMOUNTS[number % AMOUNTS.length] ?? '1';
      case 'region':
        return ['eu', 'us', 'asia'][number % 3] ?? 'eu';
      case 'price':
        return String((number % 9) * 25 + 10);
      case 'factor':
        return String((number % 3) + 1);
      case 'note':
        return `note ${number % 4}`;
      case 'time':
        return this.#time(number);
    }
  }

  /**
   * Mostly a day of the running month, up to today; one in eight lies in the month before. Numbers
   * from `AHEAD` on are days of the next one.
   */
  #time(number: number): string {
    const now = new Date(this.world.time.now);
    const isAhead = number >= AHEAD;
    const isBefore = !isAhead && number % 8 === 7;
    const months = isAhead ? 1 : isBefore ? -1 : 0;
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
    const latest = isAhead ? 4 : Math.min(28, now.getUTCDate());
    const day = isBefore ? 20 + (number % 9) : 1 + (number % latest);
    return `${month.getUTCFullYear()}-${pad(month.getUTCMonth() + 1)}-${pad(day)} ${pad(number % 24)}:${number % 3 === 0 ? '30' : '00'}`;
  }

  #write(rows: SheetRow[]): void {
    if (rows === this.rows) return;
    const { spreadsheet } = this.world.google;
    this.#versions.push(this.rows);
    const height = Math.max(rows.length, this.rows.length);
    const texts = Array.from({ length: height }, (_, place) =>
      HEADERS.map((header) => rows[place]?.[header] ?? ''),
    );
    if (height > 0) spreadsheet.paste(TAB, 2, 1, texts);
    this.rows = rows;
  }
}

function faultOf({ how, committed, times }: Extract<Meeting, { kind: 'lost' }>): Fault {
  const match = { method: 'POST', path: BATCH, times };
  return how === 'reset' || how === 'hang'
    ? { ...match, kind: how, committed }
    : { ...match, kind: 'answer', status: Number(how), committed };
}
