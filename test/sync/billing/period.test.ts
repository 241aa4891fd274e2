import { bookedInto } from '../../../src/sync/billing/period';
import { usageEvent } from '../../lago/scripted-http';

const SINCE = Date.UTC(2026, 11, 1);
const used = usageEvent('t', {
  timestamp: Date.UTC(2026, 10, 28, 14, 5) / 1000,
  properties: { quantity: 5 },
});

describe('usage that is booked into another period', () => {
  it('counts from the period’s first second on, and keeps its own time in a property', () => {
    expect(bookedInto(used, SINCE)).toEqual({
      ...used,
      timestamp: SINCE / 1000,
      properties: { quantity: 5, usage_date: '2026-11-28T14:05:00.000Z' },
    });
  });

  it('lies in the period also where that begins within a second', () => {
    expect(bookedInto(used, SINCE + 1).timestamp * 1000).toBe(SINCE + 1000);
  });

  it('keeps the property of that name that the template has', () => {
    expect(bookedInto({ ...used, properties: { usage_date: '28 Nov' } }, SINCE).properties).toEqual(
      { usage_date: '28 Nov' },
    );
  });
});
