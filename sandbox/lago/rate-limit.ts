import { type LagoResponse, textResponse } from './exchange';

const WINDOW_MS = 1000;

/** Requests per second of one organization: one number for all, or one per documented bucket. */
export type RateLimit = number | { events: number; currentUsage: number; other: number };

/**
 * The cloud gateway's limiter over the last second (lago: requests.rate-limit); Lago itself has
 * none.
 */
export class RateLimiter {
  readonly #accepted = new Map<string, number[]>();

  constructor(private readonly limit: RateLimit) {}

  /** Headers for the answer, and whether the request is let through. */
  admit(
    caller: string,
    template: string,
    method: string,
    nowMs: number,
  ): { admitted: boolean; headers: Record<string, string> } {
    const { bucket, limit } = bucketOf(this.limit, method, template);
    const key = `${caller} ${bucket}`;
    const recent = (this.#accepted.get(key) ?? []).filter((at) => at > nowMs - WINDOW_MS);
    const admitted = recent.length < limit;
    if (admitted) recent.push(nowMs);
    this.#accepted.set(key, recent);
    const reset = Math.max(1, Math.ceil(((recent[0] ?? nowMs) + WINDOW_MS - nowMs) / 1000));
    return { admitted, headers: rateHeaders(limit, limit - recent.length, reset) };
  }
}

export const rateHeaders = (
  limit: number,
  remaining: number,
  resetSeconds: number,
): Record<string, string> => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(resetSeconds),
});

/** The body of a refusal is not documented: a client must not read it. */
export const tooManyRequests = (): LagoResponse =>
  textResponse(429, 'text/plain', 'Too Many Requests');

function bucketOf(
  limit: RateLimit,
  method: string,
  template: string,
): { bucket: string; limit: number } {
  if (typeof limit === 'number') return { bucket: 'all', limit };
  if (method === 'POST' && template === '/api/v1/events')
    return { bucket: 'events', limit: limit.events };
  if (template.endsWith('/current_usage')) return { bucket: 'usage', limit: limit.currentUsage };
  return { bucket: 'other', limit: limit.other };
}
