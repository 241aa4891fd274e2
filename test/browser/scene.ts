import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { servePage } from '../../sandbox/page/server';
import { type CannedServer, cannedBackend } from './canned-backend';

export const WIDTH = 300;
export const SCHEMES = ['light', 'dark'] as const;

const viewport = { width: WIDTH, height: 640 };

export interface Scene {
  readonly server: CannedServer;
  readonly page: Page;
  /** Another sidebar of the same file, as a second person has it. */
  readonly another: () => Promise<Page>;
}

interface Look {
  readonly colorScheme?: (typeof SCHEMES)[number];
  /** Whether the page's clock can be put forward. Only then does what is typed rest for a while. */
  readonly clock?: boolean;
}

interface Stage extends Look {
  /** What the menu item asked for; it is told to the page by an attribute. */
  readonly start?: 'reconcile';
}

/** The longest rest after typing; longer times are part of what is shown. */
const REST_MS = 2_000;

/** What is typed is saved and checked at once: no test waits for it, and none can be too slow. */
export async function shortenRests(page: Page): Promise<void> {
  await page.addInitScript((longest) => {
    const { setTimeout: later } = window;
    window.setTimeout = ((work: () => void, ms = 0) =>
      later(work, ms <= longest ? 0 : ms)) as typeof setTimeout;
  }, REST_MS);
}

const contexts = new WeakMap<Browser, Promise<BrowserContext>>();

/** One for all pages of a browser: each has a server, so an origin, of its own. */
function sharedContext(browser: Browser): Promise<BrowserContext> {
  const context = contexts.get(browser) ?? browser.newContext({ viewport });
  contexts.set(browser, context);
  return context;
}

/** Pages that were left, by browser: to open one takes as long as a whole short test. */
const left = new WeakMap<Browser, Page[]>();

async function openPage(browser: Browser, clock: boolean): Promise<Page> {
  const known = clock ? undefined : left.get(browser)?.pop();
  if (known !== undefined) return known;
  // A clock belongs to a whole context.
  const context = clock ? await browser.newContext({ viewport }) : await sharedContext(browser);
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  if (clock) await page.clock.install();
  else await shortenRests(page);
  return page;
}

/**
 * Takes away what a test did to a page. What it shows is gone as soon as it is opened again, and
 * reaches nothing until then: its server stops.
 */
async function leavePage(browser: Browser, clock: boolean, page: Page): Promise<void> {
  if (clock) return page.context().close();
  page.removeAllListeners();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  left.set(browser, [...(left.get(browser) ?? []), page]);
}

/**
 * Plays on pages of one address; every error of them fails the test.
 * @param play gets what opens one more page
 */
export async function onPages(
  browser: Browser,
  url: string,
  { colorScheme = 'light', clock = false }: Look,
  play: (open: () => Promise<Page>) => Promise<void>,
): Promise<void> {
  const pages: Page[] = [];
  const errors: string[] = [];
  const open = async (): Promise<Page> => {
    const page = await openPage(browser, clock);
    pages.push(page);
    page.on('pageerror', (error) => errors.push(error.message));
    await page.emulateMedia({ colorScheme });
    await page.goto(url);
    return page;
  };
  try {
    await play(open);
    expect(errors).toEqual([]);
  } finally {
    for (const page of pages.reverse()) await leavePage(browser, clock, page);
  }
}

/** A sidebar of its own with a canned server. Without a browser nothing is played. */
export async function inSidebar(
  browser: Browser | undefined,
  server: CannedServer,
  play: (scene: Scene) => Promise<void>,
  { start, ...look }: Stage = {},
): Promise<void> {
  if (browser === undefined) return;
  const html = readFileSync('dist/sidebar.html', 'utf8').replace(
    'data-start=""',
    `data-start="${start ?? ''}"`,
  );
  const served = await servePage(cannedBackend(server, html));
  try {
    await onPages(browser, `${served.url}sidebar`, look, async (another) =>
      play({ server, page: await another(), another }),
    );
  } finally {
    await served.stop();
  }
}

export const go = (page: Page, name: string | RegExp): Promise<void> =>
  page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();

/** Waits until something outside of the page is so; the test's own time-out ends it. */
export async function until(page: Page, isSo: () => boolean): Promise<void> {
  while (!isSo()) await page.waitForTimeout(20);
}

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
