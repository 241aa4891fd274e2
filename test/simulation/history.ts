import type { DryRun, ReconcileNext } from '../../src/rpc/contract';
import { HOUR, MINUTE } from '../bundle/world';
import { Chance } from './chance';
import { checkHistory } from './checks';
import { Mishaps } from './mishaps';
import { Person, RowMaker } from './people';
import { type Policies, Scene, WIDER_TEMPLATE } from './scene';
import { settled } from './settled';
import { stranger } from './strangers';
import { confirmUndo, lookAtUndo, undoableRuns } from './undo';

export type Store = 'postgres' | 'clickhouse';
export const STORES: readonly Store[] = ['postgres', 'clickhouse'];

export interface HistoryOptions {
  readonly store: Store;
  readonly seed: number;
  /** The script; the built one unless told. */
  readonly code?: string;
  readonly tell?: (line: string) => void;
}

/** An execution that sends makes about so many service calls. */
const CALLS = 90;
const OUT_OF_TIME = 'Exceeded maximum execution time';

/** What came of one history. */
export interface Told {
  readonly violations: readonly string[];
  /** How often what happened. */
  readonly counts: Readonly<Record<string, number>>;
}

const most = (chance: Chance): number =>
  chance.weighed([
    [70, 6],
    [20, 40],
    [5, 130],
    [2, 500],
  ]);

function policiesOf(chance: Chance): Policies {
  return {
    changed: chance.of(['correct', 'correct', 'flag', 'add'] as const),
    removed: chance.of(['correct', 'correct', 'flag', 'ignore'] as const),
    onEdit: chance.isIn(40),
    ready: chance.isIn(25),
  };
}

function sceneOf(chance: Chance, maker: RowMaker, { store, code, tell }: HistoryOptions): Scene {
  const rows = maker.rows(chance.between(1, 8));
  return new Scene(
    {
      store,
      chance,
      policies: policiesOf(chance),
      statuses: chance.isIn(30),
      lago: {
        visibilityDelayMs: chance.of([
          0,
          20_000,
          90_000,
          240_000,
          () => chance.between(0, 240_000),
        ]),
        duplicateRemoval: chance.isIn(50),
        partialBatches: chance.isIn(15),
        omitEventsStore: chance.isIn(10),
        maxBatch: chance.of([100, 100, 100, 25, 3]),
        ...(chance.isIn(10) ? { rateLimitPerSecond: chance.of([2, 10, 50]) } : {}),
      },
      google: {
        unflushed: chance.of(['lost', 'half', 'applied'] as const),
        refusedAt: chance.of(['call', 'flush'] as const),
        addOn: chance.isIn(30),
        fetchTimeoutHonored: chance.isIn(50),
        formulasInTextCells: chance.isIn(50),
        documentCache: chance.isIn(90),
        locale: chance.of(['en', 'de']),
      },
      order: (requests) => chance.order(requests),
      ...(code === undefined ? {} : { code }),
      ...(tell === undefined ? {} : { tell }),
    },
    rows,
  );
}

/** Seeds of strangers begin here, far from those of histories. */
const STRANGERS = 1_000_000_000;

/** A history: a person, a clock, Google and Lago, as a seed draws them; and the settling after it, in which nothing goes wrong any more. */
class History {
  readonly chance: Chance;
  readonly scene: Scene;
  readonly person: Person;
  readonly mishaps: Mishaps;
  readonly #most: number;
  readonly #strangers: Chance;
  readonly #counts: Record<string, number> = {};
  /** What happens before which service call of the next execution. */
  #interruptions = new Map<number, () => void>();
  #depth = 0;
  /** How the product shows the rows once everything has settled. */
  #shown: DryRun | undefined;

  constructor(options: HistoryOptions) {
    const chance = new Chance(options.seed);
    this.chance = chance;
    this.#strangers = new Chance(options.seed + STRANGERS);
    this.#most = most(chance);
    const maker = new RowMaker(chance);
    this.scene = sceneOf(chance, maker, options);
    this.person = new Person(this.scene, maker, chance);
    this.mishaps = new Mishaps(this.scene, chance);
    if (options.seed % 2 === 1) this.mishaps.restlessColumn();
    this.scene.between = ({ index }) => {
      this.scene.world.time.now += this.mishaps.isSlow
        ? chance.between(2_000, 9_000)
        : chance.between(15, 250);
      if (this.#depth > 0) return;
      const act = this.#interruptions.get(index);
      if (act === undefined) return;
      this.#depth++;
      act();
      this.#depth--;
    };
  }

  play(): void {
    const { scene, chance } = this;
    if (chance.isIn(30))
      this.#do('test send', () => scene.rpc('testSend', { id: scene.id, row: 2 }));
    scene.activate();
    const happenings = chance.between(4, 10);
    for (let happening = 0; happening < happenings; happening++) this.#happen();
  }

  #happen(): void {
    const { scene, chance } = this;
    this.#stranger();
    chance.weighed<() => void>([
      [7, () => this.#act()],
      [3, () => this.#mishap()],
      [3, () => this.#pass(chance.of([MINUTE, 7 * MINUTE, HOUR, 3 * HOUR, 9 * HOUR]))],
      [9, () => this.#run()],
      [3, () => this.#look()],
      [1, () => this.#changeTemplate()],
      [1, () => this.#copy()],
      [1, () => this.#pause()],
      [3, () => this.#undo()],
      [
        1,
        () =>
          this.#do('killed hours', () => scene.killedHours(() => this.chance.between(1, CALLS))),
      ],
      [scene.policies.onEdit ? 4 : 0, () => this.#edits()],
    ])();
  }

  /** By a chance of its own, so that the rest of a seed's history is the same without it. */
  #stranger(): void {
    if (!this.#strangers.isIn(25)) return;
    const name = stranger(this.scene, this.#strangers);
    this.#count(name);
    this.scene.tell(`${this.scene.at()} ${name}`);
  }

  #act(): void {
    this.scene.tell(`${this.scene.at()} person ${this.person.act(this.#most)}`);
  }

  #mishap(): void {
    this.scene.tell(`${this.scene.at()} ${this.mishaps.happen()}`);
  }

  #pass(ms: number): void {
    this.scene.world.time.now += ms;
    this.scene.tell(`${this.scene.at()} after ${ms / MINUTE} minutes`);
  }

  /** Draws what gets in between the service calls of the next execution. */
  #interrupt(): void {
    const { chance } = this;
    this.#interruptions = new Map();
    const often = chance.weighed([
      [50, 0],
      [30, 1],
      [20, 2],
    ]);
    for (let interruption = 0; interruption < often; interruption++) {
      const act = chance.weighed<() => void>([
        [5, () => this.#act()],
        [5, () => this.#mishap()],
        [2, () => this.#do('hourly run beside it', () => this.scene.hourly())],
        [
          2,
          () =>
            this.#do('run now beside it', () => this.scene.rpc('runNow', { id: this.scene.id })),
        ],
        [1, () => this.#changeTemplate()],
      ]);
      this.#interruptions.set(chance.between(1, CALLS), () => {
        this.#count('in the middle of an execution');
        this.scene.tell('    meanwhile:');
        act();
      });
    }
  }

  #do(name: string, act: () => unknown): void {
    this.#count(name);
    act();
  }

  #killed(): {
    readonly killAtCall?: number;
    readonly killWhen?: 'before' | 'after';
    readonly maxMs?: number;
  } {
    if (this.chance.isIn(75)) return {};
    this.#count('kills');
    return {
      killAtCall: this.chance.between(1, CALLS),
      killWhen: this.chance.of(['before', 'after'] as const),
    };
  }

  #run(): void {
    const { scene, chance } = this;
    // A run that has nothing to send meets little.
    if (chance.isIn(60)) this.#act();
    if (chance.isIn(50)) scene.tell(`${scene.at()} ${this.mishaps.atLago()}`);
    this.#interrupt();
    const killed = this.#killed();
    if (chance.isIn(70)) scene.hourly(killed);
    else
      this.#do('run now', () =>
        scene.rpc(
          'runNow',
          { id: scene.id, ...(chance.isIn(30) ? { run: 'page', seconds: 5 } : {}) },
          killed,
        ),
      );
    if (chance.isIn(10)) scene.hourly();
    this.#interruptions.clear();
    scene.world.time.now += chance.of([MINUTE, 20 * MINUTE, HOUR]);
  }

  #edits(): void {
    this.#interrupt();
    this.scene.afterEdits(this.#killed());
    this.#interruptions.clear();
  }

  #look(): void {
    const { scene, chance } = this;
    this.#interrupt();
    const { id } = scene;
    chance.of<() => void>([
      () => this.#do('dry run', () => scene.rpc('dryRun', { id })),
      () => this.#do('home', () => scene.rpc('open', {})),
      () =>
        this.#do('test send', () =>
          scene.rpc('testSend', { id, row: chance.between(2, 6) }, this.#killed()),
        ),
      () =>
        this.#do('find row', () => scene.rpc('findRow', { id, key: `k${chance.between(1, 9)}` })),
      () => this.#do('activity', () => scene.rpc('activity', {})),
      () => this.#do('reconcile', () => this.#reconcile()),
      () =>
        this.#do('send again', () =>
          scene.rpc('sendAgain', { id, key: `k${chance.between(1, 9)}` }, this.#killed()),
        ),
    ])();
    this.#interruptions.clear();
  }

  #reconcile(): void {
    const { scene } = this;
    let next: { readonly next?: ReconcileNext } = {};
    for (let part = 0; part < 5; part++) {
      const reply = scene.rpc(
        'reconcile',
        { id: scene.id, month: '2026-11', ...next },
        this.#killed(),
      );
      if (reply?.ok !== true || reply.value.next === undefined) return;
      next = { next: reply.value.next };
    }
  }

  #changeTemplate(): void {
    const { scene } = this;
    this.#count('person: changes the template');
    const before = scene.template;
    scene.template = WIDER_TEMPLATE;
    const sync = scene.view()?.sync;
    const reply =
      sync === undefined ? undefined : scene.rpc('saveSync', { draft: scene.draft(sync.revision) });
    if (reply?.ok !== true) scene.template = before;
  }

  #pause(): void {
    this.#count('person: pauses and resumes');
    this.scene.rpc('pause', { id: this.scene.id });
    if (this.chance.isIn(50)) this.#pass(2 * HOUR);
    this.scene.hourly();
    this.scene.activate();
  }

  /** A person wants back what a run sent, and resumes the sync at once or later. */
  #undo(): void {
    const { scene, chance } = this;
    const runs = undoableRuns(scene);
    if (runs.length === 0) return;
    const undo = lookAtUndo(scene, chance.of(runs));
    if (undo === undefined) return;
    this.#count('person: takes a run back');
    if (chance.isIn(20)) this.#do('hourly run before an undo', () => scene.hourly());
    this.#interrupt();
    confirmUndo(scene, undo, this.#killed());
    this.#interruptions.clear();
    // Whoever has seen no answer asks again, or does not.
    if (chance.isIn(60)) confirmUndo(scene, undo);
    if (chance.isIn(50)) scene.activate();
  }

  /** A copy of the file must not send, whatever is done in it. */
  #copy(): void {
    const { scene, chance } = this;
    this.#count('person: copies the file');
    scene.runCopy(chance.of(['kept', 'lost'] as const));
    scene.tell(`${scene.at()} person copies the file, and runs the copy`);
  }

  #count(name: string): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
  }

  /** Nothing goes wrong any more, and a person mends what is a person's to mend. */
  settle(): void {
    const { scene, mishaps } = this;
    scene.tell(`${scene.at()} nothing goes wrong any more`);
    mishaps.end();
    scene.dayWithoutHelp();
    for (const repair of this.person.repairs.splice(0).reverse()) repair();
    scene.connectOwnKey();
    this.#shown = settled(scene);
  }

  told(): Told {
    const { scene, mishaps, person } = this;
    const { violations, counts } = checkHistory(scene, mishaps, this.#shown);
    const { witness } = scene;
    const sum: Record<string, number> = { ...this.#counts, ...mishaps.counts };
    for (const [name, number] of Object.entries(person.counts))
      sum[name] = (sum[name] ?? 0) + number;
    for (const [name, number] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + number;
    for (const [fault, number] of Object.entries(scene.world.lago.faults.injected()))
      sum[`struck: ${fault}`] = number;
    for (const [fault, number] of Object.entries(scene.world.google.faults.injected()))
      sum[`struck: ${fault}`] = number;
    for (const [answer, number] of Object.entries(witness.answers))
      if (answer !== '200') sum[`answers: ${answer}`] = number;
    return {
      violations,
      counts: {
        ...sum,
        histories: 1,
        executions: witness.executions.length,
        'service calls': witness.executions.reduce((total, { calls }) => total + calls, 0),
        'executions that ran out of time': witness.executions.filter(
          ({ error }) => error?.message === OUT_OF_TIME,
        ).length,
        'executions that died': witness.executions.filter(({ killed }) => killed).length,
        'events handed over': witness.handed.length,
        'events in Lago': scene.world.lago.events().length,
      },
    };
  }
}

/** Plays the history of a seed against an event store, and checks it. The same seed plays the same. */
export function playHistory(options: HistoryOptions): Told {
  const history = new History(options);
  history.play();
  history.settle();
  return history.told();
}
