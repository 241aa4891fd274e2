import { differentAnswers, type Exchange } from './recordings/answers';
import { type Bill, differentAmounts } from './recordings/bills';
import { readRecording } from './recordings/recording';

const answers = readRecording<Exchange>('answers');
const bills = readRecording<Bill>('bills');
const STORES = ['postgres', 'clickhouse'] as const;

test.each(STORES)('the fake answers on %s as a running Lago did', (store) => {
  expect(differentAnswers(answers.entries, store, Date.parse(answers.recorded))).toEqual([]);
});

test.each(STORES)('the fake bills on %s as a running Lago did', (store) => {
  const atMs = Date.parse(bills.recorded);
  expect(bills.entries.flatMap((bill) => differentAmounts(bill, store, atMs))).toEqual([]);
});
