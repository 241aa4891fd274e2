import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import {
  createGoogle,
  type FakeGoogle,
  type GoogleOptions,
  noNetwork,
} from '../../sandbox/runtime';
import { KEY_PREFIX, type PageFact, type ProbedFact } from './facts/fact';
import { levelOf } from './facts/level';
import { type Answers, contradicted, provenOn } from './facts/proof';
import { REPORT } from './facts/self-test';
import { DESK, NOT_ASKED, STEPS } from './facts/steps';
import { TABLE } from './facts/table';
import { START } from './google';
import { PLATFORM_PAGE, platformPage } from './platform-page';
import { loadScriptRun } from './script-run-page';
import { testTitles } from './test-titles';

const BUILT = 'dist-selftest';
const code = readFileSync(`${BUILT}/Code.js`, 'utf8');
const facts = TABLE.flatMap((area) => area.facts);
const GIVEN = JSON.parse(readFileSync('test/runtime/answers.json', 'utf8')) as Answers;
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

  test('asks every fact that nobody has proven or documented, or says why it cannot', () => {
    const unproven = facts.filter((fact) => levelOf(fact) === 'unproven');
    const stepped = STEPS.map(({ fact }) => fact);
    const isAsked = ({ id }: { readonly id: string }): boolean =>
      [...probed, ...asked].some((fact) => fact.id === id) || stepped.includes(id);
    expect(unproven.filter((fact) => !isAsked(fact) && NOT_ASKED[fact.id] === undefined)).toEqual(
      [],
    );
    const ids = facts.map(({ id }) => id);
    expect([...stepped, ...Object.keys(NOT_ASKED)].filter((id) => !ids.includes(id))).toEqual([]);
    expect(Object.keys(NOT_ASKED).filter((id) => isAsked({ id }))).toEqual([]);
  });

  test.each([
    ['documented', 'reference: Lock.tryLock; gas-fakes: tests that also run on live Apps Script'],
    ['documented', 'Apps Script guide: Simple triggers, onEdit; Event objects'],
    ['reported', 'reports in public code'],
    ['reported', 'reference: Cache.put; the text: reports in public code'],
    ['unproven', 'reference: MailApp.sendEmail; the text is undocumented'],
    ['unproven', 'nobody documents it; the fake is strict'],
    ['unproven', 'reports in public code; that it stays listed: nobody documents it'],
  ])('calls a fact %s by its sources: %s', (level, source) => {
    expect(levelOf({ source })).toBe(level);
  });

  test('agrees with what Google has answered a person (answers.json)', () => {
    expect(contradicted(TABLE, GIVEN)).toEqual([]);
  });

  test('is proven by an answer that is expected or tolerated, with its date, and contradicted by any other', () => {
    const [fact] = probed;
    const step = STEPS.find(({ fact }) => fact === 'execution.unflushed');
    if (fact === undefined || step === undefined) throw new Error('There is nothing to ask.');
    const given = (answer: unknown, id = fact.id): Answers => ({
      answered: '2026-12-01',
      answers: { [id]: JSON.stringify(answer) },
    });
    const unflushed = facts.find(({ id }) => id === step.fact) ?? fact;
    expect([
      provenOn(fact, given(fact.expected)),
      provenOn(unflushed, given('unflushed', step.fact)),
      provenOn(fact, { answered: null, answers: {} }),
      provenOn(fact, given('something else')),
    ]).toEqual(['2026-12-01', '2026-12-01', undefined, undefined]);
    expect(contradicted(TABLE, given(fact.expected))).toEqual([]);
    expect(contradicted(TABLE, given('something else'))).toEqual([
      `${fact.id}: expected ${JSON.stringify(fact.expected)}, answered "something else"`,
    ]);
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

/** What the page shows, by the ids of its elements. */
interface Shown {
  textContent: string;
  value: string;
  hidden: boolean;
  onclick: (() => void) | undefined;
}

/** The page of a self-test, opened as a browser does: a script that cannot be read is passed over. */
class OpenedPage {
  private readonly elements = new Map<string, Shown>();

  at(id: string): Shown {
    const shown = this.elements.get(id) ?? {
      textContent: '',
      value: '',
      hidden: false,
      onclick: undefined,
    };
    this.elements.set(id, shown);
    return shown;
  }

  async open(google: FakeGoogle): Promise<void> {
    google.open();
    expect(google.clickMenu('Run the platform self-test').error).toBeUndefined();
    const html = google.shownSidebar?.html ?? '';
    for (const [, id = ''] of html.matchAll(/ id="(\w+)"/g)) this.at(id).hidden = false;
    for (const [, id = ''] of html.matchAll(/ id="(\w+)"[^>]* hidden/g)) this.at(id).hidden = true;
    // In a browser the page and google.script.run have one and the same Date.
    const window = createContext({
      google: { script: { run: scriptRun() } },
      document: { getElementById: (id: string) => this.at(id) },
      Date,
    });
    for (const [, code = ''] of html.matchAll(/<script>([\s\S]*?)<\/script>/g)) {
      try {
        runInContext(code, window);
      } catch (error) {
        expect((error as Error).name).toBe('SyntaxError');
      }
    }
    await this.until('start');
  }

  /** Waits until one of some elements is shown. */
  until(...ids: readonly string[]): Promise<void> {
    return this.wait(() => ids.some((id) => !this.at(id).hidden));
  }

  /** The first line, once it is there. */
  async origin(): Promise<string> {
    await this.wait(() => this.at('origin').textContent !== '');
    return this.at('origin').textContent;
  }

  private async wait(isThere: () => boolean): Promise<void> {
    for (let turn = 0; turn < 3_000 && !isThere(); turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 10));
    if (!isThere()) throw new Error(`The page stays at: ${this.at('state').textContent}`);
  }

  click(id: string): void {
    const { hidden, onclick } = this.at(id);
    if (hidden || onclick === undefined) throw new Error(`${id} cannot be clicked.`);
    onclick();
  }
}

let scriptRun: Awaited<ReturnType<typeof loadScriptRun>>;
let answering: FakeGoogle | undefined;

beforeAll(async () => {
  scriptRun = await loadScriptRun(async (name, args) => {
    const report = answering?.rpc(name, ...args);
    // To a page, an execution that Google has ended has failed.
    const message =
      report?.killed === true ? 'Exceeded maximum execution time' : report?.error?.message;
    return message === undefined ? { value: report?.result } : { error: message };
  });
});

/** What a person does at the steps of the page, by its words. */
const HANDS: readonly [RegExp, (google: FakeGoogle) => void][] = [
  [/set the locale to Germany/, ({ spreadsheet }) => spreadsheet.setLocale('de_DE')],
  [/set the locale back/, () => undefined],
  [/set the time zone to Berlin/, () => undefined],
  [/insert a row above row 1/, () => undefined],
  [/Move to own sheet/, ({ spreadsheet }) => spreadsheet.insertChartSheet('Chart1')],
  [
    /function selftestTriggered/,
    (google) => {
      google.execute('selftestTriggered', [], { trigger: 'time' });
    },
  ],
  [/Nothing to do/, () => undefined],
];

/** Goes through the page as a person who does what it says, and sees what the fake shows. */
async function answerAll(google: FakeGoogle, hands = HANDS): Promise<OpenedPage> {
  answering = google;
  const page = new OpenedPage();
  await page.open(google);
  page.click('start');
  for (let step = 0; step < STEPS.length; step += 1) {
    await page.until('first', 'look', 'text');
    if (!page.at('text').hidden) break;
    if (!page.at('first').hidden) page.click('first');
    else {
      const [, act] = hands.find(([how]) => how.test(page.at('how').textContent)) ?? [];
      act?.(google);
      page.click(act === undefined ? 'skip' : 'look');
    }
  }
  await page.until('text');
  return page;
}

describe('the page of the self-test', () => {
  test('asks Google, a person, and what a page and a killed script can ask; its text is the file of the answers', async () => {
    const google = newFile({ timeZone: 'Europe/Berlin' });
    const page = await answerAll(google);
    const given = JSON.parse(page.at('text').value) as Answers;
    expect(contradicted(TABLE, given)).toEqual([]);
    expect(given.answered).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(Object.keys(given.answers).sort()).toEqual(
      [
        ...probed.map(({ id }) => id),
        ...asked.map(({ id }) => id),
        ...STEPS.map(({ fact }) => fact),
      ].sort(),
    );
    expect(facts.filter((fact) => provenOn(fact, given) !== undefined).length).toBe(
      Object.keys(given.answers).length,
    );
    expect(google.spreadsheet.sheets.map(({ name }) => name)).toEqual(['Sheet1', REPORT]);
    expect(google.documentProperties.all()).toEqual({});
  });

  test('leaves out what a person has skipped', async () => {
    const page = await answerAll(newFile(), []);
    const given = JSON.parse(page.at('text').value) as Answers;
    const left = Object.keys(given.answers);
    expect(left).toContain('execution.six-minutes');
    expect(left).not.toContain('entry.locale');
  });

  test('says which file is a copy that has taken properties along', async () => {
    const google = newFile();
    answering = google;
    const page = new OpenedPage();
    await page.open(google);
    expect(await page.origin()).toBe('It has no properties of another file');
    for (const documentProperties of ['kept', 'lost'] as const) {
      answering = google.copyFile({ documentProperties });
      const copied = new OpenedPage();
      await copied.open(answering);
      expect([documentProperties, await copied.origin()]).toEqual([
        documentProperties,
        documentProperties === 'kept'
          ? 'It has the properties of another file'
          : 'It has no properties of another file',
      ]);
    }
  });

  test('has nothing left of its sheets when it is run again', async () => {
    const google = newFile({ timeZone: 'Europe/Berlin' });
    await answerAll(google);
    google.spreadsheet.setLocale('en_US');
    await answerAll(google);
    expect(google.spreadsheet.sheets.filter(({ name }) => name.startsWith(DESK))).toEqual([]);
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
