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
  let edits = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const letter of from.split('')) {
    const [whole = 0] = edits;
    const next = [whole + 1];
    for (let index = 0; index < to.length; index += 1) {
      const replaced = (edits[index] ?? 0) + (to[index] === letter ? 0 : 1);
      next.push(Math.min(replaced, (edits[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    edits = next;
  }
  return edits[to.length] ?? 0;
}

/** How many edits turn a name into a candidate; capitals, spaces and punctuation cost none. */
function editsTo(candidate: string, name: string): number {
  if (isSwapped(name, candidate)) return ONE_SLIP;
  return plain(name) !== '' && plain(candidate) === plain(name)
    ? 0
    : distance(name.toLowerCase(), candidate.toLowerCase());
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
    const edits = editsTo(candidate, name);
    if (edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}
