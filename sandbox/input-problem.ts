/** Something that the person at the terminal can put right; its message is a sentence for them. */
export class InputProblem extends Error {
  /** The code of the add-on's own problem, as docs/problems.md has it, if it is one. */
  constructor(
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }
}
