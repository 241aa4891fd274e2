import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { Clock, type ControlCommand, obey } from './control';
import { internal } from './errors';
import type { LagoRequest, LagoResponse } from './exchange';
import { createFakeLago } from './fake-lago';
import type { FakeLagoServerOptions } from './server';

const options = workerData as FakeLagoServerOptions;
const clock = new Clock();
if (options.clock !== undefined) clock.change(options.clock);
const lago = createFakeLago({ ...options, now: clock.now });

const server = createServer(async (incoming, outgoing) => {
  const body = await bodyOf(incoming);
  const response = answer({
    method: incoming.method ?? 'GET',
    url: incoming.url ?? '/',
    headers: headersOf(incoming),
    body,
  });
  setTimeout(() => send(outgoing, response), response.delayMs ?? 0);
});

/**
 * A mistake of the fake must not end the sandbox: it is told on the console and answered as Lago's
 * own would be.
 */
function answer(request: LagoRequest): LagoResponse {
  try {
    return lago.handle(request);
  } catch (error) {
    console.error('The fake Lago failed on', request.method, request.url, error);
    return internal().response();
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const headersOf = (incoming: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
  );

/** A request without an answer keeps its socket until the client gives up. */
function send(outgoing: ServerResponse, response: LagoResponse): void {
  if (response.lost === 'timeout') return;
  if (response.lost === 'reset') {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(response.status, response.headers);
  outgoing.end(response.body);
}

parentPort?.on('message', ({ id, command }: { id: number; command: ControlCommand }) => {
  try {
    parentPort?.postMessage({ id, answer: obey(lago, clock, command) });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});

server.listen(options.port ?? 0, '127.0.0.1', () => {
  parentPort?.postMessage({ listening: (server.address() as AddressInfo).port });
});
