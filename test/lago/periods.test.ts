import fc from 'fast-check';
import type { Subscription } from '../../src/lago/catalog';
import { spanOf } from '../../src/lago/periods';
import type { Span } from '../../src/sync/billing/period';
import { usageEvent } from './scripted-http';

const at = (text: string): number => Date.parse(text);
const DAY = 86_400_000;

const subscription = (changes: Partial<Subscription> = {}): Subscription => ({
  customer: 'c',
  plan: 'p',
  createdAt: undefined,
  startedAt: at('2026-01-10T09:00:00Z'),
  startsAt: undefined,
  endedAt: undefined,
  endsAt: undefined,
  isOver: false,
  periodFrom: at('2026-04-01T00:00:00Z'),
  periodTo: at('2026-04-30T23:59:59Z'),
  ...changes,
});

function spanAt(
  ms: number,
  subscriptions: readonly Subscription[] = [subscription()],
  zoneOf: () => string | undefined = () => 'UTC',
): Span | undefined {
  const event = usageEvent('t', { external_subscription_id: 's1', timestamp: ms / 1000 });
  const catalog = {
    metrics: undefined,
    plans: undefined,
    subscriptions: new Map([['s1', subscriptions]]),
  };
  return spanOf(catalog, event, zoneOf);
}

const told = (span: Span | undefined): string | undefined =>
  span && `${new Date(span.from).toISOString()} to ${new Date(span.to).toISOString()}`;

describe('the time around an event that one invoice counts', () => {
  test.each<[string, string, Partial<Subscription>, string | undefined]>([
    [
      'is the running period',
      '2026-04-10T12:00:00Z',
      {},
      '2026-04-01T00:00:00.000Z to 2026-04-30T23:59:59.000Z',
    ],
    [
      'begins with the subscription',
      '2026-04-10T12:00:00Z',
      { startedAt: at('2026-04-05T08:00:00Z') },
      '2026-04-05T08:00:00.000Z to 2026-04-30T23:59:59.000Z',
    ],
    [
      'ends with it',
      '2026-04-10T12:00:00Z',
      { endedAt: at('2026-04-20T08:00:00Z') },
      '2026-04-01T00:00:00.000Z to 2026-04-20T08:00:00.000Z',
    ],
    [
      'is an ended month',
      '2026-02-10T12:00:00Z',
      {},
      '2026-02-01T00:00:00.000Z to 2026-02-28T23:59:59.999Z',
    ],
    [
      'is what there was of the first month',
      '2026-01-20T12:00:00Z',
      {},
      '2026-01-10T09:00:00.000Z to 2026-01-31T23:59:59.999Z',
    ],
    [
      'is an ended week',
      '2026-03-20T12:00:00Z',
      { periodFrom: at('2026-04-06T00:00:00Z'), periodTo: at('2026-04-12T23:59:59Z') },
      '2026-03-16T00:00:00.000Z to 2026-03-22T23:59:59.999Z',
    ],
    ['is not known of a period to come', '2026-05-01T12:00:00Z', {}, undefined],
    ['is not known before the subscription', '2026-01-09T12:00:00Z', {}, undefined],
    ['is not known of one that is over', '2026-02-10T12:00:00Z', { isOver: true }, undefined],
    [
      'is not known before a period that a planned end shortens',
      '2026-02-10T12:00:00Z',
      { endedAt: at('2026-04-07T00:00:00Z') },
      undefined,
    ],
    [
      'is not known where periods begin on a day that not every month has',
      '2026-02-10T12:00:00Z',
      { periodFrom: at('2026-03-28T00:00:00Z'), periodTo: at('2026-04-29T23:59:59Z') },
      undefined,
    ],
    [
      'is not known where the period begins at no midnight',
      '2026-02-10T12:00:00Z',
      { periodFrom: at('2026-03-31T22:00:00Z') },
      undefined,
    ],
    [
      'is not known where a period is neither a week nor a month',
      '2026-02-10T12:00:00Z',
      { periodTo: at('2026-04-14T23:59:59Z') },
      undefined,
    ],
  ])('%s', (_, time, changes, expected) => {
    expect(told(spanAt(at(time), [subscription(changes)]))).toBe(expected);
  });

  test('is not known without a zone, nor where two subscriptions count it', () => {
    const february = at('2026-02-10T12:00:00Z');
    expect(spanAt(february, [subscription()], () => undefined)).toBeUndefined();
    expect(spanAt(february, [subscription(), subscription()])).toBeUndefined();
  });

  test('ends at the local midnight of the first day, whatever the clocks did', () => {
    const berlin = subscription({
      periodFrom: at('2026-03-31T22:00:00Z'),
      periodTo: at('2026-04-30T21:59:59Z'),
    });
    expect(told(spanAt(at('2026-02-28T23:30:00Z'), [berlin], () => 'Europe/Berlin'))).toBe(
      '2026-02-28T23:00:00.000Z to 2026-03-31T21:59:59.999Z',
    );
  });
});

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland'];
const MONTHS = { monthly: 1, quarterly: 3, semiannual: 6, yearly: 12 };
type Interval = 'weekly' | keyof typeof MONTHS;
const INTERVALS: readonly Interval[] = ['weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'];

const FORMATS = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('en-CA', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    }),
  ]),
);

/** The local date of a moment, as days since 1970 and as year, month and day; by Intl alone. */
function dateIn(
  zone: string,
  ms: number,
): { readonly days: number; readonly month: number; readonly day: number } {
  const parts = FORMATS.get(zone)?.format(ms) ?? '';
  const [year = 0, month = 0, day = 0] = parts.split('-').map(Number);
  return { days: Date.parse(`${parts}T00:00:00Z`) / DAY, month: year * 12 + month - 1, day };
}

/** The number of the period in which a moment lies, counted from a first day of one. */
function periodNumber(interval: Interval, zone: string, first: number, ms: number): number {
  const anchor = dateIn(zone, first);
  const date = dateIn(zone, ms);
  if (interval === 'weekly') return Math.floor((date.days - anchor.days) / 7);
  const months = date.month - anchor.month - (date.day < anchor.day ? 1 : 0);
  return Math.floor(months / MONTHS[interval]);
}

test('never takes the ends of two periods together, and takes whole weeks and months', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.constantFrom(...INTERVALS),
      fc.integer({ min: 0, max: 25 }),
      fc.integer({ min: 1, max: 300 * 24 }),
      (zone, interval, day, hoursBack) => {
        // Midnight of a day of April, by looking for it.
        const noon = at('2026-04-01T12:00:00Z') + day * DAY;
        const hours = Array.from(
          { length: 49 },
          (_, hour) => noon - 24 * 3_600_000 + hour * 1_800_000,
        );
        const first = hours.find((ms) => dateIn(zone, ms).days === dateIn(zone, noon).days) ?? 0;
        const isRunning = (ms: number): boolean => periodNumber(interval, zone, first, ms) === 0;
        let end = first;
        while (isRunning(end)) end += DAY / 4;
        while (!isRunning(end)) end -= 900_000;
        const running = subscription({
          startedAt: at('2024-01-01T00:00:00Z'),
          periodFrom: first,
          periodTo: end + 899_000,
        });
        const ms = first - hoursBack * 3_600_000;
        const span = spanAt(ms, [running], () => zone);
        if (span === undefined) throw new Error('no span');
        const number = (moment: number): number => periodNumber(interval, zone, first, moment);
        expect([span.from <= ms, ms <= span.to]).toEqual([true, true]);
        expect([number(span.from), number(span.to)]).toEqual([number(ms), number(ms)]);
        if (interval === 'weekly' || interval === 'monthly')
          expect([number(span.from - 1), number(span.to + 1)]).toEqual([
            number(ms) - 1,
            number(ms) + 1,
          ]);
      },
    ),
    { numRuns: 100 },
  );
});
