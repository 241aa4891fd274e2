import type { Catalog } from '../../src/lago/catalog';
import { checkRefund } from '../../src/lago/refund';
import type { EventStore } from '../../src/sync/event-store';
import { usageEvent } from './scripted-http';

const CATALOG: Catalog = {
  metrics: new Map([
    [
      'units',
      {
        code: 'units',
        name: 'Units',
        aggregation: 'sum_agg',
        field: 'quantity',
        expression: undefined,
        recurring: false,
        filters: new Map(),
      },
    ],
  ]),
  plans: new Map([
    [
      'advance',
      {
        code: 'advance',
        name: 'Advance',
        charges: new Map([
          [
            'units',
            [
              {
                model: 'standard',
                filters: [],
                isFreeOtherwise: false,
                payInAdvance: true,
                prorated: false,
                byEvent: false,
                groups: [],
              },
            ],
          ],
        ]),
      },
    ],
  ]),
  subscriptions: undefined,
};

test.each<[EventStore, string, number]>([
  ['postgres', '-100', 1],
  ['clickhouse', '-100', 1],
  ['clickhouse', '-1e2', 1],
  ['clickhouse', '1e2', 0],
  ['unknown', '-100', 1],
])('of what is paid in advance, on %s %s brings back nothing: %i', (store, quantity, found) => {
  const event = usageEvent('e1', { properties: { quantity } });
  const billing = { counting: [{ plan: 'advance' }], store };
  expect(checkRefund(event, CATALOG, billing)).toHaveLength(found);
});
