import { readFileSync } from 'node:fs';
import { templateName } from '../../src/apps-script/tab-view';
import { compileTemplate } from '../../src/template/template';
import { FILTER_NAMES } from '../../src/template/vocabulary';
import { type CellValue, isInstant } from '../../src/value/cell';
import { EVENT_FIELDS } from '../../src/value/usage-event';
import { berlin, cellsOf, compiled, instant, withProperties } from './fixture';

const page = readFileSync('docs/templates.md', 'utf8');

interface Example {
  readonly section: string;
  readonly template: string;
  readonly cell: string;
  readonly result: string;
}

/** The lines of a table; `\|` is a bar in a cell. */
const cellsIn = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replace(/\\\|/g, '|'));

const bare = (text: string): string => text.replace(/^`|`$/g, '');

function examples(): Example[] {
  return page.split('\n## ').flatMap((section) => {
    const lines = section.split('\n');
    const first = lines.indexOf('| template | cell | Lago gets |');
    return (first === -1 ? [] : lines.slice(first + 2))
      .filter((line) => line.startsWith('|'))
      .map((line) => {
        const [template = '', cell = '', result = ''] = cellsIn(line);
        return { section: lines[0] ?? '', template: bare(template), cell, result: bare(result) };
      });
  });
}

/** A cell as the page writes it: a number, TRUE, a time of the sheet, a text in quotes, or nothing. */
function readCell(text: string): { readonly value: CellValue; readonly shown: string } {
  const [, typed = '', , shown] = /^`(.*?)`( shown as `(.*)`)?$/.exec(text) ?? [];
  if (/^\d{4}-/.test(typed)) {
    const value = instant(`${typed.replace(' ', 'T')}:00+01:00`);
    return { value, shown: isInstant(value) ? value.wall : '' };
  }
  const value =
    typed === ''
      ? ''
      : (JSON.parse(/^(TRUE|FALSE)$/.test(typed) ? typed.toLowerCase() : typed) as CellValue);
  return { value, shown: shown ?? String(value) };
}

/** The property that Lago gets, as JSON; or the code of what the row is held for. */
function madeOf({ template, cell }: Example): string {
  const { value, shown } = readCell(cell);
  const columns = ['key', 'customer', 'at', 'cell'].map((name) => ({ name, header: name }));
  const reading = compiled(withProperties(`{ "made": ${template} }`), columns).render(
    cellsOf({ cell: value }, { cell: shown }),
    berlin,
  );
  return 'problems' in reading
    ? `held: ${reading.problems.map(({ code }) => code).join(', ')}`
    : JSON.stringify(reading.event.properties['made']);
}

describe('docs/templates.md', () => {
  test.each(examples())('is right about $template with $cell ($section)', (example) => {
    expect(madeOf(example)).toBe(example.result);
  });

  test('names each column as the sidebar does, and all of them can be written so', () => {
    const table = page.split('\n## ').find((section) => section.startsWith('Columns')) ?? '';
    const shown = [...table.matchAll(/^\| `row\.(\w+)` \| `(.*)` \|$/gm)].map(
      ([, name = '', header = '']) => ({ name, header }),
    );
    expect(shown.length).toBeGreaterThan(3);
    for (const { name, header } of shown) {
      expect(templateName(header, new Set())).toBe(name);
      for (const written of [`row.${name}`, `row["${header}"]`])
        expect(
          compileTemplate(
            `{ "transaction_id": "{{ ${written} }}", "external_subscription_id": "s", "code": "c" }`,
            [{ name, header }],
          ).problems.map(({ code }) => code),
        ).not.toContain('template.unknown-column');
    }
  });

  test('shows each filter, and no other', () => {
    const shown = examples()
      .filter(({ section }) => section === 'Filters')
      .flatMap(({ template }) => [...template.matchAll(/\| (\w+)/g)].map(([, name]) => name));
    expect([...new Set(shown)].sort()).toEqual(FILTER_NAMES);
  });

  test('names each field of an event, and no other', () => {
    const named = [...page.matchAll(/^\| `(\w+)` \| /gm)].map(([, name]) => name);
    expect(named.sort()).toEqual([...EVENT_FIELDS].sort());
  });

  test('begins with a template that compiles', () => {
    const text = page
      .split('\n')
      .filter((line) => line.startsWith('    '))
      .join('\n');
    const columns = ['usage_id', 'subscription', 'time', 'gigabytes', 'region'].map((name) => ({
      name,
      header: name,
    }));
    expect(compileTemplate(text, columns).problems).toEqual([]);
  });
});
