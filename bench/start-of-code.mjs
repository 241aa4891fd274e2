import { readFileSync } from 'node:fs';
import vm from 'node:vm';

/**
 * Prints how long it takes to compile and evaluate a script that this process has not seen before
 * (ms of processor time): many times together, since systems count that in steps of milliseconds.
 */
const STARTS = 40;
const code = readFileSync(process.argv[2], 'utf8');
const contexts = Array.from({ length: STARTS }, () => vm.createContext());
const before = process.cpuUsage();
for (const [round, context] of contexts.entries())
  new vm.Script(`${code}\n// ${round}`, { filename: 'start.js' }).runInContext(context);
const { user, system } = process.cpuUsage(before);
process.stdout.write(String((user + system) / 1000 / STARTS));
