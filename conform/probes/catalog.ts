import { chargeOf, isoSeconds, type Metric, planOf } from '../account';
import { billed, metricOf, n } from '../bill';
import { type Check, is, isSo } from '../check';
import { type Json, type JsonObject, listAt, textAt, valueAt } from '../json';
import type { Answer } from '../lago';
import type { Probe } from '../probe';
import type { Scene } from '../scene';
import { hasStatus, isInvalid, isRefused, MANDATORY } from './answers';

const DAY_MS = 86_400_000;
const TAKEN: Json = ['value_already_exist'];

const metrics: readonly Probe[] = [
  {
    fact: 'catalog.metrics',
    ask: (scene) => {
      const { lago } = scene;
      const { code } = metricOf(scene, 'filtered');
      const recurring = metricOf(scene, 'recurring').code;
      const listed = lago.get('/billable_metrics?per_page=1000&search_term=nothing').body;
      const found = (wanted: string): Json | undefined =>
        listAt(listed, 'billable_metrics').find((each) => textAt(each, 'code') === wanted);
      return [
        is('one in a list that was to be searched for something else', found(code), {
          aggregation_type: 'sum_agg',
          field_name: 'n',
          recurring: false,
          expression: null,
          filters: [{ key: 'region' }],
        }),
        is('one that recurs', found(recurring), { recurring: true }),
      ];
    },
  },
  {
    fact: 'catalog.metric-rules',
    ask: (scene) => {
      const { lago, account } = scene;
      const refused = (what: string, fields: JsonObject, details: Json): Check => {
        const name = account.named('refused');
        const metric = {
          name,
          code: name,
          aggregation_type: 'sum_agg',
          field_name: 'n',
          ...fields,
        };
        return isInvalid(
          what,
          lago.post('/billable_metrics', { billable_metric: metric }),
          details,
        );
      };
      return [
        refused('a code that is taken', { code: metricOf(scene, 'sum').code }, { code: TAKEN }),
        refused('a blank code', { code: '' }, { code: MANDATORY }),
        refused(
          'a maximum that recurs',
          { aggregation_type: 'max_agg', recurring: true },
          { recurring: ['not_compatible_with_aggregation_type'] },
        ),
      ];
    },
  },
];

const range = (from_value: number, to_value: number | null): JsonObject => ({
  from_value,
  to_value,
  per_unit_amount: '1',
  flat_amount: '0',
});

const REFUSED_PRICES: readonly (readonly [model: string, properties: JsonObject, code: string])[] =
  [
    ['standard', { amount: 1 }, 'invalid_amount'],
    ['standard', { amount: '-1' }, 'invalid_amount'],
    ['package', { amount: '1', package_size: 0, free_units: 0 }, 'invalid_package_size'],
    ['percentage', { rate: 'x' }, 'invalid_rate'],
    ['volume', { volume_ranges: [range(0, 10), range(20, null)] }, 'invalid_volume_ranges'],
    ['graduated', { graduated_ranges: [range(0, 10)] }, 'invalid_graduated_ranges'],
  ];

const GROUPED: JsonObject = { amount: '1', pricing_group_keys: ['country'] };
const DEARER: JsonObject = { values: { region: ['eu'] }, properties: { amount: '2' } };

const plans: readonly Probe[] = [
  {
    fact: 'catalog.plans',
    ask: (scene) => {
      const { lago, account } = scene;
      const [sum, filtered] = [metricOf(scene, 'sum'), metricOf(scene, 'filtered')];
      const recurring = metricOf(scene, 'recurring');
      const charge = chargeOf(sum, 'standard', GROUPED, { pay_in_advance: true });
      const plan = account.plan('told', [
        charge,
        chargeOf(filtered, 'standard', { amount: '1' }, { filters: [DEARER] }),
        chargeOf(recurring, 'standard', { amount: '1' }, { prorated: true }),
      ]);
      const unknown = planOf(account.named('untold'), [
        { ...charge, billable_metric_id: sum.code },
      ]);
      const told = listAt(lago.get('/plans?per_page=1000').body, 'plans').find(
        (each) => textAt(each, 'code') === plan,
      );
      const chargeFor = ({ code }: Metric): Json | undefined =>
        listAt(told, 'charges').find((each) => textAt(each, 'billable_metric_code') === code);
      return [
        is('a charge in advance, by groups', chargeFor(sum), {
          charge_model: 'standard',
          pay_in_advance: true,
          prorated: false,
          properties: GROUPED,
          filters: [],
        }),
        is('a charge in arrears, with a filter', chargeFor(filtered), {
          pay_in_advance: false,
          properties: { amount: '1' },
          filters: [DEARER],
        }),
        is('a charge for the part of the period that is left', chargeFor(recurring), {
          prorated: true,
        }),
        hasStatus('a charge with the code of its metric', lago.post('/plans', unknown), 404),
      ];
    },
  },
  {
    fact: 'catalog.prices',
    ask: (scene) =>
      REFUSED_PRICES.map(([model, properties, code]) => {
        const charge = chargeOf(metricOf(scene, 'sum'), model, properties);
        const plan = planOf(scene.account.named('refused'), [charge]);
        return isInvalid(JSON.stringify(properties), scene.lago.post('/plans', plan), {
          properties: [code],
        });
      }),
  },
  {
    fact: 'catalog.plan-update',
    ask: (scene) => {
      const { lago, account } = scene;
      const subscription = billed(scene, 'update', { metric: 'sum', events: [n(2)] });
      const usageOf = (): Json => valueAt(account.usage(subscription).body, 'customer_usage');
      const before = scene.until(() => [is('before', usageOf(), { amount_cents: 200 })]);
      const plan = account.named('update');
      lago.put(`/plans/${plan}`, planOf(plan, []));
      return [
        ...before,
        ...scene.until(() => [
          is('after its charge was left out', usageOf(), { amount_cents: 0, charges_usage: [] }),
        ]),
      ];
    },
  },
];

const wallets: readonly Probe[] = [
  {
    fact: 'catalog.wallets',
    without: 'credits that are paid',
    ask: (scene) => {
      const { lago, account } = scene;
      const wallet = {
        external_customer_id: account.customer('wallet-customer', { currency: 'EUR' }),
        rate_amount: '1.0',
        name: account.named('wallet'),
        currency: 'EUR',
        paid_credits: '0.0',
        granted_credits: '10.0',
      };
      const id = textAt(lago.post('/wallets', { wallet }).body, 'wallet', 'lago_id');
      return scene.until(() => [
        is('its balance', valueAt(lago.get(`/wallets/${id}`).body, 'wallet'), {
          balance_cents: 1000,
          credits_balance: '10.0',
        }),
      ]);
    },
  },
];

const deletions: readonly Probe[] = [
  {
    fact: 'catalog.plans-deleted',
    ask: (scene) => {
      const { lago, account } = scene;
      const plan = account.plan('going', []);
      const id = account.subscription('going', plan);
      const answer = lago.delete(`/plans/${plan}`);
      return [
        hasStatus('the deletion', answer, 200),
        ...scene.until(() => [
          hasStatus('the plan, in the end', lago.get(`/plans/${plan}`), 404),
          hasStatus('its subscription', lago.get(`/subscriptions/${id}`), 404),
        ]),
      ];
    },
  },
];

const idsOf = (answer: Answer, what: string): Json[] =>
  listAt(answer.body, what).map((each) => valueAt(each, 'external_id'));

const customers: readonly Probe[] = [
  {
    fact: 'catalog.customers',
    ask: ({ lago, account }) => {
      const [old, fresh] = [account.customer('name-one'), account.customer('name-two')];
      lago.post('/customers', { customer: { external_id: old, name: `${account.prefix}renamed` } });
      const found = (query: string): Json[] => idsOf(lago.get(`/customers?${query}`), 'customers');
      return [
        is(
          'the name after the second time',
          valueAt(lago.get(`/customers/${old}`).body, 'customer'),
          {
            name: `${account.prefix}renamed`,
          },
        ),
        is('by external id', found(`external_id=${old}`), [old]),
        is('by a term in the name', found(`search_term=${account.prefix}renamed`), [old]),
        is('newest first', found(`search_term=${account.prefix}name-`), [fresh, old]),
      ];
    },
  },
  {
    fact: 'catalog.customers-deleted',
    ask: (scene) => {
      const { lago, account } = scene;
      const customer = account.customer('deleted');
      const id = account.subscription('deleted-customer', account.plan('deleted-customer', []), {
        external_customer_id: customer,
      });
      lago.delete(`/customers/${customer}`);
      return [
        hasStatus('the customer', lago.get(`/customers/${customer}`), 404),
        ...scene.until(() => [
          hasStatus('its subscription, in the end', lago.get(`/subscriptions/${id}`), 404),
        ]),
      ];
    },
  },
];

/** A customer with a subscription that runs, one that is to begin and one that has ended. */
interface Listed {
  readonly customer: string;
  readonly active: string;
  readonly older: string;
  readonly pending: string;
  readonly ended: string;
}

const known = new WeakMap<Scene, Listed>();

/** When the older one is to end: months from now. */
const endOf = ({ now }: Scene): string => isoSeconds(now * 1000 + 100 * DAY_MS);

function listed(scene: Scene): Listed {
  const found = known.get(scene);
  if (found !== undefined) return found;
  const { account, lago, now } = scene;
  const plan = account.plan('listed', []);
  const external_customer_id = account.customer('listed');
  const subscribed = (name: string, days: number, more: JsonObject = {}): string =>
    account.subscription(name, plan, {
      external_customer_id,
      subscription_at: isoSeconds(now * 1000 + days * DAY_MS),
      ...more,
    });
  const made = {
    customer: external_customer_id,
    active: subscribed('active', -2),
    older: subscribed('older', -3, { ending_at: endOf(scene) }),
    pending: subscribed('to-begin', 5),
    ended: subscribed('over', -4),
  };
  lago.delete(`/subscriptions/${made.ended}`);
  known.set(scene, made);
  return made;
}

const endsAt = (subscription: Json | undefined): number =>
  Date.parse(textAt(subscription, 'ending_at'));

const listedBy = (scene: Scene, query: string): readonly Json[] =>
  listAt(
    scene.lago.get(`/subscriptions?external_customer_id=${listed(scene).customer}${query}`).body,
    'subscriptions',
  );

const idsBy = (scene: Scene, query: string): Json[] =>
  listedBy(scene, query).map((each) => valueAt(each, 'external_id'));

const lists: readonly Probe[] = [
  {
    fact: 'catalog.subscriptions-listed',
    ask: (scene) => {
      const { active, older, pending, ended } = listed(scene);
      return scene.until(() => {
        const [over] = listedBy(scene, '&status[]=terminated');
        return [
          is('unless asked for otherwise', idsBy(scene, ''), [active, older]),
          isSo(
            'the end that is to come',
            endsAt(listedBy(scene, '')[1]) === Date.parse(endOf(scene)),
          ),
          is('pending', idsBy(scene, '&status[]=pending'), [pending]),
          is('terminated', idsBy(scene, '&status[]=terminated'), [ended]),
          is('its status', textAt(over, 'status'), 'terminated'),
          isSo('its end is told', textAt(over, 'terminated_at') !== ''),
        ];
      });
    },
  },
  {
    fact: 'catalog.subscriptions-order',
    ask: (scene) => {
      const { active, older, pending, ended } = listed(scene);
      return [
        is('an unknown status', idsBy(scene, '&status[]=bogus'), [pending, active, older, ended]),
        is(
          'a list of ids and a term',
          idsBy(scene, `&external_id[]=${older}&search_term=${older}`),
          [active, older],
        ),
      ];
    },
  },
  {
    fact: 'catalog.subscriptions-times',
    ask: (scene) => {
      const { active, ended } = listed(scene);
      const shown = (id: string, query = ''): Json =>
        valueAt(scene.lago.get(`/subscriptions/${id}${query}`).body, 'subscription');
      const has = (what: string, text: string, form: RegExp): Check => isSo(what, form.test(text));
      const running = shown(active);
      return [
        has('the start', textAt(running, 'started_at'), /:\d\d\.\d{3}Z$/),
        has('the period', textAt(running, 'current_billing_period_ending_at'), /:\d\dZ$/),
        has('the end', textAt(shown(ended, '?status=terminated'), 'terminated_at'), /:\d\dZ$/),
      ];
    },
  },
];

const subscribe = (
  { lago, account }: Scene,
  name: string,
  { customer, ...more }: JsonObject & { customer: string },
): Answer => {
  const external_id = account.named(name);
  return lago.post('/subscriptions', {
    subscription: {
      external_customer_id: account.named(customer),
      plan_code: account.named('made'),
      external_id,
      ...more,
    },
  });
};

const making: readonly Probe[] = [
  {
    fact: 'catalog.subscriptions-created',
    ask: (scene) => {
      const { lago, account } = scene;
      account.plan('made', [], { amount_currency: 'EUR' });
      const external_id = ` ${account.named('spaces')} `;
      const answer = subscribe(scene, '', { customer: 'fresh', external_id });
      account.adopt({
        customers: [account.named('fresh')],
        subscriptions: [account.named('spaces')],
      });
      return [
        is('its id', valueAt(answer.body, 'subscription', 'external_id'), account.named('spaces')),
        is(
          'its customer',
          valueAt(lago.get(`/customers/${account.named('fresh')}`).body, 'customer'),
          {
            currency: 'EUR',
          },
        ),
      ];
    },
  },
  {
    fact: 'catalog.subscriptions-refused',
    ask: (scene) => {
      const { account, now } = scene;
      const yesterday = isoSeconds(now * 1000 - DAY_MS);
      const refused = { customer: 'refused' };
      account.adopt({ customers: [account.named('refused')] });
      const taken = {
        ...refused,
        plan_code: account.named('stage'),
        external_id: scene.stage.first,
      };
      return [
        isRefused(
          'an unknown plan',
          subscribe(scene, 'refused', { ...refused, plan_code: account.named('none') }),
          404,
          'plan_not_found',
        ),
        isInvalid('an id that is taken', subscribe(scene, '', taken), { external_id: TAKEN }),
        isInvalid(
          'an end before today',
          subscribe(scene, 'refused', {
            ...refused,
            plan_code: account.named('stage'),
            ending_at: yesterday,
          }),
          { ending_at: ['invalid_date'] },
        ),
      ];
    },
  },
  {
    fact: 'catalog.subscriptions-again',
    ask: (scene) => {
      const { lago, account, stage } = scene;
      const again = subscribe(scene, '', {
        customer: 'customer',
        plan_code: account.named('stage'),
        external_id: stage.first,
      });
      const first = lago.get(`/subscriptions/${stage.first}`).body;
      subscribe(scene, '', {
        customer: 'left',
        plan_code: account.named('stage'),
        external_id: stage.first,
      });
      account.adopt({ customers: [account.named('left')] });
      return [
        is(
          'the one that is there',
          textAt(again.body, 'subscription', 'lago_id'),
          textAt(first, 'subscription', 'lago_id'),
        ),
        hasStatus(
          'the customer of a refused one',
          lago.get(`/customers/${account.named('left')}`),
          200,
        ),
      ];
    },
  },
  {
    fact: 'catalog.subscriptions-follow',
    ask: (scene) => {
      const { lago, account, clock } = scene;
      const plan = account.plan('follow', []);
      const idOf = (answer: Answer): string => textAt(answer.body, 'subscription', 'lago_id');
      const id = account.subscription('follow', plan);
      const first = idOf(lago.get(`/subscriptions/${id}`));
      lago.delete(`/subscriptions/${id}`);
      clock.wait(2_000);
      account.subscription('follow', plan, { subscription_at: isoSeconds(clock.now()) });
      const second = idOf(lago.get(`/subscriptions/${id}`));
      return [
        isSo('another one follows', second !== '' && second !== first),
        is('the one that ended', idOf(lago.get(`/subscriptions/${id}?status=terminated`)), first),
      ];
    },
  },
];

export const catalog: readonly Probe[] = [
  ...metrics,
  ...plans,
  ...wallets,
  ...deletions,
  ...customers,
  ...lists,
  ...making,
];
