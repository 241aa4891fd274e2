import type { Growth } from './growth';
import { FIGURE_NAMES, type FigureName, GROWTH_TARGET, TARGETS, type Target } from './targets';

/** Figures as numbers, the first of which are held against the target's limits. */
export interface Figure {
  readonly numbers: readonly number[];
  /** What no target is set for, such as what is behind the numbers. */
  readonly beside?: string;
}

export type Figures = Partial<Record<FigureName, Figure>>;

/** The same of the hand-written scripts, in their order. */
export type ScriptFigures = Partial<Record<FigureName, readonly string[]>>;

const NOTHING = '';

export function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

const isMet = ({ limits, atLeast }: Target, { numbers }: Figure): boolean =>
  limits.every((limit, index) => {
    const value = numbers[index] ?? Number.NaN;
    return atLeast === true ? value >= limit : value <= limit;
  });

function lines(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => (row[column] ?? '').padEnd(width)).join(' | ')} |`;
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = [], ...body] = rows;
  return [line(head), rule, ...body.map(line)];
}

/**
 * The table in Markdown.
 * @param names of the hand-written scripts
 */
export function tableOf(
  figures: Figures,
  names: readonly string[],
  scripts: ScriptFigures = {},
): string {
  const rows = FIGURE_NAMES.flatMap((name) => {
    const figure = figures[name];
    if (figure === undefined && scripts[name] === undefined) return [];
    const target: Target = TARGETS[name];
    const others = names.map((_, index) => scripts[name]?.[index] ?? NOTHING);
    return [[target.what, ...todayOf(target, figure), ...others]];
  });
  return lines([['what', 'today', 'target', 'met', ...names], ...rows]).join('\n');
}

/** Today's figure, its target and whether it is met. */
function todayOf(target: Target, figure: Figure | undefined): string[] {
  if (figure === undefined) return [NOTHING, target.target, NOTHING];
  const { numbers, beside } = figure;
  const today = [numbers.map(shown).join(' / '), ...(beside === undefined ? [] : [beside])];
  const met = target.limits.length === 0 ? NOTHING : isMet(target, figure) ? 'yes' : 'no';
  return [today.join('; '), target.target, met];
}

/** How the processor time of each way grows. */
export function growthTable(growths: readonly Growth[]): string {
  const { exponent, secondsAt20000 } = GROWTH_TARGET;
  const rows = growths.map((growth) => {
    const [small, large] = growth.points;
    const isLinear = growth.exponent <= exponent && growth.at20000 <= secondsAt20000;
    return [
      growth.way,
      `${shown(small[0])}: ${shown(small[1])} ms`,
      `${shown(large[0])}: ${shown(large[1])} ms`,
      growth.exponent.toFixed(2),
      growth.at20000.toFixed(1),
      growth.requestsPerRow.toFixed(2),
      isLinear ? 'yes' : 'no',
    ];
  });
  const head = [
    'way of a run',
    'rows: processor time',
    'four times as many',
    `exponent (≤ ${exponent})`,
    `s at 20,000 (≤ ${secondsAt20000})`,
    'requests a row',
    'met',
  ];
  return lines([head, ...rows]).join('\n');
}
