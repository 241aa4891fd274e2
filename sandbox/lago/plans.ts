import type { Currency } from 'lago-javascript-client';
import type { ChargeAnswer, PlanAnswer } from './answers';
import { refusedIn } from './charge-check';
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
  type Metric,
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
  const isLong = interval === 'yearly' || interval === 'semiannual';
  const plan: Plan = {
    lagoId: organization.nextId(),
    name: scalarText(input.name) ?? '',
    code: code ?? '',
    interval: interval as Interval,
    amountCents: Number(input.amount_cents ?? 0),
    amountCurrency:
      (scalarText(input.amount_currency) as Currency | null) ?? organization.defaultCurrency,
    payInAdvance: input.pay_in_advance === true,
    billChargesMonthly: isLong ? input.bill_charges_monthly === true : null,
    trialPeriod: typeof input.trial_period === 'number' ? input.trial_period : null,
    charges: [],
    createdAt: organization.now(),
    deletedAt: null,
  };
  plan.charges = newCharges(organization, plan, arrayAt(input, 'charges').filter(isObject));
  organization.plans.push(plan);
  return plan;
}

/**
 * Charges that are not named any more are gone at once (lago: counting.uncharged). Of a plan that
 * has subscriptions nothing else changes but its name and amount.
 */
export function updatePlan(organization: Organization, code: string, input: JsonObject): Plan {
  const plan = planByCode(organization, code);
  if ('name' in input) plan.name = scalarText(input.name) ?? '';
  if ('amount_cents' in input) plan.amountCents = Number(input.amount_cents);
  if (!Array.isArray(input.charges)) return plan;
  const inputs = input.charges.filter(isObject);
  const kept = (charge: Charge) => inputs.find(({ id }) => id === charge.lagoId);
  for (const charge of liveCharges(plan)) {
    const changed = kept(charge);
    if (changed === undefined) charge.deletedAt = organization.now();
    else if (isObject(changed.properties)) charge.properties = copy(changed.properties);
  }
  const added = inputs.filter(({ id }) => !plan.charges.some(({ lagoId }) => lagoId === id));
  plan.charges.push(...newCharges(organization, plan, added));
  return plan;
}

/**
 * It is there until a job has ended what runs on it, which takes a moment (lago:
 * catalog.plans-deleted).
 */
export function deletePlan(organization: Organization, code: string): Plan {
  const plan = planByCode(organization, code);
  plan.deletedAt ??= organization.now();
  organization.revision += 1;
  return plan;
}

function newCharges(organization: Organization, plan: Plan, inputs: JsonObject[]): Charge[] {
  const metricOf = (input: JsonObject): Metric | undefined =>
    organization.metrics.find(({ lagoId }) => lagoId === input.billable_metric_id);
  const charges: Charge[] = [];
  if (inputs.some((input) => metricOf(input) === undefined)) throw notFound('billable_metrics');
  for (const input of inputs) {
    const metric = metricOf(input);
    const taken = [...liveCharges(plan), ...charges].map((charge) => charge.code);
    if (metric !== undefined) charges.push(createCharge(organization, input, metric, taken));
  }
  return charges;
}

const INCOMPATIBLE = 'invalid_aggregation_type_or_charge_model';

function createCharge(
  organization: Organization,
  input: JsonObject,
  metric: Metric,
  taken: string[],
): Charge {
  const model = CHARGE_MODELS.find((known) => known === input.charge_model);
  if (model === undefined) throw invalid({ charge_model: ['value_is_invalid'] });
  if (model === 'dynamic' && metric.aggregation !== 'sum_agg')
    throw invalid({ charge_model: [INCOMPATIBLE] });
  const isPaidAtOnce = ['count_agg', 'sum_agg', 'unique_count_agg'].includes(metric.aggregation);
  if (input.pay_in_advance === true && (model === 'volume' || !isPaidAtOnce))
    throw invalid({ pay_in_advance: [INCOMPATIBLE] });
  if (input.pay_in_advance === true) organization.eventJobs.billed.add(metric.code);
  const filters = arrayAt(input, 'filters')
    .filter(isObject)
    .map((filter) => chargeFilter(organization, filter));
  const properties = withDefault(model, objectAt(input, 'properties'));
  for (const priced of [properties, ...filters.map((filter) => filter.properties)]) {
    const refused = refusedIn(model, metric, priced);
    if (refused.length > 0) throw invalid({ properties: refused });
  }
  return {
    lagoId: organization.nextId(),
    code: scalarText(input.code) ?? freeCode(metric.code, taken),
    metric,
    model,
    payInAdvance: input.pay_in_advance === true,
    prorated: input.prorated === true,
    properties,
    filters,
    createdAt: organization.now(),
    deletedAt: null,
  };
}

/** The metric's, with a number behind it where the plan has it already. */
function freeCode(code: string, taken: string[], number = 1): string {
  const candidate = number === 1 ? code : `${code}_${number}`;
  return taken.includes(candidate) ? freeCode(code, taken, number + 1) : candidate;
}

const FREE_RANGE = { from_value: 0, to_value: null, per_unit_amount: '0', flat_amount: '0' };

/** A charge without prices is free. */
const DEFAULTS: Record<ChargeModel, JsonObject> = {
  standard: { amount: '0' },
  graduated: { graduated_ranges: [FREE_RANGE] },
  package: { package_size: 1, amount: '0', free_units: 0 },
  percentage: { rate: '0' },
  volume: { volume_ranges: [FREE_RANGE] },
  dynamic: {},
};

const withDefault = (model: ChargeModel, properties: JsonObject): JsonObject =>
  copy(Object.keys(properties).length === 0 ? DEFAULTS[model] : properties);

function chargeFilter(organization: Organization, input: JsonObject): ChargeFilter {
  const values = objectAt(input, 'values');
  return {
    lagoId: organization.nextId(),
    invoiceDisplayName: scalarText(input.invoice_display_name),
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

/** A charge may go, or its metric; `before`: as it was then, rather than now. */
export function liveCharges(plan: Plan, before?: Micros): Charge[] {
  const isLive = ({ deletedAt }: { deletedAt: Micros | null }): boolean =>
    deletedAt === null || (before !== undefined && deletedAt >= before);
  return plan.charges.filter((charge) => isLive(charge) && isLive(charge.metric));
}

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
    trial_period: plan.trialPeriod,
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
      invoice_display_name: filter.invoiceDisplayName,
      properties: copy(filter.properties),
      values: filter.values,
    })),
    taxes: [],
    lago_parent_id: null,
  };
}
