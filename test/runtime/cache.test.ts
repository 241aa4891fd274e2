import type { FakeGoogle } from '../../sandbox/runtime';
import type { Cache, Runtime } from '../../src/apps-script/runtime';
import { newGoogle, refusal } from './google';

const cacheOf = ({ CacheService }: Runtime): Cache => {
  const cache = CacheService.getDocumentCache();
  if (!cache) throw new Error('There is no document cache.');
  return cache;
};

/** What `work` gives, once it has gone through. */
function done<T>(google: FakeGoogle, work: (cache: Cache) => T): T | undefined {
  const { result, error } = google.run((runtime) => work(cacheOf(runtime)));
  expect(error).toBeUndefined();
  return result;
}

const refused = (work: (cache: Cache) => unknown): string =>
  refusal(newGoogle(), (runtime) => work(cacheOf(runtime)));

/** A world whose clock a test moves by seconds. */
function clocked(): { readonly google: FakeGoogle; readonly pass: (seconds: number) => void } {
  let now = 0;
  const pass = (seconds: number): void => {
    now += seconds * 1000;
  };
  return { google: newGoogle({ now: () => now }), pass };
}

describe('a cache', () => {
  test('gives what was put, and null for what was not', () => {
    expect(
      done(newGoogle(), (cache) => {
        cache.put('a', '');
        cache.putAll({ b: '2', c: '3', d: '4' });
        cache.remove('b');
        cache.removeAll(['c', 'never']);
        return ['a', 'b', 'c', 'd'].map((key) => cache.get(key));
      }),
    ).toEqual(['', null, null, '4']);
  });

  test('gives of many only those that are there', () => {
    expect(
      done(newGoogle(), (cache) => {
        cache.putAll({ a: '1', b: '2' });
        return cache.getAll(['b', 'missing']);
      }),
    ).toEqual({ b: '2' });
  });

  test('keeps texts: numbers are written out, an object is lost behind its type, null leaves nothing', () => {
    expect(
      done(newGoogle(), (cache) => {
        cache.put('gone', 'x');
        for (const [key, value] of Object.entries({
          number: 42,
          flag: true,
          object: { a: 1 },
          gone: null,
        }))
          cache.put(key, value as never);
        cache.putAll({ all: 7 as never });
        return cache.getAll(['number', 'flag', 'object', 'gone', 'all']);
      }),
    ).toEqual({ number: '42', flag: 'true', object: '[object Object]', all: '7' });
  });

  test('outlives the execution that filled it', () => {
    const google = newGoogle();
    google.run((runtime) => cacheOf(runtime).put('a', '1'), { killAtCall: 2 });
    expect(done(google, (cache) => cache.get('a'))).toBe('1');
  });

  test('takes keys of 250 characters', () => {
    const text = 'Exception: Argument too large: key';
    const long = 'k'.repeat(251);
    expect([
      refused((cache) => cache.put('k'.repeat(250), 'v')),
      refused((cache) => cache.put(long, 'v')),
      refused((cache) => cache.putAll({ [long]: 'v' })),
      refused((cache) => cache.get(long)),
      refused((cache) => cache.getAll(['a', long])),
      refused((cache) => cache.removeAll([long])),
    ]).toEqual(['no error', text, text, text, text, text]);
  });

  test('takes values of 100 KB of UTF-8', () => {
    const put = (value: string) => refused((cache) => cache.put('a', value));
    expect([
      put('x'.repeat(102_400)),
      put('x'.repeat(102_401)),
      put('ü'.repeat(51_200)),
      put('ü'.repeat(51_201)),
    ]).toEqual([
      'no error',
      'Exception: Argument too large: value',
      'no error',
      'Exception: Argument too large: value',
    ]);
  });

  test('keeps those of many that came before a value that is too large', () => {
    const google = newGoogle();
    expect(
      refusal(google, (runtime) =>
        cacheOf(runtime).putAll({ a: '1', b: 'x'.repeat(102_401), c: '3' }),
      ),
    ).toMatch(/too large: value$/);
    expect(google.documentCache.all()).toEqual({ a: '1' });
  });

  test('drops down to the 900 newest items when there are more than 1,000, read or not', () => {
    const google = newGoogle();
    const put = (from: number, to: number) =>
      done(google, (cache) =>
        cache.putAll(
          Object.fromEntries(
            Array.from({ length: to - from }, (_, index) => [`k${from + index}`, 'v']),
          ),
        ),
      );
    put(0, 1000);
    expect(Object.keys(google.documentCache.all())).toHaveLength(1000);
    done(google, (cache) => cache.get('k0'));
    put(0, 1);
    put(1000, 1001);
    const left = Object.keys(google.documentCache.all());
    expect([left.length, left[0], left.includes('k0'), left.at(-1)]).toEqual([
      900,
      'k102',
      true,
      'k1000',
    ]);
  });

  test('refuses what is no text and no list, and seconds that are none', () => {
    const mismatch = (parameters: string, method: string) =>
      `Exception: The parameters (${parameters}) don't match the method signature for CacheService.Cache.${method}.`;
    expect([
      refused((cache) => cache.get(null as never)),
      refused((cache) => cache.getAll('a' as never)),
      refused((cache) => cache.removeAll([null] as never)),
      refused((cache) => cache.putAll([] as never)),
      refused((cache) => cache.put('a', '1', '60' as never)),
      refused((cache) => cache.put('a', '1', undefined)),
    ]).toEqual([
      mismatch('null', 'get'),
      mismatch('String', 'getAll'),
      mismatch('null[]', 'removeAll'),
      mismatch('Object[]', 'putAll'),
      mismatch('String,String,String', 'put'),
      mismatch('String,String,null', 'put'),
    ]);
  });
});

describe('a cached item', () => {
  const SECONDS = [
    ['600 s unless told', undefined, 600],
    ['as long as told', 60, 60],
    ['six hours at most', 99_999, 21_600],
    ['as if nothing were told if the time is not positive', 0, 600],
    ['as if nothing were told if the time is negative', -5, 600],
  ] as const;

  test.each(SECONDS)('is kept %s', (_, told, kept) => {
    const { google, pass } = clocked();
    done(google, (cache) =>
      told === undefined ? cache.put('a', '1') : cache.putAll({ a: '1' }, told),
    );
    pass(kept - 1);
    expect(done(google, (cache) => cache.get('a'))).toBe('1');
    pass(1);
    expect(done(google, (cache) => [cache.get('a'), cache.getAll(['a'])])).toEqual([null, {}]);
  });

  test('is not kept longer by being read, but by being put again', () => {
    const { google, pass } = clocked();
    done(google, (cache) => cache.putAll({ read: '1', again: '1' }));
    pass(599);
    done(google, (cache) => {
      cache.get('read');
      cache.put('again', '2');
    });
    pass(1);
    expect(google.documentCache.all()).toEqual({ again: '2' });
  });

  test('may be forgotten at any moment, between two calls of one execution too', () => {
    const google = newGoogle();
    const seen = google.run(
      (runtime) => {
        const cache = cacheOf(runtime);
        cache.putAll({ part1: '1', part2: '2' });
        return [cache.getAll(['part1', 'part2']), cache.getAll(['part1', 'part2'])];
      },
      {
        onCall: ({ index }) =>
          void (index === 4 && google.evictCache(({ key }) => key === 'part2')),
      },
    ).result;
    expect(seen).toEqual([{ part1: '1', part2: '2' }, { part1: '1' }]);
  });

  test('is forgotten with all others unless they are chosen by cache, key or value', () => {
    const google = newGoogle();
    const fill = () =>
      google.run((runtime) => {
        cacheOf(runtime).putAll({ a: '1', b: '2' });
        runtime.CacheService.getScriptCache().putAll({ a: '1', b: '2' });
      });
    const left = () => [google.documentCache.all(), google.scriptCache.all()];
    fill();
    google.evictCache(({ cache, key, value }) =>
      cache === 'script' ? key === 'a' : value === '2',
    );
    expect(left()).toEqual([{ a: '1' }, { b: '2' }]);
    google.evictCache();
    expect(left()).toEqual([{}, {}]);
  });
});

describe('the caches of document and script', () => {
  test('know nothing of each other', () => {
    const { result } = newGoogle().run((runtime) => {
      runtime.CacheService.getScriptCache().put('a', 'script');
      cacheOf(runtime).put('a', 'document');
      return [runtime.CacheService.getScriptCache().get('a'), cacheOf(runtime).get('a')];
    });
    expect(result).toEqual(['script', 'document']);
  });

  test('are shared by the people of the file', () => {
    const google = newGoogle();
    google.run((runtime) => cacheOf(runtime).put('a', '1'), { user: 'one@example.com' });
    expect(
      google.run((runtime) => cacheOf(runtime).get('a'), { user: 'two@example.com' }).result,
    ).toBe('1');
  });

  test('are counted call by call, and fail where a test has ordered it', () => {
    const google = newGoogle();
    google.faults.add({ call: 'Cache.get', message: 'Service error: Cache' });
    const { serviceCalls, error } = google.run((runtime) => cacheOf(runtime).get('a'));
    expect([serviceCalls.byName, error?.message]).toEqual([
      { 'CacheService.getDocumentCache': 1, 'Cache.get': 1 },
      'Service error: Cache',
    ]);
  });

  test('are refused to the simple trigger', () => {
    const google = newGoogle();
    google.load('function onOpen() { CacheService.getScriptCache(); }');
    const refusals = (['NONE', 'LIMITED'] as const).map(
      (authority) => google.open({ authority }).error?.message,
    );
    const text = 'Specified permissions are not sufficient to call CacheService.getScriptCache.';
    expect(refusals).toEqual([text, text]);
  });

  test('are there for a function of the bundle, whose objects are of its own realm', () => {
    const google = newGoogle();
    google.load(`function cached() {
      var cache = CacheService.getDocumentCache();
      cache.putAll({ a: '1' }, 60);
      var all = cache.getAll(['a', 'b']);
      return [all instanceof Object, JSON.stringify(all), cache.get('b')];
    }`);
    expect(google.execute('cached').result).toEqual([true, '{"a":"1"}', null]);
  });

  test('may lack the one of the document', () => {
    const { result } = newGoogle({ documentCache: false }).run(({ CacheService }) => [
      CacheService.getDocumentCache(),
      CacheService.getScriptCache().get('a'),
    ]);
    expect(result).toEqual([null, null]);
  });
});
