import type { ErrorAnswers } from './answers';
import { jsonResponse, type LagoResponse } from './exchange';
import type { JsonObject } from './json';

/** An answer other than success, thrown from wherever it is decided (lago: requests.order). */
export class LagoError<Status extends keyof ErrorAnswers = keyof ErrorAnswers> extends Error {
  constructor(private readonly body: ErrorAnswers[Status]) {
    super(body.error);
  }

  response(): LagoResponse {
    return jsonResponse(this.body.status, this.body);
  }
}

export const missingParameter = (name: string) =>
  new LagoError<400>({
    status: 400,
    error: `BadRequest: param is missing or the value is empty or invalid: ${name}`,
  });

export const unauthorized = () => new LagoError<401>({ status: 401, error: 'Unauthorized' });

export const forbidden = (code: string) =>
  new LagoError<403>({ status: 403, error: 'Forbidden', code });

export const notFound = (resource: string) =>
  new LagoError<404>({ status: 404, error: 'Not Found', code: `${resource}_not_found` });

export const notAllowed = (code: string) =>
  new LagoError<405>({ status: 405, error: 'Method Not Allowed', code });

export const invalid = (details: JsonObject | string) =>
  new LagoError<422>({
    status: 422,
    error: 'Unprocessable Entity',
    code: 'validation_errors',
    error_details: details,
  });

export const internal = () => new LagoError<500>({ status: 500, error: 'Internal Server Error' });
