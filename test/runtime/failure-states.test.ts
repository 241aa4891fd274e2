import { type FailureStates, NO_FAILURES, setRights, troubled } from '../../sandbox/failure-states';
import { readOptions } from '../../sandbox/options';
import { newGoogle } from './google';

const REQUEST = {
  method: 'get',
  url: 'https://lago.example',
  headers: {},
  body: '',
  timeoutMs: 60_000,
  followRedirects: false,
} as const;
const fine = { status: 200, headers: {}, body: '{}' };

describe('what goes wrong on the page', () => {
  test('is nothing unless it is asked for', () => {
    const { failures, fresh, crowd } = readOptions([], {});
    expect([failures, fresh, crowd]).toEqual([NO_FAILURES, false, false]);
  });

  test.each<[string[], Partial<FailureStates>]>([
    [['--as', 'viewer'], { as: 'viewer' }],
    [['--authorization', 'expired'], { authorization: 'expired' }],
    [['--slow', '30'], { slowSeconds: 30 }],
    [['--proxy', '502'], { proxy: '502' }],
    [['--answers', 'html'], { answers: 'html' }],
  ])('is read from %j', (args, expected) => {
    expect(readOptions(args, {}).failures).toEqual({ ...NO_FAILURES, ...expected });
  });

  test.each([
    [['--as', 'owner'], '--as is viewer or editor.'],
    [['--slow', 'very'], '--slow is a number of seconds up to 600.'],
    [['--proxy', '404'], '--proxy is 200 or 502.'],
    [['--once', '--as', 'viewer'], 'without --once'],
    [
      [
        '--crowd',
        '--lago',
        'https://lago.example',
        '--sheet',
        'a.csv',
        '--key',
        'k',
        '--template',
        't.json',
      ],
      '--crowd is for the fake Lago',
    ],
  ])('is refused in %j', (args, message) => {
    expect(() => readOptions(args, { LAGO_API_KEY: 'x' })).toThrow(message);
  });

  test('takes the rights of the person and gives them back', () => {
    const google = newGoogle();
    const states = () => [
      google.access.isViewer(google.user),
      google.access.authorizationPage(google.user) !== undefined,
    ];
    setRights(google, { as: 'viewer', authorization: 'partial' });
    expect(states()).toEqual([true, true]);
    setRights(google, NO_FAILURES);
    expect(states()).toEqual([false, false]);
  });

  test('makes answers slow, or pages of a proxy that Lago never sees', () => {
    let failures = NO_FAILURES;
    let reached = 0;
    const transport = troubled(
      (requests) => {
        reached += requests.length;
        return requests.map(() => fine);
      },
      () => failures,
    );
    expect(transport([REQUEST])).toEqual([fine]);
    failures = { ...NO_FAILURES, slowSeconds: 30 };
    expect(transport([REQUEST])).toEqual([{ ...fine, delayMs: 30_000 }]);
    failures = { ...NO_FAILURES, proxy: '502' };
    expect(transport([REQUEST])).toMatchObject([
      { status: 502, body: expect.stringMatching(/^<!DOCTYPE html>/) },
    ]);
    expect(reached).toBe(2);
  });
});
