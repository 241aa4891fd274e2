import type { LagoResponse } from '../../src/lago/http';
import { query, readable, requestsTo } from '../../src/lago/requests';
import { answered, ScriptedHttp, TestClock, unreachable } from './scripted-http';

const THINGS = { path: '/things', name: 'things' };
const OTHERS = { path: '/others?status[]=active', name: 'others', perPage: 10 };

/** A Lago that lists `counts` things of each name. */
function lagoWith(
  counts: Readonly<Record<string, number>>,
  scripted?: (path: string, page: number) => LagoResponse | undefined,
  perSecond = 1000,
) {
  const clock = new TestClock();
  const http = new ScriptedHttp((path, asked) => {
    const name = path.slice(1);
    const [number, size] = [Number(asked.get('page')), Number(asked.get('per_page'))];
    const total = counts[name] ?? 0;
    const shown = Array.from(
      { length: Math.max(0, Math.min(size, total - (number - 1) * size)) },
      (_, index) => `${name}-${(number - 1) * size + index}`,
    );
    return (
      scripted?.(path, number) ??
      answered(200, {
        [name]: shown,
        meta: { total_pages: Math.ceil(total / size), total_count: total },
      })
    );
  });
  return { http, clock, requests: requestsTo(http, clock, perSecond) };
}

test('an address has its parameters, also behind those that it has already', () => {
  expect(query('/things', { page: 2, name: 'a b&c' })).toBe('/things?page=2&name=a%20b%26c');
  expect(query('/things?status[]=active', { page: 1 })).toBe('/things?status[]=active&page=1');
});

test('of a list is read what can be read', () => {
  expect(
    readable([1, 'a', 2], (each) => (typeof each === 'number' ? each * 2 : undefined)),
  ).toEqual([2, 4]);
});

describe('listings', () => {
  it('are read in two waves: the first pages of all, then all others', () => {
    const { http, requests } = lagoWith({ things: 1_200, others: 25 });
    const listed = requests.list([THINGS, OTHERS]);
    expect(listed).toEqual([
      Array.from({ length: 1_200 }, (_, index) => `things-${index}`),
      Array.from({ length: 25 }, (_, index) => `others-${index}`),
    ]);
    expect(http.sent).toEqual([2, 4]);
    expect(http.paths()).toEqual([
      '/things?per_page=500&page=1',
      '/others?status[]=active&per_page=10&page=1',
      '/things?per_page=500&page=2',
      '/things?per_page=500&page=3',
      '/others?status[]=active&per_page=10&page=2',
      '/others?status[]=active&per_page=10&page=3',
    ]);
  });

  it('that are empty have no pages', () => {
    const { http, requests } = lagoWith({});
    expect(requests.list([THINGS])).toEqual([[]]);
    expect(http.sent).toEqual([1]);
  });

  it('that the key may not read are undefined, beside the others', () => {
    const { requests } = lagoWith({ others: 1 }, (path) =>
      path === '/things' ? answered(403, {}) : undefined,
    );
    expect(requests.list([THINGS, OTHERS])).toEqual([undefined, ['others-0']]);
  });

  it('of which a later page cannot be read are a problem, never a part', () => {
    const { requests } = lagoWith({ things: 1_200 }, (_, number) =>
      number === 3 ? answered(403, {}) : undefined,
    );
    expect(requests.list([THINGS])).toMatchObject({ code: expect.stringMatching(/^lago\./) });
    const { requests: lost } = lagoWith({ things: 1_200 }, (_, number) =>
      number === 2 ? unreachable() : undefined,
    );
    expect(lost.list([THINGS])).toMatchObject({ code: 'lago.unreachable' });
  });

  it.each([
    ['what is no list', answered(200, { things: 'x' })],
    ['a page of a proxy', answered(200, '<html>')],
  ])('that are %s are a problem', (_, answer) => {
    const { requests } = lagoWith({}, () => answer);
    expect(requests.list([THINGS])).toMatchObject({ code: expect.stringMatching(/^lago\./) });
  });

  it('end after 200 pages', () => {
    const { http, requests } = lagoWith({ things: 150_000 });
    expect((requests.list([THINGS]) as string[][])[0]).toHaveLength(100_000);
    expect(http.requests).toHaveLength(200);
  });

  it('tell how many there are with their first page alone', () => {
    const { http, requests } = lagoWith({ things: 1_200 });
    expect(requests.firstPages([THINGS])).toMatchObject([{ total: 1_200, pages: 3 }]);
    expect(http.sent).toEqual([1]);
  });
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
    expect(requests.list([THINGS])).toEqual([['things-0']]);
    expect(clock.slept.reduce((total, ms) => total + ms, 0)).toBeGreaterThanOrEqual(pause);
    expect(clock.slept.reduce((total, ms) => total + ms, 0)).toBeLessThanOrEqual(2 * pause);
  });

  it('is tried three times', () => {
    const { http, requests } = lagoWith({}, () => answered(500, ''));
    expect(requests.list([THINGS])).toMatchObject({ code: expect.stringMatching(/^lago\./) });
    expect(http.requests).toHaveLength(3);
  });

  it('is not tried again where it timed out, or was refused', () => {
    for (const answer of [unreachable(true), answered(401, {}), answered(404, {})]) {
      const { http, requests } = lagoWith({}, () => answer);
      expect(requests.list([THINGS])).toMatchObject({ code: expect.stringMatching(/^lago\./) });
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
    expect(requests.list([THINGS, OTHERS])).toEqual([['things-0'], ['others-0']]);
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
