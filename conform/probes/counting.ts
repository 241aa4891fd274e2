import { chargeOf, isoSeconds } from '../account';
import { type Bill, billed, bills, charged, n } from '../bill';
import { type Check, is, isSo } from '../check';
import { type Json, type JsonObject, listAt, textAt, valueAt } from '../json';
import type { Probe } from '../probe';
import type { Scene } from '../scene';
import { runningPeriod } from './running-period';

const events = (values: readonly Json[]): JsonObject[] => values.map((value) => n(value));

const counts = (
  scene: Scene,
  metric: Bill['metric'],
  name: string,
  [values, units]: readonly [readonly Json[], string],
): readonly Check[] => bills(scene, name, { metric, events: events(values) }, { units });

const TOLERANCE = 0.001;

const numbers: readonly Probe[] = [
  {
    fact: 'counting.numbers',
    ask: (scene) =>
      counts(scene, 'sum', 'numbers', [['12', '-2.5', '0012', 3, 1e-7], '24.5000001']),
  },
  {
    fact: 'counting.no-numbers',
    ask: (scene) => {
      const values = ['1,234', '$12', '12%', ' 12', '1_000', '', 'abc', null, true, 1];
      const events_count = scene.store === 'clickhouse' ? values.length : 1;
      return bills(
        scene,
        'no-numbers',
        { metric: 'sum', events: events(values) },
        { units: '1.0', events_count },
      );
    },
  },
  {
    fact: 'counting.aggregations',
    ask: (scene) => [
      ...counts(scene, 'count', 'a-count', [['x', null, 3], '3.0']),
      ...counts(scene, 'max', 'a-max', [[3, '10', 5], '10.0']),
      ...counts(scene, 'latest', 'a-latest', [[3, 10, '5'], '5.0']),
      ...counts(scene, 'unique', 'a-unique', [[1, '1', '1.0', 'a', 'A', null, null], '5.0']),
    ],
  },
  {
    fact: 'counting.not-undone',
    ask: (scene) => [
      ...counts(scene, 'max', 'undo-max', [[10, 3], '10.0']),
      ...counts(scene, 'count', 'undo-count', [[1, -1], '2.0']),
    ],
  },
  {
    fact: 'counting.rounding',
    ask: (scene) => counts(scene, 'rounded', 'rounded', [['1.21'], '1.3']),
  },
  {
    fact: 'counting.clamped',
    ask: (scene) =>
      bills(
        scene,
        'clamped',
        { metric: 'sum', events: events([3, -5]) },
        { units: '0.0', amount_cents: 0 },
      ),
  },
];

const operations = (
  pairs: readonly (readonly [value: string, operation: string])[],
): JsonObject[] => pairs.map(([value, operation_type]) => n(value, { operation_type }));

const DAY_SECONDS = 86_400;
/** So that one event is surely stored after another. */
const APART_MS = 1_000;

const overTime: readonly Probe[] = [
  {
    fact: 'counting.unique',
    ask: (scene) =>
      bills(
        scene,
        'unique-order',
        {
          metric: 'unique',
          events: operations([
            ['a', 'add'],
            ['a', 'remove'],
            ['b', 'remove'],
            ['c', 'add'],
            ['c', 'add'],
            ['c', 'remove'],
            ['d', 'add'],
            ['d', 'remove'],
            ['d', 'remove'],
            ['d', 'add'],
          ]),
        },
        { units: '1.0' },
      ),
  },
  {
    fact: 'counting.unique-operation',
    ask: (scene) => {
      const odd = operations([
        ['a', 'add'],
        ['b', 'add'],
        ['d', 'Remove'],
      ]);
      const events_count = scene.store === 'clickhouse' ? 2 : 1;
      return bills(
        scene,
        'unique-odd',
        { metric: 'unique', events: odd },
        { units: `${events_count}.0`, events_count },
      );
    },
  },
  {
    fact: 'counting.latest-tie',
    store: 'postgres',
    ask: (scene) => {
      const { clock, account, at } = scene;
      const first = { ...n(1), timestamp: at };
      const subscription = billed(scene, 'tied', { metric: 'latest', events: [first] });
      clock.wait(APART_MS);
      const tied = { code: account.named('latest'), external_subscription_id: subscription };
      scene.send('tied-later', { ...tied, ...n(2) });
      return scene.until(() => [
        is('the one stored last', charged(scene, subscription), { units: '2.0' }),
      ]);
    },
  },
  {
    fact: 'counting.weighted',
    ask: (scene) => {
      const [early, later] = [scene.at, scene.at + DAY_SECONDS / 2];
      const deltas = [
        { ...n(1_000), timestamp: early },
        { ...n(-400), timestamp: later },
      ];
      const subscription = billed(scene, 'deltas', { metric: 'weighted', events: deltas });
      return scene.until(() => {
        const period = runningPeriod(scene, subscription);
        const expected = 1_000 * period.shareFrom(early) - 400 * period.shareFrom(later);
        const got = Number(textAt(charged(scene, subscription), 'units'));
        return [isSo(`about ${expected.toFixed(3)} units`, Math.abs(got - expected) < TOLERANCE)];
      });
    },
  },
  {
    fact: 'counting.recurring',
    ask: (scene) => {
      const before = scene.at - 40 * DAY_SECONDS;
      const subscription = { subscription_at: isoSeconds((before - 20 * DAY_SECONDS) * 1000) };
      const carried = [{ ...n(5), timestamp: before }, n(2)];
      return bills(
        scene,
        'recurring',
        { metric: 'recurring', events: carried, subscription },
        { units: '7.0' },
      );
    },
  },
];

const TIERS = [
  { from_value: 0, to_value: 10, per_unit_amount: '1', flat_amount: '2' },
  { from_value: 11, to_value: null, per_unit_amount: '0.5', flat_amount: '3' },
];
const GRADUATED = { graduated_ranges: TIERS };
const VOLUME = { volume_ranges: TIERS };
const PACKAGE = { amount: '5', package_size: 10, free_units: 0 };

type Priced = readonly [model: string, properties: JsonObject, values: Json[], cents: number];

const prices = (scene: Scene, name: string, cases: readonly Priced[]): Check[] =>
  cases.flatMap(([model, properties, values, amount_cents], place) =>
    bills(
      scene,
      `${name}-${place}`,
      { metric: 'sum', model, properties, events: events(values) },
      { amount_cents },
    ),
  );

const models: readonly Probe[] = [
  {
    fact: 'counting.models',
    ask: (scene) =>
      prices(scene, 'model', [
        ['standard', { amount: '0.1' }, ['0.3', '0.25'], 6],
        ['graduated', GRADUATED, [12], 1_600],
        ['volume', VOLUME, [12], 900],
        ['package', { ...PACKAGE, free_units: 10 }, [20, 1], 1_000],
        ['percentage', { rate: '5' }, [100, 50], 750],
      ]),
  },
  {
    fact: 'counting.flat',
    ask: (scene) =>
      prices(scene, 'flat', [
        ['graduated', GRADUATED, [], 200],
        ['volume', VOLUME, [], 200],
        ['volume', VOLUME, [3, -3], 200],
      ]),
  },
  {
    fact: 'counting.percentage',
    ask: (scene) =>
      prices(scene, 'fixed', [
        ['percentage', { rate: '10', fixed_amount: '1' }, [20, -5], 350],
        ['percentage', { rate: '10', fixed_amount: '1' }, [-3], 0],
      ]),
  },
  {
    fact: 'counting.neutral',
    ask: (scene) =>
      prices(
        scene,
        'neutral',
        // As 8 and 5 cost, without the mistake of 25.
        (
          [
            ['standard', { amount: '0.7' }, 910],
            ['graduated', GRADUATED, 1_650],
            ['volume', VOLUME, 950],
            ['package', PACKAGE, 1_000],
            ['percentage', { rate: '5' }, 65],
          ] as const
        ).map(([model, properties, cents]): Priced => [model, properties, [8, 25, -25, 5], cents]),
      ),
  },
  {
    fact: 'counting.not-neutral',
    ask: (scene) =>
      prices(scene, 'fee', [
        ['percentage', { rate: '5', fixed_amount: '1' }, [100, -100, 100], 800],
      ]),
  },
  {
    fact: 'counting.volume',
    without: 'the invoice',
    ask: (scene) => {
      const subscription = billed(scene, 'below', {
        metric: 'sum',
        model: 'volume',
        properties: VOLUME,
        events: events([-3]),
      });
      const { account } = scene;
      const checks = scene.until(() => [
        is('a total of -3', account.usage(subscription).status, 500),
      ]);
      // Else its last invoice could never be made.
      const code = account.named('sum');
      scene.send('below-again', { ...n(3), code, external_subscription_id: subscription });
      return checks;
    },
  },
  {
    fact: 'counting.volume-fraction',
    ask: (scene) => prices(scene, 'fraction', [['volume', VOLUME, ['-0.5'], 0]]),
  },
  {
    fact: 'counting.latest-clamped',
    ask: (scene) =>
      bills(
        scene,
        'latest-below',
        { metric: 'latest', model: 'volume', properties: VOLUME, events: events([5, -3]) },
        { units: '0.0', amount_cents: 200 },
      ),
  },
  {
    fact: 'counting.dynamic',
    ask: (scene) => {
      const cents = (name: string, pairs: readonly (readonly [Json, string])[], amount: number) =>
        bills(
          scene,
          name,
          {
            metric: 'sum',
            model: 'dynamic',
            properties: {},
            events: pairs.map(([value, precise_total_amount_cents]) => ({
              ...n(value),
              precise_total_amount_cents,
            })),
          },
          { amount_cents: amount },
        );
      return [
        ...cents(
          'dynamic',
          [
            [1, '10.4'],
            [1, '7.2'],
            [-1, '-10.4'],
          ],
          7,
        ),
        ...cents(
          'dynamic-zero',
          [
            [3, '500.5'],
            [-3, '700'],
          ],
          0,
        ),
      ];
    },
  },
];

/** The groups of a charge, those with a name first. */
const byTeam = (charge: Json): Json[] =>
  listAt(charge, 'grouped_usage').sort((left, right) =>
    textAt(right, 'grouped_by', 'team').localeCompare(textAt(left, 'grouped_by', 'team')),
  );

const region = (values: string[], amount: string): JsonObject => ({
  values: { region: values },
  properties: { amount },
});

const shares: readonly Probe[] = [
  {
    fact: 'counting.filters',
    ask: (scene) =>
      bills(
        scene,
        'filters',
        {
          metric: 'filtered',
          charge: { filters: [region(['__ALL_FILTER_VALUES__'], '2'), region(['eu'], '3')] },
          events: ['eu', 'us', 'EU', 'mars'].map((name) => n(1, { region: name })),
        },
        {
          filters: [
            { values: { region: ['__ALL_FILTER_VALUES__'] }, amount_cents: 200 },
            { values: { region: ['eu'] }, amount_cents: 300 },
            { values: null, amount_cents: 200 },
          ],
        },
      ),
  },
  {
    fact: 'counting.groups',
    ask: (scene) => {
      const properties = { ...PACKAGE, pricing_group_keys: ['team'] };
      const teams: JsonObject[] = [{ team: 'a' }, { team: '' }, { team: null }, {}];
      const subscription = billed(scene, 'groups', {
        metric: 'sum',
        model: 'package',
        properties,
        events: teams.map((team) => n(1, team)),
      });
      // Postgres makes two groups of no name and of none at all, and shows them as one.
      const unnamed = scene.store === 'clickhouse' ? 500 : 1_000;
      return scene.until(() => [
        is('the groups', byTeam(charged(scene, subscription)), [
          { grouped_by: { team: 'a' }, amount_cents: 500 },
          { grouped_by: { team: null }, amount_cents: unnamed },
        ]),
      ]);
    },
  },
  {
    fact: 'counting.presentation',
    ask: (scene) =>
      bills(
        scene,
        'presentation',
        {
          metric: 'sum',
          model: 'package',
          properties: { ...PACKAGE, presentation_group_keys: [{ value: 'team' }] },
          events: [n(1, { team: 'a' }), n(1, { team: 'b' })],
        },
        { amount_cents: 500 },
      ),
  },
  {
    fact: 'counting.reversal-filter',
    ask: (scene) =>
      bills(
        scene,
        'reversal',
        {
          metric: 'filtered',
          charge: { filters: [region(['eu'], '10')] },
          events: [n(5, { region: 'eu' }), n(-5)],
        },
        { amount_cents: 5_000 },
      ),
  },
];

const uncharged: readonly Probe[] = [
  {
    fact: 'counting.uncharged',
    ask: (scene) => {
      const { account, lago } = scene;
      const metric = account.metric('uncharged', { aggregation_type: 'count_agg' });
      const plan = account.plan('uncharged', [chargeOf(metric, 'standard', { amount: '1' })]);
      const external_subscription_id = account.subscription('uncharged', plan);
      scene.send('charged', { external_subscription_id, code: metric.code });
      scene.send('not-charged', { external_subscription_id });
      const total = (): Json =>
        valueAt(account.usage(external_subscription_id).body, 'customer_usage', 'amount_cents');
      const before = scene.until(() => [is('with a metric of another plan beside', total(), 100)]);
      lago.delete(`/billable_metrics/${metric.code}`);
      return [...before, ...scene.until(() => [is('after its metric was deleted', total(), 0)])];
    },
  },
];

export const counting: readonly Probe[] = [
  ...uncharged,
  ...numbers,
  ...overTime,
  ...models,
  ...shares,
];
