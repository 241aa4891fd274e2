import type { Probe } from '../probe';
import { batches } from './batches';
import { catalog } from './catalog';
import { clickhouse } from './clickhouse';
import { counting } from './counting';
import { events } from './events';
import { expressions } from './expressions';
import { periods } from './periods';
import { planChanges } from './plan-changes';
import { reading } from './reading';
import { requests } from './requests';

/** Every fact that can be asked with one key in a few minutes. */
export const PROBES: readonly Probe[] = [
  ...requests,
  ...events,
  ...batches,
  ...expressions,
  ...reading,
  ...clickhouse,
  ...counting,
  ...periods,
  ...planChanges,
  ...catalog,
];
