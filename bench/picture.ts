import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { shown } from './table';

const PICTURE = 'docs/bench.svg';
const MEASURED = 'build/bench-comparison.json';

/** One way to send a sheet. */
export interface Bar {
  readonly name: string;
  readonly perSecond: number;
  /** Rows billed twice and never sent after a kill: `1 / 0`. */
  readonly kill: string;
}

interface Measured {
  /** Of the sheet. */
  readonly rows: number;
  readonly bars: readonly Bar[];
}

export function keepForPicture(measured: Measured): void {
  mkdirSync('build', { recursive: true });
  writeFileSync(MEASURED, JSON.stringify(measured));
}

const WIDTH = 760;
const LEFT = 150;
const LONGEST = 330;
const STEP = 44;
const TOP = 62;

const text = (x: number, y: number, content: string, style = ''): string =>
  `<text x="${x}" y="${y}"${style}>${content}</text>`;

/** Writes what was last measured as a small picture, and tells where. */
export function drawPicture(): string {
  if (!existsSync(MEASURED)) throw new Error('Nothing was measured yet. Run npm run bench first.');
  const { rows, bars } = JSON.parse(readFileSync(MEASURED, 'utf8')) as Measured;
  const most = Math.max(...bars.map(({ perSecond }) => perSecond));
  const height = TOP + bars.length * STEP + 12;
  const drawn = bars.flatMap(({ name, perSecond, kill }, index) => {
    const y = TOP + index * STEP;
    const width = Math.max(2, Math.round((perSecond / most) * LONGEST));
    const isOurs = index === bars.length - 1;
    const [twice = '', never = ''] = kill.split(' / ');
    return [
      text(LEFT - 12, y + 19, name, ' text-anchor="end"'),
      `<rect x="${LEFT}" y="${y}" width="${width}" height="28" rx="3" fill="${isOurs ? '#2f6fed' : '#b6bec9'}"/>`,
      text(LEFT + width + 8, y + 19, shown(perSecond)),
      text(WIDTH - 20, y + 19, `${twice} twice, ${never} never`, ' text-anchor="end"'),
    ];
  });
  const head = ' font-weight="600"';
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="13">`,
    `<title>Rows a second of a first delivery of ${shown(rows)} rows, and rows billed wrongly after a kill</title>`,
    `<rect width="${WIDTH}" height="${height}" rx="8" fill="#ffffff"/>`,
    '<g fill="#1f2933">',
    text(LEFT, 34, `Rows a second, ${shown(rows)} rows`, head),
    text(WIDTH - 20, 34, 'Killed in the middle: rows billed', `${head} text-anchor="end"`),
    ...drawn,
    '</g></svg>',
  ].join('\n');
  writeFileSync(PICTURE, `${svg}\n`);
  return PICTURE;
}
