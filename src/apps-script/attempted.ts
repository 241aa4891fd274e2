/**
 * Does what must not undo a run, or a person's choice, if it fails.
 * @returns whether it was done; if not, a later run tries it again
 */
export function attempted(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
