import type { Target } from '../../conform/target';
import { createFakeLago, type FakeLago, type FakeLagoOptions } from '../../sandbox/lago';
import type { Transport, TransportAnswer, TransportRequest } from '../../sandbox/runtime';

export const KEY = 'c0ffee00-1111-4222-8333-abcdefabcdef';
/** On a day that is far from the ends of its month. */
export const START = Date.UTC(2026, 10, 18, 12, 0, 30);

export interface FakeTarget extends Target {
  readonly lago: FakeLago;
  readonly told: string[];
}

/** What stands between the client and the fake, and may answer otherwise. */
export type Between = (
  request: TransportRequest,
  carryOut: (request: TransportRequest) => TransportAnswer,
) => TransportAnswer;

/** A fake Lago with an empty organization and a clock that waiting moves; all in this process. */
export function fakeTarget(
  options: Partial<FakeLagoOptions> = {},
  between: Between = (request, carryOut) => carryOut(request),
): FakeTarget {
  const time = { now: START };
  const eventsStore = options.eventsStore ?? 'postgres';
  const lago = createFakeLago({ ...options, eventsStore, now: () => time.now });
  lago.seed.organization({ name: 'Test Inc.', apiKey: KEY, timezone: 'UTC', eventsStore });
  const carryOut = ({ method, url, headers, body }: TransportRequest): TransportAnswer => {
    const { pathname, search } = new URL(url);
    return lago.handle({
      method: method.toUpperCase(),
      url: pathname + search,
      headers: { ...headers },
      body,
    });
  };
  const transport: Transport = (requests) => requests.map((each) => between(each, carryOut));
  const told: string[] = [];
  return {
    address: 'https://lago.example',
    apiKey: KEY,
    transport,
    clock: {
      now: () => time.now,
      wait: (ms) => {
        time.now += ms;
      },
    },
    tell: (sentence) => void told.push(sentence),
    lago,
    told,
  };
}
