import { catalogue, type ProblemCode } from '../../src/problem/catalogue';

export const PROBLEM_PAGE = 'docs/problems.md';

const ACTORS = {
  sheet: 'whoever keeps the sheet',
  template: 'whoever keeps the template',
  settings: 'whoever set up the sync',
  lago: 'whoever keeps Lago',
  wait: 'nobody: it goes away by itself',
  us: 'the makers of this add-on',
} as const;

const readable = (sentence: string): string => sentence.replace(/\{(\w+)\}/g, '*$1*');

/** The page that explains every problem, made from the catalogue, so that the two cannot differ. */
export function problemPage(): string {
  const sections = (Object.keys(catalogue) as ProblemCode[]).map((code) => {
    const { actor, message, remedy } = catalogue[code];
    return `## ${code}\n\n**What happened.** ${readable(message)}\n\n**What to do.** ${readable(remedy)}\n\n**Who acts:** ${ACTORS[actor]}.`;
  });
  return `# Problems\n\nEvery problem that a person can meet, by its code. Words in *italics* stand for the row, column or value concerned. This page is written by \`npm run docs\`.\n\n${sections.join('\n\n')}\n`;
}
