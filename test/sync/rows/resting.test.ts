import fc from 'fast-check';
import {
  forget,
  isTracked,
  restingRule,
  type Touched,
  touch,
  untouched,
} from '../../../src/sync/rows/resting';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const row = (key: string, content = 'f') => ({ key, content });
const rests = (touched: Touched, now: number, key = 'a', content = 'f'): boolean =>
  restingRule(touched, 5 * MINUTE, now, 15 * MINUTE)(key, content);

describe('a row after an edit', () => {
  const edited = touch(untouched, [row('a')], HOUR, true);

  it.each([
    [0, true],
    [5 * MINUTE - 1, true],
    [5 * MINUTE, false],
  ])('%i ms later rests: %j', (age, expected) => {
    expect(rests(edited, HOUR + age)).toBe(expected);
  });

  it('rests anew after a further edit, and after one that was undone', () => {
    const later = touch(edited, [row('a', 'g')], HOUR + 3 * MINUTE, true);
    expect(rests(later, HOUR + 7 * MINUTE, 'a', 'g')).toBe(true);
    const back = touch(later, [row('a', 'f')], HOUR + 6 * MINUTE, true);
    expect(rests(back, HOUR + 10 * MINUTE, 'a', 'f')).toBe(true);
    expect(rests(back, HOUR + 11 * MINUTE, 'a', 'f')).toBe(false);
  });

  it('keeps its moment when it is only seen again', () => {
    const seen = touch(edited, [row('a')], HOUR + 3 * MINUTE, false);
    expect(rests(seen, HOUR + 5 * MINUTE)).toBe(false);
    expect(seen.tabAt).toBe(HOUR);
  });

  it('that no run saw rests while the tab is being edited', () => {
    expect(rests(edited, HOUR + MINUTE, 'other')).toBe(true);
    expect(rests(edited, HOUR + 5 * MINUTE, 'other')).toBe(false);
    expect(rests(untouched, HOUR, 'other')).toBe(false);
  });

  it('is tracked with this very content', () => {
    expect(isTracked(edited)('a', 'f')).toBe(true);
    expect(isTracked(edited)('a', 'g')).toBe(false);
    expect(isTracked(edited)('b', 'f')).toBe(false);
  });

  it('is forgotten when it was sent', () => {
    const both = touch(edited, [row('b')], HOUR + MINUTE, true);
    const sent = forget(both, [row('a')]);
    expect(isTracked(sent)('a', 'f')).toBe(false);
    expect(isTracked(sent)('b', 'f')).toBe(true);
    expect(forget(sent, [row('b')]).moments).toEqual({});
  });

  it('is forgotten after a day', () => {
    expect(isTracked(touch(edited, [row('b')], 26 * HOUR, true))('a', 'f')).toBe(false);
    expect(isTracked(touch(edited, [row('b')], 24 * HOUR, true))('a', 'f')).toBe(true);
  });

  it('keeps two rows of one moment', () => {
    const both = touch(edited, [row('b')], HOUR, true);
    expect([isTracked(both)('a', 'f'), isTracked(both)('b', 'f')]).toEqual([true, true]);
  });
});

describe('what is remembered', () => {
  it('never grows beyond what a property holds, and the newest edit is among it', () => {
    const steps = fc.array(
      fc.record({ rows: fc.nat(900), pause: fc.nat(HOUR), byEdit: fc.boolean() }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        let now = HOUR;
        let touched = untouched;
        list.forEach(({ rows, pause, byEdit }, step) => {
          now += pause;
          touched = touch(
            touched,
            Array.from({ length: rows }, (_, index) => row(`k${step}-${index}`)),
            now,
            byEdit,
          );
          expect(JSON.stringify(touched).length).toBeLessThanOrEqual(9_000);
          if (rows > 0) expect(isTracked(touched)(`k${step}-0`, 'f')).toBe(true);
        });
      }),
      { numRuns: 30 },
    );
  });
});
