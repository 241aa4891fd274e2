import { readFileSync } from 'node:fs';
import { PROBLEM_PAGE, problemPage } from './problem-page';

test('docs/problems.md says what the catalogue says (npm run docs writes it)', () => {
  expect(readFileSync(PROBLEM_PAGE, 'utf8')).toBe(problemPage());
});
