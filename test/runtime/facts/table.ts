import { cells } from './cells';
import { entry } from './entry';
import type { Area } from './fact';
import { page } from './page';
import { quotas } from './quotas';
import { realm } from './realm';
import { spreadsheet } from './spreadsheet';
import { cache, locks, properties } from './storage';
import { authorization, executions, mail, triggers } from './triggers';
import { urlFetch } from './url-fetch';

/** What the product relies on of Google, and how the fake is held to it. docs/platform.md is written of it, and the self-test asks it. */
export const TABLE: readonly Area[] = [
  realm,
  entry,
  spreadsheet,
  properties,
  cache,
  locks,
  triggers,
  authorization,
  cells,
  urlFetch,
  page,
  mail,
  executions,
  quotas,
];
