import { AREAS, type Area, NOT_FAKED } from './facts/facts';

export const LAGO_PAGE = 'docs/lago.md';

/** The page that says what the fake Lago does as Lago does, made from the facts, so that the two cannot differ. */
export function lagoPage(): string {
  const count = AREAS.reduce((total, { facts }) => total + facts.length, 0);
  return `${[
    '# Lago, as the fake plays it',
    `${count} facts about Lago’s REST API that this product relies on or has to withstand, each with how and where from it is known, and the tests in \`test/lago-fake\` that hold the fake to it. “Run” was seen on a running Lago (about 1.51, free licence), “read” is in its source or its documentation alone. Where nobody says what Lago does, the fake does what hurts more. This page is written by \`npm run docs\`.`,
    ...AREAS.map(section),
    `## Not faked\n\nThe product asks for none of this, and the fake does not have it.\n\n${NOT_FAKED.map((what) => `- ${what}`).join('\n')}`,
  ].join('\n\n')}\n`;
}

function section({ title, facts }: Area): string {
  const items = facts.map(
    ({ id, says, known, source, tests }) =>
      `- **${id}** ${says}  \n  _${known}; ${source}_  \n  ${tests.map((test) => `\`${test}\``).join('  \n  ')}`,
  );
  return `## ${title}\n\n${items.join('\n')}`;
}
