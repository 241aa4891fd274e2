import { type Check, is, isExactly } from '../check';
import { type Json, valueAt } from '../json';
import type { Answer } from '../lago';

export const MANDATORY: Json = ['value_is_mandatory'];
export const EXISTS: Json = { transaction_id: ['value_already_exist'] };
export const UNREADABLE: Json = { timestamp: ['invalid_format'] };

export const hasStatus = (what: string, { status }: Answer, expected: number): Check =>
  is(what, status, expected);

/** The status, and the code that stands in the body. */
export const isRefused = (what: string, answer: Answer, status: number, code: string): Check =>
  isExactly(what, { status: answer.status, code: valueAt(answer.body, 'code') }, { status, code });

/** 422 with these details and no others. */
export const isInvalid = (what: string, { status, body }: Answer, details: Json): Check =>
  isExactly(what, { status, details: valueAt(body, 'error_details') }, { status: 422, details });

/** 200, and what the body holds under a name. */
export const isAnswered = (what: string, { status, body }: Answer, expected: Json): Check =>
  is(what, status === 200 ? body : { status }, expected);
