import { chargeOf } from '../account';
import { billed, bills, charged, metricOf, n } from '../bill';
import { is, isSo } from '../check';
import { type Json, type JsonObject, listAt, textAt, valueAt } from '../json';
import type { Probe } from '../probe';
import type { Scene } from '../scene';
import { hasStatus, isInvalid, MANDATORY } from './answers';
import { runningPeriod } from './running-period';

/** How long the product waits before it takes an event that is not seen for one that never came. */
const VISIBLE_AFTER_MS = 5 * 60_000;
/** So that one event surely arrives after another. */
const APART_MS = 1_500;

const store = 'clickhouse';

/** Two copies of one event, the second with a value of its own, and what is billed of them. */
function unitsOfCopies(scene: Scene, name: string): string {
  const twice = { transaction_id: scene.account.named(name), timestamp: scene.at };
  const subscription = billed(scene, name, { metric: 'sum', events: [{ ...n(1), ...twice }] });
  scene.clock.wait(APART_MS);
  const second = { ...twice, ...n(5), code: metricOf(scene, 'sum').code };
  scene.send('', { ...second, external_subscription_id: subscription });
  scene.until(() => [is('', textAt(charged(scene, subscription), 'units') !== '1.0', true)]);
  return textAt(charged(scene, subscription), 'units');
}

const NEWEST = '5.0';
const BOTH = '6.0';

const taking: readonly Probe[] = [
  {
    fact: 'clickhouse.answer',
    store,
    ask: (scene) => [
      is('the answer', valueAt(scene.send('ch-answer').body, 'event'), {
        lago_id: null,
        created_at: null,
      }),
    ],
  },
  {
    fact: 'clickhouse.no-validation',
    store,
    ask: (scene) => [
      hasStatus(
        'an event without id and code',
        scene.lago.event({ external_subscription_id: scene.stage.first, timestamp: scene.at }),
        200,
      ),
      isInvalid(
        'the same in a batch',
        scene.lago.batch([scene.event('', { transaction_id: '' })]),
        {
          0: { transaction_id: MANDATORY },
        },
      ),
    ],
  },
  {
    fact: 'clickhouse.duplicates',
    store,
    ask: (scene) => {
      const event = scene.event('ch-twice');
      return [
        hasStatus('the first', scene.lago.event(event), 200),
        hasStatus('the second', scene.lago.event(event), 200),
        hasStatus('two in a batch', scene.lago.batch([event, event]), 200),
      ];
    },
  },
];

const showing: readonly Probe[] = [
  {
    fact: 'clickhouse.reading',
    store,
    ask: (scene) => {
      const { account, lago, clock } = scene;
      const code = account.named('ch-copies');
      scene.send('ch-copy', { ...n(1), code });
      clock.wait(APART_MS);
      scene.send('ch-copy', { ...n(true), code });
      scene.listed(`code=${code}`, 2);
      const events = listAt(lago.get(`/events?code=${code}`).body, 'events');
      const [newest] = events;
      return [
        is(
          'the values, newest first',
          events.map((event) => valueAt(event, 'properties', 'n')),
          ['true', '1'],
        ),
        isSo(
          'the lago_id names the event',
          textAt(newest, 'lago_id').includes(account.named('ch-copy')),
        ),
        isSo('the subscription is named', textAt(newest, 'lago_subscription_id') !== ''),
      ];
    },
  },
  {
    fact: 'clickhouse.amount',
    store,
    ask: (scene) => {
      const { body } = scene.send('ch-amount');
      const shown = scene.shown(scene.account.named('ch-amount')).body;
      return [
        is('the answer', valueAt(body, 'event', 'precise_total_amount_cents'), null),
        is('later on', valueAt(shown, 'event', 'precise_total_amount_cents'), '0.0'),
      ];
    },
  },
  {
    fact: 'clickhouse.delay',
    store,
    ask: (scene) => {
      const { lago, account } = scene;
      scene.send('ch-delay');
      return scene.until(
        () => [
          hasStatus(
            'an event within the five minutes that the product waits',
            lago.get(`/events/${account.named('ch-delay')}`),
            200,
          ),
        ],
        VISIBLE_AFTER_MS,
      );
    },
  },
  {
    fact: 'clickhouse.dates',
    without: 'the years around 1970',
    store,
    ask: (scene) => {
      const { lago, account } = scene;
      scene.send('ch-far', { timestamp: 12_000_000_000 });
      scene.send('ch-near');
      scene.shown(account.named('ch-near'));
      return [hasStatus('an event of 2350', lago.get(`/events/${account.named('ch-far')}`), 404)];
    },
  },
  {
    fact: 'clickhouse.milliseconds',
    store,
    ask: (scene) => {
      const { account, at } = scene;
      const shifts = Array.from({ length: 40 }, (_, place) => {
        const name = `ms-${place}`;
        const ms = at * 1000 + place;
        scene.send(name, { timestamp: `${at}.${String(place).padStart(3, '0')}` });
        const shown = scene.shown(account.named(name)).body;
        return ms - Date.parse(textAt(shown, 'event', 'timestamp'));
      });
      const halves = Array.from({ length: 40 }, (_, place) => {
        const name = `half-ms-${place}`;
        scene.send(name, { timestamp: `${at}.${String(place).padStart(3, '0')}5` });
        const shown = scene.shown(account.named(name)).body;
        return at * 1000 + place - Date.parse(textAt(shown, 'event', 'timestamp'));
      });
      return [
        isSo('some of 40 milliseconds are one earlier', shifts.includes(1)),
        isSo(
          'none of them is with half a millisecond more',
          halves.every((shift) => shift === 0),
        ),
        isSo(
          'none of them is further away',
          shifts.every((shift) => shift === 0 || shift === 1),
        ),
      ];
    },
  },
];

const copies: readonly Probe[] = [
  {
    fact: 'clickhouse.removal',
    store,
    ask: (scene) => {
      const units = unitsOfCopies(scene, 'removal');
      if (units === BOTH) return { because: 'Here duplicates are not removed.' };
      return [is('units of two copies, 1 and then 5', units, NEWEST)];
    },
  },
  {
    fact: 'clickhouse.no-removal',
    store,
    ask: (scene) => {
      const units = unitsOfCopies(scene, 'no-removal');
      if (units === NEWEST) return { because: 'Here duplicates are removed.' };
      return [is('units of two copies, 1 and then 5', units, BOTH)];
    },
  },
  {
    fact: 'clickhouse.other-key',
    store,
    ask: (scene) => {
      const transaction_id = scene.account.named('ch-key');
      const events = [0, 1].map((seconds) => ({
        ...n(1),
        transaction_id,
        timestamp: scene.at + seconds,
      }));
      return bills(scene, 'ch-key', { metric: 'sum', events }, { units: '2.0' });
    },
  },
  {
    fact: 'clickhouse.unknown',
    store,
    ask: (scene) => {
      const { account } = scene;
      const external_subscription_id = account.named('later');
      const code = account.named('later');
      const early = { ...n(1), external_subscription_id };
      scene.send('before-metric', { ...early, code });
      scene.send('before-subscription', { ...early, ...n(10), code: metricOf(scene, 'sum').code });
      scene.listed(`external_subscription_id=${external_subscription_id}`, 2);
      const metric = account.metric('later', { aggregation_type: 'sum_agg', field_name: 'n' });
      const charges = [metric, metricOf(scene, 'sum')].map((each) =>
        chargeOf(each, 'standard', { amount: '1' }),
      );
      account.subscription('later', account.plan('later', charges));
      scene.send('after', { ...early, ...n(100), code });
      const unitsOf = (which: string): Json =>
        valueAt(
          account.usage(external_subscription_id, `&billable_metric_code=${which}`).body,
          'customer_usage',
          'charges_usage',
          0,
          'units',
        );
      return scene.until(() => [
        is('the metric that was made after its first event', unitsOf(code), '100.0'),
        is(
          'a subscription that was made after its event',
          unitsOf(metricOf(scene, 'sum').code),
          '10.0',
        ),
      ]);
    },
  },
];

const sums = (scene: Scene, name: string, values: readonly Json[], units: string) =>
  bills(scene, name, { metric: 'sum', events: values.map((value) => n(value)) }, { units });

/** So many units that a second of the period is more than a rounding. */
const WEIGHT = 10_000_000;
const TOLERANCE = 0.5;

const counting: readonly Probe[] = [
  {
    fact: 'clickhouse.numbers',
    store,
    ask: (scene) => [
      ...sums(scene, 'ch-texts', ['+5', '.5', '5.', '1e3'], '1010.5'),
      ...sums(scene, 'ch-digits', [1_000_000_000_000, 1], '1.0'),
    ],
  },
  {
    fact: 'clickhouse.wraps',
    store,
    ask: (scene) => sums(scene, 'ch-wraps', [900_000_000_000, 900_000_000_000], '0.0'),
  },
  {
    fact: 'clickhouse.dynamic',
    store,
    ask: (scene) => {
      const cents = (name: string, precise_total_amount_cents: string, amount_cents: number) => {
        const events: JsonObject[] = [{ ...n(1), precise_total_amount_cents }];
        const bill = { metric: 'sum', model: 'dynamic', properties: {}, events } as const;
        return bills(scene, name, bill, { amount_cents });
      };
      return [...cents('ch-whole', '225', 200), ...cents('ch-part', '225.5', 226)];
    },
  },
  {
    fact: 'clickhouse.seconds',
    store,
    ask: (scene) => {
      const events = [{ ...n(WEIGHT), timestamp: `${scene.at}.9` }];
      const subscription = billed(scene, 'ch-seconds', { metric: 'weighted', events });
      return scene.until(() => {
        const expected = WEIGHT * runningPeriod(scene, subscription).shareFrom(scene.at);
        const got = Number(textAt(charged(scene, subscription), 'units'));
        return [
          isSo(
            'a value at .9 of a second counts from its beginning',
            Math.abs(got - expected) < TOLERANCE,
          ),
        ];
      });
    },
  },
];

export const clickhouse: readonly Probe[] = [
  {
    fact: 'clickhouse.named',
    ask: ({ store: named }) => [
      isSo('the organization tells its event store', named !== undefined),
    ],
  },
  ...taking,
  ...showing,
  ...copies,
  ...counting,
];
