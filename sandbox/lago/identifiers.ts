import { createHash } from 'node:crypto';

/** UUID-shaped ids from a counter, so that a replay of the same calls gets the same ids. */
export class Identifiers {
  #count = 0;

  next(): string {
    this.#count += 1;
    return identifierOf(`lago ${this.#count}`);
  }
}

/** The UUID-shaped id of something that is told by a text. */
export function identifierOf(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-4${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
