import type { ColumnView, TabView } from '../../src/rpc/contract';

export const column = (
  header: string,
  type: ColumnView['type'],
  more: Partial<ColumnView> = {},
): ColumnView => ({
  header,
  name: header.toLowerCase().replace(/ /g, '_'),
  samples: [],
  type,
  odd: { count: 0, rows: [] },
  filled: 10,
  missing: 0,
  repeated: [{ value: 'x', rows: [2, 3] }],
  unique: false,
  ...more,
});

const unique = { unique: true, repeated: [] } as const;

export const tab: TabView = {
  tab: { id: 1, name: 'Usage' },
  headerRow: 1,
  rows: 10,
  columns: [
    column('Usage ID', 'text', unique),
    column('Subscription', 'text'),
    column('Day', 'date'),
    column('Hours', 'number'),
    column('Seats', 'number'),
    column('User', 'text'),
    column('Done', 'tick box'),
  ],
};
