import { problem } from '../../../src/problem/problem';
import { healthWords } from '../../../src/sidebar/words/health';
import { report } from '../../browser/canned-backend';
import { clean, group, view } from '../sync-view';

describe('the health of a sync', () => {
  test.each([
    ['that held and refused nothing is healthy', view(clean), 'Healthy', 'good'],
    ['that has not run yet says when it will', view(undefined), 'Active: not run yet', 'quiet'],
    [
      'that was only tested has not run yet',
      view({ ...clean, trigger: 'test' }),
      'Active: not run yet',
      'quiet',
    ],
    [
      'with held rows needs a person',
      view({ ...clean, rows: { ...clean.rows, hold: 1 } }),
      'Needs you',
      'warning',
    ],
    [
      'with refused rows needs a person',
      view({ ...clean, rows: { ...clean.rows, refused: 1 } }),
      'Needs you',
      'warning',
    ],
    [
      'with rows that differ from Lago needs a person',
      view({ ...clean, rows: { ...clean.rows, flag: 1 } }),
      'Needs you',
      'warning',
    ],
    [
      'that Lago did not answer tries again',
      view(clean, { failures: 2 }),
      'Trying again',
      'warning',
    ],
    [
      'that is stopped says so, whatever else it is',
      view(clean, { state: 'stopped' }, { state: 'draft' }),
      'Stopped',
      'bad',
    ],
    ['that is paused says so', view(report, {}, { state: 'paused' }), 'Paused', 'quiet'],
    [
      'that is being set up says at which step',
      view(undefined, {}, { state: 'draft', step: 'review' }),
      'Being set up: Review',
      'quiet',
    ],
  ] as const)('a sync %s', (_, shown, words, tone) => {
    expect(healthWords(shown)).toEqual({ words, tone });
  });

  test('rows that wait for their tick are no alarm, and not called healthy', () => {
    const unticked = group(problem('row.not-ready', { column: 'Checked' }), 12);
    const lastRun = { ...clean, rows: { ...clean.rows, hold: 12 }, problems: [unticked] };
    expect(healthWords(view(lastRun))).toEqual({ words: '12 rows not ticked yet', tone: 'quiet' });
    expect(healthWords(view({ ...lastRun, rows: { ...lastRun.rows, hold: 13 } })).words).toBe(
      'Needs you',
    );
  });
});
