import { draftOf } from '../../../../src/sidebar/draft/draft';
import {
  asksForFirst,
  isAsChosen,
  isSameTimes,
  missingChoice,
  type Times,
} from '../../../../src/sidebar/screens/setup/activation-choices';
import { dryRun, sync } from '../../../browser/canned-backend';

const waiting = { ...dryRun, counts: { ...dryRun.counts, send: 3 } };
const chosen = { ...draftOf(sync), changed: 'flag', removed: 'ignore' } as const;

describe('what becomes of the rows that are there', () => {
  test('is asked only of a draft with rows that wait', () => {
    expect(asksForFirst('draft', waiting)).toBe(true);
    expect(asksForFirst('draft', { ...dryRun, counts: { ...dryRun.counts, send: 0 } })).toBe(false);
    expect(asksForFirst('active', waiting)).toBe(false);
    expect(asksForFirst('paused', waiting)).toBe(false);
  });

  test('has to be chosen first, and "from now on" to be done', () => {
    expect(missingChoice(true, undefined, chosen)).toMatch(/rows that are there now/);
    expect(missingChoice(true, 'now', chosen)).toMatch(/^Take the rows as billed first/);
    expect(missingChoice(true, 'everything', chosen)).toBeUndefined();
  });
});

test('what happens with changed and with removed rows has to be chosen', () => {
  const missing = 'Choose what happens with changed and with removed rows.';
  expect(missingChoice(false, undefined, { ...chosen, changed: undefined })).toBe(missing);
  expect(missingChoice(true, 'everything', { ...chosen, removed: undefined })).toBe(missing);
  expect(missingChoice(false, undefined, chosen)).toBeUndefined();
});

test('a sync is as it was chosen until a policy differs; late usage is held unless said otherwise', () => {
  expect(isAsChosen(chosen, chosen)).toBe(true);
  expect(isAsChosen({ ...chosen, late: 'hold' }, chosen)).toBe(true);
  expect(isAsChosen({ ...chosen, late: 'book' }, chosen)).toBe(false);
  expect(isAsChosen({ ...chosen, changed: 'add' }, chosen)).toBe(false);
  expect(isAsChosen({ ...chosen, removed: 'flag' }, chosen)).toBe(false);
});

test('the times are the same until the schedule, its hour or the trigger on edits differs', () => {
  const daily: Times = { schedule: { every: 'day', hour: 7 }, onEdit: true };
  expect(isSameTimes(daily, { ...daily })).toBe(true);
  expect(isSameTimes(daily, { ...daily, onEdit: false })).toBe(false);
  expect(isSameTimes(daily, { ...daily, schedule: { every: 'day', hour: 8 } })).toBe(false);
  const hourly: Times = { schedule: { every: 60 }, onEdit: true };
  expect(isSameTimes(hourly, daily)).toBe(false);
});
