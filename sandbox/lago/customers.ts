import type { Currency, Timezone } from 'lago-javascript-client';
import { DateTime } from 'luxon';
import type { CustomerAnswer } from './answers';
import { invalid, notFound } from './errors';
import { isBlank, type Json, type JsonObject, objectAt, scalarText } from './json';
import type { Organization } from './organization';
import type { Customer } from './records';
import { fromMilliseconds, iso8601Seconds } from './timestamp';

/** Creates the customer or updates the one that has this external id. */
export function upsertCustomer(organization: Organization, input: JsonObject): Customer {
  const externalId = scalarText(input.external_id);
  if (externalId === null || isBlank(externalId))
    throw invalid({ external_id: ['value_is_mandatory'] });
  const given = organization.licence === 'premium' ? input : withoutPremium(input);
  const timezone = scalarText(given.timezone);
  if (timezone !== null && !DateTime.local({ zone: timezone }).isValid)
    throw invalid({ timezone: ['value_is_invalid'] });
  const configuration = objectAt(given, 'billing_configuration');
  const gracePeriod = configuration.invoice_grace_period;
  if (!isGracePeriod(gracePeriod)) throw invalid({ invoice_grace_period: ['value_is_invalid'] });
  const customer = findCustomer(organization, externalId) ?? newCustomer(organization, externalId);
  if ('name' in input) customer.name = scalarText(input.name);
  if ('currency' in input) customer.currency = scalarText(input.currency) as Currency | null;
  if ('timezone' in given) customer.timezone = timezone as Timezone | null;
  if (gracePeriod !== undefined) customer.invoiceGracePeriod = gracePeriod;
  if ('timezone' in given || gracePeriod !== undefined) organization.revision += 1;
  return customer;
}

/** A free licence drops both without a word (lago: requests.premium). */
const withoutPremium = ({ timezone, billing_configuration, ...rest }: JsonObject): JsonObject =>
  rest;

const isGracePeriod = (value: Json | undefined): value is number | null | undefined =>
  value === undefined ||
  value === null ||
  (typeof value === 'number' && Number.isInteger(value) && value >= 0);

function newCustomer(organization: Organization, externalId: string): Customer {
  const customer: Customer = {
    lagoId: organization.nextId(),
    sequentialId: organization.customers.length + 1,
    externalId,
    name: null,
    currency: null,
    timezone: null,
    invoiceGracePeriod: null,
    createdAt: organization.now(),
  };
  organization.addCustomer(customer);
  return customer;
}

export function findCustomer(
  organization: Organization,
  externalId: string | null,
): Customer | undefined {
  return externalId === null ? undefined : organization.customersById.get(externalId);
}

export function customerByExternalId(organization: Organization, externalId: string): Customer {
  const found = findCustomer(organization, externalId);
  if (!found) throw notFound('customer');
  return found;
}

/** Newest first; a term is looked for in name and id, unless there is an id (lago: catalog.customers). */
export function listCustomers(organization: Organization, query: URLSearchParams): Customer[] {
  const externalId = query.get('external_id');
  const term = query.get('search_term')?.trim().toLowerCase() ?? '';
  const has = (text: string | null): boolean => text?.toLowerCase().includes(term) ?? false;
  return [...organization.customersById.values()]
    .filter((customer) =>
      isBlank(externalId)
        ? term === '' || has(customer.name) || has(customer.externalId)
        : customer.externalId === externalId,
    )
    .reverse();
}

/** What it has is ended a moment later by a job (lago: catalog.customers-deleted). */
export function deleteCustomer(organization: Organization, externalId: string): Customer {
  const customer = customerByExternalId(organization, externalId);
  organization.customersById.delete(externalId);
  const endsAt = organization.now() + fromMilliseconds(1000);
  for (const subscription of organization.subscriptionsByCustomer.get(externalId) ?? [])
    if (subscription.customer === customer && subscription.terminatedAt === null)
      subscription.terminatedAt = endsAt;
  organization.revision += 1;
  return customer;
}

/** Customer before organization (lago: periods.grace). */
export const applicableTimezone = (organization: Organization, customer: Customer): Timezone =>
  customer.timezone ?? organization.timezone;

/** For how many days invoices of this customer stay drafts. */
export const applicableGracePeriod = (organization: Organization, customer: Customer): number =>
  customer.invoiceGracePeriod ?? organization.invoiceGracePeriod;

export function serializeCustomer(organization: Organization, customer: Customer): CustomerAnswer {
  return {
    lago_id: customer.lagoId,
    sequential_id: customer.sequentialId,
    slug: `FAKE-${String(customer.sequentialId).padStart(3, '0')}`,
    external_id: customer.externalId,
    billing_entity_code: 'default',
    name: customer.name,
    firstname: null,
    lastname: null,
    email: null,
    country: null,
    currency: customer.currency,
    timezone: customer.timezone,
    applicable_timezone: applicableTimezone(organization, customer),
    created_at: iso8601Seconds(customer.createdAt),
    updated_at: iso8601Seconds(customer.createdAt),
    billing_configuration: {
      invoice_grace_period: customer.invoiceGracePeriod,
      payment_provider: null,
      document_locale: null,
    },
    metadata: [],
  };
}
