import { sleep } from './sleep';

/**
 * Sandbox time in ms. Beside the fake Lago it starts where the sheet ends, goes on by itself, and
 * can be moved; beside a real one it is the time of this machine.
 */
export class SandboxClock {
  #offset = 0;

  constructor(readonly isReal = false) {}

  readonly now = (): number => Date.now() + this.#offset;

  /** How sleeping passes time; a real Lago, which asked for it, is really given it. */
  readonly advance = (ms: number): void => {
    if (this.isReal) sleep(ms);
    else this.#offset += ms;
  };

  set(time: number): void {
    if (this.isReal) throw new Error('A real Lago’s time cannot be moved.');
    this.#offset = time - Date.now();
  }
}
