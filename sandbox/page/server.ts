import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Overview, RpcAnswer, SandboxBackend, SheetChange } from './backend';
import { bundlePage, type PageFiles } from './bundle';

export type { SandboxBackend } from './backend';

interface Answer {
  readonly type: string;
  readonly text: string;
}

const html = (text: string): Answer => ({ type: 'text/html; charset=utf-8', text });
const json = (value: unknown): Answer => ({
  type: 'application/json',
  text: JSON.stringify(value ?? null),
});

/** Everything that the page may send, by path. */
interface Body {
  readonly function?: string;
  readonly arguments?: unknown[];
  readonly sheet?: number;
  readonly row?: number;
  readonly column?: number;
  readonly rows?: number;
  readonly columns?: number;
  readonly change?: SheetChange;
  readonly text?: string;
  readonly name?: string;
  readonly ms?: number;
}

/**
 * The sidebar's HTML with `google.script.run` in front of its own script, as Google's frame has it.
 */
function sidebar(content: string, { scriptRun }: PageFiles): string {
  const script = `<script>${scriptRun.replace(/<\/script/gi, '<\\/script')}</script>`;
  return /<head>/i.test(content)
    ? content.replace(/<head>/i, (head) => head + script)
    : script + content;
}

async function overview(backend: SandboxBackend): Promise<Overview> {
  const [now, sheets, selection, mails] = await Promise.all([
    backend.now(),
    backend.sheets(),
    backend.selection?.(),
    backend.mails(),
  ]);
  return { now, realLago: backend.realLago?.(), sheets, selection, mails };
}

async function get(
  url: URL,
  backend: SandboxBackend,
  files: PageFiles,
): Promise<Answer | undefined> {
  const sheet = Number(url.searchParams.get('sheet'));
  switch (url.pathname) {
    case '/':
      return html(files.html);
    case '/page.css':
      return { type: 'text/css; charset=utf-8', text: files.style };
    case '/page.js':
      return { type: 'text/javascript; charset=utf-8', text: files.script };
    case '/sidebar':
      return html(sidebar(await backend.sidebarHtml(url.searchParams.has('shown')), files));
    case '/overview':
      return json(await overview(backend));
    case '/grid':
      return json(await backend.grid(sheet));
    case '/csv':
      return { type: 'text/csv; charset=utf-8', text: await backend.saveCsv(sheet) };
    case '/lago':
      return json(await backend.lago());
    default:
      return undefined;
  }
}

const rpcAnswer = ({ html: page, ...answer }: RpcAnswer): Answer =>
  page === undefined ? json(answer) : html(page);

async function post(url: URL, body: Body, backend: SandboxBackend): Promise<Answer | undefined> {
  const {
    sheet = 0,
    row = 1,
    column = 1,
    rows = 1,
    columns = 1,
    text = '',
    name = 'Sheet',
    ms = 0,
    change,
  } = body;
  switch (url.pathname) {
    case '/rpc':
      return rpcAnswer(await backend.rpc(body.function ?? '', body.arguments ?? []));
    case '/edit':
      return json(await backend.edit(sheet, row, column, text));
    case '/select':
      return json(await backend.select(sheet, row, column, rows, columns));
    case '/paste':
      return json(await backend.paste?.(sheet, row, column, text));
    case '/change':
      return json(change === undefined ? undefined : await backend.change?.(sheet, change));
    case '/csv':
      return json(await backend.loadCsv(name, text));
    case '/advance':
      return json(await backend.advance(ms));
    default:
      return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8')) as Body;
}

/**
 * Another web page must not reach the sandbox: it cannot send JSON here unasked, nor come under
 * another host's name.
 */
const isOurs = ({ headers, method }: IncomingMessage): boolean =>
  /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '') &&
  (method === 'GET' || (headers['content-type'] ?? '').startsWith('application/json'));

async function answer(
  request: IncomingMessage,
  backend: SandboxBackend,
  files: PageFiles,
): Promise<Answer | undefined> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  return request.method === 'POST'
    ? post(url, await readBody(request), backend)
    : get(url, backend, files);
}

function write(response: ServerResponse, status: number, { type, text }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}

/** Serves the sandbox's page on this machine only. Port 0 takes a free one. */
export async function servePage(
  backend: SandboxBackend,
  port = 0,
): Promise<{ url: string; stop(): Promise<void> }> {
  const files = await bundlePage();
  const server = createServer((request, response) => {
    if (!isOurs(request)) {
      write(response, 403, json({ error: 'Only the sandbox page itself may ask.' }));
      return;
    }
    answer(request, backend, files).then(
      (found) =>
        write(
          response,
          found === undefined ? 404 : 200,
          found ?? json({ error: 'There is nothing here.' }),
        ),
      (error: unknown) =>
        write(
          response,
          500,
          json({ error: error instanceof Error ? error.message : String(error) }),
        ),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
