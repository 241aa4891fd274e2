import { Enumeration } from './enumeration';
import { GoogleException } from './exception';
import { SERVICE, type ServiceObject } from './service-object';

/** The constructors of a realm, and how to make a function of it that passes its calls on. */
export interface Intrinsics {
  readonly Array: ArrayConstructor;
  readonly Object: ObjectConstructor;
  readonly Date: new (instant: number) => Date;
  readonly Error: ErrorConstructor;
  readonly method: (
    call: (self: object, args: unknown[]) => unknown,
  ) => (...args: unknown[]) => unknown;
}

/** Performs one service call: `effect` does it. The gate counts, kills and refuses. */
export type Gate = (call: string, args: unknown[], effect: (args: unknown[]) => unknown) => unknown;

const isDate = (value: object): value is Date =>
  Object.prototype.toString.call(value) === '[object Date]';
const isServiceObject = (value: object): value is ServiceObject => SERVICE in value;

/**
 * The border between the fake's realm and the script's. Nothing crosses it but copies made in the
 * other realm, so `instanceof` holds on both sides, and service objects become objects of the
 * script's realm whose methods go through the gate.
 */
export class Membrane {
  readonly #realm: Intrinsics;
  readonly #gate: Gate;
  readonly #translate: (error: unknown) => unknown;
  readonly #prototypes = new Map<object, object>();
  readonly #hosts = new WeakMap<object, ServiceObject>();
  readonly #enumerations = new Map<Enumeration, object>();

  constructor(realm: Intrinsics, gate: Gate, translate: (error: unknown) => unknown) {
    this.#realm = realm;
    this.#gate = gate;
    this.#translate = translate;
  }

  inward(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const copy = new this.#realm.Array(value.length);
      for (let index = 0; index < value.length; index += 1) copy[index] = this.inward(value[index]);
      return copy;
    }
    if (isDate(value)) return new this.#realm.Date(value.getTime());
    if (value instanceof Enumeration) return this.#enumeration(value);
    if (isServiceObject(value)) return this.#projection(value);
    const copy = new this.#realm.Object() as { [key: string]: unknown };
    for (const [key, item] of Object.entries(value)) copy[key] = this.inward(item);
    return copy;
  }

  outward(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) {
      const copy = new Array<unknown>(value.length);
      for (let index = 0; index < value.length; index += 1)
        copy[index] = this.outward(value[index]);
      return copy;
    }
    if (isDate(value)) return new Date(value.getTime());
    const host = this.#hosts.get(value);
    if (host) return host;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, this.outward(item)]),
    );
  }

  #projection(host: ServiceObject): object {
    const projection = this.#realm.Object.create(this.#prototype(host)) as object;
    this.#hosts.set(projection, host);
    return projection;
  }

  /** The same object every time, so that scripts may compare by identity. */
  #enumeration(host: Enumeration): object {
    const known = this.#enumerations.get(host);
    if (known) return known;
    const name = this.#realm.method(() => host.name);
    const made = this.#realm.Object.create(
      Object.assign(new this.#realm.Object(), { toString: name, toJSON: name }),
    ) as object;
    this.#enumerations.set(host, made);
    this.#hosts.set(made, host);
    return made;
  }

  #prototype(host: ServiceObject): object {
    const original = Object.getPrototypeOf(host) as object;
    const known = this.#prototypes.get(original);
    if (known) return known;
    const prototype = new this.#realm.Object() as { [method: string]: unknown };
    for (const [name, { value, get }] of Object.entries(
      Object.getOwnPropertyDescriptors(original),
    )) {
      // A getter is a value of the class itself, such as an enumeration: reading it is no call.
      if (get) prototype[name] = this.inward(get.call(host));
      else if (name !== 'constructor' && typeof value === 'function')
        prototype[name] = this.#method(host[SERVICE], name, value);
    }
    this.#prototypes.set(original, prototype);
    return prototype;
  }

  #method(service: string, name: string, implementation: (...args: unknown[]) => unknown): unknown {
    return this.#realm.method((self, args) => {
      try {
        const host = this.#hosts.get(self);
        if (!host) throw new GoogleException(`Illegal invocation of ${service}.${name}`);
        const outward = args.map((argument) => this.outward(argument));
        return this.inward(
          this.#gate(`${service}.${name}`, outward, (accepted) =>
            implementation.apply(host, accepted),
          ),
        );
      } catch (error) {
        throw this.#translate(error);
      }
    });
  }
}
