import type { Currency } from 'lago-javascript-client';
import type { ChargeAnswer, PlanAnswer } from './answers';
import { invalid, notFound } from './errors';
import { arrayAt, copy, isBlank, isObject, type JsonObject, objectAt, scalarText } from './json';
import type { Organization } from './organization';
import {
  CHARGE_MODELS,
  type Charge,
  type ChargeFilter,
  type ChargeModel,
  INTERVALS,
  type Interval,
  type Plan,
} from './records';
import { iso8601Seconds, type Micros } from './timestamp';

export function createPlan(organization: Organization, input: JsonObject): Plan {
  const code = scalarText(input.code);
  const interval = scalarText(input.interval);
  const problems: JsonObject = {};
  if (isBlank(scalarText(input.name))) problems.name = ['value_is_mandatory'];
  if (isBlank(code)) problems.code = ['value_is_mandatory'];
  else if (organization.plans.some((plan) => plan.code === code))
    problems.code = ['value_already_exist'];
  if (!INTERVALS.some((known) => known === interval)) problems.interval = ['value_is_invalid'];
  if (Object.keys(problems).length > 0) throw invalid(problems);
  const plan: Plan = {
    lagoId: organization.nextId(),
    name: scalarText(input.name) ?? '',
    code: code ?? '',
    interval: interval as Interval,
    amountCents: Number(input.amount_cents ?? 0),
    amountCurrency:
      (scalarText(input.amount_currency) as Currency | null) ?? organization.defaultCurrency,
    payInAdvance: input.pay_in_advance === true,
    billChargesMonthly: input.bill_charges_monthly === true,
    charges: arrayAt(input, 'charges')
      .filter(isObject)
      .map((charge) => createCharge(organization, charge)),
    createdAt: organization.now(),
  };
  organization.plans.push(plan);
  return plan;
}

function createCharge(organization: Organization, input: JsonObject): Charge {
  const metric = organization.metrics.find(
    (candidate) => candidate.lagoId === input.billable_metric_id,
  );
  if (!metric) throw notFound('billable_metrics');
  const model = scalarText(input.charge_model);
  if (!CHARGE_MODELS.some((known) => known === model))
    throw invalid({ charge_model: ['value_is_invalid'] });
  return {
    lagoId: organization.nextId(),
    code: scalarText(input.code) ?? metric.code,
    metric,
    model: model as ChargeModel,
    payInAdvance: input.pay_in_advance === true,
    prorated: input.prorated === true,
    properties: copy(objectAt(input, 'properties')),
    filters: arrayAt(input, 'filters').filter(isObject).map(chargeFilter),
    createdAt: organization.now(),
  };
}

function chargeFilter(input: JsonObject): ChargeFilter {
  const values = objectAt(input, 'values');
  return {
    values: Object.fromEntries(
      Object.keys(values).map((key) => [
        key,
        arrayAt(values, key).map((value) => scalarText(value) ?? ''),
      ]),
    ),
    properties: copy(objectAt(input, 'properties')),
  };
}

export function planByCode(organization: Organization, code: string | null): Plan {
  const found = organization.plans.find((plan) => plan.code === code);
  if (!found) throw notFound('plan');
  return found;
}

/** A charge goes with its metric; `before`: as it was then, rather than now. */
export const liveCharges = (plan: Plan, before?: Micros): Charge[] =>
  plan.charges.filter(
    ({ metric: { deletedAt } }) =>
      deletedAt === null || (before !== undefined && deletedAt >= before),
  );

export function serializePlan(plan: Plan): PlanAnswer {
  return {
    lago_id: plan.lagoId,
    name: plan.name,
    invoice_display_name: null,
    created_at: iso8601Seconds(plan.createdAt),
    code: plan.code,
    interval: plan.interval,
    description: null,
    amount_cents: plan.amountCents,
    amount_currency: plan.amountCurrency,
    trial_period: 0,
    pay_in_advance: plan.payInAdvance,
    bill_charges_monthly: plan.billChargesMonthly,
    charges: liveCharges(plan).map(serializeCharge),
    taxes: [],
    usage_thresholds: [],
  };
}

function serializeCharge(charge: Charge): ChargeAnswer {
  return {
    lago_id: charge.lagoId,
    lago_billable_metric_id: charge.metric.lagoId,
    code: charge.code,
    billable_metric_code: charge.metric.code,
    invoice_display_name: null,
    created_at: iso8601Seconds(charge.createdAt),
    charge_model: charge.model,
    pay_in_advance: charge.payInAdvance,
    invoiceable: true,
    regroup_paid_fees: null,
    prorated: charge.prorated,
    min_amount_cents: 0,
    properties: copy(charge.properties),
    filters: charge.filters.map((filter) => ({
      invoice_display_name: null,
      properties: copy(filter.properties),
      values: filter.values,
    })),
    taxes: [],
    lago_parent_id: null,
  };
}
