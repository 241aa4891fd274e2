/**
 * A fake of Lago's REST API, as unkind as docs/lago.md says the real one is.
 *
 * Left out: fee estimates, evaluate_expression, events_enriched, projected usage, updates of
 * metrics, taxes, minimum amounts, pay-in-advance fees, proration, plan changes,
 * graduated_percentage and custom charges, webhooks, the hour that a scheduled subscription or an
 * invoice may be late, and that 1.0 is another number than 1.
 *
 * Invoices hold usage alone (the fee of the plan itself is nothing), one subscription and one
 * period each, and follow from the clock and what is stored whenever somebody asks. So a customer's
 * new zone or grace period also moves the periods that have ended. The invoice that starts a plan
 * paid in advance is left out; nothing voids, fails or refreshes one. An event has to arrive before
 * the instant of finalization: one that is stored in the very millisecond in which its period or
 * its subscription ends is late, unless there is a grace period.
 */
export type { Access, Permissions, Resource } from './api-key';
export type { EventBilling } from './billing';
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
