import type { FakeLagoOptions } from '../sandbox/lago';
import type {
  ExecutionOptions,
  ExecutionReport,
  FakeGoogle,
  ServiceCall,
} from '../sandbox/runtime';
import type { Argument, Method, Value } from '../src/rpc/contract';
import {
  activate,
  createWorld,
  HOUR,
  lagoAnswer,
  START,
  TAB,
  TEMPLATE,
  type World,
  type WorldOptions,
} from '../test/bundle/world';
import { CostModel, isCounted, type LagoSpeed, REQUESTS_PER_SECOND, type Wave } from './cost-model';

/** Ten columns, of which an event is made of the first four. */
export const HEADERS = [
  'id',
  'subscription',
  'time',
  'amount',
  'region',
  'project',
  'host',
  'user',
  'note',
  'sent',
];
export const AMOUNT = 4;
/** Google's columns of a new sheet, which a sheet of half a million rows has no room for. */
const GRID_COLUMNS = 26;

export const DAYS = 18;

/** Complete rows, dated evenly over the days before the bench's today. */
export const usageRow = (index: number, count: number): string[] => [
  `r${index + 1}`,
  index % 2 === 0 ? 'acme' : 'globex',
  new Date(Date.UTC(2026, 10, 1) + Math.floor((index * DAYS * 86_400_000) / count))
    .toISOString()
    .slice(0, 19)
    .replace('T', ' '),
  String(index + 1),
  'eu-west',
  `project ${index % 40}`,
  `host-${index % 200}`,
  `user${index % 900}`,
  '',
  '',
];

export const usage = (count: number): string[][] =>
  Array.from({ length: count }, (_, index) => usageRow(index, count));

/** What one execution did, in the model. */
export interface Played {
  readonly seconds: number;
  /** Of Google's services, all that the fake counts. */
  readonly calls: number;
  readonly order: readonly string[];
  readonly cellsRead: number;
  readonly cellsWritten: number;
  /** Waited for Lago and the network. */
  readonly waited: number;
  readonly waves: readonly Wave[];
  readonly requests: number;
  /** Of Lago's answers. */
  readonly kilobytes: number;
  readonly killed: boolean;
}

export interface SceneOptions {
  readonly rows: readonly (readonly string[])[];
  readonly store?: FakeLagoOptions['eventsStore'];
  readonly lago?: LagoSpeed;
  /** Another script than the product. */
  readonly code?: string;
  readonly crowd?: { readonly metrics: number; readonly subscriptions: number };
  readonly metrics?: NonNullable<WorldOptions['metrics']>;
  readonly visibilityDelayMs?: number;
}

const LONG_MS = 3_600_000;
const PLENTY = 1e9;

type Options = Omit<ExecutionOptions, 'trigger' | 'user' | 'onCall'>;
type ReportOf<T> = { readonly value: T; readonly played: Played };

/** A world whose clock is the model's. */
export class Scene {
  readonly world: World;
  readonly model: CostModel;
  readonly google: FakeGoogle;
  #last: Played | undefined;

  constructor({ rows, lago = 'fast', crowd, visibilityDelayMs = 0, ...options }: SceneOptions) {
    this.world = createWorld({
      headers: HEADERS,
      rows,
      lago: { rateLimitPerSecond: REQUESTS_PER_SECOND, visibilityDelayMs },
      google: {
        runawayMs: LONG_MS,
        quotas: { urlFetchCalls: PLENTY, propertyReads: PLENTY, propertyWrites: PLENTY },
      },
      ...options,
    });
    this.google = this.world.google;
    this.google.quotas.triggerMs = PLENTY;
    this.google.spreadsheet.deleteColumns(TAB, HEADERS.length + 1, GRID_COLUMNS - HEADERS.length);
    if (crowd !== undefined) {
      this.world.time.now = START - 30 * 24 * HOUR;
      this.world.lago.seed.catalog({ crowd });
      this.world.time.now = START;
    }
    this.model = new CostModel(this.world.time, lago);
    this.world.intercept = (request) => {
      const { method, url } = request;
      const delayMs = this.model.delayOf({ ...request, method, url, headers: {} });
      const { status, headers, body } = lagoAnswer(this.world.lago, request);
      this.model.answerCharacters += body.length;
      return { status, headers, body, delayMs };
    };
  }

  /** Connects, saves and activates a sync with all columns, as the page picks them. */
  activate(choice: Parameters<typeof activate>[1] = {}): string {
    return activate(this.world, { headers: HEADERS, template: TEMPLATE, ...choice });
  }

  ask<M extends Method>(method: M, argument: Argument<M>): ReportOf<Value<M>> {
    let value: Value<M> | undefined;
    const played = this.play((options) => {
      const reply = this.world.call(method, argument, options);
      if (!reply.ok) throw new Error(`${reply.problem.code}: ${reply.problem.message}`);
      value = reply.value;
      return this.world.execution();
    });
    return { value: value as Value<M>, played };
  }

  /** Asks, and dies at a service call, before which somebody looks. */
  killed<M extends Method>(
    method: M,
    argument: Argument<M>,
    killAtCall: number,
    look: () => void,
  ): void {
    const { model, world } = this;
    model.clear();
    const options = {
      killAtCall,
      killWhen: 'before',
      onCall: (call: ServiceCall) => {
        model.onCall(call);
        if (call.index === killAtCall) look();
      },
    } as const;
    try {
      world.call(method, argument, options);
    } catch {
      if (!world.execution().killed) throw new Error(`It did not die at call ${killAtCall}.`);
    }
  }

  /** The clock's trigger. */
  hourly(options: Options = {}): Played {
    return this.play((each) => {
      const [report] = this.google.fireHourly({ ...options, ...each });
      if (report === undefined) throw new Error('There is no hourly trigger.');
      return report;
    });
  }

  /** A person types into a cell (1-based), and the trigger of edits runs. */
  edit(row: number, column: number, text: string): Played {
    this.google.spreadsheet.edit(TAB, row, column, text);
    return this.play((options) => {
      const [report] = this.google.runEditQueue(options);
      if (report === undefined) throw new Error('There is no trigger of edits.');
      return report;
    });
  }

  /** A function of a hand-written script. */
  call(functionName: string, options: Options = {}): Played {
    return this.play((each) => this.google.execute(functionName, [], { ...options, ...each }));
  }

  /** Runs until nothing is left, as somebody who asks again and again. */
  deliver(id: string, most = 20): { readonly runs: readonly Played[]; readonly delivered: number } {
    const runs: Played[] = [];
    let delivered = 0;
    for (let run = 0; run < most; run++) {
      const approved = { events: PLENTY, removed: PLENTY };
      const { value, played } = this.ask('runNow', { id, approved });
      runs.push(played);
      delivered += value.delivered;
      if (value.left === 0 || value.delivered === 0) {
        if (value.left > 0) throw new Error(`${value.stopped?.code}: ${value.stopped?.message}`);
        break;
      }
    }
    return { runs, delivered };
  }

  get last(): Played {
    if (this.#last === undefined) throw new Error('Nothing was played yet.');
    return this.#last;
  }

  pass(ms: number): void {
    this.world.time.now += ms;
  }

  play(execute: (options: Pick<ExecutionOptions, 'onCall'>) => ExecutionReport): Played {
    const { model, world } = this;
    model.clear();
    world.lago.requests.clear();
    const began = world.time.now;
    const { serviceCalls, killed } = execute({ onCall: model.onCall });
    model.ended();
    const { cellsRead, cellsWritten, waitedMs, waves, answerCharacters } = model;
    this.#last = {
      seconds: (world.time.now - began) / 1000,
      calls: serviceCalls.total,
      order: serviceCalls.order,
      cellsRead,
      cellsWritten,
      waited: waitedMs / 1000,
      waves,
      requests: world.lago.requests.entries.length,
      kilobytes: answerCharacters / 1024,
      killed,
    };
    return this.#last;
  }
}

/** A sync whose rows were all sent an hour ago. */
export function sent(
  options: SceneOptions,
  choice: Parameters<Scene['activate']>[0] = {},
): { readonly scene: Scene; readonly id: string; readonly runs: readonly Played[] } {
  const scene = new Scene(options);
  const id = scene.activate(choice);
  const { runs, delivered } = scene.deliver(id);
  if (delivered !== options.rows.length)
    throw new Error(`${delivered} of ${options.rows.length} rows were sent.`);
  scene.pass(HOUR);
  return { scene, id, runs };
}

/** Calls from one wave to the next, beside answers and handles, by wave. */
export const callsPerWave = ({ order, waves }: Played): number[] =>
  waves.slice(1).map(({ call }, index) => {
    const from = waves[index]?.call ?? call;
    return order.slice(from - 1, call - 1).filter(isCounted).length;
  });

export const total = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0);
