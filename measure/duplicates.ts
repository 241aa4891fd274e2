/** Fewest equal lines in a row that count as a duplicate. */
const RUN = 6;

interface Line {
  readonly file: string;
  /** Place among the lines of its file that count, 0-based. */
  readonly place: number;
}

/** Empty lines, imports, comments and lone brackets say nothing. */
const isTelling = (line: string): boolean =>
  !/^$|^import |^\} from |^(\/\*|\*|\/\/)|^[\])}>;,({[]*$/.test(line);

const tellingLines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(isTelling);

/** How many runs of at least six equal lines stand in two places of the files, by their texts. */
export function countDuplicates(files: ReadonlyMap<string, string>): number {
  const seen = new Map<string, Line>();
  let runs = 0;
  for (const [file, text] of files) {
    const lines = tellingLines(text);
    let last: Line | undefined;
    for (let place = 0; place + RUN <= lines.length; place++) {
      const run = lines.slice(place, place + RUN).join('\n');
      const before = seen.get(run);
      if (before === undefined) seen.set(run, { file, place });
      // A longer run goes on in both places.
      else if (last?.file !== before.file || last.place !== before.place - 1) runs++;
      last = before;
    }
  }
  return runs;
}
