import { type Known, type Proposal, proposalsAt } from './completions';

/** The proposals at the cursor, as they are shown. */
export interface ProposalList {
  /** Those that fit what is typed, the best first, as many as are shown. */
  readonly shown: readonly Proposal[];
  /** How many more would fit. */
  readonly more: number;
  /** Index of the one that Enter takes. */
  readonly selected: number;
  /** Whether a person asked for it. */
  readonly asked: boolean;
}

/** An organization may have thousands of metrics. */
const SHOWN = 100;
/** So many letters are searched for in headers and names too, where fewer would find everything. */
const LETTERS_FOR_DETAIL = 3;

/** How well a proposal fits what is typed, 0 best; undefined where it does not. */
function rank({ label, detail }: Proposal, typed: string): number | undefined {
  const name = label.toLowerCase();
  if (name.startsWith(typed)) return 0;
  if (name.includes(typed)) return 1;
  return typed.length >= LETTERS_FOR_DETAIL && detail.toLowerCase().includes(typed) ? 2 : undefined;
}

/** The list for a cursor (0-based offset), in the order in which things are known: columns as in the sheet, metrics as in Lago. Undefined where there is nothing to propose. */
export function listAt(
  text: string,
  at: number,
  known: Known,
  asked: boolean,
): ProposalList | undefined {
  const found = proposalsAt(text, at, known, asked);
  if (found === undefined) return undefined;
  const typed = text.slice(found.from, at);
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
    asked,
  };
}

/** The list with another proposal selected: the last one is followed by the first. */
export function selectBy(list: ProposalList, steps: number): ProposalList {
  const { length } = list.shown;
  return { ...list, selected: (((list.selected + steps) % length) + length) % length };
}
