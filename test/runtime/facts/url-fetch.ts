import type { FetchOptions } from '../../../src/apps-script/runtime';
import { type Area, type Google, refusal, UNDOCUMENTED } from './fact';

const REFERENCE = 'reference: UrlFetchApp';
const TEXTS = 'RomainVialard/ErrorHandler: catalogue of errors; reports in public code';
const QUOTAS = 'Apps Script guide: Quotas for Google Services';

/** No such host can exist (RFC 6761), so nothing leaves Google but the question for its address. */
const NOWHERE = 'https://selftest.invalid/events/batch?page=1';

const fetching = ({ UrlFetchApp }: Google, url: string, options: FetchOptions = {}): string =>
  refusal(() => UrlFetchApp.fetch(url, options));

export const urlFetch: Area = {
  title: 'UrlFetchApp',
  facts: [
    {
      id: 'fetch.dns',
      says: 'A host that nobody knows is refused with the whole address, secrets included, muted or not.',
      source: TEXTS,
      probe: ({ google }) => [
        fetching(google, NOWHERE),
        fetching(google, NOWHERE, { muteHttpExceptions: true }),
      ],
      expected: [`Exception: DNS error: ${NOWHERE}`, `Exception: DNS error: ${NOWHERE}`],
    },
    {
      id: 'fetch.as-the-product',
      says: 'All that the product asks for is understood: method, content type, headers, payload, no redirects, a time-out.',
      source: `${REFERENCE}.fetch, advanced parameters; timeoutSeconds`,
      probe: ({ google }) =>
        fetching(google, NOWHERE, {
          method: 'post',
          contentType: 'application/json',
          headers: { Authorization: 'Bearer selftest', Accept: 'application/json' },
          payload: '{"events":[]}',
          muteHttpExceptions: true,
          followRedirects: false,
          timeoutSeconds: 60,
        }),
      expected: `Exception: DNS error: ${NOWHERE}`,
    },
    {
      id: 'fetch.all-or-nothing',
      says: 'One request that reaches nobody makes the whole fetchAll throw, muted or not.',
      source: `${TEXTS}; jpoehnelt/blog: guide to UrlFetchApp`,
      probe: ({ google }) =>
        refusal(() =>
          google.UrlFetchApp.fetchAll([
            { url: NOWHERE, muteHttpExceptions: true },
            { url: NOWHERE, muteHttpExceptions: true },
          ]),
        ),
      expected: `Exception: DNS error: ${NOWHERE}`,
    },
    {
      id: 'fetch.nothing',
      says: 'fetchAll of nothing answers nothing.',
      source: UNDOCUMENTED,
      probe: ({ google }) => google.UrlFetchApp.fetchAll([]).length,
      expected: 0,
    },
    {
      id: 'fetch.no-address',
      says: 'An empty address is refused.',
      source: TEXTS,
      probe: ({ google }) => fetching(google, ''),
      expected: 'Exception: Attribute provided with no value: url',
    },
    {
      id: 'fetch.long-address',
      says: 'An address of more than 2,082 characters is refused.',
      source: `${REFERENCE}; ${TEXTS}`,
      probe: ({ google }) => fetching(google, `https://selftest.invalid/${'x'.repeat(2_100)}`),
      expected: 'Exception: Limit Exceeded: URLFetch URL Length.',
    },
    {
      id: 'fetch.address-of-1500',
      says: 'One of 1,500 characters is not.',
      source: REFERENCE,
      probe: ({ google }) =>
        fetching(google, `https://selftest.invalid/${'x'.repeat(1_475)}`).slice(0, 21),
      expected: 'Exception: DNS error:',
    },
    {
      id: 'fetch.encoded-dots',
      says: 'An address keeps its dots that are written %2E, and its slashes that are written %2F.',
      source: UNDOCUMENTED,
      probe: ({ google }) =>
        fetching(google, 'https://selftest.invalid/customers/a%2Ecom%2Fb/usage'),
      expected: 'Exception: DNS error: https://selftest.invalid/customers/a%2Ecom%2Fb/usage',
    },
    {
      id: 'fetch.encoded-brackets',
      says: 'An address keeps its square brackets that are written %5B and %5D. Of bare ones nobody documents anything; the fake refuses them.',
      source: UNDOCUMENTED,
      probe: ({ google }) => fetching(google, 'https://selftest.invalid/list?status%5B%5D=active'),
      expected: 'Exception: DNS error: https://selftest.invalid/list?status%5B%5D=active',
    },
    {
      id: 'fetch.charset',
      says: 'An answer is read as UTF-8 if the caller says so. Of one that names no charset nobody documents anything; the fake misreads it otherwise.',
      source: 'reference: HTTPResponse.getContentText(charset)',
      heldBy:
        'runtime/url-fetch.test.ts > an answer > is read as UTF-8 if the caller or the answer says so, and misread otherwise',
    },
    {
      id: 'fetch.method',
      says: 'Methods are get, post, put, patch and delete only.',
      source: `${REFERENCE}.fetch; reports in public code`,
      probe: ({ google }) => fetching(google, NOWHERE, { method: 'head' as string as 'get' }),
      expected: 'Exception: Attribute provided with invalid value: method',
    },
    {
      id: 'fetch.private',
      says: 'Addresses of private networks are unknown.',
      source: 'reports in public code',
      heldBy: 'runtime/url-fetch.test.ts > a private address > is unknown to Google: %s',
    },
    {
      id: 'fetch.payload',
      says: 'A request with a payload and no method is a POST of form fields.',
      source: `${REFERENCE}.fetch, contentType`,
      heldBy:
        'runtime/url-fetch.test.ts > a request > is a GET without a payload and a POST of form fields with one',
    },
    {
      id: 'fetch.sent',
      says: 'Headers, content type, time-out and the wish for no redirects are those of the script.',
      source: `${REFERENCE}.fetch`,
      heldBy:
        'runtime/url-fetch.test.ts > a request > carries its headers, its content type, its time-out and whether it follows redirects',
    },
    {
      id: 'fetch.limits',
      says: 'Requests of more than 50 MB, or with more than 8 KB of headers, are refused before they are sent.',
      source: `${QUOTAS}; ${TEXTS}`,
      heldBy: 'runtime/url-fetch.test.ts > a request > is refused: %s',
    },
    {
      id: 'fetch.time-out',
      says: 'Where timeoutSeconds is not honoured, a request waits for a minute.',
      source: 'jpoehnelt/blog: guide to UrlFetchApp (before the option)',
      heldBy:
        'runtime/url-fetch.test.ts > a request > waits 60 seconds where the time-out is not honoured',
    },
    {
      id: 'fetch.timed-out',
      says: 'A request whose answer comes too late was sent all the same.',
      source: 'jpoehnelt/blog: guide to UrlFetchApp',
      heldBy:
        'runtime/url-fetch.test.ts > a slow answer > is lost to a request that waits for less, though it was sent',
    },
    {
      id: 'fetch.parallel',
      says: 'fetchAll sends all at once: it takes as long as the slowest.',
      source: 'tanaikech: benchmark of fetchAll',
      heldBy:
        'runtime/url-fetch.test.ts > a slow answer > takes its time on the clock of the world; a wave takes as long as its slowest',
    },
    {
      id: 'fetch.order',
      says: 'fetchAll answers in the order of its requests.',
      source: 'tanaikech: benchmark of fetchAll',
      heldBy: 'runtime/url-fetch.test.ts > a batch of requests > is answered in its order',
    },
    {
      id: 'fetch.batch-lost',
      says: 'When fetchAll throws, the other requests may have been done, and their answers are lost.',
      source: 'reports in public code',
      heldBy:
        'runtime/url-fetch.test.ts > a batch of requests > loses all its answers to one failure, after every request has had its effect',
    },
    {
      id: 'fetch.muted',
      says: 'A status of 400 and more is thrown with host and beginning of the answer, unless it is muted.',
      source: `${REFERENCE}.fetch, muteHttpExceptions; ${TEXTS}`,
      heldBy:
        'runtime/url-fetch.test.ts > an answer > of 400 and more is thrown with the host and the beginning of the body, unless muted',
    },
    {
      id: 'fetch.network',
      says: 'What never came is thrown with the whole address, muted or not.',
      source: TEXTS,
      heldBy:
        'runtime/url-fetch.test.ts > an answer > that never came (%s) is thrown with the whole address, muted or not',
    },
    {
      id: 'fetch.headers',
      says: 'An answer’s header names are as they came, with one value each.',
      source: 'reference: HTTPResponse.getHeaders; of upper and lower case nobody documents it',
      heldBy:
        'runtime/url-fetch.test.ts > an answer > has its code, its text, and one value per header',
    },
    {
      id: 'fetch.redirects',
      says: 'A redirect is followed, by GET, unless the script has forbidden it.',
      source: `${REFERENCE}.fetch, followRedirects`,
      heldBy:
        'runtime/url-fetch.test.ts > an answer > is a redirect only to who asks for it; otherwise its target, by GET',
    },
    {
      id: 'fetch.large-answer',
      says: 'An answer of more than 50 MB is refused.',
      source: `${QUOTAS}; the text is undocumented`,
      heldBy:
        'runtime/url-fetch.test.ts > an answer > of more than 50 MB is refused, after the request has had its effect',
    },
    {
      id: 'fetch.daily',
      says: 'Every request of a fetchAll counts for the day; beyond, nothing is sent.',
      source: `${QUOTAS}; that each counts, nobody documents`,
      heldBy:
        'runtime/url-fetch.test.ts > a batch of requests > counts every request of the day, and sends nothing beyond',
    },
  ],
};
