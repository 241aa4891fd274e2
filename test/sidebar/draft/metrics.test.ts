import { withMetric, withRole } from '../../../src/sidebar/draft/event';
import {
  draftsPerMetric,
  guessMetricColumn,
  sharedColumns,
} from '../../../src/sidebar/draft/metrics';
import { tab } from '../fixture';
import { calls, draft, hours } from './fixture';

describe('a row with several metrics', () => {
  test('proposes for each the column that is called like it, and none twice', () => {
    const picked = tab.columns;
    const seats = { ...hours, code: 'seats', name: 'Seats', field: 'seats' };
    const storage = { ...hours, code: 'storage', name: 'Storage', field: 'gigabytes' };
    expect(
      [hours, seats, storage, calls].map((metric) => guessMetricColumn(picked, metric, [])),
    ).toEqual(['hours', 'seats', undefined, undefined]);
    expect(guessMetricColumn(picked, hours, ['hours'])).toBeUndefined();
  });

  test('says which column would be billed under several of them', () => {
    const twice = [
      { metric: hours, column: 'seats' },
      { metric: { ...hours, code: 'seats' }, column: 'seats' },
    ];
    expect(sharedColumns(twice)).toEqual([
      { column: 'seats', metrics: twice.map(({ metric }) => metric) },
    ]);
    expect(sharedColumns([...twice.slice(1), { metric: calls, column: undefined }])).toEqual([]);
  });

  test('keeps the columns of the subscription and the date that were chosen, and gives each sync a free name', () => {
    const chosen = withRole(withMetric(draft, tab, hours), tab, {
      role: 'subscription',
      name: 'user',
      metric: hours,
    });
    const made = draftsPerMetric(chosen, tab, [{ metric: hours, column: 'hours' }], {
      ids: [],
      taken: ['hours'],
    });
    expect(made[0]?.template).toContain('"external_subscription_id": "{{ row.user }}"');
    expect(made[0]?.name).toBe('Hours 2');
  });

  const drafts = draftsPerMetric(
    { ...draft, revision: 4 },
    tab,
    [
      { metric: hours, column: 'seats' },
      { metric: calls, column: undefined },
    ],
    { ids: ['b'] },
  );

  test('becomes one sync per metric, each named after it', () => {
    expect(drafts.map(({ id, revision, name }) => [id, revision, name])).toEqual([
      ['a', 4, 'Hours'],
      ['b', 0, 'calls'],
    ]);
  });

  test('has the code in each transaction_id, and each metric its column', () => {
    expect(drafts[0]?.template).toContain('{{ row.usage_id }}-hours');
    expect(drafts[0]?.template).toContain('"hours": "{{ row.seats }}"');
    expect(drafts[1]?.template).toContain('{{ row.usage_id }}-calls');
  });

  test('keeps the code in the transaction_id when another metric is chosen later', () => {
    const [first] = drafts;
    if (first === undefined) throw new Error('no drafts');
    expect(withMetric(first, tab, calls).template).toContain('{{ row.usage_id }}-calls');
  });
});
