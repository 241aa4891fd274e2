import type { Fault } from '../../sandbox/lago';
import { API_KEY, TAB, type World } from '../bundle/world';
import type { Chance } from './chance';
import { FOREIGN_KEY, type Scene, SECOND_KEY } from './scene';

const BATCH = '/api/v1/events/batch';
const SHORT =
  'Service invoked too many times in a short time: urlfetch. Try Utilities.sleep(1000) between calls.';
const TIMED_OUT = 'Service Spreadsheets timed out while accessing document with id file-1.';

/** By which the event of another sender is known. */
export const FOREIGN_AMOUNT = 4711;

/** A failure of Lago or of the network, armed for the next requests. */
function lagoFault(chance: Chance): { readonly name: string; readonly fault: Fault } {
  const times = chance.weighed([
    [6, 1],
    [3, 2],
    [2, 5],
    [1, 40],
  ]);
  const where = {
    times,
    after: chance.weighed([
      [6, 0],
      [2, 1],
      [1, chance.between(2, 9)],
    ]),
    ...(chance.isIn(65) ? { method: 'POST', path: BATCH } : {}),
  };
  const committed = chance.isIn(50);
  const body = chance.of(['json', 'html', 'empty'] as const);
  const said = committed ? 'after' : 'before';
  return chance.weighed<() => { readonly name: string; readonly fault: Fault }>([
    [
      2,
      () => {
        const headers = chance.of<Record<string, string>>([
          {
            'X-RateLimit-Limit': '50',
            'X-RateLimit-Remaining': '0',
            'X-RateLimit-Reset': String(chance.between(0, 120)),
          },
          { 'Retry-After': String(chance.between(1, 90)) },
          {},
        ]);
        return {
          name: `429 with ${Object.keys(headers).length === 0 ? 'no' : Object.keys(headers)[0]} header`,
          fault: { ...where, kind: 'answer', status: 429, headers, body },
        };
      },
    ],
    [
      4,
      () => {
        const status = chance.of([500, 502, 503, 504]);
        return {
          name: `${status} ${said} commit`,
          fault: { ...where, kind: 'answer', status, body, committed },
        };
      },
    ],
    [3, () => ({ name: `time-out ${said} commit`, fault: { ...where, kind: 'hang', committed } })],
    [3, () => ({ name: `reset ${said} commit`, fault: { ...where, kind: 'reset', committed } })],
    [2, () => ({ name: 'truncated body', fault: { ...where, kind: 'truncated' } })],
    [
      1,
      () => ({
        name: `200 with HTML ${said} commit`,
        fault: { ...where, kind: 'answer', status: 200, body: 'html', committed },
      }),
    ],
    [
      1,
      () => {
        const isElsewhere = chance.isIn(60);
        const status = chance.of([301, 302, 303, 307, 308] as const);
        const to = isElsewhere ? { to: 'https://elsewhere.example' } : {};
        return {
          name: `redirect to ${isElsewhere ? 'another' : 'the same'} host`,
          fault: { ...where, kind: 'redirect', status, ...to, committed },
        };
      },
    ],
    [
      1,
      () => ({
        name: 'key revoked in mid-run',
        fault: { ...where, times: 1, kind: 'key-revoked' },
      }),
    ],
    [
      1,
      () => ({
        name: 'smaller batches in mid-run',
        fault: { ...where, times: 1, kind: 'settings', settings: { maxBatch: chance.of([3, 7]) } },
      }),
    ],
    [
      2,
      () => ({
        name: 'slow answer',
        fault: { ...where, kind: 'slow', delayMs: chance.between(5, 90) * 1000 },
      }),
    ],
  ])();
}

/** Calls that Google has been seen to fail, each with its text. */
const GOOGLE: readonly (readonly [call: string, message: string])[] = [
  ['UrlFetchApp.fetchAll', SHORT],
  ['UrlFetchApp.fetchAll', 'Service invoked too many times for one day: urlfetch.'],
  [
    'UrlFetchApp.fetchAll',
    'UrlFetch calls to https://lago.example are not permitted by your admin',
  ],
  ['Range.setValues', TIMED_OUT],
  ['Range.getValues', TIMED_OUT],
  ['Range.getDisplayValues', TIMED_OUT],
  ['SpreadsheetApp.flush', TIMED_OUT],
  ['Sheet.getLastRow', TIMED_OUT],
  ['Spreadsheet.insertSheet', TIMED_OUT],
  ['Sheet.protect', TIMED_OUT],
  ['Sheet.insertRowsAfter', TIMED_OUT],
  ['Lock.tryLock', 'There are too many LockService operations against the same script.'],
  ['Lock.releaseLock', 'There are too many LockService operations against the same script.'],
  [
    'Properties.setProperty',
    'You have exceeded the property storage quota. Please remove some properties and try again.',
  ],
  [
    'Properties.setProperties',
    'You have exceeded the property storage quota. Please remove some properties and try again.',
  ],
  ['Properties.getProperties', 'Service invoked too many times for one day: properties.'],
  ['Cache.get', 'Service error: Cache'],
  ['Cache.putAll', 'Argument too large: value'],
  ['MailApp.sendEmail', 'Service invoked too many times for one day: email.'],
];

/** Lets a proxy answer in the place of Lago with a page that shows the request. */
export function showRequests(world: World, strikes: (method: string) => boolean): void {
  world.intercept = ({ method, url, headers }) =>
    strikes(method)
      ? {
          status: 502,
          headers: {},
          body: `<html><body>${headers['Authorization']} ${method} ${url}</body></html>`,
        }
      : undefined;
}

/** Somebody else has sent an event under an id that the sync will use. */
export function sendAsAnother({ lago }: World, id: string, subscription: string): void {
  const event = {
    transaction_id: id,
    external_subscription_id: subscription,
    code: 'calls',
    timestamp: Date.UTC(2026, 10, 2) / 1000,
    properties: { amount: FOREIGN_AMOUNT },
  };
  lago.handle({
    method: 'POST',
    url: '/api/v1/events',
    headers: {
      Authorization: `Bearer ${SECOND_KEY}`,
      'Content-Type': 'application/json',
      Accept: 'application/json',
    },
    body: JSON.stringify({ event }),
  });
}

/** What stays wrong to the end, and is a true reason for a row not to be billed. */
export interface Lasting {
  /** Ids for which Lago always fails. */
  readonly poisonous: ReadonlySet<string>;
  /** Ids under which Lago has an event that is not ours. */
  readonly foreign: ReadonlySet<string>;
}

export const NOTHING_WRONG: Lasting = { poisonous: new Set(), foreign: new Set() };

/** What goes wrong by itself: at Lago, at Google, in the ledger and with the key. Counts each kind. */
export class Mishaps implements Lasting {
  readonly counts: Record<string, number> = {};
  readonly poisonous = new Set<string>();
  readonly foreign = new Set<string>();
  /** Whether each service call takes seconds from now on. */
  isSlow = false;
  readonly #scene: Scene;
  readonly #chance: Chance;

  constructor(scene: Scene, chance: Chance) {
    this.#scene = scene;
    this.#chance = chance;
  }

  happen(): string {
    const name = this.#chance.weighed<() => string>([
      [12, () => this.#lago()],
      [1, () => this.#proxy()],
      [9, () => this.#google()],
      [3, () => this.#evict()],
      [2, () => this.#batchLimit()],
      [2, () => this.#key()],
      [2, () => this.#authorization()],
      [1, () => this.#trigger()],
      [2, () => this.#ledger()],
      [3, () => this.#poison()],
      [3, () => this.#otherSender()],
      [1, () => this.#slowness()],
      [1, () => this.#quota()],
    ])();
    return this.#counted(name);
  }

  /**
   * Beside the usage stands a formula that never rests, in a column that no sync reads. It stays to
   * the end, so a sync that is stopped by it is still stopped then.
   */
  restlessColumn(): void {
    const { spreadsheet } = this.#scene.world.google;
    const [headers = [], ...lines] = spreadsheet.table(TAB);
    const column = [['restless'], ...lines.map(() => ['=RAND()'])];
    spreadsheet.paste(TAB, 1, headers.length + 1, column);
    this.#counted('sheet: a column never rests');
  }

  /** Something that the very next run may meet. */
  atLago(): string {
    return this.#counted(this.#lago());
  }

  #counted(name: string): string {
    this.counts[name] = (this.counts[name] ?? 0) + 1;
    return name;
  }

  /** Everything works again, as far as it is not for a person to mend. */
  end(): void {
    const { google, lago } = this.#scene.world;
    lago.faults.clear();
    for (const id of this.poisonous) lago.faults.add({ kind: 'poison', marker: id });
    this.#scene.world.intercept = undefined;
    google.faults.clear();
    google.resetQuotas();
    google.access.authorize(google.user, 'granted');
    this.isSlow = false;
  }

  #lago(): string {
    const { name, fault } = lagoFault(this.#chance);
    if (fault.kind === 'key-revoked' && !this.#mayBeRevoked()) return 'person: looks at the key';
    this.#scene.world.lago.faults.add(fault);
    return `Lago: ${name}`;
  }

  /** A proxy that shows the whole request in its error page, the key included. */
  #proxy(): string {
    let left = this.#chance.between(1, 4);
    showRequests(this.#scene.world, () => left-- > 0);
    return 'Lago: a proxy shows the request';
  }

  #google(): string {
    const [call, message] = this.#chance.of(GOOGLE);
    const afterEffect = this.#chance.isIn(40);
    this.#scene.world.google.faults.add({
      call,
      message,
      nth: this.#chance.between(1, 3),
      afterEffect,
    });
    return `Google: ${call} fails ${afterEffect ? 'after' : 'before'} its effect`;
  }

  #evict(): string {
    const percent = this.#chance.of([30, 100]);
    this.#scene.world.google.evictCache(() => this.#chance.isIn(percent));
    return 'Google: cache evicted';
  }

  #batchLimit(): string {
    this.#scene.world.lago.settings.maxBatch = this.#chance.of([3, 7, 50]);
    return 'Lago: smaller batches';
  }

  /** The stored key stops working; a person connects another one in the end. */
  #key(): string {
    const { lago } = this.#scene.world;
    const key = this.#scene.key;
    if (key === FOREIGN_KEY || this.#chance.isIn(30)) {
      this.#scene.connect(key === FOREIGN_KEY ? API_KEY : FOREIGN_KEY);
      return key === FOREIGN_KEY
        ? 'person: connects its own organization again'
        : 'person: connects another organization';
    }
    if (!this.#mayBeRevoked()) return 'person: looks at the key';
    lago.revokeKey(key);
    return 'Lago: key revoked';
  }

  /** Another key of the same organization has to be left. */
  #mayBeRevoked(): boolean {
    const { key } = this.#scene;
    return key !== FOREIGN_KEY && key !== SECOND_KEY && this.#scene.works(key);
  }

  #authorization(): string {
    const { google } = this.#scene.world;
    google.access.authorize(
      google.user,
      this.#chance.of([
        'expired' as const,
        { withheld: ['script.external_request' as const] },
        { withheld: ['script.send_mail' as const] },
      ]),
    );
    return 'Google: authorization lost';
  }

  #trigger(): string {
    if (this.#chance.isIn(50)) {
      this.#scene.world.google.disableTriggers();
      return 'Google: triggers disabled';
    }
    this.#scene.dropTriggers();
    return 'Google: triggers deleted';
  }

  #ledger(): string {
    return this.#scene.spoilLedger(this.#chance);
  }

  /** The id of a row that was not sent yet, where there is one; else of one that may come. */
  #soon(): string {
    const { handed } = this.#scene.witness;
    const open = (this.#scene.rows() ?? []).filter(
      ({ id }) => id !== '' && !handed.some((event) => event.id === id),
    );
    return open.length > 0 && this.#chance.isIn(70)
      ? this.#chance.of(open).id
      : `k${this.#chance.between(1, 20)}`;
  }

  #poison(): string {
    const id = this.#soon();
    this.poisonous.add(id);
    this.#scene.world.lago.faults.add({ kind: 'poison', marker: id });
    return 'Lago: an event that always fails';
  }

  /** Somebody else uses an id of ours; only where Lago refuses an id that it has. */
  #otherSender(): string {
    const id = this.#soon();
    if (
      this.#scene.store !== 'postgres' ||
      this.#scene.witness.handed.some((event) => event.id === id)
    )
      return 'person: thinks of another sender';
    const { lago } = this.#scene.world;
    sendAsAnother(this.#scene.world, id, 'acme');
    if (lago.events().some(({ transactionId }) => transactionId === id)) this.foreign.add(id);
    return 'person: another sender uses an id';
  }

  #slowness(): string {
    this.isSlow = true;
    return 'Google: every call takes seconds';
  }

  #quota(): string {
    const { quotas } = this.#scene.world.google;
    const quota = this.#chance.of([
      'urlFetchCalls',
      'mailRecipients',
      'propertyReads',
      'propertyWrites',
      'triggerMs',
    ] as const);
    quotas[quota] = this.#chance.between(0, 30);
    return `Google: daily quota of ${quota} used up`;
  }
}
