import fc from 'fast-check';
import { Pace, widestAt } from '../../src/lago/pace';

/** Requests of a second at most, whenever it begins. @param left when each left (ms), in order */
const mostInASecond = (left: readonly number[]): number =>
  Math.max(0, ...left.map((at) => left.filter((other) => other >= at && other < at + 1000).length));

describe('the pace', () => {
  it('lets as many leave at once as a second may have, and the next ones a second later', () => {
    const pace = new Pace();
    expect(pace.waitMs(5, 1000, 5)).toBe(0);
    pace.leave(5, 1000);
    expect(pace.waitMs(1, 1300, 5)).toBe(700);
    expect(pace.waitMs(5, 2000, 5)).toBe(0);
  });

  it('counts those that left one by one', () => {
    const pace = new Pace();
    for (const at of [0, 100, 200, 300]) pace.leave(1, at);
    expect([1, 2, 3, 4, 5].map((count) => pace.waitMs(count, 400, 5))).toEqual([
      0, 600, 700, 800, 900,
    ]);
  });

  it('lets none leave while Lago has closed', () => {
    const pace = new Pace();
    pace.close(5000);
    pace.close(4000);
    expect([pace.waitMs(1, 4500, 50), pace.waitMs(1, 5001, 50)]).toEqual([500, 0]);
  });

  it('keeps the rate in every second, whoever sends', () => {
    const step = fc.record({ count: fc.integer({ min: 1, max: 20 }), pause: fc.nat(2_000) });
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 2, maxLength: 30 }),
        fc.integer({ min: 1, max: 50 }),
        (steps, perSecond) => {
          const pace = new Pace();
          const left: number[] = [];
          let now = 0;
          for (const { count, pause } of steps) {
            const together = Math.min(count, widestAt(perSecond));
            now += pause;
            now += pace.waitMs(together, now, perSecond);
            pace.leave(together, now);
            left.push(...Array.from({ length: together }, () => now));
          }
          expect(mostInASecond(left)).toBeLessThanOrEqual(perSecond);
        },
      ),
    );
  });
});

it.each([
  [0.5, 1],
  [1, 1],
  [7.9, 7],
  [25, 20],
])('at %d a second %i leave together', (perSecond, expected) => {
  expect(widestAt(perSecond)).toBe(expected);
});
