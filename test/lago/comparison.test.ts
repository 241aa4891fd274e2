import { isSameEvent, readStoredEvent } from '../../src/lago/comparison';
import type { UsageEvent } from '../../src/value/usage-event';
import { shownEvent, usageEvent } from './scripted-http';

function same(
  sent: Partial<UsageEvent>,
  shown: Readonly<Record<string, unknown>>,
  computed?: string,
): boolean {
  const event = usageEvent('t', sent);
  const stored = readStoredEvent(shownEvent(event, shown));
  if (stored === undefined) throw new Error('not an event');
  return isSameEvent(event, stored, computed);
}

const properties = (
  sent: UsageEvent['properties'],
  stored: UsageEvent['properties'],
  computed?: string,
): boolean => same({ properties: sent }, { properties: stored }, computed);

describe('Lago’s event is the one that was sent', () => {
  it.each<[string, boolean]>([
    ['as it is shown', same({}, {})],
    ['with a number as text', properties({ a: 5 }, { a: '5' })],
    ['with a text as number', properties({ a: '5' }, { a: 5 })],
    [
      'with a number that is written otherwise',
      properties({ a: '5.0', b: 0.1 }, { a: 5, b: '0.100' }),
    ],
    ['with a number with an exponent', properties({ a: '0.0000001453' }, { a: '1.453e-07' })],
    ['with a large number', properties({ a: '1000000000000000000000' }, { a: 1e21 })],
    ['with true as text', properties({ a: true }, { a: 'true' })],
    [
      'with all values as texts, as ClickHouse has them',
      properties({ a: 5, b: true, c: 'x', d: '1.50' }, { a: '5', b: 'true', c: 'x', d: '1.5' }),
    ],
    ['with no amount as zero', same({}, { precise_total_amount_cents: '0.0' })],
    ['a millisecond earlier', same({}, { timestamp: '2026-03-02T11:59:59.999Z' })],
    ['without properties', same({ properties: {} }, { properties: null })],
    ['with its properties in another order', properties({ a: 1, b: 2 }, { b: 2, a: 1 })],
    [
      'with the property that its expression computes',
      properties({ a: 2 }, { a: 2, total: '6.0' }, 'total'),
    ],
    [
      'with a property that its expression replaces',
      properties({ a: 2, total: 1 }, { a: 2, total: '6.0' }, 'total'),
    ],
    [
      'with an amount',
      same(
        { precise_total_amount_cents: '123.45' },
        { precise_total_amount_cents: '123.450000000000000' },
      ),
    ],
    [
      'with a time of milliseconds',
      same({ timestamp: 1_772_442_000.123 }, { timestamp: '2026-03-02T09:00:00.123Z' }),
    ],
    [
      'with a time that was cut to milliseconds',
      same({ timestamp: 1_772_442_000.1239 }, { timestamp: '2026-03-02T09:00:00.123Z' }),
    ],
    [
      'with properties that are called like prototypes',
      properties(
        { constructor: 'x', toString: '1' } as unknown as UsageEvent['properties'],
        { constructor: 'x', toString: 1 } as unknown as UsageEvent['properties'],
      ),
    ],
  ])('%s', (_, found) => {
    expect(found).toBe(true);
  });
});

describe('Lago’s event is another one', () => {
  it.each<[string, boolean]>([
    ['with another id', same({}, { transaction_id: 'u' })],
    ['with another subscription', same({}, { external_subscription_id: 's2' })],
    ['without a subscription', same({}, { external_subscription_id: null })],
    ['with another code', same({}, { code: 'Units' })],
    ['two milliseconds later', same({}, { timestamp: '2026-03-02T12:00:00.002Z' })],
    ['at no time', same({}, { timestamp: 'x' })],
    ['with another number', properties({ a: 5 }, { a: 5.01 })],
    ['with another text', properties({ a: 'x' }, { a: 'X' })],
    [
      'with a number padded with zeros in front of it as text',
      properties({ a: 'x1' }, { a: 'x01' }),
    ],
    ['with a property less', properties({ a: 1, b: 2 }, { a: 1 })],
    ['with a property more', properties({ a: 1 }, { a: 1, b: 2 })],
    ['with a property of another name', properties({ a: 1 }, { b: 1 })],
    [
      'with a property more than its expression computes',
      properties({ a: 1 }, { a: 1, total: 1, b: 1 }, 'total'),
    ],
    [
      'with another value that its expression reads',
      properties({ a: 1 }, { a: 2, total: 1 }, 'total'),
    ],
    [
      'with a property that only prototypes have',
      properties({ constructor: 'x' } as unknown as UsageEvent['properties'], { a: 'x' }),
    ],
    ['with an amount more', same({}, { precise_total_amount_cents: '5' })],
    [
      'with an amount less',
      same({ precise_total_amount_cents: '5' }, { precise_total_amount_cents: null }),
    ],
    [
      'with another amount',
      same({ precise_total_amount_cents: '5' }, { precise_total_amount_cents: '5.1' }),
    ],
  ])('%s', (_, found) => {
    expect(found).toBe(false);
  });
});

describe('what Lago lists', () => {
  it.each([
    [null],
    ['x'],
    [[]],
    [{}],
    [{ transaction_id: 't' }],
    [{ transaction_id: 5, timestamp: 'x' }],
  ])('is no event as %j', (value) => {
    expect(readStoredEvent(value)).toBeUndefined();
  });

  it('is read with what is missing as empty', () => {
    expect(readStoredEvent({ transaction_id: 't', timestamp: 'x', properties: [1] })).toEqual({
      transaction_id: 't',
      external_subscription_id: '',
      code: '',
      timestamp: 'x',
      precise_total_amount_cents: null,
      properties: {},
    });
  });
});
