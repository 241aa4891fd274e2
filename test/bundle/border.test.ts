import type { JsonObject } from '../../sandbox/lago/json';
import { billed, proofs, runAt, troubled, typeAt } from './border-world';
import { IS_LONG } from './long';
import type { WorldOptions } from './world';
import {
  API_KEY,
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  MINUTE,
  TAB,
  type World,
} from './world';

const MIDNIGHT = Date.UTC(2026, 11, 1);
const DAY = 24 * HOUR;
const EVENING = MIDNIGHT - 12 * HOUR;
const STORES = ['postgres', 'clickhouse'] as const;

const OLD = ['r1', 'acme', '2026-11-30 22:00', '5'];
const SECOND = ['r2', 'acme', '2026-11-30 23:00', '3'];

/** A world on the last day of November, with one row that is sent already. */
function november(
  options: Partial<WorldOptions> = {},
  choice: Parameters<typeof activate>[1] = {},
) {
  const world = createWorld({ rows: [['r0', 'acme', '2026-11-30 10:00', '2']], ...options });
  world.time.now = EVENING;
  const id = activate(world, choice);
  fireHourly(world);
  return { world, id };
}

const health = (world: World): string | undefined => world.ask('open', {}).syncs[0]?.health.state;

const requests = (world: World, part: string): number =>
  world.lago.requests.entries.filter(({ template }) => template.includes(part)).length;

describe.each(STORES)('a row of a period that has ended, on %s', (store) => {
  test('goes at once while Lago has not made the invoice, is billed there, and proved', () => {
    const { world, id } = november({ store });
    typeAt(world, MIDNIGHT + 2 * MINUTE, OLD);
    runAt(world, MIDNIGHT + 5 * MINUTE);
    expect(troubled(world, id)).toEqual([]);
    expect(proofs(world)).toEqual([]);
    runAt(world, MIDNIGHT + 65 * MINUTE);
    expect(billed(world)).toEqual(['r0 finalized', 'r1 finalized']);
    expect(proofs(world)).toEqual(['r1 billed']);
    expect(health(world)).toBe('healthy');
  });

  test('is held as late once the invoice is made', () => {
    const { world, id } = november({ store });
    typeAt(world, MIDNIGHT + 15 * MINUTE, OLD);
    runAt(world, MIDNIGHT + 20 * MINUTE);
    expect(troubled(world, id)).toEqual(['r1 hold event.late']);
    expect(billed(world)).toEqual(['r0 finalized']);
  });

  test('goes for hours where the job is late', () => {
    const { world, id } = november({ store });
    world.lago.leaveOut('bill');
    typeAt(world, MIDNIGHT + 15 * HOUR, OLD);
    runAt(world, MIDNIGHT + 15 * HOUR + MINUTE);
    expect(troubled(world, id)).toEqual([]);
    world.lago.bringBack('bill');
    runAt(world, MIDNIGHT + 17 * HOUR);
    expect(billed(world)).toEqual(['r0 finalized', 'r1 finalized']);
    expect(proofs(world)).toEqual(['r1 billed']);
  });

  test('is late from the end of that day on, although there is no invoice; what was sent cannot be told', () => {
    const { world, id } = november({ store });
    world.lago.leaveOut('bill');
    typeAt(world, MIDNIGHT + 2 * MINUTE, OLD);
    runAt(world, MIDNIGHT + 5 * MINUTE);
    typeAt(world, MIDNIGHT + DAY + MINUTE, OLD, SECOND);
    runAt(world, MIDNIGHT + DAY + 5 * MINUTE);
    expect(troubled(world, id)).toEqual(['r2 hold event.late']);
    world.lago.bringBack('bill');
    runAt(world, MIDNIGHT + 3 * DAY);
    expect(billed(world)).toEqual(['r0 never', 'r1 never']);
    expect(troubled(world, id)).toEqual(['r1 hold event.untold', 'r2 hold event.late']);
    expect(health(world)).toBe('needs-you');
    // A person has looked at the invoice: nobody is told any more, and nothing is sent.
    world.ask('confirmBilled', { id, key: 'r1' });
    world.ask('confirmBilled', { id, key: 'r2' });
    runAt(world, MIDNIGHT + 3 * DAY + HOUR);
    expect(troubled(world, id)).toEqual(['r2 hold event.late']);
    expect(billed(world)).toEqual(['r0 never', 'r1 never']);
  });

  test('goes into a draft, and is looked for in the invoice only', () => {
    const { world, id } = november({ store });
    world.lago.seed.customer({
      external_id: 'c-acme',
      timezone: 'UTC',
      billing_configuration: { invoice_grace_period: 3 },
    });
    typeAt(world, MIDNIGHT + 2 * MINUTE, OLD);
    runAt(world, MIDNIGHT + 5 * MINUTE);
    runAt(world, MIDNIGHT + 65 * MINUTE);
    expect(proofs(world)).toEqual([]);
    typeAt(world, MIDNIGHT + DAY, OLD, SECOND);
    runAt(world, MIDNIGHT + DAY + MINUTE);
    expect(troubled(world, id)).toEqual([]);
    runAt(world, MIDNIGHT + 4 * DAY);
    expect(billed(world)).toEqual(['r0 finalized', 'r1 finalized', 'r2 finalized']);
    expect(proofs(world)).toEqual(['r1 billed']);
  });
});

/** Somebody else changes something in Lago. */
const post = ({ lago }: World, path: string, body: object): void => {
  const { status, body: answer } = lago.handle({
    method: 'POST',
    url: `/api/v1${path}`,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }) as { status: number; body: string };
  if (status !== 200) throw new Error(answer);
};

/** Sends a row while Lago makes the invoice after the add-on has looked for it. */
function sentTooLate(choice: Parameters<typeof activate>[1] = {}, store = STORES[0]) {
  const { world, id } = november({ store }, choice);
  typeAt(world, MIDNIGHT + 2 * MINUTE, OLD);
  world.intercept = (request) => {
    // The batch arrives after the job of ten minutes past.
    if (request.url.includes('/events/batch')) world.time.now = MIDNIGHT + 11 * MINUTE;
    return undefined;
  };
  runAt(world, MIDNIGHT + 9 * MINUTE);
  world.intercept = undefined;
  expect(billed(world)).toEqual(['r0 finalized', 'r1 never']);
  return { world, id };
}

describe('an invoice that is made between the look and the sending', () => {
  test.each(['hold', 'book'] as const)(
    'is found to lack the row; only a person books it, once, where late usage is to be: %s',
    (late) => {
      const { world, id } = sentTooLate({ late });
      runAt(world, MIDNIGHT + 70 * MINUTE);
      expect(proofs(world)).toEqual(['r1 not-billed']);
      expect(troubled(world, id)).toEqual(['r1 refused event.not-billed']);
      expect(health(world)).toBe('needs-you');
      expect(world.google.mails.at(-1)?.subject).toBe('Lago usage sync needs you');
      runAt(world, MIDNIGHT + 3 * HOUR);
      expect(billed(world)).toEqual(['r0 finalized', 'r1 never']);
      expect(world.ask('dryRun', { id }).rows.find(({ key }) => key === 'r1')?.again).toBe(true);
      world.ask('sendAgain', { id, key: 'r1' });
      world.time.now += MINUTE;
      expect(billed(world)).toEqual(['r0 finalized', 'r1 never', 'r1~r2 current']);
      runAt(world, MIDNIGHT + 5 * HOUR);
      world.ask('sendAgain', { id, key: 'r1' });
      runAt(world, MIDNIGHT + 6 * HOUR);
      expect(billed(world)).toHaveLength(3);
      expect(troubled(world, id)).toEqual([]);
      expect(health(world)).toBe('healthy');
    },
  );

  test('is not taken for one that lacks the row where somebody else has sent as much', () => {
    const { world, id } = sentTooLate();
    const event = {
      transaction_id: 'other',
      external_subscription_id: 'acme',
      code: 'calls',
      timestamp: (MIDNIGHT - HOUR) / 1000,
      properties: { amount: 5 },
    };
    post(world, '/events', { event });
    runAt(world, MIDNIGHT + 70 * MINUTE);
    expect(troubled(world, id)).toEqual(['r1 hold event.untold']);
    world.ask('sendAgain', { id, key: 'r1' });
    runAt(world, MIDNIGHT + 3 * HOUR);
    expect(billed(world)).toEqual(['r0 finalized', 'r1 never', 'other never']);
  });

  test('keeps a row that is changed meanwhile from being sent anew', () => {
    const { world, id } = sentTooLate({ changed: 'correct', late: 'book' });
    world.google.spreadsheet.edit(TAB, 3, 4, '9');
    expect(troubled(world, id)).toEqual(['r1 flag row.unproved']);
    runAt(world, MIDNIGHT + 70 * MINUTE);
    expect(billed(world)).toEqual(['r0 finalized', 'r1 never']);
    expect(troubled(world, id)).toEqual(['r1 refused event.not-billed']);
    world.ask('sendAgain', { id, key: 'r1' });
    world.time.now += MINUTE;
    expect(billed(world)).toEqual(['r0 finalized', 'r1 never', 'r1~r2 current']);
  });
});

test('a draft that is made final while a row is sent into it is looked at again, and compared', () => {
  const { world, id } = november();
  world.lago.seed.customer({
    external_id: 'c-acme',
    timezone: 'UTC',
    billing_configuration: { invoice_grace_period: 2 },
  });
  runAt(world, MIDNIGHT + 65 * MINUTE);
  // Made final by the job at twenty past midnight, of the day of its date.
  const finalAt = MIDNIGHT + 2 * DAY + 20 * MINUTE;
  typeAt(world, finalAt - 10 * MINUTE, OLD);
  world.intercept = (request) => {
    if (request.url.includes('/events/batch')) world.time.now = finalAt + MINUTE;
    return undefined;
  };
  runAt(world, finalAt - MINUTE);
  world.intercept = undefined;
  expect(billed(world)).toEqual(['r0 finalized', 'r1 never']);
  expect(proofs(world)).toEqual(['r1 not-billed']);
  expect(troubled(world, id)).toEqual(['r1 refused event.not-billed']);
});

test('a run that died just before the border sends its rows anew, so that they are proved', () => {
  const { world, id } = november();
  typeAt(world, MIDNIGHT - 10 * MINUTE, OLD);
  world.time.now = MIDNIGHT - 5 * MINUTE;
  world.lago.faults.add({ kind: 'reset', path: '/api/v1/events/batch', times: 9 });
  fireHourly(world);
  world.lago.faults.clear();
  runAt(world, MIDNIGHT + 6 * MINUTE);
  expect(troubled(world, id)).toEqual([]);
  runAt(world, MIDNIGHT + 70 * MINUTE);
  expect(proofs(world)).toHaveLength(1);
  expect(billed(world).filter((each) => each.endsWith('finalized'))).toHaveLength(2);
});

test('a row still rests no more in the last run before the end', () => {
  const { world } = november();
  const before = MIDNIGHT - 30 * MINUTE;
  typeAt(world, before, OLD);
  runAt(world, before + MINUTE);
  expect(billed(world)).toEqual(['r0 current', 'r1 current']);
});

describe('a correction after the border', () => {
  test('goes into the period that has ended, and both of its events are proved', () => {
    const { world, id } = november({}, { changed: 'correct' });
    world.google.spreadsheet.edit(TAB, 2, 4, '7');
    runAt(world, MIDNIGHT + 5 * MINUTE);
    runAt(world, MIDNIGHT + 65 * MINUTE);
    expect(troubled(world, id)).toEqual([]);
    expect(proofs(world)).toEqual(['r0~x1 billed', 'r0~r2 billed']);
    const invoices = world.lago.invoices() as { charges_usage: { units: string }[] }[];
    expect(invoices.map((each) => each.charges_usage[0]?.units)).toContain('7.0');
  });

  test('that came too late cannot be told, and nobody sends it again', () => {
    const { world, id } = november({}, { changed: 'correct', late: 'book' });
    world.google.spreadsheet.edit(TAB, 2, 4, '7');
    world.intercept = (request) => {
      if (request.url.includes('/events/batch')) world.time.now = MIDNIGHT + 11 * MINUTE;
      return undefined;
    };
    runAt(world, MIDNIGHT + 9 * MINUTE);
    world.intercept = undefined;
    runAt(world, MIDNIGHT + 70 * MINUTE);
    expect(troubled(world, id)).toEqual(['r0 hold event.untold']);
    world.ask('sendAgain', { id, key: 'r0' });
    runAt(world, MIDNIGHT + 5 * HOUR);
    expect(billed(world)).toHaveLength(3);
  });
});

describe('where the plan changed at the border', () => {
  test('a row of the old period is late, and its booking waits for the end of the day', () => {
    const { world, id } = november({}, { late: 'book' });
    world.lago.seed.plan({
      name: 'L',
      code: 'l',
      interval: 'monthly',
      amount_cents: 1000,
      amount_currency: 'EUR',
      charges: [
        { billable_metric_code: 'calls', charge_model: 'standard', properties: { amount: '1' } },
      ],
    });
    world.time.now = MIDNIGHT + MINUTE;
    post(world, '/subscriptions', {
      subscription: { external_customer_id: 'c-acme', plan_code: 'l', external_id: 'acme' },
    });
    typeAt(world, MIDNIGHT + 3 * MINUTE, OLD);
    runAt(world, MIDNIGHT + 5 * MINUTE);
    expect(troubled(world, id)).toEqual(['r1 hold event.books-later']);
    expect(billed(world)).toEqual(['r0 never']);
    runAt(world, MIDNIGHT + 25 * HOUR);
    world.time.now += MINUTE;
    expect(billed(world)).toEqual(['r0 never', 'r1 current']);
  });

  test('a row of the old period is late where a smaller plan waits for the job', () => {
    const { world, id } = november();
    world.lago.seed.plan({
      name: 'S',
      code: 's',
      interval: 'monthly',
      amount_cents: -1,
      amount_currency: 'EUR',
      charges: [
        { billable_metric_code: 'calls', charge_model: 'standard', properties: { amount: '1' } },
      ],
    });
    post(world, '/subscriptions', {
      subscription: { external_customer_id: 'c-acme', plan_code: 's', external_id: 'acme' },
    });
    typeAt(world, MIDNIGHT + 3 * MINUTE, OLD);
    runAt(world, MIDNIGHT + 5 * MINUTE);
    expect(troubled(world, id)).toEqual(['r1 hold event.late']);
  });
});

/** From now on the key may not read invoices. */
function connectWithoutInvoices(world: World): void {
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
  world.ask('connect', { address: 'https://lago.example', apiKey: 'key-without-invoices' });
}

test('where the key may not read invoices, the row is late, the check named as off, and booked a day later', () => {
  const { world, id } = november({}, { late: 'book' });
  connectWithoutInvoices(world);
  typeAt(world, MIDNIGHT + 2 * MINUTE, OLD);
  runAt(world, MIDNIGHT + 5 * MINUTE);
  expect(troubled(world, id)).toEqual(['r1 hold event.books-later']);
  expect(world.ask('dryRun', { id }).checksOff.map(({ code }) => code)).toEqual(['lago.no-drafts']);
  runAt(world, MIDNIGHT + 23 * HOUR);
  expect(billed(world)).toEqual(['r0 finalized']);
  runAt(world, MIDNIGHT + 25 * HOUR);
  world.time.now += MINUTE;
  expect(billed(world)).toEqual(['r0 finalized', 'r1 current']);
});

test('the day that counts is that of the customer', () => {
  const { world, id } = november();
  world.lago.seed.customer({ external_id: 'c-acme', timezone: 'America/New_York' });
  const border = MIDNIGHT + 5 * HOUR;
  world.lago.leaveOut('bill');
  typeAt(world, border + 23 * HOUR, ['r1', 'acme', '2026-12-01 04:30', '5']);
  runAt(world, border + 23 * HOUR + MINUTE);
  expect(troubled(world, id)).toEqual([]);
  expect(world.lago.events().map(({ transactionId }) => transactionId)).toContain('r1');
  typeAt(
    world,
    border + 24 * HOUR,
    ['r1', 'acme', '2026-12-01 04:30', '5'],
    ['r2', 'acme', '2026-12-01 04:40', '1'],
  );
  runAt(world, border + 24 * HOUR + MINUTE);
  expect(troubled(world, id)).toEqual(['r2 hold event.late']);
});

test('usage of the period before the last is late as ever', () => {
  const { world, id } = november();
  typeAt(world, MIDNIGHT + 2 * MINUTE, ['r1', 'acme', '2026-10-30 10:00', '1']);
  runAt(world, MIDNIGHT + 5 * MINUTE);
  expect(troubled(world, id)).toEqual(['r1 hold event.late']);
});

describe('of the requests for invoices', () => {
  /** As many customers as rows of the old period, each with a subscription of its own. */
  function many(count: number) {
    const { world, id } = november();
    const ids = Array.from({ length: count }, (_, place) => `s${place}`);
    world.time.now = EVENING - 60 * DAY;
    world.lago.seed.catalog({
      customers: ids.map((each) => ({
        external_id: `c-${each}`,
        currency: 'EUR',
        timezone: 'UTC',
      })),
      subscriptions: ids.map((each) => ({
        external_customer_id: `c-${each}`,
        plan_code: 'p',
        external_id: each,
        subscription_at: '2026-09-01T00:00:00Z',
      })),
    } as unknown as Parameters<World['lago']['seed']['catalog']>[0] & JsonObject);
    typeAt(
      world,
      MIDNIGHT + 2 * MINUTE,
      ...ids.map((each) => [`r-${each}`, each, '2026-11-30 22:00', '1']),
    );
    world.lago.requests.clear();
    return { world, id };
  }

  const spent = (world: World): number =>
    requests(world, '/invoices') + requests(world, '/api/v1/events') - batches(world);
  const batches = (world: World): number => requests(world, '/events/batch');

  /** Requests of a run beside those of every run, and the events that Lago has after it. */
  function runsOf(count: number, ...minutes: readonly number[]): string[] {
    const { world, id } = many(count);
    return minutes.map((minute) => {
      world.lago.requests.clear();
      runAt(world, MIDNIGHT + minute * MINUTE);
      const waiting = troubled(world, id).filter((row) => row.endsWith('row.unasked')).length;
      return `${spent(world)} requests, ${world.lago.events().length - 1} sent, ${waiting} wait`;
    });
  }

  test('there is one for each customer in a border hour; then three for each that is proved', () => {
    expect(runsOf(40, 5, 65, 125)).toEqual([
      '40 requests, 40 sent, 0 wait',
      '120 requests, 40 sent, 0 wait',
      '0 requests, 40 sent, 0 wait',
    ]);
  });

  test('there are at most 200 a run, and the rest goes on while the job is late', () => {
    const { world, id } = many(450);
    world.lago.leaveOut('bill');
    const sent: number[] = [];
    for (const minute of [5, 65, 125, 185, 245]) {
      world.lago.requests.clear();
      runAt(world, MIDNIGHT + minute * MINUTE);
      expect(requests(world, '/invoices')).toBeLessThanOrEqual(200);
      sent.push(world.lago.events().length - 1);
    }
    expect(sent).toEqual([200, 300, 400, 450, 450]);
    expect(troubled(world, id)).toEqual([]);
    expect(health(world)).toBe('healthy');
  });

  test('there are at most 200 for 1,000 subscriptions, or in a short run 300; rows that were not asked about wait without an alarm', () => {
    const { world } = many(IS_LONG ? 1000 : 300);
    runAt(world, MIDNIGHT + 5 * MINUTE);
    expect(spent(world)).toBe(200);
    expect(world.lago.events()).toHaveLength(1 + 200);
    expect(health(world)).toBe('healthy');
    runAt(world, MIDNIGHT + 65 * MINUTE);
    expect(proofs(world).length).toBeGreaterThan(0);
    for (let hours = 26; hours < 34; hours++) runAt(world, MIDNIGHT + hours * HOUR);
    expect(proofs(world).filter((each) => each.endsWith(' billed'))).toHaveLength(200);
  });
});

describe('two syncs with rows of one subscription', () => {
  const SECOND_TAB = 'more';

  /** Each of the two has a row of the old period. */
  function twoSyncs(): { world: World; ids: readonly string[] } {
    const { world, id } = november();
    world.google.loadCsv(SECOND_TAB, '"id","subscription","time","amount"');
    const draft = draftOf(world);
    const tabId = world.google.spreadsheet.sheets.find(({ name }) => name === SECOND_TAB)?.id ?? -1;
    const source = { ...draft.source, tabId, tabName: SECOND_TAB };
    const second = world.ask('saveSync', { draft: { ...draft, name: 'More', source } });
    world.ask('activate', {
      id: second.id,
      revision: second.revision,
      changed: 'flag',
      removed: 'flag',
      onEdit: false,
    });
    typeAt(world, MIDNIGHT + 2 * MINUTE, OLD);
    world.google.spreadsheet.paste(SECOND_TAB, 2, 1, [['m1', 'acme', '2026-11-30 21:00', '4']]);
    return { world, ids: [id, second.id] };
  }

  test('are proved by all of Lago’s events', () => {
    const { world } = twoSyncs();
    runAt(world, MIDNIGHT + 5 * MINUTE);
    runAt(world, MIDNIGHT + 65 * MINUTE);
    expect(billed(world).sort()).toEqual(['m1 finalized', 'r0 finalized', 'r1 finalized']);
    expect(proofs(world).sort()).toEqual(['m1 billed', 'r1 billed']);
  });

  test('of which only the first came in time know which', () => {
    const { world, ids } = twoSyncs();
    let batches = 0;
    world.intercept = ({ url }) => {
      if (url.includes('/events/batch') && ++batches === 2) world.time.now = MIDNIGHT + 12 * MINUTE;
      return undefined;
    };
    runAt(world, MIDNIGHT + 9 * MINUTE);
    world.intercept = undefined;
    runAt(world, MIDNIGHT + 70 * MINUTE);
    const [first = '', second = ''] = world.lago
      .events()
      .slice(1)
      .map(({ transactionId }) => transactionId);
    expect(billed(world)).toEqual(['r0 finalized', `${first} finalized`, `${second} never`]);
    expect(proofs(world).sort()).toEqual([`${first} billed`, `${second} not-billed`].sort());
    expect(ids.flatMap((each) => troubled(world, each))).toEqual([
      `${second} refused event.not-billed`,
    ]);
  });
});

test('a row that waits for its proof is corrected in the draft, which takes usage for days', () => {
  const { world, id } = november({}, { changed: 'correct' });
  world.lago.seed.customer({
    external_id: 'c-acme',
    timezone: 'UTC',
    billing_configuration: { invoice_grace_period: 4 },
  });
  typeAt(world, MIDNIGHT + 2 * MINUTE, OLD);
  runAt(world, MIDNIGHT + 5 * MINUTE);
  runAt(world, MIDNIGHT + 65 * MINUTE);
  world.google.spreadsheet.edit(TAB, 3, 4, '9');
  runAt(world, MIDNIGHT + DAY);
  expect(troubled(world, id)).toEqual([]);
  runAt(world, MIDNIGHT + 5 * DAY);
  expect(proofs(world)).toEqual(['r1 billed']);
  expect(troubled(world, id)).toEqual([]);
  const invoices = world.lago.invoices() as { charges_usage: { units: string }[] }[];
  expect(invoices.map((each) => each.charges_usage[0]?.units)).toContain('11.0');
});

test('a row whose invoice nobody could read for two months cannot be told', () => {
  const { world, id } = november();
  typeAt(world, MIDNIGHT + 2 * MINUTE, OLD);
  runAt(world, MIDNIGHT + 5 * MINUTE);
  connectWithoutInvoices(world);
  runAt(world, MIDNIGHT + 60 * DAY);
  expect(proofs(world)).toEqual([]);
  runAt(world, MIDNIGHT + 63 * DAY);
  expect(proofs(world)).toEqual(['r1 untold']);
  expect(troubled(world, id)).toEqual(['r1 hold event.untold']);
});
