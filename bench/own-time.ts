import { readFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';

/**
 * How long a processor works at the code of one file (ms), whoever else uses the machine: the time
 * of this thread, shared out by what a profile finds at work. What the fakes do is left out, and so
 * is the collection of garbage, which is mostly theirs.
 */
export function ownTime(file: string, work: () => void): number {
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US });
  session.post('Profiler.start');
  const before = threadMs();
  work();
  const ms = threadMs() - before;
  let share = 0;
  session.post('Profiler.stop', (error, { profile }) => {
    if (error !== null) throw error;
    share = shareOf(file, profile);
  });
  session.disconnect();
  return ms * share;
}

const SAMPLE_US = 250;

/** Processor time of this thread (ms); of the process where the system does not tell. */
function threadMs(): number {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  }
}

const NOBODY = '(idle)';

/** Share of the samples in which a function of the file, or a built-in that it calls, is at work. */
function shareOf(file: string, { nodes, samples = [] }: Profiler.Profile): number {
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const owners = new Map<number, string>();
  const ownerOf = (id: number | undefined): string => {
    const node = id === undefined ? undefined : byId.get(id);
    if (id === undefined || node === undefined) return '';
    const known = owners.get(id);
    if (known !== undefined) return known;
    const { url, functionName } = node.callFrame;
    const owner = functionName === NOBODY ? NOBODY : url === '' ? ownerOf(parents.get(id)) : url;
    owners.set(id, owner);
    return owner;
  };
  const working = samples.map(ownerOf).filter((owner) => owner !== NOBODY);
  return working.filter((owner) => owner.endsWith(file)).length / Math.max(1, working.length);
}
