import type { Currency, Timezone } from 'lago-javascript-client';
import type { Rounding } from './decimal';
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
}

export interface Subscription {
  lagoId: string;
  externalId: string;
  externalCustomerId: string;
  customer: Customer;
  plan: Plan;
  name: string;
  billingTime: 'calendar' | 'anniversary';
  subscriptionAt: Micros;
  endingAt: Micros | null;
  terminatedAt: Micros | null;
  /** canceled and incomplete are set; the other statuses follow from the clock. */
  setStatus: 'canceled' | 'incomplete' | null;
  createdAt: Micros;
}
