import type { EventsStoreName } from '../../sandbox/lago';
import { differentAnswers, type Exchange } from './recordings/answers';
import { type Bill, differentAmounts } from './recordings/bills';
import { type PerStore, readRecording, recordedFor } from './recordings/recording';

const answers = readRecording<Exchange>('answers');
const bills = readRecording<Bill>('bills');

const answeredOtherwise = (exchanges: readonly Exchange[], store: EventsStoreName): string[] =>
  differentAnswers(exchanges, store, Date.parse(answers.recorded));
const billedOtherwise = (bill: Bill, store: EventsStoreName): string[] =>
  differentAmounts(bill, store, Date.parse(bills.recorded));

/** As if something else had been recorded; `change` gets and returns JSON. */
const changed = <E extends PerStore<unknown>>(
  entry: E,
  store: EventsStoreName,
  change: (recorded: string) => string,
): E => ({ ...entry, both: JSON.parse(change(JSON.stringify(recordedFor(entry, store)))) });

/** One more in place of the first number: the status of an answer, the cents of a bill. */
const withOneMore = (recorded: string): string =>
  recorded.replace(/(?<=[[:,])-?\d+(?=[\],}])/, (number) => `${Number(number) + 1}`);

describe.each(['postgres', 'clickhouse'] as const)('on %s', (store) => {
  test('the fake answers as a running Lago did', () => {
    expect(answeredOtherwise(answers.entries, store)).toEqual([]);
  });

  test('the fake bills as a running Lago did', () => {
    expect(bills.entries.flatMap((bill) => billedOtherwise(bill, store))).toEqual([]);
  });

  test('another status of any answer is found', () => {
    const others = answers.entries.map((exchange) => changed(exchange, store, withOneMore));
    const found = answeredOtherwise(others, store).map((line) => line.replace(/: .*/, ''));
    expect(found).toEqual(answers.entries.map(({ name }) => name));
  });

  test('another value in an answer is found', () => {
    const others = answers.entries.map((exchange) =>
      exchange.name === 'event get'
        ? changed(exchange, store, (recorded) => recorded.replace('RUN_count', 'RUN_other'))
        : exchange,
    );
    expect(answeredOtherwise(others, store)).toEqual([
      'event get.event.2: "RUN_other" / "RUN_count"',
    ]);
  });

  test('one cent more in any bill is found', () => {
    const found = bills.entries.map((bill) =>
      billedOtherwise(changed(bill, store, withOneMore), store),
    );
    expect(found.filter(({ length }) => length !== 1)).toEqual([]);
  });
});
