/**
 * Tells a text that the screen brings by itself (a preset, a fix) from one that it only repeats
 * after the editor handed it over.
 */
export interface SentTexts {
  /** The editor hands a text to the screen. */
  send(text: string): void;
  /**
   * The screen draws with `value` while the editor holds `shown`: whether the editor has to take it
   * over.
   */
  isNew(value: string, shown: string): boolean;
}

/**
 * A text may come back late, when the next one is typed already, and not each one comes back: the
 * screen may draw several changes at once.
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
      // What was sent before a text that has come back, or before a text of the screen's own, comes
      // no more.
      sent = index < 0 || value === shown ? [] : sent.slice(index + 1);
      return index < 0 && value !== shown;
    },
  };
}
