import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type EventsStoreName, startFakeLago } from '../../sandbox/lago';
import { KEY, type Origin, type RecordingName } from './recordings/recording';

/** What a running Lago answered, and the scripts that ask another one the same: no part of this repository. */
export const CONTRACT = resolve(process.env.LAGO_CONTRACT ?? '../shared/lago-contract');

export const isThere = (): boolean => existsSync(join(CONTRACT, 'ask.mjs'));

/** When the recordings were made, for their events lie around it, and of which Lago. */
export const ORIGIN: Origin = {
  recorded: '2026-11-29T02:04:50Z',
  lago: 'lago-api 1b1c24a6a (about v1.51), free licence',
};
const RECORDED_AT = Date.parse(ORIGIN.recorded);

/** What was recorded: the script that asks the same, the one that compares, and the file per store. */
export const PARTS = {
  /** Each request, answer by answer. */
  answers: {
    script: ['ask.mjs'],
    comparison: 'compare.mjs',
    postgres: 'real.json',
    clickhouse: 'real-clickhouse.json',
  },
  /** Current usage of random plans and events. */
  bills: {
    script: ['random.mjs', '1', '160'],
    comparison: 'compare-random.mjs',
    postgres: 'random-real.json',
    clickhouse: 'random-clickhouse-real.json',
  },
} as const;

/** What the fake answers differently from the real one; ends in a line such as `421 same, 0 differ`. */
export async function differences(part: RecordingName, store: EventsStoreName): Promise<string> {
  const { script, comparison, [store]: recording } = PARTS[part];
  const [asking, ...seeds] = script;
  const lago = await startFakeLago({
    eventsStore: store,
    licence: 'free',
    clock: { running: RECORDED_AT },
  });
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  try {
    await lago.control({ type: 'organization', organization: { name: 'Acme', apiKey: KEY } });
    const asked = await run(asking, [lago.url, KEY, ...seeds]);
    const answers = join(folder, 'answers.json');
    writeFileSync(answers, asked);
    return await run(comparison, [join(CONTRACT, recording), answers]);
  } finally {
    rmSync(folder, { recursive: true });
    await lago.stop();
  }
}

/** What a script of the recordings prints; a comparison that finds something exits with 1 and prints it. */
export function run(script: string, args: string[]): Promise<string> {
  const env = {
    ...process.env,
    RUN: 'RUN',
    NOW: String(RECORDED_AT / 1000),
    SETTLE_MS: '0',
    LAG_MS: '0',
    AGAIN: '1',
  };
  const options = { env, maxBuffer: 1e9 };
  return new Promise((done, fail) => {
    execFile(process.execPath, [join(CONTRACT, script), ...args], options, (error, stdout) => {
      if (stdout === '' && error !== null) fail(error);
      else done(stdout);
    });
  });
}
