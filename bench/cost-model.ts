import type { LagoRequest } from '../sandbox/lago';
import type { ServiceCall } from '../sandbox/runtime';
import { FakeRange } from '../sandbox/runtime/spreadsheet';

/** What Google's services cost (ms). Processor time is measured apart from it. */
export const COSTS = {
  spreadsheet: 100,
  thousandCells: 1,
  flush: 200,
  properties: 40,
  cache: 30,
  lock: 100,
  fetchAll: 300,
  request: 20,
};

/** Lago's documented limit of a second (lago: requests.rate-limit). */
export const REQUESTS_PER_SECOND = 50;

/** Handles and answers that are there already: they ask nobody. */
const FREE = /^Sheet\.getRange$|^Range\.get(Row|LastRow|Column|LastColumn|Sheet)$|^HTTPResponse\./;
const SPREADSHEET =
  /^(SpreadsheetApp|Spreadsheet|Sheet|Range|Protection|DataValidation|Embedded\w*)\./;

/** A call that a person waits for: neither a handle nor an answer that came already. */
export const isCounted = (call: string): boolean => !FREE.test(call);

/** What a call costs (ms), apart from cells and requests, which its name does not tell. */
export function costOf(call: string): number {
  if (FREE.test(call)) return 0;
  if (call === 'SpreadsheetApp.flush') return COSTS.flush;
  if (SPREADSHEET.test(call)) return COSTS.spreadsheet;
  if (call.startsWith('Properties.')) return COSTS.properties;
  if (call.startsWith('Cache.')) return COSTS.cache;
  return call.startsWith('Lock.') ? COSTS.lock : 0;
}

/** A wave of requests that hands events to Lago. */
export interface Wave {
  /** Position of its call in the execution, from 1 on. */
  readonly call: number;
  events: number;
}

export type LagoSpeed = 'fast' | 'small';

/**
 * Measured on a small self-hosted Lago: a batch of 100 takes 120 ms, and never more than six are
 * done in a second, however many come at once.
 */
const SMALL = { batchMs: 120, perSecond: 6, otherMs: 100, batch: 100 };

const BATCHES = /\/events(\/batch)?$/;

const eventsIn = ({ method, url, body }: LagoRequest): number =>
  method.toUpperCase() === 'POST' && BATCHES.test(url.replace(/\?.*/, ''))
    ? body.split('"transaction_id"').length - 1
    : 0;

/** Moves the clock of a world by what each call costs, and notes what an execution did. */
export class CostModel {
  cellsRead = 0;
  cellsWritten = 0;
  /** Waited for answers (ms). */
  waitedMs = 0;
  answerCharacters = 0;
  waves: Wave[] = [];
  #call = 0;
  #inWave = 0;
  #wave: Wave | undefined;
  #fetchedAt: number | undefined;
  #lagoBusyUntil = 0;
  readonly #time: { now: number };
  readonly #speed: LagoSpeed;

  constructor(time: { now: number }, speed: LagoSpeed) {
    this.#time = time;
    this.#speed = speed;
  }

  /** For what comes next. */
  clear(): void {
    [this.cellsRead, this.cellsWritten, this.waitedMs, this.answerCharacters] = [0, 0, 0, 0];
    this.waves = [];
    this.#fetchedAt = undefined;
    current = this;
  }

  /** To be given to every execution. */
  readonly onCall = ({ index, name }: ServiceCall): void => {
    this.answered();
    this.#call = index;
    this.#time.now += costOf(name);
    if (!name.startsWith('UrlFetchApp.')) return;
    this.#inWave = 0;
    this.#wave = undefined;
    this.#fetchedAt = this.#time.now;
  };

  /** What was waited for has come. */
  answered(): void {
    if (this.#fetchedAt !== undefined) this.waitedMs += this.#time.now - this.#fetchedAt;
    this.#fetchedAt = undefined;
  }

  /** The execution is over; what tests and people do costs nothing. */
  ended(): void {
    this.answered();
    current = undefined;
  }

  /** How long the next request of the wave takes (ms); the wave takes as long as its slowest. */
  delayOf(request: LagoRequest): number {
    this.#inWave += 1;
    const events = eventsIn(request);
    if (events > 0) {
      this.#wave ??= { call: this.#call, events: 0 };
      if (this.#wave.events === 0) this.waves.push(this.#wave);
      this.#wave.events += events;
    }
    const google = COSTS.fetchAll + COSTS.request * this.#inWave;
    return this.#speed === 'fast' ? google : Math.max(google, this.#smallLago(events));
  }

  #smallLago(events: number): number {
    const { now } = this.#time;
    if (events === 0) return SMALL.otherMs;
    const share = Math.max(0.1, events / SMALL.batch);
    this.#lagoBusyUntil = Math.max(now, this.#lagoBusyUntil) + (share * 1000) / SMALL.perSecond;
    return Math.max(share * SMALL.batchMs, this.#lagoBusyUntil - now);
  }

  cells(kind: 'read' | 'written', count: number): void {
    this.#time.now += (count / 1000) * COSTS.thousandCells;
    if (kind === 'read') this.cellsRead += count;
    else this.cellsWritten += count;
  }
}

/** Whose execution runs. */
let current: CostModel | undefined;

const size = (range: FakeRange): number =>
  (range.getLastRow() - range.getRow() + 1) * (range.getLastColumn() - range.getColumn() + 1);

/** The fake tells a hook the names of calls only, so its ranges are made to tell their cells. */
const { getValues, getDisplayValues, getDataValidations, setValues } = FakeRange.prototype;
FakeRange.prototype.getValues = function (this: FakeRange) {
  current?.cells('read', size(this));
  return getValues.call(this);
};
FakeRange.prototype.getDisplayValues = function (this: FakeRange) {
  current?.cells('read', size(this));
  return getDisplayValues.call(this);
};
FakeRange.prototype.getDataValidations = function (this: FakeRange) {
  current?.cells('read', size(this));
  return getDataValidations.call(this);
};
FakeRange.prototype.setValues = function (this: FakeRange, values) {
  current?.cells('written', size(this));
  return setValues.call(this, values);
};
