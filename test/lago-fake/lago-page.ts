import { NOT_ASKED } from '../../conform/not-asked';
import { PROBES } from '../../conform/probes/all';
import { AREAS, type Area, NOT_FAKED } from './facts/facts';

export const LAGO_PAGE = 'docs/lago.md';

const CONFORM = `## Asking your own Lago

Whoever runs another version of Lago, or keeps events in the other store, can ask it: \`npm ci\`, then

    npm run conform -- --lago https://lago.example --api-key KEY --test-organization

1. Make an organization for this alone, with nothing in it, and a key that may do everything. The run refuses an organization that holds anything that it has not made itself; what an earlier run left may stay.
2. It makes metrics, plans, customers and subscriptions whose names begin with \`conform-\`, and asks every fact below that says so. Then it plays the product with its bundle: the main job, corrections of each kind, *Reconcile*, a rebuild.
3. It prints fact by fact what holds, what differs and what could not be asked; with \`--json\` as one object. On PostgreSQL it takes a few minutes. On ClickHouse it waits for five minutes twice, as the product does, and says so beforehand.
4. It ends the subscriptions and deletes what Lago lets it delete. Events, ended subscriptions and invoices stay.

The exit code is 0 only if everything that was asked holds, 1 if something differs, and 2 if nothing was asked. A difference is news: report it with its line and the version of your Lago.`;

/** The page that says what the fake Lago does as Lago does, made from the facts, so that the two cannot differ. */
export function lagoPage(): string {
  const count = AREAS.reduce((total, { facts }) => total + facts.length, 0);
  return `${[
    '# Lago, as the fake plays it',
    `${count} facts about Lago’s REST API that this product relies on or has to withstand, each with how and where from it is known, the tests in \`test/lago-fake\` that hold the fake to it, and whether \`npm run conform\` asks another Lago for it. “Run” was seen on a running Lago (about 1.51, free licence), “read” is in its source or its documentation alone. Where nobody says what Lago does, the fake does what hurts more. This page is written by \`npm run docs\`.`,
    CONFORM,
    ...AREAS.map(section),
    `## Not faked\n\nThe product asks for none of this, and the fake does not have it.\n\n${NOT_FAKED.map((what) => `- ${what}`).join('\n')}`,
  ].join('\n\n')}\n`;
}

function section({ title, facts }: Area): string {
  const items = facts.map(
    ({ id, says, known, source, tests }) =>
      `- **${id}** ${says}  \n  _${known}; ${source}_  \n  ${tests.map((test) => `\`${test}\``).join('  \n  ')}  \n  ${askedBy(id)}`,
  );
  return `## ${title}\n\n${items.join('\n')}`;
}

const STORES = { postgres: ' on PostgreSQL', clickhouse: ' on ClickHouse' } as const;

/** Whether `npm run conform` asks for a fact. */
function askedBy(id: string): string {
  const probe = PROBES.find(({ fact }) => fact === id);
  if (probe === undefined) return `not asked: ${NOT_ASKED[id] ?? ''}`;
  const { store, without } = probe;
  const where = store === undefined ? '' : STORES[store];
  return `asked${where}${without === undefined ? '' : `, without ${without}`}`;
}
