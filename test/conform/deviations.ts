import { isObject, type Json, listAt, parsedObject, textAt, valueAt } from '../../conform/json';
import type { TransportAnswer } from '../../sandbox/runtime';
import type { Between } from './fake';

/** A Lago that does one thing otherwise, and the facts that say so. */
export interface Deviation {
  readonly name: string;
  readonly between: Between;
  readonly facts: readonly string[];
}

const answer = (status: number, body: Json): TransportAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const invalid = (details: Json): TransportAnswer =>
  answer(422, {
    status: 422,
    error: 'Unprocessable Entity',
    code: 'validation_errors',
    error_details: details,
  });

const isPost = (path: string, { method, url }: { method: string; url: string }): boolean =>
  method === 'post' && new URL(url).pathname === `/api/v1${path}`;

const bodyOf = (answered: TransportAnswer): string => ('body' in answered ? answered.body : '');

const isList = (path: string, { method, url }: { method: string; url: string }): boolean =>
  method === 'get' && new URL(url).pathname === `/api/v1${path}`;

const reworded = (answered: TransportAnswer, reword: (body: string) => string): TransportAnswer =>
  'body' in answered ? { ...answered, body: reword(answered.body) } : answered;

const IN_ARREARS = '"pay_in_advance":false';

const MOST = 50;

const EXISTS = 'value_already_exist';

export const DEVIATIONS: readonly Deviation[] = [
  {
    name: 'takes an id a second time',
    between: (request, carryOut) => {
      const first = carryOut(request);
      if (!isPost('/events', request) || !bodyOf(first).includes(EXISTS)) return first;
      const event = valueAt(parsedObject(request.body), 'event');
      return answer(200, { event: isObject(event) ? event : {} });
    },
    facts: ['event.duplicate'],
  },
  {
    name: 'takes fifty events at once',
    between: (request, carryOut) =>
      isPost('/events/batch', request) && listAt(parsedObject(request.body), 'events').length > MOST
        ? invalid({ events: ['too_many_events'] })
        : carryOut(request),
    facts: ['batch.size', 'requests.pages'],
  },
  {
    name: 'leaves the ends of a window out',
    between: (request, carryOut) => {
      const { pathname, searchParams } = new URL(request.url);
      const answered = carryOut(request);
      const ends = ['timestamp_from', 'timestamp_to'].map((name) =>
        Date.parse(searchParams.get(name) ?? ''),
      );
      if (pathname !== '/api/v1/events' || request.method !== 'get') return answered;
      const body = parsedObject(bodyOf(answered));
      const events = listAt(body, 'events').filter(
        (event) => !ends.includes(Date.parse(textAt(event, 'timestamp'))),
      );
      return 'events' in body ? answer(200, { ...body, events }) : answered;
    },
    facts: ['reading.filters'],
  },
  {
    name: 'refuses times in milliseconds',
    between: (request, carryOut) => {
      const time = Number(valueAt(parsedObject(request.body), 'event', 'timestamp'));
      return isPost('/events', request) && time > 1e12 && time < 1e14
        ? invalid({ timestamp: ['invalid_format'] })
        : carryOut(request);
    },
    facts: ['event.timestamp-milliseconds'],
  },
  {
    name: 'counts a text with a comma',
    between: (request, carryOut) =>
      carryOut({ ...request, body: request.body.replace('"1,234"', '1234') }),
    facts: ['counting.no-numbers'],
  },
  {
    name: 'lists every charge as one in arrears',
    between: (request, carryOut) => {
      const answered = carryOut(request);
      return isList('/plans', request)
        ? reworded(answered, (body) => body.replaceAll('"pay_in_advance":true', IN_ARREARS))
        : answered;
    },
    facts: ['catalog.plans'],
  },
  {
    name: 'shows amounts with two decimals',
    between: (request, carryOut) => {
      const answered = carryOut(request);
      return request.method === 'get'
        ? reworded(answered, (body) => body.replace(/(total_amount_cents":"-?\d+\.\d\d)\d+/g, '$1'))
        : answered;
    },
    facts: ['event.amount'],
  },
];
