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

/** The candidate that is most like a mistyped name, or undefined where none is near enough (more than two edits and a third of its length). */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let least = Math.min(name.length, Math.max(2, Math.floor(name.length / 3)) + 1);
  for (const candidate of candidates) {
    const edits = isSwapped(name, candidate)
      ? ONE_SLIP
      : plain(name) !== '' && plain(candidate) === plain(name)
        ? 0
        : distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < least) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}
