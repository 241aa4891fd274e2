import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { createGoogle, type FakeGoogle, noNetwork } from '../../sandbox/runtime';
import { START } from '../runtime/google';
import { browserForTests } from './chromium';

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

function newFile(): FakeGoogle {
  let now = START;
  const google = createGoogle({
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    transport: noNetwork,
  });
  google.load(readFileSync('dist-selftest/Code.js', 'utf8'));
  for (const name of ['page', 'sidebar'])
    google.addHtml(name, readFileSync(`dist-selftest/${name}.html`, 'utf8'));
  return google;
}

/** Gives a page `google.script.run`; a text, since it runs in the page. */
const SCRIPT_RUN = `
  const runner = (succeed, fail, user) => new Proxy({}, {
    get: (_, name) => {
      if (name === 'withSuccessHandler') return (handler) => runner(handler, fail, user);
      if (name === 'withFailureHandler') return (handler) => runner(succeed, handler, user);
      if (name === 'withUserObject') return (object) => runner(succeed, fail, object);
      return (...args) => {
        if (args.some((arg) => arg instanceof Date)) throw new Error('illegal value');
        callServer(name, args).then(({ value, error }) => {
          if (error === undefined) succeed?.(value, user);
          else fail?.(new Error(error), user);
        });
      };
    },
  });
  window.google = { script: { run: runner() } };`;

test('the page of the self-test leads a person through its steps to the text of the answers', async () => {
  if (browser === undefined) return;
  const google = newFile();
  const page = await browser.newPage();
  await page.exposeFunction('callServer', (name: string, args: readonly unknown[]) => {
    const { result, error, killed } = google.rpc(name, ...args);
    const message = killed ? 'Exceeded maximum execution time' : error?.message;
    return message === undefined ? { value: result } : { error: message };
  });
  await page.addInitScript(SCRIPT_RUN);
  google.open();
  google.clickMenu('Run the platform self-test');
  const html = google.shownSidebar?.html ?? '';
  await page.route('https://sidebar.example/', (route) =>
    route.fulfill({ contentType: 'text/html', body: html }),
  );
  await page.goto('https://sidebar.example/');
  await page.getByText('It has no properties of another file').waitFor();
  await page.getByRole('button', { name: 'Start' }).click();
  await page.getByText('set the locale to Germany').waitFor();
  google.spreadsheet.setLocale('de_DE');
  await page.getByRole('button', { name: 'Look' }).click();
  for (;;) {
    const skip = page.getByRole('button', { name: 'Skip this one' });
    await skip.or(page.locator('textarea:visible')).first().waitFor();
    if (!(await skip.isVisible())) break;
    await skip.click();
  }
  const text = page.getByRole('textbox');
  expect(JSON.parse(await text.inputValue())).toMatchObject({
    answers: {
      'entry.locale': '[["number","string"],["1,5","1.5"]]',
      'lock.free': expect.any(String),
    },
  });
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.close();
});
