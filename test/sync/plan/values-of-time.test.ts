import fc from 'fast-check';
import type { LedgerEntry } from '../../../src/sync/ledger/entry';
import { ValuesOfTime } from '../../../src/sync/plan/values-of-time';
import { freshEntries } from '../fixture';

const [SAMPLE] = freshEntries(1);

/** What was sent at a second for the row of a key. */
function sentAt(key: string, seconds: number): LedgerEntry {
  if (SAMPLE === undefined) throw new Error('no entry');
  return {
    ...SAMPLE,
    index: { ...SAMPLE.index, key },
    event: { ...SAMPLE.event, timestamp: seconds },
  };
}

const PLACES = new Map(['a', 'b', 'c', 'd', 'e'].map((key, place) => [key, place]));

test('the last value before a row is the one that looking at each of them finds', () => {
  const values = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'gone'), fc.integer({ min: 0, max: 20 })),
  );
  const until = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined });
  const asking = fc.tuple(fc.constantFrom(...PLACES.keys()), until, fc.boolean());
  fc.assert(
    fc.property(values, asking, (given, [key, former, ownCounts]) => {
      const place = PLACES.get(key) ?? 0;
      const countsBefore = given.filter(([other, seconds]) => {
        if (other === key) return ownCounts;
        if (other === 'gone') return true;
        return former === undefined ? (PLACES.get(other) ?? 0) < place : seconds <= former;
      });
      const expected =
        countsBefore.length === 0
          ? undefined
          : Math.max(...countsBefore.map(([, seconds]) => seconds));
      const found = new ValuesOfTime(
        given.map((each) => sentAt(...each)),
        PLACES,
      ).lastBefore({ place, key, until: former, isOwn: () => ownCounts });
      expect(found).toBe(expected);
    }),
  );
});

test('ten thousand rows of one date look at the values of few others', () => {
  const count = 10_000;
  let looks = 0;
  const entries = Array.from({ length: count }, (_, at) => {
    const { event, ...entry } = sentAt(`r${at}`, at);
    return {
      ...entry,
      get event() {
        looks++;
        return event;
      },
    };
  });
  const values = new ValuesOfTime(
    entries,
    new Map(entries.map(({ index }, at) => [index.key, at])),
  );
  looks = 0;
  for (let at = 0; at < count; at++) {
    const row = { place: at, key: `r${at}`, isOwn: () => false };
    expect(values.lastBefore({ ...row, until: undefined })).toBe(at === 0 ? undefined : at - 1);
    expect(values.lastBefore({ ...row, until: at })).toBe(at === 0 ? undefined : at - 1);
  }
  expect(looks).toBeLessThan(40 * count);
});
