import type { LagoResponse } from '../../src/lago/http';
import { listAll } from '../../src/lago/listing';
import { query } from '../../src/lago/requests';
import { lagoWith, OTHERS, THINGS } from './listing-lago';
import { answered, unreachable } from './scripted-http';

test('an address has its parameters, also behind those that it has already', () => {
  expect(query('/things', { page: 2, name: 'a b&c' })).toBe('/things?page=2&name=a%20b%26c');
  expect(query('/things?status[]=active', { page: 1 })).toBe('/things?status[]=active&page=1');
});

test('an address carries half of a character as its replacement, and never breaks', () => {
  expect(query('/things', { name: 'a\uD83D&b' })).toBe('/things?name=a%EF%BF%BD%26b');
});

describe('a read that fails for a moment', () => {
  const once = (answer: LagoResponse) => {
    let first = true;
    return lagoWith({ things: 1 }, () => {
      const failed = first ? answer : undefined;
      first = false;
      return failed;
    });
  };

  it.each([
    ['a server error', answered(503, ''), 500],
    ['an address that cannot be reached', unreachable(), 500],
    ['too many requests', answered(429, '', { 'x-ratelimit-reset': '7' }), 7_000],
    ['too many requests for an hour', answered(429, '', { 'x-ratelimit-reset': '3600' }), 20_000],
  ])('is tried again after a pause: %s', (_, answer, pause) => {
    const { clock, requests } = once(answer);
    expect(listAll(requests, [THINGS])).toEqual([['things-0']]);
    expect(clock.slept.reduce((total, ms) => total + ms, 0)).toBeGreaterThanOrEqual(pause);
    expect(clock.slept.reduce((total, ms) => total + ms, 0)).toBeLessThanOrEqual(2 * pause);
  });

  it('is tried three times', () => {
    const { http, requests } = lagoWith({}, () => answered(500, ''));
    expect(listAll(requests, [THINGS])).toMatchObject({ code: expect.stringMatching(/^lago\./) });
    expect(http.requests).toHaveLength(3);
  });

  it('is not tried again where it timed out, or was refused', () => {
    for (const answer of [unreachable(true), answered(401, {}), answered(404, {})]) {
      const { http, requests } = lagoWith({}, () => answer);
      expect(listAll(requests, [THINGS])).toMatchObject({ code: expect.stringMatching(/^lago\./) });
      expect(http.requests).toHaveLength(1);
    }
  });

  it('is tried again alone', () => {
    let failed = false;
    const { http, requests } = lagoWith({ things: 1, others: 1 }, (path) => {
      if (path !== '/others' || failed) return undefined;
      failed = true;
      return answered(502, '');
    });
    expect(listAll(requests, [THINGS, OTHERS])).toEqual([['things-0'], ['others-0']]);
    expect(http.sent).toEqual([2, 1]);
  });
});

test('requests leave twenty at once at most, and no faster than the rate', () => {
  const { http, clock, requests } = lagoWith({ things: 1 }, undefined, 10);
  const started = clock.now();
  requests.send(
    Array.from({ length: 45 }, () => ({
      method: 'get' as const,
      path: '/things?page=1&per_page=1',
    })),
  );
  expect(http.sent).toEqual([10, 10, 10, 10, 5]);
  expect(clock.now() - started).toBeGreaterThanOrEqual(3_900);
  const fast = lagoWith({ things: 1 });
  fast.requests.send(
    Array.from({ length: 45 }, () => ({
      method: 'get' as const,
      path: '/things?page=1&per_page=1',
    })),
  );
  expect(fast.http.sent).toEqual([20, 20, 5]);
});
