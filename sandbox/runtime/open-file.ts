import type { Caller } from './caller';

/**
 * What Google gives only inside of a file: null behind a trigger of an add-on, whatever Google's
 * own types promise (google: trigger.no-file).
 */
export function inFile<Given>({ world, trigger }: Caller, give: () => Given): Given {
  const isTrigger = trigger === 'time' || trigger === 'edit';
  return isTrigger && !world.settings.fileInTriggers ? (null as Given) : give();
}
