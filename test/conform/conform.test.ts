import { type Conformance, conform, isConforming } from '../../conform/conformance';
import { refuseForeign } from '../../conform/foreign';
import { Lago } from '../../conform/lago';
import { NOT_ASKED } from '../../conform/not-asked';
import { PROBES } from '../../conform/probes/all';
import { reportJson, reportText } from '../../conform/report';
import type { CatalogSeed } from '../../sandbox/lago';
import { AREAS } from '../lago-fake/facts/facts';
import { DEVIATIONS } from './deviations';
import { type FakeTarget, fakeTarget, KEY } from './fake';

const ids = AREAS.flatMap(({ facts }) => facts.map(({ id }) => id));

const differing = ({ facts, play }: Conformance): string[] =>
  [...facts, ...play].filter(({ outcome }) => outcome === 'differs').map(({ id }) => id);

test('every fact is either asked or has a reason why not', () => {
  const answered = [...PROBES.map(({ fact }) => fact), ...Object.keys(NOT_ASKED)];
  expect(answered.sort()).toEqual([...ids].sort());
});

describe.each([
  ['postgres', { eventsStore: 'postgres', licence: 'free' }],
  ['clickhouse', { eventsStore: 'clickhouse', licence: 'premium', visibilityDelayMs: 700 }],
] as const)('a Lago that does as the facts say, on %s,', (store, options) => {
  const target = fakeTarget(options);
  const conformance = conform(target);

  test('conforms: every fact that was asked holds, and the product bills each row once', async () => {
    const found = await conformance;
    expect(differing(found)).toEqual([]);
    expect(isConforming(found)).toBe(true);
    expect(found.store).toBe(store);
    expect(found.facts.map(({ id }) => id)).toEqual(ids);
    expect(found.facts.filter(({ outcome }) => outcome === 'holds').length).toBeGreaterThan(100);
    expect(found.play.map(({ id, outcome }) => `${id} ${outcome}`)).toEqual([
      'play.job holds',
      'play.changed holds',
      'play.removed holds',
      'play.flagged holds',
      'play.reconcile holds',
      'play.rebuild holds',
    ]);
  });

  test('says of each fact that it could not ask why', async () => {
    const { facts } = await conformance;
    for (const { outcome, because } of facts)
      expect(outcome === 'not asked' ? because : '.').toMatch(/\.$/);
  });

  test('is left with what Lago does not remove, under one prefix', async () => {
    const { cleanup } = await conformance;
    const lago = new Lago(target.transport, target.clock, target.address, KEY);
    target.clock.wait(2_000);
    for (const what of ['billable_metrics', 'plans', 'customers', 'subscriptions'])
      expect(lago.get(`/${what}`).body).toMatchObject({ [what]: [] });
    expect(cleanup.stays).toEqual([
      'Events stay: Lago deletes none.',
      'Ended subscriptions stay in lists of ended ones.',
      'Invoices stay, and a wallet of 10 credits with its deleted customer.',
    ]);
    expect(() => refuseForeign(lago)).not.toThrow();
  });

  test('is reported fact by fact, without the API key', async () => {
    const found = await conformance;
    const text = reportText(found);
    expect(text).toContain('holds      event.unchecked: Nothing checks that');
    expect(text).toMatch(/holds {6}counting\.volume: .*\n +Asked without the invoice\./);
    expect(text).toContain('All that was asked holds.');
    expect(JSON.parse(reportJson(found))).toMatchObject({ conforms: true, store });
    expect([text, reportJson(found), ...target.told].join('\n')).not.toContain(KEY);
  });

  test('has its five minutes announced before they are waited for', () => {
    const announced = target.told.filter((sentence) => sentence.startsWith('Waiting five minutes'));
    expect(announced).toHaveLength(store === 'postgres' ? 0 : 2);
  });
});

describe('a Lago with seven deviations', () => {
  const found = conform(
    fakeTarget({ licence: 'free' }, (request, carryOut) =>
      DEVIATIONS.reduceRight<typeof carryOut>(
        (next, { between }) =>
          (passed) =>
            between(passed, next),
        carryOut,
      )(request),
    ),
  );

  test.each(DEVIATIONS)('is found to be one that $name', async ({ facts }) => {
    for (const fact of facts) expect(differing(await found)).toContain(fact);
  });

  test('is said to differ in these facts, and in no others', async () => {
    expect(differing(await found).sort()).toEqual(DEVIATIONS.flatMap(({ facts }) => facts).sort());
    expect(isConforming(await found)).toBe(false);
  });

  test('is reported with what was expected and what was answered', async () => {
    const text = reportText(await found);
    expect(text).toContain('DIFFERS    batch.size: More than 100 events');
    expect(text).toContain('100 events: expected 200, got 422');
    expect(text).toContain('The product does not know this Lago');
  });
});

test('a Lago that does not answer while things are removed is reported all the same', async () => {
  const found = await conform(
    fakeTarget({ licence: 'free' }, (request, carryOut) =>
      request.method === 'delete' && request.url.endsWith('-play')
        ? { error: 'timeout' }
        : carryOut(request),
    ),
  );
  expect(isConforming(found)).toBe(true);
  expect(found.cleanup.stays[0]).toMatch(/^DELETE \/plans\/conform-\w+-play had no answer\.$/);
});

test('a Lago that loses an event of the main job is not said to conform, and the play ends there', async () => {
  const found = await conform(
    fakeTarget({}, (request, carryOut) => {
      const body = request.body.replaceAll('play-s2', 'lost');
      return carryOut({ ...request, body });
    }),
  );
  expect(differing(found)).toEqual(['play.job']);
  expect(found.play.slice(1).map(({ because }) => because)).toEqual(
    Array(5).fill('A step before it differs.'),
  );
});

describe('an organization that holds', () => {
  const metric = { name: 'Calls', code: 'calls', aggregation_type: 'count_agg' };
  const plan = { name: 'Pro', code: 'pro', interval: 'monthly' };
  const holding = (catalog: CatalogSeed): FakeTarget => {
    const target = fakeTarget();
    target.lago.seed.catalog(catalog);
    return target;
  };

  test.each<[string, CatalogSeed]>([
    ['billable metric “calls”', { metrics: [metric] }],
    ['plan “pro”', { plans: [plan] }],
    ['customer “acme”', { customers: [{ external_id: 'acme' }] }],
    [
      'subscription “s”',
      {
        plans: [{ ...plan, code: 'conform-pro' }],
        subscriptions: [
          { external_customer_id: 'conform-c', plan_code: 'conform-pro', external_id: 's' },
        ],
      },
    ],
  ])('the %s is refused, and nothing is made in it', async (what, catalog) => {
    const target = holding(catalog);
    await expect(conform(target)).rejects.toThrow(`The organization holds the ${what}, which`);
    expect(target.lago.requests.entries.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('an event of somebody else is refused', async () => {
    const target = fakeTarget();
    const lago = new Lago(target.transport, target.clock, target.address, KEY);
    lago.event({ transaction_id: 'e1', code: 'calls' });
    await expect(conform(target)).rejects.toThrow(
      'holds the event “e1”, which conform has not made',
    );
  });

  test('only what an earlier run left is taken', () => {
    const target = holding({
      metrics: [{ ...metric, code: 'conform-old-calls' }],
      customers: [{ external_id: 'conform-old-c' }],
    });
    const lago = new Lago(target.transport, target.clock, target.address, KEY);
    lago.event({ transaction_id: '.', external_subscription_id: 'conform-old-s', code: 'x' });
    expect(() => refuseForeign(lago)).not.toThrow();
  });
});
