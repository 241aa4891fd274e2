import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { SandboxClock } from './clock';
import { type FailureStates, NO_FAILURES, troubled } from './failure-states';
import { InputProblem } from './input-problem';
import { type FakeLagoServer, startFakeLago } from './lago';
import { type LagoReader, lagoReader } from './lago-reader';
import type { Options } from './options';
import { type Recipe, readRecipe } from './recipe';
import { createGoogle, type FakeGoogle, httpTransport, type Transport } from './runtime';
import { type World, worldFor } from './seed';

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
  readonly recipe: Recipe;
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

/** A template that is no JSON names nothing; the add-on says what is wrong with it. */
function recipeOf(template: string): Recipe {
  try {
    return readRecipe(template);
  } catch {
    return { code: '', subscription: '', timestamp: '', properties: new Map() };
  }
}

/** @throws InputProblem with a sentence for the person at the terminal where a file is missing. */
export async function openSandbox(options: Options): Promise<Sandbox> {
  const files = {
    sheet: options.sheet ?? SAMPLE.sheet,
    key: options.key ?? SAMPLE.key,
    template: options.template ?? SAMPLE.template,
  };
  for (const file of [files.sheet, files.template])
    if (!existsSync(file)) throw new InputProblem(`There is no file ${file}.`);
  const isReal = options.lago !== undefined;
  const clock = new SandboxClock(isReal);
  const requests: Record<string, number> = {};
  const google = createGoogle({
    now: clock.now,
    advance: clock.advance,
    transport: troubled(counting(httpTransport(), requests), () => sandbox.failures),
    timeZone: 'Etc/UTC',
    allowLocalhost: true,
    ...(isReal ? { runawayMs: REAL_RUNAWAY_MS } : {}),
    userEmail: 'finance@example.com',
    fileName: 'Usage 2026',
  });
  const tab = basename(files.sheet).replace(/\.csv$/i, '');
  google.spreadsheet.renameSheet('Sheet1', tab);
  google.loadCsv(tab, readFileSync(files.sheet, 'utf8'), { textColumns: options.text });
  google.load(readFileSync('dist/Code.js', 'utf8'));
  google.addHtml('sidebar', readFileSync('dist/sidebar.html', 'utf8'));

  const template = readFileSync(files.template, 'utf8');
  const recipe = recipeOf(template);
  const world = worldFor(
    google,
    tab,
    recipe,
    options.sheet === undefined ? SAMPLE_SUBSCRIPTIONS : undefined,
  );
  const apiKey = options.apiKey ?? FAKE_KEY;
  const lago = options.lago === undefined ? await startLago(options, world, apiKey) : undefined;
  if (lago !== undefined) clock.set(world.last + MINUTE_MS);
  const address = (options.lago ?? lago?.url ?? '').replace(/\/(api\/v1\/?)?$/, '');
  const keepTime = async (): Promise<void> => {
    await lago?.control({ type: 'clock', clock: { running: clock.now() } });
  };
  await keepTime();
  const sandbox: Sandbox = {
    google,
    clock,
    tab,
    key: files.key,
    template,
    recipe,
    world,
    address,
    apiKey,
    reader: lagoReader(address, apiKey),
    requests,
    failures: NO_FAILURES,
    keepTime,
    stop: async () => lago?.stop(),
  };
  return sandbox;
}
