import { ownValue } from '../../value/json';
import { nearest } from '../../value/nearest';
import type { Column } from '../template';

/** A column with what is known of its values, where somebody has looked at them. */
export interface TypedColumn extends Column {
  readonly type?: 'number' | 'date' | 'text' | 'tick box' | 'empty' | undefined;
  /** Whether every row has a value of its own. */
  readonly unique?: boolean | undefined;
}

/** What a column is wanted for: a field of the event that is made from a cell. */
export type Role = 'transaction_id' | 'external_subscription_id' | 'timestamp' | 'code';

/** How much a word in a column's name speaks for a role. The numbers only order the columns of one sheet. */
const WORDS: Readonly<Record<Role, Readonly<Record<string, number>>>> = {
  transaction_id: {
    transaction: 100,
    uuid: 70,
    guid: 70,
    key: 70,
    id: 60,
    event: 20,
    row: 20,
    usage: 20,
    record: 20,
    invoice: 10,
    reference: 30,
    ref: 30,
    number: 15,
    no: 15,
    // The id of something that has many rows.
    customer: -60,
    client: -60,
    account: -60,
    subscription: -80,
    sub: -60,
    tenant: -60,
    organization: -60,
    org: -60,
    user: -60,
    plan: -60,
    metric: -60,
    product: -60,
    sku: -60,
    resource: -60,
    region: -60,
    billing: -40,
  },
  external_subscription_id: {
    subscription: 100,
    sub: 60,
    external: 10,
    account: 30,
    customer: 25,
    client: 25,
    tenant: 25,
    organization: 15,
    org: 15,
    company: 15,
    workspace: 15,
    contract: 15,
    id: 5,
    name: -10,
    billing: -10,
    plan: -60,
    status: -60,
    date: -60,
    start: -60,
    started: -60,
    end: -60,
    type: -60,
    price: -60,
    email: -20,
  },
  timestamp: {
    timestamp: 60,
    date: 50,
    datetime: 50,
    time: 40,
    at: 40,
    when: 40,
    day: 30,
    period: 25,
    month: 20,
    unix: 20,
    epoch: 20,
    ms: 5,
    start: 2,
    usage: 10,
    used: 10,
    event: 10,
    charge: 10,
    billing: -10,
    invoice: -10,
    due: -15,
    created: -5,
    updated: -15,
    modified: -15,
    zone: -40,
    timezone: -60,
  },
  code: {
    metric: 60,
    meter: 50,
    code: 30,
    billable: 20,
    event: 20,
    country: -60,
    currency: -60,
    zip: -60,
    postal: -60,
    region: -60,
  },
};

/** From here on a name says that it holds a subscription, and not somebody who may have several. */
const CERTAIN = 60;

/** Lower-case words of a name: `subAccountId` and `Sub-account ID` are sub, account, id. */
export const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');

/** A word of less weight only tells columns apart that other words speak for. */
const LEAST_WEIGHT = 15;

const weights = (role: Role, name: string): number[] =>
  wordsOf(name).map((word) => ownValue(WORDS[role], word) ?? 0);
const score = (role: Role, name: string): number =>
  weights(role, name).reduce((sum, weight) => sum + weight, 0);
const speaksFor = (role: Role, { name, header }: Column): boolean =>
  [...weights(role, name), ...weights(role, header)].some((weight) => weight >= LEAST_WEIGHT);

/** What the values of a column say for a role; undefined where they rule it out. */
function scoreOfValues(
  role: Role,
  { type, unique, name, header }: TypedColumn,
): number | undefined {
  if (type === 'tick box' || type === 'empty') return undefined;
  if (role === 'timestamp') {
    const isUnixNumber = wordsOf(`${name} ${header}`).some((word) =>
      ['timestamp', 'unix', 'epoch', 'ms'].includes(word),
    );
    if (type === 'number' && !isUnixNumber) return undefined;
    return type === 'date' ? 100 : 0;
  }
  if (type === 'date') return undefined;
  if (role === 'transaction_id') return unique === undefined ? 0 : unique ? 40 : -100;
  // A subscription or a metric that is different in every row would be an odd one.
  return type === 'number' ? -20 : 0;
}

/** The columns that may serve a role, the likeliest first, those that rule it out or say nothing for it left out. */
export function columnsFor(
  role: Role,
  columns: readonly TypedColumn[],
): { readonly column: TypedColumn; readonly certain: boolean }[] {
  return columns
    .flatMap((column) => {
      const values = scoreOfValues(role, column);
      if (values === undefined || (values <= 0 && !speaksFor(role, column))) return [];
      return [
        { column, points: values + Math.max(score(role, column.name), score(role, column.header)) },
      ];
    })
    .filter(({ points }) => points > 0)
    .sort((left, right) => right.points - left.points)
    .map(({ column, points }) => ({ column, certain: points >= CERTAIN }));
}

/** The likeliest column for a role. */
export const columnFor = (role: Role, columns: readonly TypedColumn[]): TypedColumn | undefined =>
  columnsFor(role, columns)[0]?.column;

/** Up to `count` columns whose name or header is most like a name, the nearest first. */
export function columnsLike(
  name: string,
  columns: readonly TypedColumn[],
  count: number,
): TypedColumn[] {
  const found: TypedColumn[] = [];
  while (found.length < count) {
    const left = columns.filter((column) => !found.includes(column));
    const byName = nearest(
      name,
      left.map((column) => column.name),
    );
    const like =
      byName ??
      nearest(
        name,
        left.map(({ header }) => header),
      );
    const column = left.find((each) =>
      byName === undefined ? each.header === like : each.name === byName,
    );
    if (column === undefined) break;
    found.push(column);
  }
  return found;
}

/** The column that a property is probably made from: the one that is called so, else the only number that is not used otherwise. */
export function columnForProperty(
  field: string,
  columns: readonly TypedColumn[],
  used: ReadonlySet<string>,
): TypedColumn | undefined {
  const [like] = columnsLike(field, columns, 1);
  if (like !== undefined) return like;
  const numbers = columns.filter(({ type, name }) => type === 'number' && !used.has(name));
  return numbers.length === 1 ? numbers[0] : undefined;
}
