/** Something that the person at the terminal can put right; its message is a sentence for them. */
export class InputProblem extends Error {}
