import type { ReconcileNext, ReconcilePart } from '../src/rpc/contract';
import { activate, createWorld, HOUR, usageRows } from '../test/bundle/world';

/**
 * How many parts, calls of Google's services and requests to Lago does it cost to reconcile a month
 * of so many events, and how long does this machine compute for it?
 */
const PAGE_MS = 100;

for (const count of [1_000, 10_000, 100_000]) {
  const rows = usageRows(count).map(([id = '', subscription = '', , amount = ''], index) => [
    id,
    subscription,
    new Date(Date.UTC(2026, 10, 1) + Math.floor((index * 18 * 86_400_000) / count))
      .toISOString()
      .slice(0, 16)
      .replace('T', ' '),
    amount,
  ]);
  const world = createWorld({ rows });
  const id = activate(world);
  world.ask('runNow', { id, approved: { events: count, removed: 0 } });
  world.time.now += HOUR;
  world.intercept = ({ url }) => {
    if (url.includes('/events?')) world.time.now += PAGE_MS;
    return undefined;
  };
  let next: ReconcileNext | undefined;
  let part = 0;
  do {
    world.lago.requests.clear();
    const [began, clock] = [performance.now(), world.time.now];
    const answer: ReconcilePart = world.ask('reconcile', {
      id,
      month: '2026-11',
      ...(next === undefined ? {} : { next }),
    });
    const requests = Object.values(world.lago.requests.counts()).reduce(
      (total, each) => total + each,
      0,
    );
    process.stdout.write(
      `${String(count).padStart(7)} events, part ${++part}: ${world.execution().serviceCalls.order.filter((call) => !call.startsWith('HTTPResponse.')).length} service calls, ${requests} requests, ${((world.time.now - clock) / 1000).toFixed(0)} s of Lago and Google, ${((performance.now() - began) / 1000).toFixed(1)} s of computing with the fakes; compared ${answer.events}, findings ${Object.values(answer.counts).reduce((sum, each) => sum + each, 0)}\n`,
    );
    next = answer.next;
  } while (next !== undefined);
}
