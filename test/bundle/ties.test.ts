import { played } from './long';
import { activate, createWorld, fireHourly, HOUR, inLago, MINUTE, TAB, type World } from './world';

/** `SEED=7` plays other histories. */
const SEED = Number(process.env['SEED'] ?? 20_261_130);
const CASES = 12;
const STEPS = 3;

const METRICS = [
  { name: 'Level', code: 'level', aggregation_type: 'latest_agg', field_name: 'amount' },
  { name: 'Users', code: 'users', aggregation_type: 'unique_count_agg', field_name: 'amount' },
];
/** By its note a row is told from another one that says the same otherwise. */
const HEADERS = ['id', 'subscription', 'time', 'amount', 'note'];
const templateOf = (code: string): string => `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "${code}",
  "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }}, "note": "{{ row.note }}" } } }`;

type Store = 'postgres' | 'clickhouse';
type Cells = string[];

/** A sync of a metric that corrects, whose rows stand in the sheet as they were written: times as texts keep their milliseconds. */
function started(store: Store, code: string, rows: readonly Cells[]): { world: World; id: string } {
  const world = createWorld({
    store,
    rows,
    metrics: METRICS,
    textColumns: ['time'],
    headers: HEADERS,
  });
  const id = activate(world, {
    template: templateOf(code),
    changed: 'correct',
    removed: 'correct',
    headers: HEADERS,
  });
  fireHourly(world);
  return { world, id };
}

function hourLater(world: World): void {
  world.time.now += HOUR;
  fireHourly(world);
}

/** Units of a metric that Lago bills acme now. */
function billed({ lago, time }: World, code: string): number {
  // What was sent on ClickHouse is billed a little later.
  time.now += 10 * MINUTE;
  const charges = lago.usage('c-acme', 'acme')['charges_usage'] as {
    units: string;
    billable_metric: { code: string };
  }[];
  return Number(charges.find((each) => each.billable_metric.code === code)?.units);
}

const problems = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.flatMap((each) => each.problems.map(({ code }) => `${each.key} ${code}`));

const random = (seed: number) => {
  let state = seed % 2_147_483_647;
  return (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return Math.floor((state / 2_147_483_647) * below);
  };
};

/** What stands in the sheet, as the test wrote it. */
class Written {
  readonly rows: Cells[] = [];
  private next = 1;

  constructor(private readonly draw: (below: number) => number) {}

  private time(): string {
    // Neighbours of a millisecond, of which ClickHouse makes some the same.
    return `2026-11-0${3 + this.draw(2)} 10:00:00.00${this.draw(4)}`;
  }

  add(): Cells {
    const id = `r${this.next++}`;
    const row = [id, 'acme', this.time(), String(1 + this.draw(5)), `of ${id}`];
    this.rows.push(row);
    return row;
  }

  /** Does something to the sheet that a person might do. */
  change({ google }: World): void {
    const place = this.draw(this.rows.length);
    const row = this.rows[place] ?? [];
    switch (this.draw(4)) {
      case 0:
        google.spreadsheet.paste(TAB, this.rows.length + 2, 1, [this.add()]);
        break;
      case 1:
        row[2] = this.time();
        google.spreadsheet.edit(TAB, place + 2, 3, row[2]);
        break;
      case 2:
        if (this.rows.length > 2) {
          this.rows.splice(place, 1);
          google.spreadsheet.deleteRows(TAB, place + 2, 1);
        }
        break;
      default:
        row[3] = String(1 + this.draw(5));
        google.spreadsheet.edit(TAB, place + 2, 4, row[3]);
    }
  }

  /** The value of the latest row; of one time the one that stands last. */
  latest(): number {
    const sorted = [...this.rows].sort(([, , left = ''], [, , right = '']) =>
      left < right ? -1 : left > right ? 1 : 0,
    );
    return Number(sorted[sorted.length - 1]?.[3]);
  }

  different(): number {
    return new Set(this.rows.map(([, , , amount]) => amount)).size;
  }
}

const NOON = '2026-11-03 12:00:00';
const ROWS: readonly Cells[] = [
  ['a', 'acme', NOON, '5', 'x'],
  ['b', 'acme', NOON, '9', 'x'],
  ['c', 'acme', NOON, '7', 'x'],
];

describe.each<Store>(['postgres', 'clickhouse'])('on %s', (store) => {
  test('of rows of one time Lago bills the latest value of the one that stands last', () => {
    const { world, id } = started(store, 'level', ROWS);
    expect(billed(world, 'level')).toBe(7);
    world.google.spreadsheet.paste(TAB, 5, 1, [['d', 'acme', NOON, '3', 'x']]);
    hourLater(world);
    expect(billed(world, 'level')).toBe(3);
    hourLater(world);
    expect(inLago(world)).toHaveLength(4);
    expect(problems(world, id)).toEqual([]);
  });

  test('a latest value that is changed twice in a second is billed as the row says', () => {
    const { world, id } = started(store, 'level', ROWS);
    for (const amount of ['8', '2']) {
      world.google.spreadsheet.edit(TAB, 4, 4, amount);
      hourLater(world);
      expect(billed(world, 'level')).toBe(Number(amount));
    }
    expect(problems(world, id)).toEqual([]);
  });

  test('a unique value that is set back in the same second is billed once', () => {
    const { world, id } = started(store, 'users', ROWS);
    for (const amount of ['6', '7', '6', '7']) {
      world.google.spreadsheet.edit(TAB, 4, 4, amount);
      hourLater(world);
      expect(billed(world, 'users')).toBe(3);
    }
    expect(problems(world, id)).toEqual([]);
  });

  test('a row that would have to leave its period is held', () => {
    const LAST = '2026-11-30 23:59:59.999';
    const { world, id } = started(store, 'level', [
      ['a', 'acme', LAST, '5', 'x'],
      ['b', 'acme', LAST, '9', 'x'],
    ]);
    expect(inLago(world)).toEqual(['a = 5']);
    expect(problems(world, id)).toEqual(['b event.tie']);
    world.google.spreadsheet.edit(TAB, 3, 3, '2026-11-30 23:59:59.900');
    hourLater(world);
    expect(inLago(world)).toEqual(['a = 5', 'b = 9']);
  });

  test('a ledger that was rebuilt has what moved as it was sent', () => {
    const { world, id } = started(store, 'level', ROWS);
    world.google.spreadsheet.edit(TAB, 3, 4, '8');
    hourLater(world);
    world.time.now += HOUR;
    const ledger = world.google.spreadsheet.sheets.find(({ name }) =>
      name.startsWith('Lago ledger'),
    );
    world.google.spreadsheet.deleteSheet(ledger?.name ?? '');
    // On ClickHouse nothing is compared for the first five minutes.
    if (store === 'clickhouse') {
      world.call('rebuildLedger', { id });
      world.time.now += 6 * MINUTE;
    }
    expect(world.ask('rebuildLedger', { id })).toMatchObject({ found: 3, different: 0, absent: 0 });
    const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? 0;
    world.ask('activate', { id, revision, changed: 'correct', removed: 'correct', onEdit: false });
    const before = inLago(world);
    hourLater(world);
    expect(inLago(world)).toEqual(before);
    expect(problems(world, id)).toEqual([]);
    world.google.spreadsheet.edit(TAB, 4, 4, '1');
    hourLater(world);
    expect(billed(world, 'level')).toBe(1);
  });

  // A short run has each of them on one of the two.
  test.each(played(['level', 'users'], 2, store === 'postgres' ? 0 : 1))(
    `%s is billed as the sheet says through random changes, seed ${SEED}`,
    (code) => {
      const wrong: string[] = [];
      for (let index = 0; index < CASES; index++) {
        const written = new Written(random(SEED + index * 7_919));
        const first = Array.from({ length: 4 }, () => [...written.add()]);
        const { world } = started(store, code, first);
        for (let step = 0; step <= STEPS; step++) {
          if (step > 0) {
            written.change(world);
            hourLater(world);
          }
          const expected = code === 'level' ? written.latest() : written.different();
          const found = billed(world, code);
          if (found !== expected)
            wrong.push(
              `case ${index} step ${step}: ${found}, not ${expected}: ${JSON.stringify(written.rows)}`,
            );
        }
      }
      expect(wrong).toEqual([]);
    },
    120_000,
  );
});
