import { type Problem, problem } from '../../../src/problem/problem';
import type { SyncView } from '../../../src/rpc/contract';
import { approvalWords, heldWords } from '../../../src/sidebar/words/approval';
import { healthWords } from '../../../src/sidebar/words/health';
import { countLines } from '../../../src/sidebar/words/rows';
import { restWords } from '../../../src/sidebar/words/runs';
import { clean, view } from '../sync-view';

describe('a run that waits for an approval', () => {
  const volume = problem('run.volume', { events: 12_000, limit: 10_000 });
  const removals = problem('run.removals', { removed: 300, events: 280, name: 'Usage' });
  const asks = { events: 12_000, removed: 1 };
  const waiting = (found: Problem): SyncView =>
    view({ ...clean, left: 12_000, stopped: found, asks }, { state: 'stopped', problem: found });

  test('is shown as what it waits for', () => {
    expect(healthWords(waiting(volume)).words).toBe('Waits for your approval');
    expect(healthWords(waiting(removals)).words).toBe('Waits for your approval');
    expect(healthWords(waiting(problem('lago.unauthorized'))).words).toBe('Stopped');
    expect(restWords({ ...clean, left: 12_000, asks })).toEqual([
      '12,000 waiting for your approval',
    ]);
    expect(countLines(clean.rows, true, true)[0]?.hint).toBe('wait for your approval');
  });

  test('names its numbers on the button', () => {
    expect(approvalWords(volume, asks).button).toBe('Send 12,000 events');
    expect(approvalWords(volume, { events: 1, removed: 0 }).button).toBe('Send 1 event');
    expect(approvalWords(removals, { events: 280, removed: 300 }).button).toBe(
      'Yes, 300 rows are gone; send 280 events',
    );
    expect(approvalWords(removals, { events: 0, removed: 1 }).button).toBe('Yes, 1 row is gone');
  });

  test('says before what comes of it', () => {
    expect(approvalWords(removals, { events: 280, removed: 300 }).question).toBe(
      'Is it right that 300 rows are gone from the tab? Lago keeps what it has of them. Then 280 events are sent. Sent events are billed.',
    );
    expect(approvalWords(removals, { events: 0, removed: 1 }).question).toBe(
      'Is it right that 1 row is gone from the tab? Lago keeps what it has of it.',
    );
    expect(approvalWords(removals, { events: 0, removed: 1 }, true).question).toBe(
      'Is it right that 1 row is gone from the tab? What Lago has of it is taken back where that is possible.',
    );
  });
});

test('why rows would be held is told with their code where there are several', () => {
  const max = { code: 'peak', because: 'a lower value does not replace a maximum' };
  expect(heldWords([])).toBe('');
  expect(heldWords([{ code: 'calls', because: undefined }])).toBe('');
  expect(heldWords([max])).toBe(
    ' It is held and shown, because a lower value does not replace a maximum.',
  );
  expect(heldWords([max, { code: 'calls', because: undefined }])).toBe(
    ' It is held and shown for “peak”, because a lower value does not replace a maximum.',
  );
});
