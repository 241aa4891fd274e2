import type { LagoResponse } from '../../src/lago/http';
import { lagoWith, notFound, ORGANIZATION } from './answering-lago';
import { answered, unreachable } from './scripted-http';

describe('the organization', () => {
  it.each([
    [{}, { organization: 'org-1', name: 'Org', store: 'postgres', zone: 'Europe/Berlin' }],
    [
      { events_store: 'clickhouse' },
      { organization: 'org-1', name: 'Org', store: 'clickhouse', zone: 'Europe/Berlin' },
    ],
    [
      { events_store: undefined },
      { organization: 'org-1', name: 'Org', store: 'unknown', zone: 'Europe/Berlin' },
    ],
    [
      { events_store: 'duckdb', timezone: null, name: null },
      { organization: 'org-1', name: '', store: 'unknown', zone: 'UTC' },
    ],
  ])('with %j is %j', (changes, expected) => {
    const { destination, http } = lagoWith({
      organization: () => answered(200, { organization: { ...ORGANIZATION, ...changes } }),
    });
    expect(destination.identify()).toEqual({ ...expected, address: http.address });
    destination.identify();
    expect(http.requests).toHaveLength(1);
  });

  it.each<[string, LagoResponse, string, number]>([
    ['a wrong key', answered(401, {}), 'lago.unauthorized', 1],
    [
      'a key without the right',
      answered(403, { code: 'read_action_not_allowed_for_organization' }),
      'lago.unknown-organization',
      1,
    ],
    ['a wrong path', notFound('resource_not_found'), 'lago.not-found', 1],
    ['a web page', answered(200, '<html>'), 'lago.not-lago', 1],
    ['other JSON', answered(200, { organization: {} }), 'lago.not-lago', 1],
    ['a redirect', answered(302, ''), 'lago.redirect', 1],
    ['no connection', unreachable(), 'lago.unreachable', 3],
    ['a fault', answered(500, ''), 'lago.unavailable', 3],
    ['a limit', answered(429, ''), 'lago.rate-limit', 3],
  ])('behind %s is a problem', (_, response, code, requests) => {
    const { destination, http } = lagoWith({ organization: () => response });
    expect(destination.identify()).toMatchObject({ code });
    expect(http.requests).toHaveLength(requests);
  });

  it('is read again after a fault', () => {
    let tries = 0;
    const { destination, clock } = lagoWith({
      organization: () =>
        tries++ < 2 ? answered(502, '') : answered(200, { organization: ORGANIZATION }),
    });
    expect(destination.identify()).toMatchObject({ organization: 'org-1' });
    expect(clock.slept).toEqual([500, 1000]);
  });
});
