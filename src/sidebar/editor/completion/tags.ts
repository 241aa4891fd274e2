import { type LiquidWord, surroundings } from './liquid-word';
import type { Labelled, Proposals } from './proposal';

const TAGS: readonly Labelled[] = [
  { label: 'if', detail: 'Writes what follows only if something is so' },
  { label: 'elsif', detail: 'Otherwise, if something else is so' },
  { label: 'else', detail: 'Otherwise' },
  { label: 'endif', detail: 'Ends if' },
  { label: 'unless', detail: 'Writes what follows only if something is not so' },
  { label: 'endunless', detail: 'Ends unless' },
  { label: 'case', detail: 'Chooses by a value' },
  { label: 'when', detail: 'For this value' },
  { label: 'endcase', detail: 'Ends case' },
  { label: 'assign', detail: 'Gives a value a name' },
  { label: 'comment', detail: 'A note that is not sent' },
  { label: 'endcomment', detail: 'Ends comment' },
];
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
