import { sandboxBackend } from '../../sandbox/backend';
import { doJob } from '../../sandbox/job';
import type { FakeLagoServer } from '../../sandbox/lago';
import { readOptions } from '../../sandbox/options';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox';
import { commandFiles, optionsFor, outsideLago, runHere, sheetOf } from './command-line';
import { IS_LONG } from './long';

async function withLago(play: (lago: FakeLagoServer) => Promise<void>): Promise<void> {
  const lago = await outsideLago({ eventsStore: 'postgres' });
  try {
    await play(lago);
  } finally {
    await lago.stop();
  }
}

const options = ({ url }: FakeLagoServer, rows: number): string[] =>
  optionsFor(url, commandFiles(sheetOf(rows)));

/** Where sentences stand in a text; -1 for one that is not there. */
const places = (text: string, ...sentences: readonly string[]): number[] =>
  sentences.map((sentence) => text.indexOf(sentence));

describe('npm start -- --once --lago URL', () => {
  test('bills customers whose ids have dots, and prints what was sent before what Lago has', () =>
    withLago(async (lago) => {
      const { code, output, errors } = await runHere([...options(lago, 6), '--once']);
      const found = places(
        output,
        'Hourly run: 5 sent, 0 left.',
        'Lago usage sync: the tab “usage” to Real Inc. (postgres)',
        'in Lago, each once                           6',
        'counted by Lago                            6',
        'All that should be sent is in Lago, once.',
      );
      expect(found).not.toContain(-1);
      expect([...found].sort((left, right) => left - right)).toEqual(found);
      expect(errors).toBe('');
      expect(code).toBe(0);
    }));

  test('says that the totals could not be read, after what was sent', () =>
    withLago(async (lago) => {
      const path = '/api/v1/customers/:external_id/current_usage';
      const always = { times: Number.POSITIVE_INFINITY } as const;
      await lago.control({
        type: 'fault',
        faults: [{ kind: 'answer', status: 500, path, ...always }],
      });
      const { code, output, errors } = await runHere([...options(lago, 6), '--once']);
      const found = places(
        output,
        'Hourly run: 5 sent, 0 left.',
        'counted by Lago                     not read',
        'Lago’s current usage of “calls” could not be read: GET /customers/',
      );
      expect(found).not.toContain(-1);
      expect(errors).toBe('');
      expect(code).toBe(0);
    }));

  test('names what its key may not read, and counts nothing for it', () =>
    withLago(async (lago) => {
      const apiKey = 'narrow-0f0f-4222-8333-444455556666';
      const both = ['read' as const, 'write' as const];
      const permissions = { organization: both, event: both, subscription: both };
      await lago.control({ type: 'add-key', key: { value: apiKey, permissions } });
      const { code, output } = await runHere([
        ...options(lago, 3),
        ...['--api-key', apiKey, '--once', '--json'],
      ]);
      expect(JSON.parse(output)).toMatchObject({
        accepted: 3,
        metrics: [{ handedOver: 3, accepted: 3, field: null, total: null, counted: null }],
        unread: [
          'The metric “calls” could not be read: GET /billable_metrics/calls answered 403, the key may not read it.',
          expect.stringMatching(/^Lago’s current usage of “calls” could not be read: .* 403, the/),
        ],
        complete: true,
      });
      expect(code).toBe(0);
    }));

  test('does not know whether all is in Lago where its events could not be read', () =>
    withLago(async (lago) => {
      await lago.control({
        type: 'fault',
        faults: [
          { kind: 'answer', status: 502, path: '/api/v1/events', method: 'GET', times: 1_000 },
        ],
      });
      const { code, output } = await runHere([...options(lago, 6), '--once', '--json']);
      expect(JSON.parse(output)).toMatchObject({
        handedOver: 6,
        accepted: null,
        metrics: [{ code: 'calls', handedOver: 6, accepted: null, total: '6', counted: '6' }],
        unread: [
          expect.stringMatching(
            /^Lago’s events of “calls” could not be read: GET .* answered 502\.$/,
          ),
        ],
        complete: false,
      });
      expect(code).toBe(1);
    }));
});

describe('the sandbox with a real Lago', () => {
  const inSandbox = (rows: number, play: (sandbox: Sandbox) => Promise<void>): Promise<void> =>
    withLago(async (lago) => {
      const sandbox = await openSandbox(readOptions(options(lago, rows), {}));
      try {
        await play(sandbox);
      } finally {
        await sandbox.stop();
      }
    });
  const job = ({ google, tab, key, template, address, apiKey, keepTime }: Sandbox) =>
    doJob(google, { tab, key, template, address, apiKey, onStep: keepTime });

  if (IS_LONG)
    test('sends more rows than are sent unasked, and asks for the listings once before each sending', () =>
      inSandbox(10_050, async (sandbox) => {
        const { after } = await job(sandbox);
        expect(after.counts).toMatchObject({ sent: 10_050, send: 0, wait: 0 });
        // The dry run, whose answer is kept for looking; the test send; the hourly run.
        for (const name of ['billable_metrics', 'plans', 'subscriptions'])
          expect(sandbox.requests[`GET /api/v1/${name}`]).toBe(3);
      }));

  test('keeps the time of this machine: it cannot be moved, and sleeping takes it', () =>
    inSandbox(1, async ({ clock }) => {
      const before = Date.now();
      clock.advance(200);
      expect(Date.now() - before).toBeGreaterThanOrEqual(199);
      expect(Math.abs(clock.now() - Date.now())).toBeLessThan(100);
      expect(() => clock.set(0)).toThrow('A real Lago’s time cannot be moved.');
    }));

  test('tells its page so, which may not move the time either', () =>
    inSandbox(1, async (sandbox) => {
      const backend = sandboxBackend(sandbox);
      expect(backend.realLago?.()).toBe(sandbox.address);
      await expect(backend.advance(60_000)).rejects.toThrow('cannot be moved');
    }));

  test('shows the newest events and their usage, and asks for the subscriptions once', () =>
    inSandbox(6, async (sandbox) => {
      await job(sandbox);
      let listed = 0;
      const { reader } = sandbox;
      const backend = sandboxBackend({
        ...sandbox,
        reader: {
          ...reader,
          subscriptions: () => {
            listed++;
            return reader.subscriptions();
          },
          usage: (customer, ...rest) =>
            customer === 'acme.com'
              ? Promise.reject(new Error('GET answered 500'))
              : reader.usage(customer, ...rest),
        },
      });
      const looks = [await backend.lago(), await backend.lago()];
      for (const { total, events, usage } of looks) {
        expect([total, events.length]).toEqual([6, 6]);
        expect(usage.map(({ subscription, units }) => [subscription, units]).sort()).toEqual([
          ['sub acme.com', undefined],
          ['sub bob@acme.com', '2.0'],
          ['sub plain', '2.0'],
        ]);
      }
      expect(listed).toBe(1);
    }));
});
