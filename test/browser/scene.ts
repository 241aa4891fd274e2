import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { servePage } from '../../sandbox/page/server';
import { type CannedServer, cannedBackend } from './canned-backend';

export const WIDTH = 300;
export const SCHEMES = ['light', 'dark'] as const;

export interface Scene {
  readonly server: CannedServer;
  readonly page: Page;
  /** Another sidebar of the same file, as a second person has it. */
  readonly another: () => Promise<Page>;
}

interface Stage {
  readonly colorScheme?: (typeof SCHEMES)[number];
  /** Whether the page's clock can be put forward. */
  readonly clock?: boolean;
  /** What the menu item asked for; it is told to the page by an attribute. */
  readonly start?: 'reconcile';
}

/** A sidebar of its own with a canned server; every error of its pages fails the test. Without a browser nothing is played. */
export async function inSidebar(
  browser: Browser | undefined,
  server: CannedServer,
  play: (scene: Scene) => Promise<void>,
  { colorScheme = 'light', clock = false, start }: Stage = {},
): Promise<void> {
  if (browser === undefined) return;
  const html = readFileSync('dist/sidebar.html', 'utf8').replace(
    'data-start=""',
    `data-start="${start ?? ''}"`,
  );
  const served = await servePage(cannedBackend(server, html));
  const context = await browser.newContext({
    viewport: { width: WIDTH, height: 640 },
    colorScheme,
  });
  const errors: string[] = [];
  const open = async (): Promise<Page> => {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => errors.push(error.message));
    if (clock) await page.clock.install();
    await page.goto(`${served.url}sidebar`);
    return page;
  };
  try {
    await play({ server, page: await open(), another: open });
    expect(errors).toEqual([]);
  } finally {
    await context.close();
    await served.stop();
  }
}

export const go = (page: Page, name: string | RegExp): Promise<void> =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();

/** What sticks out of the sidebar, if anything does. */
const overflowing = (page: Page): Promise<string[]> =>
  page.evaluate((width) => {
    const isWide = (element: Element): boolean =>
      element.getBoundingClientRect().right > width + 0.5;
    // What an ancestor cuts off, with an ellipsis or a scroll bar, does not stick out; the ancestor itself may.
    const isCut = (element: Element): boolean => {
      const { parentElement: parent } = element;
      if (parent === null || parent === document.body) return false;
      return (getComputedStyle(parent).overflowX !== 'visible' && !isWide(parent)) || isCut(parent);
    };
    const wide = [...document.querySelectorAll('body *')].filter(
      (element) => isWide(element) && !isCut(element),
    );
    return [
      ...(document.documentElement.scrollWidth > width ? ['the page scrolls sideways'] : []),
      ...wide.map(
        (element) =>
          `${element.tagName} ${element.className}: ${(element.textContent ?? '').slice(0, 40)}`,
      ),
    ];
  }, WIDTH);

/** Controls without a name for a screen reader. */
const nameless = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [
      ...document.querySelectorAll<
        HTMLInputElement | HTMLButtonElement | HTMLSelectElement | HTMLTextAreaElement
      >('button, input, select, textarea'),
    ]
      .filter(
        (control) =>
          (control.labels?.length ?? 0) === 0 &&
          !control.getAttribute('aria-label') &&
          (control.textContent ?? '').trim() === '',
      )
      .map((control) => control.outerHTML),
  );

/** A screen fits, names its controls, and has one primary button at most. */
export async function expectTidy(page: Page): Promise<void> {
  expect(await overflowing(page)).toEqual([]);
  expect(await nameless(page)).toEqual([]);
  expect(await page.locator('.button.primary').count()).toBeLessThanOrEqual(1);
}

/**
 * Puts a text in the place of what the template's editor holds. The editor itself selects all: where the page does so before the editor has the focus,
 * a slow machine inserts the text before what is there.
 */
export async function rewrite(editor: Locator, text: string): Promise<void> {
  await editor.focus();
  await editor.press('Control+a');
  if (text === '') await editor.press('Delete');
  else await editor.page().keyboard.insertText(text);
}
