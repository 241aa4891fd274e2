import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What may ship: licences that ask for their notice, and for nothing else. */
const ALLOWED = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'];

/** The folder of the package that a module of a bundle is from; undefined if it is our own. */
const folderOf = (module) => /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1];

/** @param modules the modules of a bundle, as rollup names them @returns folders of their packages */
export const packagesOf = (modules) => [
  ...new Set(modules.map(folderOf).filter((folder) => folder !== undefined)),
];

const textsIn = (folder, name) =>
  readdirSync(folder)
    .filter((file) => name.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8').replaceAll('\r', '').trim());

/**
 * A package's name, version, and the notices that its licence wants in every copy.
 * @throws if it may not ship, or brings no text of its licence
 */
function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = [
    ...textsIn(folder, /^(licen[cs]e|copying)(\.|$)/i),
    ...textsIn(folder, /^notice(\.|$)/i),
  ];
  if (!ALLOWED.includes(license))
    throw new Error(`${name} may not ship: its licence is ${license}.`);
  if (texts.length === 0) throw new Error(`${name} brings no text of its licence.`);
  return { title: `${name} ${version} (${license})`, text: texts.join('\n\n') };
}

/** In ASCII, since HtmlService mangles everything else (google: page.beyond-ascii). */
const escaped = (text) =>
  text.replace(/[&<>]|[^\x09\x0a\x0d\x20-\x7e]/gu, (sign) => `&#${sign.codePointAt(0)};`);

/**
 * The page behind the menu's “About”: our own licence, and those of everything that ships.
 * @param folders of the packages
 */
export function aboutPage(folders) {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const notices = folders
    .map(noticeOf)
    .sort((left, right) => (left.title < right.title ? -1 : 1))
    .map(({ title, text }) => `<h2>${escaped(title)}</h2>\n<pre>${escaped(text)}</pre>`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>About Lago usage sync</title>
<style>body{font:13px/1.4 sans-serif}h1{font-size:16px}h2{font-size:13px}pre{font:11px/1.4 monospace;white-space:pre-wrap}</style>
</head>
<body>
<h1>Lago usage sync ${version}</h1>
<pre>${escaped(readFileSync('LICENSE', 'utf8').trim())}</pre>
<h1>Software of others in it</h1>
${notices.join('\n')}
</body>
</html>
`;
}
