import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { JsonObject } from '../../sandbox/lago';
import { findRoute, ROUTES } from '../../sandbox/lago/routes';
import { Account, KEY, usageEvent } from './account';

/** An answer and the name of its type in sandbox/lago/answers, such as `Answers['GET /events']`. */
interface Typed {
  type: string;
  body: JsonObject;
}

const typed: Typed[] = [];

function ask(
  account: Account,
  method: string,
  path: string,
  body?: unknown,
  key = KEY,
): JsonObject {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json',
  };
  const answer = account.send(
    method,
    `/api/v1${path}`,
    body === undefined ? '' : JSON.stringify(body),
    headers,
  );
  const route = findRoute(method, `/api/v1${path.replace(/\?.*/, '')}`)?.route;
  const type =
    answer.status === 200
      ? `Answers['${route && nameOf(route)}']`
      : `ErrorAnswers[${answer.status}]`;
  typed.push({ type, body: answer.body });
  return answer.body;
}

const nameOf = ({ method, template }: { method: string; template: string }): string =>
  `${method} ${template.replace('/api/v1', '')}`;

const metric = {
  name: 'Stored',
  code: 'stored',
  aggregation_type: 'sum_agg',
  field_name: 'gb',
  filters: [{ key: 'region', values: ['eu'] }],
};
const computed = {
  name: 'Area',
  code: 'area',
  aggregation_type: 'sum_agg',
  field_name: 'm2',
  expression: 'event.properties.a * 2',
};
const tiers = [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '0' }];

function fill(account: Account): void {
  const { billable_metric } = ask(account, 'POST', '/billable_metrics', {
    billable_metric: metric,
  });
  const weighted = {
    name: 'W',
    code: 'w',
    aggregation_type: 'weighted_sum_agg',
    weighted_interval: 'seconds',
    field_name: 'n',
    recurring: true,
  };
  ask(account, 'POST', '/billable_metrics', {
    billable_metric: { ...weighted, rounding_function: 'ceil', rounding_precision: 2 },
  });
  ask(account, 'POST', '/billable_metrics', { billable_metric: computed });
  const charge = (charge_model: string, properties: JsonObject, more: JsonObject = {}) => ({
    billable_metric_id: (billable_metric as JsonObject).lago_id,
    charge_model,
    properties,
    ...more,
  });
  const charges = [
    charge(
      'standard',
      { amount: '1' },
      { filters: [{ values: { region: ['eu'] }, properties: { amount: '2' } }] },
    ),
    charge('standard', { amount: '1', pricing_group_keys: ['region'] }),
    charge('graduated', { graduated_ranges: tiers }),
    charge('volume', { volume_ranges: tiers }),
    charge('package', { amount: '1', package_size: 10, free_units: 0 }),
    charge('percentage', { rate: '1', fixed_amount: '0.1', free_units_per_events: 1 }),
    charge('dynamic', {}),
  ];
  const plan = {
    name: 'Pro',
    code: 'pro',
    interval: 'monthly',
    amount_cents: 0,
    amount_currency: 'EUR',
    charges,
  };
  ask(account, 'POST', '/plans', { plan });
  ask(account, 'POST', '/customers', {
    customer: { external_id: 'c', name: 'C', currency: 'EUR', timezone: 'Europe/Berlin' },
  });
  const { wallet } = ask(account, 'POST', '/wallets', {
    wallet: {
      external_customer_id: 'c',
      rate_amount: '0.5',
      currency: 'EUR',
      granted_credits: '10',
    },
  });
  ask(account, 'GET', `/wallets/${(wallet as JsonObject).lago_id}`);
  for (const external_id of ['s', 'ended'])
    ask(account, 'POST', '/subscriptions', {
      subscription: { external_customer_id: 'c', plan_code: 'pro', external_id },
    });
  ask(account, 'DELETE', '/subscriptions/ended');
  ask(account, 'POST', '/plans', { plan: { ...plan, code: 'gone', charges: [] } });
  ask(account, 'DELETE', '/plans/gone');
}

function send(account: Account): void {
  const event = {
    external_subscription_id: 's',
    code: 'stored',
    properties: { gb: 1.5, region: 'eu', nested: { a: [null] } },
  };
  ask(account, 'POST', '/events', {
    event: usageEvent('a', { ...event, precise_total_amount_cents: '12.5' }),
  });
  ask(account, 'POST', '/events', {
    event: usageEvent('b', { external_subscription_id: null, properties: 'none' }),
  });
  ask(account, 'POST', '/events/batch', {
    events: [usageEvent('c', event), usageEvent('d', { ...event, code: 'unknown' })],
  });
  ask(account, 'POST', '/events/batch', {
    events: [usageEvent('a', event), usageEvent('', { timestamp: 'x' })],
  });
}

function read(account: Account): void {
  const lists = [
    '/events',
    '/events?code=none',
    '/billable_metrics',
    '/plans',
    '/plans?per_page=1',
    '/customers',
    '/customers/c/subscriptions',
    '/wallets',
  ];
  const singles = [
    '/organizations',
    '/events/a',
    '/billable_metrics/stored',
    '/plans/pro',
    '/customers/c',
    '/subscriptions/s',
  ];
  const usage = '/customers/c/current_usage?external_subscription_id=s';
  for (const path of [
    ...lists,
    ...singles,
    usage,
    '/subscriptions?status[]=active&status[]=terminated',
  ])
    ask(account, 'GET', path);
  account.nowMs = Date.UTC(2026, 8, 5);
  const { invoices } = ask(account, 'GET', '/invoices');
  for (const { lago_id } of invoices as JsonObject[]) ask(account, 'GET', `/invoices/${lago_id}`);
  ask(account, 'GET', '/fees');
  const [{ lago_id } = {}] = invoices as JsonObject[];
  ask(account, 'PUT', `/invoices/${lago_id}/refresh`);
  ask(account, 'GET', '/customers/c/past_usage?external_subscription_id=s');
}

function fail(account: Account): void {
  ask(account, 'GET', '/organizations', undefined, 'nobody');
  account.lago.addKey({ value: 'limited', permissions: {} });
  ask(account, 'GET', '/events', undefined, 'limited');
  for (const path of ['/nowhere', '/events/none', '/invoices/none', '/plans/none'])
    ask(account, 'GET', path);
  ask(account, 'GET', '/customers/c/current_usage?external_subscription_id=none');
  ask(account, 'GET', '/customers/none/current_usage');
  ask(account, 'POST', '/events', {});
  ask(account, 'POST', '/events', { event: usageEvent('x', { timestamp: 'NaN' }) });
  ask(account, 'POST', '/events', { event: usageEvent('x', { code: 'area', properties: {} }) });
  for (const events of [[], [usageEvent('')], [usageEvent('x', { code: 'area' })]])
    ask(account, 'POST', '/events/batch', { events });
  ask(account, 'GET', '/events?timestamp_from=yesterday');
}

for (const eventsStore of ['postgres', 'clickhouse'] as const) {
  const account = new Account({ eventsStore });
  fill(account);
  send(account);
  read(account);
  fail(account);
  ask(account, 'PUT', '/plans/pro', { plan: { charges: [] } });
  ask(account, 'DELETE', '/customers/c');
  ask(account, 'DELETE', '/billable_metrics/w');
}

/** What the compiler says of answers written down as literals, one line per mistake. */
function mistakes(answers: Typed[]): string[] {
  mkdirSync('build', { recursive: true });
  const folder = mkdtempSync(resolve('build', 'answers-'));
  try {
    const types = join(relative(folder, '.'), 'sandbox/lago/answers');
    const lines = answers.map(
      ({ type, body }, place) => `export const answer${place}: ${type} = ${JSON.stringify(body)};`,
    );
    writeFileSync(
      join(folder, 'answers.ts'),
      [`import type { Answers, ErrorAnswers } from '${types}';`, ...lines].join('\n'),
    );
    const extended = { extends: join(relative(folder, '.'), 'tsconfig.base.json') };
    const compilerOptions = {
      composite: false,
      emitDeclarationOnly: false,
      noEmit: true,
      noUnusedLocals: false,
      lib: ['es2022', 'dom'],
    };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ ...extended, compilerOptions, files: ['answers.ts'] }),
    );
    execFileSync(process.execPath, [
      resolve('node_modules/typescript/lib/tsc.js'),
      '--pretty',
      'false',
      '-p',
      folder,
    ]);
    return [];
  } catch (error) {
    const found = String((error as { stdout?: Buffer }).stdout)
      .split('\n')
      .filter((line) => /answers\.ts\(\d+,\d+\): error TS/.test(line));
    if (found.length === 0) throw error;
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('there is an answer of every route, and an error of every status', () => {
  const types = new Set(typed.map(({ type }) => type));
  const expected = [
    ...ROUTES.map((route) => `Answers['${nameOf(route)}']`),
    ...[400, 401, 403, 404, 405, 422, 500].map((status) => `ErrorAnswers[${status}]`),
  ];
  expect([...types].sort()).toEqual(expected.sort());
});

it('every answer has the type that Lago’s own client has for it, but for the deviations that are named in sandbox/lago/answers', () => {
  expect(mistakes(typed)).toEqual([]);
});

it('an answer with a field that the client does not know, without one, or with another type is noticed', () => {
  const event = typed.find(({ type }) => type === "Answers['GET /events']");
  const [first] = (event?.body.events ?? []) as JsonObject[];
  const changed = (fields: JsonObject, meta?: JsonObject): Typed => ({
    type: event?.type ?? '',
    body: { ...event?.body, events: [{ ...first, ...fields }], ...(meta && { meta }) },
  });
  const wrong = [
    changed({ status: 'new' }),
    changed({ timestamp: 1 }),
    changed({}, { current_page: 1 }),
  ];
  expect(mistakes(wrong)).toEqual([
    expect.stringMatching(/'"status"' does not exist in type/),
    expect.stringContaining("Type 'number' is not assignable to type 'string'"),
    expect.stringContaining('missing the following properties'),
  ]);
});
