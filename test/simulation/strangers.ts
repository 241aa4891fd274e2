import type { ExecutionReport } from '../../sandbox/runtime';
import { callText } from '../page-token';
import type { Chance } from './chance';
import { FOREIGN_KEY, type Scene } from './scene';

/** Another account of the same browser, which may edit the file, too. */
const COLLEAGUE = 'colleague@example.com';

/** Everything that a stranger could change. */
const everything = ({ world: { google, lago } }: Scene): string =>
  JSON.stringify([
    google.scriptProperties.all(),
    google.documentProperties.all(),
    google.triggers,
    google.spreadsheet.sheets.map(({ name }) => google.spreadsheet.table(name)),
    lago.events().length,
  ]);

/** Does what must change nothing and get no answer. */
export function unchanged(scene: Scene, what: string, act: () => ExecutionReport): void {
  const before = everything(scene);
  const { result, error } = act();
  if (everything(scene) !== before) scene.broken.push(`${what} has changed something`);
  if (String(result ?? error?.message).includes('"ok":true'))
    scene.broken.push(`${what} is answered`);
}

/** What formulas ask for; each would do harm. */
const asked = ({ id }: Scene): readonly (readonly [method: string, argument: object])[] => [
  ['pause', { id }],
  ['runNow', { id }],
  ['deleteSync', { id, revision: 2 }],
  ['connect', { address: 'https://lago.example', apiKey: FOREIGN_KEY }],
];

/** What somebody does who is not in front of the page. */
export const stranger = (scene: Scene, chance: Chance): string =>
  chance.weighed<() => string>([
    [5, () => formulaCalls(scene, chance)],
    [4, () => passedOn(scene)],
    [1, () => colleagueRuns(scene)],
  ])();

/** A formula calls a function of the script, perhaps with the token of somebody's page. */
function formulaCalls(scene: Scene, chance: Chance): string {
  const { google } = scene.world;
  const [method, argument] = chance.of(asked(scene));
  const text = chance.isIn(50)
    ? callText(google, method, argument)
    : JSON.stringify({ method, argument, token: '' });
  const name = chance.of(['rpc', 'rpc', 'runDueSyncs', 'onSheetEdit']);
  unchanged(scene, `a formula that calls ${name}`, () => google.cell(name, text));
  return `person: a formula calls ${name}`;
}

/** Google passes the call of a page on as another account than the one that opened it. */
export function passedOn(scene: Scene): string {
  const { google } = scene.world;
  unchanged(scene, 'a page of somebody else', () =>
    google.rpcWith({ user: COLLEAGUE }, 'rpc', callText(google, 'runNow', { id: scene.id })),
  );
  return 'Google: a call goes on as another account';
}

/** A colleague runs the sync from a page of their own. */
function colleagueRuns(scene: Scene): string {
  scene.rpc('runNow', { id: scene.id }, { user: COLLEAGUE });
  return 'person: a colleague runs the sync';
}
