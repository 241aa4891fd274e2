import type { Area, Fact } from './facts/fact';
import { TABLE } from './facts/table';

export const PLATFORM_PAGE = 'docs/platform.md';

const INTRODUCTION = `# Platform

What the product relies on of Google, fact by fact, with the source of each and how the fake runtime (\`sandbox/runtime\`) is held to it. A fact with an
answer is asked by a probe, in the fake at every \`npm test\` and in a real spreadsheet by the self-test; the other ones need kills, quotas, other people or
hours, and are held by the test that is named. This page is written by \`npm run docs\` from \`test/runtime/facts/\`.

## The self-test in a real spreadsheet
It asks Google every fact that has an answer here and writes a sheet with what was expected and what was answered. It sends no mail and no request to
anybody (only the question for the address of \`selftest.invalid\`, which cannot exist), and removes the sheets, properties and triggers that it makes. It takes a few minutes.

1. Make a new, empty spreadsheet with the locale United States (**File → Settings**); your Google account's language has to be English, since Google translates its messages.
2. **Extensions → Apps Script → Project settings**: copy the **Script ID**. (On <https://script.google.com/home/usersettings>, switch the Apps Script API on once.)
3. \`npm run build:selftest\` writes \`dist-selftest/\`. Write \`dist-selftest/.clasp.json\`: \`{ "scriptId": "THE SCRIPT ID" }\`.
4. \`npx clasp login\` once, then \`cd dist-selftest && npx clasp push --force\`. (Or paste \`Code.js\`, the manifest, and \`page.html\` and \`sidebar.html\` as HTML files of these names into the editor.)
5. Reload the spreadsheet: **Extensions → your project's name → Run the platform self-test**, or run \`runSelftest\` in the editor. Google asks for the product's scopes.
6. **Run the part of the page** opens a sidebar, which asks what only a page can ask, writes it below and says so. (Where it does not open, HtmlService has refused it: that is an answer, too.)
7. Look at the sheet _Platform self-test_. The column _agrees_ says _yes_; _tolerated_ where Google does something else that the product bears as well; or _no_.

**A _no_ is a deviation**: either Google has changed or the fact was wrong, and the fakes with it. Report it with the line's _fact_ and _answered_, and the date. To mend it, change the fact's
\`expected\` in \`test/runtime/facts/\`, then the fake until \`npx jest test/runtime\` passes, then whatever of the product no longer does: the simulation and the tests of the bundle run on the fake.
Facts whose source says that nobody documents them are guesses; there, a _no_ is news rather than an alarm.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

const SHOWN_CHARACTERS = 160;

function held(fact: Fact): string {
  if ('heldBy' in fact) return `test/${fact.heldBy}`;
  const answer = JSON.stringify(fact.expected);
  const shown = code(
    answer.length > SHOWN_CHARACTERS ? `${answer.slice(0, SHOWN_CHARACTERS)}…` : answer,
  );
  return `answer${'askedBy' in fact ? ' to a page' : ''}: ${shown}${fact.tolerated === undefined ? '' : `; tolerated: ${fact.tolerated.map((each) => code(JSON.stringify(each))).join(', ')}`}`;
}

const section = ({ title, facts }: Area): string =>
  `## ${title}\n\n| fact | source | held by |\n| --- | --- | --- |\n${facts
    .map(
      (fact) =>
        `| ${cell(`**${fact.id}** ${fact.says}`)} | ${cell(fact.source)} | ${cell(held(fact))} |`,
    )
    .join('\n')}\n`;

/** The page that says what is relied on of Google, made from the table of facts, so that the two cannot differ. */
export const platformPage = (): string => `${INTRODUCTION}\n${TABLE.map(section).join('\n')}`;
