import type { Browser, Page } from 'playwright-core';
import { sandboxBackend } from '../../sandbox/backend';
import { doJob } from '../../sandbox/job';
import { readOptions } from '../../sandbox/options';
import { servePage } from '../../sandbox/page/server';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox';
import { onPages } from './scene';
import { Person } from './walk';

const HOUR_MS = 3_600_000;

export interface SandboxScene {
  readonly sandbox: Sandbox;
  readonly page: Page;
  readonly person: Person;
  /** Another sidebar of the same file. */
  another(): Promise<Page>;
  /** Holds every answer back until it is let go. */
  hold(): () => void;
  /** Number of events in Lago. */
  inLago(): Promise<number>;
  anHourLater(): Promise<void>;
}

export interface SandboxStage {
  readonly args?: readonly string[];
  /** Whether a sync is set up, and has sent its rows, before anything goes wrong. */
  readonly job?: boolean;
  readonly prepare?: (sandbox: Sandbox) => void;
  /** Whether the page's clock can be put forward. */
  readonly clock?: boolean;
}

/** The last row of the sample that is there where rows are sent before anything is played. */
const LAST_ROW = 60;

/** Sending all rows of the sample takes a second for each scene, and shows nothing more. */
function keepFirstRows({ google: { spreadsheet }, tab }: Sandbox): void {
  spreadsheet.deleteRows(tab, LAST_ROW + 1, spreadsheet.table(tab).length - LAST_ROW);
}

/**
 * The built sidebar in front of the built bundle and a Lago, with nothing canned; what took time on the world's clock takes none here.
 * Without a browser nothing is played.
 */
export async function inSandbox(
  browser: Browser | undefined,
  { args = [], job = false, prepare, clock = false }: SandboxStage,
  play: (scene: SandboxScene) => Promise<void>,
): Promise<void> {
  if (browser === undefined) return;
  const options = readOptions(args, {});
  const sandbox = await openSandbox(options);
  const { google, tab, key, template, address, apiKey, keepTime } = sandbox;
  if (job) keepFirstRows(sandbox);
  if (job) await doJob(google, { tab, key, template, address, apiKey, onStep: keepTime });
  prepare?.(sandbox);
  sandbox.failures = options.failures;
  let held: Promise<void> = Promise.resolve();
  const backend = sandboxBackend(sandbox);
  const served = await servePage({
    ...backend,
    rpc: async (name, given) => {
      await keepTime();
      const { result, error } = google.rpc(name, ...given);
      await held;
      return error === undefined ? { value: result } : { error: error.message };
    },
  });
  const hold = (): (() => void) => {
    let letGo = (): void => undefined;
    held = new Promise((resolve) => {
      letGo = resolve;
    });
    return () => letGo();
  };
  try {
    const inLago = async (): Promise<number> => (await backend.lago()).events.length;
    const anHourLater = async (): Promise<void> => backend.advance(HOUR_MS);
    await onPages(browser, `${served.url}sidebar`, { clock }, async (another) => {
      const page = await another();
      await play({ sandbox, page, person: new Person(page), another, hold, inLago, anHourLater });
    });
  } finally {
    await served.stop();
    await sandbox.stop();
  }
}
