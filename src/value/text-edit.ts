/** A change of the template's text: the characters from `from` up to `to` (0-based) become `insert`. */
export interface TextEdit {
  readonly from: number;
  readonly to: number;
  readonly insert: string;
}

/** A repair in one click. Its edits do not overlap and stand in the order of the text. */
export interface Fix {
  readonly label: string;
  readonly edits: readonly TextEdit[];
}

/** The text after a repair. */
export const applyEdits = (text: string, edits: readonly TextEdit[]): string =>
  [...edits]
    .sort((left, right) => right.from - left.from)
    .reduce(
      (result, { from, to, insert }) => result.slice(0, from) + insert + result.slice(to),
      text,
    );

/** The one edit that turns a text into another: what is equal at both ends stays. */
export function editBetween(before: string, after: string): TextEdit {
  const most = Math.min(before.length, after.length);
  let from = 0;
  while (from < most && before[from] === after[from]) from++;
  let end = 0;
  while (end < most - from && before[before.length - 1 - end] === after[after.length - 1 - end])
    end++;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}
