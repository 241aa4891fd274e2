import { stepWords } from '../../../src/sidebar/words/steps';
import { sync } from '../../browser/canned-backend';

test('setting up begins with the rows', () => {
  expect(stepWords(sync)).toBe('Rows');
});
