import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { UsageEvent } from '../src/value/usage-event';
import { SandboxClock } from './clock';
import { type FailureStates, NO_FAILURES, troubled } from './failure-states';
import { InputProblem } from './input-problem';
import { type FakeLagoServer, startFakeLago } from './lago';
import { type LagoReader, lagoReader } from './lago-reader';
import type { Options } from './options';
import { rehearse } from './rehearsal';
import {
  createGoogle,
  type FakeGoogle,
  type GoogleOptions,
  httpTransport,
  restoreGoogle,
  type SavedFile,
  type Transport,
} from './runtime';
import { filledWith, type World, worldFor } from './seed';
import { bytesOf, readSheetFile, type SheetFile } from './sheet-file';
import { StateFile } from './state-file';

const SAMPLE = {
  sheet: 'sandbox/sample/usage.csv',
  key: 'usage_id',
  template: 'sandbox/sample/template.json',
};
/** The companies that the sample's Lago knows; the sheet also names some that it does not. */
const SAMPLE_SUBSCRIPTIONS = [
  'acme-eu',
  'acme-us',
  'globex',
  'initech',
  'umbrella-labs',
  'stark-industries',
  'wayne-enterprises',
  'hooli',
  'piedpiper',
  'vandelay',
];
const FAKE_KEY = 'sandbox-3f0c9a52-7b1e-4d7a-9c55-0a6b1c2d4e8f';
/** More than a list in the sidebar can show. */
const CROWD = { metrics: 1_999, subscriptions: 10_000 };
const MINUTE_MS = 60_000;
/**
 * A real Lago takes its time. The script ends its work before Google's six minutes of an execution,
 * which pass on this machine's clock then; the rest is for a request that is not answered.
 */
const REAL_RUNAWAY_MS = 10 * MINUTE_MS;
/**
 * The fake Lago is filled as of this long before the sheet's first row, so that every subscription
 * is older than the usage.
 */
const SEEDED_BEFORE_MS = 50 * 86_400_000;

/** A spreadsheet with the built bundle and the sheet, and the Lago that it sends to. */
export interface Sandbox {
  readonly google: FakeGoogle;
  /** `isReal`: whether Lago is one too, so that time passes by itself only. */
  readonly clock: SandboxClock;
  readonly tab: string;
  readonly key: string;
  readonly template: string;
  readonly world: World;
  readonly address: string;
  readonly apiKey: string;
  readonly reader: LagoReader;
  /** Requests that the add-on made, by method and path. */
  readonly requests: Record<string, number>;
  /** What goes wrong from now on; nothing until it is told. */
  failures: FailureStates;
  /** Gives the fake Lago the sandbox's time. */
  keepTime(): Promise<void>;
  stop(): Promise<void>;
}

/** Counts requests by method and path, ids left out. */
function counting(transport: Transport, counts: Record<string, number>): Transport {
  return (requests) => {
    for (const { method, url } of requests) {
      const path = new URL(url).pathname.replace(
        /(\/events)\/(?!batch$)[^/]+$/,
        '$1/:transaction_id',
      );
      const name = `${method.toUpperCase()} ${path}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return transport(requests);
  };
}

async function startLago(options: Options, world: World, apiKey: string): Promise<FakeLagoServer> {
  const lago = await startFakeLago({
    eventsStore: options.store,
    clock: { running: world.first - SEEDED_BEFORE_MS },
  });
  await lago.control({
    type: 'organization',
    organization: { name: 'Sandbox Inc.', apiKey, timezone: 'UTC', eventsStore: options.store },
  });
  const crowd = options.crowd ? { crowd: CROWD } : {};
  await lago.control({ type: 'catalog', catalog: { ...world.catalog, ...crowd }, apiKey });
  return lago;
}

/** An address as the add-on stores it: without the path of the API. */
const withoutPath = (address: string): string =>
  address.replace(/\/(api\/v1\/?|api\/v1\/events\/?)?$/, '');

/** What the spreadsheet is made of. */
interface Files {
  readonly tab: string;
  readonly sheet: SheetFile;
  readonly template: string;
}

function readFiles(options: Options): Files & { readonly key: string } {
  const files = {
    sheet: options.sheet ?? SAMPLE.sheet,
    key: options.key ?? SAMPLE.key,
    template: options.template ?? SAMPLE.template,
  };
  return {
    tab: basename(files.sheet).replace(/\.csv$/i, ''),
    key: files.key,
    sheet: readSheetFile(files.sheet, options.text),
    // Without the mark that Windows puts before a text, which is no JSON.
    template: new TextDecoder().decode(bytesOf(files.template)),
  };
}

/** The sheet as it is now, with the built bundle, in a new file or in one that goes on. */
function openFile(options: GoogleOptions, { tab, sheet }: Files, saved?: SavedFile): FakeGoogle {
  const google =
    saved === undefined
      ? createGoogle({
          timeZone: 'Etc/UTC',
          fileName: 'Usage 2026',
          fileId: randomUUID(),
          ...options,
        })
      : restoreGoogle(options, saved);
  if (saved === undefined) google.spreadsheet.renameSheet('Sheet1', tab);
  try {
    google.loadCsv(tab, sheet.text, { textColumns: sheet.textColumns });
  } catch (error) {
    throw new InputProblem(`${tab}: ${error instanceof Error ? error.message : String(error)}`);
  }
  google.load(readFileSync('dist/Code.js', 'utf8'));
  for (const name of ['sidebar', 'about'])
    google.addHtml(name, readFileSync(`dist/${name}.html`, 'utf8'));
  return google;
}

/** What was rehearsed before: each sandbox of the same files is filled from the same events. */
const rehearsed = new Map<string, Promise<readonly UsageEvent[]>>();

function eventsOf(files: Files, key: string): Promise<readonly UsageEvent[]> {
  const name = JSON.stringify([key, files]);
  const { tab, template } = files;
  const events =
    rehearsed.get(name) ?? rehearse((scene) => openFile(scene, files), { tab, key, template });
  rehearsed.set(name, events);
  return events;
}

/** @throws InputProblem if what was sent is of a sheet with another name. */
function requireTab(tab: string, { workbook }: SavedFile, state: string): void {
  const shown = workbook.sheets.filter(({ hidden }) => !hidden).map(({ name }) => name);
  if (!shown.includes(tab))
    throw new InputProblem(
      `${state} is of the sheet ${shown.map((name) => `“${name}”`).join(', ')}, not of “${tab}”. Nothing was sent. If it is that sheet as it is now, give its file that name; if it is another one, take another --state FILE.`,
    );
}

/** The state file, opened; undefined for the fake Lago. */
function openState(
  { lago, state, apiKey }: Options,
  tab: string,
  tell: (line: string) => void,
): StateFile | undefined {
  if (lago === undefined || state === undefined) return undefined;
  const opened = StateFile.open(state, { address: withoutPath(lago), apiKey: apiKey ?? '' }, tell);
  try {
    if (opened.saved !== undefined) requireTab(tab, opened.saved, state);
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

/**
 * @param tell gets what is worth knowing of the state file, or of the fake Lago
 * @throws InputProblem with a sentence for the person at the terminal, if a file is missing, or is
 * none
 */
export async function openSandbox(
  options: Options,
  tell: (line: string) => void = () => undefined,
): Promise<Sandbox> {
  const { key, ...files } = readFiles(options);
  const { tab, template } = files;
  const isReal = options.lago !== undefined;
  const world =
    isReal && options.once
      ? worldFor([])
      : worldFor(
          await eventsOf(files, key),
          options.sheet === undefined ? SAMPLE_SUBSCRIPTIONS : undefined,
        );
  if (options.sheet !== undefined && !isReal) tell(filledWith(world));
  const clock = new SandboxClock(isReal);
  const requests: Record<string, number> = {};
  const state = openState(options, tab, tell);
  const whenChanged = onChange(() => google.revision);
  const save = (): void => {
    if (state === undefined) return;
    state.requireHeld();
    whenChanged(() => state.save(google.saved()));
  };
  const transport = troubled(counting(httpTransport(), requests), () => sandbox.failures);
  const google = openFile(
    {
      now: clock.now,
      advance: clock.advance,
      // What a request carries has to be on the disk before it leaves.
      transport: (wave) => {
        save();
        return transport(wave);
      },
      onEnd: save,
      allowLocalhost: true,
      ...(isReal ? { runawayMs: REAL_RUNAWAY_MS } : {}),
      userEmail: 'finance@example.com',
    },
    files,
    state?.saved,
  );
  save();
  const apiKey = options.apiKey ?? FAKE_KEY;
  const lago = isReal ? undefined : await startLago(options, world, apiKey);
  if (lago !== undefined) clock.set(world.last + MINUTE_MS);
  const address = withoutPath(options.lago ?? lago?.url ?? '');
  const keepTime = async (): Promise<void> => {
    await lago?.control({ type: 'clock', clock: { running: clock.now() } });
  };
  await keepTime();
  const sandbox: Sandbox = {
    google,
    clock,
    tab,
    key,
    template,
    world,
    address,
    apiKey,
    reader: lagoReader(address, apiKey),
    requests,
    failures: NO_FAILURES,
    keepTime,
    stop: async () => {
      state?.close();
      await lago?.stop();
    },
  };
  return sandbox;
}

/** Does work only if something else stands there than when it was last done. */
function onChange(revision: () => string): (work: () => void) => void {
  let done: string | undefined;
  return (work) => {
    const now = revision();
    if (now === done) return;
    work();
    done = now;
  };
}
