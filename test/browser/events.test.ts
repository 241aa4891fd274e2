import type { Browser } from 'playwright-core';
import { sandboxBackend } from '../../sandbox/backend';
import { readOptions } from '../../sandbox/options';
import { servePage } from '../../sandbox/page/server';
import { openSandbox } from '../../sandbox/sandbox';
import { browserForTests } from './chromium';
import { sidebarIn, walkFromKeyToEvents } from './walk';

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

test('a person goes from the API key to the first event with at most 12 clicks and 3 typed fields, and on to the first run, with the built bundle and a real browser', async () => {
  if (browser === undefined) return;
  const sandbox = await openSandbox(readOptions([], {}));
  const backend = sandboxBackend(sandbox);
  let calls = 0;
  const served = await servePage({
    ...backend,
    rpc: (...call) => {
      calls++;
      return backend.rpc(...call);
    },
  });
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  try {
    await page.goto(served.url);
    const { address, apiKey } = sandbox;
    const walked = await walkFromKeyToEvents(sidebarIn(page), {
      address,
      apiKey,
      metric: 'storage_gb',
      testRow: 2,
      changed: 'flag',
      removed: 'flag',
      onEdit: true,
      serverCalls: () => calls,
    });
    expect(walked.toFirstEvent.clicks).toBeLessThanOrEqual(12);
    expect(walked.toFirstEvent.typedFields).toBeLessThanOrEqual(3);
    const { 'To send': toSend = 0, Held: held } = walked.dryRun;
    expect(toSend).toBeGreaterThan(0);
    expect(walked).toMatchObject({
      test: 'Lago has the event',
      headline: `${toSend} events sent`,
      run: { 'Left to send': 0, 'Already sent': toSend + 1, Held: held },
    });

    const { events } = await sandboxBackend(sandbox).lago();
    expect(new Set(events.map(({ transactionId }) => transactionId)).size).toBe(toSend + 1);
    expect(events).toHaveLength(toSend + 1);
    await page.getByRole('tab', { name: `Events in Lago${toSend + 1}` }).waitFor();
    expect(await page.content()).not.toContain(apiKey);
    expect(errors).toEqual([]);
  } finally {
    await page.close();
    await served.stop();
    await sandbox.stop();
  }
});
