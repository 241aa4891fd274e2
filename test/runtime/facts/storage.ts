import type { Cache } from '../../../src/apps-script/runtime';
import { type Area, type Google, KEY_PREFIX, refusal, UNDOCUMENTED } from './fact';

const QUOTAS = 'Apps Script guide: Quotas for Google Services';
const CACHE = 'reference: Cache';

const key = (name: string): string => `${KEY_PREFIX}${name}`;

function cacheOf({ CacheService }: Google): Cache {
  const cache = CacheService.getDocumentCache();
  if (cache === null) throw new Error('There is no document cache.');
  return cache;
}

export const properties: Area = {
  title: 'Properties',
  facts: [
    {
      id: 'properties.missing',
      says: 'A missing property is null; deleting it again is no error.',
      source: 'reference: Properties.getProperty; of deleting nobody documents it',
      probe: ({ google }) => {
        const store = google.PropertiesService.getDocumentProperties();
        return [
          store.getProperty(key('missing')),
          refusal(() => store.deleteProperty(key('missing'))),
        ];
      },
      expected: [null, 'no error'],
    },
    {
      id: 'properties.kept',
      says: 'A text of 8,000 characters is kept as it is, under a name with dots and dashes.',
      source: `${QUOTAS} (9 KB a value)`,
      probe: ({ google }) => {
        const store = google.PropertiesService.getDocumentProperties();
        const name = key('ledger.3f2b9c1e-0000-4000-8000-000000000000.7d1a-22');
        const text = `{"sum":"=1+1","at":007}${'x'.repeat(7_977)}`;
        store.setProperty(name, text);
        return [
          text.length,
          store.getProperty(name) === text,
          store.getProperties()[name] === text,
        ];
      },
      expected: [8_000, true, true],
    },
    {
      id: 'properties.too-large',
      says: 'A value of more than 9 KB is refused.',
      source: `${QUOTAS}; the text: reports in public code`,
      probe: ({ google }) =>
        refusal(() =>
          google.PropertiesService.getDocumentProperties().setProperty(
            key('large'),
            'x'.repeat(9_217),
          ),
        ),
      expected: 'Exception: Argument too large: value',
      tolerated: [
        'Exception: You have exceeded the property storage quota. Please remove some properties and try again.',
      ],
    },
    {
      id: 'properties.bytes',
      says: 'The 9 KB are bytes of UTF-8, not characters.',
      source: UNDOCUMENTED,
      probe: ({ google }) =>
        refusal(() =>
          google.PropertiesService.getDocumentProperties().setProperty(
            key('bytes'),
            'ü'.repeat(4_700),
          ),
        ),
      expected: 'Exception: Argument too large: value',
      tolerated: [
        'no error',
        'Exception: You have exceeded the property storage quota. Please remove some properties and try again.',
      ],
    },
    {
      id: 'properties.store-full',
      says: 'A store of more than 500 KB is refused.',
      source: `${QUOTAS}; the text: jpoehnelt/blog, Apps Script key value stores`,
      heldBy:
        'runtime/services.test.ts > a properties store > takes 500 KB in all, and room again after a deletion',
    },
    {
      id: 'properties.daily',
      says: 'Readings and writings of a day are counted.',
      source: QUOTAS,
      heldBy: 'runtime/services.test.ts > a properties store > counts its calls of the day',
    },
    {
      id: 'properties.separate',
      says: 'The stores of the document and of the script know nothing of each other.',
      source: 'Apps Script guide: Properties Service',
      probe: ({ google }) => {
        const { PropertiesService } = google;
        PropertiesService.getDocumentProperties().setProperty(key('separate'), 'document');
        const script = PropertiesService.getScriptProperties().getProperty(key('separate'));
        PropertiesService.getScriptProperties().setProperty(key('separate'), 'script');
        return [script, PropertiesService.getDocumentProperties().getProperty(key('separate'))];
      },
      expected: [null, 'document'],
    },
    {
      id: 'properties.copy',
      says: 'All properties are handed out as a copy.',
      source: 'Apps Script guide: Properties Service',
      probe: ({ google }) => {
        const store = google.PropertiesService.getDocumentProperties();
        store.getProperties()[key('copied')] = 'x';
        return store.getProperty(key('copied'));
      },
      expected: null,
    },
    {
      id: 'properties.add-on',
      says: 'The script store of an add-on is one for all files, the document store is one for each.',
      source: 'Apps Script guide: Properties Service',
      heldBy:
        'runtime/person.test.ts > a copy of the file > has the script store and the script cache in common with it in an add-on, which is one script for all files',
    },
    {
      id: 'properties.at-once',
      says: 'A property is written when the call returns; what kills the script then does not take it back.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/execution.test.ts > an execution that is killed > before a call leaves no trace of it, after a call leaves all of it',
    },
  ],
};

export const cache: Area = {
  title: 'Cache',
  facts: [
    {
      id: 'cache.missing',
      says: 'What was not put is null.',
      source: `${CACHE}.get`,
      probe: ({ google }) => cacheOf(google).get(key('missing')),
      expected: null,
    },
    {
      id: 'cache.many',
      says: 'Several values are put at once; of several keys, only those that are there are handed out.',
      source: `${CACHE}.putAll, getAll`,
      probe: ({ google }) => {
        const store = cacheOf(google);
        store.putAll({ [key('a')]: '1', [key('b')]: '2' }, 600);
        const found = store.getAll([key('b'), key('missing')]);
        return [Object.keys(found), found[key('b')] ?? null];
      },
      expected: [[`${KEY_PREFIX}b`], '2'],
    },
    {
      id: 'cache.writers',
      says: 'What writes into a cache, or removes from it, answers null.',
      source: 'gas-fakes: tests that also run on live Apps Script; the reference says void',
      probe: ({ google }) => {
        const store = cacheOf(google);
        return [
          store.put(key('writer'), '1', 600),
          store.putAll({ [key('writers')]: '2' }, 600),
          store.remove(key('writer')),
          store.removeAll([key('writers')]),
        ].map((answer: unknown) => answer === null);
      },
      expected: [true, true, true, true],
      tolerated: [[false, false, false, false]],
    },
    {
      id: 'cache.large',
      says: 'A value of 100,000 characters of ASCII is kept whole.',
      source: `${CACHE}.put (100 KB)`,
      probe: ({ google }) => {
        cacheOf(google).putAll({ [key('large')]: 'x'.repeat(100_000) }, 600);
        return cacheOf(google).get(key('large'))?.length ?? null;
      },
      expected: 100_000,
    },
    {
      id: 'cache.too-large',
      says: 'A value of more than 100 KB is refused.',
      source: `${CACHE}.put; the text: reports in public code`,
      probe: ({ google }) =>
        refusal(() => cacheOf(google).putAll({ [key('large')]: 'x'.repeat(102_401) }, 600)),
      expected: 'Exception: Argument too large: value',
    },
    {
      id: 'cache.long-key',
      says: 'A key of more than 250 characters is refused.',
      source: `${CACHE}.put; the text: reports in public code`,
      probe: ({ google }) =>
        refusal(() => cacheOf(google).putAll({ [key('k').padEnd(251, 'k')]: 'v' }, 600)),
      expected: 'Exception: Argument too large: key',
    },
    {
      id: 'cache.seconds',
      says: 'A value is gone after the seconds that were said, after six hours at most.',
      source: `${CACHE}.put`,
      heldBy: 'runtime/cache.test.ts > a cached item > is kept %s',
    },
    {
      id: 'cache.forgotten',
      says: 'Any value may be gone at any moment, some of those put at once too.',
      source: 'Apps Script guide: Best practices; reference: CacheService',
      heldBy:
        'runtime/cache.test.ts > a cached item > may be forgotten at any moment, between two calls of one execution too',
    },
    {
      id: 'cache.thousand',
      says: 'A cache has 1,000 values; one more, and the oldest tenth is gone.',
      source: `${CACHE}; jpoehnelt/blog: exploring the limits of CacheService`,
      heldBy:
        'runtime/cache.test.ts > a cache > drops down to the 900 newest items when there are more than 1,000, read or not',
    },
    {
      id: 'cache.no-document',
      says: 'Where there is no document there is no document cache, but null.',
      source: 'reference: CacheService.getDocumentCache',
      heldBy:
        'runtime/cache.test.ts > the caches of document and script > may lack the one of the document',
    },
    {
      id: 'cache.shared',
      says: 'The people of a file share its document cache.',
      source: 'reference: CacheService.getDocumentCache',
      heldBy:
        'runtime/cache.test.ts > the caches of document and script > are shared by the people of the file',
    },
    {
      id: 'cache.no-authority',
      says: 'The simple trigger of opening may not use a cache.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/cache.test.ts > the caches of document and script > are refused to the simple trigger',
    },
  ],
};

export const locks: Area = {
  title: 'The document lock',
  facts: [
    {
      id: 'lock.free',
      says: 'A free lock is got at once, also with a time-out of 0, and again after it was released.',
      source: 'reference: Lock.tryLock; gas-fakes: tests that also run on live Apps Script',
      probe: ({ google }) => {
        const lock = google.LockService.getDocumentLock();
        const first = lock.tryLock(0);
        lock.releaseLock();
        const second = lock.tryLock(1_000);
        lock.releaseLock();
        return [first, second];
      },
      expected: [true, true],
    },
    {
      id: 'lock.re-entered',
      says: 'Who holds the lock gets it again, also by another object.',
      source: 'reports in public code',
      probe: ({ google }) => {
        const lock = google.LockService.getDocumentLock();
        const answers = [lock.tryLock(0), google.LockService.getDocumentLock().tryLock(0)];
        lock.releaseLock();
        return answers;
      },
      expected: [true, true],
    },
    {
      id: 'lock.released-once',
      says: 'The first release of a lock that was got twice frees it for everybody.',
      source: 'reports in public code',
      heldBy:
        'runtime/services.test.ts > the document lock > is entered again by its holder, and the first release frees it',
    },
    {
      id: 'lock.excludes',
      says: 'Two executions never hold the lock of a document at the same time.',
      source: 'reference: LockService.getDocumentLock',
      heldBy:
        'runtime/execution.test.ts > two executions > exclude each other by the document lock',
    },
    {
      id: 'lock.waits',
      says: 'tryLock waits for its time-out and then says false; it does not throw.',
      source: 'reference: Lock.tryLock',
      heldBy:
        'runtime/services.test.ts > the document lock > keeps waiting for its time-out while somebody else holds it',
    },
    {
      id: 'lock.negative',
      says: 'tryLock with a negative time-out says false, whether the lock is free or not.',
      source: 'gas-fakes: tests that also run on live Apps Script',
      probe: ({ google }) => {
        const lock = google.LockService.getDocumentLock();
        const got = lock.tryLock(-1);
        lock.releaseLock();
        return got;
      },
      expected: false,
      tolerated: [true],
    },
    {
      id: 'lock.too-many',
      says: 'Asking for the lock, or releasing it, may be refused: there were too many such operations.',
      source: 'reports in public code',
      heldBy:
        'bundle/lock.test.ts > a lock that Google does not release > replaces no result, and the next execution gets it',
    },
    {
      id: 'lock.freed-at-the-end',
      says: 'The lock is free when its holder has ended, however it ended.',
      source: 'reference: Lock.releaseLock',
      heldBy: 'runtime/execution.test.ts > an execution that is killed > frees the lock',
    },
  ],
};
