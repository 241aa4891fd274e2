import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { runAsWorker } from 'synckit';
import type { TransportAnswer, TransportFailure, TransportRequest } from './transport';

runAsWorker(
  (requests: TransportRequest[]): Promise<TransportAnswer[]> => Promise.all(requests.map(send)),
);

function send({
  url,
  method,
  headers,
  body,
  timeoutMs,
}: TransportRequest): Promise<TransportAnswer> {
  return new Promise((resolve) => {
    const open = url.startsWith('https:') ? secureRequest : plainRequest;
    // An own connection each: a pooled one that the server has just closed would look like a
    // failure of the request.
    const outgoing = open(url, {
      method: method.toUpperCase(),
      headers: { ...headers, ...length(body) },
      agent: false,
    });
    const timer = setTimeout(() => outgoing.destroy(new Timeout()), timeoutMs);
    const settle = (answer: TransportAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
    };
    outgoing.on('error', (error) => settle({ error: failure(error) }));
    outgoing.on('response', (incoming) => {
      read(incoming).then(settle, (error: unknown) => settle({ error: failure(error) }));
    });
    outgoing.end(body);
  });
}

class Timeout extends Error {}

const length = (body: string): { [name: string]: string } =>
  body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };

async function read(incoming: IncomingMessage): Promise<TransportAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return {
    status: incoming.statusCode ?? 0,
    headers: receivedHeaders(incoming.rawHeaders),
    body: Buffer.concat(chunks).toString('utf8'),
  };
}

/** Names as the server wrote them; repeated ones become lists. */
function receivedHeaders(raw: readonly string[]): { [name: string]: string | string[] } {
  const headers: { [name: string]: string | string[] } = {};
  for (let index = 0; index < raw.length; index += 2) {
    const [name = '', value = ''] = raw.slice(index, index + 2);
    const earlier = headers[name];
    headers[name] = earlier === undefined ? value : [earlier, value].flat();
  }
  return headers;
}

function failure(error: unknown): TransportFailure['error'] {
  if (error instanceof Timeout) return 'timeout';
  const code = (error as { code?: unknown }).code;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns';
  return code === 'ECONNREFUSED' ||
    code === 'EHOSTUNREACH' ||
    code === 'ENETUNREACH' ||
    code === 'ETIMEDOUT'
    ? 'unavailable'
    : 'reset';
}
