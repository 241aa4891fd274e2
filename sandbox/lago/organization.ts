import type { Currency, Timezone } from 'lago-javascript-client';
import type { OrganizationAnswer } from './answers';
import type { ApiKey, Permissions } from './api-key';
import { EventJobs } from './event-jobs';
import { appended, type EventStore, type EventsStoreName, type StoredEvent } from './event-store';
import type { Identifiers } from './identifiers';
import { Calendars } from './period';
import type { Customer, Invoice, Metric, Plan, Subscription, Wallet } from './records';
import type { Settings } from './settings';
import { iso8601Seconds, type Micros } from './timestamp';

export interface OrganizationSeed {
  name: string;
  apiKey: string;
  permissions?: Permissions;
  timezone?: string;
  defaultCurrency?: string;
  /** The fake's own event store unless given. */
  eventsStore?: EventsStoreName;
  /** ClickHouse: whether billing keeps one copy per key. */
  duplicateRemoval?: boolean;
  /** Days for which invoices stay drafts, for customers that say nothing else: 0. */
  invoiceGracePeriod?: number;
}

/** What every organization of one Lago has in common. */
export interface Installation {
  now: () => Micros;
  identifiers: Identifiers;
  settings: Settings;
}

/** A tenant: its keys, its catalog and its events. */
export class Organization {
  readonly lagoId: string;
  readonly name: string;
  readonly timezone: Timezone;
  readonly defaultCurrency: Currency;
  readonly createdAt: Micros;
  readonly keys: ApiKey[];
  readonly metrics: Metric[] = [];
  readonly plans: Plan[] = [];
  readonly customers: Customer[] = [];
  readonly subscriptions: Subscription[] = [];
  /** The same by external id, so that thousands of them are quick. */
  readonly customersById = new Map<string, Customer>();
  readonly subscriptionsById = new Map<string, Subscription[]>();
  readonly subscriptionsByCustomer = new Map<string, Subscription[]>();
  readonly calendars = new Calendars();
  readonly invoiceGracePeriod: number;
  /** In the order in which they were made. */
  readonly invoices: Invoice[] = [];
  readonly invoicesById = new Map<string, Invoice>();
  readonly invoicesByCustomer = new Map<string, Invoice[]>();
  readonly drafts = new Set<Invoice>();
  readonly wallets: Wallet[] = [];
  readonly eventJobs: EventJobs;
  /**
   * Of what the usage that is shown of a charge was worked out, and how many jobs of its events had
   * run then (lago: periods.usage-cached).
   */
  readonly usageWorkedOut = new Map<string, { runs: number; events: StoredEvent[] }>();
  /** Grows with every change of what jobs go by, apart from the clock. */
  revision = 0;

  constructor(
    seed: OrganizationSeed,
    readonly events: EventStore,
    private readonly installation: Installation,
  ) {
    this.lagoId = this.nextId();
    this.eventJobs = new EventJobs(installation.settings);
    this.name = seed.name;
    this.timezone = (seed.timezone ?? 'UTC') as Timezone;
    this.defaultCurrency = (seed.defaultCurrency ?? 'USD') as Currency;
    this.invoiceGracePeriod = seed.invoiceGracePeriod ?? 0;
    this.createdAt = this.now();
    this.keys = [{ value: seed.apiKey, permissions: seed.permissions }];
  }

  addCustomer(customer: Customer): void {
    this.customers.push(customer);
    this.customersById.set(customer.externalId, customer);
  }

  addInvoice(invoice: Invoice): void {
    this.invoices.push(invoice);
    this.invoicesById.set(invoice.lagoId, invoice);
    appended(this.invoicesByCustomer, invoice.customer.externalId, invoice);
    if (invoice.status === 'draft') this.drafts.add(invoice);
  }

  addSubscription(subscription: Subscription): void {
    this.revision += 1;
    this.subscriptions.push(subscription);
    appended(this.subscriptionsById, subscription.externalId, subscription);
    appended(this.subscriptionsByCustomer, subscription.externalCustomerId, subscription);
  }

  get licence(): Settings['licence'] {
    return this.installation.settings.licence;
  }

  now(): Micros {
    return this.installation.now();
  }

  nextId(): string {
    return this.installation.identifiers.next();
  }

  /** Lago names the event store only since 1.47. */
  serialize(withEventsStore: boolean): OrganizationAnswer {
    return {
      lago_id: this.lagoId,
      name: this.name,
      slug: this.name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
      created_at: iso8601Seconds(this.createdAt),
      webhook_url: null,
      webhook_urls: [],
      country: null,
      default_currency: this.defaultCurrency,
      email: null,
      document_numbering: 'per_customer',
      document_number_prefix: 'FAKE',
      net_payment_term: 0,
      timezone: this.timezone,
      email_settings: [],
      finalize_zero_amount_invoice: true,
      billing_configuration: {
        invoice_footer: null,
        invoice_grace_period: this.invoiceGracePeriod,
        document_locale: 'en',
      },
      ...(withEventsStore && { events_store: this.events.name }),
    };
  }
}
