import {
  FINDING_KINDS,
  fixOf,
  fixOfAll,
  isAlike,
  isOpen,
  NOTHING_FIXED,
  needsRun,
} from '../../../../src/sidebar/screens/month/findings';
import { finding, reconciled } from '../../../browser/canned-backend';

const missing = { ...finding('missing', 'u1'), fix: 'send' } as const;
const foreign = { ...finding('foreign', 'u2'), fix: 'take-back' } as const;
const unsent = { ...finding('unsent', 'u3'), fix: 'run' } as const;

test('each kind of findings has its section', () => {
  expect(FINDING_KINDS.map(([kind]) => kind).sort()).toEqual(Object.keys(reconciled.counts).sort());
});

test('what a run or a decision helps with is nothing that the server fixes', () => {
  expect([missing, foreign, unsent].map(fixOf)).toEqual(['send', 'take-back', undefined]);
  expect(fixOfAll([unsent, missing])).toBe('send');
  expect(fixOfAll([unsent])).toBeUndefined();
});

test('a finding is open until it is fixed or left as it is', () => {
  const { id } = missing;
  expect(isOpen(missing, NOTHING_FIXED)).toBe(true);
  expect(isOpen(missing, { ...NOTHING_FIXED, done: new Set([id]) })).toBe(false);
  expect(isOpen(missing, { ...NOTHING_FIXED, left: new Map([[id, 'why']]) })).toBe(false);
  expect(isOpen(unsent, NOTHING_FIXED)).toBe(false);
});

test('a run follows findings that wait for one, and fixes that are not done by changing the ledger alone', () => {
  const done = new Set(['u1']);
  expect(needsRun([unsent], NOTHING_FIXED)).toBe(true);
  expect(needsRun([missing], NOTHING_FIXED)).toBe(false);
  expect(needsRun([missing], { ...NOTHING_FIXED, done })).toBe(true);
  expect(needsRun([{ ...missing, fix: 'adopt' }], { ...NOTHING_FIXED, done })).toBe(false);
});

test('advice is shown once if all findings have the same', () => {
  expect(isAlike([missing, { ...missing, id: 'u9' }])).toBe(true);
  expect(isAlike([missing, { ...missing, advice: 'Something else.' }])).toBe(false);
});
