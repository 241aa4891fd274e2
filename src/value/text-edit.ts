/** A change of a text: the characters from `from` to `to` (0-based, exclusive) become `insert`. */
export interface TextEdit {
  /** The first character that is replaced. */
  readonly from: number;
  /** Behind the last one; `from` if nothing is replaced. */
  readonly to: number;
  /** The new text; '' to remove. */
  readonly insert: string;
}

/** A repair in one click. */
export interface Fix {
  /** What the repair does, as its button says it. */
  readonly label: string;
  /** Edits that do not overlap, in the order of the text. */
  readonly edits: readonly TextEdit[];
}

/**
 * The text after edits that do not overlap, in its order. Edits that don't fit were made for
 * another text, so they change nothing.
 */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = '';
  let done = 0;
  for (const { from, to, insert } of edits) {
    if (from < done || to < from || to > text.length) return text;
    result += text.slice(done, from) + insert;
    done = to;
  }
  return result + text.slice(done);
}

/** The smallest single edit that turns one text into another; undefined if they are equal. */
export function editBetween(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before[from] === after[from]) from++;
  let kept = 0;
  while (
    kept < shorter - from &&
    before[before.length - 1 - kept] === after[after.length - 1 - kept]
  )
    kept++;
  return { from, to: before.length - kept, insert: after.slice(from, after.length - kept) };
}

/** The repair that turns one text into another by a single edit. */
export function fixBetween(label: string, before: string, after: string): Fix {
  const edit = editBetween(before, after);
  return { label, edits: edit === undefined ? [] : [edit] };
}
