import type { Organization } from './organization';
import type { Micros } from './timestamp';

/**
 * What follows from the past alone, worked out once. Forgotten when the clock goes back, since
 * events may come then that the past did not have, and when what invoices follow from changes.
 */
export class Memory<T> {
  #until: Micros;
  #revision: number;
  readonly #known = new Map<string, T>();

  constructor(private readonly organization: Organization) {
    this.#until = organization.now();
    this.#revision = organization.revision;
  }

  recall(name: string, workedOut: () => T): T {
    const { revision } = this.organization;
    const now = this.organization.now();
    if (now < this.#until || revision !== this.#revision) this.#known.clear();
    this.#until = now;
    this.#revision = revision;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const value = workedOut();
    this.#known.set(name, value);
    return value;
  }
}

/** One for each organization. */
export function memories<T>(): (organization: Organization) => Memory<T> {
  const all = new WeakMap<Organization, Memory<T>>();
  return (organization) => {
    const memory = all.get(organization) ?? new Memory<T>(organization);
    all.set(organization, memory);
    return memory;
  };
}
