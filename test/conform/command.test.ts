import { execFile } from 'node:child_process';
import { type FakeLagoServer, startFakeLago } from '../../sandbox/lago';
import { IS_LONG } from '../bundle/long';
import { KEY } from './fake';

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

const run = (options: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile('node_modules/.bin/tsx', ['conform/conform.ts', ...options], (error, output, errors) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors }),
    );
  });

async function withLago(play: (lago: FakeLagoServer) => Promise<void>): Promise<void> {
  const lago = await startFakeLago({ eventsStore: 'postgres', licence: 'free' });
  await lago.control({ type: 'organization', organization: { name: 'Test Inc.', apiKey: KEY } });
  try {
    await play(lago);
  } finally {
    await lago.stop();
  }
}

describe('npm run conform', () => {
  test('refuses without --test-organization, and says what it would make', async () => {
    const { code, output, errors } = await run([
      '--lago',
      'https://lago.example',
      '--api-key',
      KEY,
    ]);
    expect(code).toBe(2);
    expect(errors).toMatch(/^Say --test-organization: this makes metrics, plans, customers/);
    expect(output + errors).not.toContain(KEY);
  });

  test('refuses an organization that holds something else, over HTTP', () =>
    withLago(async (lago) => {
      const metrics = [{ name: 'Calls', code: 'calls', aggregation_type: 'count_agg' }];
      await lago.control({ type: 'catalog', catalog: { metrics } });
      const options = ['--lago', `${lago.url}/api/v1/`, '--api-key', KEY, '--test-organization'];
      const { code, output, errors } = await run([...options, '--json']);
      expect(errors).toMatch(/^The organization holds the billable metric “calls”, which conform/);
      expect([code, output]).toEqual([2, '']);
      expect(errors).not.toContain(KEY);
    }));

  test('says that a key is not known, without the key', () =>
    withLago(async (lago) => {
      const options = ['--lago', lago.url, '--api-key', `${KEY}0`, '--test-organization'];
      const { code, errors } = await run(options);
      expect(errors).toBe(`${lago.url} answered with 401 when asked whose key it is.\n`);
      expect(code).toBe(2);
    }));

  if (IS_LONG)
    test('asks over HTTP, waits by the clock of this machine, and ends with 0 where all holds', () =>
      withLago(async (lago) => {
        const options = ['--lago', lago.url, '--api-key', KEY, '--test-organization', '--json'];
        const { code, output, errors } = await run(options);
        expect(JSON.parse(output)).toMatchObject({ conforms: true, organization: 'Test Inc.' });
        expect(code).toBe(0);
        expect(output + errors).not.toContain(KEY);
      }));
});
