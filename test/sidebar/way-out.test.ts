import { catalogue } from '../../src/problem/catalogue';
import { type Problem, problem } from '../../src/problem/problem';
import { isOfLedger, wayOut } from '../../src/sidebar/way-out';

describe('the way out of a problem', () => {
  test.each([
    ['ledger.copied', 'choice'],
    ['lago.other-organization', 'choice'],
    ['lago.not-lago', 'connection'],
    ['lago.unauthorized', 'connection'],
    ['sheet.header-missing', 'settings'],
    ['template.customer-field', 'settings'],
    ['event.unknown-subscription', 'rows'],
    ['key.duplicate', 'rows'],
    ['run.volume', 'approval'],
    ['run.removals', 'approval'],
    ['event.late', 'late'],
    ['event.before-first-invoice', 'late'],
    ['event.between-plans', 'late'],
    ['event.id-elsewhere', 'event'],
    ['key.reused', 'next-tab'],
    ['ledger.vanished', 'choice'],
    ['ledger.missing', 'choice'],
    ['ledger.damaged', 'choice'],
    ['status.missing', 'statuses'],
    ['lago.unavailable', undefined],
    ['internal', undefined],
  ] as const)('%s: %s', (code, way) => {
    expect(wayOut(problem(code))).toBe(way);
  });

  test('nothing that a person has to do in the connection is without one', () => {
    const codes = (Object.keys(catalogue) as Problem['code'][]).filter(
      (code) => code.startsWith('lago.') && catalogue[code].actor === 'settings',
    );
    expect(codes.filter((code) => wayOut(problem(code)) === undefined)).toEqual([]);
  });
});

test('a ledger that is half made anew is one that cannot be read, and one of another sync is not', () => {
  expect(isOfLedger('ledger.rebuilding')).toBe(true);
  expect(isOfLedger('ledger.found')).toBe(false);
});
