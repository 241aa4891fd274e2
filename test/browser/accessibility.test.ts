import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { played } from '../bundle/long';
import { browserForTests } from './chromium';
import { lengthen } from './lengthen';
import { expectTidy, SCHEMES } from './scene';
import { openStage, SCREENS, type Stage } from './screens';

const axeSource = readFileSync(
  createRequire(join(process.cwd(), 'package.json')).resolve('axe-core/axe.min.js'),
  'utf8',
);

let browser: Browser | undefined;
let stage: Stage | undefined;

beforeAll(async () => {
  browser = await browserForTests();
  stage = browser === undefined ? undefined : await openStage(browser);
  await stage?.page.addInitScript(axeSource);
});
afterAll(async () => {
  await stage?.close();
  await browser?.close();
});

/** All rules in light; in dark only the colours are different. */
const RULES: Readonly<Record<(typeof SCHEMES)[number], RunOptions>> = {
  light: {},
  dark: { runOnly: { type: 'tag', values: ['cat.color'] } },
};

/** What axe-core finds, one line for each element. Only the lines leave the page: axe-core's whole answer holds every element that it looked at. */
const violations = (page: Page, rules: RunOptions): Promise<string[]> =>
  page.evaluate(
    async (options) => {
      const { axe } = globalThis as unknown as {
        axe: { run(options: RunOptions): Promise<AxeResults> };
      };
      const { violations: found } = await axe.run(options);
      return found.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`,
        ),
      );
    },
    { ...rules, resultTypes: ['violations' as const] },
  );

test('axe-core looks: it finds a button without a name, and pale words in both colour schemes', async () => {
  if (stage === undefined) return;
  const [home] = SCREENS;
  if (home !== undefined) await stage.show(home);
  await stage.page.evaluate(() => {
    const button = document.createElement('button');
    const words = document.createElement('p');
    words.textContent = 'pale';
    words.style.color = 'light-dark(#ddd, #333)';
    document.querySelector('main')?.append(button, words);
  });
  const found: string[] = [];
  for (const colorScheme of SCHEMES) {
    await stage.page.emulateMedia({ colorScheme });
    found.push(
      ...(await violations(stage.page, RULES[colorScheme])).map(
        (line) => `${colorScheme} ${line.split(':')[0]}`,
      ),
    );
  }
  expect(found.sort()).toEqual([
    'dark color-contrast',
    'light button-name',
    'light color-contrast',
  ]);
});

/** A short run shows every twelfth screen in both colour schemes, and others in light with long texts. */
const SHARE = 12;

async function expectAccessible(page: Page, colorScheme: (typeof SCHEMES)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme });
  expect({ colorScheme, violations: await violations(page, RULES[colorScheme]) }).toEqual({
    colorScheme,
    violations: [],
  });
}

test.each(played(SCREENS, SHARE))(
  'axe-core finds nothing on the screen $name, which fits and names its controls',
  async (screen) => {
    if (stage === undefined) return;
    await stage.show(screen);
    for (const colorScheme of SCHEMES) await expectAccessible(stage.page, colorScheme);
    await expectTidy(stage.page);
    expect(stage.errors).toEqual([]);
  },
);

test.each(played(SCREENS, SHARE, SHARE / 2))(
  'axe-core finds nothing on the screen $name, which fits with texts without a place to break, markup, another script and large numbers',
  async (screen) => {
    if (stage === undefined) return;
    await stage.show(screen, lengthen);
    await expectAccessible(stage.page, 'light');
    await expectTidy(stage.page);
    expect(stage.errors).toEqual([]);
  },
);
