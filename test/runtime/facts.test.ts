import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import {
  createGoogle,
  type FakeGoogle,
  type GoogleOptions,
  noNetwork,
} from '../../sandbox/runtime';
import { KEY_PREFIX, type PageFact, type ProbedFact } from './facts/fact';
import { REPORT } from './facts/self-test';
import { TABLE } from './facts/table';
import { START } from './google';
import { PLATFORM_PAGE, platformPage } from './platform-page';
import { loadScriptRun } from './script-run-page';
import { testTitles } from './test-titles';

const BUILT = 'dist-selftest';
const code = readFileSync(`${BUILT}/Code.js`, 'utf8');
const facts = TABLE.flatMap((area) => area.facts);
const probed = facts.filter((fact): fact is ProbedFact => 'probe' in fact);
const asked = facts.filter((fact): fact is PageFact => 'askedBy' in fact);

/** A spreadsheet with the built self-test, and a line added to its script. */
function newFile(options: Partial<GoogleOptions> = {}, added = ''): FakeGoogle {
  let now = START;
  const google = createGoogle({
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    transport: noNetwork,
    ...options,
  });
  google.load(`${code}\n${added}`);
  for (const name of ['page', 'sidebar'])
    google.addHtml(name, readFileSync(`${BUILT}/${name}.html`, 'utf8'));
  return google;
}

/** The report's lines by their fact: says, expected, answered, agrees. */
function lines(google: FakeGoogle): Map<string, readonly string[]> {
  const [header, ...rest] = google.spreadsheet.table(REPORT);
  expect(header).toEqual(['fact', 'says', 'expected', 'answered', 'agrees']);
  return new Map(rest.map(([fact = '', ...line]) => [fact, line]));
}

const answer = (google: FakeGoogle, fact: string): readonly (string | undefined)[] => {
  const [, , answered, agrees] = lines(google).get(fact) ?? [];
  return [answered, agrees];
};

describe('the table of facts', () => {
  test('has about a hundred, each with an id of its own, a sentence and a source', () => {
    expect(facts.length).toBeGreaterThan(100);
    expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length);
    expect(
      facts.filter(({ says, source }) => !/^\S.*\.$/.test(says) || !/^\w.*\S$/.test(source)),
    ).toEqual([]);
  });

  test('holds each by a probe or by a test that there is', () => {
    const titles = new Set(testTitles('test'));
    expect(titles.size).toBeGreaterThan(500);
    expect(
      facts.flatMap((fact) => ('heldBy' in fact && !titles.has(fact.heldBy) ? [fact.heldBy] : [])),
    ).toEqual([]);
  });

  test('is what docs/platform.md says (npm run docs writes it)', () => {
    expect(readFileSync(PLATFORM_PAGE, 'utf8')).toBe(platformPage());
  });
});

describe('the self-test, built and run in the fake', () => {
  const google = newFile();
  const report = google.execute('runSelftest');

  test('asks every fact that has a probe', () => {
    expect(report.error).toBeUndefined();
    expect([...lines(google).keys()]).toEqual([...probed.map(({ id }) => id), '']);
    expect(google.spreadsheet.table(REPORT).at(-1)?.[1]).toBe(
      `${probed.length} facts: ${probed.length} as expected, 0 tolerated, 0 otherwise`,
    );
    expect(report.logs).toEqual([report.result]);
  });

  test.each(probed.map(({ id, says, expected }) => [id, says, expected] as const))(
    '%s: %s',
    (id, says, expected) => {
      const shown = (text: string): string => text.slice(0, 1_000);
      expect(lines(google).get(id)).toEqual([
        says,
        shown(JSON.stringify(expected)),
        shown(JSON.stringify(expected)),
        'yes',
      ]);
    },
  );

  test('leaves nothing behind but its result, in whose place the next one puts its own', () => {
    const left = () => [
      google.spreadsheet.sheets.map(({ name }) => name),
      google.triggers,
      google.mails,
      google.lock.held,
    ];
    google.execute('runSelftest');
    expect(left()).toEqual([['Sheet1', REPORT], [], [], false]);
    expect([google.documentProperties.all(), google.scriptProperties.all()]).toEqual([{}, {}]);
    expect(google.spreadsheet.table('Sheet1')).toEqual([]);
  });

  test('is started from the menu', () => {
    const opened = newFile();
    opened.open();
    opened.clickMenu('Run the platform self-test');
    expect(answer(opened, 'entry.leading-zeros')).toEqual(['[7,"7"]', 'yes']);
  });
});

describe('a self-test on a platform', () => {
  test('that does otherwise says so', () => {
    const deviating = newFile(
      {},
      "LockService = { getDocumentLock: () => ({ tryLock: () => 'locked', releaseLock() {} }) };",
    );
    expect(deviating.execute('runSelftest').result).toMatch(/, 3 otherwise$/);
    expect(answer(deviating, 'lock.free')).toEqual(['["locked","locked"]', 'no']);
    expect(answer(deviating, 'lock.re-entered')).toEqual(['["locked","locked"]', 'no']);
  });

  test('that does something else which the product bears says that', () => {
    const bearable = newFile({ formulasInTextCells: false });
    expect(bearable.execute('runSelftest').result).toMatch(/, 1 tolerated, 0 otherwise$/);
    expect(answer(bearable, 'entry.formula-in-plain-text')).toEqual(['"=1+1"', 'tolerated']);
  });

  test('that throws where a probe expects nothing of the kind has the exception for an answer', () => {
    const failing = newFile();
    failing.faults.add({ call: 'Cache.getAll', message: 'Service error: Cache' });
    expect(failing.execute('runSelftest').error).toBeUndefined();
    expect(answer(failing, 'cache.many')).toEqual(['"Exception: Service error: Cache"', 'no']);
  });

  test.each(['Asia/Kathmandu', 'America/Sao_Paulo', 'Pacific/Kiritimati', 'Etc/UTC'])(
    'in the zone of %s expects the same',
    (timeZone) => {
      expect(
        newFile({ timeZone, scriptTimeZone: 'Asia/Tokyo' }).execute('runSelftest').result,
      ).toMatch(/, 0 tolerated, 0 otherwise$/);
    },
  );

  test('that was killed on the way is tidied up by the next one', () => {
    const killed = newFile();
    const { order } = newFile().execute('runSelftest').serviceCalls;
    killed.execute('runSelftest', [], {
      killAtCall: order.lastIndexOf('SpreadsheetTriggerBuilder.create') + 1,
    });
    const keys = Object.keys(killed.documentProperties.all());
    expect([keys.length > 0, keys.every((key) => key.startsWith(KEY_PREFIX))]).toEqual([
      true,
      true,
    ]);
    expect([killed.spreadsheet.sheets.length > 1, killed.triggers.length]).toEqual([true, 1]);
    killed.execute('runSelftest');
    expect([
      killed.spreadsheet.sheets.map(({ name }) => name),
      killed.documentProperties.all(),
      killed.triggers,
    ]).toEqual([['Sheet1', REPORT], {}, []]);
  });

  test('that is slow leaves out what there is no time for, and says so', () => {
    let now = START;
    const slow = newFile({ now: () => now });
    const { error } = slow.execute('runSelftest', [], {
      onCall: () => {
        now += 900;
      },
    });
    expect(error).toBeUndefined();
    expect(answer(slow, 'entry.leading-zeros')[1]).toBe('yes');
    expect(answer(slow, 'mail.quota')).toEqual(['"not asked: the time was over"', 'no']);
  });

  test.each<[string, Partial<GoogleOptions>, RegExp]>([
    [
      'another locale',
      { spreadsheetLocale: 'de_DE' },
      /^Set the locale of this spreadsheet to United States first/,
    ],
    [
      'another language',
      { locale: 'fr' },
      /^Set the language of your Google account to English first/,
    ],
  ])('with %s is not begun', (_, options, text) => {
    const other = newFile(options);
    expect(other.execute('runSelftest').error?.message).toMatch(text);
    expect(other.spreadsheet.sheets.map(({ name }) => name)).toEqual(['Sheet1']);
  });
});

describe('the page of the self-test', () => {
  const google = newFile();

  /** Runs the scripts of the page as a browser does: one that cannot be read is passed over. */
  async function opened(html: string): Promise<string> {
    const state = { textContent: '' };
    const script = await loadScriptRun(async (name, args) => {
      const { result, error } = google.rpc(name, ...args);
      return error === undefined ? { value: result } : { error: error.message };
    });
    // In a browser the page and google.script.run have one and the same Date.
    const window = createContext({
      google: { script: { run: script() } },
      document: { getElementById: () => state },
      Date,
    });
    for (const [, code = ''] of html.matchAll(/<script>([\s\S]*?)<\/script>/g)) {
      try {
        runInContext(code, window);
      } catch (error) {
        expect((error as Error).name).toBe('SyntaxError');
      }
    }
    for (let turn = 0; turn < 500 && state.textContent === ''; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    return state.textContent;
  }

  test('asks what only a page can ask, and writes it below the report', async () => {
    google.execute('runSelftest');
    google.open();
    expect(google.clickMenu('Run the part of the page').error).toBeUndefined();
    const result = `${asked.length} facts: ${asked.length} as expected, 0 tolerated, 0 otherwise`;
    expect(await opened(google.shownSidebar?.html ?? '')).toBe(result);
    const table = google.spreadsheet.table(REPORT);
    expect(table.slice(-asked.length - 1, -1).map(([id, , , answered]) => [id, answered])).toEqual(
      asked.map(({ id, expected }) => [id, JSON.stringify(expected)]),
    );
    expect([table.length, table.at(-1)?.[1]]).toEqual([probed.length + asked.length + 3, result]);
  });

  test('says where the platform does something else, and what it did not answer', () => {
    const other = newFile();
    const answers = JSON.stringify({ 'page.stars': 'a/*b*/c', 'run.copies': null });
    expect(other.rpc('selftestPage', answers).result).toMatch(/1 tolerated/);
    expect([
      answer(other, 'page.stars'),
      answer(other, 'run.copies'),
      answer(other, 'run.runners'),
    ]).toEqual([
      ['"a/*b*/c"', 'tolerated'],
      ['null', 'no'],
      ['"no answer"', 'no'],
    ]);
  });
});
