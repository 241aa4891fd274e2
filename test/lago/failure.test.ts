import { excerpt, jsonBody, readProblem, stopProblem } from '../../src/lago/failure';
import type { LagoResponse } from '../../src/lago/http';
import { ADDRESS, answered, unreachable } from './scripted-http';

describe('a body', () => {
  it.each<[unknown, unknown]>([
    ['{"a":1}', { a: 1 }],
    ['', undefined],
    ['<html>', undefined],
    ['[1]', undefined],
    ['null', undefined],
    ['"x"', undefined],
  ])('%j is read as %j', (body, expected) => {
    expect(jsonBody(answered(200, body))).toEqual(expected);
  });

  it('is not there without an answer', () => {
    expect(jsonBody(unreachable())).toBeUndefined();
  });
});

describe('an excerpt', () => {
  it.each<[LagoResponse, string]>([
    [answered(502, '<html>\n<h1>Bad  gateway</h1>\n</html>'), '502 Bad gateway'],
    [
      answered(
        504,
        '<html><head><title>504 Gateway Time-out</title></head><body>' +
          '<h1>504 Gateway Time-out</h1><hr>nginx</body></html>',
      ),
      '504 Gateway Time-out',
    ],
    [answered(502, '502: Bad Gateway'), '502 Bad Gateway'],
    [answered(500, '5001 is no status'), '500 5001 is no status'],
    [answered(500, ''), '500'],
    [answered(500, 'x'.repeat(500)), `500 ${'x'.repeat(120)}`],
    [unreachable(), 'DNS error'],
  ])('of %j is %j', (response, expected) => {
    expect(excerpt(response)).toBe(expected);
  });
});

describe('a problem', () => {
  it.each<[string, LagoResponse, string | undefined, string]>([
    ['a redirect', answered(301, ''), 'lago.redirect', 'lago.redirect'],
    ['401', answered(401, '{}'), 'lago.unauthorized', 'lago.unauthorized'],
    ['403', answered(403, { code: 'endpoint_not_available' }), 'lago.forbidden', 'lago.forbidden'],
    ['401 of a proxy', answered(401, '<html>'), 'lago.not-lago', 'lago.not-lago'],
    ['401 without a word', answered(401, ''), 'lago.not-lago', 'lago.not-lago'],
    ['403 of a proxy', answered(403, '<html>'), 'lago.not-lago', 'lago.not-lago'],
    ['404', answered(404, {}), 'lago.not-found', 'lago.not-found'],
    ['a web page', answered(200, '<html>'), 'lago.not-lago', 'lago.not-lago'],
    ['JSON of something else', answered(200, {}), undefined, 'lago.unexpected'],
    ['405', answered(405, {}), undefined, 'lago.unexpected'],
    ['429', answered(429, ''), undefined, 'lago.rate-limit'],
    ['500', answered(500, ''), undefined, 'lago.unavailable'],
    ['503', answered(503, '<html>'), undefined, 'lago.unavailable'],
    ['no answer', unreachable(), undefined, 'lago.unreachable'],
  ])('of %s', (_, response, stops, reads) => {
    expect(stopProblem(response, ADDRESS)?.code).toBe(stops);
    expect(readProblem(response, ADDRESS).code).toBe(reads);
  });

  it.each([
    [
      '<!DOCTYPE html><html><head><title>Sign\n in</title></head><body><h1>Sign in</h1>',
      'a web page, “Sign in”',
    ],
    ['<html><body>Blocked</body></html>', 'a web page'],
    ['OK', '200 OK'],
  ])('of something else than Lago says what it is, without markup: %s', (body, words) => {
    expect(stopProblem(answered(200, body), ADDRESS)?.message).toBe(
      `https://lago.test answers, but not as Lago does (${words}).`,
    );
  });

  it('says what Lago said', () => {
    expect(
      stopProblem(answered(403, { code: 'write_action_not_allowed_for_event' }), ADDRESS)?.message,
    ).toBe('The API key may not do this (403 write_action_not_allowed_for_event).');
    expect(readProblem(unreachable(), ADDRESS).message).toBe(
      'https://lago.test cannot be reached: DNS error.',
    );
  });
});
