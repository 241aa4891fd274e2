import { restWords, runSentence, runTimeWords } from '../../../src/sidebar/words/runs';
import { report } from '../../browser/canned-backend';
import { clean } from '../sync-view';

test('what is nothing is not said', () => {
  expect(restWords(clean)).toEqual([]);
  expect(restWords({ ...report, left: 1234 })).toEqual([
    '18 rows held',
    '1 refused',
    '2 changed or removed after sending',
    '1,234 left for the next run',
  ]);
});

test('of a test the rows that it was not about are not said', () => {
  expect(restWords({ ...report, trigger: 'test', rejected: 0, left: 200 })).toEqual([]);
  expect(restWords({ ...report, trigger: 'test', rejected: 1 })).toEqual(['1 refused']);
});

test('a sentence says when, by whom and how much', () => {
  expect(runSentence({ ...clean, delivered: 1, trigger: 'edit' })).toMatch(
    /, after an edit: 1 event sent\.$/,
  );
});

test('a run that took back another one says how much of which', () => {
  const undone = { startedAt: Date.UTC(2026, 10, 20, 9), events: 300 };
  expect(runSentence({ ...clean, delivered: 298, undone })).toMatch(
    /: Took back 300 events of the run of .*2026.*\.$/,
  );
});

test('several runs that are told as one say from when to when they were', () => {
  expect(runTimeWords(clean)).not.toContain('run');
  expect(runTimeWords({ ...clean, repeats: 2 })).toMatch(/ to .*, 3 runs$/);
});
