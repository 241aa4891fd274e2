import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { TransportAnswer, TransportRequest } from '../../sandbox/runtime';
import { httpTransport } from '../../sandbox/runtime/http-transport';

/**
 * In a thread of its own: while a wave is on its way, this thread stands still. It answers three
 * requests for /together only when all of them are there, the last one first, and /never not at all.
 */
const SERVER = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const together = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => { body += chunk; });
    request.on('end', () => {
      if (request.url === '/reset') return request.socket.destroy();
      if (request.url === '/moved') return response.writeHead(302, { Location: '/echo' }).end();
      const answer = () => response.writeHead(201, { 'X-Case': 'kept', 'Set-Cookie': ['a', 'b'] }).end(JSON.stringify([request.method, request.url, request.headers.authorization, body]));
      if (request.url === '/never') return;
      if (!request.url.startsWith('/together')) return answer();
      together.push(answer);
      if (together.length === 3) for (const each of together.reverse()) each();
    });
  });
  server.listen(0, () => parentPort.postMessage(server.address().port));
`;

describe('the HTTP transport', () => {
  const server = new Worker(SERVER, { eval: true });
  const send = httpTransport();
  let base = '';

  beforeAll(async () => {
    const [port] = (await once(server, 'message')) as [number];
    base = `http://localhost:${port}`;
  });
  afterAll(() => server.terminate());

  const request = (path: string, more: Partial<TransportRequest> = {}): TransportRequest => ({
    method: 'get',
    url: base + path,
    headers: {},
    body: '',
    timeoutMs: 300_000,
    followRedirects: true,
    ...more,
  });

  test('sends a wave in parallel and answers in its order', () => {
    const paths = ['/together1', '/echo', '/together2', '/together3'];
    const answers = send(paths.map((path) => request(path)));
    expect(answers.map((answer) => JSON.parse((answer as { body: string }).body)[1])).toEqual(
      paths,
    );
  });

  test('sends method, headers and body, and gives status, headers and body', () => {
    const [answer] = send([
      request('/echo', {
        method: 'post',
        headers: { Authorization: 'Bearer x' },
        body: '{"a":"ü"}',
      }),
    ]);
    expect(answer).toMatchObject({
      status: 201,
      headers: { 'X-Case': 'kept', 'Set-Cookie': ['a', 'b'] },
    });
    expect(JSON.parse((answer as { body: string }).body)).toEqual([
      'POST',
      '/echo',
      'Bearer x',
      '{"a":"ü"}',
    ]);
  });

  test('names what went wrong, and follows no redirect', () => {
    const answers = send([
      request('/reset'),
      request('/never', { timeoutMs: 100 }),
      request('', { url: 'http://localhost:1/' }),
      request('/moved'),
    ]);
    expect(
      answers.map((answer: TransportAnswer) => ('error' in answer ? answer.error : answer.status)),
    ).toEqual(['reset', 'timeout', 'unavailable', 302]);
  });
});
