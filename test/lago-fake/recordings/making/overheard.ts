import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeLago, type LagoRequest, type LagoResponse } from '../../../../sandbox/lago';
import { KEY } from '../recording';

export interface Overheard {
  readonly request: LagoRequest;
  readonly response: LagoResponse;
}

/**
 * What somebody asks a fake, and what it answers, in order.
 * @param ask asks at an address with the key `KEY`
 * @param atMs the time that the fake takes it to be, ms since 1970
 */
export async function overhear(
  ask: (address: string) => Promise<unknown>,
  atMs: number,
): Promise<Overheard[]> {
  const heard: Overheard[] = [];
  const lago = createFakeLago({ eventsStore: 'postgres', licence: 'free', now: () => atMs });
  lago.seed.organization({ name: 'Acme', apiKey: KEY });
  const server = createServer(async (incoming, outgoing) => {
    const request = await requestOf(incoming);
    const response = lago.handle(request);
    heard.push({ request, response });
    outgoing.writeHead(response.status, response.headers).end(response.body);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await ask(`http://127.0.0.1:${port}`);
  server.close();
  server.closeAllConnections();
  return heard;
}

async function requestOf(incoming: IncomingMessage): Promise<LagoRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return {
    method: incoming.method ?? '',
    url: incoming.url ?? '',
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
