import { jsonText } from './json';

export interface LagoRequest {
  method: string;
  /** Path and query, such as `/api/v1/events?page=1`. */
  url: string;
  headers: Record<string, string>;
  body: string;
}

export interface LagoResponse {
  /** 0 when nothing came back: see `lost`. */
  status: number;
  headers: Record<string, string>;
  body: string;
  /** The caller sees a closed connection, or nothing until it gives up. */
  lost?: 'reset' | 'timeout';
  /** How long the answer takes to arrive. */
  delayMs?: number;
}

export function jsonResponse(status: number, body: object): LagoResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: jsonText(body),
  };
}

export function textResponse(status: number, type: string, body: string): LagoResponse {
  return { status, headers: { 'content-type': `${type}; charset=utf-8` }, body };
}

export function header(request: LagoRequest, name: string): string | undefined {
  for (const [key, value] of Object.entries(request.headers)) {
    if (key.toLowerCase() === name) return value;
  }
  return undefined;
}
