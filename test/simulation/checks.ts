import type { DryRun } from '../../src/rpc/contract';
import { FOREIGN_AMOUNT, type Lasting } from './mishaps';
import type { Row } from './row';
import { REFUSED_CODE, type Scene, WIDER_TEMPLATE } from './scene';
import { contentOf, type SeenExecution } from './witness';

/** What is found after a history has settled: what is broken, and what the rows were shown as. */
export interface Checked {
  readonly violations: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
}

interface LedgerLine {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly undoes: readonly string[];
  /** Lines of a row with the same word travel together or not at all. */
  readonly unit: string | undefined;
  readonly state: string;
  /** The event as it is kept. */
  readonly text: string;
}

interface ArrivedEvent {
  readonly id: string;
  /** The key of the row that it was made of: its id without what the product adds to later ones. */
  readonly key: string;
  readonly revision: number;
  readonly isReversal: boolean;
  readonly content: string;
  /** Subscription, time and code. */
  readonly where: string;
  readonly amount: number;
  readonly note: unknown;
  /** Names of its properties that no template has. */
  readonly further: readonly string[];
  /** When Lago took it (ms). */
  readonly takenAt: number;
}

/** What the rows are shown as by the product itself: its only word in these checks, and each is checked. */
interface ShownRow {
  readonly key?: string | undefined;
  readonly row?: number | undefined;
  readonly action: string;
  readonly problems: readonly { readonly code: string; readonly actor: string }[];
}

/** Where each run leaves its report, in the last column. */
const RUNS = 'Lago runs';
const DERIVED = /~([rx])(\d+)/g;
/** All keys begin so, and a part of a key is as bad as a whole one; a person is shown its last characters. */
const SECRETS = /f00dfeed/;
/** Histories may end in the month after the one that they begin in. */
const NEXT_MONTH = Date.UTC(2026, 11, 1) / 1000;
const FIRST_MONTH = Date.UTC(2026, 10, 1) / 1000;
const DAY_SECONDS = 86_400;

const TOLD = /needs you|stopped|works again/;
/** What Google says, in the language of the person, before any function of the script runs. */
const UNAUTHORIZED = /^Authorization is required/;
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '');
const BY_ITSELF = /^(hourly|on-edit) run$/;

const isMaximum = (where: string): boolean => where.endsWith('"peak"]');

/** What is billed together: of a maximum, all events of a month, whatever their times. */
const placeOf = (where: string): string =>
  isMaximum(where) ? where.replace(/,[\d.]+,/, ',') : where;

/** What a row or an event says, but for its time. */
const timeless = (content: string): string => {
  const [subscription, , ...rest] = JSON.parse(content) as unknown[];
  return JSON.stringify([subscription, ...rest]);
};

const isHeldAsRenamed = ({ problems }: ShownRow): boolean => problems[0]?.code === 'key.renamed';

interface EventText {
  readonly external_subscription_id: string;
  readonly timestamp: number;
  readonly code: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const codeIn = (text: string): string => (JSON.parse(text) as EventText).code;

/** Everything that has to hold once a history has settled. Knows the sheet, Lago, and what was overheard; shares no code with the product. */
export function checkHistory(scene: Scene, lasting: Lasting, shown: DryRun | undefined): Checked {
  return new Check(scene, lasting).made(shown);
}

class Check {
  readonly #scene: Scene;
  readonly #lasting: Lasting;
  readonly #violations: string[] = [];
  readonly #counts: Record<string, number> = {};
  readonly #arrived: readonly ArrivedEvent[];
  readonly #lines: readonly LedgerLine[];
  readonly #rows: readonly Row[];

  constructor(scene: Scene, lasting: Lasting) {
    this.#scene = scene;
    this.#lasting = lasting;
    this.#arrived = this.#readEvents();
    this.#lines = this.#readLedger();
    this.#rows = (scene.rows() ?? []).filter((row) =>
      Object.entries(row).some(
        ([header, text]) => header !== 'status' && text !== '' && text !== 'FALSE',
      ),
    );
  }

  made(shown: DryRun | undefined): Checked {
    for (const text of new Set(this.#scene.broken)) this.#broken(text);
    this.#checkDelivery();
    this.#checkLedger();
    this.#checkUnits();
    if (shown === undefined) this.#broken('it does not settle');
    else {
      this.#checkRows(shown);
      this.#checkStatuses(shown);
    }
    this.#checkSecrets();
    this.#checkExecutions();
    return { violations: this.#violations, counts: this.#counts };
  }

  #broken(text: string): void {
    this.#violations.push(text);
  }

  #count(name: string): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }

  #readEvents(): ArrivedEvent[] {
    const { lago } = this.#scene.world;
    return lago
      .events()
      .map(
        ({
          transactionId,
          externalSubscriptionId,
          code,
          timestampMs,
          properties,
          ingestedAtMs,
        }): ArrivedEvent => {
          const id = String(transactionId);
          const derived = [...id.matchAll(DERIVED)];
          const [, letter, number] = derived.at(-1) ?? [];
          const where = [externalSubscriptionId, timestampMs / 1000, code];
          const amount = Number(properties['amount']);
          return {
            id,
            key: id.replace(DERIVED, ''),
            revision: letter === 'r' ? Number(number) : 1,
            isReversal: letter === 'x',
            content: JSON.stringify([...where, amount]),
            where: JSON.stringify(where),
            amount,
            note: properties['note'],
            further: Object.keys(properties).filter((name) => name !== 'amount' && name !== 'note'),
            takenAt: ingestedAtMs,
          };
        },
      )
      .filter(({ id, amount }) => !(this.#lasting.foreign.has(id) && amount === FOREIGN_AMOUNT));
  }

  #readLedger(): LedgerLine[] {
    const { world } = this.#scene;
    return this.#scene
      .ledgers()
      .flatMap((name) => world.google.spreadsheet.table(name).slice(1))
      .filter(([index = '']) => index.startsWith('{"id"'))
      .map(([index = '', text = '', outcome = '']) => {
        const {
          id,
          key,
          kind,
          unit,
          undoes,
          undoesToo = [],
        } = JSON.parse(index) as LedgerLine & {
          readonly undoes?: string;
          readonly undoesToo?: string[];
        };
        const { state } = JSON.parse(outcome === '' ? '{"state":"none"}' : outcome) as {
          readonly state: string;
        };
        return {
          id,
          key,
          kind,
          unit,
          state,
          text,
          undoes: [...(undoes === undefined ? [] : [undoes]), ...undoesToo],
        };
      });
  }

  /** Nothing is billed twice, altered, or in Lago without a reason. */
  #checkDelivery(): void {
    const { witness, unseenByRebuild, rebuiltAt } = this.#scene;
    const payloads = new Map<string, string>();
    const handedAt = new Map<string, number>();
    for (const { id, text, at } of witness.handed) {
      const known = payloads.get(id);
      // What Lago never took is forgotten with its line, and its row may say something else by then.
      const isForgotten = (handedAt.get(id) ?? at) < rebuiltAt && at >= rebuiltAt;
      handedAt.set(id, at);
      const wasTaken = this.#arrived.some((event) => event.id === id && event.takenAt < rebuiltAt);
      if (known !== undefined && known !== text && !(isForgotten && !wasTaken))
        this.#broken(`two payloads under ${id}: ${known} and ${text}`);
      payloads.set(id, text);
    }
    // A line that was made of what Lago has was never handed over as it stands.
    for (const { id, text, kind } of this.#lines)
      if (kind !== 'adopted' && payloads.has(id) && payloads.get(id) !== text)
        this.#broken(
          `${id} stands in the ledger as ${text}, and was handed over as ${payloads.get(id)}`,
        );
    const times = new Map<string, number>();
    for (const { id } of this.#arrived) times.set(id, (times.get(id) ?? 0) + 1);
    for (const event of this.#arrived) {
      const often = times.get(event.id) ?? 0;
      if (often > 1) this.#broken(`${event.id} is in Lago ${often} times`);
      if (!payloads.has(event.id)) this.#broken(`${event.id} is in Lago and was never handed over`);
      const line = this.#lines.find(({ id }) => id === event.id);
      if (
        line === undefined &&
        !this.#rows.some(({ id }) => id === event.key) &&
        !unseenByRebuild.has(event.key)
      )
        this.#broken(`${event.id} is in Lago without a row or a line`);
      if (event.further.length > 0)
        this.#broken(
          `${event.id} is in Lago with ${event.further.join(', ')}, which no template has`,
        );
      if (event.isReversal) this.#checkReversal(event, line);
      else if (witness.contents.get(event.key)?.has(event.content) !== true)
        this.#broken(`${event.id} is in Lago as ${event.content}, which its row never said`);
      // Another note bills nothing else, so that the newest one need not be in Lago; but it is its row's.
      if (event.note !== undefined && witness.notes.get(event.key)?.has(event.note) !== true)
        this.#broken(
          `${event.id} is in Lago with the note “${String(event.note)}”, which its row never said`,
        );
    }
    for (const event of this.#arrived) this.#checkRepetition(event);
  }

  /** Also where every change is added on top: what a row still says is billed once. */
  #checkRepetition(event: ArrivedEvent): void {
    if (event.isReversal || this.#scene.unseenByRebuild.has(event.key)) return;
    const isUndone = this.#lines.some(
      ({ id, undoes }) => undoes.includes(event.id) && this.#isIn(id),
    );
    const next = this.#arrived
      .filter(
        ({ key, isReversal, revision }) =>
          key === event.key && !isReversal && revision > event.revision,
      )
      .sort((left, right) => left.revision - right.revision)[0];
    if (
      !isUndone &&
      next !== undefined &&
      next.content === event.content &&
      (event.note === undefined || event.note === next.note)
    )
      this.#broken(`${event.id} and ${next.id} bill the same`);
  }

  /** What takes an event back and what replaces it: both are in Lago, or neither; and only where the policies say so. */
  #checkUnits(): void {
    const { policies, witness, settledFrom } = this.#scene;
    const units = new Map<string, LedgerLine[]>();
    for (const line of this.#lines) {
      const unit = this.#unitOf(line);
      if (unit === undefined) continue;
      const name = JSON.stringify([line.key, unit]);
      const named = this.#lines.find(({ id }) => id === unit);
      if (named === undefined && !this.#scene.wasRebuilt)
        this.#broken(`${line.id} belongs to ${unit}, which has no line`);
      else if (named !== undefined && this.#unitOf(named) !== unit)
        this.#broken(`${line.id} belongs to ${named.id}, which left without it`);
      units.set(name, [...(units.get(name) ?? []), line]);
    }
    const isPartial = this.#scene.world.lago.settings.partialBatches;
    for (const lines of units.values()) {
      const arrived = lines.filter(({ id }) => this.#isIn(id));
      const ids = lines.map(({ id }) => id).join(', ');
      if (arrived.length > 0 && arrived.length < lines.length && !isPartial)
        this.#broken(
          `of what belongs together, ${ids}, Lago has only ${arrived.map(({ id }) => id).join(', ')}`,
        );
      if (new Set(lines.map(({ id }) => id.replace(DERIVED, ''))).size > 1)
        this.#broken(`${ids} are of different rows, and travel as one`);
      const first = new Set(
        lines.map(({ id }) => witness.handed.find((event) => event.id === id)?.request),
      );
      if (arrived.length > 0 && first.size > 1)
        this.#broken(`${ids} belong together, and left in different requests`);
      // A person may want back whatever a run sent, by whichever policies.
      if (lines.every(({ kind, undoes }) => kind === 'reversal' && this.#areUndone(undoes)))
        continue;
      const isRemoval = lines.every(({ kind }) => kind === 'reversal');
      if (
        isRemoval &&
        settledFrom !== undefined &&
        !this.#areKeysComplete() &&
        // What left before, and was only sent again, was decided then.
        witness.handed.findIndex(({ id }) => lines[0]?.id === id) >= settledFrom
      )
        this.#broken(`${lines[0]?.key} was taken back while a key cannot be read`);
      const policy = lines.some(({ kind }) => kind !== 'reversal')
        ? policies.changed
        : policies.removed;
      if (arrived.length > 0 && policy !== 'correct')
        this.#broken(`${ids} were sent, and the policy is “${policy}”`);
    }
  }

  #areUndone(ids: readonly string[]): boolean {
    return ids.length > 0 && ids.every((id) => this.#scene.undone.has(id));
  }

  /** A line that was made again of what Lago has does not know with which others it left; those may know it. */
  #unitOf({ id, kind, unit }: LedgerLine): string | undefined {
    return (
      unit ?? (kind === 'adopted' && this.#lines.some((line) => line.unit === id) ? id : undefined)
    );
  }

  #checkReversal(event: ArrivedEvent, line: LedgerLine | undefined): void {
    // Its id tells as well as its line, which may be lost.
    const origin = event.id.replace(/~x\d+$/, '');
    const undone = this.#arrived.find(({ id }) => id === origin);
    if (undone === undefined)
      this.#broken(`${event.id} takes back ${origin}, which Lago does not have`);
    else if (
      undone.where !== event.where ||
      undone.amount !== -event.amount ||
      undone.note !== event.note
    )
      this.#broken(`${event.id} is not the opposite of ${undone.id}`);
    if (line === undefined) return;
    if (line.undoes[0] !== origin)
      this.#broken(`${event.id} takes back ${line.undoes[0]} by its line`);
    const others = this.#lines.filter(
      ({ id, undoes }) =>
        id !== event.id && undoes.includes(line.undoes[0] ?? '') && this.#isIn(id),
    );
    if (others.length > 0)
      this.#broken(`${line.undoes[0]} is taken back by ${event.id} and by ${others[0]?.id}`);
  }

  #isIn(id: string): boolean {
    return this.#arrived.some((event) => event.id === id);
  }

  /** Whether what belongs together with a line has an id of somebody else. */
  #isHalfOfForeign(line: LedgerLine): boolean {
    const unit = this.#unitOf(line);
    return (
      unit !== undefined &&
      this.#lines.some(
        (other) => this.#lasting.foreign.has(other.id) && this.#unitOf(other) === unit,
      )
    );
  }

  #checkLedger(): void {
    const seen = new Set<string>();
    for (const line of this.#lines) {
      const { id, state, kind, text } = line;
      if (seen.has(id)) this.#broken(`two lines for ${id}`);
      seen.add(id);
      const isIn = this.#isIn(id);
      if (state === 'accepted' && !isIn && kind !== 'baseline')
        this.#broken(`${id} counts as accepted, and is not in Lago`);
      if (state === 'rejected' && isIn) this.#broken(`${id} counts as refused, and is in Lago`);
      if (state === 'rejected' && codeIn(text) !== REFUSED_CODE && !this.#isHalfOfForeign(line))
        this.#broken(`${id} counts as refused, and Lago refuses no such event`);
      if (state === 'conflict' && isIn && !this.#lasting.foreign.has(id) && this.#isAsIn(id, text))
        this.#broken(`${id} counts as a conflict, and Lago has it`);
      if (state === 'conflict' && !isIn && !this.#lasting.foreign.has(id))
        this.#broken(`${id} counts as a conflict, and Lago has nothing`);
      if (state === 'stuck' && !this.#lasting.poisonous.has(id))
        this.#broken(`${id} is stuck, and nothing is wrong with it`);
      if (state === 'pending' && !this.#lasting.poisonous.has(id))
        this.#broken(`${id} is still open`);
    }
    const { wasRebuilt, unseenByRebuild } = this.#scene;
    for (const { id, key } of this.#arrived)
      if (
        !seen.has(id) &&
        !(wasRebuilt && (unseenByRebuild.has(key) || this.#isSettledWithoutLine(id)))
      )
        this.#broken(`${id} is in Lago, and has no line`);
  }

  /** Whether Lago has the very event of a line. */
  #isAsIn(id: string, text: string): boolean {
    const {
      external_subscription_id: subscription,
      timestamp,
      code,
      properties,
    } = JSON.parse(text) as EventText;
    const content = JSON.stringify([subscription, timestamp, code, Number(properties['amount'])]);
    return this.#arrived.some(
      (event) => event.id === id && event.content === content && event.note === properties['note'],
    );
  }

  /**
   * Whether a rebuilt ledger can do without its line: a line takes it back, or it takes back what differs from the row, which is left to a person. Any other
   * would be billed on when its row changes.
   */
  #isSettledWithoutLine(id: string): boolean {
    const origin = id.replace(/~x\d+$/, '');
    if (this.#lines.some(({ undoes }) => undoes.includes(id))) return true;
    return (
      origin !== id && this.#lines.some((line) => line.id === origin && line.state === 'conflict')
    );
  }

  #areKeysComplete(): boolean {
    return (
      this.#rows.every(({ id }) => id !== '') &&
      new Set(this.#rows.map(({ id }) => id)).size === this.#rows.length
    );
  }

  /** Every complete row is billed once as the sheet says, or shown with a reason that is true. */
  #checkRows({ rows, counts, checksOff }: DryRun): void {
    const scene = this.#scene;
    if (counts.send > 0) this.#broken(`${counts.send} rows are still to be sent`);
    const shown: readonly ShownRow[] = rows;
    const isCut = rows.length >= 200;
    const missingToldAt = checksOff.some(({ code }) => code === 'row.missing');
    const places = new Map<string, number>();
    for (const row of this.#rows) places.set(row.id, (places.get(row.id) ?? 0) + 1);
    for (const row of this.#rows) {
      const as = shown.find(({ key, problems }) =>
        row.id === '' ? problems[0]?.code === 'key.empty' : key === row.id,
      );
      const often = places.get(row.id) ?? 0;
      if (as !== undefined) this.#checkShown(row, as, often);
      // Of rows that are not shown for want of room, those are billed that nothing is wrong with.
      else if (!isCut || this.#faultsOf(row, often).size === 0) this.#checkBilled(row, often);
    }
    if (missingToldAt && this.#areKeysComplete())
      this.#broken('removed rows are not told apart, and all keys can be read');
    const sentKeys = new Set(this.#arrived.map(({ key }) => key));
    for (const key of sentKeys) {
      if (places.has(key)) continue;
      const as = shown.find((each) => each.key === key);
      if (as === undefined) {
        const isRenamed = this.#rows.some(
          (row) =>
            contentOf(row) === this.#newest(key)?.content &&
            shown.some((each) => each.key === row.id && isHeldAsRenamed(each)),
        );
        if (
          scene.policies.removed !== 'ignore' &&
          !scene.unseenByRebuild.has(key) &&
          this.#effect(key).size > 0 &&
          !missingToldAt &&
          !isRenamed &&
          !isCut
        )
          this.#broken(`${key} was removed, is billed, and is not shown`);
        continue;
      }
      this.#count(`removed, shown as ${as.action}: ${as.problems[0]?.code}`);
      if (this.#net(key).size === 0)
        this.#broken(`${key} is shown as removed, and nothing of it is billed`);
    }
    this.#checkTold(
      shown.filter(({ problems }) =>
        problems.some(({ actor, code }) => actor !== 'wait' && code !== 'row.not-ready'),
      ).length + Number(missingToldAt),
    );
  }

  /** What Lago bills for a key, by subscription, time and code; without what comes to nothing. */
  #net(key: string): Map<string, number> {
    const net = new Map<string, number>();
    for (const { where, amount } of this.#arrived.filter((each) => each.key === key)) {
      const place = placeOf(where);
      const before = net.get(place) ?? 0;
      // Of a maximum the highest counts: one that was raised needs no correction.
      net.set(place, isMaximum(where) ? Math.max(before, amount) : before + amount);
    }
    for (const [where, amount] of net) if (amount === 0) net.delete(where);
    return net;
  }

  /**
   * What Lago bills because of a key alone, by place: a maximum beside another row that is as high
   * has no effect, and is left where it is.
   */
  #effect(key: string): Map<string, number> {
    return new Map(
      [...this.#net(key)].filter(
        ([place, amount]) =>
          !isMaximum(place) ||
          !this.#rows.some(({ id }) => id !== key && (this.#net(id).get(place) ?? 0) >= amount),
      ),
    );
  }

  /** Whether what Lago bills for a key is an amount at one place, but for what has no effect. */
  #isBilledAt(key: string, place: string, amount: number): boolean {
    const net = this.#net(key);
    const effect = this.#effect(key);
    const isHere = net.get(place) === amount || (net.has(place) && !effect.has(place));
    return isHere && [...effect.keys()].every((other) => other === place);
  }

  #isTakenBack({ id }: ArrivedEvent): boolean {
    return this.#arrived.some((event) => event.isReversal && event.id.startsWith(`${id}~x`));
  }

  #newest(key: string): ArrivedEvent | undefined {
    return this.#arrived
      .filter((event) => event.key === key && !event.isReversal)
      .sort((left, right) => right.revision - left.revision)[0];
  }

  #checkBilled(row: Row, often: number): void {
    const wrong = this.#faultsOf(row, often);
    // Lago knows an id by its subscription too, so both events may stand beside each other; and what always fails may have been sent before.
    wrong.delete('event.conflict');
    wrong.delete('event.stuck');
    wrong.delete('row.unsettled');
    // What was sent stays sent when its row is ready no more.
    if (this.#scene.witness.ticked.has(row.id)) wrong.delete('row.not-ready');
    if (wrong.size > 0)
      this.#broken(`${row.id} is shown as billed, and is ${[...wrong].join(', ')}`);
    else if (this.#lasting.foreign.has(row.id) && this.#newest(row.id) === undefined)
      this.#broken(`${row.id} is shown as billed, and Lago has an event of somebody else`);
    else {
      const newest = this.#newest(row.id);
      const net = this.#net(row.id);
      const [subscription, seconds, code, amount] = JSON.parse(contentOf(row)) as [
        string,
        number,
        string,
        number,
      ];
      const where = JSON.stringify([subscription, seconds, code]);
      if (newest === undefined) this.#broken(`${row.id} is shown as billed, and is not in Lago`);
      else if (newest.content !== contentOf(row) && this.#scene.policies.changed !== 'correct')
        this.#broken(`${row.id} says ${contentOf(row)}, and Lago has ${newest.content}`);
      else if (
        this.#scene.policies.changed !== 'add' &&
        !this.#isBilledAt(row.id, placeOf(where), amount)
      )
        this.#broken(
          `${row.id} says ${contentOf(row)}, and Lago bills ${JSON.stringify([...net])}`,
        );
      else this.#count('billed as the sheet says');
    }
  }

  #checkShown(row: Row, { action, problems }: ShownRow, often: number): void {
    const code = problems[0]?.code ?? 'nothing';
    this.#count(`shown as ${action}: ${code}`);
    if (action === 'sent') {
      this.#checkBilled(row, often);
      return;
    }
    const faults = this.#faultsOf(row, often);
    for (const told of problems.length === 0 ? [code] : problems.map((problem) => problem.code))
      if (!faults.has(told))
        this.#broken(
          `${row.id} is shown as ${action} for ${told}, which is not so: ${JSON.stringify(row)}`,
        );
    if (action === 'hold' && this.#net(row.id).size > 0 && !this.#scene.unseenByRebuild.has(row.id))
      this.#broken(`${row.id} is held, and billed`);
  }

  /** All reasons that are true of a row, by the names that the product has for them. */
  #faultsOf(row: Row, often: number): Set<string> {
    const faults = new Set<string>();
    const tells = (code: string, is: boolean): void => {
      if (is) faults.add(code);
    };
    const { id, subscription, time, code, amount, ready, note } = row;
    const seconds = Date.parse(`${time.replace(' ', 'T')}Z`) / 1000;
    const newest = this.#newest(id);
    const now = this.#scene.world.time.now / 1000;
    tells('key.empty', id === '');
    tells('key.duplicate', often > 1);
    // What was sent by the narrower template does not need a note.
    const isWider = this.#scene.template === WIDER_TEMPLATE;
    // A line that was lost says no more by which template its row was sent.
    const isForgotten =
      this.#scene.unseenByRebuild.has(id) && !this.#lines.some(({ key }) => key === id);
    const isNoteRead =
      isWider &&
      (isForgotten ||
        newest === undefined ||
        // Taken back, so that its row is sent by the newest template.
        this.#net(id).size === 0 ||
        this.#isTakenBack(newest) ||
        newest.note !== undefined ||
        newest.content !== contentOf(row));
    tells(
      'row.empty-cell',
      [subscription, time, code, amount, ...(isNoteRead ? [note] : [])].includes(''),
    );
    tells(
      'row.error-cell',
      [subscription, time, code, amount].some((text) => text.startsWith('#')),
    );
    tells('row.not-ready', this.#scene.policies.ready && ready !== 'TRUE');
    const isNumber = /^-?\d+(\.\d+)?$/.test(amount);
    tells('row.not-a-number', !isNumber);
    tells('event.not-a-number', !isNumber);
    tells('row.not-a-time', Number.isNaN(seconds));
    tells('event.unknown-subscription', !['acme', 'globex'].includes(subscription));
    tells('event.unknown-code', !['calls', 'peak', REFUSED_CODE].includes(code));
    tells('event.far-future', seconds > now + 31 * DAY_SECONDS);
    tells('event.late', seconds < (now < NEXT_MONTH ? FIRST_MONTH : NEXT_MONTH));
    tells('event.before-start', seconds < Date.UTC(2026, 8, 1) / 1000);
    const isInMonth = (instant: number): boolean => instant >= FIRST_MONTH && instant < NEXT_MONTH;
    // From here on: what follows from what was sent before.
    const isChanged =
      newest !== undefined &&
      (newest.content !== contentOf(row) ||
        (newest.note !== undefined && String(newest.note) !== note));
    if (isChanged && this.#scene.policies.changed === 'flag') faults.add('row.changed');
    // What takes back and adds leaves the bill as it is where only the note is another, so nothing is owed for it.
    if (
      newest !== undefined &&
      newest.content !== contentOf(row) &&
      this.#scene.policies.changed === 'correct'
    ) {
      const isCounted = newest.where.endsWith('"calls"]') && code === 'calls';
      // Another time in its month is nothing to a maximum.
      const isAlike =
        isMaximum(newest.where) &&
        isInMonth(seconds) &&
        timeless(newest.content) === timeless(contentOf(row));
      if (!(isCounted || isAlike) || faults.size > 0)
        for (const each of ['row.changed', 'row.changed-uncorrected', 'row.uncorrected'])
          faults.add(each);
    }
    if (isChanged && this.#scene.policies.changed === 'add' && faults.size > 0)
      faults.add('row.changed');
    const sentAt =
      newest === undefined ? undefined : Number((JSON.parse(newest.where) as unknown[])[1]);
    tells('key.reused', sentAt !== undefined && isInMonth(sentAt) !== isInMonth(seconds));
    const keys = new Set(this.#rows.map((each) => each.id));
    tells(
      'key.renamed',
      this.#net(id).size === 0 &&
        this.#arrived.some(
          (event) =>
            !keys.has(event.key) &&
            !event.isReversal &&
            event.content === contentOf(row) &&
            this.#net(event.key).size > 0,
        ),
    );
    const ids = this.#lines.filter(({ key }) => key === id).map((line) => line.id);
    tells(
      'event.conflict',
      [id, ...ids].some((each) => this.#lasting.foreign.has(each)),
    );
    tells('event.rejected', code === REFUSED_CODE);
    // A rebuilt ledger can compare Lago's event only with what the row and the template say now.
    const isOther =
      newest !== undefined &&
      (newest.content !== contentOf(row) || newest.note !== (isWider ? note : undefined));
    tells('event.conflict', this.#scene.wasRebuilt && isOther);
    tells('event.stuck', this.#lasting.poisonous.has(id));
    tells('row.unsettled', this.#lasting.poisonous.has(id));
    return faults;
  }

  /** Where a column says it of each row, it says the same as the product does elsewhere. */
  #checkStatuses({ rows }: DryRun): void {
    if (!this.#scene.hasStatuses) return;
    const words: Readonly<Record<string, RegExp>> = {
      sent: /^Sent/,
      hold: /^(Held|Waiting)/,
      wait: /^Waiting/,
      flag: /^Differs from Lago/,
      refused: /^Refused/,
    };
    const shown: readonly ShownRow[] = rows;
    if (rows.length >= 200) return;
    for (const { id, status } of this.#rows) {
      if (id === '') continue;
      const action = shown.find(({ key }) => key === id)?.action ?? 'sent';
      if (words[action]?.test(status) !== true)
        this.#broken(`the status of ${id} is “${status}”, and it is shown as ${action}`);
    }
  }

  /** Whoever activated the sync has a mail, and the first screen says it. */
  #checkTold(needs: number): void {
    const scene = this.#scene;
    const view = scene.view();
    if (view === undefined) {
      this.#broken('the sync is not shown');
      return;
    }
    const { health } = view;
    // Where nothing else is left to send, an event that always fails cannot be told from a Lago that is away.
    const isAlone =
      health.problem?.code === 'lago.unavailable' &&
      this.#lines.some(
        ({ id, state }) => /pending|stuck/.test(state) && this.#lasting.poisonous.has(id),
      );
    if (health.state === 'stopped' && !isAlone)
      this.#broken(`the sync is stopped: ${health.problem?.code}`);
    if (needs > 0 && health.state !== 'needs-you' && !isAlone)
      this.#broken(`${needs} rows need somebody, and the sync is shown as ${health.state}`);
    if (needs === 0 && health.state !== 'healthy' && !isAlone)
      this.#broken(
        `no row needs anybody, and the sync is shown as ${health.state}: ${health.problem?.code}`,
      );
    // What was told last has to be so; a mail of an earlier trouble says nothing of this one.
    const told = scene.mails().filter(({ subject }) => TOLD.test(subject));
    const { subject = 'nothing', body = '' } = told.at(-1) ?? {};
    if (isAlone) return;
    if (needs === 0 && /needs you|stopped/.test(subject))
      this.#broken(`no row needs anybody, and the last mail is “${subject}”`);
    if (needs === 0) return;
    if (!subject.includes('needs you'))
      this.#broken(`${needs} rows need somebody, and nobody was told by mail`);
    else if (!body.includes(`(${health.problem?.code})`))
      this.#broken(`the last mail does not tell of ${health.problem?.code}`);
  }

  /** Nobody is told the key; what was written was looked at after each execution. */
  #checkSecrets(): void {
    const { witness } = this.#scene;
    for (const { where, text } of witness.said)
      if (SECRETS.test(text)) this.#broken(`an API key stands in ${where}`);
    for (const host of witness.hosts)
      if (host !== 'lago.example') this.#broken(`a request went to ${host}`);
  }

  #checkExecutions(): void {
    const { wasRebuilt, ledgerWasTouched } = this.#scene;
    if (wasRebuilt && !ledgerWasTouched)
      this.#broken('the ledger had to be rebuilt, and nobody had touched it');
    for (const execution of this.#scene.witness.executions) {
      this.#checkBudget(execution);
      this.#checkError(execution);
    }
    this.#checkReports();
  }

  /** A run that ended early says so. */
  #checkReports(): void {
    const { spreadsheet } = this.#scene.world.google;
    if (!spreadsheet.sheets.some(({ name }) => name === RUNS)) return;
    for (const line of spreadsheet.table(RUNS).slice(1)) {
      const text = line.at(-1) ?? '';
      if (!text.startsWith('{')) continue;
      const { report } = JSON.parse(text) as {
        readonly report: {
          readonly trigger: string;
          readonly left: number;
          readonly stopped?: object;
          readonly rows: { readonly send: number };
        };
      };
      const { trigger, left, stopped, rows } = report;
      if (trigger === 'clock' && left === 0 && stopped === undefined && rows.send > 0)
        this.#broken(`an hourly run says that it is through, and ${rows.send} rows are to be sent`);
    }
  }

  /** What goes wrong is a problem in words, or Google's own failure where nobody is there to be told. */
  #checkError({ what, killed, error }: SeenExecution): void {
    if (killed || error === undefined || UNAUTHORIZED.test(plain(error.message))) return;
    if (!BY_ITSELF.test(what) || error.name !== 'Exception')
      this.#broken(`${what} threw ${error.name}: ${error.message}`);
  }

  /** Service calls by what was handed over: a fixed part, and some per request. */
  #checkBudget({ what, calls, requests, events }: SeenExecution): void {
    const budget = requests === 0 ? 130 : 200 + 6 * requests;
    if (calls > budget)
      this.#broken(
        `${what} made ${calls} service calls for ${requests} requests with ${events} events`,
      );
  }
}
