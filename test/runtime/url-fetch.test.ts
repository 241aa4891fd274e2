import type { GoogleOptions, TransportAnswer, TransportRequest } from '../../sandbox/runtime';
import type { FetchOptions, FetchRequest, Runtime } from '../../src/apps-script/runtime';
import { newGoogle } from './google';

const URL = 'https://api.example.com/events/batch';
const OK: TransportAnswer = {
  status: 200,
  headers: { 'X-One': 'a', 'set-cookie': ['b', 'c'] },
  body: '{"fine":true}',
};

/** A world in which `answer` is what the network gives. */
function network(
  answer: (request: TransportRequest) => TransportAnswer,
  options: Partial<GoogleOptions> = {},
) {
  const sent: TransportRequest[] = [];
  const google = newGoogle({
    ...options,
    transport: (requests) => {
      sent.push(...requests);
      return requests.map(answer);
    },
  });
  const fetched = (url: string, request: FetchOptions = {}) => {
    const { result, error } = google.run((runtime) => {
      const response = runtime.UrlFetchApp.fetch(url, request);
      return [
        response.getResponseCode(),
        response.getContentText(),
        response.getHeaders(),
      ] as const;
    });
    return error?.message ?? result;
  };
  const fetchedAll = (requests: FetchRequest[]) => {
    const { result, error } = google.run((runtime) =>
      runtime.UrlFetchApp.fetchAll(requests).map((response) => response.getResponseCode()),
    );
    return error?.message ?? result;
  };
  return { google, sent, fetched, fetchedAll };
}

describe('a request', () => {
  test('is a GET without a payload and a POST of form fields with one', () => {
    const { sent, fetched } = network(() => OK);
    fetched(URL);
    fetched(URL, { payload: 'a=b' });
    fetched(URL, { payload: { a: 'b c' } as never });
    expect(
      sent.map(({ method, body, headers }) => [method, body, headers['Content-Type']]),
    ).toEqual([
      ['get', '', undefined],
      ['post', 'a=b', 'application/x-www-form-urlencoded'],
      ['post', 'a=b+c', 'application/x-www-form-urlencoded'],
    ]);
  });

  test('carries its headers, its content type, its time-out and whether it follows redirects', () => {
    const { sent, fetched } = network(() => OK);
    fetched(URL, {
      method: 'post',
      payload: '{}',
      contentType: 'application/json',
      headers: { Authorization: 'Bearer x' },
      timeoutSeconds: 30,
      followRedirects: false,
    });
    expect(sent[0]).toMatchObject({
      headers: { 'Content-Type': 'application/json', Authorization: 'Bearer x' },
      timeoutMs: 30_000,
      followRedirects: false,
    });
    expect(sent[0]?.headers['User-Agent']).toMatch(/Google-Apps-Script/);
  });

  test('waits 60 seconds where the time-out is not honoured', () => {
    const { sent, fetched } = network(() => OK, { fetchTimeoutHonored: false });
    fetched(URL, { timeoutSeconds: 30 });
    expect(sent[0]?.timeoutMs).toBe(60_000);
  });

  test.each<[string, string, FetchOptions]>([
    ['Attribute provided with no value: url', '', {}],
    ['Invalid argument: api.example.com', 'api.example.com', {}],
    ['Limit Exceeded: URLFetch URL Length.', `https://api.example.com/${'x'.repeat(2059)}`, {}],
    ['Limit Exceeded: URLFetch POST Size.', URL, { payload: 'x'.repeat(50 * 1024 * 1024 + 1) }],
    ['Limit Exceeded: URLFetch Header Size.', URL, { headers: { A: 'x'.repeat(8192) } }],
    ['Attribute provided with invalid value: method', URL, { method: 'head' as never }],
    ['Attribute provided with invalid value: Header:Host', URL, { headers: { Host: 'x' } }],
    ['Attribute provided with no value: Header:A', URL, { headers: { A: null as never } }],
  ])('is refused: %s', (text, url, options) => {
    const { sent, fetched } = network(() => OK);
    expect(fetched(url, options)).toBe(text);
    expect(sent).toEqual([]);
  });
});

describe('an answer', () => {
  test('is read as UTF-8 if the caller or the answer says so, and misread otherwise', () => {
    const read = (charset: string | undefined, type: string): unknown =>
      network(() => ({
        status: 200,
        headers: { 'Content-Type': type },
        body: 'Zürich',
      })).google.run(({ UrlFetchApp }) => {
        const answer = UrlFetchApp.fetch(URL, {});
        return charset === undefined ? answer.getContentText() : answer.getContentText(charset);
      }).result;
    expect(read('UTF-8', 'text/html')).toBe('Zürich');
    expect(read(undefined, 'application/json; charset=utf-8')).toBe('Zürich');
    expect(read(undefined, 'application/json')).toBe('ZÃ¼rich');
  });

  test('has its code, its text, and one value per header', () => {
    expect(network(() => OK).fetched(URL)).toEqual([
      200,
      '{"fine":true}',
      { 'X-One': 'a', 'set-cookie': 'c' },
    ]);
  });

  test('of 400 and more is thrown with the host and the beginning of the body, unless muted', () => {
    const { fetched } = network(() => ({ status: 404, headers: {}, body: 'x'.repeat(200) }));
    expect(fetched(URL)).toBe(
      `Request failed for https://api.example.com returned code 404. Truncated server response: ${'x'.repeat(100)}... (use muteHttpExceptions option to examine full response)`,
    );
    expect(fetched(URL, { muteHttpExceptions: true })).toEqual([404, 'x'.repeat(200), {}]);
  });

  test('of more than 50 MB is refused, after the request has had its effect', () => {
    const { sent, fetched } = network(({ url }) => ({
      status: 200,
      headers: {},
      body: 'x'.repeat(50 * 1024 * 1024 + (url === URL ? 1 : 0)),
    }));
    expect(fetched(URL, { muteHttpExceptions: true })).toBe(
      'Limit Exceeded: URLFetch Response Size.',
    );
    expect([(fetched(`${URL}?less`) as readonly unknown[])[0], sent.length]).toEqual([200, 2]);
  });

  test.each([
    ['dns', `DNS error: ${URL}`],
    ['unavailable', `Address unavailable: ${URL}`],
    ['reset', `Address unavailable: ${URL}`],
    ['timeout', `Timeout: ${URL}`],
  ] as const)(
    'that never came (%s) is thrown with the whole address, muted or not',
    (error, text) => {
      expect(network(() => ({ error })).fetched(URL, { muteHttpExceptions: true })).toBe(text);
    },
  );

  test('is a redirect only to who asks for it; otherwise its target, by GET', () => {
    const { sent, fetched } = network(({ url }) =>
      url === URL ? { status: 302, headers: { Location: '/login' }, body: 'moved' } : OK,
    );
    expect(fetched(URL, { method: 'post', payload: 'x', followRedirects: false })).toEqual([
      302,
      'moved',
      { Location: '/login' },
    ]);
    expect(fetched(URL, { method: 'post', payload: 'x' })).toMatchObject([
      200,
      '{"fine":true}',
      {},
    ]);
    expect(sent.at(-1)).toMatchObject({
      method: 'get',
      body: '',
      url: 'https://api.example.com/login',
    });
  });
});

describe('a batch of requests', () => {
  const requests = ['a', 'b', 'c'].map(
    (path): FetchRequest => ({ url: `https://api.example.com/${path}`, muteHttpExceptions: true }),
  );

  test('is answered in its order', () => {
    const { fetchedAll } = network(({ url }) => ({
      status: url.endsWith('b') ? 422 : 200,
      headers: {},
      body: '',
    }));
    expect(fetchedAll(requests)).toEqual([200, 422, 200]);
    expect(fetchedAll([])).toEqual([]);
  });

  test('loses all its answers to one failure, after every request has had its effect', () => {
    const { sent, fetchedAll } = network(({ url }) =>
      url.endsWith('a') ? { error: 'timeout' } : OK,
    );
    expect(fetchedAll(requests)).toBe('Timeout: https://api.example.com/a');
    expect(sent).toHaveLength(3);
  });

  test('loses all its answers to one bad code that is not muted', () => {
    const { sent, fetchedAll } = network(({ url }) =>
      url.endsWith('c') ? { status: 500, headers: {}, body: 'oops' } : OK,
    );
    expect(fetchedAll(requests.map(({ url }) => ({ url })))).toMatch(
      /^Request failed for https:\/\/api\.example\.com returned code 500/,
    );
    expect(sent).toHaveLength(3);
  });

  test('counts every request of the day, and sends nothing beyond', () => {
    const { google, sent, fetchedAll } = network(() => OK, { quotas: { urlFetchCalls: 5 } });
    expect([fetchedAll(requests), fetchedAll(requests)]).toEqual([
      [200, 200, 200],
      'Service invoked too many times for one day: urlfetch.',
    ]);
    expect([sent.length, google.quotas.urlFetchCalls]).toEqual([3, 2]);
  });
});

describe('a private address', () => {
  test.each([
    'http://localhost:3000/',
    'http://127.0.0.1/',
    'http://192.168.1.2/',
    'http://10.0.0.1/',
    'http://172.20.0.1/',
    'http://[::1]/',
  ])('is unknown to Google: %s', (url) => {
    expect(network(() => OK).fetched(url)).toBe(`DNS error: ${url}`);
  });

  test('is reached by option', () => {
    expect(
      network(() => OK, { allowLocalhost: true }).fetched('http://localhost:3000/'),
    ).toMatchObject([200, OK.body, {}]);
  });
});

describe('a slow answer', () => {
  const late = (delayMs: number) => (): TransportAnswer => ({ ...OK, delayMs });

  test('takes its time on the clock of the world; a wave takes as long as its slowest', () => {
    const { google } = network(({ url }) => ({
      ...OK,
      delayMs: url.endsWith('slow') ? 30_000 : 1000,
    }));
    const wave = (runtime: Runtime) =>
      runtime.UrlFetchApp.fetchAll([{ url: URL }, { url: `${URL}?slow` }, { url: URL }]).length;
    expect(google.run(wave)).toMatchObject({ result: 3, durationMs: 30_000 });
  });

  test('is lost to a request that waits for less, though it was sent', () => {
    const { google, sent } = network(late(30_000));
    const { error, durationMs } = google.run((runtime) =>
      runtime.UrlFetchApp.fetch(URL, { timeoutSeconds: 20 }),
    );
    expect([error?.message, durationMs, sent.length]).toEqual([`Timeout: ${URL}`, 20_000, 1]);
  });

  test('is lost after a minute where the newer option is not honoured', () => {
    const { google } = network(late(90_000), { fetchTimeoutHonored: false });
    const { error, durationMs } = google.run((runtime) =>
      runtime.UrlFetchApp.fetch(URL, { timeoutSeconds: 120 }),
    );
    expect([error?.message, durationMs]).toEqual([`Timeout: ${URL}`, 60_000]);
  });

  test('ends the execution that has no time left', () => {
    const { google } = network(late(100_000));
    const seen: string[] = [];
    const { killed, error } = google.run((runtime) => {
      try {
        for (let count = 0; count < 5; count += 1) {
          runtime.UrlFetchApp.fetch(URL, {});
          seen.push('answered');
        }
      } finally {
        seen.push('ended');
      }
    });
    expect([killed, error?.message, seen.filter((step) => step === 'answered').length]).toEqual([
      true,
      'Exceeded maximum execution time',
      3,
    ]);
  });
});
