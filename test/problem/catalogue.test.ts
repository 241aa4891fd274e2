import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue, type ProblemCode } from '../../src/problem/catalogue';
import { problem } from '../../src/problem/problem';

const codes = Object.keys(catalogue) as ProblemCode[];

const placeholders = (code: ProblemCode): string[] => {
  const { message, remedy } = catalogue[code];
  return [
    ...new Set([...`${message} ${remedy}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name))),
  ];
};

const filesOf = (folder: string): string[] =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return filesOf(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });

interface Call {
  readonly code: string;
  /** Names of the details; undefined where they are given as a variable. */
  readonly details: readonly string[] | undefined;
  readonly file: string;
}

/** The top-level names of an object literal that begins at `start`. */
function namesAt(text: string, start: number): string[] {
  const names: string[] = [];
  let depth = 0;
  let part = '';
  for (let index = start; index < text.length; index++) {
    const letter = text[index] ?? '';
    if ('{([`'.includes(letter) && letter !== '`') depth++;
    if ('})]'.includes(letter)) depth--;
    if (depth === 0 || (letter === ',' && depth === 1)) {
      const name = /^[{,]?\s*(\w+)/.exec(part)?.[1];
      if (name !== undefined) names.push(name);
      part = '';
      if (depth === 0) return names;
    } else part += letter;
  }
  return names;
}

function callsOf(file: string): Call[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/\bproblem\(\s*'([a-z.-]+)'\s*(,\s*\{|,|\))/g)].map((match) => {
    const end = match.index + match[0].length;
    const details = match[2]?.endsWith('{')
      ? namesAt(text, end - 1)
      : match[2] === ')'
        ? []
        : undefined;
    return { code: String(match[1]), details, file };
  });
}

const calls = filesOf(join(__dirname, '../../src')).flatMap(callsOf);

describe('the catalogue of problems', () => {
  it.each(codes)('%s says what happened and what to do, in whole sentences', (code) => {
    const { message, remedy } = catalogue[code];
    for (const sentence of [message, remedy]) {
      expect(sentence.trim()).toBe(sentence);
      expect(sentence).toMatch(/^[A-Z“{]/);
      expect(sentence).toMatch(/([.?!)]|\{\w+\})$/);
    }
  });

  it.each(codes)('%s leaves no placeholder when every detail is given', (code) => {
    const made = problem(
      code,
      Object.fromEntries(placeholders(code).map((name) => [name, 'detail'])),
    );
    expect(`${made.message} ${made.remedy}`).not.toMatch(/\{\w+\}/);
    expect(made.code).toBe(code);
  });

  it('is called from the sources with codes that it has', () => {
    expect(calls.length).toBeGreaterThan(70);
    expect(calls.filter(({ code }) => !codes.includes(code as ProblemCode))).toEqual([]);
  });

  it.each(
    calls
      .filter(({ details }) => details !== undefined)
      .map(({ code, details, file }) => [code, file.replace(/.*\/src\//, ''), details]),
  )('%s gets all of its details in %s', (code, _, details) => {
    expect(placeholders(code as ProblemCode).filter((name) => !details?.includes(name))).toEqual(
      [],
    );
  });

  it('gets details as a variable in one place only, which is checked elsewhere', () => {
    const codes = calls.filter(({ details }) => details === undefined).map(({ code }) => code);
    expect([...new Set(codes)]).toEqual(['ledger.vanished']);
  });
});
