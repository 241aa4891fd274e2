import { proofs } from './border-world';
import {
  API_KEY,
  activate,
  createWorld,
  fireHourly,
  HOUR,
  inLago,
  MINUTE,
  TAB,
  TEMPLATE,
  type World,
} from './world';

const LEVEL = TEMPLATE.replace('calls', 'level');

const levelOf = (aggregation_type: string) => ({
  code: 'level',
  aggregation_type,
  field_name: 'amount',
  recurring: true,
  ...(aggregation_type === 'weighted_sum_agg' ? { weighted_interval: 'seconds' } : {}),
});

const BEFORE = ['a', 'acme', '2026-11-16 00:00', '30'];
const LATE = ['b', 'acme', '2026-11-20 00:00', '60'];
const NOW = ['c', 'acme', '2026-12-16 12:00', '31'];
const MIDNIGHT = Date.UTC(2026, 11, 1);
const THIRD_OF_DECEMBER = Date.UTC(2026, 11, 3, 9);

interface Scene {
  readonly store: 'postgres' | 'clickhouse';
  readonly aggregation?: string;
  /** Days in which an invoice is a draft. */
  readonly grace?: number;
}

/** The 3rd of December: what was typed in November is sent, and its period over. */
function december({ store, aggregation = 'weighted_sum_agg', grace = 0 }: Scene) {
  const world = createWorld({ store, rows: [BEFORE] });
  world.lago.seed.catalog({
    metrics: [{ name: 'Level', ...levelOf(aggregation) }],
    plans: [
      {
        name: 'L',
        code: 'l',
        interval: 'monthly',
        amount_cents: 0,
        amount_currency: 'EUR',
        pay_in_advance: false,
        charges: [
          {
            billable_metric_code: 'level',
            charge_model: 'standard',
            pay_in_advance: false,
            properties: { amount: '1' },
          },
        ],
      },
    ],
    customers: [
      {
        external_id: 'c-level',
        currency: 'EUR',
        timezone: 'UTC',
        billing_configuration: { invoice_grace_period: grace },
      },
    ],
    subscriptions: [
      {
        external_customer_id: 'c-level',
        plan_code: 'l',
        external_id: 'level',
        subscription_at: '2026-11-01T00:00:00Z',
      },
    ],
  });
  world.google.spreadsheet.edit(TAB, 2, 2, 'level');
  const id = activate(world, {
    template: LEVEL,
    changed: 'correct',
    removed: 'correct',
    late: 'book',
  });
  fireHourly(world);
  world.time.now = THIRD_OF_DECEMBER;
  return { world, id };
}

interface Border extends Scene {
  /** The row that is typed two minutes after the end of its period. */
  readonly row?: string[];
  /** When the batch with it arrives in Lago (ms), whose job makes the invoice ten minutes past. */
  readonly arrives?: number;
}

function inBorder({ row = LATE, arrives, ...scene }: Border) {
  const { world, id } = december(scene);
  world.time.now = MIDNIGHT + 2 * MINUTE;
  type(world, 3, row);
  world.time.now = MIDNIGHT + 5 * MINUTE;
  world.intercept = ({ url }) => {
    if (url.includes('/events/batch')) world.time.now = arrives ?? world.time.now;
    return undefined;
  };
  fireHourly(world);
  world.intercept = undefined;
  return { world, id };
}

const type = ({ google }: World, row: number, [key = '', , time = '', amount = '']: string[]) => {
  google.spreadsheet.paste(TAB, row, 1, [[key, 'level', time, amount]]);
};

const messages = (world: World, id: string): string[] =>
  world.ask('dryRun', { id }).problems.map(({ problem: { message } }) => message);

const shown = (world: World, id: string): string[] =>
  world
    .ask('dryRun', { id })
    .rows.map(
      ({ key, action, problems }) => `${key} ${action} ${problems.map(({ code }) => code).join()}`,
    );

/** What a person sends past the add-on. */
const sendAnyway = ({ lago }: World, [id, , time = '', amount]: string[]): void => {
  const event = {
    transaction_id: id,
    external_subscription_id: 'level',
    code: 'level',
    timestamp: Date.parse(`${time.replace(' ', 'T')}:00Z`) / 1000,
    properties: { amount: Number(amount) },
  };
  lago.handle({
    method: 'POST',
    url: '/api/v1/events/batch',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events: [event] }),
  });
};

/** Units of the three months from November on, as they are invoiced. */
function invoiced(world: World): string[] {
  world.time.now = Date.UTC(2027, 1, 20);
  return world.lago.invoices().flatMap((invoice) => {
    const [period] = invoice['billing_periods'] as Record<string, string>[];
    const charges = invoice['charges_usage'] as { units: string }[];
    return period?.['external_subscription_id'] === 'level'
      ? charges.map(
          ({ units }) => `${period['charges_from_datetime']?.slice(0, 7)}: ${Number(units)}`,
        )
      : [];
  });
}

describe.each(['postgres', 'clickhouse'] as const)('a recurring weighted sum on %s', (store) => {
  test('is held where its period is over, also where late usage is booked: no month would have it', () => {
    const { world, id } = december({ store });
    type(world, 3, LATE);
    type(world, 4, NOW);
    fireHourly(world);
    expect(shown(world, id)).toEqual(['b hold event.late-level']);
    expect(messages(world, id)).toEqual([
      'The usage of 2026-11-20 is of a period of “level” that has ended. “level” begins each period with the level that the invoice before it left, so Lago would count this in no month.',
    ]);
    expect(inLago(world)).toEqual(['a = 30', 'c = 31']);
    expect(invoiced(world)).toEqual(['2026-11: 15', '2026-12: 45.5', '2027-01: 61']);
  });

  test('goes while its period has no invoice, and is proved by the number of its events', () => {
    const { world, id } = inBorder({ store });
    world.time.now = MIDNIGHT + 70 * MINUTE;
    fireHourly(world);
    expect(shown(world, id)).toEqual([]);
    expect(proofs(world)).toEqual(['b billed']);
    expect(invoiced(world)).toEqual(['2026-11: 37', '2026-12: 90', '2027-01: 90']);
  });

  test('that came after the invoice is held like one that comes late', () => {
    const { world, id } = inBorder({ store, arrives: MIDNIGHT + 11 * MINUTE });
    world.time.now = MIDNIGHT + 70 * MINUTE;
    fireHourly(world);
    expect(proofs(world)).toEqual(['b not-billed']);
    expect(shown(world, id)).toEqual(['b hold event.late-level']);
    world.ask('sendAgain', { id, key: 'b' });
    expect(inLago(world)).toEqual(['a = 30', 'b = 60']);
    expect(invoiced(world)).toEqual(['2026-11: 15', '2026-12: 30', '2027-01: 30']);
  });

  test('that came into the draft cannot be told, since later months may not begin with it', () => {
    const row = ['b', '', '2026-11-11 00:00', '60'];
    const { world, id } = inBorder({ store, row, grace: 5, arrives: MIDNIGHT + 11 * MINUTE });
    world.time.now = MIDNIGHT + 7 * 24 * HOUR;
    fireHourly(world);
    expect(shown(world, id)).toEqual(['b hold event.untold']);
    expect(invoiced(world)).toEqual(['2026-11: 55', '2026-12: 30', '2027-01: 30']);
  });

  test('is in no month where somebody sends it all the same', () => {
    const { world } = december({ store });
    sendAnyway(world, LATE);
    expect(invoiced(world)).toEqual(['2026-11: 15', '2026-12: 30', '2027-01: 30']);
  });

  test('is held where the invoice is a draft, which would have it alone', () => {
    const { world, id } = december({ store, grace: 5 });
    type(world, 3, LATE);
    fireHourly(world);
    expect(shown(world, id)).toEqual(['b hold event.late-level']);
    expect(messages(world, id)).toEqual([
      expect.stringMatching(
        /so Lago would count this on the draft invoice of that period alone, and in no later month\.$/,
      ),
    ]);
    expect(inLago(world)).toEqual(['a = 30']);
  });

  test('is corrected in its period, and neither in a draft nor after it', () => {
    for (const grace of [0, 5]) {
      const { world, id } = december({ store, grace });
      type(world, 3, NOW);
      fireHourly(world);
      world.google.spreadsheet.edit(TAB, 2, 4, '40');
      world.google.spreadsheet.edit(TAB, 3, 4, '62');
      world.time.now += HOUR;
      fireHourly(world);
      expect(shown(world, id)).toEqual(['a flag event.late-level']);
      expect(inLago(world)).toEqual(['a = 30', 'c = 31', 'c~r2 = 62', 'c~x1 = -31']);
      expect(invoiced(world)).toEqual(['2026-11: 15', '2026-12: 61', '2027-01: 92']);
    }
  });

  test('is not taken back from a draft: all later months would keep it', () => {
    const { world, id } = december({ store, grace: 5 });
    world.google.spreadsheet.paste(TAB, 2, 1, [['c', 'level', '2026-12-16 12:00', '31']]);
    fireHourly(world);
    expect(shown(world, id)).toEqual(['a flag row.removed-uncorrected']);
    expect(inLago(world)).toEqual(['a = 30', 'c = 31']);
  });

  test('is held before the start of its subscription, where no month would have it either', () => {
    const { world, id } = december({ store });
    type(world, 3, ['b', '', '2026-10-20 00:00', '60']);
    fireHourly(world);
    expect(shown(world, id)).toEqual(['b hold event.before-start']);
  });
});

test.each([
  ['sum_agg', ['2026-11: 30', '2026-12: 90', '2027-01: 90']],
  ['unique_count_agg', ['2026-11: 1', '2026-12: 2', '2027-01: 2']],
])('a recurring %s counts from then on, and is sent whatever its date', (aggregation, units) => {
  const { world, id } = december({ store: 'postgres', aggregation });
  type(world, 3, LATE);
  fireHourly(world);
  expect(shown(world, id)).toEqual([]);
  expect(invoiced(world)).toEqual(units);
});
