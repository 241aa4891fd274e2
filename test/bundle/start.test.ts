import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Big from 'big.js';
import { parse } from 'csv-parse/sync';
import { doJob } from '../../sandbox/job';
import { readOptions } from '../../sandbox/options';
import { openSandbox } from '../../sandbox/sandbox';
import { runHere } from './command-line';
import { IS_LONG, played } from './long';

/** `npm start -- …` without its build, which the tests' own has done. */
const start = (...options: string[]): ReturnType<typeof runHere> => runHere(options);

/** Rows of the sample (as the sheet numbers them) that are held, seen with one’s own eyes. */
const HELD = [18, 43, 59, 74, 96, 97, 132, 151, 189, 208, 234];

/** What all other rows of the sample add up to. */
function quantitiesSent(): string {
  const [, ...rows]: string[][] = parse(readFileSync('sandbox/sample/usage.csv', 'utf8'));
  const sent = rows.filter((_, index) => !HELD.includes(index + 2));
  return sent.reduce((sum, [, , , gigabytes = '']) => sum.plus(gigabytes), new Big(0)).toFixed();
}

describe('npm start -- --once', () => {
  test.each(played(['postgres', 'clickhouse'], 2))(
    'bills the sample on %s: what is not held is in Lago once, and the totals agree',
    async (store) => {
      const { code, output } = await start('--once', '--json', '--store', store);
      const outcome = JSON.parse(output) as Record<string, unknown>;
      expect(code).toBe(0);
      expect(outcome).toMatchObject({
        rows: 312,
        handedOver: 301,
        accepted: 301,
        rejected: 0,
        metrics: [{ code: 'storage_gb', field: 'gigabytes', counted: quantitiesSent() }],
      });
      expect(outcome['held']).toEqual({
        'event.far-future': 1,
        'event.not-a-number': 2,
        'event.padded-field': 1,
        'event.unknown-subscription': 2,
        'key.duplicate': 2,
        'row.empty-cell': 1,
        'row.error-cell': 1,
        'row.not-a-time': 1,
      });
    },
  );

  test('bills a sheet of one’s own, with names that have spaces', async () => {
    const sheet = join(tmpdir(), 'my usage.csv');
    const template = join(tmpdir(), 'my template.json');
    writeFileSync(
      sheet,
      'Usage ID,Customer Contract,When,API calls\n007,c-1,2026-03-01 10:00,5\n008,c-2,2026-03-02,7.5\n009,c-2,2026-03-02,many\n',
    );
    // Windows puts a mark before texts in UTF-8.
    writeFileSync(
      template,
      '\uFEFF{ "transaction_id": "{{ row["Usage ID"] }}", "external_subscription_id": "{{ row.customer_contract }}", "code": "calls", "timestamp": {{ row.When | date: "%s" }}, "properties": { "n": {{ row["API calls"] }} } }',
    );
    const { code, output } = await start(
      '--once',
      '--json',
      '--sheet',
      sheet,
      '--key',
      'Usage ID',
      '--template',
      template,
      '--text',
      'Usage ID',
    );
    expect(JSON.parse(output)).toMatchObject({
      rows: 3,
      accepted: 2,
      held: { 'event.not-a-number': 1 },
      metrics: [{ code: 'calls', field: 'n', total: '12.5', counted: '12.5' }],
    });
    expect(code).toBe(0);
  });

  test.each(
    played<[string, string[], number, RegExp]>(
      [
        ['an unknown option', ['--nonsense'], 2, /nonsense/],
        ['a sheet without its key', ['--sheet', 'x.csv'], 2, /--key/],
        [
          'a file that is not there',
          ['--once', '--sheet', 'nowhere.csv', '--key', 'a', '--template', 'nowhere.json'],
          1,
          /There is no file nowhere\.csv/,
        ],
      ],
      3,
      2,
    ),
  )('says in a sentence what is wrong with %s', async (_, options, expected, sentence) => {
    const { code, errors } = await start(...options);
    expect(code).toBe(expected);
    expect(errors).toMatch(sentence);
    expect(errors).not.toMatch(/\n\s+at /);
  });

  const own = (csv: string | Buffer): string[] => {
    const folder = mkdtempSync(join(tmpdir(), 'start-'));
    const [sheet, template] = [join(folder, 'usage.csv'), join(folder, 'template.json')];
    writeFileSync(sheet, csv);
    writeFileSync(template, '{ "transaction_id": "{{ row.id }}" ');
    return ['--sheet', sheet, '--key', 'id', '--template', template];
  };
  const REAL = ['--lago', 'https://lago.example', '--api-key', 'some-key-0123456789'];

  test.each<[string, string[], number, RegExp]>([
    [
      'a real Lago without a state file',
      [...own('id,n\na,1\n'), ...REAL],
      2,
      /^--lago needs --state FILE.* Nothing was sent\.$/,
    ],
    [
      'a state file for the fake Lago',
      [...own('id,n\na,1\n'), '--state', 'x'],
      2,
      /^--state goes with --lago URL: the fake Lago is new at every start\.$/,
    ],
    [
      'a variable of the shell that is not set',
      [...own('id,n\na,1\n'), ...REAL, '--state', ''],
      2,
      /^--state is empty\.$/,
    ],
    [
      'a store of another Lago',
      [...own('id,n\na,1\n'), ...REAL, '--state', 'x', '--store', 'clickhouse'],
      2,
      /^--store is for the fake Lago; another one says itself what it has\.$/,
    ],
    [
      'a store that there is not',
      [...own('id,n\na,1\n'), '--store', 'mysql'],
      2,
      /^--store is postgres or clickhouse\.$/,
    ],
    [
      'a folder in the place of a sheet',
      [...own('id,n\na,1\n'), '--sheet', tmpdir()],
      1,
      /cannot be read: .*EISDIR/,
    ],
    [
      'a column that is not there',
      [...own('id,Customer,n\na,c,1\n'), '--text', 'id,custmer'],
      1,
      /^--text: the sheet has no column “custmer”\. Did you mean “Customer”\? It has “id”, “Customer”, “n”\.$/,
    ],
    [
      'quotes that do not close',
      own('id,n\n"a,1\n'),
      1,
      /usage\.csv cannot be read as CSV: .*line 2.* A cell with quotes is written/,
    ],
    [
      'letters that are not UTF-8',
      own(Buffer.from('id,n\nM\u00fcller,1\n', 'latin1')),
      1,
      /usage\.csv is not written in UTF-8\. Save it again as “CSV UTF-8”/,
    ],
    ['a template that is no JSON', own('id,n\na,1\n'), 1, /^Template, line 1, character \d+: /],
  ])('says as JSON what is wrong with %s', async (_, options, expected, sentence) => {
    const { code, output } = await start('--once', '--json', ...options);
    const problem = { message: expect.stringMatching(sentence) };
    expect(JSON.parse(output)).toMatchObject({ error: problem, handedOver: 0, complete: false });
    expect(code).toBe(expected);
  });
});

const FOCUS = '../shared/data/focus_sample.csv';
const FOCUS_TEMPLATE = `{ "event": { "transaction_id": "{{ row.Id }}", "external_subscription_id": "{{ row.SubAccountId }}", "code": "cloud_usage",
  "timestamp": {{ row.ChargePeriodStart | unix }}, "properties": { "quantity": {{ row.ConsumedQuantity }}, "unit": "{{ row.ConsumedUnit }}" } } }`;

const present = existsSync(FOCUS);
/** Half of the file in a short run, with the one row that has no usable quantity. */
const ROWS = IS_LONG ? 1_000 : 500;
const UNUSABLE = 1;
const BATCH = 100;

describe(`${ROWS} rows of real cloud usage`, () => {
  (present ? test : test.skip)(
    `go through: each usable quantity is in Lago once, the other row is held${present ? '' : ` (skipped: ${FOCUS} is not here)`}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'focus-'));
      const [sheet, template] = [join(folder, 'focus.csv'), join(folder, 'focus template.json')];
      const text = readFileSync(FOCUS, 'utf8')
        .split('\n')
        .slice(0, ROWS + 1)
        .join('\n');
      writeFileSync(sheet, text);
      writeFileSync(template, FOCUS_TEMPLATE);
      const sandbox = await openSandbox(
        readOptions(
          [
            '--sheet',
            sheet,
            '--key',
            'Id',
            '--template',
            template,
            '--text',
            'ChargePeriodStart,SubAccountId',
          ],
          {},
        ),
      );
      try {
        const { google, tab, key, address, apiKey, keepTime, requests, reader } = sandbox;
        await doJob(google, {
          tab,
          key,
          template: FOCUS_TEMPLATE,
          address,
          apiKey,
          onStep: keepTime,
        });
        const rows = parse(text, { columns: true }) as Record<string, string>[];
        const usable = rows.filter(({ ConsumedQuantity = '' }) =>
          /^-?\d+(\.\d+)?$/.test(ConsumedQuantity),
        );
        const expected = usable.map(
          ({ Id = '', SubAccountId, ConsumedQuantity, ChargePeriodStart = '' }) => [
            Id,
            SubAccountId,
            // A cell of Sheets keeps 15 digits.
            Number(Number(ConsumedQuantity).toPrecision(15)),
            `${ChargePeriodStart.replace(' ', 'T')}.000Z`,
          ],
        );
        const got = (await reader.events('cloud_usage')).map(
          ({ id, subscription, timestamp, properties }) => [
            id,
            subscription,
            Number(properties['quantity']),
            timestamp,
          ],
        );
        const byId = (left: readonly unknown[], right: readonly unknown[]): number =>
          Number(left[0]) - Number(right[0]);
        expect([rows.length, usable.length]).toEqual([ROWS, ROWS - UNUSABLE]);
        expect(got.sort(byId)).toEqual(expected.sort(byId));
        // Batches, the test send, and one that asks, without an event, whether the key may write.
        expect(requests['POST /api/v1/events/batch']).toBeLessThanOrEqual(ROWS / BATCH + 2);
      } finally {
        await sandbox.stop();
      }
    },
  );
});
