import { headersOf, sheet } from './sheet-table';

describe('a table of text', () => {
  it('is read as a tab', () => {
    const reading = sheet(
      `| id | when | n | ok |
       | a  | @2026-03-02 | 5 | TRUE |
       (blank)
       | '7 | @2026-03-02T10:00:00Z |  | FALSE |`,
      3,
    );
    expect(reading).toEqual({
      firstRow: 3,
      values: [
        ['id', 'when', 'n', 'ok'],
        ['a', { ms: Date.parse('2026-03-02'), dateOnly: true, wall: '2026-03-02' }, 5, true],
        ['', '', '', ''],
        [
          '7',
          { ms: Date.parse('2026-03-02T10:00:00Z'), dateOnly: false, wall: '2026-03-02 10:00:00' },
          '',
          false,
        ],
      ],
      shown: [
        ['id', 'when', 'n', 'ok'],
        ['a', '2026-03-02', '5', 'TRUE'],
        ['', '', '', ''],
        ['7', '2026-03-02T10:00:00Z', '', 'FALSE'],
      ],
    });
    expect(headersOf('| a | b |')).toEqual(['a', 'b']);
  });
});
