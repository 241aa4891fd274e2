import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { ask } from '../../sandbox/job';
import type { FakeLagoServer } from '../../sandbox/lago';
import { readOptions } from '../../sandbox/options';
import { openSandbox } from '../../sandbox/sandbox';
import {
  type CommandFiles,
  commandFiles,
  KEY,
  optionsFor,
  outsideLago,
  runHere,
  sheetOf,
  startCommand,
  TEMPLATE,
} from './command-line';

/** Between requests to a Lago that it has not made the sandbox really waits; no test asks how long. */
jest.mock('../../sandbox/sleep', () => ({ sleep: () => undefined }));

/** A pid that no process has. */
const NOBODY = 2 ** 22 + 1;

interface Scene {
  readonly lago: FakeLagoServer;
  readonly files: CommandFiles;
  /** What the command printed as JSON, and its exit code. */
  run(...more: string[]): Promise<Ran>;
  /** Number of events that Lago has taken, however often one of them. */
  taken(): Promise<number>;
}

interface Ran {
  readonly code: number | null;
  readonly outcome: Record<string, unknown>;
  readonly errors: string;
}

async function run(options: readonly string[]): Promise<Ran> {
  const { code, output, errors } = await runHere([...options, '--once', '--json']);
  return { code, outcome: JSON.parse(output), errors };
}

/** A Lago that has got three rows, and the files that they were sent with. */
async function sentThree(): Promise<Scene & { stop(): Promise<void> }> {
  const lago = await outsideLago({ eventsStore: 'clickhouse' });
  const files = commandFiles(sheetOf(3));
  await run(optionsFor(lago.url, files));
  return { ...sceneOf(lago, files), stop: () => lago.stop() };
}

const sceneOf = (lago: FakeLagoServer, files: CommandFiles): Scene => ({
  lago,
  files,
  run: (...more) => run([...optionsFor(lago.url, files), ...more]),
  taken: async () => (await lago.control({ type: 'events', apiKey: KEY })).length,
});

async function afterSending(play: (scene: Scene) => Promise<void>): Promise<void> {
  const { stop, ...scene } = await sentThree();
  try {
    await play(scene);
  } finally {
    await stop();
  }
}

const sentence = (expected: RegExp): object => ({
  error: { message: expect.stringMatching(expected) },
  complete: false,
});

describe('the same command again', () => {
  test('sends nothing again, then the rows that are new, and says so', () =>
    afterSending(async ({ files, run, taken }) => {
      const again = await run();
      expect(again).toMatchObject({
        code: 0,
        outcome: { handedOver: 0, metrics: [], standing: { sent: 3 }, complete: true },
      });
      expect(await taken()).toBe(3);
      const more = readFileSync(files.sheet, 'utf8').replace('r0,', 'new,');
      writeFileSync(files.sheet, `${readFileSync(files.sheet, 'utf8')}${more.split('\n')[1]}\n`);
      expect(await run()).toMatchObject({
        code: 0,
        outcome: { handedOver: 1, accepted: 1, standing: { sent: 4 }, complete: true },
      });
      expect(await taken()).toBe(4);
    }));

  test('takes the sheet as it is now: a changed row is named, and not sent', () =>
    afterSending(async ({ files, run, taken }) => {
      const changed = readFileSync(files.sheet, 'utf8').replace(/^(r1,.*),1$/m, '$1,5');
      writeFileSync(files.sheet, changed);
      expect(await run()).toMatchObject({
        code: 1,
        outcome: { handedOver: 0, standing: { sent: 2, flag: 1 }, complete: false },
      });
      expect(await taken()).toBe(3);
    }));

  test('stops, as the sidebar does, where the sheet is empty all at once', () =>
    afterSending(async ({ files, run, taken }) => {
      writeFileSync(files.sheet, 'id,customer,time,n\n');
      const { code, outcome } = await run();
      expect([code, outcome['complete']]).toEqual([1, false]);
      expect(outcome['stopped']).toMatchObject({ message: expect.stringMatching(/3/) });
      expect(await taken()).toBe(3);
    }));

  test('goes on after a process that is gone, and says so', () =>
    afterSending(async ({ files, run, taken }) => {
      const lock = `${files.state}.lock`;
      writeFileSync(lock, JSON.stringify({ pid: NOBODY, host: hostname() }));
      const { code, errors } = await run();
      expect(errors).toContain(`Process ${NOBODY} has left the state file locked`);
      expect(code).toBe(0);
      expect(existsSync(lock)).toBe(false);
      expect(await taken()).toBe(3);
    }));

  test('is one of two at once: the other one refuses', () =>
    afterSending(async ({ lago, files, taken }) => {
      writeFileSync(files.sheet, sheetOf(60));
      const options = [...optionsFor(lago.url, files), '--once', '--json'];
      const both = await Promise.all([options, options].map((each) => startCommand(each).ended));
      expect(both.map(({ code }) => code).sort()).toEqual([0, 1]);
      expect(JSON.parse(both.find(({ code }) => code === 1)?.output ?? '{}')).toMatchObject(
        sentence(/^Another run uses the state file/),
      );
      expect(await taken()).toBe(60);
    }));
});

describe('with the state file of something else the command', () => {
  let sent: Awaited<ReturnType<typeof sentThree>>;
  beforeAll(async () => {
    sent = await sentThree();
  });
  afterAll(() => sent.stop());

  /** With a copy of the files: it ends with that sentence, and Lago has got nothing more. */
  async function refusing(play: (scene: Scene) => Promise<[Ran, RegExp]>): Promise<void> {
    const files = commandFiles(readFileSync(sent.files.sheet, 'utf8'));
    copyFileSync(sent.files.state, files.state);
    const [ran, expected] = await play(sceneOf(sent.lago, files));
    expect(ran).toMatchObject({ code: 1, outcome: sentence(expected) });
    expect(await sent.taken()).toBe(3);
  }

  test.each<[string, (scene: Scene) => void, string[], RegExp]>([
    [
      'another template',
      ({ files }) => writeFileSync(files.template, TEMPLATE.replace('ev-', 'other-')),
      [],
      /^The template is not the one that “usage” was set up with\. Nothing was sent\./,
    ],
    [
      'another key',
      () => undefined,
      ['--key', 'customer'],
      /^The rows of “usage” were sent with --key "id", not "customer"/,
    ],
    [
      'a state file that is none',
      ({ files }) => writeFileSync(files.state, '{"stateFile":1,"fi'),
      [],
      /is no state file, or it is damaged\. Nothing was sent\./,
    ],
    [
      'a lock of a process that runs',
      ({ files }) =>
        writeFileSync(
          `${files.state}.lock`,
          JSON.stringify({ pid: process.ppid, host: hostname() }),
        ),
      [],
      /^Another run uses the state file: process \d+ on .* delete .*usage\.state\.lock\.$/,
    ],
    [
      'a lock of another machine',
      ({ files }) =>
        writeFileSync(`${files.state}.lock`, JSON.stringify({ pid: NOBODY, host: 'elsewhere' })),
      [],
      /^Another run uses the state file: process \d+ on elsewhere\./,
    ],
  ])('refuses %s in a sentence', (_, prepare, more, expected) =>
    refusing(async (scene) => {
      prepare(scene);
      return [await scene.run(...more), expected];
    }),
  );

  test('refuses the sheet under another name', () =>
    refusing(async ({ lago, files }) => {
      const other = files.sheet.replace('usage.csv', 'other.csv');
      copyFileSync(files.sheet, other);
      return [
        await run(optionsFor(lago.url, { ...files, sheet: other })),
        /is of the sheet “usage”, not of “other”\. Nothing was sent\./,
      ];
    }));

  test('refuses the key of another organization, and names both', () =>
    refusing(async ({ lago, run }) => {
      const apiKey = 'other-0f0f-4222-8333-444455556666';
      const organization = { name: 'Other Inc.', apiKey, eventsStore: 'clickhouse' as const };
      await lago.control({ type: 'organization', organization });
      const refused = await run('--api-key', apiKey);
      expect(await lago.control({ type: 'events', apiKey })).toEqual([]);
      return [
        refused,
        /organization “Other Inc\.” .* but “usage” sends to “Real Inc\.” .*Nothing was sent/,
      ];
    }));
});

describe('a state file', () => {
  test('that is lost is begun again: what ClickHouse has is found there, and not sent again', () =>
    afterSending(async ({ files, run, taken }) => {
      rmSync(files.state);
      writeFileSync(files.sheet, sheetOf(4));
      expect(await run()).toMatchObject({
        code: 0,
        outcome: { standing: { sent: 4 }, accepted: 4, complete: true },
      });
      expect(await taken()).toBe(4);
    }));

  test('has no API key in it, and no output has', () =>
    afterSending(async ({ files, run }) => {
      const { outcome, errors } = await run();
      for (const text of [readFileSync(files.state, 'utf8'), JSON.stringify(outcome), errors])
        expect(text).not.toContain(KEY);
    }));

  test('goes on in the sidebar with the key of the command line, and keeps none that is typed', () =>
    afterSending(async ({ lago, files }) => {
      const apiKey = 'typed-0f0f-4222-8333-444455556666';
      await lago.control({ type: 'add-key', key: { value: apiKey }, apiKey: KEY });
      const options = [...optionsFor(lago.url, files), '--fresh'];
      const sandbox = await openSandbox(readOptions(options, {}));
      try {
        const { google, address } = sandbox;
        const { prerequisites } = ask(google, 'prerequisites', {}).value;
        expect(prerequisites.map(({ problem }) => problem)).toEqual(Array(3).fill(undefined));
        ask(google, 'connect', { address, apiKey });
        const [view] = ask(google, 'open', {}).value.syncs;
        ask(google, 'pause', { id: view?.sync.id ?? '' });
      } finally {
        await sandbox.stop();
      }
      expect(readFileSync(files.state, 'utf8')).not.toContain(apiKey);
      const expected = /^“usage” is paused\. Nothing was sent\. To resume it, .* --fresh/;
      const paused = await run(optionsFor(lago.url, files));
      expect(paused).toMatchObject({ code: 1, outcome: sentence(expected) });
    }));

  test.each<[string, (files: CommandFiles) => void, RegExp]>([
    [
      'whose lock was taken away',
      ({ state }) => rmSync(`${state}.lock`),
      /usage\.state\.lock is not the lock of this run any more\. Nothing more was sent\./,
    ],
    [
      'that cannot be written any more',
      ({ state }) => mkdirSync(`${state}.tmp`),
      /^The state file .* could not be written, so nothing more was sent: .*EISDIR/,
    ],
  ])('%s lets no request leave', (_, prepare, expected) =>
    afterSending(async ({ lago, files }) => {
      const options = [...optionsFor(lago.url, files), '--fresh'];
      const sandbox = await openSandbox(readOptions(options, {}));
      try {
        const { google, tab } = sandbox;
        await lago.control({ type: 'clear-requests' });
        google.spreadsheet.edit(tab, 2, 4, '7');
        prepare(files);
        expect(() => ask(google, 'prerequisites', {})).toThrow(expected);
        expect((await lago.control({ type: 'requests' })).counts).toEqual({});
      } finally {
        await sandbox.stop();
      }
    }),
  );

  test('does not tell its Lago the key of another one', () =>
    afterSending(async ({ lago, files }) => {
      const options = [...optionsFor('https://other.example', files), '--fresh'];
      const sandbox = await openSandbox(readOptions(options, {}));
      try {
        await lago.control({ type: 'clear-requests' });
        expect(() => ask(sandbox.google, 'prerequisites', {})).toThrow(/key/);
        const { entries } = await lago.control({ type: 'requests' });
        expect(entries.filter(({ status }) => status !== 401)).toEqual([]);
      } finally {
        await sandbox.stop();
      }
    }));

  test('that is new is said to be', async () => {
    const lago = await outsideLago({ eventsStore: 'postgres' });
    try {
      const files = commandFiles(sheetOf(1));
      const { errors } = await run(optionsFor(lago.url, files));
      expect(errors).toContain(`${files.state} is new. What was sent without it is looked for`);
    } finally {
      await lago.stop();
    }
  });

  test('that cannot be written keeps everything from being sent', async () => {
    const lago = await outsideLago({ eventsStore: 'postgres' });
    try {
      const files = { ...commandFiles(sheetOf(2)), state: '/nowhere/usage.state' };
      const expected = /^There is no folder \/nowhere for the state file\.$/;
      const refused = await run(optionsFor(lago.url, files));
      expect(refused).toMatchObject({ code: 1, outcome: sentence(expected) });
      expect((await lago.control({ type: 'requests' })).counts).toEqual({});
    } finally {
      await lago.stop();
    }
  });
});
