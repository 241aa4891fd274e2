import type { LineView } from '../../../../src/rpc/contract';
import { isBilled, isOwn, takenBackBy } from '../../../../src/sidebar/screens/sync/row-history';

const line = (id: string, more: Partial<LineView> = {}): LineView => ({
  id,
  kind: 'usage',
  revision: 1,
  state: 'accepted',
  answer: '',
  event: '{}',
  at: 0,
  ...more,
});
const first = line('a');
const reversal = line('b', { kind: 'reversal', undoes: 'a' });

test('usage and what was found in Lago are the row’s own events; a reversal and a baseline are not', () => {
  expect([first, line('c', { kind: 'adopted' })].every(isOwn)).toBe(true);
  expect([reversal, line('d', { kind: 'baseline' })].some(isOwn)).toBe(false);
});

test('an event is taken back by an accepted reversal, not by one that is on its way', () => {
  expect(takenBackBy(first, [reversal, first])).toBe('b');
  expect(takenBackBy(first, [{ ...reversal, state: 'pending' }, first])).toBeUndefined();
  expect(takenBackBy(reversal, [reversal, first])).toBeUndefined();
});

test('a row is billed while one of its accepted events is not taken back', () => {
  expect(isBilled([first])).toBe(true);
  expect(isBilled([reversal, first])).toBe(false);
  expect(isBilled([line('c', { revision: 2 }), reversal, first])).toBe(true);
  expect(isBilled([line('c', { state: 'rejected' })])).toBe(false);
  expect(isBilled([line('d', { kind: 'baseline' })])).toBe(false);
});
