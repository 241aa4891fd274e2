/** Sandbox time in ms: it starts where the sheet ends, goes on by itself, and can be moved. */
export class SandboxClock {
  #offset = 0;

  readonly now = (): number => Date.now() + this.#offset;

  readonly advance = (ms: number): void => {
    this.#offset += ms;
  };

  set(time: number): void {
    this.#offset = time - Date.now();
  }
}
