import { randomBytes } from 'node:crypto';
import { billed, charged, n } from '../bill';
import { type Check, is, isSo } from '../check';
import { isObject, type Json, type JsonObject, textAt, valueAt } from '../json';
import type { Answer } from '../lago';
import type { Probe } from '../probe';
import type { Scene } from '../scene';
import { EXISTS, hasStatus, isAnswered, isInvalid, MANDATORY, UNREADABLE } from './answers';

const written = (value: Json): string => JSON.stringify(value);

/** Each event is sent under a name of its own, and answered with these fields. */
const answers = (
  scene: Scene,
  name: string,
  cases: readonly (readonly [sent: JsonObject, answered: JsonObject])[],
): Check[] =>
  cases.map(([sent, answered], place) =>
    isAnswered(written(sent), scene.send(`${name}-${place}`, sent), { event: answered }),
  );

/** An event whose property `n` is this text of JSON, byte for byte. */
const sendText = (scene: Scene, name: string, value: string): Answer =>
  scene.lago.ask('post', '/api/v1/events', {
    raw: JSON.stringify({ event: scene.event(name, n('HERE')) }).replace('"HERE"', value),
  });

/** The property `n` as it stands in the text of an answer. */
const numberIn = ({ text }: Answer): string => /"n":([^}]*)\}/.exec(text)?.[1] ?? '';

const taking: readonly Probe[] = [
  {
    fact: 'event.answer',
    store: 'postgres',
    ask: (scene) => {
      const fields = { lago_customer_id: null, lago_subscription_id: null };
      const { body } = scene.send('answer', n(1));
      const shown = scene.shown(scene.account.named('answer')).body;
      return [
        is('the answer', valueAt(body, 'event'), { ...fields, properties: { n: 1 } }),
        isSo('the answer has a lago_id', textAt(body, 'event', 'lago_id') !== ''),
        is('the event later on', valueAt(shown, 'event'), fields),
      ];
    },
  },
  {
    fact: 'event.empty',
    ask: ({ lago }) =>
      [{}, { event: {} }, { event: null }].map((body) =>
        hasStatus(written(body), lago.post('/events', body), 400),
      ),
  },
  {
    fact: 'event.mandatory',
    store: 'postgres',
    ask: (scene) => [
      isInvalid('a blank id', scene.send('', { transaction_id: '  ' }), {
        transaction_id: MANDATORY,
      }),
      isInvalid('no code', scene.send('no-code', { code: null }), { code: MANDATORY }),
      isInvalid(
        'a blank id and a bad timestamp',
        scene.send('', { transaction_id: '', timestamp: 'x' }),
        UNREADABLE,
      ),
    ],
  },
  {
    fact: 'event.duplicate',
    store: 'postgres',
    ask: (scene) => {
      scene.send('twice', n(1));
      return [
        isInvalid('the same again', scene.send('twice', n(1)), EXISTS),
        isInvalid(
          'other content under the same id',
          scene.send('twice', {
            ...n(2),
            code: scene.account.named('none'),
            timestamp: scene.at + 1,
          }),
          EXISTS,
        ),
      ];
    },
  },
  {
    fact: 'event.duplicate-scope',
    store: 'postgres',
    ask: (scene) => {
      scene.send('scope');
      const other = { transaction_id: scene.account.named('SCOPE') };
      const none = { transaction_id: scene.account.named('alone'), external_subscription_id: null };
      return [
        hasStatus(
          'on another subscription',
          scene.send('scope', { external_subscription_id: scene.stage.second }),
          200,
        ),
        hasStatus('in other case', scene.send('scope', other), 200),
        hasStatus('without a subscription', scene.send('', none), 200),
        hasStatus('without a subscription again', scene.send('', none), 200),
      ];
    },
  },
  {
    fact: 'event.unchecked',
    ask: (scene) => {
      const none = scene.account.named('none');
      return [
        hasStatus('an unknown code', scene.send('unchecked-code', { code: none }), 200),
        hasStatus(
          'an unknown subscription',
          scene.send('unchecked-subscription', { external_subscription_id: none }),
          200,
        ),
        hasStatus(
          'no subscription',
          scene.send('unchecked-none', { external_subscription_id: null }),
          200,
        ),
        hasStatus('a date of 2096', scene.send('unchecked-late', { timestamp: 4e9 }), 200),
      ];
    },
  },
  {
    fact: 'event.dropped-keys',
    ask: (scene) => {
      const { body } = scene.send('dropped', { external_customer_id: 'c', metadata: {} });
      const event = valueAt(body, 'event');
      return [
        isSo('the event is answered', isObject(event)),
        is('what Lago made of them', event, { external_customer_id: null, metadata: null }),
      ];
    },
  },
];

const values: readonly Probe[] = [
  {
    fact: 'event.cast',
    ask: (scene) => [
      ...answers(scene, 'cast', [
        [{ properties: 'text' }, { properties: {} }],
        [{ properties: [1] }, { properties: {} }],
        [n({ deep: [1] }), n({ deep: [1] })],
      ]),
      isAnswered('a number as an id', scene.send('', { transaction_id: scene.now }), {
        event: { transaction_id: String(scene.now) },
      }),
    ],
  },
  {
    fact: 'event.numbers',
    ask: (scene) => {
      const numbers = [
        ['12345678901234567890', '12345678901234567890', '"12345678901234567000"'],
        ['0.1234567890123456789', '0.12345678901234568', '"0.12345678901234568"'],
      ] as const;
      return numbers.map(([sent, kept, onClickHouse], place) => {
        const name = `number-${place}`;
        sendText(scene, name, sent);
        const shown = numberIn(scene.shown(scene.account.named(name)));
        return is(sent, shown, scene.store === 'clickhouse' ? onClickHouse : kept);
      });
    },
  },
  {
    fact: 'event.amount',
    ask: (scene) => {
      const kept = '0.012345678901235';
      scene.send('amount-shown', { precise_total_amount_cents: '0.0123456789012345' });
      const { body } = scene.shown(scene.account.named('amount-shown'));
      return [
        ...answers(
          scene,
          'amount',
          (
            [
              ['asdfa', '0.0'],
              [100, '100.0'],
              ['1,5', '1.0'],
              ['', null],
              ['-3.5', '-3.5'],
              ['0.0123456789012345', kept],
            ] as const
          ).map(([sent, answered]) => [
            { precise_total_amount_cents: sent },
            { precise_total_amount_cents: answered },
          ]),
        ),
        is('15 decimals, later on', valueAt(body, 'event', 'precise_total_amount_cents'), kept),
      ];
    },
  },
  {
    fact: 'event.nul',
    without: 'batches',
    ask: (scene) => {
      const nul = scene.account.named('nul\u0000');
      const inCode = isInvalid('in a code', scene.send('nul-code', { code: nul }), UNREADABLE);
      if (scene.store === 'clickhouse') return [inCode];
      return [
        inCode,
        isInvalid('in an id', scene.send('', { transaction_id: nul }), UNREADABLE),
        isInvalid(
          'in a subscription',
          scene.send('nul-subscription', { external_subscription_id: nul }),
          UNREADABLE,
        ),
        hasStatus('in a property', scene.send('nul-property', n('a\u0000')), 500),
      ];
    },
  },
  {
    fact: 'event.long-id',
    store: 'postgres',
    ask: (scene) => {
      // Random, for the index holds a long text packed.
      const long = (bytes: number): string =>
        scene.account.named(randomBytes(bytes).toString('hex'));
      return [
        hasStatus('an id of 2,000 characters', scene.send('', { transaction_id: long(990) }), 200),
        hasStatus('one of 12,000', scene.send('', { transaction_id: long(6_000) }), 500),
        hasStatus(
          'a subscription of 12,000',
          scene.send('long', { external_subscription_id: long(6_000) }),
          500,
        ),
      ];
    },
  },
  {
    fact: 'event.properties-order',
    store: 'postgres',
    ask: (scene) => {
      scene.send('order', { properties: { long: 3, b: 2, a: 1 } });
      const event = valueAt(scene.shown(scene.account.named('order')).body, 'event', 'properties');
      return [is('the keys', Object.keys(isObject(event) ? event : {}), ['a', 'b', 'long'])];
    },
  },
];

/** For comparing what a clock here and a clock there say. */
const SAME_TIME_MS = 10 * 60_000;

const times: readonly Probe[] = [
  {
    fact: 'event.timestamp',
    ask: (scene) =>
      answers(
        scene,
        'time',
        (
          [
            [1710421740, '2024-03-14T13:09:00.000Z'],
            ['1710421740', '2024-03-14T13:09:00.000Z'],
            [1710421740.123, '2024-03-14T13:09:00.123Z'],
            ['1710421740.1239', '2024-03-14T13:09:00.123Z'],
            ['1e9', '2001-09-09T01:46:40.000Z'],
            [' +1_710_421_740 ', '2024-03-14T13:09:00.000Z'],
          ] as const
        ).map(([timestamp, answered]) => [{ timestamp }, { timestamp: answered }]),
      ),
  },
  {
    fact: 'event.timestamp-invalid',
    ask: (scene) =>
      ['', ' ', '2024-03-14', '2024-03-14T15:09:00Z', '1710421740,5', 'abc', '0x10', true].map(
        (timestamp, place) =>
          isInvalid(written(timestamp), scene.send(`bad-${place}`, { timestamp }), UNREADABLE),
      ),
  },
  {
    fact: 'event.timestamp-breaks',
    ask: (scene) =>
      ['NaN', 'Infinity', ...(scene.store === 'postgres' ? ['1e15'] : [])].map((timestamp, place) =>
        hasStatus(timestamp, scene.send(`breaks-${place}`, { timestamp }), 500),
      ),
  },
  {
    fact: 'event.timestamp-milliseconds',
    ask: (scene) => {
      const subscription = billed(scene, 'milliseconds', {
        metric: 'sum',
        events: [{ ...n(5), timestamp: scene.at * 1000 }, n(2)],
        hidden: scene.store === 'clickhouse' ? 1 : 0,
      });
      const { status, body } = scene.send('milliseconds', { timestamp: scene.at * 1000 });
      return [
        is('the status', status, 200),
        isSo('the year has five digits', /^\d{5}-/.test(textAt(body, 'event', 'timestamp'))),
        ...scene.until(() => [
          is('the bill without it', charged(scene, subscription), { units: '2.0' }),
        ]),
      ];
    },
  },
  {
    fact: 'event.timestamp-absent',
    ask: (scene) =>
      [undefined, null, false, []].map((timestamp, place) => {
        const { timestamp: _, ...rest } = scene.event(`absent-${place}`);
        const { body } = scene.lago.event(timestamp === undefined ? rest : { ...rest, timestamp });
        const at = Date.parse(textAt(body, 'event', 'timestamp'));
        return isSo(
          `${timestamp === undefined ? 'none' : written(timestamp)} is now`,
          Math.abs(at - scene.clock.now()) < SAME_TIME_MS,
        );
      }),
  },
];

export const events: readonly Probe[] = [...taking, ...values, ...times];
