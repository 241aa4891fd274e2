import { IANAZone } from 'luxon';

const DAY_MS = 86_400_000;
/** No zone changes its offset anywhere but on a quarter of an hour. */
const QUARTER_MS = 900_000;

/**
 * A time zone as a function between instants and wall-clock times; both are milliseconds, a wall
 * time as if it were UTC.
 */
export class Zone {
  readonly name: string;
  readonly #zone: IANAZone;
  readonly #offsets = new Map<number, number>();

  constructor(name: string) {
    this.name = name;
    this.#zone = IANAZone.create(name);
    if (!this.#zone.isValid) throw new Error(`Unknown time zone ${name}`);
  }

  static isKnown(name: string): boolean {
    return IANAZone.isValidZone(name);
  }

  offset(instant: number): number {
    const quarter = Math.floor(instant / QUARTER_MS);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    const offset = this.#zone.offset(instant) * 60_000;
    this.#offsets.set(quarter, offset);
    return offset;
  }

  wall(instant: number): number {
    return instant + this.offset(instant);
  }

  /** An hour that occurs twice is the first one; an hour that is skipped moves forward. */
  instant(wall: number): number {
    const before = this.offset(wall - DAY_MS);
    const after = this.offset(wall + DAY_MS);
    for (const offset of [before, after])
      if (this.offset(wall - offset) === offset) return wall - offset;
    return wall - before;
  }
}

/** Sheets counts days from here; times are fractions of a day. */
const SERIAL_EPOCH = Date.UTC(1899, 11, 30);

export const serialOfWall = (wall: number): number => (wall - SERIAL_EPOCH) / DAY_MS;

/** To the nearest millisecond, for showing. */
export const wallOfSerial = (serial: number): number => Math.round(serial * DAY_MS) + SERIAL_EPOCH;

/**
 * Rounds down, as a serial number that lies a hair below the full second comes back as 09:59:59.999
 * (architecture.md, "Time").
 */
export const instantOfSerial = (serial: number, zone: Zone): number =>
  zone.instant(Math.floor(serial * DAY_MS) + SERIAL_EPOCH);

export const serialOfInstant = (instant: number, zone: Zone): number =>
  serialOfWall(zone.wall(instant));
