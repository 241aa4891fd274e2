import { type FakeLagoServer, startFakeLago } from '../../sandbox/lago';

describe('the fake over HTTP', () => {
  let lago: FakeLagoServer;
  const headers = { authorization: 'Bearer key-1', 'content-type': 'application/json' };
  const send = (transactionId: string) =>
    fetch(`${lago.url}/api/v1/events`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        event: { transaction_id: transactionId, code: 'calls', timestamp: 1 },
      }),
      signal: AbortSignal.timeout(1000),
    });

  beforeAll(async () => {
    lago = await startFakeLago({
      eventsStore: 'postgres',
      clock: { fixed: Date.UTC(2026, 7, 10) },
    });
    await lago.control({ type: 'organization', organization: { name: 'Acme', apiKey: 'key-1' } });
  });
  afterAll(() => lago.stop());
  afterEach(() => lago.control({ type: 'clear-faults' }));

  it('serves the API on a free port of this machine', async () => {
    const answer = await fetch(`${lago.url}/api/v1/organizations`, { headers });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      organization: { name: 'Acme', events_store: 'postgres' },
    });
  });

  it('seeds, sets the clock and reports usage by control messages', async () => {
    await lago.control({
      type: 'catalog',
      catalog: {
        metrics: [{ name: 'Calls', code: 'calls', aggregation_type: 'count_agg' }],
        plans: [
          {
            name: 'Plan',
            code: 'plan',
            interval: 'monthly',
            charges: [
              {
                billable_metric_code: 'calls',
                charge_model: 'standard',
                properties: { amount: '2' },
              },
            ],
          },
        ],
        subscriptions: [{ external_customer_id: 'c', external_id: 's', plan_code: 'plan' }],
      },
    });
    await lago.control({ type: 'clock', clock: { advanceMs: 60_000 } });
    await fetch(`${lago.url}/api/v1/events`, {
      method: 'POST',
      headers,
      body: JSON.stringify({
        event: { transaction_id: 'u', code: 'calls', external_subscription_id: 's' },
      }),
    });
    const usage = await lago.control({
      type: 'usage',
      externalCustomerId: 'c',
      externalSubscriptionId: 's',
    });
    expect(usage).toMatchObject({ amount_cents: 200 });
  });

  it('tells what became of events, and the invoices, by control messages', async () => {
    const billing = await lago.control({ type: 'billing' });
    expect(billing.find(({ transactionId }) => transactionId === 'u')).toMatchObject({
      billed: true,
      where: 'current',
      priced: true,
    });
    await lago.control({ type: 'clock', clock: { advanceMs: 31 * 86_400_000 } });
    expect(await lago.control({ type: 'invoices' })).toMatchObject([
      { status: 'finalized', total_amount_cents: 200 },
    ]);
  });

  it('closes the socket without an answer, before or after it stored the event', async () => {
    await lago.control({
      type: 'fault',
      faults: [{ kind: 'reset' }, { kind: 'reset', committed: true }],
    });
    await expect(send('lost')).rejects.toThrow();
    await expect(send('kept')).rejects.toThrow();
    const ids = (await lago.control({ type: 'events' })).map(({ transactionId }) => transactionId);
    expect(ids).toContain('kept');
    expect(ids).not.toContain('lost');
    const handed = await lago.control({ type: 'handed' });
    expect(handed.find(({ transactionId }) => transactionId === 'lost')).toMatchObject({
      outcome: 'not stored',
      status: 0,
    });
    expect(await lago.control({ type: 'injected' })).toMatchObject({
      'reset before commit': 1,
      'reset after commit': 1,
    });
  });

  it('holds the socket until the client gives up', async () => {
    await lago.control({ type: 'fault', faults: [{ kind: 'hang' }] });
    await expect(send('hung')).rejects.toThrow(/timeout/i);
  });

  it('answers late, though it stored the event at once', async () => {
    await lago.control({ type: 'fault', faults: [{ kind: 'slow', delayMs: 60_000 }] });
    await expect(send('late')).rejects.toThrow(/timeout/i);
    expect(
      (await lago.control({ type: 'events' })).map(({ transactionId }) => transactionId),
    ).toContain('late');
  });

  it('counts requests by method and path template', async () => {
    await lago.control({ type: 'clear-requests' });
    await fetch(`${lago.url}/api/v1/events/late`, { headers });
    expect((await lago.control({ type: 'requests' })).counts).toEqual({
      'GET /api/v1/events/:transaction_id': 1,
    });
  });

  it('passes an error of a control command on', async () => {
    await expect(lago.control({ type: 'revoke-key', apiKey: 'nobody' })).rejects.toThrow(
      'no organization',
    );
  });
});
