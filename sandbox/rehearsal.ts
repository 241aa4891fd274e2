import type { UsageEvent } from '../src/value/usage-event';
import { InputProblem } from './input-problem';
import { doJob, type JobInput } from './job';
import { createFakeLago, type FakeLago } from './lago';
import { readLedger } from './ledger';
import type { FakeGoogle, GoogleOptions, Transport } from './runtime';

const KEY = 'rehearsal-6d0f6a34-1c7e-4b4c-9a53-8f5d2f1c7a10';
/** No row's time is in the future of this. */
const LONG_AFTER = Date.UTC(2200, 0, 1);

const transportTo =
  (lago: FakeLago): Transport =>
  (requests) =>
    requests.map(({ method, url, headers, body }) => {
      const { pathname, search } = new URL(url);
      return lago.handle({ method, url: pathname + search, headers: { ...headers }, body });
    });

/** A Lago whose key may read no listing, so that nothing is held for what Lago has not got. */
function undiscerningLago(now: () => number): FakeLago {
  const lago = createFakeLago({ now, eventsStore: 'postgres' });
  const permissions = {
    organization: ['read' as const],
    event: ['read' as const, 'write' as const],
  };
  lago.seed.organization({ name: 'Rehearsal', apiKey: KEY, eventsStore: 'postgres', permissions });
  return lago;
}

/**
 * The events that the add-on makes of a sheet's rows by its real template: the whole job, played
 * with a Lago that takes everything.
 * @param prepare loads sheet and bundle into an empty file
 */
export async function rehearse(
  prepare: (options: Pick<GoogleOptions, 'now' | 'advance' | 'transport'>) => FakeGoogle,
  input: Pick<JobInput, 'tab' | 'key' | 'template'>,
): Promise<UsageEvent[]> {
  let time = LONG_AFTER;
  const now = (): number => time;
  const lago = undiscerningLago(now);
  const google = prepare({
    now,
    advance: (ms) => {
      time += ms;
    },
    transport: transportTo(lago),
  });
  try {
    await doJob(google, {
      ...input,
      address: 'https://rehearsal.example',
      apiKey: KEY,
      onStep: async () => {},
    });
  } catch (error) {
    // The job itself will say it again.
    if (!(error instanceof InputProblem)) throw error;
  }
  return [...readLedger(google).values()].map(({ event }) => event);
}
