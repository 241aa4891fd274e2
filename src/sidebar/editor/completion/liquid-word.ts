import type { LiquidBlock } from '../tokens';
import type { Labelled, Proposal, Proposals } from './proposal';

/**
 * The word of a Liquid block at the cursor: a proposal replaces the characters from `from` up to
 * `to`.
 */
export interface LiquidWord {
  /** The whole template. */
  readonly text: string;
  /** The block around the word. */
  readonly block: LiquidBlock;
  readonly from: number;
  readonly to: number;
}

/** What is put around an insertion: its spaces, and the end of a block that is not closed. */
interface Surroundings {
  readonly before: string;
  /** A space, or the end of the block. */
  readonly after: string;
  /**
   * How much of `after` the cursor jumps over. In a block that was closed already it stays inside.
   */
  readonly passed: number;
}

/** What has to be put around a text that takes the place of the word. */
export function surroundings({ text, block, from, to }: LiquidWord): Surroundings {
  const closer = block.kind === 'output' ? '}}' : '%}';
  const before = /[{%]$/.test(text.slice(0, from)) ? ' ' : '';
  if (!block.closed) return { before, after: ` ${closer}`, passed: closer.length + 1 };
  return { before, after: text.startsWith(closer, to) ? ' ' : '', passed: 0 };
}

/**
 * Proposals that write their label in the place of the word, with the cursor behind the block that
 * they close.
 */
export function wordProposals(word: LiquidWord, labelled: readonly Labelled[]): Proposals {
  const { from, to } = word;
  const { before, after, passed } = surroundings(word);
  return {
    from,
    proposals: labelled.map(({ label, detail }): Proposal => {
      const insert = before + label;
      return { label, detail, from, to, insert: insert + after, cursor: insert.length + passed };
    }),
  };
}
