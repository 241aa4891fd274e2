import { SERVICE } from './service-object';

/**
 * A value of one of Google's enumerations: an object, so that no text equals it, whose text and
 * JSON are its name (migration guide to V8, "Enums"). Asking for them is no service call.
 */
export class Enumeration {
  readonly [SERVICE] = 'Enumeration';
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  toString(): string {
    return this.name;
  }

  toJSON(): string {
    return this.name;
  }
}
