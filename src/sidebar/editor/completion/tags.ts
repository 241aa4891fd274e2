import type { TagName } from '../../../value/template-language';
import { type LiquidWord, surroundings } from './liquid-word';
import { type Proposals, withDetails } from './proposal';

const TAG_DETAILS: Readonly<Record<TagName, string>> = {
  if: 'Writes what follows only if something is so',
  elsif: 'Otherwise, if something else is so',
  else: 'Otherwise',
  endif: 'Ends if',
  unless: 'Writes what follows only if something is not so',
  endunless: 'Ends unless',
  case: 'Chooses by a value',
  when: 'For this value',
  endcase: 'Ends case',
  assign: 'Gives a value a name',
  comment: 'A note that is not sent',
  endcomment: 'Ends comment',
};
const TAGS = withDetails(TAG_DETAILS);
const TAGS_WITH_EXPRESSION = new Set(['if', 'elsif', 'unless', 'case', 'when', 'assign']);

/** Whether something follows the name of a tag. */
export const takesExpression = (tag: string): boolean => TAGS_WITH_EXPRESSION.has(tag);

/**
 * All tags, in the place of the word. The cursor stays in the block, where an expression may
 * follow.
 */
export function tags(word: LiquidWord): Proposals {
  const { from, to } = word;
  const { before, after } = surroundings(word);
  return {
    from,
    proposals: TAGS.map(({ label, detail }) => {
      const insert = before + label + (takesExpression(label) ? ' ' : '');
      return { label, detail, from, to, insert: insert + after, cursor: insert.length };
    }),
  };
}
