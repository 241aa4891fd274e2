import { requestsOf, WAYS } from '../../bench/growth';

const ROWS = 100;
/** Requests to Lago for each row. */
const MOST_REQUESTS: { readonly [way: string]: number } = {
  'rebuilt, Lago has all': 1.2,
  'rebuilt, Lago has nothing': 3.3,
};
const OTHERS = 0.12;

test.each(WAYS.map((way) => [way.name, way] as const))(
  'a run that goes this way does what it should, in a bounded number of requests: %s',
  (name, way) => {
    const requests = requestsOf(way, ROWS, way.prepare(ROWS));
    expect(requests).toBeLessThanOrEqual(MOST_REQUESTS[name] ?? OTHERS);
  },
);
