import { activate, createWorld, fireHourly, HEADERS, HOUR, inLago } from './world';

const template = (field: string, text: string): string =>
  JSON.stringify({
    transaction_id: '{{ row.id }}',
    external_subscription_id: '{{ row.subscription }}',
    code: 'calls',
    timestamp: 0,
    properties: { amount: 0, note: '' },
    [field]: text,
  })
    .replace('"timestamp":0', '"timestamp":{{ row.time | unix }}')
    .replace('"amount":0', '"amount":{{ row.amount }}');

/** In the second row Lago cannot take the field. */
const FIELDS: readonly (readonly [string, string])[] = [
  ['transaction_id', "{{ row.id }}-{{ row.note | split: '' | first }}"],
  ['external_subscription_id', "acme{{ row.note | split: '' | first | replace: 'x', '' }}"],
  ['code', "calls{{ row.note | split: '' | first | replace: 'x', '' }}"],
];

const rows = (note: string): string[][] =>
  ['x', note, 'x'].map((each, index) => [
    `r${index + 1}`,
    'acme',
    '2026-11-03 10:00',
    String(index + 1),
    each,
  ]);

describe.each(['postgres', 'clickhouse'] as const)(
  'an event that Lago cannot take, on %s',
  (store) => {
    const held = (text: string, note: string): { amounts: string[]; problems: string[] } => {
      const headers = [...HEADERS, 'note'];
      const world = createWorld({ store, headers, rows: rows(note) });
      const id = activate(world, { headers, template: text });
      for (let hour = 0; hour < 2; hour++) {
        fireHourly(world);
        world.time.now += HOUR;
      }
      const { problems } = world.ask('dryRun', { id });
      return {
        amounts: inLago(world).map((each) => each.replace(/.*= /, '')),
        problems: problems.map(({ problem, action }) => `${action} ${problem.code}`),
      };
    };

    it.each(FIELDS)(
      'is held where %s has half of a character, and the others are sent',
      (field, text) => {
        expect(held(template(field, text), '😀')).toEqual({
          amounts: ['1', '3'],
          problems: ['hold event.text'],
        });
      },
    );

    it('is held where a property has half of a character, and the others are sent', () => {
      const text = template('code', 'calls').replace(
        '"note":""',
        `"note":"{{ row.note | split: '' | first }}"`,
      );
      expect(held(text, '😀')).toEqual({ amounts: ['1', '3'], problems: ['hold event.text'] });
    });

    it('is held where a property has NUL, and the others are sent', () => {
      const text = template('code', 'calls').replace(
        '"note":""',
        '"note":"{% if row.note == \'nul\' %}\\u0000{% endif %}"',
      );
      expect(held(text, 'nul')).toEqual({ amounts: ['1', '3'], problems: ['hold event.text'] });
    });
  },
);
