import Big from 'big.js';

/**
 * Values that count from a moment on that is still to come, with what they come to on the way. It
 * never changes: with one more value there is another one, which shares nearly all of it. So a
 * value can be tried at little cost, however many there are.
 */
export interface ValuesAhead {
  /** The moment of its own value (ms). */
  readonly at: number;
  readonly value: Big;
  /** Values before that, and after it. */
  readonly earlier: ValuesAhead | undefined;
  readonly later: ValuesAhead | undefined;
  /** The sum of all values. */
  readonly sum: Big;
  /** The lowest sum up to one of the moments. */
  readonly lowest: Big;
}

const ZERO = new Big(0);

type Parts = Pick<ValuesAhead, 'at' | 'value' | 'earlier' | 'later'>;

function joined({ at, value, earlier, later }: Parts): ValuesAhead {
  const here = value.plus(earlier?.sum ?? ZERO);
  const sums = [earlier?.lowest, here, later && here.plus(later.lowest)];
  const lowest = sums.reduce<Big>((low, each) => (each?.lt(low) ? each : low), here);
  return { at, value, earlier, later, sum: here.plus(later?.sum ?? ZERO), lowest };
}

/** An odd number of 32 bits, by which neighbouring moments get ranks that are far apart. */
const SPREAD = 2_654_435_761;

/** Which of two moments stands above the other. By chance, so that none is far below the first. */
function rankOf(at: number): number {
  const mixed = Math.imul(at ^ Math.floor(at / 2 ** 32), SPREAD);
  return Math.imul(mixed ^ (mixed >>> 15), SPREAD) >>> 0;
}

/**
 * The values with one more.
 * @param at from when on it counts (ms)
 */
export function withValue(values: ValuesAhead | undefined, at: number, value: Big): ValuesAhead {
  if (values === undefined) return joined({ at, value, earlier: undefined, later: undefined });
  if (at === values.at) return joined({ ...values, value: values.value.plus(value) });
  const rank = rankOf(values.at);
  if (at < values.at) {
    const earlier = withValue(values.earlier, at, value);
    return rankOf(earlier.at) <= rank
      ? joined({ ...values, earlier })
      : joined({ ...earlier, later: joined({ ...values, earlier: earlier.later }) });
  }
  const later = withValue(values.later, at, value);
  return rankOf(later.at) <= rank
    ? joined({ ...values, later })
    : joined({ ...later, earlier: joined({ ...values, later: later.earlier }) });
}
