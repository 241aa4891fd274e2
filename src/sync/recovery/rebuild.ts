import { isProblem, ProblemError, problem, required } from '../../problem/problem';
import { baselineEntries, taking } from '../delivery/baseline';
import { VISIBILITY_MS } from '../delivery/settle';
import { indexEntries, isUndone, type Ledger, latestOf } from '../ledger/entries';
import { type LedgerEntry, newEntry } from '../ledger/entry';
import { type LineTexts, type Rebuilding, readLines, remainsOf } from '../ledger/ledger';
import { checkLedger, createLedger, identify } from '../open-ledger';
import type { Plan, PlannedRow } from '../plan/planned-row';
import { readTab } from '../plan/tab-plan';
import type { Identity, Ports, StoredLedger } from '../ports';
import { digest, otherContent } from '../rows/content';
import type { ReadySync } from '../sync';
import {
  baseIdOf,
  FOUND,
  foundReversal,
  reversalToFind,
  revisedId,
  searchFor,
  searchLago,
} from './search';

/** Which part of a ledger is made anew. */
export interface RebuildRequest {
  readonly ready: ReadySync;
  /** The `next` of the part before. */
  readonly from: number | undefined;
  /** No further rows are compared after this moment (ms), apart from a few, so that every part gets on. */
  readonly until: number;
}

/** What a part was made of, in rows. */
export interface RebuiltPart {
  /** Lines of the former ledger that are whole, all together. */
  readonly kept: number;
  /** Rows of this part whose very event is in Lago. */
  readonly found: number;
  /** Rows under whose id Lago has another event; a person compares the two. */
  readonly different: number;
  /** Rows that Lago does not have, and that the next run would send. */
  readonly absent: number;
  /** Where the next part begins; undefined when all is done. */
  readonly next: number | undefined;
  /** Rows of the tab, all together. */
  readonly rows: number;
}

/** Rows that are compared at once. The first are few, since at one request a second even those take minutes; many are compared by listings. */
const FIRST_ROWS = 50;
const MOST_ROWS = 1_000;
const FEWEST_ROWS = 3;
/** As long as this many rows take no longer than this, twice as many are compared next. */
const QUICK_MS = 10_000;
/** The id of a row's event without the number of its revision. */
const baseId = (id: string): string => id.replace(/~r\d+$/, '');

const revisionIn = (id: string): number => Number(/~r(\d+)$/.exec(id)?.[1] ?? 1);

/** What is known before a part begins. */
interface Scene {
  readonly identity: Identity;
  readonly rebuilding: Rebuilding;
  readonly stored: StoredLedger;
  readonly entries: readonly LedgerEntry[];
  readonly damaged: readonly LineTexts[];
}

/**
 * Opens what there is of the ledger, and records before anything else is changed that it is being rebuilt. A first row that was altered is written anew,
 * a sheet that is gone begins empty.
 */
function begin(ports: Ports, { ready, from }: RebuildRequest): Scene {
  const { ledger, clock } = ports;
  const { sync } = ready;
  const identity = required(identify(ports, ready));
  const { organization } = identity;
  const tab = sync.source.tabId;
  const header = { ledger: 1, file: ledger.file(), tab, sync: sync.id, organization } as const;
  const found = ledger.open(sync.id, organization, tab);
  const wrong =
    found === undefined || isProblem(found) ? undefined : checkLedger(found, header.file, sync.id);
  if (wrong !== undefined) throw new ProblemError(wrong);
  const before = ledger.rebuilding(sync.id, organization);
  const rebuilding: Rebuilding =
    before === undefined || from === undefined
      ? { since: before?.since ?? clock.now(), done: 0, absent: '' }
      : before;
  ledger.noteRebuilding(sync.id, organization, tab, rebuilding);
  if ((found === undefined || isProblem(found)) && !ledger.recover(header))
    createLedger(ports, sync, identity, rebuilding);
  const stored = required(ledger.open(sync.id, organization, tab));
  if (stored === undefined) throw new ProblemError(problem('ledger.missing', { name: sync.name }));
  return { identity, rebuilding, stored, ...readLines(stored.lines) };
}

/** Whole lines for rows that were taken as billed elsewhere, from damaged lines whose index can be read: their events are nowhere else. */
function salvaged(damaged: readonly LineTexts[], ledger: Ledger): LedgerEntry[] {
  const taken = new Set<string>();
  return damaged.flatMap((texts) => {
    const { index, isBaseline } = remainsOf(texts) ?? {};
    if (
      index === undefined ||
      isBaseline !== true ||
      ledger.byId.has(index.id) ||
      taken.has(index.id)
    )
      return [];
    taken.add(index.id);
    const { id, at, ...said } = index;
    const seconds = Math.floor(at / 1000);
    const event = {
      transaction_id: id,
      external_subscription_id: '',
      code: '',
      timestamp: seconds,
      properties: {},
    };
    return [taking(newEntry({ ...said, at }, event))];
  });
}

/** The same for damaged lines of which only the id is left: that of the row's event, or, of an incomplete row, one that names its key. */
function takenRows(
  damaged: readonly LineTexts[],
  plan: Plan,
  { sync }: ReadySync,
  now: number,
): LedgerEntry[] {
  const ids = new Set(
    damaged
      .flatMap((texts) => remainsOf(texts) ?? [])
      .flatMap(({ id, isBaseline }) => (isBaseline ? [id] : [])),
  );
  if (ids.size === 0) return [];
  const incomplete = new Set(
    plan.rows.flatMap(({ key }) => (key !== undefined && ids.has(`baseline ${key}`) ? [key] : [])),
  );
  const rows = plan.rows.filter(({ key, entry }) =>
    entry === undefined ? incomplete.has(key ?? '') : ids.has(entry.index.id),
  );
  return baselineEntries({ rows }, sync, incomplete, now);
}

/**
 * The rows as a first run would send them: whether Lago would bill them now, whether they are ticked or changed rows are sent at all, says nothing of whether
 * they were sent. Refused ones too, since what was sent after the refusal may be what is gone.
 */
function planToCompare(
  ports: Ports,
  { sync, template }: ReadySync,
  { identity, rebuilding }: Scene,
  ledger: Ledger,
): Plan {
  const { zoneOf } = required(ports.destination.check());
  const { ready: _ready, ...unconditional } = sync;
  const refused = ledger.entries.filter(
    ({ index, outcome }) =>
      outcome.state === 'rejected' || (outcome.state === 'conflict' && index.at < rebuilding.since),
  );
  const tab = required(
    readTab(ports, {
      ready: { template, sync: { ...unconditional, changed: 'add' } },
      identity,
      ledger,
      resting: () => false,
      holdsRenamed: false,
      again: new Set(refused.map(({ index }) => index.key)),
    }),
  );
  return tab.plan({ problemsOf: () => [], off: [], zoneOf });
}

/** Whether a run would send the row once the ledger is whole, although Lago has no event of it. */
function wouldSend({ latest, change }: PlannedRow, { sync }: ReadySync): boolean {
  if (latest === undefined) return true;
  const { state } = latest.outcome;
  if (state === 'rejected')
    return change === 'changed' || latest.index.templateRevision !== sync.templateRevision;
  return (
    state === 'accepted' &&
    change === 'changed' &&
    sync.changed === 'add' &&
    latest.index.kind !== 'baseline'
  );
}

/** What Lago does not say leaves a rebuilding where it is. */
const silent = (): ProblemError =>
  new ProblemError(
    problem('lago.unavailable', { status: 'nothing that says which events it has' }),
  );

/** Look-ups that may cost a request each; more are asked for in further steps. */
const ASKED_AT_ONCE = 200;

/** Finds lines in steps, and writes down those of each, so that a rebuilding whose look-ups do not fit into one attempt has less to ask in the next. */
function findInSteps<Asked>(
  asked: readonly Asked[],
  find: (some: readonly Asked[]) => readonly LedgerEntry[],
  append: (lines: readonly LedgerEntry[]) => void,
): void {
  for (let start = 0; start < asked.length; start += ASKED_AT_ONCE)
    append(find(asked.slice(start, start + ASKED_AT_ONCE)));
}

/**
 * Lines for reversals that were lost while what they take back was not: without them it would be taken back twice. Only what was changed or removed since can
 * have one.
 */
function findLostReversals(
  { destination, clock }: Ports,
  ledger: Ledger,
  { rows }: Plan,
  append: (lines: readonly LedgerEntry[]) => void,
): void {
  const unchanged = new Set(
    rows.flatMap(({ key, change }) => (change === 'unchanged' ? (key ?? []) : [])),
  );
  const candidates = ledger.entries.filter((entry) => {
    const { kind, key } = entry.index;
    if (
      (kind !== 'usage' && kind !== 'adopted') ||
      entry.outcome.state !== 'accepted' ||
      isUndone(ledger, entry)
    )
      return false;
    return !unchanged.has(key) || latestOf(ledger, key) !== entry;
  });
  if (candidates.length === 0) return;
  const check = required(destination.check());
  findInSteps(
    candidates,
    (some) => {
      const reversals = some.map((undoes) => reversalToFind(check, ledger, undoes, clock.now()));
      const found = required(
        destination.find(
          reversals.map(({ event }) => event),
          'anywhere',
        ),
      );
      const isSilent = reversals.some((_, place) =>
        ['unknown', 'unasked'].includes(found[place] ?? 'unknown'),
      );
      if (isSilent) throw silent();
      return reversals.flatMap((entry, place) =>
        found[place] === 'absent' ? [] : [foundReversal(entry, clock.now())],
      );
    },
    append,
  );
}

/**
 * Lines for earlier events of rows whose later ones have a line: by the number of the later one they were sent too, and Lago may bill both. What they say is
 * known from Lago alone.
 */
function findLostRevisions(
  { destination, clock }: Ports,
  ledger: Ledger,
  append: (lines: readonly LedgerEntry[]) => void,
): void {
  const gaps = [...ledger.byKey.keys()].flatMap((key) => {
    const newest = latestOf(ledger, key);
    if (newest === undefined || newest.index.kind === 'baseline') return [];
    const base = baseIdOf(newest);
    return Array.from({ length: newest.index.revision - 1 }, (_, place) => ({
      newest,
      revision: place + 1,
      id: revisedId(base, place + 1),
    }));
  });
  findInSteps(
    gaps.filter(({ id }) => !ledger.byId.has(id)),
    (some) => {
      const stored = destination.eventsOf(some.map(({ id }) => id));
      if (stored.includes('unknown')) throw silent();
      return some.flatMap(({ newest: { index }, revision }, place) => {
        const event = stored[place];
        if (event === undefined || event === 'unknown') return [];
        const { key, templateRevision } = index;
        const entry = newEntry(
          {
            key,
            kind: 'adopted',
            revision,
            content: otherContent(index.content),
            templateRevision,
            at: clock.now(),
          },
          event,
        );
        return [{ ...entry, outcome: { ...entry.outcome, state: 'accepted', answer: FOUND } }];
      });
    },
    append,
  );
}

const digestOf = (rows: readonly PlannedRow[], found: ReadonlySet<PlannedRow>): string =>
  digest(
    JSON.stringify(
      rows.flatMap((row) => (row.entry === undefined || found.has(row) ? [] : [row.entry.frozen])),
    ),
  );

/** Voids what is damaged and records the ledger as whole. Says whether everything that was known is there; nothing is recorded else. */
function finish(
  { ledger: store, clock }: Ports,
  { sync }: ReadySync,
  { organization }: Identity,
  known: readonly LedgerEntry[],
): boolean {
  // Somebody may have sorted the ledger since it was read.
  const reopen = (): StoredLedger => {
    const stored = required(store.open(sync.id, organization, sync.source.tabId));
    if (stored === undefined)
      throw new ProblemError(problem('ledger.missing', { name: sync.name }));
    return stored;
  };
  const { damaged } = readLines(reopen().lines);
  if (damaged.length > 0) store.voidLines(damaged, clock.now());
  const { lines } = reopen();
  const whole = readLines(lines);
  const ids = new Set(whole.entries.map(({ index }) => index.id));
  if (whole.damaged.length > 0 || known.some(({ index }) => !ids.has(index.id))) return false;
  store.recordWhole({
    lines: lines.length,
    lastId: whole.entries[whole.entries.length - 1]?.index.id ?? '',
    rebuiltAt: clock.now(),
  });
  return true;
}

/**
 * Makes a ledger anew, or a part of it: lines that are whole stay, and rows without one are looked up in Lago under every id that they may have been sent with.
 * What is found there becomes a line; what differs becomes a conflict, which a person decides; a row that Lago does not have gets none. Sends nothing.
 * That it is being rebuilt is recorded before anything is changed, and taken back at the very end: killed anywhere in between, it is just begun again.
 * On ClickHouse an event is visible only minutes after it was sent, and a run that was killed tells nobody what it sent last. So no row is compared until the
 * rebuilding itself, during which nothing is sent, is older than that delay.
 * @throws ProblemError where Lago cannot be asked now, or the ledger or the tab is another one's or gone
 */
export function rebuildLedger(ports: Ports, request: RebuildRequest): RebuiltPart {
  const { clock, ledger: store } = ports;
  const { ready, from = 0, until } = request;
  const scene = begin(ports, request);
  const { identity, rebuilding, stored, damaged } = scene;
  const visibleAt = rebuilding.since + VISIBILITY_MS;
  if (identity.store !== 'postgres' && clock.now() < visibleAt)
    throw new ProblemError(
      problem('ledger.not-visible', { minutes: Math.ceil((visibleAt - clock.now()) / 60_000) }),
    );

  const entries = [...scene.entries];
  let lines = stored.lines.length;
  const append = (made: readonly LedgerEntry[]): void => {
    if (made.length === 0) return;
    lines += made.length;
    store.append(made, { lines, rebuilding });
    entries.push(...made);
  };
  append(salvaged(damaged, indexEntries(entries)));
  const plan = planToCompare(ports, ready, scene, indexEntries(entries));
  const elsewhere = takenRows(damaged, plan, ready, clock.now());
  append(elsewhere);
  const ledger = indexEntries(entries);
  const hints = new Map<string, number>();
  for (const { id, index } of damaged.flatMap((texts) => remainsOf(texts) ?? []))
    hints.set(baseId(id), Math.max(hints.get(baseId(id)) ?? 0, index?.revision ?? revisionIn(id)));

  const rows = plan.rows.filter(({ row }) => row !== undefined);
  const taken = new Set(elsewhere.map(({ index }) => index.key));
  const settled = new Set<PlannedRow>(
    rows.filter(({ key }) => key !== undefined && taken.has(key)),
  );
  const isContinued =
    rebuilding.done === from &&
    from <= rows.length &&
    digestOf(rows.slice(0, from), settled) === rebuilding.absent;
  const start = isContinued ? from : 0;
  const counts = { found: 0, different: 0, absent: 0 };
  let next = start;
  let size = FIRST_ROWS;
  let isKnown = true;
  while (next < rows.length && isKnown && (next === start || clock.now() < until)) {
    const began = clock.now();
    const some = rows.slice(next, next + size);
    const searches = some.flatMap((row) =>
      row.entry === undefined || settled.has(row)
        ? []
        : [{ row, search: searchFor(row.entry, hints.get(baseIdOf(row.entry))) }],
    );
    const failed = searchLago(
      ports,
      searches.map(({ search }) => search),
      ledger,
    );
    if (failed !== undefined) throw new ProblemError(failed);
    const open = searches.findIndex(({ search }) => search.state === 'not-known');
    const known = open < 0 ? searches : searches.slice(0, open);
    append(known.flatMap(({ search }) => search.lines));
    for (const {
      row,
      search: { lines: made, state },
    } of known) {
      if (made.length > 0) settled.add(row);
      else if (wouldSend(row, ready)) counts.absent++;
      if (state === 'done') counts.found++;
      else if (made.length > 0) counts.different++;
    }
    const done = open < 0 ? some.length : some.indexOf(searches[open]?.row as PlannedRow);
    // Where Lago does not answer for so many at once, it may for fewer.
    isKnown = done > 0 || size > FEWEST_ROWS;
    next += done;
    if (done === 0) size = Math.max(FEWEST_ROWS, Math.floor(size / 4));
    else if (clock.now() - began < QUICK_MS) size = Math.min(size * 2, MOST_ROWS);
  }
  if (next === start && next < rows.length) throw silent();

  const part = {
    ...counts,
    kept: scene.entries.filter(({ index }) => index.at < rebuilding.since).length,
    rows: rows.length,
  };
  if (next === rows.length) {
    findLostRevisions(ports, indexEntries(entries), append);
    findLostReversals(ports, indexEntries(entries), plan, append);
  }
  if (next === rows.length && finish(ports, ready, identity, entries))
    return { ...part, next: undefined };
  // What the sheet has lost in between is looked for from the first row.
  const done = next === rows.length ? 0 : next;
  const absent = digestOf(rows.slice(0, done), settled);
  store.noteRebuilding(ready.sync.id, identity.organization, ready.sync.source.tabId, {
    since: rebuilding.since,
    done,
    absent,
  });
  return { ...part, next: done };
}
