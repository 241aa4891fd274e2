import type { FakeLago } from '../../../sandbox/lago';
import { API_KEY, HOUR } from '../../bundle/world';
import { BORDER, type Calendar, type Seeded } from './calendar';

/** What is done to a Lago at a moment (ms). */
export interface Deed {
  readonly at: number;
  readonly act: (lago: FakeLago) => void;
}

/** When plans change, in hours after the border: before it, and once its invoices are made. */
const BEFORE = -10;
const AFTER = 45;

function changeTo(plan_code: string, { id, customer }: Seeded): Deed['act'] {
  const subscription = { external_id: id, external_customer_id: customer, plan_code };
  return (lago) => {
    const { status } = lago.handle({
      method: 'POST',
      url: '/api/v1/subscriptions',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ subscription }),
    });
    if (status !== 200) throw new Error(`The plan was not changed: ${status}.`);
  };
}

/**
 * What somebody does to the Lago of a calendar, in the order of time. A larger plan takes over at
 * once, and only where no invoice is due: that would be lost with it.
 */
export function deedsOf({ outage, subscriptions }: Calendar): Deed[] {
  const at = (hours: number): number => BORDER + hours * HOUR;
  const [from, to] = outage ?? [];
  const deeds: Deed[] = [];
  if (from !== undefined && to !== undefined)
    deeds.push(
      { at: at(from), act: (lago) => lago.leaveOut('bill') },
      { at: at(to), act: (lago) => lago.bringBack('bill') },
    );
  for (const subscription of subscriptions) {
    if (subscription.kind === 'upgraded' && outage === undefined)
      deeds.push({
        at: at(subscription.changes === 'before' ? BEFORE : AFTER),
        act: changeTo('large', subscription),
      });
    if (subscription.kind === 'downgraded')
      deeds.push({ at: at(BEFORE), act: changeTo('small', subscription) });
  }
  return deeds.sort((left, right) => left.at - right.at);
}
