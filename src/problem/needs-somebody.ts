import type { Problem } from './problem';

/**
 * Whether a problem of a row needs a person. Waiting solves some, and rows that nobody has checked
 * as ready are no problem yet. A period that is about to close is reported by itself.
 */
export const needsSomebody = ({ actor, code }: Pick<Problem, 'actor' | 'code'>): boolean =>
  actor !== 'wait' && code !== 'row.not-ready' && code !== 'period.closing';
