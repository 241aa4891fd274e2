import { chargeOf, isoSeconds } from '../account';
import { is } from '../check';
import { type Json, listAt, valueAt } from '../json';
import type { Probe } from '../probe';
import type { Scene } from '../scene';
import { hasStatus } from './answers';

const ODD_IDS = ['a/b', 'a.b.c', 'ü', '100%', 'a?b#c', 'a b', 'a+b'];

/** An older Lago removes in the background what hangs on a metric. */
const BACKGROUND_MS = 5_000;

const idsIn = (scene: Scene, query: string, count: number): Json[] =>
  listAt(scene.listed(query, count).body, 'events').map((event) =>
    valueAt(event, 'transaction_id'),
  );

const refusedQuery = ({ lago }: Scene, query: string) =>
  hasStatus(query, lago.get(`/events?${query}`), 422);

const single: readonly Probe[] = [
  {
    fact: 'reading.by-id',
    ask: (scene) =>
      ODD_IDS.map((id) => {
        const transaction_id = scene.account.named(id);
        scene.send('', { transaction_id });
        const { body } = scene.shown(encodeURIComponent(transaction_id));
        return is(id, valueAt(body, 'event', 'transaction_id'), transaction_id);
      }),
  },
  {
    fact: 'reading.steps',
    ask: (scene) =>
      ['.', '..'].map((transaction_id) => {
        scene.send('', { transaction_id });
        const { body } = scene.lago.get(`/events/${transaction_id.replaceAll('.', '%2E')}`);
        return is(`the event ${transaction_id}`, valueAt(body, 'event'), null);
      }),
  },
  {
    fact: 'reading.first',
    store: 'postgres',
    ask: (scene) => {
      const { first, second } = scene.stage;
      scene.send('first');
      scene.send('first', { external_subscription_id: second });
      const { body } = scene.shown(scene.account.named('first'));
      return [is('the subscription', valueAt(body, 'event', 'external_subscription_id'), first)];
    },
  },
  {
    fact: 'reading.no-changes',
    ask: (scene) => {
      const path = `/events/${scene.account.named('unchanged')}`;
      scene.send('unchanged');
      scene.shown(scene.account.named('unchanged'));
      return [
        hasStatus('DELETE', scene.lago.delete(path), 404),
        hasStatus('PUT', scene.lago.put(path, { event: {} }), 404),
      ];
    },
  },
  {
    fact: 'reading.deleted-metric',
    ask: (scene) => {
      const { account, lago, clock } = scene;
      const metric = account.metric('deleted', { aggregation_type: 'count_agg' });
      const plan = account.plan('deleted', [chargeOf(metric, 'standard', { amount: '1' })]);
      const external_subscription_id = account.subscription('deleted', plan);
      scene.send('deleted', { code: metric.code, external_subscription_id });
      scene.shown(account.named('deleted'));
      lago.delete(`/billable_metrics/${metric.code}`);
      clock.wait(BACKGROUND_MS);
      return [hasStatus('its event', lago.get(`/events/${account.named('deleted')}`), 200)];
    },
  },
];

const lists: readonly Probe[] = [
  {
    fact: 'reading.order',
    store: 'postgres',
    ask: (scene) => {
      const { account, at } = scene;
      const code = account.named('listed');
      const named = (name: string, seconds: number) =>
        scene.event(name, { code, timestamp: at + seconds });
      scene.lago.batch([named('list-b', 0), named('list-a', 0), named('list-new', 10)]);
      return [
        is(
          'the ids',
          idsIn(scene, `code=${code}`, 3),
          ['list-new', 'list-a', 'list-b'].map((name) => account.named(name)),
        ),
      ];
    },
  },
  {
    fact: 'reading.filters',
    ask: (scene) => {
      const { account, at, stage } = scene;
      const code = account.named('filtered-list');
      const named = (name: string, seconds: number, subscription = stage.first) =>
        scene.event(name, {
          code,
          timestamp: at + seconds,
          external_subscription_id: subscription,
        });
      scene.lago.batch([
        named('early', 0),
        named('inside', 10),
        named('late', 20),
        named('other', 10, stage.second),
      ]);
      scene.listed(`code=${code}`, 4);
      const time = (seconds: number): string => isoSeconds((at + seconds) * 1000);
      const found = (query: string, count: number): Json[] =>
        idsIn(scene, `code=${code}&${query}`, count).sort();
      const names = (...wanted: string[]): Json[] => wanted.map((name) => account.named(name));
      return [
        is('by subscription', found(`external_subscription_id=${stage.second}`, 1), names('other')),
        is(
          'from a time on',
          found(`timestamp_from=${time(10)}`, 3),
          names('inside', 'late', 'other'),
        ),
        is('up to a time', found(`timestamp_to=${time(10)}`, 3), names('early', 'inside', 'other')),
        is(
          'of one moment',
          found(`timestamp_from=${time(10)}&timestamp_to=${time(10)}`, 2),
          names('inside', 'other'),
        ),
        is(
          'by id, which is no filter',
          found(`transaction_id=${account.named('late')}`, 4).length,
          4,
        ),
      ];
    },
  },
  {
    fact: 'reading.invalid-filters',
    ask: (scene) => {
      const of = `external_subscription_id=${scene.stage.first}`;
      return [
        refusedQuery(scene, 'timestamp_from=yesterday'),
        refusedQuery(scene, 'timestamp_to=1710421740123'),
        refusedQuery(scene, 'timestamp_from_started_at=true'),
        refusedQuery(scene, `timestamp_from_started_at=true&${of}&timestamp_from=2026-01-01`),
      ];
    },
  },
  {
    fact: 'reading.since-start',
    ask: (scene) => {
      const { account, stage } = scene;
      const plan = account.plan('since', []);
      const external_subscription_id = account.subscription('since', plan);
      const before = Date.parse(account.started) / 1000 - 1;
      scene.send('since-before', { external_subscription_id, timestamp: before, code: stage.code });
      scene.send('since-after', { external_subscription_id });
      const of = `external_subscription_id=${external_subscription_id}`;
      scene.listed(of, 2);
      return [
        is('the ids', idsIn(scene, `timestamp_from_started_at=true&${of}`, 1), [
          account.named('since-after'),
        ]),
      ];
    },
  },
];

export const reading: readonly Probe[] = [...single, ...lists];
