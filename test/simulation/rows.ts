import type { Row } from './row';

const two = (value: number): string => String(value).padStart(2, '0');

/** `k1` … with 1, 2, 3 … units, on days of November, by turns of both subscriptions. */
export const crashRows = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `k${index + 1}`,
    subscription: index % 2 === 0 ? 'acme' : 'globex',
    time: `2026-11-${two(1 + (index % 18))} 10:00`,
    extra: '',
    code: 'calls',
    amount: String(index + 1),
    note: 'n',
    ready: 'TRUE',
    status: '',
  }));
