export const HEADERS = [
  'id',
  'subscription',
  'time',
  'extra',
  'code',
  'amount',
  'note',
  'ready',
  'status',
] as const;

export type Header = (typeof HEADERS)[number];

/** A row as it is typed. */
export type Row = Readonly<Record<Header, string>>;
