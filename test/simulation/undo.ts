import type { Undo } from '../../src/rpc/contract';
import { MINUTE } from '../bundle/world';
import type { Kill } from './crash-scenario';
import type { Scene } from './scene';

interface SentLine {
  readonly id: string;
  readonly key: string;
  readonly kind: string;
  readonly at: number;
  /** Of the event as it was sent: another sender may use its id for another one. */
  readonly subscription: string;
  readonly isAccepted: boolean;
}

/** Runs that a person may take back, the newest first, by when they began. */
export function undoableRuns(scene: Scene): number[] {
  const reply = scene.rpc('activity', { id: scene.id });
  if (reply?.ok !== true) return [];
  return reply.value.runs.flatMap(({ report }) =>
    report.undone === undefined && report.delivered > 0 ? [report.startedAt] : [],
  );
}

/** When the lines of a run were written (ms): after the report before it, up to its own. */
function timeOf(
  scene: Scene,
  startedAt: number,
): { readonly after: number; readonly until: number } {
  const reply = scene.rpc('activity', { id: scene.id });
  const runs = (reply?.ok === true ? reply.value.runs : [])
    .map(({ report }) => report)
    .filter(({ undone }) => undone === undefined);
  const place = runs.findIndex((report) => report.startedAt === startedAt);
  return { after: runs[place + 1]?.endedAt ?? 0, until: runs[place]?.endedAt ?? 0 };
}

/** What was sent at a time, by the cells of the ledger. */
function sentIn(scene: Scene, { after, until }: ReturnType<typeof timeOf>): SentLine[] {
  return scene
    .ledgers()
    .flatMap((name) => scene.world.google.spreadsheet.table(name).slice(1))
    .filter(([index = '']) => index.startsWith('{"id"'))
    .map(([index = '', event = '', outcome = '']) => ({
      ...(JSON.parse(index) as SentLine),
      subscription: /"external_subscription_id":"([^"]*)"/.exec(event)?.[1] ?? '',
      isAccepted: outcome.includes('"state":"accepted"'),
    }))
    .filter(({ kind, at }) => kind === 'usage' && at > after && at <= until);
}

/** What Lago bills of one event: its amount, and what takes it back. */
const leftOf = (scene: Scene, { id, subscription }: SentLine): number =>
  scene.world.lago
    .events()
    .filter(({ externalSubscriptionId }) => externalSubscriptionId === subscription)
    .filter(
      ({ transactionId }) =>
        String(transactionId) === id || String(transactionId).replace(/~x\d+$/, '') === id,
    )
    .reduce((sum, { properties }) => sum + Number(properties['amount']), 0);

/** A person looks at what taking a run back would do; undefined if that is not shown. */
export function lookAtUndo(scene: Scene, startedAt: number): Undo | undefined {
  const reply = scene.rpc('dryRun', { id: scene.id, undo: startedAt });
  if (reply?.ok !== true || reply.value.undo === undefined) return undefined;
  return { startedAt, events: reply.value.summary.events, at: reply.value.undo.at };
}

/**
 * A person confirms that a run is taken back. If it says that it is through, Lago bills nothing any
 * more of what the run sent, but for what it names. It has sent as many events as the person saw, or
 * none.
 * @returns for how many rows it says that something stays
 */
export function confirmUndo(scene: Scene, undo: Undo, options: Kill = {}): number | undefined {
  const time = timeOf(scene, undo.startedAt);
  for (const { id } of sentIn(scene, time)) scene.undone.add(id);
  const reply = scene.rpc('runNow', { id: scene.id, undo }, options);
  if (reply?.ok !== true || reply.value.stopped !== undefined || reply.value.left > 0)
    return undefined;
  const { problems } = reply.value;
  const told = problems.reduce((sum, { count }) => sum + count, 0);
  const billed = sentIn(scene, time).filter((line) => line.isAccepted && leftOf(scene, line) !== 0);
  if (new Set(billed.map(({ key }) => key)).size > told)
    scene.broken.push(
      `${billed[0]?.id} is still billed after its run was taken back, and ${told} rows are named`,
    );
  return told;
}

/** Tries after which whatever can be taken back is. */
const MOST_TRIES = 4;

/**
 * Takes a run back as often as something waits for an answer, while nobody else does anything. What
 * was handed over before is settled first; nothing else leaves but what takes back.
 */
export function takeBackAgain(scene: Scene, startedAt: number): void {
  const { witness } = scene;
  const known = new Set(
    sentIn(scene, { after: 0, until: Number.POSITIVE_INFINITY }).map(({ id }) => id),
  );
  const before = witness.handed.length;
  let left: number | undefined;
  for (let time = 0; time < MOST_TRIES && left !== 0; time++) {
    scene.world.time.now += 10 * MINUTE;
    const undo = lookAtUndo(scene, startedAt);
    left = undo && confirmUndo(scene, undo);
  }
  if (left !== 0) scene.broken.push('a run is not taken back, however often that is asked for');
  for (const { id } of witness.handed.slice(before))
    if (!known.has(id) && !scene.undone.has(id.replace(/~x\d+$/, '')))
      scene.broken.push(`${id} was sent while a run was taken back that had not sent it`);
}
