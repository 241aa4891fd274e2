import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

const FINEST = 0x7fffffff;

/** Everything that is drawn in one history, in order: the same seed draws the same. */
export class Chance {
  readonly #generator: RandomGenerator;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return uniformInt(this.#generator, least, most);
  }

  isIn(percent: number): boolean {
    return this.between(1, 100) <= percent;
  }

  /** From 0 up to, but not, 1. */
  fraction(): number {
    return this.between(0, FINEST - 1) / FINEST;
  }

  of<T>(items: readonly T[]): T {
    const [item] = items.slice(this.between(0, items.length - 1));
    if (item === undefined) throw new Error('There is nothing to choose from.');
    return item;
  }

  /** One of the choices; twice as often where its weight is twice as large. */
  weighed<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let left = this.between(
      1,
      choices.reduce((sum, [weight]) => sum + weight, 0),
    );
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left <= 0) return choice;
    }
    throw new Error('There is nothing to choose from.');
  }

  /** The numbers from 0 to below `count` in a drawn order. */
  order(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.between(0, last);
      const moved = order[last] ?? 0;
      order[last] = order[other] ?? 0;
      order[other] = moved;
    }
    return order;
  }
}
