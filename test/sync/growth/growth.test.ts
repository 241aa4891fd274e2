import { isSameText } from '../../../src/sync/billing/correction';
import { played } from '../../bundle/long';
import { CallCounter } from './calls';
import { LAGO_WAYS } from './lago-ways';
import { PLAN_WAYS, type Way } from './plan-ways';

/** As few as show it: everything is prepared for each way. */
const FEW = 100;
/** Linear is 4, with a logarithm 5 to 8, quadratic 16. */
const MOST_GROWTH = 9;
/** What is done less often than this for each row does not matter, however it grows. */
const NOTICED = 2;

/** Places in the sources that are run far more than four times as often for four times the rows. */
function growing({ prepare, few = FEW }: Way, counter: CallCounter): string[] {
  const little = counter.count(prepare(few));
  const much = counter.count(prepare(4 * few));
  return [...much].flatMap(([place, count]) => {
    const before = little.get(place) ?? 0;
    return before > 0 && count > NOTICED * 4 * few && count > MOST_GROWTH * before
      ? [`${place}: ${before} times, then ${count}`]
      : [];
  });
}

describe('four times the rows take four times the steps', () => {
  const counter = new CallCounter();
  afterAll(() => counter.stop());

  // A short run has every sixth of them: counting slows everything down.
  const ways = played([...PLAN_WAYS, ...LAGO_WAYS], 6);

  it.each(ways.map((way) => [way.name, way] as const))('%s', (_, way) => {
    expect(growing(way, counter)).toEqual([]);
  });

  it('and a search in a search is found', () => {
    const search: Way = {
      name: 'search',
      prepare: (count) => () => {
        const rows = Array.from({ length: count }, (_, place) => ({ value: place }));
        return rows.map(({ value }) => rows.filter((row) => isSameText(row.value, value)).length);
      },
    };
    expect(growing(search, counter)).not.toEqual([]);
  });
});
