import type { Currency, Timezone } from 'lago-javascript-client';
import type { Decimal, Rounding } from './decimal';
import type { JsonObject } from './json';
import type { Micros } from './timestamp';
export const AGGREGATIONS = [
  'count_agg',
  'sum_agg',
  'max_agg',
  'unique_count_agg',
  'weighted_sum_agg',
  'latest_agg',
] as const;

export type Aggregation = (typeof AGGREGATIONS)[number];

export interface Metric {
  lagoId: string;
  name: string;
  code: string;
  description: string | null;
  aggregation: Aggregation;
  fieldName: string | null;
  recurring: boolean;
  expression: string | null;
  weightedInterval: string | null;
  rounding: Rounding | null;
  roundingPrecision: number | null;
  filters: { key: string; values: string[] }[];
  createdAt: Micros;
  /** From then on no charge counts it (lago: counting.uncharged). */
  deletedAt: Micros | null;
}

export const INTERVALS = ['weekly', 'monthly', 'quarterly', 'semiannual', 'yearly'] as const;

export type Interval = (typeof INTERVALS)[number];

export const CHARGE_MODELS = [
  'standard',
  'graduated',
  'package',
  'percentage',
  'volume',
  'dynamic',
] as const;

export type ChargeModel = (typeof CHARGE_MODELS)[number];

export interface ChargeFilter {
  lagoId: string;
  invoiceDisplayName: string | null;
  values: Record<string, string[]>;
  properties: JsonObject;
}

export interface Charge {
  lagoId: string;
  code: string;
  metric: Metric;
  model: ChargeModel;
  payInAdvance: boolean;
  prorated: boolean;
  properties: JsonObject;
  filters: ChargeFilter[];
  createdAt: Micros;
  /** From then on nothing counts for it (lago: counting.uncharged). */
  deletedAt: Micros | null;
}

export interface Plan {
  lagoId: string;
  name: string;
  code: string;
  interval: Interval;
  amountCents: number;
  amountCurrency: Currency;
  payInAdvance: boolean;
  /** null: its interval is a month or shorter, or a quarter. */
  billChargesMonthly: boolean | null;
  trialPeriod: number | null;
  charges: Charge[];
  createdAt: Micros;
  /** When somebody deleted it; a job does it a moment later (lago: catalog.plans-deleted). */
  deletedAt: Micros | null;
}

export interface Customer {
  lagoId: string;
  sequentialId: number;
  externalId: string;
  name: string | null;
  currency: Currency | null;
  timezone: Timezone | null;
  /** Days; null: as the organization. */
  invoiceGracePeriod: number | null;
  createdAt: Micros;
  deletedAt: Micros | null;
}

export interface Subscription {
  lagoId: string;
  externalId: string;
  externalCustomerId: string;
  customer: Customer;
  plan: Plan;
  name: string;
  billingTime: 'calendar' | 'anniversary';
  /** When it was asked to start, and the anchor of its anniversaries. */
  subscriptionAt: Micros;
  /** When a job started it; null before. */
  startedAt: Micros | null;
  endingAt: Micros | null;
  /** When it really ended. */
  terminatedAt: Micros | null;
  status: SubscriptionStatus;
  /** The one that it takes the place of, with a smaller plan, when the running period is billed. */
  replaces: Subscription | null;
  /** Periods up to here are invoiced, or never will be. */
  billedTo: Micros;
  createdAt: Micros;
}

export const SUBSCRIPTION_STATUSES = [
  'pending',
  'active',
  'terminated',
  'canceled',
  'incomplete',
] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

/**
 * The stretch of time that charges are counted over; both ends belong to it, to the millisecond.
 */
export interface Period {
  from: Micros;
  to: Micros;
  /** Length of the whole period, also for a subscription that started or ended inside it. */
  seconds: number;
}

/** Prepaid credits of a customer. */
export interface Wallet {
  lagoId: string;
  customer: Customer;
  name: string | null;
  currency: Currency;
  /** What a credit is worth, in units of the currency. */
  rate: Decimal;
  /** Granted ones; those to be paid come with a payment. */
  credits: Decimal;
  expirationAt: Micros | null;
  createdAt: Micros;
}

/** What Lago makes of a period that has ended (lago: periods.terminated, periods.late). */
export interface Invoice {
  lagoId: string;
  /** Of its customer, from 1. */
  sequence: number;
  customer: Customer;
  subscription: Subscription;
  /** Of the charges. */
  period: Period;
  reason: 'subscription_periodic' | 'subscription_terminating' | 'in_advance_charge';
  createdAt: Micros;
  /** It has what had arrived by then. */
  countedAt: Micros;
  /** A draft is made final by the first job after this. */
  finalizesAt: Micros;
  status: 'draft' | 'finalized';
  issuingDate: string;
}
