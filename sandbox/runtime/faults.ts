/** A failure to come. */
export interface Fault {
  /** Such as `UrlFetchApp.fetchAll`. */
  readonly call: string;
  /** The message that Google gives. */
  readonly message: string;
  /** Which call of that name from now on; 1, the next one, unless told. */
  readonly nth?: number;
  /** Whether the call has its effect all the same; Google's own failures often do. */
  readonly afterEffect?: boolean;
}

/**
 * "Service invoked too many times in a short time", "Service Spreadsheets timed out" and the like,
 * each once, where a test wants them.
 */
export class Faults {
  #queue: { fault: Fault; left: number }[] = [];
  readonly #injected: Record<string, number> = {};

  add(fault: Fault): void {
    this.#queue.push({ fault, left: fault.nth ?? 1 });
  }

  clear(): void {
    this.#queue = [];
  }

  /** How often which call failed, such as `Range.setValues after its effect`. */
  injected(): Record<string, number> {
    return { ...this.#injected };
  }

  /** The fault of this very call. */
  take(call: string): Fault | undefined {
    const waiting = this.#queue.filter(({ fault }) => fault.call === call);
    for (const entry of waiting) entry.left -= 1;
    const due = waiting.find(({ left }) => left <= 0);
    if (due) {
      this.#queue.splice(this.#queue.indexOf(due), 1);
      const name = `${call} ${due.fault.afterEffect === true ? 'after' : 'before'} its effect`;
      this.#injected[name] = (this.#injected[name] ?? 0) + 1;
    }
    return due?.fault;
  }
}
