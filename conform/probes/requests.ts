import { planOf } from '../account';
import { is, isExactly } from '../check';
import { type Json, type JsonObject, listAt, valueAt } from '../json';
import type { Answer } from '../lago';
import type { Probe } from '../probe';
import type { Scene } from '../scene';
import { hasStatus, isRefused } from './answers';

const authorized = ({ lago }: Scene, authorization: string | undefined): Answer =>
  lago.ask('get', '/api/v1/organizations', { headers: { authorization } });

const posted = (
  { lago }: Scene,
  raw: string,
  headers: Readonly<Record<string, string | undefined>> = {},
): Answer => lago.ask('post', '/api/v1/events', { raw, headers });

/** An event whose property is a text of JSON, which need not be readable. */
const eventText = (scene: Scene, name: string, property: string): string =>
  JSON.stringify({ event: scene.event(name, { properties: { n: 'HERE' } }) }).replace(
    '"HERE"',
    property,
  );

const ERROR_400: JsonObject = { status: 400, error: 'Bad Request' };
const ERROR_500: JsonObject = { status: 500, error: 'Internal Server Error' };
const DEEP = 120;
const BATCH = 100;

const access: readonly Probe[] = [
  {
    fact: 'requests.created-200',
    ask: (scene) => {
      const { lago, account } = scene;
      const name = account.named('created');
      const metric = { name, code: name, aggregation_type: 'count_agg' };
      const checks = [
        hasStatus(
          'POST of a metric',
          lago.post('/billable_metrics', { billable_metric: metric }),
          200,
        ),
        hasStatus('POST of a plan', lago.post('/plans', planOf(name, [])), 200),
        hasStatus(
          'POST of a customer',
          lago.post('/customers', { customer: { external_id: name } }),
          200,
        ),
        hasStatus('POST of an event', scene.send('created'), 200),
        hasStatus('POST of a batch', lago.batch([scene.event('created-2')]), 200),
      ];
      account.adopt({ metrics: [name], plans: [name], customers: [name] });
      return checks;
    },
  },
  {
    fact: 'requests.key',
    ask: (scene) => [
      hasStatus('any word before the key', authorized(scene, `Token ${scene.lago.apiKey}`), 200),
      hasStatus('the key alone', authorized(scene, scene.lago.apiKey), 401),
      hasStatus('no key', authorized(scene, undefined), 401),
      hasStatus('another key', authorized(scene, `Bearer ${crypto.randomUUID()}`), 401),
    ],
  },
  {
    fact: 'requests.order',
    without: 'the permissions of keys',
    ask: (scene) => [
      hasStatus('no key, and no event', posted(scene, '{}', { authorization: undefined }), 401),
      hasStatus('a key, and no event', posted(scene, '{}'), 400),
      hasStatus('a key, and a bad event', scene.send('order', { timestamp: 'x' }), 422),
    ],
  },
  {
    fact: 'requests.premium',
    without: 'keys and limits per transaction',
    ask: ({ lago, account }) => {
      const external_id = account.customer('premium', {
        timezone: 'Asia/Tokyo',
        billing_configuration: { invoice_grace_period: 3 },
      });
      const { body } = lago.get(`/customers/${external_id}`);
      if (valueAt(body, 'customer', 'timezone') !== null)
        return { because: 'This Lago has a premium licence: it kept the time zone of a customer.' };
      const grace = valueAt(body, 'customer', 'billing_configuration', 'invoice_grace_period');
      return [is('the grace period of a customer without a time zone', grace, null)];
    },
  },
  {
    fact: 'requests.unknown-path',
    ask: ({ lago }) => [
      isRefused(
        'GET /api/v1/nonsense without a key',
        lago.ask('get', '/api/v1/nonsense', { headers: { authorization: undefined } }),
        404,
        'resource_not_found',
      ),
    ],
  },
  {
    fact: 'requests.dots',
    ask: ({ lago, account }) => {
      const id = account.customer('dot.example');
      return [
        isRefused('a dot as it is', lago.get(`/customers/${id}`), 404, 'resource_not_found'),
        hasStatus('a dot as %2E', lago.get(`/customers/${id.replace('.', '%2E')}`), 200),
      ];
    },
  },
  {
    fact: 'requests.head',
    ask: ({ lago }) => {
      const { status, text } = lago.ask('head', '/api/v1/organizations');
      return [isExactly('HEAD /organizations', { status, text }, { status: 200, text: '' })];
    },
  },
  {
    fact: 'requests.health',
    ask: ({ lago }) => [
      hasStatus(
        'GET /health',
        lago.ask('get', '/health', { headers: { authorization: undefined } }),
        200,
      ),
    ],
  },
];

const bodies: readonly Probe[] = [
  {
    fact: 'requests.broken-json',
    ask: (scene) => {
      const plain = posted(scene, '{"event": {', { accept: 'text/plain' });
      return [
        isExactly('to a client that accepts JSON', posted(scene, '{"event": {').body, ERROR_400),
        isExactly(
          'to another client',
          { status: plain.status, body: plain.body },
          { status: 400, body: {} },
        ),
      ];
    },
  },
  {
    fact: 'requests.unreadable',
    ask: (scene) => [
      hasStatus(
        'half of a surrogate pair',
        posted(scene, eventText(scene, 'half', '"\\ud83d"')),
        400,
      ),
      hasStatus(
        `${DEEP} levels`,
        posted(scene, eventText(scene, 'deep', '['.repeat(DEEP) + ']'.repeat(DEEP))),
        400,
      ),
    ],
  },
  {
    fact: 'requests.content-type',
    ask: (scene) => [
      hasStatus(
        'an event as text/plain',
        posted(scene, eventText(scene, 'text', '1'), { 'content-type': 'text/plain' }),
        400,
      ),
    ],
  },
  {
    fact: 'requests.not-found',
    ask: ({ lago, account }) =>
      (
        [
          ['events', 'event_not_found'],
          ['billable_metrics', 'billable_metric_not_found'],
          ['plans', 'plan_not_found'],
          ['customers', 'customer_not_found'],
          ['subscriptions', 'subscription_not_found'],
        ] as const
      ).map(([what, code]) =>
        isRefused(`GET /${what}/…`, lago.get(`/${what}/${account.named('none')}`), 404, code),
      ),
  },
  {
    fact: 'requests.405',
    ask: ({ account }) => [
      isRefused(
        'the usage of a subscription that is not there',
        account.usage(account.named('none')),
        405,
        'no_active_subscription',
      ),
    ],
  },
  {
    fact: 'requests.500',
    ask: (scene) => [
      isExactly(
        'an event whose time is NaN',
        scene.send('nan', { timestamp: 'NaN' }).body,
        ERROR_500,
      ),
    ],
  },
];

const pages: readonly Probe[] = [
  {
    fact: 'requests.pages',
    ask: (scene) => {
      const { lago, account } = scene;
      const code = account.named('pages');
      const events = Array.from({ length: BATCH }, (_, place) =>
        scene.event(`pages-${place}`, { code }),
      );
      lago.batch(events);
      scene.send('pages-last', { code });
      scene.listed(`code=${code}`, BATCH + 1);
      const itemsOf = (query: string): number =>
        listAt(lago.get(`/events?code=${code}${query}`).body, 'events').length;
      const idsOf = (page: number): Json[] =>
        listAt(lago.get(`/events?code=${code}&page=${page}`).body, 'events').map((event) =>
          valueAt(event, 'transaction_id'),
        );
      const metaOf = (query: string) => valueAt(lago.get(`/events?code=${query}`).body, 'meta');
      return [
        is('items of a page', itemsOf(''), BATCH),
        is('items with per_page=abc', itemsOf('&per_page=abc'), 25),
        is('items with per_page=-1', itemsOf('&per_page=-1'), 25),
        is('items with per_page=1000', itemsOf('&per_page=1000'), BATCH + 1),
        is('different events on both pages', new Set([1, 2].flatMap(idsOf)).size, BATCH + 1),
        is('the first page', metaOf(`${code}&page=1`), { next_page: 2, total_pages: 2 }),
        isExactly('the second page', metaOf(`${code}&page=2`), {
          current_page: 2,
          next_page: null,
          prev_page: 1,
          total_pages: 2,
          total_count: BATCH + 1,
        }),
        is('an empty list', metaOf(account.named('none')), { current_page: 0, total_pages: 0 }),
        hasStatus('per_page=0', lago.get(`/events?code=${code}&per_page=0`), 500),
      ];
    },
  },
];

export const requests: readonly Probe[] = [...access, ...bodies, ...pages];
