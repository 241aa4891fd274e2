import { execFileSync } from 'node:child_process';
import { HOUR, TEMPLATE } from '../test/bundle/world';
import { BARE_FILE, renderedBare } from './liquid-alone';
import { ownTime } from './own-time';
import { Scene, usage } from './scene';

const CODE = 'Code.js';
const ROUNDS = 3;

const best = (measure: () => number): number =>
  Math.min(...Array.from({ length: ROUNDS }, measure));

/** Processor time of rows (ms), each the best of a few. */
export interface RowTimes {
  readonly rows: number;
  /** liquidjs and JSON.parse alone. */
  readonly bare: number;
  /** A dry run of rows that were never sent, and the execution that sends them. */
  readonly newPlan: number;
  readonly newRun: number;
  /** A dry run of rows that were all sent, and the clock's run. */
  readonly unchangedPlan: number;
  readonly unchangedRun: number;
}

/** What the product needs for rows, beside the least that one could do. */
export function rowTimes(rows: number): RowTimes {
  const sheet = usage(rows);
  const bare = best(() => {
    const render = renderedBare();
    return ownTime(BARE_FILE, () => {
      if (render(sheet, TEMPLATE) !== rows) throw new Error('Not every row was rendered.');
    });
  });
  const rounds = Array.from({ length: ROUNDS }, () => {
    const scene = new Scene({ rows: sheet });
    const id = scene.activate();
    const plan = (): number => ownTime(CODE, () => scene.ask('dryRun', { id }));
    const newPlan = plan();
    const newRun = ownTime(CODE, () => scene.deliver(id));
    const unchangedPlan = plan();
    scene.pass(HOUR);
    return { newPlan, newRun, unchangedPlan, unchangedRun: ownTime(CODE, () => scene.hourly()) };
  });
  const least = (name: keyof (typeof rounds)[number]): number =>
    Math.min(...rounds.map((round) => round[name]));
  return {
    rows,
    bare,
    newPlan: least('newPlan'),
    newRun: least('newRun'),
    unchangedPlan: least('unchangedPlan'),
    unchangedRun: least('unchangedRun'),
  };
}

/** In a process of its own, in which nothing else is alive. */
const startOf = (file: string): number =>
  Number(execFileSync(process.execPath, ['bench/start-of-code.mjs', file], { encoding: 'utf8' }));

/** What each execution pays before it does anything, beside liquidjs alone as it is published. */
export const codeStart = (): { code: number; liquid: number } => ({
  code: startOf('dist/Code.js'),
  liquid: startOf('node_modules/liquidjs/dist/liquid.browser.umd.js'),
});
