import type { Problem } from './problem';

/**
 * Whether a problem is about a period or a total, not about single rows. Such announcements are
 * shown by themselves, whatever else is wrong.
 */
export const isAnnouncement = ({ code }: Pick<Problem, 'code'>): boolean =>
  /^(period|total)[.]/.test(code);

/**
 * Whether a problem of a row needs a person. Waiting solves some, and rows that nobody has checked
 * as ready are no problem yet. Announcements are shown by themselves.
 */
export const needsSomebody = ({ actor, code }: Pick<Problem, 'actor' | 'code'>): boolean =>
  actor !== 'wait' && code !== 'row.not-ready' && !isAnnouncement({ code });

/**
 * Whether Google lets an account do no more of something today, so that no further try helps until
 * tomorrow.
 */
export const isUsedUp = ({ code }: Pick<Problem, 'code'>): boolean => code.startsWith('quota.');
