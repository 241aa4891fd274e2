import type { SessionService, User, UtilitiesService } from '../../src/apps-script/runtime';
import type { Caller } from './caller';
import { GoogleException } from './exception';
import { SERVICE } from './service-object';

/** An inference (google: session.email-hidden). */
const MAX_SLEEP_MS = 300_000;

class FakeUser implements User {
  readonly [SERVICE] = 'User';
  readonly #email: string;

  constructor(email: string) {
    this.#email = email;
  }

  getEmail(): string {
    return this.#email;
  }

  toString(): string {
    return this.#email;
  }
}

export class FakeSession implements SessionService {
  readonly [SERVICE] = 'Session';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  getEffectiveUser(): User {
    const { world, user, trigger } = this.#caller;
    // A formula is not told who looks at it (google: cell.account).
    const isHidden =
      world.settings.emailHidden ||
      world.access.isUnnamed(user) ||
      (trigger === 'cell' && world.settings.cells === 'restricted');
    return new FakeUser(isHidden ? '' : user);
  }

  getActiveUserLocale(): string {
    return this.#caller.world.settings.locale;
  }
}

export class FakeUtilities implements UtilitiesService {
  readonly [SERVICE] = 'Utilities';
  readonly #caller: Caller;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  sleep(milliseconds: number): void {
    if (milliseconds < 0 || milliseconds > MAX_SLEEP_MS)
      throw new GoogleException(
        `Invalid argument: milliseconds. Should be between 0 and ${MAX_SLEEP_MS}.`,
      );
    this.#caller.world.settings.advance(milliseconds);
  }

  /** From the world's own randomness, so that a seed replays. */
  getUuid(): string {
    const { random } = this.#caller.world.settings;
    const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16));
    hex[12] = 4;
    hex[16] = 8 + ((hex[16] ?? 0) % 4);
    const digits = hex.map((digit) => digit.toString(16)).join('');
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  }
}
