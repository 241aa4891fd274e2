/** Google Apps Script on this machine: unkind where Google is. Start with `createGoogle`. */
export type { Authorization, Role, Scope } from './access';
export type { CachedItem, CacheStore } from './cache-store';
export type { TriggerKind } from './caller';
export { type CsvOptions, csvLines } from './csv';
export type { Cell } from './entry';
export type { ExecutionOptions, ExecutionReport, ServiceCall } from './execution';
export type { Fault } from './faults';
export {
  type CopyOptions,
  createGoogle,
  FakeGoogle,
  type GoogleOptions,
  restoreGoogle,
} from './google';
export { servedHtml } from './html';
export { httpTransport } from './http-transport';
export type { OpenSpreadsheet, PendingEdit, SheetOverview } from './person';
export type { Quotas } from './quotas';
export type { InstalledTrigger, Mail, MenuItem, ShownPage } from './records';
export type { ServiceObject } from './service-object';
export {
  noNetwork,
  type Transport,
  type TransportAnswer,
  type TransportFailure,
  type TransportRequest,
  type TransportResponse,
} from './transport';
export type { SavedFile } from './world';
export type { Unflushed } from './writes';
