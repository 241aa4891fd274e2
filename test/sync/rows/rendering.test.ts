import { remembering } from '../../../src/sync/rows/rendering';
import type { Template } from '../../../src/template/template';
import type { Cells } from '../../../src/value/cell';
import type { TimeRule } from '../../../src/value/time';

const UTC: TimeRule = { sheetZone: 'UTC', periodZone: 'UTC', dateOnly: 'noon' };
const cellsOf = (value: string): Cells => new Map([['id', { value, shown: value }]]);

/** A template that counts what it renders. */
function counting(): { template: Template; rendered: () => number } {
  let count = 0;
  const render: Template['render'] = () => {
    count += 1;
    return { problems: [] };
  };
  return { template: { reads: [], idColumns: [], render }, rendered: () => count };
}

describe('a template that remembers', () => {
  test('renders the cells of a row once, however often they are asked for', () => {
    const { template, rendered } = counting();
    const remembered = remembering(template);
    const [first, second] = [cellsOf('r1'), cellsOf('r1')];
    const readings = [first, second, first, second].map((cells) => remembered.render(cells, UTC));
    expect(rendered()).toBe(2);
    expect(readings[2]).toBe(readings[0]);
  });

  test.each<[string, Partial<TimeRule>]>([
    ['another zone of the sheet', { sheetZone: 'Asia/Tokyo' }],
    ['another zone of the period', { periodZone: 'Asia/Tokyo' }],
    ['another hour of a date', { dateOnly: 'start-of-day' }],
  ])('renders them again by %s', (_, change) => {
    const { template, rendered } = counting();
    const remembered = remembering(template);
    const cells = cellsOf('r1');
    remembered.render(cells, UTC);
    remembered.render(cells, { ...UTC, ...change });
    expect(rendered()).toBe(2);
  });
});
