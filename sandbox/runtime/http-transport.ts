import { createSyncFn } from 'synckit';
import { runtimeFile } from './project';
import type { Transport, TransportAnswer, TransportRequest } from './transport';

/**
 * Longer than any request may take: a worker that does not answer at all becomes an error instead
 * of a hang.
 */
const GIVE_UP_MS = 400_000;

/**
 * Real HTTP, synchronously: a worker sends the wave in parallel while this thread waits. The server
 * must therefore run in another thread or process. The worker starts with the first wave and does
 * not keep the process alive.
 */
export function httpTransport(): Transport {
  let send: ((requests: TransportRequest[]) => TransportAnswer[]) | undefined;
  return (requests) => {
    send ??= createSyncFn<(wave: TransportRequest[]) => Promise<TransportAnswer[]>>(
      runtimeFile('http-worker-entry.mjs'),
      {
        execArgv: [],
        timeout: GIVE_UP_MS,
      },
    );
    return send(requests);
  };
}
