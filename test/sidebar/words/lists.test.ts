import { inWords } from '../../../src/sidebar/words/lists';

test('texts stand in a sentence', () => {
  expect([inWords([]), inWords(['a']), inWords(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c']);
});
