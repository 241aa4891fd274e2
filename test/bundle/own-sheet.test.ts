import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { doJob } from '../../sandbox/job';
import { linesSince, readLedger } from '../../sandbox/ledger';
import { readOptions } from '../../sandbox/options';
import { measure, type Outcome } from '../../sandbox/outcome';
import { openSandbox } from '../../sandbox/sandbox';
import { played } from './long';

interface Own {
  readonly csv: string;
  /** The event without its braces; of the time and the properties only where it matters. */
  readonly id?: string;
  readonly code?: string;
  readonly time?: string;
  readonly properties?: string;
}

const EVENT = {
  id: '{{ row.id }}',
  code: 'calls',
  time: '{{ row.time | unix }}',
  properties: '"n": {{ row.n }}',
};

interface Said {
  readonly outcome: Outcome;
  readonly said: readonly string[];
}

/** What `npm start -- --once` does with somebody's own sheet, in this process. */
async function once({ csv, ...own }: Own): Promise<Said> {
  const { id, code, time, properties } = { ...EVENT, ...own };
  const folder = mkdtempSync(join(tmpdir(), 'own-sheet-'));
  const [sheet, template] = [join(folder, 'usage.csv'), join(folder, 'template.json')];
  writeFileSync(sheet, csv);
  writeFileSync(
    template,
    `{"event": {"transaction_id": "${id}", "external_subscription_id": "{{ row.customer }}", "code": "${code}", "timestamp": ${time}, "properties": { ${properties} }}}`,
  );
  const said: string[] = [];
  const sandbox = await openSandbox(
    readOptions(['--sheet', sheet, '--key', 'id', '--template', template], {}),
    (line) => said.push(line),
  );
  try {
    const { google, reader, requests, keepTime } = sandbox;
    const before = readLedger(google);
    const job = await doJob(google, { ...sandbox, onStep: keepTime });
    const lines = linesSince(before, readLedger(google));
    return { outcome: await measure({ reader, job, lines, requests, real: false }), said };
  } finally {
    await sandbox.stop();
  }
}

const rows = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

describe('a sheet of one’s own', () => {
  test.each(
    played<[string, Own, Readonly<Record<string, string>>]>(
      [
        [
          'US dates and computed ids',
          {
            id: 'ev-{{ row.time | date: "%Y%m%d" }}-{{ row.id }}',
            csv: rows('id,customer,time,n', 'a,c,11/05/2026,1', 'b,c,11/30/2026 5:00 PM,2.5'),
          },
          { calls: '3.5' },
        ],
        [
          'Unix seconds',
          {
            time: '{{ row.time }}',
            csv: rows('id,customer,time,n', 'a,c,1772359200,1', 'b,d,1772359260,2'),
          },
          { calls: '3' },
        ],
        [
          'a computed number, and a condition in the properties',
          {
            properties:
              '{% if row.n > 2 %}"n": {{ row.n | times: 100 }}, "large": true{% else %}"n": {{ row.n }}{% endif %}',
            csv: rows('id,customer,time,n', 'a,c,2026-11-05,2', 'b,c,2026-11-06,3'),
          },
          { calls: '302' },
        ],
        [
          'decimal commas between semicolons',
          {
            properties: '"n": {{ row.n | number: "," }}',
            csv: rows('id;customer;time;n', 'a;c;2026-11-05;1,5', 'b;c;2026-11-06;1.234,5'),
          },
          { calls: '1236' },
        ],
        [
          'a metric in each row',
          {
            code: '{{ row.metric }}',
            csv: rows(
              'id,customer,time,metric,n',
              'a,c,2026-11-05,calls,1',
              'b,c,2026-11-06,seats,4',
              'c,c,2026-11-06,calls,2',
            ),
          },
          { calls: '3', seats: '4' },
        ],
        [
          'usage around New Year',
          { csv: rows('id,customer,time,n', 'a,c,2026-12-30,1', 'b,c,2027-01-02,2') },
          { calls: '3' },
        ],
        [
          'nothing to add up',
          {
            properties: '"kind": "{{ row.n }}"',
            csv: rows('id,customer,time,n', 'a,c,2026-11-05,x', 'b,c,2026-11-06,y'),
          },
          { calls: '2' },
        ],
      ],
      2,
    ),
  )('with %s is billed by the fake Lago', async (_, own, totals) => {
    const { outcome } = await once(own);
    expect(Object.fromEntries(outcome.metrics.map(({ code, counted }) => [code, counted]))).toEqual(
      totals,
    );
    expect(outcome).toMatchObject({
      handedOver: outcome.rows,
      accepted: outcome.rows,
      unread: [],
      complete: true,
    });
  });

  test('is told what the fake Lago was filled with', async () => {
    const { said } = await once({
      csv: rows('id;customer;time;n', 'a;c;2026-11-05;1,5', 'b;d;2026-11-06;2'),
      properties: '"n": {{ row.n | number: "," }}, "m": "x"',
    });
    expect(said).toEqual([
      'The fake Lago is filled from the sheet: “calls” adds up “n”; 2 subscriptions.',
    ]);
  });

  test('that makes no event says why and what to change', async () => {
    const { said, outcome } = await once({ csv: rows('id,customer,time,n', 'a,c,soon,1') });
    expect(said).toEqual([
      'No row makes an event, so the fake Lago is empty. What to change is said below.',
    ]);
    expect(outcome).toMatchObject({ handedOver: 0, held: { 'row.not-a-time': 1 } });
  });

  test('sends its first row for a test, below empty lines', async () => {
    const { outcome } = await once({
      csv: rows('', 'id,customer,time,n', '', ',,,', 'a,c,2026-11-05,1', '', 'b,c,2026-11-05,2'),
    });
    expect(outcome).toMatchObject({ rows: 2, accepted: 2, complete: true });
  });
});
