import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import UPNG from 'upng-js';
import { sandboxBackend } from '../../sandbox/backend';
import { doJob } from '../../sandbox/job';
import { readOptions } from '../../sandbox/options';
import { servePage } from '../../sandbox/page/server';
import { openSandbox } from '../../sandbox/sandbox';
import { launchBrowser } from './chromium';
import { SCHEMES, WIDTH } from './scene';
import { openStage, SCREENS } from './screens';

const FOLDER = 'docs/screens';
/** What is further down in a long screen is more of the same. */
const MOST_HEIGHT = 1_600;

/** So few colours look the same and take a third of the space. */
const COLOURS = 64;

function write(name: string, png: Buffer): void {
  const image = UPNG.decode(new Uint8Array(png).buffer);
  writeFileSync(
    `${FOLDER}/${name}.png`,
    Buffer.from(UPNG.encode(UPNG.toRGBA8(image), image.width, image.height, COLOURS)),
  );
}

/** The picture of the README: the sample after the whole job, as `npm start` shows it. */
async function writeSandbox(browser: Browser): Promise<void> {
  const sandbox = await openSandbox(readOptions([], {}));
  const { google, tab, key, template, address, apiKey, keepTime } = sandbox;
  await doJob(google, { tab, key, template, address, apiKey, onStep: keepTime });
  const served = await servePage(sandboxBackend(sandbox));
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(served.url);
  const sidebar = page.frameLocator('iframe');
  await sidebar.getByRole('heading', { name: 'Syncs' }).waitFor();
  await sidebar.locator('.event-list > li').first().waitFor();
  write('sandbox', await page.screenshot({ animations: 'disabled' }));
  await page.close();
  await served.stop();
  await sandbox.stop();
}

/** Each screen as it is when all of it is in sight: the window is as high as the page, so that what stays at the edges hides nothing. */
async function writeSidebar(browser: Browser): Promise<void> {
  const stage = await openStage(browser);
  for (const screen of SCREENS) {
    await stage.page.setViewportSize({ width: WIDTH, height: 640 });
    await stage.show(screen);
    const height = await stage.page.evaluate(() => document.documentElement.scrollHeight);
    await stage.page.setViewportSize({ width: WIDTH, height: Math.min(height, MOST_HEIGHT) });
    for (const colorScheme of SCHEMES) {
      await stage.page.emulateMedia({ colorScheme });
      write(
        `${screen.name}-${colorScheme}`,
        await stage.page.screenshot({ animations: 'disabled', caret: 'hide' }),
      );
    }
  }
  await stage.close();
}

/** Makes all pictures of the documentation anew. */
async function writeScreens(): Promise<void> {
  const browser = await launchBrowser();
  if (typeof browser === 'string') throw new Error(browser);
  mkdirSync(FOLDER, { recursive: true });
  for (const name of readdirSync(FOLDER))
    if (/-(light|dark)\.png$/.test(name)) rmSync(`${FOLDER}/${name}`);
  await writeSidebar(browser);
  await writeSandbox(browser);
  await browser.close();
}

writeScreens().then(
  () => process.exit(),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  },
);
