/** A name in typographic quotation marks. */
export const quoted = (name: string): string => `\u201c${name}\u201d`;

/** Texts as a sentence lists them: `A, B and C`. */
export function inWords(texts: readonly string[]): string {
  const last = texts[texts.length - 1] ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} and ${last}`;
}
