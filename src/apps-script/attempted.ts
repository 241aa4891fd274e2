/** Does what must not undo a run, or a person's choice, if it fails. */
export function attempted(act: () => void): void {
  try {
    act();
  } catch {
    // What counts is done; a later run tries this again.
  }
}
