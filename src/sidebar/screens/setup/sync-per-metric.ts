import { useEffect, useState } from 'preact/hooks';
import type { MetricView } from '../../../rpc/contract';
import { draftsPerMetric, type MetricChoice } from '../../draft/metrics';
import { otherNames } from '../../draft/names';
import type { Request } from '../../server/request';
import { draftToSave } from '../../setup';
import { useHoldingRequest } from './holding-request';
import type { EventStepProps } from './step-props';

/** Making a sync for each metric of a row. */
export interface SyncPerMetric {
  /** Answers with the syncs. */
  readonly request: Request<'saveSyncs'>;
  /** Whether it waits for a save before it begins. */
  readonly waits: boolean;
  /** Makes the syncs once everything on the screen is saved. */
  begin(): void;
}

/**
 * Makes a sync for each chosen metric. They start from the newest revision: what is being saved is
 * saved first.
 * @param metrics all metrics that can be chosen; each could become a sync
 */
export function useSyncPerMetric(
  { home, draft, tab, setup, saving, dispatch }: EventStepProps,
  metrics: readonly MetricView[],
  choices: readonly MetricChoice[],
): SyncPerMetric {
  const [waits, setWaits] = useState(false);
  // Made once, so that a repeated call makes no further syncs.
  const [ids] = useState<readonly string[]>(() => metrics.map(() => crypto.randomUUID()));
  const request = useHoldingRequest('saveSyncs', saving, ({ syncs }) =>
    dispatch({ type: 'metrics-split', syncs }),
  );
  useEffect(() => {
    if (!waits) return;
    if (saving.problem !== undefined) setWaits(false);
    else if (!saving.saved) {
      if (!saving.busy) saving.save();
    } else {
      setWaits(false);
      const base = draftToSave(setup);
      if (base === undefined) return;
      request.send({
        drafts: draftsPerMetric(base, tab, choices, { ids, taken: otherNames(home.syncs, draft) }),
      });
    }
  }, [waits, saving.saved, saving.busy, saving.problem]);
  const begin = (): void => setWaits(true);
  return { request: { ...request, repeat: begin }, waits, begin };
}
