import type { FakeLagoOptions } from '../../sandbox/lago';
import type {
  ExecutionOptions,
  ExecutionReport,
  GoogleOptions,
  ServiceCall,
} from '../../sandbox/runtime';
import type { InstalledTrigger, Mail } from '../../sandbox/runtime/records';
import type { Argument, Method, Reply, SyncView } from '../../src/rpc/contract';
import type { ChangedPolicy, RemovedPolicy } from '../../src/sync/sync';
import {
  API_KEY,
  catalogOf,
  createWorld,
  draftOf,
  HOUR,
  MINUTE,
  makeDue,
  START,
  TAB,
  type World,
} from '../bundle/world';
import { callText } from '../page-token';
import type { Chance } from './chance';
import { HEADERS, type Header, type Row } from './row';
import { Witness } from './witness';

/** A key of the same organization, and one of another. */
export const SECOND_KEY = 'f00dfeed-2222-4222-8333-abcdefabcdef';
export const FOREIGN_KEY = 'f00dfeed-3333-4222-8333-abcdefabcdef';
/** A metric whose expression reads a property that no event has: Lago refuses its events, and a key that may not read metrics cannot know before. */
export const REFUSED_CODE = 'rated';
/** A key that may not read metrics. */
export const NARROW_KEY = 'f00dfeed-4444-4222-8333-abcdefabcdef';
const METRICS = [
  { name: 'Peak', code: 'peak', aggregation_type: 'max_agg', field_name: 'amount' },
  {
    name: 'Rated',
    code: REFUSED_CODE,
    aggregation_type: 'sum_agg',
    field_name: 'amount',
    expression: 'event.properties.hours * event.properties.rate',
  },
];
export const ADDRESS = 'https://lago.example';

const template = (more = ''): string => `{ "event": {
  "transaction_id": "{{ row.id }}", "external_subscription_id": "{{ row.subscription }}", "code": "{{ row.code }}",
  "timestamp": {{ row.time | unix }}, "properties": { "amount": {{ row.amount }}${more} } } }`;
export const TEMPLATE = template();
export const WIDER_TEMPLATE = template(', "note": "{{ row.note }}"');

export interface Policies {
  readonly changed: ChangedPolicy;
  readonly removed: RemovedPolicy;
  readonly onEdit: boolean;
  /** Whether a row has to be ticked before it is sent. */
  readonly ready: boolean;
}

export interface SceneOptions {
  readonly store: 'postgres' | 'clickhouse';
  readonly lago: Partial<FakeLagoOptions>;
  readonly google: Partial<GoogleOptions>;
  readonly policies: Policies;
  readonly statuses: boolean;
  readonly code?: string;
  readonly order?: (requests: number) => readonly number[];
  readonly tell?: (line: string) => void;
  readonly chance: Chance;
}

type RpcOptions = Omit<ExecutionOptions, 'trigger'>;

/** All keys begin so, and a part of a key is as bad as a whole one. */
const SECRETS = /f00dfeed/;

/** Where a key stands that is not its place, in what outlives an execution. */
function keysIn({ google }: World, mails: readonly Mail[]): string[] {
  const { spreadsheet, documentCache, scriptCache, documentProperties } = google;
  const places: (readonly [string, string])[] = [
    ...spreadsheet.sheets.map(
      ({ name }) => [`sheet ${name}`, spreadsheet.table(name).flat().join('\n')] as const,
    ),
    ...mails.map(({ subject, body }) => ['mail', `${subject} ${body}`] as const),
    ...Object.entries({
      ...documentCache.all(),
      ...scriptCache.all(),
      ...documentProperties.all(),
    }),
  ];
  return places.filter(([, text]) => SECRETS.test(text)).map(([where]) => where);
}

/** A person's spreadsheet with an active sync, a Lago, one clock, and a witness of everything that is said between them. */
export class Scene {
  readonly world: World;
  readonly witness: Witness;
  readonly policies: Policies;
  readonly store: 'postgres' | 'clickhouse';
  readonly tell: (line: string) => void;
  /** What Google's random numbers come from. */
  chance: Chance;
  /** Passes time before each service call, and lets others act between two of them. */
  between: (call: ServiceCall) => void = () => undefined;
  id = '';
  template = TEMPLATE;
  /** The key that is stored now. */
  key = API_KEY;
  #last: ExecutionReport | undefined;
  /** Of the sync, as far as it is known without asking. */
  #revision: number | undefined;
  /** Keys of rows that were not in the tab, double or unreadable while the ledger was rebuilt: they may be billed without a line until they can be read. */
  readonly unseenByRebuild = new Set<string>();
  wasRebuilt = false;
  /** When it was rebuilt last (ms). */
  rebuiltAt = Number.NEGATIVE_INFINITY;
  /** Whether somebody had a hand in the ledger. */
  ledgerWasTouched = false;
  /** Whether a column of the tab says where each row stands. */
  readonly hasStatuses: boolean;
  /** Ids of events that a person wanted back with the run that had sent them. */
  readonly undone = new Set<string>();
  /** What was found broken while it went on. */
  readonly broken: string[] = [];
  /** How many events had left when the settling began; nobody edits the sheet from then on. */
  settledFrom: number | undefined;
  #isPaused = false;
  #isApproved = false;
  /** Mails up to the moment that the scene was returned to; and how many there were when it was. */
  #mailsOfMoment: readonly Mail[] = [];
  #mailsBefore = 0;

  constructor(options: SceneOptions, rows: readonly Row[]) {
    const { store, policies, statuses, tell = () => undefined, code, order } = options;
    this.policies = policies;
    this.hasStatuses = statuses;
    this.store = store;
    this.chance = options.chance;
    this.tell = tell;
    const witness = new Witness(() => this.world.time.now);
    this.witness = witness;
    this.world = createWorld({
      rows: rows.map((row) => HEADERS.map((header) => row[header])),
      headers: HEADERS,
      store,
      lago: options.lago,
      google: { random: () => this.chance.fraction(), ...options.google },
      metrics: METRICS,
      overhear: (request, answer) => {
        witness.request(request, answer);
        if (request.headers['Authorization']?.includes(FOREIGN_KEY) === true)
          for (const id of witness.idsIn(request.body))
            this.broken.push(`${id} was sent to another organization`);
        const what =
          'error' in answer
            ? answer.error
            : `${answer.status}${answer.delayMs === undefined ? '' : `, ${answer.delayMs} ms`}`;
        const events = request.body === '' ? '' : ` ${witness.idsIn(request.body).join(' ')}`;
        tell(
          `      ${request.method.toUpperCase()} ${request.url.replace(`${ADDRESS}/api/v1`, '')}${events} → ${what}`,
        );
      },
      ...(code === undefined ? {} : { code }),
      ...(order === undefined ? {} : { order }),
    });
    this.world.lago.addKey({ value: SECOND_KEY });
    const readable = [
      'organization',
      'event',
      'plan',
      'customer',
      'subscription',
      'customer_usage',
      'invoice',
    ] as const;
    const permissions = Object.fromEntries(
      readable.map((resource) => [resource, ['read' as const, 'write' as const]]),
    );
    this.world.lago.addKey({ value: NARROW_KEY, permissions });
    this.world.lago.seed.organization({
      name: 'Other Inc.',
      apiKey: FOREIGN_KEY,
      timezone: 'UTC',
      eventsStore: store,
    });
    // It would take every event: only the product knows that they are none of its.
    this.world.time.now -= 90 * 24 * HOUR;
    this.world.lago.seed.catalog(catalogOf(METRICS), FOREIGN_KEY);
    this.world.time.now = START;
    this.look();
    this.#setUp(statuses);
  }

  #setUp(statuses: boolean): void {
    const { world } = this;
    world.ask('connect', { address: ADDRESS, apiKey: API_KEY });
    const { id, revision } = world.ask('saveSync', { draft: this.draft(0) });
    this.id = id;
    this.#revision = revision;
    if (!statuses) return;
    this.#revision = world.ask('setStatusColumn', {
      id,
      revision,
      column: { header: 'status' },
    }).sync.revision;
  }

  draft(revision: number) {
    const { world, policies, id } = this;
    const read = HEADERS.filter((header) => header !== 'extra' && header !== 'status');
    return {
      ...draftOf(world, read, this.template),
      ...(id === '' ? {} : { id }),
      revision,
      ...(policies.ready ? { ready: 'ready' } : {}),
    };
  }

  /** The tab as it is shown, by header; undefined where a header was renamed or deleted. */
  rows(): Row[] | undefined {
    const [headers = [], ...lines] = this.world.google.spreadsheet.table(TAB);
    const places = HEADERS.map((header) => headers.indexOf(header));
    if (HEADERS.some((header, index) => places[index] === -1 && header !== 'extra'))
      return undefined;
    return lines.map(
      (line) =>
        Object.fromEntries(
          HEADERS.map((header, index) => [header, line[places[index] ?? -1] ?? '']),
        ) as Row,
    );
  }

  /** Pasted below the last row, whatever the order of the columns. */
  append(rows: readonly Row[]): void {
    const { spreadsheet } = this.world.google;
    const [headers = [], ...lines] = spreadsheet.table(TAB);
    const texts = rows.map((row) => headers.map((header) => row[header as Header] ?? ''));
    spreadsheet.paste(TAB, lines.length + 2, 1, texts);
    this.look();
  }

  /** Types into a cell; `row` is 1-based. */
  set(row: number, header: Header, text: string): void {
    this.world.google.spreadsheet.edit(TAB, row, this.column(header), text);
  }

  /** What was mailed, without what happened after a moment that the scene was returned to. */
  mails(): readonly Mail[] {
    return [...this.#mailsOfMoment, ...this.world.google.mails.slice(this.#mailsBefore)];
  }

  hadMails(mails: readonly Mail[]): void {
    this.#mailsOfMoment = mails;
    this.#mailsBefore = this.world.google.mails.length;
  }

  lastReport(): ExecutionReport {
    if (this.#last === undefined) throw new Error('Nothing was executed yet.');
    return this.#last;
  }

  column(header: Header): number {
    return (this.world.google.spreadsheet.table(TAB)[0] ?? []).indexOf(header) + 1;
  }

  /** What the rows say now goes into the record of all that they ever said. */
  look(): void {
    for (const row of this.rows() ?? []) this.witness.saw(row);
  }

  activate(): void {
    const revision = this.#revision ?? this.view()?.sync.revision;
    this.#revision = undefined;
    if (revision === undefined) return;
    const { changed, removed, onEdit } = this.policies;
    const reply = this.rpc('activate', { id: this.id, revision, changed, removed, onEdit });
    // Somebody saved in between: what is there now is what is meant.
    const newest =
      reply?.ok === false && reply.problem.code === 'settings.stale'
        ? this.view()?.sync.revision
        : undefined;
    if (newest !== undefined)
      this.rpc('activate', { id: this.id, revision: newest, changed, removed, onEdit });
  }

  /** Undefined where the execution died or Google refused; what it answered otherwise. */
  rpc<M extends Method>(
    method: M,
    argument: Argument<M>,
    options: RpcOptions = {},
  ): Reply<M> | undefined {
    const report = this.world.google.rpcWith(
      { ...options, onCall: (call) => this.between(call) },
      'rpc',
      callText(this.world.google, method, argument, options.user),
    );
    this.#saw(method, report);
    const reply =
      report.killed || report.error !== undefined
        ? undefined
        : (JSON.parse(String(report.result)) as Reply<M>);
    if (method === 'pause') this.#isPaused = reply?.ok === true;
    else if (method === 'activate') this.#isPaused = false;
    else if (method === 'runNow' && 'undo' in argument) this.#isPaused = reply?.ok === true;
    else if (method === 'runNow' && 'approved' in argument) this.#isApproved = true;
    return reply;
  }

  view(): SyncView | undefined {
    const reply = this.rpc('open', {});
    return reply?.ok === true
      ? reply.value.syncs.find(({ sync }) => sync.id === this.id)
      : undefined;
  }

  hourly(
    options: Omit<ExecutionOptions, 'trigger' | 'user' | 'onCall'> = {},
  ): readonly ExecutionReport[] {
    const { handed } = this.witness;
    const before = handed.length;
    const wasPaused = this.#isPaused;
    const wasEmpty = this.#isEmpty();
    makeDue(this.world.google);
    const reports = this.world.google.fireHourly({
      ...options,
      onCall: (call) => this.between(call),
    });
    for (const report of reports) this.#saw('hourly run', report);
    if (wasPaused && this.#isPaused && handed.length > before)
      this.broken.push('a paused sync has sent events');
    if (
      wasEmpty &&
      this.#isEmpty() &&
      !this.#isApproved &&
      handed
        .slice(before)
        .some(({ id }) => /~x\d+$/.test(id) && !this.undone.has(id.replace(/~x\d+$/, '')))
    )
      this.broken.push('an emptied tab was taken for removals');
    return reports;
  }

  #isEmpty(): boolean {
    return this.rows()?.every(({ id, amount }) => id === '' && amount === '') === true;
  }

  /**
   * Hours in each of which the run is killed at one of its service calls: whoever opens is told, if
   * two of them had got as far as to note that they began.
   */
  killedHours(callOf: () => number): void {
    const noted = (): string | undefined => {
      const { documentProperties } = this.world.google;
      return documentProperties.get(`state.${this.id}`);
    };
    const before = this.view()?.lastRun?.endedAt;
    let isKilled = true;
    let begun = 0;
    for (let hour = 0; hour < 4; hour++) {
      this.world.time.now += HOUR;
      const former = noted();
      const reports = this.hourly({ killAtCall: callOf() });
      if (noted() !== former) begun += 1;
      isKilled &&= reports.length > 0 && reports.every(({ killed }) => killed);
    }
    this.world.time.now += 10 * MINUTE;
    const view = this.view();
    // A run that was killed after it had said how it went has ended.
    const isUntold = view !== undefined && view.lastRun?.endedAt === before;
    const isToTell = isKilled && begun > 1 && isUntold && view.sync.state === 'active';
    if (isToTell && view.health.state !== 'stopped')
      this.broken.push(
        `the runs of four hours were killed, and the sync is shown as ${view.health.state}`,
      );
  }

  /** A day on which nobody helps: where nothing can be sent at all, somebody must know in the end. */
  dayWithoutHelp(): void {
    this.world.time.now += 25 * HOUR;
    this.hourly();
    const view = this.view();
    const cannot = !this.works(this.key) || this.key === FOREIGN_KEY || this.rows() === undefined;
    if (
      !cannot ||
      view?.sync.state !== 'active' ||
      this.world.google.triggers.every(({ disabled }) => disabled === true)
    )
      return;
    if (view.health.state !== 'stopped')
      this.broken.push(`nothing can be sent, and the sync is shown as ${view.health.state}`);
    if (!this.mails().some(({ subject }) => subject.includes('stopped')))
      this.broken.push('nothing can be sent, and nobody was told by mail');
  }

  afterEdits(
    options: Omit<ExecutionOptions, 'trigger' | 'user' | 'onCall'> = {},
  ): readonly ExecutionReport[] {
    const reports = this.world.google.runEditQueue({
      ...options,
      onCall: (call) => this.between(call),
    });
    for (const report of reports) this.#saw('on-edit run', report);
    return reports;
  }

  connect(key: string): void {
    const entered = { address: ADDRESS, apiKey: key };
    const answer = this.rpc('connect', entered);
    // People accept the organization that they are asked about.
    const reply =
      answer?.ok === true && 'unconfirmed' in answer.value
        ? this.rpc('connect', { ...entered, accepted: answer.value.unconfirmed.to.organizationId })
        : answer;
    if (reply?.ok === true) this.key = key;
  }

  /** Connects a key of the sync's organization where the stored one is another's, or does not work any more. */
  connectOwnKey(): void {
    if (this.key !== FOREIGN_KEY && this.works(this.key)) return;
    // Where every key was revoked, somebody makes one again.
    if (![API_KEY, SECOND_KEY].some((key) => this.works(key)))
      this.world.lago.addKey({ value: SECOND_KEY });
    this.connect([API_KEY, SECOND_KEY].find((key) => this.works(key)) ?? SECOND_KEY);
  }

  works(key: string): boolean {
    const { lago } = this.world;
    return (
      lago.handle({
        method: 'GET',
        url: '/api/v1/organizations',
        headers: { Authorization: `Bearer ${key}` },
        body: '',
      }).status === 200
    );
  }

  /** What is done in a copy of the file: nothing may leave there. */
  runCopy(documentProperties: 'kept' | 'lost'): void {
    const before = this.witness.handed.length;
    const copy = this.world.google.copyFile({ documentProperties });
    const ask = (method: string, argument: object) =>
      copy.rpc('rpc', callText(copy, method, argument));
    ask('open', {});
    ask('runNow', { id: this.id });
    makeDue(copy);
    copy.fireHourly();
    ask('testSend', { id: this.id, row: 2 });
    if (this.witness.handed.length > before) this.broken.push('a copy of the file has sent events');
  }

  dropTriggers(): void {
    this.haveTriggers([]);
  }

  /** The same triggers as at another time, each of which fires. */
  haveTriggers(wanted: readonly InstalledTrigger[]): void {
    const { google } = this.world;
    google.replaceTriggers(wanted.map((trigger) => ({ ...trigger, disabled: false })));
  }

  /** Names of the ledgers that have lines. */
  ledgers(): string[] {
    const { spreadsheet } = this.world.google;
    return spreadsheet.sheets
      .filter(({ name }) => name.startsWith('Lago ledger') && spreadsheet.table(name).length > 1)
      .map(({ name }) => name);
  }

  /** A hand in the ledger. */
  spoilLedger(chance: Chance): string {
    const { spreadsheet } = this.world.google;
    const [name] = this.ledgers();
    if (name === undefined) return 'person: looks for a ledger';
    this.ledgerWasTouched = true;
    const lines = spreadsheet.table(name).length - 1;
    const line = chance.between(2, lines + 1);
    return chance.weighed<() => string>([
      [
        3,
        () => {
          spreadsheet.sort(
            name,
            chance.between(4, 8),
            chance.of(['ascending', 'descending'] as const),
          );
          return 'person: sorts the ledger';
        },
      ],
      [
        2,
        () => {
          spreadsheet.deleteRows(name, line);
          return 'person: deletes a line of the ledger';
        },
      ],
      [
        2,
        () => {
          spreadsheet.edit(name, line, chance.between(1, 3), chance.of(['', 'x', '{}']));
          return 'person: writes into the ledger';
        },
      ],
      [
        1,
        () => {
          spreadsheet.insertRows(name, line);
          return 'person: inserts a row into the ledger';
        },
      ],
      [
        1,
        () => {
          spreadsheet.deleteSheet(name);
          return 'person: deletes the ledger';
        },
      ],
    ])();
  }

  /** What the product offers for a ledger that is gone or altered; afterwards the sync is resumed. */
  rebuild(): void {
    const rows = this.rows() ?? [];
    const readable = rows.filter(
      (row, place) =>
        this.#isReadable(row) && rows.every(({ id }, other) => other === place || id !== row.id),
    );
    const seen = new Set(readable.map(({ id }) => id));
    for (const key of this.witness.contents.keys())
      if (!seen.has(key)) this.unseenByRebuild.add(key);
    let from: number | undefined;
    for (let part = 0; part < 50; part++) {
      const reply = this.rpc('rebuildLedger', {
        id: this.id,
        ...(from === undefined ? {} : { from }),
      });
      if (reply?.ok !== true) {
        this.world.time.now += 10 * 60_000;
        from = undefined;
        continue;
      }
      from = reply.value.next;
      if (from === undefined) break;
    }
    this.wasRebuilt = true;
    this.rebuiltAt = this.world.time.now;
    this.activate();
  }

  #isReadable({ subscription, time, code, amount, note }: Row): boolean {
    const isNumber = /^\d+(\.\d+)?$/.test(amount);
    const isTime = /^\d{4}-\d\d-\d\d /.test(time);
    return (
      subscription !== '' &&
      code !== '' &&
      isNumber &&
      isTime &&
      (this.template === TEMPLATE || note !== '')
    );
  }

  #saw(what: string, report: ExecutionReport): void {
    this.#last = report;
    for (const where of keysIn(this.world, this.mails()))
      this.broken.push(`an API key stands in ${where}`);
    this.witness.execution(what, report);
    const end = report.killed
      ? `, died at ${report.serviceCalls.order.at(-1)}`
      : report.error === undefined
        ? ''
        : `, threw ${report.error.message}`;
    const said =
      typeof report.result === 'string' && report.result.startsWith('{"ok":false')
        ? ` ${report.result.slice(0, 160)}`
        : '';
    this.tell(`  ${this.at()} ${what}: ${report.serviceCalls.total} service calls${end}${said}`);
  }

  at(): string {
    return new Date(this.world.time.now).toISOString().slice(5, 19).replace('T', ' ');
  }
}
