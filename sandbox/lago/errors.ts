import { jsonResponse, type LagoResponse } from './exchange';
import type { Json } from './json';

/** An answer other than success, thrown from wherever it is decided (lago.md, sections 3 and 5). */
export class LagoError extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    readonly code?: string,
    readonly details?: Json,
  ) {
    super(code ?? reason);
  }

  response(): LagoResponse {
    return jsonResponse(this.status, {
      status: this.status,
      error: this.reason,
      ...(this.code !== undefined && { code: this.code }),
      ...(this.details !== undefined && { error_details: this.details }),
    });
  }
}

export const missingParameter = (name: string) =>
  new LagoError(400, `BadRequest: param is missing or the value is empty or invalid: ${name}`);

export const unauthorized = () => new LagoError(401, 'Unauthorized');

export const forbidden = (code: string) => new LagoError(403, 'Forbidden', code);

export const notFound = (resource: string) => new LagoError(404, 'Not Found', `${resource}_not_found`);

export const notAllowed = (code: string) => new LagoError(405, 'Method Not Allowed', code);

export const invalid = (details: Json) => new LagoError(422, 'Unprocessable Entity', 'validation_errors', details);

export const internal = () => new LagoError(500, 'Internal Server Error');
