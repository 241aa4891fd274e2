import { proposalsAt } from './completions';
import type { Cursor, Proposal } from './proposal';

/** The proposals at the cursor, as they are shown. */
export interface ProposalList {
  /** Those that fit what is typed, the best first, at most a hundred. */
  readonly shown: readonly Proposal[];
  /** How many more would fit. */
  readonly more: number;
  /** Index of the one that Enter takes. */
  readonly selected: number;
  /** Whether a person asked for it by a key. */
  readonly asked: boolean;
}

/** An organization may have thousands of metrics. */
const SHOWN = 100;
/**
 * Headers and names are searched too once this many letters are typed; with fewer, nearly all would
 * fit.
 */
const LETTERS_FOR_DETAIL = 3;

/** How well a proposal fits what is typed, 0 best; undefined if it does not. */
function rank({ label, detail }: Proposal, typed: string): number | undefined {
  const name = label.toLowerCase();
  if (name.startsWith(typed)) return 0;
  if (name.includes(typed)) return 1;
  return typed.length >= LETTERS_FOR_DETAIL && detail.toLowerCase().includes(typed) ? 2 : undefined;
}

/**
 * The list for a cursor; undefined if there is nothing to propose. What fits equally well keeps its
 * order: columns as in the sheet, metrics as in Lago.
 */
export function listAt(cursor: Cursor): ProposalList | undefined {
  const found = proposalsAt(cursor);
  if (found === undefined) return undefined;
  const typed = cursor.text.slice(found.from, cursor.at);
  const ranked = found.proposals.flatMap((proposal) => {
    const order = rank(proposal, typed.toLowerCase());
    return order === undefined ? [] : [{ proposal, order }];
  });
  const fitting = ranked
    .sort((left, right) => left.order - right.order)
    .map(({ proposal }) => proposal);
  // A name that is written out needs no list, which would only take Enter for itself.
  if (fitting.length === 0 || (fitting.length === 1 && fitting[0]?.label === typed))
    return undefined;
  return {
    shown: fitting.slice(0, SHOWN),
    more: Math.max(0, fitting.length - SHOWN),
    selected: 0,
    asked: cursor.asked,
  };
}

/**
 * The list with another proposal selected, that many further down. The last one is followed by the
 * first.
 */
export function selectBy(list: ProposalList, steps: number): ProposalList {
  const { length } = list.shown;
  return { ...list, selected: (((list.selected + steps) % length) + length) % length };
}
