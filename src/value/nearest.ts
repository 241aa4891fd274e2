const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Two letters in the wrong order are one slip of the fingers, and likelier than a wrong letter. */
const ONE_SLIP = 0.5;

const isSwapped = (name: string, candidate: string): boolean =>
  name.length === candidate.length &&
  Array.from(
    { length: name.length - 1 },
    (_, index) => name.slice(0, index) + name[index + 1] + name[index] + name.slice(index + 2),
  ).includes(candidate);

/**
 * How many letters must be added, removed or replaced to turn one text into the other. Written here
 * because a package's faster one fills a quarter of a megabyte whenever the script loads.
 */
export function distance(from: string, to: string): number {
  // The edits from what is read of `from` so far to each beginning of `to`.
  const edits = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let read = 0; read < from.length; read += 1) {
    const letter = from[read];
    // Before this letter: to the beginning of `to` that is one letter shorter.
    let before = read;
    let last = read + 1;
    edits[0] = last;
    for (let index = 1; index <= to.length; index += 1) {
      const kept = edits[index] ?? 0;
      const replaced = before + (to[index - 1] === letter ? 0 : 1);
      last = Math.min(replaced, kept + 1, last + 1);
      edits[index] = last;
      before = kept;
    }
  }
  return edits[to.length] ?? 0;
}

/**
 * How many edits turn a name into a candidate, `enough` if it is clear that they are as many;
 * capitals, spaces and punctuation cost none.
 */
function editsTo(candidate: string, name: string, enough: number): number {
  if (isSwapped(name, candidate)) return ONE_SLIP;
  if (plain(name) !== '' && plain(candidate) === plain(name)) return 0;
  const [from, to] = [name.toLowerCase(), candidate.toLowerCase()];
  // Each letter that one has more is an edit.
  return Math.abs(from.length - to.length) >= enough ? enough : distance(from, to);
}

/**
 * The candidate that is most like a mistyped name; undefined if all are more than two edits and
 * more than a third of the name's length away.
 */
export function nearest<Name extends string>(
  name: string,
  candidates: Iterable<Name>,
): Name | undefined {
  let best: Name | undefined;
  let least = Math.min(name.length, Math.max(2, Math.floor(name.length / 3)) + 1);
  for (const candidate of candidates) {
    const edits = editsTo(candidate, name, least);
    if (edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}
