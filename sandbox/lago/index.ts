/**
 * A fake of Lago's REST API, as unkind as docs/lago.md says the real one is.
 *
 * Left out: fee estimates, evaluate_expression, events_enriched, projected usage, updates of
 * metrics, taxes, minimum amounts, proration, graduated_percentage and custom charges, webhooks, and
 * that 1.0 is another number than 1.
 *
 * Time passes by jobs, as in Lago: whoever looks at an organization first passes those that were
 * due since. A clock that is set back undoes nothing. Invoices hold usage alone (the fee of the plan
 * itself is nothing), one subscription and one period each; the one that starts a plan paid in
 * advance is left out, and nothing voids or pays one. What is stored in the very instant in
 * which an invoice is made is late for it.
 */
export type { Access, Permissions, Resource } from './api-key';
export type { EventBilling } from './billing';
export type { JobName } from './clockwork';
export type { ClockChange, ControlAnswer, ControlCommand } from './control';
export type { EventsStoreName } from './event-store';
export type { IngestedEvent } from './events';
export type { LagoRequest, LagoResponse } from './exchange';
export {
  createFakeLago,
  type FakeLago,
  type FakeLagoOptions,
  type LoggedRequest,
  type RequestLog,
} from './fake-lago';
export type { Fault, FaultEffect, FaultMatch } from './faults';
export type { HandedEvent } from './handed';
export type { Json, JsonObject } from './json';
export type { OrganizationSeed } from './organization';
export type { RateLimit } from './rate-limit';
export type { CatalogSeed, Crowd, Seed } from './seed';
export { type FakeLagoServer, type FakeLagoServerOptions, startFakeLago } from './server';
export type { Settings } from './settings';
