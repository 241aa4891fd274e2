import type { Fact } from './fact';

/**
 * How sure a fact is, from the least to the most: nobody says so; somebody who has seen it does;
 * Google's documentation or a standard does.
 */
export const LEVELS = ['unproven', 'reported', 'documented'] as const;
export type Level = (typeof LEVELS)[number];

const DOCUMENTED =
  /^(reference|Apps Script guide|Workspace add-ons guide|Sheets API guide|Google [\w ]+ help|ECMA-|IEEE )/;

/** A source of a part of what a fact says, such as `the text: reports in public code`. */
const OF_A_PART = /^(?:the |that |what |of |whether )/;

function levelOfPart(part: string): Level {
  if (/nobody documents|undocumented|the fake is strict/.test(part)) return 'unproven';
  return DOCUMENTED.test(part) ? 'documented' : 'reported';
}

const least = (levels: readonly Level[]): Level =>
  LEVELS.find((level) => levels.includes(level)) ?? 'unproven';

/**
 * How sure a fact is, by its sources: as sure as the surest of them, but no surer than one that is
 * about a part of it.
 */
export function levelOf({ source }: Pick<Fact, 'source'>): Level {
  const parts = source.split('; ');
  const isOfPart = (part: string): boolean =>
    OF_A_PART.test(part) || levelOfPart(part) === 'unproven';
  const whole = parts.filter((part) => !isOfPart(part)).map(levelOfPart);
  return least([
    ...(whole.includes('documented') ? ['documented' as const] : whole.slice(0, 1)),
    ...parts.filter(isOfPart).map(levelOfPart),
  ]);
}
