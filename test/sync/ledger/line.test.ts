import { readEvent, readIndex, readOutcome } from '../../../src/sync/ledger/line';

const INDEX = {
  id: 'a',
  key: 'a',
  kind: 'usage',
  revision: 1,
  content: { Amount: '5', constructor: '"x"' },
  templateRevision: 1,
  at: 7,
  digest: 'd',
};
const EVENT = {
  transaction_id: 'a',
  external_subscription_id: 's',
  code: 'c',
  timestamp: 7,
  properties: { n: 1 },
};
const OUTCOME = { id: 'a', state: 'accepted', at: 7, tries: 1, answer: '' };

const text = (whole: object, changes: object): string => JSON.stringify({ ...whole, ...changes });

test('whole columns say what was written', () => {
  const booked = {
    ...INDEX,
    kind: 'reversal',
    undoes: 'b',
    undoesToo: ['c'],
    unit: 'u',
    undoneRun: 4,
    usedAt: 3,
  };
  expect(readIndex(text(INDEX, {}))).toEqual(INDEX);
  expect(readIndex(text(booked, {}))).toEqual(booked);
  expect(readEvent(text(EVENT, { precise_total_amount_cents: '1' }))).toEqual({
    ...EVENT,
    precise_total_amount_cents: '1',
  });
  expect(readOutcome(text(OUTCOME, {}))).toEqual(OUTCOME);
});

test.each(['', '{', 'null', '[]', '1', '"a"'])('%j is no column', (altered) => {
  expect([readIndex(altered), readEvent(altered), readOutcome(altered)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test.each([
  { id: 1 },
  { key: null },
  { kind: 'other' },
  { revision: '1' },
  { content: ['5'] },
  { content: { Amount: 5 } },
  { templateRevision: undefined },
  { at: null },
  { digest: undefined },
  { digest: 7 },
  { undoes: 1 },
  { undoesToo: 'c' },
  { undoesToo: [1] },
  { unit: 1 },
  { undoneRun: '4' },
  { usedAt: '3' },
])('an index with %j was altered', (changes) => {
  expect(readIndex(text(INDEX, changes))).toBeUndefined();
});

test.each([
  { transaction_id: 1 },
  { external_subscription_id: undefined },
  { code: null },
  { timestamp: '7' },
  { precise_total_amount_cents: 1 },
  { properties: [] },
])('an event with %j was altered', (changes) => {
  expect(readEvent(text(EVENT, changes))).toBeUndefined();
});

test('an event that was adopted with a time that is none stays one', () => {
  expect(readEvent(text(EVENT, { timestamp: Number.NaN }))).toEqual({
    ...EVENT,
    timestamp: Number.NaN,
  });
});

test.each([{ id: 1 }, { state: 'sent' }, { at: '7' }, { tries: null }, { answer: undefined }])(
  'an outcome with %j was altered',
  (changes) => {
    expect(readOutcome(text(OUTCOME, changes))).toBeUndefined();
  },
);

test('a line says the end of its period, and what the invoice of that had, if they are known', () => {
  expect(readIndex(text(INDEX, { periodEnd: 9 }))?.periodEnd).toBe(9);
  expect(readIndex(text(INDEX, { periodEnd: 'soon' }))).toBeUndefined();
  for (const bill of ['billed', 'not-billed', 'untold'])
    expect(readOutcome(text(OUTCOME, { bill }))?.bill).toBe(bill);
  expect(readOutcome(text(OUTCOME, {}))?.bill).toBeUndefined();
  expect(readOutcome(text(OUTCOME, { bill: 'perhaps' }))).toBeUndefined();
});
