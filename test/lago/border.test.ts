import { borderOf } from '../../src/lago/border';
import type { Subscription } from '../../src/lago/catalog';

const at = (iso: string): number => Date.parse(iso);

/** A month in Berlin that has begun: December, unless told. */
const subscription = (changes: Partial<Subscription> = {}): Subscription => ({
  customer: 'c-acme',
  plan: 'p',
  createdAt: at('2026-09-01T00:00:00Z'),
  startedAt: at('2026-09-01T00:00:00Z'),
  startsAt: at('2026-09-01T00:00:00Z'),
  endedAt: undefined,
  endsAt: undefined,
  isOver: false,
  periodFrom: at('2026-11-30T23:00:00Z'),
  periodTo: at('2026-12-31T22:59:59Z'),
  ...changes,
});

interface Case {
  readonly all?: readonly Subscription[];
  /** Of the usage; an hour before the border unless told. */
  readonly time?: string;
  readonly now?: string;
  readonly zone?: string | undefined;
}

/** `2026-11-30T22:59:59.999Z until …`: the border of the case, or what it is not. */
function border(given: Case): string {
  const {
    all = [subscription()],
    time = '2026-11-30T22:00:00Z',
    now = '2026-12-01T00:00:00Z',
  } = given;
  const zone = 'zone' in given ? given.zone : 'Europe/Berlin';
  const found = borderOf(all, at(time), at(now), () => zone);
  if (found === undefined) return 'none';
  const words = `${new Date(found.end).toISOString()} until ${new Date(found.until).toISOString()}`;
  return [words, ...(found.isChanged ? ['changed'] : []), ...(found.isOver ? ['over'] : [])].join(
    ', ',
  );
}

const OPEN = '2026-11-30T22:59:59.999Z until 2026-12-01T23:00:00.000Z';
const week = {
  periodFrom: at('2026-11-29T23:00:00Z'),
  periodTo: at('2026-12-06T22:59:59Z'),
};
const quarter = {
  periodFrom: at('2026-12-31T23:00:00Z'),
  periodTo: at('2027-03-31T21:59:59Z'),
};
const fromThe31st = {
  periodFrom: at('2026-12-30T23:00:00Z'),
  periodTo: at('2027-01-30T22:59:59Z'),
};

describe('the border of a period that has ended', () => {
  test.each<[string, Case, string]>([
    ['lasts to the end of the local day', {}, OPEN],
    ['is still there in the last second of that day', { now: '2026-12-01T22:59:59Z' }, OPEN],
    ['is gone with that day', { now: '2026-12-01T23:00:00Z' }, 'none'],
    ['is not there before the end', { now: '2026-11-30T22:59:59Z' }, 'none'],
    ['is not that of usage of the running period', { time: '2026-11-30T23:00:00Z' }, 'none'],
    ['is that of the whole month', { time: '2026-10-31T23:00:00Z' }, OPEN],
    ['is not that of the month before', { time: '2026-10-31T22:59:59Z' }, 'none'],
    [
      'is shorter than a day at most if the zone is not known',
      { zone: undefined },
      '2026-11-30T22:59:59.999Z until 2026-12-01T22:00:00.000Z',
    ],
    [
      'takes only four weeks for sure if the zone is not known',
      { zone: undefined, time: '2026-11-02T22:00:00Z' },
      'none',
    ],
    [
      'of a week takes that week',
      { all: [subscription(week)], time: '2026-11-23T00:00:00Z', now: '2026-11-30T00:00:00Z' },
      '2026-11-29T22:59:59.999Z until 2026-11-30T23:00:00.000Z',
    ],
    [
      'of a week takes none before it',
      { all: [subscription(week)], time: '2026-11-22T22:00:00Z', now: '2026-11-30T00:00:00Z' },
      'none',
    ],
    [
      'of a quarter takes all of it',
      { all: [subscription(quarter)], time: '2026-10-01T00:00:00Z', now: '2027-01-01T00:00:00Z' },
      '2026-12-31T22:59:59.999Z until 2027-01-01T23:00:00.000Z',
    ],
    [
      'of an anniversary on the 31st takes what is certain',
      {
        all: [subscription(fromThe31st)],
        time: '2026-12-03T23:00:00Z',
        now: '2026-12-31T00:00:00Z',
      },
      '2026-12-30T22:59:59.999Z until 2026-12-31T23:00:00.000Z',
    ],
    [
      'of an anniversary on the 31st leaves its first days to the one before',
      {
        all: [subscription(fromThe31st)],
        time: '2026-12-02T12:00:00Z',
        now: '2026-12-31T00:00:00Z',
      },
      'none',
    ],
    [
      'is none of what ended before Lago knew of the subscription',
      { all: [subscription({ createdAt: at('2026-12-01T00:00:00Z') })] },
      'none',
    ],
    [
      'is changed by a planned end on its day',
      { all: [subscription({ endsAt: at('2026-12-01T12:00:00Z') })] },
      `${OPEN}, changed`,
    ],
    [
      'is not changed by a later end',
      { all: [subscription({ endsAt: at('2026-12-02T12:00:00Z') })] },
      OPEN,
    ],
    [
      'is changed by a smaller plan that waits',
      { all: [subscription(), subscription({ startedAt: undefined, periodFrom: undefined })] },
      `${OPEN}, changed`,
    ],
    [
      'is that of a subscription that was ended on its day',
      {
        now: '2026-12-01T02:00:00Z',
        all: [subscription({ isOver: true, endedAt: at('2026-12-01T00:01:00Z') })],
      },
      '2026-12-01T00:01:00.000Z until 2026-12-01T23:00:00.000Z, changed, over',
    ],
    [
      'is none of one that was ended before',
      { all: [subscription({ isOver: true, endedAt: at('2026-11-30T22:30:00Z') })] },
      'none',
    ],
  ])('%s', (_, given, expected) => {
    expect(border(given)).toBe(expected);
  });

  test('asks for no zone but near a border', () => {
    const asked = (now: string): number => {
      let count = 0;
      borderOf([subscription()], at('2026-11-30T22:00:00Z'), at(now), () => {
        count++;
        return 'UTC';
      });
      return count;
    };
    expect(asked('2026-12-03T00:00:00Z')).toBe(0);
    expect(asked('2026-12-01T00:00:00Z')).toBe(1);
  });
});
