import { type Check, is } from '../check';
import { type Json, listAt, textAt, valueAt } from '../json';
import type { Scene } from '../scene';
import type { Cast, Played } from './sheet';

/** Units by metric, such as `{ sum: '6.0' }`; of a weighted sum what its values add up to. */
export type Units = Partial<Record<Played, string>>;

const FIELD = { weighted: 'total_aggregated_units' } as const;

function unitsOf(
  { account }: Scene,
  { metrics }: Cast,
  subscription: string,
  metric: Played,
): Json {
  const code = metrics.get(metric)?.code;
  const usage = account.usage(subscription).body;
  const charge = listAt(usage, 'customer_usage', 'charges_usage').find(
    (each) => textAt(each, 'billable_metric', 'code') === code,
  );
  return valueAt(charge, metric === 'weighted' ? FIELD.weighted : 'units');
}

/** What Lago bills for the two subscriptions. */
export function billedUnits(
  scene: Scene,
  cast: Cast,
  { first, second = {} }: { readonly first: Units; readonly second?: Units },
): readonly Check[] {
  const units = (whose: string, subscription: string, expected: Units): Check[] =>
    names(expected).map((metric) =>
      is(
        `${metric} of the ${whose} subscription`,
        unitsOf(scene, cast, subscription, metric),
        expected[metric] ?? null,
      ),
    );
  return scene.until(() => [
    ...units('first', cast.first, first),
    ...units('second', cast.second, second),
  ]);
}

const names = (units: Units): Played[] =>
  (['sum', 'weighted', 'unique', 'latest', 'count', 'max'] as const).filter(
    (name) => units[name] !== undefined,
  );

/** The ids of all events of the play, in order; one that is there twice stands there twice. */
export function idsInLago({ lago }: Scene, { first, second }: Cast): string[] {
  return [first, second]
    .flatMap((subscription) =>
      listAt(
        lago.get(`/events?external_subscription_id=${subscription}&per_page=500`).body,
        'events',
      ),
    )
    .map((event) => textAt(event, 'transaction_id'))
    .sort();
}
