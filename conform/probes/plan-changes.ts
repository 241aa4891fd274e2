import { type Check, is } from '../check';
import { valueAt } from '../json';
import type { Probe } from '../probe';
import type { Scene } from '../scene';

const SMALL = { amount_cents: 100 };
const LARGE = { amount_cents: 200 };

/** The plan of a subscription, by its status. */
const planIs = ({ lago }: Scene, id: string, status: string, expected: string): Check => {
  const { body } = lago.get(`/subscriptions/${id}?status=${status}`);
  return is(`the ${status} plan`, valueAt(body, 'subscription', 'plan_code'), expected);
};

export const planChanges: readonly Probe[] = [
  {
    fact: 'jobs.upgrade',
    without: 'the end of a period',
    ask: (scene) => {
      const { account } = scene;
      const [small, large] = [account.plan('small', [], SMALL), account.plan('large', [], LARGE)];
      const id = account.subscription('upgrade', small);
      account.subscription('upgrade', large);
      return scene.until(() => [planIs(scene, id, 'active', large)]);
    },
  },
  {
    fact: 'jobs.downgrade',
    without: 'the job',
    ask: (scene) => {
      const { account } = scene;
      const [small, large] = [account.plan('less', [], SMALL), account.plan('more', [], LARGE)];
      const id = account.subscription('downgrade', large);
      account.subscription('downgrade', small);
      return scene.until(() => [
        planIs(scene, id, 'active', large),
        planIs(scene, id, 'pending', small),
      ]);
    },
  },
  {
    fact: 'jobs.downgrade-given-up',
    ask: (scene) => {
      const { account, lago } = scene;
      const [small, large] = [account.plan('given-up', [], SMALL), account.plan('kept', [], LARGE)];
      const id = account.subscription('given-up', large);
      account.subscription('given-up', small);
      lago.delete(`/subscriptions/${id}`);
      return scene.until(() => [
        planIs(scene, id, 'terminated', large),
        planIs(scene, id, 'canceled', small),
      ]);
    },
  },
];
