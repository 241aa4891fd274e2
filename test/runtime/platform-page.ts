import { readFileSync } from 'node:fs';
import type { Answer, Area, Fact } from './facts/fact';
import { LEVELS, levelOf } from './facts/level';
import { type Answers, askedOf, provenOn } from './facts/proof';
import { NOT_ASKED, STEPS } from './facts/steps';
import { TABLE } from './facts/table';

export const PLATFORM_PAGE = 'docs/platform.md';

const INTRODUCTION = `# Platform

What the product relies on of Google, fact by fact: how sure each is, its source, and how the fake runtime (\`sandbox/runtime\`) is held to it. A fact with an
answer is asked by a probe, in the fake at every \`npm test\` and in a real spreadsheet by the self-test; the other ones need kills, quotas, other people or
hours, and are held by the test that is named. This page is written by \`npm run docs\` from \`test/runtime/facts/\` and \`test/runtime/answers.json\`.

**How sure** a fact is: _documented_ by Google or a standard; _reported_ by somebody who has seen it; _unproven_ if nobody says so, or not all of it, and the fake
takes the less pleasant of what may be; _proven_, with the day, if Google has answered the self-test as expected.
`;

const SELF_TEST = `## The self-test in a real spreadsheet
A quarter of an hour with a Google account proves what is unproven. The page asks Google every fact that has an answer here, asks you to do some things (set a locale,
make a trigger, copy the file), and lets Google end a script that runs too long. It sends no mail and no request to anybody (only the question for the
address of \`selftest.invalid\`, which cannot exist), and removes the sheets and properties that it makes.

1. Make a new, empty spreadsheet with the locale United States (**File → Settings**); your Google account's language has to be English, since Google translates its messages.
2. \`npm run build:selftest\` writes \`dist-selftest/\`.
3. **Extensions → Apps Script**: paste \`Code.js\` over what is there; with **+ → HTML** make the files \`page\` and \`sidebar\`, and paste \`page.html\` and \`sidebar.html\` over what
   is in them; under **Project settings** tick “Show appsscript.json”, and paste that, too. Save.
   (Or with clasp: the **Script ID** of the project settings in \`dist-selftest/.clasp.json\` as \`{ "scriptId": "…" }\`, then \`npx clasp login\` and, in \`dist-selftest\`, \`npx clasp push --force\`.)
4. Reload the spreadsheet: **Extensions → your project's name → Run the platform self-test**. Google asks for the product's scopes. If the sidebar does not open, HtmlService has refused the page: that is an answer, too.
5. **Start**, and do what it says. What you cannot do, you skip.
6. **Copy** the text at the end over the whole of \`test/runtime/answers.json\`, or send it to whoever keeps this repository.
7. \`npx jest test/runtime/facts\` compares it with the fake, and \`npm run docs\` writes what is proven by now into this page.

**An answer that differs** fails that test: either Google has changed or the fact was wrong, and the fake with it. Change the fact's \`expected\` in \`test/runtime/facts/\`, then the fake until
\`npx jest test/runtime\` passes, then whatever of the product no longer does: the simulation and the tests of the bundle run on the fake.
The sheet _Platform self-test_ has every answer beside what was expected; _tolerated_ is what the product bears as well.
`;

const GIVEN = JSON.parse(readFileSync('test/runtime/answers.json', 'utf8')) as Answers;

/** How sure a fact is by now, in words. */
function sureness(fact: Fact): string {
  const day = provenOn(fact, GIVEN);
  return day === undefined ? levelOf(fact) : `proven ${day}`;
}

/** How many facts are how sure, and what the self-test does not ask. */
function overview(): string {
  const facts = TABLE.flatMap((area) => area.facts);
  const rows = [...LEVELS, 'proven'].reverse().map((level) => {
    const those = facts.filter((fact) => sureness(fact).startsWith(level));
    const askable = those.filter((fact) => askedOf(fact) !== undefined);
    return `| ${level} | ${those.length} | ${askable.length} |`;
  });
  const unasked = Object.entries(NOT_ASKED).map(([fact, why]) => `- **${fact}** ${why}.`);
  return `| how sure | facts | of which the self-test asks |\n| --- | --- | --- |\n${rows.join('\n')}

What is unproven and not asked, and why:

${unasked.join('\n')}
`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

const SHOWN_CHARACTERS = 160;

const shortened = (answer: Answer): string => {
  const text = JSON.stringify(answer);
  return code(text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text);
};

function held(fact: Fact): string {
  if ('heldBy' in fact) {
    const step = STEPS.find((each) => each.fact === fact.id);
    const answer =
      step === undefined
        ? ''
        : `; answer to ${step.how === undefined ? 'the self-test' : 'a person'}: ${shortened(step.expected)}`;
    return `test/${fact.heldBy}${answer}`;
  }
  const { expected, tolerated = [] } = fact;
  const borne = tolerated.map((each) => code(JSON.stringify(each))).join(', ');
  const asked = `answer${'askedBy' in fact ? ' to a page' : ''}: ${shortened(expected)}`;
  return borne === '' ? asked : `${asked}; tolerated: ${borne}`;
}

const section = ({ title, facts }: Area): string =>
  `## ${title}\n\n| fact | how sure | source | held by |\n| --- | --- | --- | --- |\n${facts
    .map((fact) => {
      const { id, says, source } = fact;
      const cells = [`**${id}** ${says}`, sureness(fact), source, held(fact)];
      return `| ${cells.map(cell).join(' | ')} |`;
    })
    .join('\n')}\n`;

/** The page that says what is relied on of Google, made from the table of facts, so that the two cannot differ. */
export const platformPage = (): string =>
  [INTRODUCTION, overview(), SELF_TEST, ...TABLE.map(section)].join('\n');
