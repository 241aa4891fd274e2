import { type Answer, type Area, refusal, UNDOCUMENTED } from './fact';

const OVERVIEW = 'Apps Script guide: V8 runtime overview';
const PROBED =
  'Apps Script guide: V8 runtime overview, limitations; jpoehnelt/blog: Apps Script runtime limitations (WinterCG)';

const present = (names: string): Answer => names.split(' ').filter((name) => name in globalThis);

function partsIn(timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    era: 'short',
  });
  return format
    .formatToParts(new Date(Date.UTC(2026, 6, 3, 22, 4, 5)))
    .filter(({ type }) => type !== 'literal')
    .map(({ value }) => value)
    .join(' ');
}

export const realm: Area = {
  title: 'The V8 runtime',
  facts: [
    {
      id: 'realm.no-timers',
      says: 'There are no timers and no macrotasks to wait for.',
      source: PROBED,
      probe: () =>
        present('setTimeout setInterval clearTimeout clearInterval setImmediate queueMicrotask'),
      expected: [],
    },
    {
      id: 'realm.no-fetch',
      says: 'There is nothing of the Fetch and URL standards.',
      source: PROBED,
      probe: () =>
        present(
          'fetch Headers Request Response AbortController URL URLSearchParams FormData Blob File ReadableStream WritableStream CompressionStream',
        ),
      expected: [],
    },
    {
      id: 'realm.no-encoders',
      says: 'There is no TextEncoder, no base64, no crypto and no structuredClone.',
      source: PROBED,
      probe: () => present('TextEncoder TextDecoder atob btoa crypto structuredClone'),
      expected: [],
    },
    {
      id: 'realm.no-page',
      says: 'There is neither a page nor Node.',
      source: PROBED,
      probe: () =>
        present(
          'window document navigator performance process require module Buffer XMLHttpRequest',
        ),
      expected: [],
    },
    {
      id: 'realm.console',
      says: 'There is a console; what it is given goes to the execution log.',
      source: 'Apps Script guide: Logging',
      probe: () =>
        [console.log, console.info, console.warn, console.error].map((write) => typeof write),
      expected: ['function', 'function', 'function', 'function'],
    },
    {
      id: 'realm.intl-zones',
      says: 'Intl knows the IANA time zones, the parts of a date in them, and their summer times.',
      source: 'Apps Script guide: Migrating to the V8 runtime (toLocaleDateString with options)',
      probe: () => ['America/New_York', 'Asia/Kathmandu', 'Etc/GMT-14'].map(partsIn),
      expected: ['07 03 2026 AD 18 04 05', '07 04 2026 AD 03 49 05', '07 04 2026 AD 12 04 05'],
    },
    {
      id: 'realm.intl-unknown-zone',
      says: 'Intl refuses a time zone that it does not know with a RangeError.',
      source: 'ECMA-402, InitializeDateTimeFormat',
      probe: () =>
        refusal(() => new Intl.DateTimeFormat('en-US', { timeZone: 'Mars/Olympus' })).split(
          ':',
        )[0] ?? '',
      expected: 'RangeError',
    },
    {
      id: 'realm.unicode',
      says: 'Regular expressions know Unicode properties, and texts can be normalized.',
      source: `${OVERVIEW} (ECMAScript)`,
      probe: () => [
        /^[\p{L}]+\p{Sc}$/u.test('Größe€'),
        'é№'.normalize('NFKD') === 'e\u0301No',
        'Größe'.localeCompare('Grösse') !== 0,
      ],
      expected: [true, true, true],
    },
    {
      id: 'realm.es2020',
      says: 'The operators of ES2020 and its BigInt work.',
      source: 'google/aside compiles to es2020',
      probe: () => {
        const nothing: { readonly deep?: { readonly value: number } } = {};
        return [
          nothing.deep?.value ?? 7,
          String(2n ** 64n),
          Object.fromEntries([['a', 1]])['a'] ?? 0,
        ];
      },
      expected: [7, '18446744073709551616', 1],
    },
    {
      id: 'realm.syntax',
      says: 'Private and static fields, newer operators and modules are refused when the file is saved.',
      source: OVERVIEW,
      heldBy: 'runtime/realm.test.ts > the realm of a script > refuses the syntax of %s',
    },
    {
      id: 'realm.instances',
      says: 'Arrays and dates that a service hands over are instances of the script’s own Array and Date.',
      source: 'Apps Script guide: Migrating to the V8 runtime, instanceof',
      probe: ({ cells }) => {
        const values = cells(1, 1)
          .setValues([['2026-11-03']])
          .getValues();
        return [values, values[0]]
          .map((list) => Object.getPrototypeOf(list) === Array.prototype)
          .concat(values[0]?.[0] instanceof Date);
      },
      expected: [true, true, true],
    },
    {
      id: 'realm.exceptions',
      says: 'What a service throws is an Error whose name is Exception.',
      source: 'RomainVialard/ErrorHandler: catalogue of errors',
      probe: ({ newSheet }) => {
        try {
          newSheet().getRange(0, 1, 1, 1);
          return 'no error';
        } catch (error) {
          return [error instanceof Error, (error as Error).name];
        }
      },
      expected: [true, 'Exception'],
    },
    {
      id: 'realm.localized',
      says: 'Messages of services are in the language of the person, so no text of theirs can be relied on.',
      source: 'RomainVialard/ErrorHandler: translations of errors',
      heldBy:
        'runtime/execution.test.ts > an execution > meets translated messages if the user is not English',
    },
    {
      id: 'realm.enumerations',
      says: 'A value of an enumeration is an object that equals no text; its text is its name.',
      source: 'Apps Script guide: Migrating to the V8 runtime, enumerations',
      probe: ({ google }) => {
        const mode: unknown = google.ScriptApp.AuthMode.FULL;
        return [mode === 'FULL', String(mode), JSON.stringify([mode])];
      },
      expected: [false, 'FULL', '["FULL"]'],
    },
    {
      id: 'realm.fresh',
      says: 'Every execution evaluates the whole file anew; global variables do not last.',
      source: `${OVERVIEW}; Apps Script guide: HTML Service, communication with server functions`,
      heldBy: 'runtime/realm.test.ts > the realm of a script > is new for every execution',
    },
    {
      id: 'realm.load-without-authority',
      says: 'The file is also evaluated where nothing is allowed, so nothing may happen while it is loaded.',
      source: 'Workspace add-ons guide: Editor add-on authorization lifecycle',
      heldBy: 'bundle/gates.test.ts > Code.js > with %s is refused',
    },
    {
      id: 'realm.script-zone',
      says: 'The local fields of a Date are those of the time zone in the manifest, not of the spreadsheet.',
      source: 'Apps Script guide: Manifests, timeZone',
      heldBy:
        'runtime/realm.test.ts > the realm of a script > reads dates in the zone of the script, not of this machine or the spreadsheet',
    },
    {
      id: 'realm.clock',
      says: 'The clock goes on while the script sleeps.',
      source: 'reference: Utilities.sleep',
      probe: ({ google }) => {
        const before = Date.now();
        google.Utilities.sleep(50);
        return Date.now() - before >= 50;
      },
      expected: true,
    },
    {
      id: 'realm.uuid',
      says: 'Utilities.getUuid gives another random UUID each time.',
      source: 'reference: Utilities.getUuid',
      probe: ({ google }) => {
        const [one, two] = [google.Utilities.getUuid(), google.Utilities.getUuid()];
        return [/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(one), one === two];
      },
      expected: [true, false],
    },
    {
      id: 'realm.sleep',
      says: 'A script sleeps for five minutes at most.',
      source: UNDOCUMENTED,
      heldBy:
        'runtime/services.test.ts > the session > sleeps in the time of the world, five minutes at most',
    },
  ],
};
