/** Whether what `npm test` leaves out is played too: `npm run test:long`. */
export const IS_LONG = process.env['LONG'] !== undefined;

/**
 * What is played of inputs that all go through the same check: in a long run all of them, in a
 * short one every `step`th, from the one at `first` (0-based) on.
 */
export const played = <T>(inputs: readonly T[], step: number, first = 0): T[] =>
  inputs.filter((_, index) => IS_LONG || index % step === first);

/** How often a property is tried: a quarter of the times of a long run in a short one. */
export const tries = (long: number): number => (IS_LONG ? long : Math.ceil(long / 4));
