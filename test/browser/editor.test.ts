import type { Browser, Locator, Page } from 'playwright-core';
import { problem } from '../../src/problem/problem';
import type { TemplateProblem, Value, Vocabulary } from '../../src/rpc/contract';
import { IS_LONG } from '../bundle/long';
import { CannedServer, connection, template } from './canned-backend';
import { browserForTests } from './chromium';
import { go, inSidebar, rewrite, until } from './scene';

const vocabulary: Vocabulary = {
  metrics: Array.from({ length: 2000 }, (_, index) => ({
    code: index === 0 ? 'compute_hours' : `metric_${index}`,
    name: index === 0 ? 'Compute hours' : `Metric ${index}`,
    aggregation: 'sum_agg',
    field: 'hours',
    hasExpression: false,
  })),
  filters: [
    { name: 'shown', hint: 'What the sheet shows' },
    { name: 'unix', hint: 'A date as Unix seconds' },
  ],
};

let browser: Browser | undefined;

beforeAll(async () => {
  browser = await browserForTests();
});
afterAll(() => browser?.close());

/** Says of each `row.houers` that there is no such column, and repairs it. */
function findings(text: string): TemplateProblem[] {
  const from = text.indexOf('row.houers');
  if (from < 0) return [];
  const edits = [{ from: from + 4, to: from + 10, insert: 'hours' }];
  return [
    {
      ...problem(
        'template.unknown-column',
        { name: 'houers', suggestion: 'Did you mean \u201chours\u201d?' },
        { line: 1, character: 1 },
      ),
      from,
      to: from + 10,
      fixes: [{ label: 'Change to hours', edits }],
    },
  ];
}

interface Scene {
  readonly page: Page;
  readonly server: CannedServer;
  /** The element that is typed into. */
  readonly field: Locator;
}

/** The screen on which the template is edited, with a server that knows metrics, filters and one kind of problem. */
async function atTemplate(
  play: (scene: Scene) => Promise<void>,
  colorScheme: 'light' | 'dark' = 'light',
): Promise<void> {
  const server = new CannedServer();
  server.connection = connection;
  server.put({});
  server.answers.vocabulary = () => ({ ok: true, value: vocabulary });
  server.answers.checkTemplate = ({ template: text }) => ({
    ok: true,
    value: { problems: findings(text) },
  });
  await inSidebar(
    browser,
    server,
    async ({ page }) => {
      await go(page, /^Open /);
      await go(page, 'Preview events');
      const field = page.getByLabel('Template of the event');
      await field.waitFor();
      await play({ page, server, field });
    },
    { colorScheme },
  );
}

const textOf = (field: Locator): Promise<string> =>
  field
    .locator('.cm-line')
    .evaluateAll((lines) => lines.map((line) => line.textContent ?? '').join('\n'));

/** The lines may still be on their way into the page. */
async function expectText(field: Locator, text: string): Promise<void> {
  const drawn = (expected: string): boolean =>
    [...document.querySelectorAll('.cm-line')].map((line) => line.textContent ?? '').join('\n') ===
    expected;
  await field
    .page()
    .waitForFunction(drawn, text)
    .catch(() => undefined);
  expect(await textOf(field)).toBe(text);
}

const pressAll = async (page: Page, keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

/** Puts the cursor behind the first occurrence of a text. */
async function goBehind(page: Page, field: Locator, needle: string): Promise<void> {
  const text = await textOf(field);
  const before = text.slice(0, text.indexOf(needle) + needle.length);
  await field.press('Control+Home');
  await pressAll(page, Array<string>(before.split('\n').length - 1).fill('ArrowDown'));
  await pressAll(page, [
    'Home',
    ...Array<string>((before.split('\n').pop() ?? '').length).fill('ArrowRight'),
  ]);
}

/** The fix that is offered beside the text. */
const offered = (page: Page): Locator =>
  page.locator('.template-popover').getByRole('button', { name: 'Change to hours' });
const option = (page: Page, name: string): Locator =>
  page.getByRole('option').filter({ has: page.getByText(name, { exact: true }) });

test('the field has a name and a description, takes a whole template, and the server checks what it holds', async () => {
  await atTemplate(async ({ page, server, field }) => {
    expect(await field.getAttribute('role')).toBe('textbox');
    const described = ((await field.getAttribute('aria-describedby')) ?? '').split(' ');
    const words = await page.evaluate(
      (ids) => ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' '),
      described,
    );
    expect(words).toContain('Tab leaves the editor');
    const written = '{\n  "a": "{{ row.hours }}",\n\n    "b": {{ row.day | unix }}\n}';
    await rewrite(field, written);
    await expectText(field, written);
    const asked = (): string =>
      JSON.stringify(server.calls.filter(({ method }) => method === 'checkTemplate').pop() ?? null);
    await until(page, () => asked().includes(JSON.stringify(written)));
    await page.getByText('The template is in order.').waitFor();
  });
});

interface Piece {
  readonly kind: string;
  readonly text: string;
  readonly contrast: number;
}

/** The coloured pieces with their contrast to what is behind them (WCAG 2.1, 1.4.3). */
const coloured = (page: Page): Promise<Piece[]> =>
  page.evaluate(() => {
    const numbers = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (color: string): number => {
      const [red = 0, green = 0, blue = 0] = numbers(color).map((part) => {
        const share = part / 255;
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ground = (element: Element | null): string => {
      const color =
        element === null ? 'rgb(255, 255, 255)' : getComputedStyle(element).backgroundColor;
      return element !== null && numbers(color)[3] === 0 ? ground(element.parentElement) : color;
    };
    return [...document.querySelectorAll('.cm-line [class*="token-"]')].map((element) => {
      const [light = 1, dark = 0] = [
        luminance(getComputedStyle(element).color),
        luminance(ground(element)),
      ].sort((a, b) => b - a);
      return {
        kind: (/token-(\w+)/.exec(element.className) ?? [])[1] ?? '',
        text: element.textContent ?? '',
        contrast: (light + 0.05) / (dark + 0.05),
      };
    });
  });

describe.each(['light', 'dark'] as const)('in %s colours', (scheme) => {
  test('JSON and Liquid are coloured, inside and outside of texts, and each colour can be read', async () => {
    await atTemplate(async ({ page, field }) => {
      const written =
        '{ "a": "x {{ row.hours | append: "h" }}", "b": {{ row.day | unix }}, "c": [1, true, x],\n{% if row.day == nil %}{% comment %}?{% endcomment %}{% endif %} }';
      await rewrite(field, written);
      await expectText(field, written);
      const pieces = await coloured(page);
      const kinds = (kind: string): string[] =>
        pieces.filter((piece) => piece.kind === kind).map(({ text }) => text);
      expect(kinds('property')).toEqual(['"a"', '"b"', '"c"']);
      expect(kinds('string')).toEqual(['"x ', '"']);
      expect(kinds('column')).toEqual(['hours', 'day', 'day']);
      expect(kinds('filter')).toEqual(['append', 'unix']);
      expect(kinds('tag')).toEqual(['if', 'comment', 'endcomment', 'endif']);
      expect(new Set(pieces.map(({ kind }) => kind)).size).toBe(14);
      expect(pieces.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
    }, scheme);
  });
});

describe('by keyboard alone', () => {
  test('a column is completed behind row., and a filter behind the |', async () => {
    await atTemplate(async ({ page, field }) => {
      await rewrite(field, '');
      await field.pressSequentially('{ "x": "{{ row.');
      await option(page, 'subscription').waitFor();
      expect(await option(page, 'subscription').textContent()).toBe(
        'subscriptionSubscription, such as acme-eu',
      );
      await pressAll(page, ['ArrowDown']);
      await page
        .locator('[role="option"][aria-selected="true"]')
        .filter({ hasText: 'subscription' })
        .waitFor();
      const active = await field.getAttribute('aria-activedescendant');
      expect(await page.locator(`[id="${active}"]`).textContent()).toContain('subscription');
      await pressAll(page, ['Enter']);
      await expectText(field, '{ "x": "{{ row.subscription }}"}');
      await field.pressSequentially(' |un');
      await option(page, 'unix').waitFor();
      await pressAll(page, ['Enter']);
      await expectText(field, '{ "x": "{{ row.subscription |unix }}"}');
      await page.getByRole('listbox').waitFor({ state: 'detached' });
      expect(await field.getAttribute('aria-activedescendant')).toBeNull();
    });
  });

  test("one of Lago's 2,000 metrics is found by a few letters, and the property that it reads is proposed", async () => {
    await atTemplate(async ({ page, field }) => {
      await rewrite(field, '{\n  "code": "",\n  "properties": {  }\n}');
      await goBehind(page, field, '"code": "');
      await page.keyboard.press('Control+Space');
      await page.getByText('1,900 more. Type to find them.').waitFor();
      await field.pressSequentially('compu');
      await option(page, 'compute_hours').waitFor();
      await page.keyboard.press('Enter');
      await expectText(field, '{\n  "code": "compute_hours",\n  "properties": {  }\n}');
      await goBehind(page, field, '"properties": { ');
      await field.pressSequentially('"');
      await option(page, 'hours').waitFor();
      await page.keyboard.press('Enter');
      await expectText(field, '{\n  "code": "compute_hours",\n  "properties": { "hours":  }\n}');
    });
  });

  test('Escape closes a list and leaves what was typed; Tab leaves the field', async () => {
    await atTemplate(async ({ page, field }) => {
      await rewrite(field, '');
      await field.pressSequentially('{{');
      await option(page, 'row.hours').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('listbox').waitFor({ state: 'detached' });
      await expectText(field, '{{}}');
      expect(await field.evaluate((element) => document.activeElement === element)).toBe(true);
      await page.keyboard.press('Tab');
      expect(await field.evaluate((element) => document.activeElement === element)).toBe(false);
      await expectText(field, '{{}}');
      await field.focus();
      await page.keyboard.press('Shift+Tab');
      expect(await field.evaluate((element) => document.activeElement === element)).toBe(false);
    });
  });

  test('lines are broken, indented and joined again, and each step can be undone and redone', async () => {
    await atTemplate(async ({ page, field }) => {
      await rewrite(field, '');
      await field.pressSequentially('{');
      await page.keyboard.press('Enter');
      await field.pressSequentially('"a": 1');
      await expectText(field, '{\n  "a": 1\n}');
      await pressAll(page, ['Delete', 'ArrowLeft', 'Backspace', 'Home', 'Delete', 'Delete']);
      await expectText(field, '{\n"a":1}');
      await page.keyboard.press('Backspace');
      await expectText(field, '{"a":1}');
      await pressAll(page, Array<string>(8).fill('Control+z'));
      const undone = await textOf(field);
      expect(undone).not.toBe('{"a":1}');
      await pressAll(page, Array<string>(8).fill('Control+y'));
      await expectText(field, '{"a":1}');
    });
  });

  test('F8 goes to the problem and says it, and Tab reaches its fix', async () => {
    await atTemplate(async ({ page, field }) => {
      await rewrite(field, '{ "a": "{{ row.houers }}" }');
      await page.locator('.template-problem').first().waitFor();
      await field.press('F8');
      await offered(page).waitFor();
      const said = page
        .locator('[aria-live]')
        .filter({ hasText: 'Did you mean \u201chours\u201d?' });
      await said.first().waitFor({ state: 'attached' });
      await page.keyboard.press('Escape');
      await offered(page).waitFor({ state: 'detached' });
      await field.press('F8');
      await offered(page).waitFor();
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe(
        'Change to hours',
      );
      await page.keyboard.press('Enter');
      await expectText(field, '{ "a": "{{ row.hours }}" }');
      expect(await field.evaluate((element) => document.activeElement === element)).toBe(true);
    });
  });
});

test('a problem is underlined, tells itself where the pointer rests, and is repaired by a click that can be undone', async () => {
  await atTemplate(async ({ page, field }) => {
    await rewrite(field, '{ "a": "{{ row.houers }}" }');
    const underline = page.locator('.template-problem').first();
    await underline.waitFor();
    expect(
      await page
        .locator('.template-problem')
        .allTextContents()
        .then((texts) => texts.join('')),
    ).toBe('row.houers');
    await underline.hover();
    const words = await page.locator('.template-words').boundingBox();
    const line = await underline.boundingBox();
    expect(Math.abs((words?.y ?? 0) - (line?.y ?? 0))).toBeLessThan(40);
    await offered(page).click();
    await expectText(field, '{ "a": "{{ row.hours }}" }');
    await page.locator('.template-problem').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Control+z');
    await expectText(field, '{ "a": "{{ row.houers }}" }');
  });
});

test('a fix of the list beneath the editor changes the text in it, as one step that can be undone', async () => {
  await atTemplate(async ({ page, field }) => {
    await rewrite(field, '{ "a": "{{ row.houers }}" }');
    await page.getByRole('button', { name: 'Line 1' }).click();
    await offered(page).waitFor();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe('row.houers');
    await page.getByRole('button', { name: 'Change to hours' }).last().click();
    await expectText(field, '{ "a": "{{ row.hours }}" }');
    await field.press('Control+z');
    await expectText(field, '{ "a": "{{ row.houers }}" }');
  });
});

test('a problem moves with what is typed before it while the next check is under way', async () => {
  await atTemplate(async ({ page, server, field }) => {
    await rewrite(field, '{ "a": "{{ row.houers }}" }');
    await page.locator('.template-problem').first().waitFor();
    server.answers.checkTemplate = () => 'lost';
    await field.press('Control+Home');
    await field.pressSequentially('   ');
    await expectText(field, '   { "a": "{{ row.houers }}" }');
    expect(
      await page
        .locator('.template-problem')
        .allTextContents()
        .then((texts) => texts.join('')),
    ).toBe('row.houers');
  });
});

const unread = problem(
  'event.not-a-number',
  { code: 'compute_hours', field: 'hours', value: '12,5', suggestion: 'Enter it as 12.5.' },
  { row: 2 },
);

test('a number of the selected row is read by the filter that a button beside its problem puts in, as one step that can be undone', async () => {
  await atTemplate(async ({ page, field, server }) => {
    const label = 'Read \u201c12,5\u201d as 12.5';
    const preview = (text: string): Value<'preview'> => {
      const at = text.indexOf('row.hours') + 'row.hours'.length;
      const isRead = text.includes('| number: ","');
      return {
        row: 2,
        key: 'U-1001',
        event: undefined,
        problems: isRead ? [] : [unread],
        fixes: isRead ? [] : [{ label, edits: [{ from: at, to: at, insert: ' | number: ","' }] }],
        time: undefined,
        meaning: undefined,
        held: !isRead,
        done: undefined,
      };
    };
    server.answers.preview = ({ draft }) => ({ ok: true, value: preview(draft.template) });
    const written = '{ "hours": {{ row.hours }}, "note": "x" }';
    const button = page
      .getByRole('listitem')
      .filter({ hasText: unread.message })
      .getByRole('button', { name: label });
    await rewrite(field, written);
    await expectText(field, written);
    await button.click();
    await expectText(field, '{ "hours": {{ row.hours | number: "," }}, "note": "x" }');
    await page.getByText('This row can be sent').waitFor();
    expect(await button.count()).toBe(0);
    await field.press('Control+z');
    await expectText(field, written);
    await button.waitFor();
  });
});

test('the text of the screen takes the place of the typed one, and undo brings that back', async () => {
  await atTemplate(async ({ page, field }) => {
    await expectText(field, template);
    await rewrite(field, '{ "mine": 1 }');
    await expectText(field, '{ "mine": 1 }');
    await page.getByRole('button', { name: 'Start from the example' }).click();
    await page.getByRole('button', { name: 'Replace' }).click();
    await page
      .getByRole('button', { name: 'Start from the example' })
      .waitFor({ state: 'detached' });
    expect(await textOf(field)).toContain('"external_subscription_id"');
    await field.press('Control+z');
    await expectText(field, '{ "mine": 1 }');
  });
});

test('nothing that is typed fast is lost, whatever the server does', async () => {
  await atTemplate(async ({ field, server }) => {
    server.answers.checkTemplate = () => 'lost';
    const typed = 'The quick brown fox jumps over the lazy dog. '.repeat(IS_LONG ? 6 : 2);
    await rewrite(field, '');
    await field.pressSequentially(typed);
    await expectText(field, typed);
  });
});

test('it fits into 300 pixels: long lines wrap, and it grows from 12 lines to 24', async () => {
  await atTemplate(async ({ page, field }) => {
    const height = async (): Promise<number> =>
      (await page.locator('.cm-editor').boundingBox())?.height ?? 0;
    await rewrite(field, '{}');
    expect(Math.round(await height())).toBe(234);
    await rewrite(field, `{ "${'very_long_name_without_a_place_to_break_'.repeat(5)}": 1 }`);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(300);
    expect(
      await page
        .locator('.cm-scroller')
        .evaluate((element) => element.scrollWidth <= element.clientWidth),
    ).toBe(true);
    await rewrite(field, Array<string>(60).fill('"line": 1,').join('\n'));
    expect(Math.round(await height())).toBe(450);
  });
});
