import { InputProblem } from '../sandbox/input-problem';
import { AREAS } from '../test/lago-fake/facts/facts';
import { Account, chargeOf, PREFIX } from './account';
import { type Cleanup, cleanUp } from './cleanup';
import { refuseForeign } from './foreign';
import { textAt } from './json';
import { Lago, type Store } from './lago';
import { NOT_ASKED } from './not-asked';
import { notAsked, type Outcome, outcomeOf } from './outcome';
import { play } from './play/play';
import type { Probe } from './probe';
import { PROBES } from './probes/all';
import { Scene, type Stage } from './scene';
import type { Target } from './target';

export interface Conformance {
  readonly organization: string;
  /** As Lago names it; undefined if it does not. */
  readonly store: Store | undefined;
  readonly facts: readonly Outcome[];
  readonly play: readonly Outcome[];
  readonly cleanup: Cleanup;
}

/** Whether everything holds that was asked. */
export const isConforming = ({ facts, play: steps }: Conformance): boolean =>
  [...facts, ...steps].every(({ outcome }) => outcome !== 'differs');

/** @throws InputProblem if the organization is not for this, or does not answer */
export async function conform(target: Target): Promise<Conformance> {
  const { address, apiKey, transport, clock, tell } = target;
  const lago = new Lago(transport, clock, address, apiKey);
  const organization = identified(lago);
  refuseForeign(lago);
  const run = Math.floor(clock.now() / 1000).toString(36);
  const account = new Account(lago, `${PREFIX}${run}-`, clock.now());
  tell(`Everything that this makes in “${organization.name}” is named ${account.prefix}…`);
  const made = await asked(target, { lago, account, store: organization.store }).catch(
    (error: unknown) => {
      tell('This broke off; removing what it made …');
      cleanUp(lago, account);
      throw error;
    },
  );
  return {
    organization: organization.name,
    store: organization.store,
    ...made,
    cleanup: cleanUp(lago, account),
  };
}

async function asked(
  target: Target,
  { lago, account, store }: Pick<Scene, 'lago' | 'account' | 'store'>,
): Promise<Pick<Conformance, 'facts' | 'play'>> {
  const scene = new Scene(lago, account, target.clock, store, stageOf(account));
  const facts = await askedFacts(scene, target.tell);
  return { facts, play: await play(scene, target) };
}

function identified(lago: Lago): { name: string; store: Store | undefined } {
  const { status, body } = lago.get('/organizations');
  if (status !== 200)
    throw new InputProblem(`${lago.address} answered with ${status} when asked whose key it is.`);
  const store = textAt(body, 'organization', 'events_store');
  return {
    name: textAt(body, 'organization', 'name'),
    store: store === 'postgres' || store === 'clickhouse' ? store : undefined,
  };
}

function stageOf(account: Account): Stage {
  const metric = account.metric('stage', { aggregation_type: 'count_agg' });
  const plan = account.plan('stage', [chargeOf(metric, 'standard', { amount: '1' })]);
  const [first, second] = [account.subscription('s', plan), account.subscription('t', plan)];
  return { code: metric.code, first, second };
}

const STORE_NAMES: Readonly<Record<Store, string>> = {
  postgres: 'PostgreSQL',
  clickhouse: 'ClickHouse',
};

async function askedFacts(scene: Scene, tell: Target['tell']): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { title, facts } of AREAS) {
    tell(`${title} …`);
    for (const fact of facts) outcomes.push(await askedFact(scene, fact));
  }
  return outcomes;
}

async function askedFact(
  scene: Scene,
  { id, says }: Pick<Outcome, 'id' | 'says'>,
): Promise<Outcome> {
  const probe = PROBES.find(({ fact }) => fact === id);
  if (probe === undefined) return notAsked({ id, says }, NOT_ASKED[id] ?? '');
  const because = whyNot(probe, scene);
  return because === undefined
    ? outcomeOf({ id, says, ...partOf(probe) }, () => probe.ask(scene))
    : notAsked({ id, says }, because);
}

const partOf = ({ without }: Probe): Pick<Outcome, 'without'> =>
  without === undefined ? {} : { without };

/** Why a probe is not for this Lago. */
function whyNot(probe: Probe, { store }: Scene): string | undefined {
  if (probe.store === undefined || probe.store === store) return undefined;
  const fact = `It is a fact of ${STORE_NAMES[probe.store]}`;
  return store === undefined
    ? `${fact}, and this Lago does not tell its store.`
    : `${fact}, and this organization’s events are in ${STORE_NAMES[store]}.`;
}
