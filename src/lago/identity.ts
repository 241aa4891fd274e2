import { type Problem, problem } from '../problem/problem';
import type { EventStore, Identity } from '../sync/ports';
import { isObject } from '../value/json';
import { jsonBody, readProblem, strangeAnswer } from './failure';
import { isAnswered, type LagoResponse } from './http';
import { type Requests, readOne } from './requests';
import { scalarText } from './scalar';

/** The id becomes part of property names, whose parts are divided by dots. */
const ORGANIZATION_ID = /^[\w-]{1,64}$/;
/** Name and zone are stored in one property of Google's, which takes 9 KB. */
const LONGEST_NAME = 200;

const storeOf = (value: unknown): EventStore =>
  value === 'postgres' || value === 'clickhouse' ? value : 'unknown';

function failureOf(response: LagoResponse, address: string): Problem {
  const found = readProblem(response, address);
  return found.code === 'lago.forbidden'
    ? problem('lago.unknown-organization', { answer: 'the key may not read it' })
    : found;
}

/** Asks Lago which organization the API key belongs to. */
export function readIdentity(requests: Requests): Identity | Problem {
  const { address } = requests;
  const response = readOne(requests, { method: 'get', path: '/organizations' });
  if (!isAnswered(response) || response.status !== 200) return failureOf(response, address);
  const organization = jsonBody(response)?.['organization'];
  if (!isObject(organization) || !ORGANIZATION_ID.test(scalarText(organization['lago_id'])))
    return problem('lago.not-lago', { address, answer: strangeAnswer(response) });
  return {
    organization: scalarText(organization['lago_id']),
    name: scalarText(organization['name']).slice(0, LONGEST_NAME),
    store: storeOf(organization['events_store']),
    zone: scalarText(organization['timezone'], 'UTC').slice(0, LONGEST_NAME),
  };
}
