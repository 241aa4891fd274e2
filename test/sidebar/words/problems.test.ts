import { problem } from '../../../src/problem/problem';
import { toDoWords } from '../../../src/sidebar/words/problems';

test('a name that Lago does not know may be put right on either side', () => {
  expect(toDoWords(problem('event.unknown-subscription'))).toBe('to do in the sheet or in Lago');
  expect(toDoWords(problem('event.unknown-code'))).toBe('to do in the sheet or in Lago');
  expect(toDoWords(problem('row.empty-cell'))).toBe('to do in the sheet');
});
