import fc from 'fast-check';
import type { FakeLagoOptions } from '../../../sandbox/lago';
import { MEASURES, type Measure } from './catalog';

/** A row as it is typed. */
export type SheetRow = Readonly<Record<Field, string>>;

/** What happens to the sheet, to the clock or to a run. Numbers that choose a row, a value or a moment are taken modulo what there is. */
export type Happening =
  | { readonly does: 'add'; readonly values: readonly number[] }
  /** The sheet is replaced by rows as they are told. */
  | { readonly does: 'write'; readonly rows: readonly SheetRow[] }
  | { readonly does: 'edit'; readonly row: number; readonly field: Field; readonly value: number }
  | { readonly does: 'remove'; readonly row: number }
  | { readonly does: 'return'; readonly row: number; readonly altered: boolean }
  | { readonly does: 'sort'; readonly column: number }
  | { readonly does: 'duplicate'; readonly row: number }
  | { readonly does: 'undo'; readonly steps: number }
  | { readonly does: 'spoil'; readonly row: number; readonly field: Field; readonly value: number }
  | { readonly does: 'pass'; readonly hours: number }
  | { readonly does: 'run'; readonly meets: Meeting };

export type Field =
  | 'id'
  | 'subscription'
  | 'time'
  | 'code'
  | 'amount'
  | 'region'
  | 'price'
  | 'note'
  | 'factor';

/** What a run meets. */
export type Meeting =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'kill'; readonly atCall: number; readonly when: 'before' | 'after' }
  | {
      readonly kind: 'lost';
      readonly how: 'reset' | 'hang' | '500' | '502';
      readonly committed: boolean;
      readonly times: number;
    };

export interface Store {
  readonly name: string;
  readonly eventsStore: FakeLagoOptions['eventsStore'];
  readonly duplicateRemoval: boolean;
}

export const STORES: readonly Store[] = [
  { name: 'postgres', eventsStore: 'postgres', duplicateRemoval: false },
  { name: 'clickhouse with duplicate removal', eventsStore: 'clickhouse', duplicateRemoval: true },
  {
    name: 'clickhouse without duplicate removal',
    eventsStore: 'clickhouse',
    duplicateRemoval: false,
  },
];

export interface History {
  readonly measures: readonly Measure[];
  readonly late: 'hold' | 'book';
  /** Of one of the two customers (days). */
  readonly grace: number;
  readonly unflushed: 'lost' | 'applied';
  readonly partialBatches: boolean;
  /** The rows that are there first, as numbers for their values. */
  readonly first: readonly (readonly number[])[];
  readonly happenings: readonly Happening[];
}

const some = fc.nat({ max: 99 });
const rowValues = fc.array(some, { minLength: 8, maxLength: 8 });
const field = fc.constantFrom<Field>(
  'subscription',
  'time',
  'time',
  'code',
  'amount',
  'amount',
  'amount',
  'region',
  'price',
  'note',
  'factor',
);

const spoiled = fc.constantFrom<Field>(
  'id',
  'id',
  'subscription',
  'time',
  'code',
  'amount',
  'factor',
);

const meeting: fc.Arbitrary<Meeting> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Meeting>({ kind: 'nothing' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('kill' as const),
      atCall: fc.integer({ min: 1, max: 70 }),
      when: fc.constantFrom('before' as const, 'after' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('lost' as const),
      how: fc.constantFrom('reset' as const, 'hang' as const, '500' as const, '502' as const),
      committed: fc.boolean(),
      times: fc.integer({ min: 1, max: 8 }),
    }),
  },
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ does: fc.constant('add' as const), values: rowValues }) },
  {
    weight: 7,
    arbitrary: fc.record({ does: fc.constant('edit' as const), row: some, field, value: some }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('remove' as const), row: some }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('return' as const),
      row: some,
      altered: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('sort' as const), column: some }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('duplicate' as const), row: some }) },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('undo' as const),
      steps: fc.integer({ min: 1, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      does: fc.constant('spoil' as const),
      row: some,
      field: spoiled,
      value: some,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('pass' as const),
      hours: fc.constantFrom(1, 3, 12, 24, 72, 168, 336),
    }),
  },
  { weight: 9, arbitrary: fc.record({ does: fc.constant('run' as const), meets: meeting }) },
);

/** A random history of a sheet with up to three of the measures. Without a bias to what is small: two rows have little to do with each other. */
export const history: fc.Arbitrary<History> = fc.noBias(
  fc.record({
    measures: fc.uniqueArray(fc.constantFrom(...MEASURES), {
      minLength: 1,
      maxLength: 3,
      selector: ({ code }) => code,
    }),
    late: fc.constantFrom('hold' as const, 'hold' as const, 'book' as const),
    grace: fc.constantFrom(0, 0, 5),
    unflushed: fc.constantFrom('lost' as const, 'applied' as const),
    partialBatches: fc.constantFrom(false, false, false, true),
    first: fc.array(rowValues, { minLength: 2, maxLength: 7, size: 'max' }),
    happenings: fc.array(happening, { minLength: 6, maxLength: 24, size: 'max' }),
  }),
);
