import { type Problem, problem } from '../../src/problem/problem';
import type { PeriodPlace, PeriodUsage } from '../../src/sync/billing/period-usage';
import type { EventStore } from '../../src/sync/event-store';
import type { LedgerEntry, LineOutcome } from '../../src/sync/ledger/entry';
import type { LedgerOwner } from '../../src/sync/ledger/former';
import {
  type LedgerHeader,
  type LedgerRecord,
  type LineTexts,
  type Rebuilding,
  voidIndex,
} from '../../src/sync/ledger/ledger';
import { indexText } from '../../src/sync/ledger/line';
import type {
  Answer,
  Clock,
  Destination,
  EventCheck,
  EventRefusal,
  Found,
  Identity,
  LedgerStore,
  Ports,
  SourceReader,
  StoredLedger,
  UsedId,
} from '../../src/sync/ports';
import type { AskedEvent, UsageEvent } from '../../src/value/usage-event';
import { NOW } from './fixture';
import { sheet } from './sheet-table';

/** What happens to one batch: Lago answers (`ok`), or something goes wrong before or after it has stored the batch. */
export type Fault =
  | 'ok'
  | 'lost'
  | 'stored-and-lost'
  | 'timed-out'
  | 'stored-and-timed-out'
  | '413'
  | 'slow-down'
  | 'unclear'
  | 'stop';

export class TestClock implements Clock {
  time = NOW;
  readonly slept: number[] = [];
  now(): number {
    return this.time;
  }
  sleep(ms: number): void {
    this.slept.push(ms);
    this.time += ms;
  }
  random(): number {
    return 0.5;
  }
}

const FIRST_LINE = 3;

/** A ledger in memory, which keeps texts as the sheet does. */
export class MemoryLedger implements LedgerStore {
  header: LedgerHeader | undefined;
  lines: LineTexts[] = [];
  record: LedgerRecord | undefined;
  opened: Problem | undefined;
  fileId = 'file-1';
  /** For how many lines there was to be room. */
  room = 0;
  readonly calls: string[] = [];

  open(_owner?: LedgerOwner, _organization?: string): StoredLedger | undefined | Problem {
    if (this.opened !== undefined) return this.opened;
    return this.header === undefined
      ? undefined
      : { name: 'Usage', header: this.header, lines: this.lines, record: this.record };
  }

  create(header: LedgerHeader, name: string, rebuilding?: Rebuilding): void {
    this.calls.push('create');
    this.header = header;
    if (rebuilding !== undefined)
      this.record = { sheetName: name, tab: 7, lines: 0, lastId: '', rebuilding };
  }

  rebuilding(): Rebuilding | undefined {
    return this.record?.rebuilding;
  }

  noteRebuilding(_sync: string, _organization: string, tab: number, rebuilding: Rebuilding): void {
    this.calls.push('note rebuilding');
    this.record = {
      ...(this.record ?? { sheetName: 'ledger', lines: 0, lastId: '' }),
      tab,
      rebuilding,
    };
  }

  recover(): boolean {
    return false;
  }

  private compared: true | undefined;

  noteCompared(): void {
    this.compared = true;
  }

  voidLines(lines: readonly LineTexts[], at: number): void {
    this.calls.push(`void ${lines.length}`);
    for (const { line, index } of lines) {
      const text = this.lines[line - FIRST_LINE];
      if (text !== undefined)
        this.lines[line - FIRST_LINE] = { ...text, index: voidIndex(index, at) };
    }
  }

  recordWhole(record: {
    readonly lines: number;
    readonly lastId: string;
    readonly rebuiltAt: number;
  }): void {
    this.calls.push('record whole');
    this.record = { sheetName: 'ledger', tab: 7, ...record };
  }

  makeRoom(lines: number): void {
    this.room = lines;
  }

  append(
    entries: readonly LedgerEntry[],
    record: Pick<LedgerRecord, 'lines' | 'rebuilding'>,
  ): number {
    this.calls.push(`append ${entries.length}`);
    const first = FIRST_LINE + this.lines.length;
    entries.forEach((entry, offset) => {
      this.lines.push({
        line: first + offset,
        index: indexText(entry),
        event: entry.frozen,
        outcome: JSON.stringify(entry.outcome),
      });
    });
    const { rebuiltAt, compared = this.compared } = this.record ?? {};
    const lastId = entries[entries.length - 1]?.index.id ?? '';
    this.record = {
      sheetName: 'ledger',
      tab: 7,
      ...(rebuiltAt === undefined ? {} : { rebuiltAt }),
      ...(compared === undefined ? {} : { compared }),
      ...record,
      lastId,
    };
    return first;
  }

  writeOutcomes(
    outcomes: readonly { readonly line: number; readonly outcome: LineOutcome }[],
  ): void {
    if (outcomes.length > 0) this.calls.push(`write ${outcomes.length}`);
    for (const { line, outcome } of outcomes) {
      const text = this.lines[line - FIRST_LINE];
      if (text === undefined) throw new Error(`no line ${line}`);
      this.lines[line - FIRST_LINE] = { ...text, outcome: JSON.stringify(outcome) };
    }
  }

  flush(): void {
    this.calls.push('flush');
  }

  readonly others = new Map<string, UsedId>();

  usedElsewhere(): ReadonlyMap<string, UsedId> {
    return this.others;
  }

  file(): string {
    return this.fileId;
  }

  /** The states as they stand in the sheet, by id. */
  states(): Record<string, string> {
    return Object.fromEntries(
      this.lines
        .map(({ outcome }) => JSON.parse(outcome) as LineOutcome)
        .map(({ id, state }) => [id, state]),
    );
  }

  has(frozen: string): boolean {
    return this.lines.some(({ event }) => event === frozen);
  }
}

interface StoredText {
  readonly text: string;
  readonly at: number;
}

const ids = new Map<string, string>();

/** Kept for each text: what is stored is searched again for each event of a batch. */
function idOf(text: string): string {
  const id = ids.get(text) ?? (JSON.parse(text) as UsageEvent).transaction_id;
  ids.set(text, id);
  return id;
}

/** Lago as the sync sees it through its port, with what it has stored; every batch meets the next fault. */
export class TestDestination implements Destination {
  stored: StoredText[] = [];
  faults: Fault[] = [];
  /** Requests in order: the texts of each. */
  readonly requests: (readonly string[])[] = [];
  readonly waves: number[] = [];
  readonly poisonous = new Set<string>();
  readonly rejected = new Set<string>();
  largest = 100;
  largestBytes = Number.POSITIVE_INFINITY;
  looksUp: Found | undefined;
  finds = 0;
  widest = 20;
  identity: Identity | Problem;
  checked: (event: UsageEvent) => readonly Problem[] = () => [];
  before: (texts: readonly string[]) => void = () => undefined;
  visibleAfter = 60_000;

  constructor(
    readonly store: EventStore,
    readonly clock: TestClock,
    readonly refusesDuplicates = store !== 'clickhouse',
  ) {
    this.identity = {
      organization: 'org-1',
      address: 'https://lago.example',
      name: 'Org',
      store,
      zone: 'UTC',
    };
  }

  identify(): Identity | Problem {
    return this.identity;
  }

  deliver(batches: readonly (readonly string[])[]): Answer[] {
    this.waves.push(batches.length);
    return batches.map((texts) => {
      this.before(texts);
      this.requests.push(texts);
      this.clock.time += 200;
      return this.answer(texts, this.faults.shift() ?? 'ok');
    });
  }

  private answer(texts: readonly string[], fault: Fault): Answer {
    const failed = (stored: 'no' | 'maybe', answer: string, timedOut: boolean): Answer => ({
      kind: 'failed',
      stored,
      answer,
      timedOut,
    });
    if (fault === 'stop') return { kind: 'stop', problem: problem('lago.unauthorized') };
    if (fault === 'slow-down') return { kind: 'slow-down', waitMs: 2_000 };
    if (fault === '413' || texts.join(',').length > this.largestBytes)
      return { kind: 'too-large', answer: '413' };
    if (fault === 'unclear') return { kind: 'unclear', answer: '400' };
    if (fault === 'lost') return failed('maybe', '502', false);
    if (fault === 'timed-out') return failed('maybe', 'timeout', true);
    if (texts.length > this.largest) return { kind: 'too-many' };
    if (texts.some((text) => this.poisonous.has(idOf(text)))) return failed('maybe', '500', false);
    const answer = this.take(texts);
    if (fault === 'stored-and-lost') return failed('maybe', '502', false);
    return fault === 'stored-and-timed-out' ? failed('maybe', '504', true) : answer;
  }

  private take(texts: readonly string[]): Answer {
    const named = (kind: (text: string) => EventRefusal | undefined): Map<number, EventRefusal> =>
      new Map(
        texts.flatMap((text, index) => {
          const refusal = kind(text);
          return refusal === undefined ? [] : [[index, refusal] as const];
        }),
      );
    const faulty = named((text) =>
      this.rejected.has(idOf(text)) ? { kind: 'rejected', answer: 'invalid' } : undefined,
    );
    if (faulty.size > 0) return { kind: 'refused', events: faulty };
    const known = new Set(this.refusesDuplicates ? this.stored.map(({ text }) => idOf(text)) : []);
    const doubles = named((text) => (known.has(idOf(text)) ? { kind: 'exists' } : undefined));
    if (doubles.size > 0) return { kind: 'refused', events: doubles };
    this.stored.push(...texts.map((text) => ({ text, at: this.clock.time })));
    return { kind: 'accepted' };
  }

  has(id: string): boolean {
    return this.stored.some(({ text }) => idOf(text) === id);
  }

  find(events: readonly UsageEvent[]): Found[] {
    this.finds++;
    return events.map((event) => {
      if (this.looksUp !== undefined) return this.looksUp;
      const visible = this.stored.filter(
        ({ text, at }) =>
          idOf(text) === event.transaction_id &&
          (this.refusesDuplicates || this.clock.time - at >= this.visibleAfter),
      );
      if (visible.length === 0) return 'absent';
      return visible.every(({ text }) => text === JSON.stringify(event)) ? 'same' : 'different';
    });
  }

  /** Whether Lago's list is too long to be read. */
  lists: 'all' | 'too-many' = 'all';
  listings = 0;

  findListed(events: readonly UsageEvent[]): readonly Found[] | 'too-many' | Problem {
    this.listings++;
    if (this.lists === 'too-many') return 'too-many';
    this.finds--;
    return this.find(events);
  }

  listOnce(): undefined {
    return undefined;
  }

  copies = 0;

  findCopies(events: readonly UsageEvent[]): readonly Found[] | Problem {
    this.copies++;
    this.finds--;
    return this.find(events);
  }

  eventsOf(asked: readonly AskedEvent[]): (UsageEvent | undefined | 'unknown')[] {
    return asked.map(({ transaction_id: id }) => {
      if (this.looksUp === 'unknown') return 'unknown';
      const text = this.stored.find((each) => idOf(each.text) === id)?.text;
      return text === undefined ? undefined : (JSON.parse(text) as UsageEvent);
    });
  }

  readonly usageAsked: PeriodPlace[][] = [];
  /** What Lago has of any place; what is stored there unless told. */
  usage: ((place: PeriodPlace) => PeriodUsage) | undefined;

  usageIn(places: readonly PeriodPlace[]): PeriodUsage[] {
    this.usageAsked.push([...places]);
    return places.map((place) => {
      if (this.usage !== undefined) return this.usage(place);
      return this.stored
        .filter(({ at }) => this.refusesDuplicates || this.clock.time - at >= this.visibleAfter)
        .map(({ text }) => JSON.parse(text) as UsageEvent)
        .filter(
          ({ external_subscription_id: id, code, timestamp }) =>
            id === place.subscription &&
            code === place.code &&
            timestamp * 1000 >= place.from &&
            timestamp * 1000 <= place.to,
        );
    });
  }

  check(): EventCheck | Problem {
    return { problemsOf: this.checked, off: [] };
  }

  ids(): string[] {
    return this.stored.map(({ text }) => idOf(text));
  }
}

export interface World extends Ports {
  readonly clock: TestClock;
  readonly ledger: MemoryLedger;
  readonly destination: TestDestination;
  /** The tab's table as it stands. */
  table: string;
}

export function worldOf(
  store: EventStore = 'postgres',
  table = '',
  refusesDuplicates?: boolean,
): World {
  const clock = new TestClock();
  const world = {
    clock,
    ledger: new MemoryLedger(),
    destination: new TestDestination(store, clock, refusesDuplicates),
    table,
    source: { read: () => sheet(world.table), zone: () => 'UTC' } as SourceReader,
  };
  return world;
}
