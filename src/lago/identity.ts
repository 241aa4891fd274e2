import * as v from 'valibot';
import { type Problem, problem } from '../problem/problem';
import { valueBy } from '../schema/fit';
import type { EventStore } from '../sync/event-store';
import type { Identity } from '../sync/ports';
import { jsonBody, readProblem, strangeAnswer } from './failure';
import { anything, maybeText, text } from './field';
import { isAnswered, type LagoResponse } from './http';
import { type Requests, readOne } from './requests';

/** The id becomes part of property names, whose parts are divided by dots. */
const ORGANIZATION_ID = /^[\w-]{1,64}$/;
/** Name and zone are stored in one property of Google's, which takes 9 KB. */
const LONGEST_NAME = 200;

const storeOf = (value: unknown): EventStore =>
  value === 'postgres' || value === 'clickhouse' ? value : 'unknown';

const ANSWER = v.object({
  organization: v.object({
    lago_id: text,
    name: text,
    events_store: v.pipe(anything, v.transform(storeOf)),
    timezone: maybeText,
  }),
});

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
  const organization = valueBy(ANSWER, jsonBody(response))?.organization;
  if (organization === undefined || !ORGANIZATION_ID.test(organization.lago_id))
    return problem('lago.not-lago', { address, answer: strangeAnswer(response) });
  return {
    organization: organization.lago_id,
    address,
    name: organization.name.slice(0, LONGEST_NAME),
    store: organization.events_store,
    zone: (organization.timezone ?? 'UTC').slice(0, LONGEST_NAME),
  };
}
