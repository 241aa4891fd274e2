import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HEADERS,
  HOUR,
  inLago,
  TAB,
  usageRows,
  type World,
} from './world';

const DAY = 24 * HOUR;
const THIRD_OF_DECEMBER = Date.UTC(2026, 11, 3, 9);

/** The monthly routine: the rows of November are typed on the third of December. Customers may have a grace period (days). */
function december(
  options: { store?: 'postgres' | 'clickhouse'; grace?: number; aggregation?: string } = {},
): World {
  const { store = 'postgres', grace, aggregation } = options;
  const world = createWorld({ store, rows: [] });
  if (grace !== undefined)
    for (const id of ['acme', 'globex'])
      world.lago.seed.customer({
        external_id: `c-${id}`,
        timezone: 'UTC',
        billing_configuration: { invoice_grace_period: grace },
      });
  if (aggregation !== undefined) {
    world.lago.seed.metric({
      name: 'Other',
      code: 'other',
      aggregation_type: aggregation,
      field_name: 'amount',
    });
    world.lago.seed.plan({
      name: 'Q',
      code: 'q',
      interval: 'monthly',
      charges: [
        { billable_metric_code: 'other', charge_model: 'standard', properties: { amount: '1' } },
      ],
    });
    world.lago.seed.subscription({
      external_customer_id: 'c-acme',
      plan_code: 'q',
      external_id: 'acme-q',
      subscription_at: '2026-09-01T00:00:00Z',
    });
  }
  return world;
}

function typeIn(world: World, rows: readonly (readonly string[])[]): void {
  world.time.now = THIRD_OF_DECEMBER;
  world.google.spreadsheet.paste(TAB, 2, 1, rows);
}

const NOVEMBER = [
  ['r1', 'acme', '2026-11-28 10:00', '5'],
  ['r2', 'globex', '2026-11-30 23:59', '7'],
  ['r3', 'acme', '2026-12-02 08:00', '1'],
];

const heldAs = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.filter(({ action }) => action === 'hold')
    .map(({ row, problems }) => `${row} ${problems.map(({ code }) => code).join()}`);

const billed = ({ lago }: World): string[] =>
  lago.billing().map((each) => `${each.transactionId} ${each.billed ? each.where : 'never'}`);

describe.each(['postgres', 'clickhouse'] as const)(
  'usage of a month that is invoiced, on %s',
  (store) => {
    test('is held unless a person chose otherwise, and the rest goes', () => {
      const world = december({ store });
      const id = activate(world);
      typeIn(world, NOVEMBER);
      fireHourly(world);
      expect(inLago(world)).toEqual(['r3 = 1']);
      expect(heldAs(world, id)).toEqual(['2 event.late', '3 event.late']);
      expect(
        world.ask('dryRun', { id }).problems.find(({ problem }) => problem.code === 'event.late')
          ?.problem.message,
      ).toBe(
        'The usage of 2026-11-28 lies in a billing period of “acme” that is closed; Lago would not bill it any more.',
      );
      world.time.now += 1000;
      expect(billed(world)).toEqual(['r3 current']);
    });

    test('is booked into the running month where a person chose that, with its date kept, and billed', () => {
      const world = december({ store });
      const id = activate(world, { late: 'book' });
      typeIn(world, NOVEMBER);
      expect(world.ask('dryRun', { id }).summary).toMatchObject({
        events: 3,
        booked: 2,
        future: 0,
      });
      fireHourly(world);
      expect(heldAs(world, id)).toEqual([]);
      const [first] = world.lago.events();
      expect(first).toMatchObject({ transactionId: 'r1', timestampMs: Date.UTC(2026, 11, 1) });
      expect(first?.properties['usage_date']).toBe('2026-11-28T10:00:00.000Z');
      world.time.now += 1000;
      expect(billed(world)).toEqual(['r1 current', 'r2 current', 'r3 current']);
      world.time.now += HOUR;
      fireHourly(world);
      expect(inLago(world)).toEqual(['r1 = 5', 'r2 = 7', 'r3 = 1']);
    });

    test('goes as it is while its invoice is a draft', () => {
      const world = december({ store, grace: 5 });
      const id = activate(world);
      typeIn(world, NOVEMBER);
      fireHourly(world);
      expect(heldAs(world, id)).toEqual([]);
      world.time.now += 10 * DAY;
      expect(billed(world)).toEqual(['r1 finalized', 'r2 finalized', 'r3 current']);
    });

    test('is held once the draft is final', () => {
      const world = december({ store, grace: 2 });
      const id = activate(world);
      typeIn(world, NOVEMBER);
      fireHourly(world);
      expect(heldAs(world, id)).toEqual(['2 event.late', '3 event.late']);
    });
  },
);

test('a row that was booked may be corrected like any other: its month is that of its date', () => {
  const world = december();
  activate(world, { late: 'book', changed: 'add' });
  typeIn(world, NOVEMBER);
  fireHourly(world);
  world.google.spreadsheet.edit(TAB, 2, 4, '6');
  world.time.now += HOUR;
  fireHourly(world);
  expect(inLago(world)).toContain('r1~r2 = 6');
});

test.each(['max_agg', 'latest_agg', 'unique_count_agg'])(
  'late usage of a %s metric is never booked, since it would count for something else there',
  (aggregation) => {
    const world = december({ aggregation });
    const template = JSON.stringify({
      transaction_id: '{{ row.id }}',
      external_subscription_id: '{{ row.subscription }}',
      code: 'other',
      timestamp: '{{ row.time | unix }}',
      properties: { amount: '{{ row.amount }}' },
    }).replace('"{{ row.time | unix }}"', '{{ row.time | unix }}');
    const id = activate(world, { late: 'book', template });
    typeIn(world, [['r1', 'acme-q', '2026-11-28 10:00', '5']]);
    fireHourly(world);
    expect(inLago(world)).toEqual([]);
    expect(world.ask('dryRun', { id }).rows[0]?.problems[0]?.remedy).toContain(
      'only sums and counts stay right there',
    );
  },
);

test('a key without the right to read invoices holds late usage, since no draft can be seen, and says so', () => {
  const world = december({ grace: 5 });
  const read = ['read' as const];
  world.lago.addKey({
    value: 'key-without-invoices',
    permissions: {
      event: ['read', 'write'],
      organization: read,
      billable_metric: read,
      plan: read,
      subscription: read,
      customer: read,
    },
  });
  const id = activate(world);
  world.ask('connect', { address: 'https://lago.example', apiKey: 'key-without-invoices' });
  typeIn(world, NOVEMBER);
  fireHourly(world);
  expect(heldAs(world, id)).toEqual(['2 event.late', '3 event.late']);
  expect(world.ask('dryRun', { id }).checksOff.map(({ code }) => code)).toEqual(['lago.no-drafts']);
});

test('drafts are asked for only where a row is late', () => {
  const world = createWorld({ rows: usageRows(3) });
  activate(world);
  fireHourly(world);
  expect(
    Object.keys(world.lago.requests.counts()).filter((path) => path.includes('invoices')),
  ).toEqual([]);
});

describe('a preview', () => {
  const previewed = (world: World, late?: 'book'): string | undefined =>
    world.ask('preview', {
      draft: { ...draftOf(world), ...(late === undefined ? {} : { late }) },
      row: 2,
    }).meaning;

  test('says into which period a row falls', () => {
    const world = createWorld({ rows: [['r1', 'acme', '2026-11-03 10:00', '5']] });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    expect(previewed(world)).toBe(
      'Lago counts 5 amount (sum of amount, metric Calls) for subscription acme in November 2026. That period runs until 2026-11-30 23:59 (UTC).',
    );
  });

  test('marks what is dated in the future', () => {
    const world = createWorld({ rows: [['r1', 'acme', '2026-12-03 10:00', '5']] });
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    expect(previewed(world)).toContain(
      'in December 2026. It is dated in the future. It counts in a period that has not begun.',
    );
  });

  test('shows the event that is booked', () => {
    const world = december();
    world.ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
    typeIn(world, NOVEMBER);
    expect(previewed(world, 'book')).toContain(
      'in December 2026. The usage of 2026-11-28 lies in a period that is closed; it is booked into the running one.',
    );
    expect(previewed(world)).toBeUndefined();
  });
});

describe('the end of a period', () => {
  const TWO_DAYS_BEFORE = Date.UTC(2026, 10, 29, 9);

  const waiting = (): { world: World; id: string } => {
    const world = createWorld({ rows: [...usageRows(2), ['r3', 'acme', '2026-11-12 10:00', '']] });
    const id = activate(world);
    fireHourly(world);
    return { world, id };
  };
  const lastProblem = (world: World): string | undefined =>
    world.ask('open', {}).syncs[0]?.lastRun?.problems[0]?.problem.code;

  test('is announced, by mail too, while a row of it is held', () => {
    const { world } = waiting();
    expect(lastProblem(world)).toBe('row.empty-cell');
    world.time.now = TWO_DAYS_BEFORE;
    fireHourly(world);
    expect(lastProblem(world)).toBe('period.closing');
    expect(world.google.mails.at(-1)?.body).toContain(
      'A billing period ends at 2026-11-30 23:59 (Etc/UTC). Rows that may belong to it and are not billed as the sheet says: 1.',
    );
  });

  test('is no news where everything is billed', () => {
    const { world } = waiting();
    world.google.spreadsheet.edit(TAB, 4, HEADERS.length, '3');
    world.time.now = TWO_DAYS_BEFORE;
    fireHourly(world);
    expect(lastProblem(world)).toBeUndefined();
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3']);
  });
});
