import { mkdirSync } from 'node:fs';
import { sandboxBackend } from '../../sandbox/backend';
import { doJob } from '../../sandbox/job';
import { readOptions } from '../../sandbox/options';
import { servePage } from '../../sandbox/page/server';
import { openSandbox } from '../../sandbox/sandbox';
import { launchBrowser } from './chromium';

const FOLDER = 'docs/screens';

/** Makes the picture of the README anew: the sample after the whole job, as `npm start` shows it. */
async function writeScreens(): Promise<void> {
  const browser = await launchBrowser();
  if (typeof browser === 'string') throw new Error(browser);
  const sandbox = await openSandbox(readOptions([], {}));
  const { google, tab, key, template, address, apiKey, keepTime } = sandbox;
  await doJob(google, { tab, key, template, address, apiKey, onStep: keepTime });
  const served = await servePage(sandboxBackend(sandbox));
  mkdirSync(FOLDER, { recursive: true });
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(served.url);
  await page.frameLocator('iframe').getByRole('heading', { name: 'Syncs' }).waitFor();
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${FOLDER}/sandbox.png` });
  await browser.close();
  await served.stop();
  await sandbox.stop();
}

void writeScreens().then(() => process.exit());
