/**
 * Distinguishes texts that the screen brings by itself (a preset, a fix) from those that it only
 * repeats after the editor has handed them over.
 */
export interface SentTexts {
  /** The editor hands a text to the screen. */
  send(text: string): void;
  /** Whether the editor has to take over what the screen draws with. @param shown its own text */
  isNew(value: string, shown: string): boolean;
}

/**
 * A text may come back late, when the next one is typed already, and some never come back, because
 * the screen may draw several changes at once.
 * @param first the text that the editor begins with
 */
export function sentTexts(first: string): SentTexts {
  let sent: readonly string[] = [];
  let last = first;
  return {
    send(text) {
      sent = [...sent, text];
    },
    isNew(value, shown) {
      if (value === last && value !== shown) return false;
      const index = sent.indexOf(value);
      last = value;
      // What was sent before this text does not come back any more.
      sent = index < 0 || value === shown ? [] : sent.slice(index + 1);
      return index < 0 && value !== shown;
    },
  };
}
