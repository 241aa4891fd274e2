import {
  afterConnecting,
  isFirstStep,
} from '../../../../src/sidebar/screens/setup/after-connecting';
import { firstState, reduce } from '../../../../src/sidebar/state';
import { CannedServer } from '../../../browser/canned-backend';

const { setup } = reduce(firstState, { type: 'setup-began' });
const none = { home: { syncs: [] }, setup: undefined, review: undefined };
const one = { ...none, home: { syncs: [new CannedServer().view('s1')] } };

test('the connection is a step of the guided way while a sync is set up, and in a file that has none', () => {
  expect(isFirstStep(none)).toBe(true);
  expect(isFirstStep({ ...one, setup })).toBe(true);
  expect(isFirstStep(one)).toBe(false);
  expect(isFirstStep({ ...none, review: 's1' })).toBe(false);
});

test('it leads to the review for which it was opened, else on in the guided way, else home', () => {
  expect(afterConnecting({ ...one, setup, review: 's1' })).toEqual({
    words: 'Next: review',
    action: { type: 'opened', screen: { name: 'activation', id: 's1' } },
  });
  expect(afterConnecting({ ...one, setup })).toEqual({
    words: 'Next: choose the rows',
    action: { type: 'stepped', step: 'rows' },
  });
  expect(afterConnecting(none)).toEqual({
    words: 'Next: choose the rows',
    action: { type: 'setup-began' },
  });
  expect(afterConnecting(one)).toEqual({
    words: 'Done',
    action: { type: 'opened', screen: { name: 'home' } },
  });
});
