import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventsStoreName, FakeLagoServer } from '../../sandbox/lago';
import {
  type CommandFiles,
  CUSTOMERS,
  commandFiles,
  type Ended,
  KEY,
  optionsFor,
  outsideLago,
  type Started,
  sheetOf,
  startCommand,
} from './command-line';
import { IS_LONG } from './long';

const ROWS = 230;
/** The product asks ClickHouse for what had no answer after five minutes. */
const LATER_MS = 10 * 60_000;

/** Where a command dies: at a request with events, before or after Lago has them. */
interface Moment {
  /** 1 for the test send. */
  readonly request: number;
  readonly when: 'before' | 'after';
}

/** Stands before Lago, counts requests with events, and kills whoever sends the chosen one. */
class Post {
  /** Requests with events that have come so far. */
  count = 0;
  /** Ids of events that came before they were on the disk. */
  readonly unwritten: string[] = [];
  moment: Moment | undefined;
  victim: Started | undefined;
  readonly #server: Server;

  private constructor(
    private readonly lago: FakeLagoServer,
    private readonly files: CommandFiles,
  ) {
    this.#server = createServer((request, response) => void this.#handle(request, response));
  }

  static async before(lago: FakeLagoServer, files: CommandFiles): Promise<Post> {
    const post = new Post(lago, files);
    await new Promise<void>((resolve) => post.#server.listen(0, '127.0.0.1', resolve));
    return post;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const ids = [...body.matchAll(/"transaction_id":"(ev-[^"]+)"/g)].map(([, id = '']) => id);
    if (ids.length > 0) {
      this.count += 1;
      const written = readFileSync(this.files.state, 'utf8');
      this.unwritten.push(...ids.filter((id) => !written.includes(`\\"${id}\\"`)));
    }
    const dies = ids.length > 0 && this.count === this.moment?.request;
    if (dies && this.moment?.when === 'before') return void this.victim?.child.kill('SIGKILL');
    const answer = await fetch(this.lago.url + (request.url ?? ''), {
      method: request.method ?? 'GET',
      headers: {
        authorization: String(request.headers.authorization),
        'content-type': 'application/json',
      },
      ...(body === '' ? {} : { body }),
    });
    const text = await answer.text();
    if (dies) return void this.victim?.child.kill('SIGKILL');
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  }
}

interface Played {
  readonly lago: FakeLagoServer;
  readonly post: Post;
  readonly options: readonly string[];
}

async function withPost(
  eventsStore: EventsStoreName,
  play: (played: Played) => Promise<void>,
): Promise<void> {
  const lago = await outsideLago({ eventsStore, visibilityDelayMs: 2_000 });
  const files = commandFiles(sheetOf(ROWS));
  const post = await Post.before(lago, files);
  try {
    const options = [...optionsFor(post.url, files), '--once', '--json'];
    await play({ lago, post, options });
    expect(post.unwritten).toEqual([]);
    await expectBilledOnce(lago);
  } finally {
    post.stop();
    await lago.stop();
  }
}

/** The same command at once, and once more later if it then says that not all is in Lago. */
async function goOn({ lago, post, options }: Played): Promise<readonly [Ended, ...Ended[]]> {
  post.moment = undefined;
  const first = await startCommand(options).ended;
  if (first.code === 0) return [first];
  await lago.control({ type: 'clock', clock: { advanceMs: LATER_MS } });
  return [first, await startCommand(options, LATER_MS).ended];
}

/** By what Lago was handed and took: every row one time, and units as many as there are rows. */
async function expectBilledOnce(lago: FakeLagoServer): Promise<void> {
  const handed = await lago.control({ type: 'handed', apiKey: KEY });
  const stored = handed.filter(({ outcome }) => outcome === 'stored');
  const ids = stored.map(({ transactionId }) => transactionId ?? '').sort();
  expect(ids).toEqual(Array.from({ length: ROWS }, (_, row) => `ev-r${row}`).sort());
  const units: number[] = [];
  for (const id of CUSTOMERS) {
    const usage = await lago.control({
      type: 'usage',
      externalCustomerId: id,
      externalSubscriptionId: `sub ${id}`,
      apiKey: KEY,
    });
    const { charges_usage: charges } = usage as { charges_usage: { units: string }[] };
    units.push(...charges.map((charge) => Number(charge.units)));
  }
  expect(units.reduce((sum, each) => sum + each, 0)).toBe(ROWS);
}

const STORES: readonly EventsStoreName[] = ['postgres', 'clickhouse'];
/** The test send, then batches of a hundred. */
const EVERY_MOMENT = [1, 2, 3, 4].flatMap((request): Moment[] => [
  { request, when: 'before' },
  { request, when: 'after' },
]);
const MOMENTS: readonly (readonly [EventsStoreName, Moment])[] = IS_LONG
  ? STORES.flatMap((store) => EVERY_MOMENT.map((moment) => [store, moment] as const))
  : [
      ['postgres', { request: 2, when: 'before' }],
      ['clickhouse', { request: 3, when: 'after' }],
    ];

describe('a command line that is killed, and started again', () => {
  test.each(MOMENTS)('bills every row once on %s, killed at %j', (store, moment) =>
    withPost(store, async (played) => {
      const { post, options } = played;
      post.moment = moment;
      post.victim = startCommand(options);
      expect(await post.victim.ended).toMatchObject({ code: null });
      const [first, ...later] = await goOn(played);
      expect(first.errors).toContain(
        `Process ${post.victim.child.pid} has left the state file locked`,
      );
      // Postgres is asked at once; of ClickHouse nobody knows yet, and the command says so.
      expect([first, ...later].map(({ code }) => code)).toEqual(
        store === 'postgres' ? [0] : [1, 0],
      );
      if (store === 'clickhouse')
        expect(JSON.parse(first.output)).toMatchObject({
          standing: { wait: expect.any(Number) },
          complete: false,
        });
    }),
  );

  if (IS_LONG)
    test.each(STORES.flatMap((store) => [1, 2, 3, 4, 5].map((turn) => [store, turn] as const)))(
      'bills every row once on %s, killed a dozen times wherever it was (%s)',
      (store) =>
        withPost(store, async (played) => {
          for (let kills = 0; kills < 12; kills++) {
            const { child, ended } = startCommand(played.options);
            await wait(300 + Math.random() * 5_000);
            child.kill('SIGKILL');
            await ended;
          }
          expect((await goOn(played)).at(-1)?.code).toBe(0);
        }),
    );
});
