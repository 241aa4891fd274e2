import type { Browser, Page } from 'playwright-core';
import { browserForTests } from '../browser/chromium';
import { openStage, SCREENS, type Stage } from '../browser/screens';
import { played } from '../bundle/long';

let browser: Browser | undefined;
let stage: Stage | undefined;
const requests: string[] = [];

beforeAll(async () => {
  browser = await browserForTests();
  stage = browser === undefined ? undefined : await openStage(browser);
  stage?.page.on('request', (request) => requests.push(request.url()));
});
afterAll(async () => {
  await stage?.close();
  await browser?.close();
});

/** Properties whose texts are words of the product's own, ids of its own, times and JSON that the page reads; all others are chosen by somebody else. */
const OWN = new Set([
  'action',
  'actor',
  'aggregation',
  'change',
  'changed',
  'code',
  'dateOnly',
  'day',
  'done',
  'environment',
  'fix',
  'insert',
  'keyEnding',
  'kind',
  'late',
  'month',
  'ok',
  'period',
  'removed',
  'state',
  'status',
  'step',
  'store',
  'template',
  'today',
  'told',
  'trigger',
  'type',
  'unit',
  'what',
  'zone',
]);
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** Whether the page compares the text with one of its own, or computes with it. */
function isOwn(name: string, parent: { readonly [name: string]: Json }): boolean {
  if (name === 'id') return !('revision' in parent && 'answer' in parent);
  // What a template calls a column is a name that Liquid can write, or stands in quotes.
  if (name === 'name') return 'header' in parent || 'hint' in parent;
  if (name === 'key') return 'source' in parent;
  if (name === 'code') return !('subscription' in parent);
  if (
    name === 'quantity' ||
    name === 'sum' ||
    name === 'total' ||
    name === 'current' ||
    name === 'units'
  )
    return true;
  return OWN.has(name);
}

/** Markup that would run a script in six ways if it were taken for markup, and says which property it came with. */
const attack = (name: string): string =>
  `<img src=x onerror="globalThis.ran='${name}'" alt=${name}><script>globalThis.ran='${name}'</script><svg onload="globalThis.ran=1">` +
  `</script><script>globalThis.ran=2</script>"' onmouseover="globalThis.ran=3" <a href="javascript:globalThis.ran=4">x</a><iframe srcdoc="<script>parent.ran=5</script>">` +
  `</textarea></style>{{ globalThis.ran }}<b class=injected>`;

function infected(value: Json, name: string, own: boolean): Json {
  if (typeof value === 'string') return own || value === '' ? value : `${value} ${attack(name)}`;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each: Json) => infected(each, name, own));
  const parent = value as { readonly [name: string]: Json };
  return Object.fromEntries(
    Object.entries(parent).map(([each, inner]) => [
      each,
      infected(inner, each, isOwn(each, parent)),
    ]),
  );
}
const infect = (answer: string): string =>
  JSON.stringify(infected(JSON.parse(answer) as Json, '', false));

interface Seen {
  /** What ran, if anything did. */
  readonly ran: unknown;
  /** Elements that no screen has, and attributes that run or load something. */
  readonly injected: readonly string[];
  /** Properties whose text is shown as it is, in the page's text or in a field of it. */
  readonly shown: readonly string[];
}

const look = (page: Page): Promise<Seen> =>
  page.evaluate(() => {
    const all = [...document.body.querySelectorAll('*')];
    const foreign = all.filter(({ localName }) =>
      /^(?:script|img|iframe|object|embed|a|link|style|base|meta|b)$/.test(localName),
    );
    const own = [...document.body.querySelectorAll(':scope > script')];
    const attributes = all.flatMap(({ attributes: each }) =>
      [...each].filter(
        ({ name, value }) =>
          name.startsWith('on') ||
          (/^(?:href|src|srcdoc|action|style)$/.test(name) && /script:|globalThis/i.test(value)),
      ),
    );
    const fields = [
      ...document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea'),
    ].map(({ value }) => value);
    const options = [...document.querySelectorAll('option')].map(({ label }) => label);
    const text = [document.querySelector('#app')?.textContent ?? '', ...fields, ...options].join(
      '\n',
    );
    return {
      ran: (globalThis as { ran?: unknown }).ran,
      injected: [
        ...foreign
          .filter((each) => !own.includes(each as HTMLScriptElement))
          .map(({ outerHTML }) => outerHTML),
        ...attributes.map(({ name }) => name),
      ],
      shown: [
        ...text.matchAll(/<img src=x onerror="globalThis\.ran='\w*'" alt=(\w+)><script>/g),
      ].map(([, name]) => String(name)),
    };
  });

test('the look finds what markup brings along, where it is taken for markup', async () => {
  if (stage === undefined) return;
  const [home] = SCREENS;
  if (home !== undefined) await stage.show(home);
  await stage.page.evaluate((html) => {
    document.querySelector('#app')?.insertAdjacentHTML('beforeend', html);
  }, attack('test'));
  await stage.page.waitForFunction(() => 'ran' in globalThis);
  const { ran, injected } = await look(stage.page);
  expect(ran).toBeDefined();
  expect(injected.join()).toMatch(/img.*onerror/);
});

test('no screen takes a text for markup: nothing runs, nothing is injected or loaded, and the text is shown as it is', async () => {
  if (stage === undefined) return;
  const shown = new Set<string>();
  const found: string[] = [];
  requests.length = 0;
  for (const screen of played(SCREENS, 6)) {
    try {
      await stage.show(screen, infect);
    } catch (error) {
      found.push(`${screen.name} is not reached: ${String(error).slice(0, 300)}`);
      continue;
    }
    const seen = await look(stage.page);
    for (const name of seen.shown) shown.add(name);
    if (seen.ran !== undefined || seen.injected.length > 0)
      found.push(`${screen.name}: ${String(seen.ran)} ${seen.injected.join()}`);
  }
  expect(found).toEqual([]);
  expect(stage.errors).toEqual([]);
  expect([...shown]).toEqual(
    expect.arrayContaining([
      'answer',
      'event',
      'header',
      'key',
      'message',
      'name',
      'organization',
      'remedy',
      'subscription',
      'tabName',
    ]),
  );
  // The page itself and its calls; an image or a frame would be asked for by another address.
  expect([...new Set(requests.map((url) => new URL(url).pathname))].sort()).toEqual([
    '/rpc',
    '/sidebar',
  ]);
});
