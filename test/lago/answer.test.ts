import fc from 'fast-check';
import { exhaustedUntil, readAnswer, waitOf } from '../../src/lago/answer';
import type { LagoResponse } from '../../src/lago/http';
import { ADDRESS, answered, unreachable, validation } from './scripted-http';

const exists = { transaction_id: ['value_already_exist'] };
const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>';

/** What an answer to three events means, in words. */
function meaning(response: LagoResponse): string {
  const answer = readAnswer(response, 3, ADDRESS);
  switch (answer.kind) {
    case 'refused':
      return `refused ${[...answer.events].map(([place, refusal]) => `${place} ${refusal.kind}${refusal.kind === 'rejected' ? ` ${refusal.answer}` : ''}`).join(', ')}`;
    case 'failed':
      return `failed, stored ${answer.stored}${answer.timedOut ? ', timed out' : ''}: ${answer.answer}`;
    case 'slow-down':
      return `slow-down ${answer.waitMs}`;
    case 'stop':
      return `stop ${answer.problem.code}`;
    case 'unclear':
      return `unclear ${answer.answer}`;
    default:
      return answer.kind;
  }
}

const error = (status: number, name: string, code?: string): LagoResponse =>
  answered(status, { status, error: name, ...(code === undefined ? {} : { code }) });

describe('Lago’s answer to a batch of three', () => {
  it.each<[string, LagoResponse, string]>([
    ['all taken', answered(200, { events: [{}, {}, {}] }), 'accepted'],
    [
      'a bad timestamp',
      validation({ 1: { timestamp: ['invalid_format'] } }),
      'refused 1 rejected {"timestamp":["invalid_format"]}',
    ],
    [
      'a blank id and code',
      validation({ 2: { transaction_id: ['value_is_mandatory'], code: ['value_is_mandatory'] } }),
      'refused 2 rejected {"transaction_id":["value_is_mandatory"],"code":["value_is_mandatory"]}',
    ],
    [
      'an expression that fails',
      validation({ 0: 'expression_evaluation_failed: Variable: b not found' }),
      'refused 0 rejected expression_evaluation_failed: Variable: b not found',
    ],
    [
      'objects and texts together',
      validation({ 0: { timestamp: ['invalid_format'] }, 2: 'expression_evaluation_failed: x' }),
      'refused 0 rejected {"timestamp":["invalid_format"]}, 2 rejected expression_evaluation_failed: x',
    ],
    ['duplicates', validation({ 0: exists, 1: exists }), 'refused 0 exists, 1 exists'],
    [
      'a duplicate that has another fault',
      validation({ 0: { ...exists, code: ['value_is_mandatory'] } }),
      'refused 0 rejected {"transaction_id":["value_already_exist"],"code":["value_is_mandatory"]}',
    ],
    ['too many events', validation({ events: ['too_many_events'] }), 'too-many'],
    [
      'no events',
      validation({ events: ['no_events'] }),
      'unclear 422 {"status":422,"error":"Unprocessable Entity","code":"validation_errors","error_details":{"events":["no_events"]}}',
    ],
    [
      'an index beyond the batch',
      validation({ 3: exists }),
      'unclear 422 {"status":422,"error":"Unprocessable Entity","code":"validation_errors","error_details":{"3":{"transaction_id":["value_a',
    ],
    [
      'an index and something else',
      validation({ 0: exists, base: ['x'] }),
      'unclear 422 {"status":422,"error":"Unprocessable Entity","code":"validation_errors","error_details":{"0":{"transaction_id":["value_a',
    ],
    [
      'details as text',
      validation('expression_evaluation_failed: x'),
      'unclear 422 {"status":422,"error":"Unprocessable Entity","code":"validation_errors","error_details":"expression_evaluation_failed: x',
    ],
    [
      'no details',
      error(422, 'Unprocessable Entity', 'provider_error'),
      'failed, stored no: 422 {"status":422,"error":"Unprocessable Entity","code":"provider_error"}',
    ],
    ['an empty 422', answered(422, ''), 'failed, stored no: 422'],
    [
      'a missing body',
      answered(400, { status: 400, error: 'BadRequest: param is missing' }),
      'stop lago.unexpected',
    ],
    ['a business rule', error(405, 'Method Not Allowed', 'not_allowed'), 'stop lago.unexpected'],
    ['a wrong key', error(401, 'Unauthorized'), 'stop lago.unauthorized'],
    [
      'a key without the right',
      error(403, 'Forbidden', 'write_action_not_allowed_for_event'),
      'stop lago.forbidden',
    ],
    ['a wrong path', error(404, 'Not Found', 'resource_not_found'), 'stop lago.not-found'],
    ['a web page for 404', answered(404, HTML), 'stop lago.not-found'],
    ['a redirect', answered(302, ''), 'stop lago.redirect'],
    ['a web page for 200', answered(200, HTML), 'stop lago.not-lago'],
    ['nothing for 200', answered(200, ''), 'stop lago.not-lago'],
    [
      'a cut off 200',
      answered(200, '{"events":[{"lago_id":"1"'),
      'failed, stored maybe: 200, cut off',
    ],
    [
      'a 200 with fewer events',
      answered(200, { events: [{}] }),
      'failed, stored maybe: 200 {"events":[{}]}',
    ],
    [
      'a 200 with other things',
      answered(200, { ok: true }),
      'failed, stored maybe: 200 {"ok":true}',
    ],
    ['a limit', answered(429, '', { 'x-ratelimit-reset': '7' }), 'slow-down 7000'],
    [
      'a limit of a provider',
      error(429, 'Too Many Requests', 'too_many_provider_requests'),
      'slow-down 2000',
    ],
    [
      'an inner fault',
      answered(500, { status: 500, error: 'Internal Server Error' }),
      'failed, stored maybe: 500 {"status":500,"error":"Internal Server Error"}',
    ],
    ['a proxy’s fault', answered(502, HTML), 'failed, stored maybe: 502 Bad Gateway'],
    ['a server that shuts down', answered(503, ''), 'failed, stored maybe: 503'],
    [
      'a proxy’s time-out',
      answered(504, HTML),
      'failed, stored maybe, timed out: 504 502 Bad Gateway',
    ],
    ['a body that is too large', answered(413, HTML), 'too-large'],
    ['no connection', unreachable(), 'failed, stored maybe: DNS error'],
    [
      'a proxy’s other time-out',
      answered(408, HTML),
      'failed, stored maybe, timed out: 408 502 Bad Gateway',
    ],
    ['a time-out', unreachable(true), 'failed, stored maybe, timed out: DNS error'],
  ])('%s', (_, response, expected) => {
    expect(meaning(response)).toBe(expected);
  });

  it('is never an exception, and means stored only where Lago lists as many events as were sent', () => {
    const bodies = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constantFrom(
        '',
        '{',
        'null',
        '[]',
        '{"events":null}',
        '{"error_details":null}',
        '{"error_details":[]}',
        '{"error_details":{}}',
        '{"error_details":{"__proto__":1}}',
      ),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        bodies,
        fc.dictionary(fc.constantFrom('x-ratelimit-reset', 'retry-after'), fc.string()),
        (status, body, headers) => {
          const answer = readAnswer({ status, body, headers }, 3, ADDRESS);
          if (answer.kind === 'accepted') expect(JSON.parse(body).events).toHaveLength(3);
          if (answer.kind === 'refused') expect(answer.events.size).toBeGreaterThan(0);
          if (answer.kind === 'slow-down') expect(answer.waitMs).toBeGreaterThanOrEqual(1000);
          expect(JSON.stringify(answer).length).toBeLessThan(2000);
        },
      ),
    );
  });
});

describe('the wait that Lago asks for', () => {
  it.each<[Record<string, string>, number]>([
    [{ 'x-ratelimit-reset': '30' }, 30_000],
    [{ 'x-ratelimit-reset': '0' }, 1_000],
    [{ 'x-ratelimit-reset': '1.5' }, 1_500],
    [{ 'retry-after': '5' }, 5_000],
    [{ 'x-ratelimit-reset': '3', 'retry-after': '5' }, 3_000],
    [{ 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, 2_000],
    [{ 'x-ratelimit-reset': '-1' }, 2_000],
    [{}, 2_000],
  ])('with %j is %i ms', (headers, expected) => {
    expect(waitOf(headers)).toBe(expected);
  });

  it.each<[LagoResponse, number]>([
    [answered(200, '', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4' }), 14_000],
    [answered(200, '', { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '4' }), 0],
    [answered(429, '', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '4' }), 0],
    [answered(200, ''), 0],
    [unreachable(), 0],
  ])('begins before a limit is passed: %j', (response, expected) => {
    expect(exhaustedUntil(response, 10_000)).toBe(expected);
  });
});
