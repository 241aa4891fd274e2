import { readCurrentUsage } from '../../src/lago/current-usage';
import { requestsTo } from '../../src/lago/requests';
import { answered, ScriptedHttp, TestClock } from './scripted-http';

const usage = answered(200, {
  customer_usage: {
    charges_usage: [{ billable_metric: { code: 'calls' }, units: '5.0', events_count: 2 }],
  },
});
const CALLS = { subscription: 's1', code: 'calls', units: '5.0', events: 2 };

const readingFrom = (http: ScriptedHttp, customer: string) =>
  readCurrentUsage(requestsTo(http, new TestClock(), 50), [{ subscription: 's1', customer }]);

describe('current usage', () => {
  it.each(['acme.com', 'bob@acme.com', '..'])(
    'of the customer %j is asked for by an address without a dot',
    (customer) => {
      const http = new ScriptedHttp((path) =>
        path.includes('.') ? answered(404, { code: 'resource_not_found' }) : usage,
      );
      expect(readingFrom(http, customer)).toEqual({ usage: [CALLS], unread: [] });
    },
  );

  it.each([400, 404])('that an address does not find (%i) is unread, not nothing', (status) => {
    const http = new ScriptedHttp(() => answered(status, { code: 'resource_not_found' }));
    expect(readingFrom(http, 'acme')).toEqual({ usage: [], unread: ['s1'] });
  });

  it('of a subscription without a running period is nothing', () => {
    const http = new ScriptedHttp(() => answered(405, { code: 'no_active_subscription' }));
    expect(readingFrom(http, 'acme')).toEqual({ usage: [], unread: [] });
  });

  it('of a subscription for which alone Lago breaks is unread', () => {
    const http = new ScriptedHttp((path) => (path.includes('broken') ? answered(500, '') : usage));
    const asked = ['broken', 's1'].map((subscription) => ({
      subscription,
      customer: subscription,
    }));
    expect(readCurrentUsage(requestsTo(http, new TestClock(), 50), asked)).toEqual({
      usage: [CALLS],
      unread: ['broken'],
    });
  });

  it('is a problem where Lago fails', () => {
    const http = new ScriptedHttp(() => answered(500, ''));
    expect(readingFrom(http, 'acme')).toMatchObject({ code: 'lago.unavailable' });
  });
});
