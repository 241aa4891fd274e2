import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../sandbox/command';
import { type FakeLagoServer, type FakeLagoServerOptions, startFakeLago } from '../../sandbox/lago';

export const KEY = '0f0f0f0f-1111-4222-8333-444455556666';
const DAY = 86_400_000;
/** Their ids have dots. */
export const CUSTOMERS = ['acme.com', 'bob@acme.com', 'plain'];

/** A Lago that the sandbox has not made. */
export async function outsideLago(
  options: Pick<FakeLagoServerOptions, 'eventsStore' | 'visibilityDelayMs'>,
): Promise<FakeLagoServer> {
  const { eventsStore } = options;
  const lago = await startFakeLago({ ...options, clock: { running: Date.now() - 90 * DAY } });
  await lago.control({
    type: 'organization',
    organization: { name: 'Real Inc.', apiKey: KEY, timezone: 'UTC', eventsStore },
  });
  await lago.control({
    type: 'catalog',
    apiKey: KEY,
    catalog: {
      metrics: [{ name: 'Calls', code: 'calls', aggregation_type: 'sum_agg', field_name: 'n' }],
      plans: [
        {
          name: 'P',
          code: 'p',
          interval: 'monthly',
          amount_cents: 0,
          amount_currency: 'EUR',
          pay_in_advance: false,
          charges: [
            {
              billable_metric_code: 'calls',
              charge_model: 'standard',
              pay_in_advance: false,
              properties: { amount: '1' },
            },
          ],
        },
      ],
      customers: CUSTOMERS.map((id) => ({ external_id: id, currency: 'EUR' })),
      subscriptions: [...CUSTOMERS, 'other'].map((id) => ({
        external_customer_id: id === 'other' ? 'plain' : id,
        plan_code: 'p',
        external_id: `sub ${id}`,
        subscription_at: new Date(Date.now() - 80 * DAY).toISOString(),
      })),
    },
  });
  await lago.control({ type: 'clock', clock: 'real' });
  return lago;
}

export const TEMPLATE = `{ "transaction_id": "ev-{{ row.id }}", "external_subscription_id": "sub {{ row.customer }}", "code": "calls",
  "timestamp": {{ row.time | unix }}, "properties": { "n": {{ row.n }} } }`;

/** One time for all sheets: of another minute, a row would be another one. */
const NOW = new Date().toISOString().slice(0, 16).replace('T', ' ');

/** A CSV of this many rows, whose usage is of now; each counts 1. */
export function sheetOf(rows: number): string {
  const lines = Array.from(
    { length: rows },
    (_, index) => `r${index},${CUSTOMERS[index % CUSTOMERS.length]},${NOW},1`,
  );
  return `id,customer,time,n\n${lines.join('\n')}\n`;
}

/** The files of a command line, in a folder of their own. */
export interface CommandFiles {
  readonly sheet: string;
  readonly template: string;
  readonly state: string;
}

export function commandFiles(csv: string): CommandFiles {
  const folder = mkdtempSync(join(tmpdir(), 'command-line-'));
  const inFolder = (name: string): string => join(folder, name);
  const [sheet, template] = [inFolder('usage.csv'), inFolder('template.json')];
  writeFileSync(sheet, csv);
  writeFileSync(template, TEMPLATE);
  return { sheet, template, state: inFolder('usage.state') };
}

/** Options that send these files to a Lago. */
export const optionsFor = (url: string, { sheet, template, state }: CommandFiles): string[] => [
  ...['--sheet', sheet, '--key', 'id', '--template', template],
  ...['--state', state, '--lago', url, '--api-key', KEY],
];

export interface Ended {
  /** Null if it was killed. */
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** A command line that runs: one process, so that a kill leaves nothing behind. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/**
 * Starts `npm start -- …` without its build, which the tests' own has done.
 * @param laterMs how far the process's clock is put forward
 */
export function startCommand(options: readonly string[], laterMs = 0): Started {
  const child = spawn(
    process.execPath,
    ['--import', './test/bundle/later.mjs', '--import', 'tsx', 'sandbox/start.ts', ...options],
    { env: { ...process.env, LATER_MS: String(laterMs) } },
  );
  const ended = new Promise<Ended>((resolve) => {
    let [output, errors] = ['', ''];
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
    });
    child.stderr.on('data', (text: Buffer) => {
      errors += text.toString();
    });
    child.on('close', (code) => resolve({ code, output, errors }));
  });
  return { child, ended };
}

/** Runs a command line within this process, which has the bundle in memory already. */
export async function runHere(options: readonly string[]): Promise<Ended> {
  let [output, errors] = ['', ''];
  const code = await runCommand(
    options,
    {},
    {
      output: (text) => {
        output += text;
      },
      errors: (text) => {
        errors += text;
      },
    },
  );
  return { code: code ?? null, output, errors };
}
