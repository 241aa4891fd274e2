import { distance } from 'fastest-levenshtein';

const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Two letters in the wrong order are one slip of the fingers, and likelier than a wrong letter. */
const ONE_SLIP = 0.5;

const isSwapped = (name: string, candidate: string): boolean =>
  name.length === candidate.length &&
  Array.from(
    { length: name.length - 1 },
    (_, index) => name.slice(0, index) + name[index + 1] + name[index] + name.slice(index + 2),
  ).includes(candidate);

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
