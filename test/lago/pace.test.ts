import fc from 'fast-check';
import { pace } from '../../src/lago/pace';

describe('the pace', () => {
  it.each([
    [0, 1_000, 10, 10, { waitMs: 0, busyUntil: 2_000 }],
    [2_000, 1_500, 5, 10, { waitMs: 500, busyUntil: 2_500 }],
    [2_000, 9_000, 1, 2, { waitMs: 0, busyUntil: 9_500 }],
    [100.4, 100, 1, 1, { waitMs: 1, busyUntil: 1_100.4 }],
  ])(
    'busy until %d, at %d, for %i requests at %i a second',
    (busyUntil, now, count, perSecond, expected) => {
      expect(pace(busyUntil, now, count, perSecond)).toEqual(expected);
    },
  );

  it('keeps the rate over any stretch of time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.nat(2_000)), {
          minLength: 2,
          maxLength: 30,
        }),
        fc.integer({ min: 1, max: 50 }),
        (steps, perSecond) => {
          let now = 0;
          let busyUntil = 0;
          let last = { at: 0, count: 0 };
          for (const [count, pause] of steps) {
            now += pause;
            const paced = pace(busyUntil, now, count, perSecond);
            now += paced.waitMs;
            busyUntil = paced.busyUntil;
            expect(now + 1e-6).toBeGreaterThanOrEqual(
              last.at + (last.count * 1000) / perSecond - 1,
            );
            last = { at: now, count };
          }
        },
      ),
    );
  });
});
