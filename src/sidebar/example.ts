import type { ColumnView } from '../rpc/contract';

/** A column that the sync reads, under the name that it has in the template. */
export interface PickedColumn {
  readonly name: string;
  readonly header: string;
  readonly type: ColumnView['type'];
}

const SUBSCRIPTION = [/subscription/i, /sub.?account/i, /customer|client|account|tenant/i];
const TIME = [/timestamp|date|time/i, /period.?start|_at$|month|day/i];
const QUANTITY = [/quantity|units|usage|amount|count|hours|value/i];

/** Stands for the code of a metric, which nobody can guess. */
export const METRIC_CODE = 'metric_code';

const readsAs = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? `row.${name}` : `row['${name.replace(/'/g, '')}']`);

function find(columns: readonly PickedColumn[], patterns: readonly RegExp[]): PickedColumn | undefined {
  for (const pattern of patterns) {
    const column = columns.find(({ header }) => pattern.test(header));
    if (column !== undefined) return column;
  }
  return undefined;
}

/** An event of the picked columns to start from: guesses that a person corrects. Columns that cannot be guessed keep a name that the check will point at. */
export function exampleTemplate(columns: readonly PickedColumn[], key: string): string {
  const others = columns.filter(({ name }) => name !== key);
  const subscription = find(others, SUBSCRIPTION);
  const time = others.find(({ type }) => type === 'date') ?? find(others, TIME);
  const numbers = others.filter(({ type, name }) => type === 'number' && name !== subscription?.name && name !== time?.name);
  const quantity = find(numbers, QUANTITY) ?? numbers[0];
  const property = quantity === undefined ? [] : [`    "${quantity.name.replace(/["\\{}]/g, '')}": "{{ ${readsAs(quantity.name)} }}"`];
  return [
    '{',
    `  "transaction_id": "{{ ${readsAs(key === '' ? 'key' : key)} }}",`,
    `  "external_subscription_id": "{{ ${readsAs(subscription?.name ?? 'subscription')} }}",`,
    `  "code": "${METRIC_CODE}",`,
    `  "timestamp": {{ ${readsAs(time?.name ?? 'time')} | unix }},`,
    '  "properties": {',
    ...property,
    '  }',
    '}',
  ].join('\n');
}
