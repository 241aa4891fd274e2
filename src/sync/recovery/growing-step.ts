/** After a step that took less than this, the next one is twice as large. */
const QUICK_MS = 10_000;

/** How many things are asked for at once: few at first, since Lago may be slow, then more. */
export class GrowingStep {
  private current: number;

  /** @param fewest size to which a step shrinks at least */
  constructor(
    first: number,
    private readonly most: number,
    private readonly fewest = first,
  ) {
    this.current = first;
  }

  /** How many to ask for in the next step. */
  size(): number {
    return this.current;
  }

  /** @param ms that the last step took */
  took(ms: number): void {
    if (ms < QUICK_MS) this.current = Math.min(this.current * 2, this.most);
  }

  /**
   * Makes the next step smaller after Lago did not answer, since it may answer for fewer.
   * @returns whether it could be made smaller
   */
  shrink(): boolean {
    const canHelp = this.current > this.fewest;
    this.current = Math.max(this.fewest, Math.floor(this.current / 4));
    return canHelp;
  }
}
