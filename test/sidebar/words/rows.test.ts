import { problem } from '../../../src/problem/problem';
import {
  actionWords,
  countLines,
  goneRows,
  jumpWords,
  rowsWords,
  standingWords,
} from '../../../src/sidebar/words/rows';
import { report } from '../../browser/canned-backend';
import { group } from '../sync-view';

test('a row that was changed after it was sent is told apart', () => {
  expect(actionWords({ action: 'send', change: 'changed' })).toBe('To send as a new event');
  expect(actionWords({ action: 'sent', change: 'changed' })).toBe('Sent as a new event');
  expect(actionWords({ action: 'sent', change: 'unchanged' })).toBe('Sent');
  expect(actionWords({ action: 'flag', change: 'changed' })).toBe('Differs from Lago');
});

test('a jump says where the row is now, and how sure that is', () => {
  expect(jumpWords({ key: 'a' }, 1043)).toBe('Row 1043 is selected in the sheet.');
  expect(jumpWords({ key: 'a', row: 43 }, 43)).toBe('Row 43 is selected in the sheet.');
  expect(jumpWords({ key: 'a', row: 42 }, 43)).toBe(
    'Row 43 is selected in the sheet: it was row 42 before.',
  );
  expect(jumpWords({ row: 43 }, 43)).toMatch(
    /^Row 43 is selected in the sheet[.] It was looked for by its number/,
  );
});

test('rows that are gone from the sheet are told apart from those in it', () => {
  expect(rowsWords(1312, 0)).toBe('Rows: 1,312');
  expect(rowsWords(1312, 1)).toBe('Rows: 1,311, and 1 that is gone from the sheet');
  expect(rowsWords(12, 2)).toBe('Rows: 10, and 2 that are gone from the sheet');
  expect(goneRows(report)).toBe(0);
  expect(goneRows({ problems: [group(problem('row.removed', { key: 'a' }), 2, 'flag')] })).toBe(2);
  expect(
    goneRows({ problems: [group(problem('row.removed-uncorrected', { key: 'a' }), 3, 'flag')] }),
  ).toBe(3);
});

test('rows that were taken as billed elsewhere are not among the sent ones', () => {
  const lines = countLines({ ...report.rows, sent: 7, elsewhere: 5 }, true);
  expect(lines.map(({ label, amount }) => [label, amount])).toEqual(
    expect.arrayContaining([
      ['Already sent', 7],
      ['Taken as billed elsewhere', 5],
    ]),
  );
  const { elsewhere: _, ...older } = report.rows;
  expect(countLines(older, true).reduce((sum, { amount }) => sum + amount, 0)).toBe(240);
});

test('where a row stands says whether it goes by itself, and whether it comes on top', () => {
  expect(standingWords('send', true, undefined).words).toBe('Goes out with the next run');
  expect(standingWords('send', true, 'corrected').words).toBe(
    'Goes out with the next run, in the place of what Lago has',
  );
  expect(standingWords('send', false, 'added').words).toBe(
    'Would be sent by a run as a further event, on top of what Lago has',
  );
  expect(standingWords('hold', true, undefined)).toMatchObject({
    words: expect.stringMatching(/^Held/),
    tone: 'warning',
  });
  expect(standingWords('flag', true, 'added')).toMatchObject({
    words: expect.stringMatching(/^Differs/),
    tone: 'warning',
  });
  expect(standingWords('elsewhere', true, undefined).words).toContain('never sent to Lago');
});
