import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import type { ClockChange, ControlAnswer, ControlCommand } from './control';
import type { FakeLagoOptions } from './fake-lago';

export interface FakeLagoServerOptions extends Omit<FakeLagoOptions, 'now' | 'visibilityDelayMs'> {
  /** One for all events: a function cannot go to another thread. */
  visibilityDelayMs?: number;
  /** A free one unless given. */
  port?: number;
  /** The machine's time unless given. */
  clock?: ClockChange;
}

export interface FakeLagoServer {
  /** Without a path: `http://127.0.0.1:PORT`. */
  url: string;
  stop(): Promise<void>;
  control<C extends ControlCommand>(command: C): Promise<ControlAnswer<C>>;
}

type Message =
  | { listening: number }
  | { id: number; answer: unknown }
  | { id: number; error: string };

let program: Promise<string> | undefined;

/**
 * The thread's program as one script, built once in a process: loading forty TypeScript files in
 * every thread takes six times as long as all that it does after that.
 */
async function built(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    // The UMD files of jsonc-parser, which Node would take, cannot be bundled.
    mainFields: ['module', 'main'],
    format: 'cjs',
    target: 'node20',
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('');
}

/**
 * The fake over HTTP in a thread of its own, so that a client that blocks its thread still gets
 * answers.
 */
export async function startFakeLago(options: FakeLagoServerOptions): Promise<FakeLagoServer> {
  program ??= built();
  const worker = new Worker(await program, { eval: true, workerData: options, execArgv: [] });
  const control = new Control(worker);
  const port = await control.listening;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => void (await worker.terminate()),
    control: (command) => control.send(command),
  };
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

/** Questions to the worker and the answers that belong to them. */
class Control {
  readonly listening: Promise<number>;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;

  constructor(private readonly worker: Worker) {
    this.listening = new Promise((resolve, reject) => {
      worker.on('message', (message: Message) => {
        if ('listening' in message) resolve(message.listening);
        else this.#settle(message);
      });
      worker.on('error', reject);
      worker.on('exit', () => {
        reject(new Error('The fake Lago stopped.'));
        for (const { reject: refuse } of this.#waiting.values())
          refuse(new Error('The fake Lago stopped.'));
      });
    });
  }

  send<C extends ControlCommand>(command: C): Promise<ControlAnswer<C>> {
    this.#count += 1;
    const id = this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (answer) => resolve(answer as ControlAnswer<C>), reject });
      this.worker.postMessage({ id, command });
    });
  }

  #settle(message: Exclude<Message, { listening: number }>): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('error' in message) waiting?.reject(new Error(message.error));
    else waiting?.resolve(message.answer);
  }
}
