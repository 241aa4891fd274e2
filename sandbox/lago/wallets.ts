import type { Currency } from 'lago-javascript-client';
import type { WalletAnswer } from './answers';
import { centsPerUnit } from './currency';
import { findCustomer } from './customers';
import { decimalOf, decimalText, roundTo, zero } from './decimal';
import { invalid, notFound } from './errors';
import { type Json, type JsonObject, scalarText } from './json';
import type { Organization } from './organization';
import type { Wallet } from './records';
import { dateAt } from './subscriptions';
import { iso8601Seconds } from './timestamp';

/**
 * Credits that are granted are there at once. Those to be paid wait for a payment, which the fake
 * does not know, and no invoice takes any (lago: catalog.wallets).
 */
export function createWallet(organization: Organization, input: JsonObject): Wallet {
  const customer = findCustomer(organization, scalarText(input.external_customer_id));
  const rate = decimalOf(input.rate_amount);
  const problems: JsonObject = {
    ...creditProblems(input, 'paid'),
    ...creditProblems(input, 'granted'),
  };
  if (customer === undefined) problems.customer = ['customer_not_found'];
  if (rate === null) problems.rate_amount = ['value_is_mandatory'];
  if (customer === undefined || rate === null || Object.keys(problems).length > 0)
    throw invalid(problems);
  const wallet: Wallet = {
    lagoId: organization.nextId(),
    customer,
    name: scalarText(input.name),
    currency:
      customer.currency ??
      (scalarText(input.currency) as Currency | null) ??
      organization.defaultCurrency,
    rate,
    credits: decimalOf(input.granted_credits) ?? zero(),
    expirationAt: dateAt(input, 'expiration_at'),
    createdAt: organization.now(),
  };
  customer.currency ??= wallet.currency;
  organization.wallets.push(wallet);
  return wallet;
}

function creditProblems(input: JsonObject, kind: 'paid' | 'granted'): JsonObject {
  const name = `${kind}_credits`;
  return isCredits(input[name]) ? {} : { [name]: [`invalid_${name}`, 'invalid_amount'] };
}

const isCredits = (value: Json | undefined): boolean =>
  value === undefined || value === null || (decimalOf(value)?.gte(0) ?? false);

/** Of all customers, or of one; newest first. */
export function listWallets(organization: Organization, query: URLSearchParams): Wallet[] {
  const customer = query.get('external_customer_id');
  return organization.wallets
    .filter((wallet) => customer === null || wallet.customer.externalId === customer)
    .reverse();
}

export function findWallet({ wallets }: Organization, lagoId: string): Wallet {
  const found = wallets.find((wallet) => wallet.lagoId === lagoId);
  if (found === undefined) throw notFound('wallet');
  return found;
}

export function serializeWallet(wallet: Wallet): WalletAnswer {
  const { customer, rate, credits } = wallet;
  const amount = credits.times(rate).times(centsPerUnit(wallet.currency));
  const cents = roundTo(amount, 'round').toNumber();
  return {
    lago_id: wallet.lagoId,
    lago_customer_id: customer.lagoId,
    external_customer_id: customer.externalId,
    billing_entity_code: 'default',
    status: 'active',
    currency: wallet.currency,
    name: wallet.name,
    code: null,
    priority: 50,
    rate_amount: decimalText(rate),
    credits_balance: decimalText(credits),
    balance_cents: cents,
    consumed_credits: '0.0',
    created_at: iso8601Seconds(wallet.createdAt),
    expiration_at: wallet.expirationAt === null ? null : iso8601Seconds(wallet.expirationAt),
    last_balance_sync_at: null,
    last_consumed_credit_at: null,
    terminated_at: null,
    invoice_requires_successful_payment: false,
    recurring_transaction_rules: [],
    ongoing_balance_cents: cents,
    ongoing_usage_balance_cents: 0,
    credits_ongoing_balance: decimalText(credits),
    credits_ongoing_usage_balance: '0.0',
  };
}
