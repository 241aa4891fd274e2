import { is, isExactly } from '../check';
import { listAt, valueAt } from '../json';
import type { Probe } from '../probe';
import type { Scene } from '../scene';
import { EXISTS, hasStatus, isInvalid, MANDATORY, UNREADABLE } from './answers';

const MOST = 100;

const many = (scene: Scene, name: string, count: number) =>
  Array.from({ length: count }, (_, place) => scene.event(`${name}-${place}`));

/** Whether an event that was refused with others is not stored: on both stores it is free then. */
const isFree = (scene: Scene, name: string) =>
  hasStatus('what was refused with the others, alone', scene.send(name), 200);

export const batches: readonly Probe[] = [
  {
    fact: 'batch.answer',
    ask: (scene) => {
      const { body } = scene.lago.batch([scene.event('sent-b'), scene.event('sent-a')]);
      const ids = listAt(body, 'events').map((event) => valueAt(event, 'transaction_id'));
      return [
        is('the ids', ids, [scene.account.named('sent-b'), scene.account.named('sent-a')]),
        isExactly('what the body has', Object.keys(body), ['events']),
      ];
    },
  },
  {
    fact: 'batch.size',
    ask: (scene) => [
      hasStatus(`${MOST} events`, scene.lago.batch(many(scene, 'size', MOST)), 200),
      isInvalid(`${MOST + 1} events`, scene.lago.batch(many(scene, 'over', MOST + 1)), {
        events: ['too_many_events'],
      }),
      isInvalid('none', scene.lago.batch([]), { events: ['no_events'] }),
    ],
  },
  {
    fact: 'batch.first-stage',
    ask: (scene) => [
      isInvalid(
        'one that is fine and two that are not',
        scene.lago.batch([
          scene.event('stage-fine'),
          scene.event('stage-time', { timestamp: '2024-03-14' }),
          scene.event('', { transaction_id: '' }),
        ]),
        { 1: UNREADABLE, 2: { transaction_id: MANDATORY } },
      ),
      isFree(scene, 'stage-fine'),
    ],
  },
  {
    fact: 'batch.second-stage',
    store: 'postgres',
    ask: (scene) => {
      const [old, older, fresh] = ['second-a', 'second-b', 'second-c'].map((name) =>
        scene.event(name),
      );
      scene.lago.batch([old ?? null, older ?? null]);
      return [
        isInvalid(
          'two that are there and one that is not',
          scene.lago.batch([old ?? null, fresh ?? null, older ?? null]),
          { 0: EXISTS, 2: EXISTS },
        ),
        isFree(scene, 'second-c'),
      ];
    },
  },
  {
    fact: 'batch.round-trips',
    store: 'postgres',
    ask: (scene) => {
      scene.send('trips-old');
      const [fine, old] = [scene.event('trips-fine'), scene.event('trips-old')];
      const bad = scene.event('trips-bad', { timestamp: 'x' });
      return [
        isInvalid('the first', scene.lago.batch([fine, bad, old]), { 1: UNREADABLE }),
        isInvalid('the second', scene.lago.batch([fine, old]), { 1: EXISTS }),
        hasStatus('the third', scene.lago.batch([fine]), 200),
      ];
    },
  },
  {
    fact: 'batch.repeated',
    store: 'postgres',
    ask: (scene) => {
      const event = scene.event('repeated');
      return [
        isInvalid('one id three times', scene.lago.batch([event, event, event]), {
          1: EXISTS,
          2: EXISTS,
        }),
      ];
    },
  },
  {
    fact: 'batch.id-alone',
    store: 'postgres',
    ask: (scene) => {
      const pair = [
        scene.event('pair'),
        scene.event('pair', { external_subscription_id: scene.stage.second }),
      ];
      return [
        isInvalid('one id on two subscriptions in one batch', scene.lago.batch(pair), {
          1: EXISTS,
        }),
        ...pair.map((event) => hasStatus('one of them alone', scene.lago.batch([event]), 200)),
      ];
    },
  },
  {
    fact: 'batch.subscription',
    ask: (scene) => [
      hasStatus(
        'an unknown subscription and none',
        scene.lago.batch([
          scene.event('batch-none', { external_subscription_id: scene.account.named('none') }),
          scene.event('batch-null', { external_subscription_id: null }),
        ]),
        200,
      ),
    ],
  },
  {
    fact: 'batch.poison',
    ask: (scene) => [
      hasStatus(
        'a batch with an event that breaks Lago',
        scene.lago.batch([scene.event('poison-fine'), scene.event('poison', { timestamp: 'NaN' })]),
        500,
      ),
      isFree(scene, 'poison-fine'),
    ],
  },
];
