import Big from 'big.js';
import fc from 'fast-check';
import { uniqueText } from '../../../src/sync/billing/correction';
import { isInSpan } from '../../../src/sync/billing/period';
import { type ValuesAhead, withValue } from '../../../src/sync/billing/values-ahead';
import { emptyLedger, indexEntries } from '../../../src/sync/ledger/entries';
import { isHanded, type LedgerEntry, newEntry } from '../../../src/sync/ledger/entry';
import { rowsNow } from '../../../src/sync/month/rows-of-month';
import { AtOneTime } from '../../../src/sync/plan/at-one-time';
import { OrderedRows } from '../../../src/sync/plan/ordered-rows';
import { heldBack } from '../../../src/sync/plan/ordering';
import type { Action, PlannedRow } from '../../../src/sync/plan/planned-row';
import { LeftContents } from '../../../src/sync/rows/content';
import { placeName } from '../../../src/value/usage-event';
import { inputOf } from './scene';

/*
 * What was found by looking through all rows is found by an index now. Each index is set against
 * such a search; fast-check prints the seed of a failure.
 */

const few = <T>(values: fc.Arbitrary<T>, most = 12) => fc.array(values, { maxLength: most });
const letter = fc.constantFrom<'a' | 'b' | 'c'>('a', 'b', 'c');

const rowOf = (key: string | undefined, changes: Partial<PlannedRow> = {}): PlannedRow => ({
  key,
  row: 2,
  change: 'added',
  action: 'send',
  problems: [],
  entry: undefined,
  latest: undefined,
  content: undefined,
  ...changes,
});

const entryOf = (
  id: string,
  {
    sub = 's',
    time = 0,
    value = 1,
    kind = 'usage',
    state = 'accepted',
  }: {
    readonly sub?: string;
    readonly time?: number;
    readonly value?: number;
    readonly kind?: 'usage' | 'reversal';
    readonly state?: LedgerEntry['outcome']['state'];
  },
): LedgerEntry => {
  const entry = newEntry(
    { key: id, kind, revision: 1, content: {}, templateRevision: 1, at: 0 },
    {
      transaction_id: id,
      external_subscription_id: sub,
      code: 'seats',
      timestamp: time,
      properties: { quantity: value },
    },
  );
  return { ...entry, outcome: { ...entry.outcome, state } };
};

describe('an index finds what a search through all rows does', () => {
  test('of contents that Lago bills under other keys, the first that is left', () => {
    const contents = few(fc.record({ key: letter, content: fc.record({ x: letter, y: letter }) }));
    fc.assert(
      fc.property(contents, few(fc.record({ x: letter, y: letter })), (left, asked) => {
        const open = [...left];
        const searched = asked.map(({ x, y }) => {
          const at = open.findIndex(({ content }) => content.x === x && content.y === y);
          return at < 0 ? undefined : open.splice(at, 1)[0]?.key;
        });
        const found = new LeftContents(left, new Set(['x', 'y']));
        expect(asked.map((content) => found.take(content))).toEqual(searched);
      }),
    );
  });

  test('of the rows of a key, the first that stays', () => {
    const action = fc.constantFrom<Action>('send', 'sent', 'hold', 'flag');
    const rows = few(fc.record({ key: fc.option(letter, { nil: undefined }), action }));
    fc.assert(
      fc.property(rows, letter, few(fc.nat(11)), (planned, key, flagged) => {
        const ordered = new OrderedRows(planned.map((each) => rowOf(each.key, each)));
        for (const place of flagged) ordered.change(place, (row) => ({ ...row, action: 'flag' }));
        const searched = ordered
          .all()
          .findIndex((row) => row.key === key && ['send', 'sent'].includes(row.action));
        expect(ordered.placeOf(entryOf(key, {}), -1)).toBe(searched);
      }),
    );
  });

  test('of what was taken back, what comes after a value', () => {
    const sub = fc.constantFrom('s', 't');
    const time = fc.integer({ min: 0, max: 9 });
    const value = fc.constantFrom(1, 2);
    const state = fc.constantFrom<LedgerEntry['outcome']['state']>('accepted', 'rejected');
    const taken = few(
      fc.record({ sub, time: fc.oneof(time, fc.constant(Number.NaN)), value, state }),
    );
    const span = fc.option(fc.record({ from: time, to: time }), { nil: undefined });
    fc.assert(
      fc.property(
        taken,
        few(fc.record({ sub, time, value })),
        fc.constantFrom('unique_count_agg', 'latest_agg', 'sum_agg'),
        span,
        (reversals, coming, aggregation, seconds) => {
          const entries = reversals.map((each, place) =>
            entryOf(`x${place}`, { ...each, kind: 'reversal' }),
          );
          const terms = {
            aggregation,
            field: 'quantity',
            expression: undefined,
            recurring: false,
            charges: [],
            period: 'open',
            current: 0,
            until: undefined,
          } as const;
          const own = seconds && { from: seconds.from * 1000, to: seconds.to * 1000 };
          const check = {
            problemsOf: () => [],
            off: [],
            billingOf: () => terms,
            spanOf: () => own,
          };
          const rows = coming.map((each, place) =>
            rowOf(`n${place}`, { entry: entryOf(`n${place}`, each) }),
          );
          const searched = rows.map(({ entry }) =>
            entries.some(
              (by) =>
                entry !== undefined &&
                aggregation !== 'sum_agg' &&
                isHanded(by) &&
                placeName(by.event) === placeName(entry.event) &&
                by.event.timestamp >= entry.event.timestamp &&
                (own === undefined || isInSpan(own, by.event.timestamp)) &&
                (aggregation === 'latest_agg' ||
                  uniqueText(by.event, 'quantity') === uniqueText(entry.event, 'quantity')),
            ),
          );
          const input = { ...inputOf([], emptyLedger), ledger: indexEntries(entries), check };
          expect(heldBack(input, rows).map(({ action }) => action === 'flag')).toEqual(searched);
        },
      ),
    );
  });

  test('of what Lago has at one time, whether something has to count after a new event', () => {
    const time = fc.constantFrom(7, 8, 9);
    const kind = fc.constantFrom<'usage' | 'reversal'>('usage', 'usage', 'reversal');
    const place = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });
    const frozen = few(fc.record({ key: letter, time, kind }));
    const places = fc.record({ a: place, b: place, c: place });
    const asking = fc.record({ key: letter, time, formerly: fc.constantFrom(undefined, 5, 9) });
    const isLatest = fc.boolean();
    fc.assert(
      fc.property(frozen, places, asking, isLatest, (values, placeOf, newcomer, latest) => {
        const moment = new AtOneTime(7);
        for (const { key, time: usedAt, kind: of } of values) {
          const entry = entryOf(key, { time: 7, kind: of });
          moment.add({ ...entry, index: { ...entry.index, usedAt } }, placeOf[key], emptyLedger);
        }
        const { key, formerly } = newcomer;
        const own = placeOf[key] ?? 3;
        const searched = values.some((value) => {
          if (value.kind === 'reversal') return latest;
          const other = placeOf[value.key];
          if (value.key === key) return false;
          const later = value.time - newcomer.time;
          if (later !== 0 || other === undefined) return later > 0;
          return formerly === undefined ? own < other : formerly < 7;
        });
        expect(moment.isAfter({ ...newcomer, place: own }, latest)).toBe(searched);
        expect(moment.hasRival(key, (entry) => entry.index.kind === 'usage')).toBe(
          values.some((value) => value.key !== key || value.kind === 'reversal'),
        );
      }),
    );
  });

  test('of rows that make no event, the first whose key stands in an id', () => {
    const text = fc.string({ unit: letter, minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(few(text), fc.string({ unit: letter, maxLength: 6 }), (keys, id) => {
        const rows = keys.map((key, place) => rowOf(key, { row: place + 2, action: 'hold' }));
        const now = rowsNow({ rows }, { rows: [], keysComplete: true }, () => undefined);
        const searched = keys.findIndex((key) => id.includes(key));
        expect(now.doubtAbout(id)?.message.match(/\d+/)?.[0]).toBe(
          searched < 0 ? undefined : String(searched + 2),
        );
      }),
    );
  });

  test('of values that are dated ahead, the lowest sum on the way', () => {
    const ahead = fc.array(
      fc.record({
        at: fc.constantFrom(1, 2, 3, 5e12, 7e12, 9),
        value: fc.integer({ min: -9, max: 9 }),
      }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(ahead, (values) => {
        const found = values.reduce<ValuesAhead | undefined>(
          (all, { at, value }) => withValue(all, at, new Big(value)),
          undefined,
        );
        const sumUntil = (time: number): number =>
          values.reduce((sum, { at, value }) => (at <= time ? sum + value : sum), 0);
        const sums = values.map(({ at }) => sumUntil(at));
        expect(Number(found?.lowest)).toBe(Math.min(...sums));
        expect(Number(found?.sum)).toBe(sumUntil(Number.POSITIVE_INFINITY));
      }),
    );
  });
});
