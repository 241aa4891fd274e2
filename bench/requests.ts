import type { Argument, Method, Value } from '../src/rpc/contract';
import { API_KEY, draftOf, HOUR, TAB, TEMPLATE } from '../test/bundle/world';
import { HEADERS, type Played, Scene, total, usage, usageRow } from './scene';

/** What is asked of Lago. */
export interface Asked {
  readonly requests: number;
  readonly kilobytes: number;
}

const asked = (played: readonly Played[]): Asked => ({
  requests: total(played.map(({ requests }) => requests)),
  kilobytes: total(played.map(({ kilobytes }) => kilobytes)),
});

/** A Lago with many subscriptions, of which the sheet names two. */
export const CROWD = { metrics: 50, subscriptions: 10_000 };

const THINKING_MS = 30_000;

/** Connects and sets a sync up as the page does: every screen, one test event, the review. */
function setUp(scene: Scene): { readonly id: string; readonly played: readonly Played[] } {
  const played: Played[] = [];
  const ask = <M extends Method>(method: M, argument: Argument<M>): Value<M> => {
    const answer = scene.ask(method, argument);
    played.push(answer.played);
    scene.pass(THINKING_MS);
    return answer.value;
  };
  ask('open', {});
  ask('connect', { address: 'https://lago.example', apiKey: API_KEY });
  ask('prerequisites', {});
  const draft = draftOf(scene.world, HEADERS, TEMPLATE);
  ask('describeTab', { tabId: draft.source.tabId, sync: '' });
  ask('vocabulary', {});
  ask('checkTemplate', { source: draft.source, template: draft.template });
  ask('preview', { draft, row: 2 });
  const { id, revision } = ask('saveSync', { draft });
  ask('testSend', { id, row: 2 });
  ask('dryRun', { id });
  ask('activate', { id, revision, changed: 'flag', removed: 'flag', onEdit: false });
  return { id, played };
}

/** Requests of a set-up, of the run of 1,000 new rows after it, and of one with nothing to send. */
export function askedOfLago(
  newRows: number,
  crowd = CROWD,
): Record<'setUp' | 'added' | 'idle', Asked> {
  const few = 10;
  const scene = new Scene({ rows: usage(few), crowd });
  const { played } = setUp(scene);
  scene.hourly();
  scene.pass(HOUR);
  const { spreadsheet } = scene.google;
  const missing =
    few + newRows + 1 - (spreadsheet.sheets.find(({ name }) => name === TAB)?.rows ?? 0);
  if (missing > 0) spreadsheet.insertRows(TAB, few + 1, missing);
  const rows = Array.from({ length: newRows }, (_, index) => usageRow(few + index, few + newRows));
  spreadsheet.paste(TAB, few + 2, 1, rows);
  const before = scene.world.lago.events().length;
  const added = scene.hourly();
  if (scene.world.lago.events().length !== before + newRows) throw new Error('Not all was sent.');
  scene.pass(HOUR);
  const idle = scene.hourly();
  return { setUp: asked(played), added: asked([added]), idle: asked([idle]) };
}
