import type { SheetValue } from '../../../src/apps-script/runtime';
import { type Area, type Google, KEY_PREFIX, refusal, type Scratch, UNDOCUMENTED } from './fact';

const GUIDE = 'Apps Script guide: Custom functions in Google Sheets';

/** What a formula tries, by the text that it passes; `selftestCell` does it. */
const DEEDS = {
  properties: ({ PropertiesService }: Google) => {
    const properties = PropertiesService.getScriptProperties();
    properties.setProperty(`${KEY_PREFIX}cell`, 'written');
    if (properties.getProperty(`${KEY_PREFIX}cell`) !== 'written') throw new Error('not kept');
  },
  cache: ({ CacheService }: Google) => CacheService.getScriptCache().get(`${KEY_PREFIX}cell`),
  lock: ({ LockService }: Google) => LockService.getDocumentLock().tryLock(0),
  fetch: ({ UrlFetchApp }: Google) => {
    const answer = refusal(() => UrlFetchApp.fetch('https://selftest.invalid/', {}));
    // The address does not exist; to be told so, one must have been allowed to ask.
    if (!answer.includes('selftest.invalid')) throw new Error(answer);
  },
  triggers: ({ ScriptApp }: Google) => ScriptApp.getProjectTriggers(),
  interface: ({ SpreadsheetApp }: Google) => SpreadsheetApp.getUi(),
  mail: ({ MailApp }: Google) => MailApp.getRemainingDailyQuota(),
  writing: ({ SpreadsheetApp }: Google) => {
    SpreadsheetApp.getActiveSpreadsheet()
      .getActiveSheet()
      .getRange(1, 26, 1, 1)
      .setValues([['written']]);
    SpreadsheetApp.flush();
  },
  account: ({ Session }: Google) => {
    if (Session.getEffectiveUser().getEmail() === '') throw new Error('no address');
  },
} as const;

type Deed = keyof typeof DEEDS;

const isDeed = (text: unknown): text is Deed => typeof text === 'string' && text in DEEDS;

/** What the formula `=selftestCell("lock")` shows: whether it was done, or why not. */
export function cellAnswer(google: Google, deed: unknown): string {
  if (!isDeed(deed)) return `unknown: ${String(deed)}`;
  const answer = refusal(() => DEEDS[deed](google));
  return answer === 'no error' ? 'done' : 'refused';
}

/** A formula is computed beside the execution that wrote it; it shows this until then. */
const LOADING: ReadonlySet<SheetValue | undefined> = new Set([undefined, '', 'Loading...']);
const MOST_SECONDS = 20;

function asked({ google, cells }: Scratch, deed: Deed): string {
  const cell = cells(1, 1);
  cell.setValues([[`=selftestCell("${deed}")`]]);
  for (let waited = 0; ; waited++) {
    google.SpreadsheetApp.flush();
    const shown = cell.getValues()[0]?.[0];
    if (!LOADING.has(shown)) return String(shown);
    if (waited === MOST_SECONDS) return 'never computed';
    google.Utilities.sleep(1_000);
  }
}

export const cells: Area = {
  title: 'Formulas that call functions of the script',
  facts: [
    {
      id: 'cell.services',
      says: 'A formula can call any function at the top level of the script, which may use properties, caches, locks and UrlFetch there.',
      source: GUIDE,
      probe: (scratch) => [
        asked(scratch, 'properties'),
        asked(scratch, 'cache'),
        asked(scratch, 'lock'),
        asked(scratch, 'fetch'),
      ],
      expected: ['done', 'done', 'done', 'done'],
    },
    {
      id: 'cell.no-consent',
      says: 'Nobody has to allow anything for that.',
      source: GUIDE,
      heldBy: 'runtime/cell.test.ts > a formula > needs nobody’s consent',
    },
    {
      id: 'cell.refused',
      says: 'It may send no mail and write into no cell.',
      source: GUIDE,
      probe: (scratch) => [asked(scratch, 'mail'), asked(scratch, 'writing')],
      expected: ['refused', 'refused'],
    },
    {
      id: 'cell.triggers',
      says: 'It may not ask for triggers, which the product does not rely on.',
      source: UNDOCUMENTED,
      probe: (scratch) => asked(scratch, 'triggers'),
      expected: 'refused',
      tolerated: ['done'],
    },
    {
      id: 'cell.interface',
      says: 'It has no user interface, which the product does not rely on.',
      source: UNDOCUMENTED,
      probe: (scratch) => asked(scratch, 'interface'),
      expected: 'refused',
      tolerated: ['done'],
    },
    {
      id: 'cell.account',
      says: 'It is not told the address of anybody, which the product does not rely on.',
      source: GUIDE,
      probe: (scratch) => asked(scratch, 'account'),
      expected: 'refused',
      tolerated: ['done'],
    },
    {
      id: 'cell.arguments',
      says: 'It passes texts, numbers, booleans, dates and ranges, which arrive as lists of lists; never an object with properties.',
      source: GUIDE,
      heldBy: 'runtime/cell.test.ts > a formula > passes no object',
    },
    {
      id: 'cell.seconds',
      says: 'It has 30 seconds.',
      source: 'Apps Script guide: Quotas for Google Services',
      heldBy: 'runtime/cell.test.ts > a formula > ends after 30 seconds',
    },
  ],
};
