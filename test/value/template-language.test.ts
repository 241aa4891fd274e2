import { compileTemplate } from '../../src/template/template';
import { inBrackets, readsAs } from '../../src/value/template-language';

test.each([
  ['gb', 'row.gb'],
  ['used (gb)', "row['used (gb)']"],
  ["driver's hours", `row["driver's hours"]`],
  ['3d', "row['3d']"],
])('the column %s is read as %s', (name, expression) => {
  expect(readsAs(name)).toBe(expression);
});

test('brackets take double quotes where they are asked for', () => {
  expect(inBrackets('used (gb)', '"')).toBe('["used (gb)"]');
  expect(inBrackets('12" disks')).toBe(`['12" disks']`);
});

test.each(['gb', 'used (gb)', `it's`, `12"`, `12" it's \\ both`])(
  'a template finds the column %s as it is written',
  (name) => {
    for (const quote of ["'", '"'] as const) {
      const text = `{ "transaction_id": "{{ ${readsAs(name, quote)} }}",
        "external_subscription_id": "s", "code": "c", "timestamp": 1 }`;
      expect(compileTemplate(text, [{ name, header: name }]).problems).toEqual([]);
    }
  },
);
