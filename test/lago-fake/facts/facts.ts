export const RUN = 'run on PostgreSQL and ClickHouse, 2026-11-29';
export const RUN_POSTGRES = 'run on PostgreSQL, 2026-11-29';
export const RUN_CLICKHOUSE = 'run on ClickHouse, 2026-11-29';
export const READ = 'read';

export type Known = typeof RUN | typeof RUN_POSTGRES | typeof RUN_CLICKHOUSE | typeof READ;

/** What Lago does and the fake does too: said, with how it is known and the tests that hold it. */
export interface Fact {
  id: string;
  says: string;
  /** Whether somebody saw it on a running Lago, and on which event store, or only read it. */
  known: Known;
  /** A file of a public repository, a page of the documentation, or how else it is known. */
  source: string;
  /** `file: group > title`, as they stand in test/lago-fake. */
  tests: readonly string[];
}

export interface Area {
  title: string;
  facts: readonly Fact[];
}

const EVENTS = 'lago-api: app/controllers/api/v1/events_controller.rb';
const CREATE = 'lago-api: app/services/events/create_service.rb';
const BATCH = 'lago-api: app/services/events/create_batch_service.rb';
const INDEX = 'lago-api: db/structure.sql (index_unique_transaction_id)';
const ERRORS = 'lago-api: app/controllers/concerns/api_errors.rb';
const CLICKHOUSE = 'lago-api: app/services/events/stores/clickhouse_store.rb';
const POSTGRES = 'lago-api: app/services/events/stores/postgres_store.rb';
const USAGE = 'lago-api: app/services/invoices/customer_usage_service.rb';
const CHARGES = 'lago-api: app/services/fees/charge_service.rb';
const SUBSCRIPTIONS = 'lago-api: app/controllers/concerns/subscription_index.rb';
const INGESTING = 'documentation: Ingest usage';
const LIMITS = 'documentation: Rate limits';
const CLIENT = 'lago-javascript-client: openapi types';
/** A table of what somebody does by the clock, and of the invoices there are then. */
const SITUATIONS =
  'situations: in a situation on %s > there are the invoices that a running Lago made, or is said to make: %s';
/** The fake takes the reading that hurts a client more. */
const UNSURE = 'nobody documents it; the fake does what hurts more';

const requests: Area = {
  title: 'Requests and their errors',
  facts: [
    {
      id: 'requests.created-200',
      known: RUN,
      says: 'What creates something answers 200, not 201.',
      source: 'lago-api: app/controllers/api/v1',
      tests: ['catalog: creating %s answers 200, not 201'],
    },
    {
      id: 'requests.shapes',
      known: READ,
      says: 'Every answer has the fields, and no others, that Lago’s own client knows, but for deviations that are named in one place.',
      source: CLIENT,
      tests: [
        'client-types: every answer has the type that Lago’s own client has for it, but for the deviations that are named in sandbox/lago/answers',
        'client-types: there is an answer of every route, and an error of every status',
      ],
    },
    {
      id: 'requests.key',
      known: RUN,
      says: 'The key is the second word of the header Authorization, whatever the first one is; a bare key is none.',
      source: 'lago-api: app/controllers/api/base_controller.rb',
      tests: [
        'access: authentication > reads the second word, whatever the scheme',
        'access: authentication > answers 401 to %s',
      ],
    },
    {
      id: 'requests.revoked',
      known: READ,
      says: 'A key that was revoked is none from the next request on, for sending too.',
      source: 'lago-api: app/models/api_key.rb',
      tests: [
        'access: authentication > lets a key go on posting until it is revoked, and no longer',
        'access: authentication > ends when the key is revoked, for this key alone',
        'faults: a fault > revokes the key in mid-run: from that request on, for that key alone',
      ],
    },
    {
      id: 'requests.organization',
      known: READ,
      says: 'A key belongs to one organization and sees nothing of another one.',
      source: 'lago-api: app/models/api_key.rb',
      tests: [
        'access: authentication > keeps organizations apart',
        'invoices: GET /invoices/:lago_id > answers 404 to an unknown id, also to that of another organization',
      ],
    },
    {
      id: 'requests.order',
      known: READ,
      says: 'The key is looked at first (401), then its permissions (403), then the body as a whole (400), then what is in it (422).',
      source: EVENTS,
      tests: [
        'access: authentication > comes before the permissions, these before the body, and that before its events',
      ],
    },
    {
      id: 'requests.permissions',
      known: READ,
      says: 'GET reads, anything else writes; without the permission the answer is 403 with a code like write_action_not_allowed_for_event.',
      source: 'lago-api: app/models/api_key.rb, app/controllers/api/base_controller.rb',
      tests: [
        'access: permissions > of a limited key refuse %s %s',
        'access: permissions > allow what they name',
        'invoices: GET /invoices > needs the right to read invoices',
      ],
    },
    {
      id: 'requests.premium',
      known: RUN,
      says: 'A free licence drops time zones and grace periods of customers without a word, and knows no permissions of keys and no limits per transaction of percentage charges.',
      source:
        'lago-api: app/services/customers/upsert_from_api_service.rb, app/services/charge_models/percentage_service.rb',
      tests: [
        'access: permissions > are not looked at with a free licence',
        'catalog: customers > have neither a time zone nor a grace period with a free licence',
        'usage: a charge > has limits per transaction with a premium licence only',
      ],
    },
    {
      id: 'requests.unknown-path',
      known: RUN,
      says: 'A path that Lago does not serve answers 404 resource_not_found without a key.',
      source: ERRORS,
      tests: ['access: a path > that Lago does not serve answers 404 without a key: %s %s'],
    },
    {
      id: 'requests.dots',
      known: RUN,
      says: 'The id of a customer with a dot is not found in a path, unless the dot is encoded.',
      source: 'lago-api: config/routes.rb',
      tests: ['catalog: customers > are found by an id with dots only where these are encoded'],
    },
    {
      id: 'requests.head',
      known: RUN,
      says: 'HEAD answers as GET does, without a body.',
      source: 'inferred from Rails',
      tests: ['access: a path > answers HEAD as GET, without a body'],
    },
    {
      id: 'requests.health',
      known: RUN,
      says: '/health needs no key.',
      source: 'lago-api: config/routes.rb',
      tests: ['access: a path > /health needs no key'],
    },
    {
      id: 'requests.broken-json',
      known: RUN,
      says: 'A body that is no JSON answers 400, with JSON only for those who accept JSON.',
      source: 'inferred from Rails',
      tests: [
        'access: a body > that is no JSON answers 400, with JSON only for those who accept it',
      ],
    },
    {
      id: 'requests.unreadable',
      known: RUN,
      says: 'So does JSON that has half of a surrogate pair, or more than a hundred levels.',
      source: 'lago-api: Ruby’s JSON',
      tests: ['access: a body > with %s answers 400'],
    },
    {
      id: 'requests.content-type',
      known: RUN,
      says: 'A body of another content type than application/json is not read.',
      source: 'inferred from Rails',
      tests: ['access: a body > of another type is not read'],
    },
    {
      id: 'requests.not-found',
      known: RUN,
      says: 'What is not there answers 404 with a code that names the resource.',
      source: ERRORS,
      tests: [
        'events: GET /events/:transaction_id > answers 404 event_not_found to an unknown id',
        'catalog: billable metrics > answer 404 to an unknown code',
        'catalog: plans > answer 404 to an unknown code',
        'catalog: customers > answer 404 to an unknown id',
        'catalog: subscriptions > show their plan with its charges one by one, and answer 404 when inactive',
      ],
    },
    {
      id: 'requests.405',
      known: RUN,
      says: 'Rules of the business answer 405, such as no_active_subscription.',
      source: USAGE,
      tests: ['usage: GET current_usage > answers 405 with %j'],
    },
    {
      id: 'requests.500',
      known: RUN,
      says: 'What Lago does not foresee answers 500 with status and error alone.',
      source: 'inferred from Rails',
      tests: ['timestamp: an event timestamp > of %j breaks Lago'],
    },
    {
      id: 'requests.proxies',
      known: READ,
      says: '500, 502, 503 and 504 come before or after Lago did its work, with JSON, a page or nothing.',
      source: 'every proxy in front of it',
      tests: [
        'faults: a fault > answers %i with a body of %s in place of Lago, before or after the event is stored',
      ],
    },
    {
      id: 'requests.too-large',
      known: READ,
      says: 'Whatever stands in front of Lago may refuse large bodies with 413 and any text, before Lago sees them.',
      source: 'every proxy in front of it; Lago itself has no limit',
      tests: [
        'faults: a fault > refuses bodies that are longer than a proxy lets through with 413',
      ],
    },
    {
      id: 'requests.lost',
      known: READ,
      says: 'An answer may be lost, cut short, late, a page, or sent elsewhere, after Lago did its work.',
      source: 'every network',
      tests: [
        'faults: a fault > %s loses the answer, before or after the event is stored',
        'faults: a fault > cuts an answer short after a share of %d, the event stored',
        'faults: a fault > delays an answer by what it says, and nothing else',
        'faults: a fault > may turn every answer into a page',
        'faults: a fault > sends elsewhere with %i: to the same host or to another one',
      ],
    },
    {
      id: 'requests.other-errors',
      known: READ,
      says: 'Other bodies, such as too_many_provider_requests or a 422 without error_details, may come at any time.',
      source: ERRORS,
      tests: ['faults: a fault > answers with any text, late if it says so'],
    },
    {
      id: 'requests.rate-limit',
      known: READ,
      says: 'Lago itself has no rate limit. The cloud’s tells on every answer what is left and when its window ends, in seconds, and answers 429 to what is too much.',
      source: LIMITS,
      tests: [
        'access: the rate limit > is absent unless set',
        'access: the rate limit > tells on every answer what is left, refuses what is too much and forgets after a second',
      ],
    },
    {
      id: 'requests.rate-limit-shared',
      known: READ,
      says: 'It counts by organization, whichever key is used.',
      source: LIMITS,
      tests: ['access: the rate limit > is shared by the keys of an organization'],
    },
    {
      id: 'requests.rate-limit-buckets',
      known: READ,
      says: 'Single events and current usage have limits of their own; all else, batches too, shares one.',
      source: `${LIMITS}; for batches ${UNSURE}`,
      tests: ['access: the rate limit > has a bucket of its own for single events and for usage'],
    },
    {
      id: 'requests.rate-limit-headers',
      known: READ,
      says: 'A 429 may come with the headers of the rate limit, with Retry-After alone, or with none.',
      source: 'every proxy in front of it',
      tests: ['faults: a fault > answers 429 %s'],
    },
    {
      id: 'requests.pages',
      known: RUN,
      says: 'Lists come in pages, 100 items unless asked for otherwise, 25 where nonsense or less than nothing is asked for, without a maximum; an empty list is page 0 of 0, and pages of no items break a list that has any.',
      source: 'lago-api: app/controllers/concerns/pagination.rb',
      tests: [
        'events: GET /events > with %s tells %j',
        'catalog: a crowd > has its %s listed page by page and counted',
        'events: GET /events > with per_page=%s has pages of %i',
        'events: GET /events > breaks on pages of no items, unless the list is empty',
      ],
    },
    {
      id: 'requests.pages-limited',
      known: READ,
      says: 'Whatever stands in front of Lago may make pages smaller than asked for.',
      source: UNSURE,
      tests: [
        'catalog: a limit in front of Lago makes pages smaller than asked for, which meta tells',
      ],
    },
  ],
};

const single: Area = {
  title: 'One event',
  facts: [
    {
      id: 'event.answer',
      known: RUN_POSTGRES,
      says: 'On Postgres the answer is the event with its lago_id, and with null for customer and subscription, for ever.',
      source: 'lago-api: app/serializers/v1/event_serializer.rb',
      tests: [
        'events: POST /events on Postgres > answers 200 with the event, without customer and subscription ids',
      ],
    },
    {
      id: 'event.empty',
      known: RUN,
      says: 'A body without an event answers 400.',
      source: EVENTS,
      tests: ['events: POST /events on Postgres > answers 400 to %j'],
    },
    {
      id: 'event.mandatory',
      known: RUN_POSTGRES,
      says: 'On Postgres transaction_id and code must not be blank; a bad timestamp hides that.',
      source: CREATE,
      tests: ['events: POST /events on Postgres > refuses %s'],
    },
    {
      id: 'event.duplicate',
      known: RUN_POSTGRES,
      says: 'On Postgres an id that its subscription has already is refused, whatever else differs.',
      source: `${CREATE}; ${INDEX}`,
      tests: [
        'events: POST /events on Postgres > refuses a transaction_id that the subscription has already, whatever else differs',
      ],
    },
    {
      id: 'event.duplicate-scope',
      known: RUN_POSTGRES,
      says: 'The same id is accepted on another subscription, in other case, and without a subscription any number of times.',
      source: INDEX,
      tests: ['events: POST /events on Postgres > accepts the same transaction_id %s'],
    },
    {
      id: 'event.unchecked',
      known: RUN,
      says: 'Nothing checks that code, subscription, value or date make sense: the event is accepted and never billed.',
      source: CREATE,
      tests: [
        'events: POST /events on Postgres > accepts %s',
        'billing: an event in %s > with %s is not billed',
      ],
    },
    {
      id: 'event.dropped-keys',
      known: RUN,
      says: 'Keys that Lago does not know, external_customer_id among them, are dropped without a word.',
      source: EVENTS,
      tests: [
        'events: POST /events on Postgres > drops keys that it does not know, external_customer_id among them, in a batch too',
      ],
    },
    {
      id: 'event.cast',
      known: RUN,
      says: 'Ids become texts, properties that are no object are dropped, and what is in them is kept as it is.',
      source: EVENTS,
      tests: ['events: POST /events on Postgres > stores %j as %j'],
    },
    {
      id: 'event.numbers',
      known: RUN,
      says: 'Whole numbers keep every digit, all others are doubles; ClickHouse makes doubles of all.',
      source: 'lago-api: Ruby’s JSON; PostgreSQL: jsonb',
      tests: ['events: a number in a property > %s is answered and kept as %s'],
    },
    {
      id: 'event.amount',
      known: RUN,
      says: 'A precise amount that is no number is stored as 0, an empty text as none, others with 15 digits behind the point, whatever their beginning is a number of; the answer has them as text.',
      source: `${CREATE}; PostgreSQL: numeric(40,15)`,
      tests: [
        'events: POST /events on Postgres > stores %j as %j',
        'events: an amount of %s cents does not fit the Postgres column and breaks the request',
      ],
    },
    {
      id: 'event.nul',
      known: RUN,
      says: 'A NUL character in an id, a subscription or, on both stores, a code is taken for a bad timestamp; on Postgres one in a property breaks the request, and so does one in an id or a subscription of a batch (read).',
      source: CREATE,
      tests: [
        'events: the Postgres column > breaks on a NUL character: %j',
        'events: the Postgres column > takes a NUL character in %j for a bad timestamp, in a batch %i',
        'events: the Postgres column > of a text with the six characters of an escaped NUL has none',
      ],
    },
    {
      id: 'event.long-id',
      known: READ,
      says: 'An id or a subscription that is longer than an entry of a Postgres index breaks the request.',
      source: 'documentation of PostgreSQL: B-tree indexes',
      tests: [
        'events: the Postgres index > breaks on %s that is too long for its entry',
        'events: the Postgres index > takes ids of two thousand characters',
      ],
    },
    {
      id: 'event.properties-order',
      known: READ,
      says: 'Postgres keeps properties in an order of its own.',
      source: 'documentation of PostgreSQL: jsonb',
      tests: [
        'events: the Postgres column > shows properties in an order of its own: by length of the key, then by its text',
      ],
    },
    {
      id: 'event.timestamp',
      known: RUN,
      says: 'A timestamp is seconds as a number or a text of one, as Ruby reads decimals; answers have UTC with three decimals.',
      source: CREATE,
      tests: ['timestamp: an event timestamp > of %j is %s'],
    },
    {
      id: 'event.timestamp-invalid',
      known: RUN,
      says: 'Dates, empty texts, true and anything else are refused as invalid_format.',
      source: CREATE,
      tests: ['timestamp: an event timestamp > of %j is refused as invalid_format'],
    },
    {
      id: 'event.timestamp-breaks',
      known: RUN,
      says: 'NaN, Infinity and, on Postgres, years that the column does not have break the request.',
      source: CREATE,
      tests: [
        'timestamp: an event timestamp > of %j breaks Lago',
        'events: POST /events/batch on Postgres > keeps nothing of a batch with a date that Postgres cannot hold',
      ],
    },
    {
      id: 'event.timestamp-milliseconds',
      known: RUN,
      says: 'Milliseconds are taken for seconds, accepted, and never billed.',
      source: CREATE,
      tests: [
        'timestamp: an event timestamp > in milliseconds is taken for a date 54,000 years ahead',
        'clickhouse: a ClickHouse organization > accepts milliseconds as seconds and shows the event never again',
      ],
    },
    {
      id: 'event.timestamp-absent',
      known: RUN,
      says: 'Without a timestamp, or with null, false or a list, the event has the time of the request.',
      source: CREATE,
      tests: ['timestamp: an event timestamp > of %j means the time of the request'],
    },
  ],
};

const batches: Area = {
  title: 'A batch',
  facts: [
    {
      id: 'batch.answer',
      known: RUN,
      says: 'The answer has the events in the order sent, and no meta.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > answers with the events in the order sent and without meta',
      ],
    },
    {
      id: 'batch.size',
      known: RUN,
      says: 'More than 100 events, or none, are refused as a whole: too_many_events, no_events.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > refuses %s',
        'events: POST /events/batch on Postgres > accepts 100 events',
      ],
    },
    {
      id: 'batch.size-set',
      known: READ,
      says: 'Whoever runs Lago may set another limit (LAGO_EVENTS_BATCH_MAX_LENGTH), at any time.',
      source: BATCH,
      tests: [
        'faults: a fault > lowers the batch limit',
        'faults: a fault > changes the limit of a batch, or the version, in mid-run',
      ],
    },
    {
      id: 'batch.first-stage',
      known: RUN,
      says: 'Faulty events are named by their index, as text, and these alone; then nothing is stored.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > names only the faulty events of its first stage, by index, and stores none',
      ],
    },
    {
      id: 'batch.second-stage',
      known: RUN_POSTGRES,
      says: 'Only when none is faulty, on Postgres, all duplicates are named at once; then nothing is stored.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > names every duplicate at once in its second stage and stores none',
      ],
    },
    {
      id: 'batch.round-trips',
      known: RUN_POSTGRES,
      says: 'So a batch with every kind of mistake takes three round trips.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > with every kind of mistake takes three round trips',
      ],
    },
    {
      id: 'batch.repeated',
      known: RUN_POSTGRES,
      says: 'Of equal ids inside a batch the first passes and the later ones are named.',
      source: 'lago-api: spec/services/events/create_batch_service_spec.rb',
      tests: [
        'events: POST /events/batch on Postgres > passes the first of equal ids inside a batch and names the later ones',
      ],
    },
    {
      id: 'batch.id-alone',
      known: RUN_POSTGRES,
      says: 'Inside a batch an id alone must be unique, whatever its subscription; the wrong event may be blamed.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > refuses one id on two subscriptions in one batch, and accepts it in two requests',
        'events: POST /events/batch on Postgres > blames the wrong event when one id is old on one subscription and new on another',
      ],
    },
    {
      id: 'batch.subscription',
      known: READ,
      says: 'A missing or unknown subscription never fails a batch.',
      source: `${BATCH}; ${INGESTING} (the page on batches says otherwise)`,
      tests: ['events: POST /events/batch on Postgres > never fails for want of a subscription'],
    },
    {
      id: 'batch.partial',
      known: READ,
      says: 'Lago 1.32.4 to 1.38 keeps the new events of a batch that it refuses for duplicates.',
      source: 'lago-api: pull requests 4133 and 4772',
      tests: [
        'events: POST /events/batch on Postgres > leaves the new events of a refused batch behind in Lago 1.32.4 to 1.38',
      ],
    },
    {
      id: 'batch.blanks-break',
      known: READ,
      says: 'Lago 1.32.4 to 1.35 answers 500 to a batch with a blank id.',
      source: `lago-api: pull request 4580; for a blank code ${UNSURE}`,
      tests: [
        'events: POST /events/batch on Postgres > breaks on %j in Lago 1.32.4 to 1.35 and keeps nothing',
      ],
    },
    {
      id: 'batch.after-commit',
      known: READ,
      says: 'Events are stored before the answer leaves: after a 5xx or no answer they may all be there, and exist when they come again.',
      source: BATCH,
      tests: [
        'faults: an event that was handed over > is kept when the answer was lost or replaced, and tells what Lago did',
      ],
    },
    {
      id: 'batch.poison',
      known: READ,
      says: 'An event that breaks Lago breaks every batch that it is in.',
      source: BATCH,
      tests: [
        'faults: a fault > poisons every request that contains a marked event, in any batch and for good, and no other',
      ],
    },
  ],
};

const expressions: Area = {
  title: 'Metrics with an expression',
  facts: [
    {
      id: 'expression.value',
      known: READ,
      says: 'The value is computed when the event comes, and written into its properties as text.',
      source:
        'lago-api: app/services/events/calculate_expression_service.rb; lago-expression: expression-core/src/evaluate.rs',
      tests: ['events: an expression metric > has its result written into the properties as text'],
    },
    {
      id: 'expression.grammar',
      known: READ,
      says: 'There are + - * /, parentheses, texts, six functions, and the event’s code, timestamp and properties.',
      source: 'lago-expression: expression-core/src/grammar.pest',
      tests: ['expression: an expression > %s gives its value'],
    },
    {
      id: 'expression.fails',
      known: READ,
      says: 'A variable that is missing, a text where a number is needed, or a property with a space or a dash in its name fails.',
      source: 'lago-expression: expression-core/src/evaluate.rs, grammar.pest',
      tests: ['expression: an expression > %s with %j fails'],
    },
    {
      id: 'expression.error',
      known: READ,
      says: 'A failure is told as a text in place of an object, before a blank id is noticed.',
      source: CREATE,
      tests: [
        'events: an expression metric > fails with a text in place of details',
        'events: an expression metric > fails before a missing field is noticed',
      ],
    },
    {
      id: 'expression.batch',
      known: READ,
      says: 'In a batch it is a text under the event’s index, and a blank id hides it.',
      source: BATCH,
      tests: [
        'events: an expression metric > fails inside a batch with a text beside the other objects, where a missing field hides it',
      ],
    },
  ],
};

const reading: Area = {
  title: 'Reading events',
  facts: [
    {
      id: 'reading.by-id',
      known: RUN,
      says: 'An event is found by its encoded id, whatever characters it has.',
      source: 'lago-api: config/routes.rb',
      tests: ['events: GET /events/:transaction_id > finds %j by its encoded id'],
    },
    {
      id: 'reading.steps',
      known: RUN,
      says: 'The ids . and .. are found by no address: whoever sends it tidies such a step away, also where it is encoded.',
      source: 'WHATWG URL; seen on lago-api 1b1c24a6a',
      tests: ['events: GET /events/:transaction_id > does not find %j, which every address loses'],
    },
    {
      id: 'reading.first',
      known: READ,
      says: 'Of an id that two subscriptions have only the first event is shown.',
      source: EVENTS,
      tests: [
        'events: GET /events/:transaction_id > shows only the first event of an id that two subscriptions have',
      ],
    },
    {
      id: 'reading.order',
      known: RUN_POSTGRES,
      says: 'Postgres lists the newest timestamp first, equal ones by id.',
      source: 'lago-api: app/queries/events_query.rb',
      tests: ['events: GET /events > orders by timestamp, newest first, then by transaction_id'],
    },
    {
      id: 'reading.filters',
      known: RUN,
      says: 'Lists are filtered by code, subscription and time, both ends included, and not by id.',
      source:
        'lago-api: app/queries/events_query.rb, app/contracts/queries/events_query_filters_contract.rb',
      tests: ['events: GET /events > with %s gives %j'],
    },
    {
      id: 'reading.invalid-filters',
      known: RUN,
      says: 'Times that are not ISO 8601 are refused as invalid_date, and so is the start of a subscription without one or beside another start.',
      source: 'lago-api: app/contracts/queries/events_query_filters_contract.rb',
      tests: [
        'events: GET /events > refuses %s',
        'events: GET /events > refuses the start of a subscription in %s',
      ],
    },
    {
      id: 'reading.since-start',
      known: READ,
      says: 'From the start of its subscription on, earlier events are left out.',
      source: 'lago-api: app/queries/events_query.rb',
      tests: [
        'events: GET /events since the start of a subscription > leaves out what is dated before',
      ],
    },
    {
      id: 'reading.no-changes',
      known: RUN,
      says: 'No event can be changed, deleted or voided.',
      source: 'lago-api: config/routes.rb',
      tests: ['access: a path > that Lago does not serve answers 404 without a key: %s %s'],
    },
    {
      id: 'reading.deleted-metric',
      known: READ,
      says: 'Deleting a metric leaves its events.',
      source: 'lago-api: commit d76413e50',
      tests: ['catalog: deleting a metric > takes its charge away and leaves its events'],
    },
    {
      id: 'reading.deleted-events',
      known: READ,
      says: 'Until August 2026 it took those on plans that charged it too, while on Postgres their ids stayed taken.',
      source: `lago-api: app/services/events/delete_for_metric_service.rb; ${INDEX}`,
      tests: [
        'catalog: deleting a metric > takes its events on plans that charge it too in Lago before August 2026, while their ids stay taken',
        'catalog: deleting a metric > takes them on ClickHouse as well, where the ids were never taken',
      ],
    },
    {
      id: 'reading.retention',
      known: READ,
      says: 'Lago’s cloud keeps events for 90 days after the end of their subscription; ids stay taken.',
      source: `documentation: Usage performances; for the ids ${UNSURE}`,
      tests: [
        'events: the events of a subscription that ended > are gone after the retention, and are billed as they were (%s)',
        'events: the events of a subscription that ended > are kept where another one runs under the same external id',
      ],
    },
  ],
};

const clickhouse: Area = {
  title: 'ClickHouse',
  facts: [
    {
      id: 'clickhouse.named',
      known: RUN,
      says: 'The organization tells its event store since Lago 1.47; until then nothing does.',
      source: 'lago-api: app/serializers/v1/organization_serializer.rb, commit 3fa204042',
      tests: ['access: the organization > tells its event store since 1.47'],
    },
    {
      id: 'clickhouse.answer',
      known: RUN_CLICKHOUSE,
      says: 'The answer has neither lago_id nor created_at.',
      source: CREATE,
      tests: [
        'clickhouse: a ClickHouse organization > answers without lago_id and created_at, properties as sent',
      ],
    },
    {
      id: 'clickhouse.no-validation',
      known: RUN_CLICKHOUSE,
      says: 'A single event needs neither id nor code; in a batch both are checked.',
      source: `${CREATE}; ${BATCH}`,
      tests: [
        'clickhouse: a ClickHouse organization > asks nothing of a single event but its timestamp',
        'clickhouse: a ClickHouse organization > checks presence in a batch',
      ],
    },
    {
      id: 'clickhouse.duplicates',
      known: RUN_CLICKHOUSE,
      says: 'No duplicate is ever refused.',
      source: INGESTING,
      tests: [
        'clickhouse: a ClickHouse organization > accepts every duplicate, alone and in a batch',
      ],
    },
    {
      id: 'clickhouse.reading',
      known: RUN_CLICKHOUSE,
      says: 'GETs show every copy, the newest arrival first and those of one millisecond by id, with values as text and a composite lago_id, and name customer and subscription where one ran at the time of the event. Lists inside of properties lose their nulls, and objects the order of their keys.',
      source: `${CLICKHOUSE}; lago-api: app/models/clickhouse/events_raw.rb`,
      tests: [
        'clickhouse: a ClickHouse organization > shows every copy, newest arrival first, with values as text and a composite lago_id',
        'clickhouse: a ClickHouse organization > drops the nulls of lists, and has the keys of nested objects in another order',
        'clickhouse: a ClickHouse organization > shows the events of a batch by the millisecond in which each was handed on, then by id',
        'clickhouse: a ClickHouse organization > names customer and subscription of an event where the subscription ran at its time',
      ],
    },
    {
      id: 'clickhouse.amount',
      known: RUN_CLICKHOUSE,
      says: 'An event without an amount is shown with one of “0.0”, and answered without.',
      source: 'lago-api: app/services/events/kafka_producer_service.rb',
      tests: [
        'clickhouse: a ClickHouse organization > shows an event without an amount with one of nothing, and answers without it',
      ],
    },
    {
      id: 'clickhouse.delay',
      known: RUN_CLICKHOUSE,
      says: 'What was accepted is seen and billed only after a while, each event after its own.',
      source: `${CLICKHOUSE}; how long, nobody documents`,
      tests: [
        'clickhouse: a ClickHouse organization > shows and bills an event only after a while',
        'clickhouse: a ClickHouse organization > may show each event after a while of its own, which is drawn once',
      ],
    },
    {
      id: 'clickhouse.removal',
      known: RUN_CLICKHOUSE,
      says: 'Where duplicates are removed, billing keeps of equal ids with the same code, subscription and millisecond the one that was processed last.',
      source: `${CLICKHOUSE} (DEDUP_KEY_COLUMNS); ${INGESTING}`,
      tests: [
        'clickhouse: a ClickHouse organization > bills the newest copy of an identical key where duplicates are removed',
        'clickhouse: a ClickHouse organization > bills the copy that was processed last, which need not be the one that came last',
        'clickhouse: a ClickHouse organization > takes timestamps of the same millisecond for equal',
        'billing: on ClickHouse > what was replaced by something else is not billed',
      ],
    },
    {
      id: 'clickhouse.no-removal',
      known: RUN_CLICKHOUSE,
      says: 'Where they are not, every copy is billed.',
      source: CLICKHOUSE,
      tests: [
        'clickhouse: a ClickHouse organization > bills every copy where duplicates are not removed',
      ],
    },
    {
      id: 'clickhouse.other-key',
      known: RUN_CLICKHOUSE,
      says: 'An id that comes again with another code, subscription or timestamp, or without any timestamp, is billed again.',
      source: INGESTING,
      tests: [
        'clickhouse: a ClickHouse organization > bills both where the same id comes again with another %s',
        'clickhouse: a ClickHouse organization > bills twice what comes again with another timestamp, as an omitted one does',
      ],
    },
    {
      id: 'clickhouse.unknown',
      known: RUN_CLICKHOUSE,
      says: 'An event whose metric is not known when it is processed is never billed, and nothing tells; one whose subscription is created later is billed once it is.',
      source: 'lago-api: events-processor',
      tests: [
        'clickhouse: a ClickHouse organization > never bills an event whose metric was created later',
        'clickhouse: a ClickHouse organization > bills what came before its subscription was created',
      ],
    },
    {
      id: 'clickhouse.dates',
      known: RUN_CLICKHOUSE,
      says: 'Dates behind 2299 never come out again; of the seconds 0, 0.5 and -5 two did not, and the fake hides what is not after 1970 began.',
      source: 'documentation of ClickHouse: DateTime64',
      tests: [
        'clickhouse: a ClickHouse organization > never shows an event of second %j',
        'clickhouse: a ClickHouse organization > accepts milliseconds as seconds and shows the event never again',
      ],
    },
    {
      id: 'clickhouse.numbers',
      known: RUN_CLICKHOUSE,
      says: 'Texts like +5, .5, 5. and 1e3 are numbers there, and a number of thirteen digits before the point is zero.',
      source: CLICKHOUSE,
      tests: [
        'usage: a text like %j is a number on ClickHouse alone',
        'usage: a numeric property > %j has more digits than ClickHouse keeps before the point, and is zero there alone',
      ],
    },
    {
      id: 'clickhouse.milliseconds',
      known: RUN_CLICKHOUSE,
      says: 'About one in eight milliseconds, such as .002 and .005, is stored as the one before; with half a millisecond more, such as .0025, each is stored as meant.',
      source: 'lago-api: app/services/events/kafka_producer_service.rb',
      tests: [
        'clickhouse: a ClickHouse organization > stores about one in eight milliseconds as the one before',
        'clickhouse: a ClickHouse organization > takes timestamps of the same millisecond for equal',
      ],
    },
    {
      id: 'clickhouse.wraps',
      known: RUN_CLICKHOUSE,
      says: 'Totals beyond 1.7 million millions wrap around to below zero.',
      source: CLICKHOUSE,
      tests: ['usage: sums of %j wrap around on ClickHouse: %s in place of %s'],
    },
    {
      id: 'clickhouse.dynamic',
      known: RUN_CLICKHOUSE,
      says: 'A dynamic charge whose amounts add up to whole cents loses what is less than a unit of the currency.',
      source: CLICKHOUSE,
      tests: [
        'usage: a charge > of the dynamic model loses the cents of a whole total on ClickHouse: %s is %s',
      ],
    },
    {
      id: 'clickhouse.seconds',
      known: RUN_CLICKHOUSE,
      says: 'A weighted sum counts whole seconds.',
      source: 'lago-api: app/services/events/stores/clickhouse/weighted_sum_query.rb',
      tests: ['usage: an aggregation > weighted sum counts whole seconds on ClickHouse'],
    },
  ],
};

const counting: Area = {
  title: 'What is counted',
  facts: [
    {
      id: 'counting.numbers',
      known: RUN,
      says: 'JSON numbers count, and texts of digits with at most a minus and a point.',
      source: `${POSTGRES} (the regular expression)`,
      tests: [
        'usage: a numeric property > %j counts',
        'billing: an event in %s > with the number %j is billed',
      ],
    },
    {
      id: 'counting.no-numbers',
      known: RUN,
      says: 'Commas, signs of currencies, percent, spaces and empty texts count for nothing: not at all on Postgres, as zero on ClickHouse.',
      source: `${POSTGRES}; ${CLICKHOUSE}`,
      tests: [
        'usage: a numeric property > %j counts for nothing',
        'billing: an event in %s > without a number is not billed: %j',
      ],
    },
    {
      id: 'counting.aggregations',
      known: RUN,
      says: 'Count ignores properties, maximum and latest take one value, a unique count compares values as text, and no value at all is one of them.',
      source: POSTGRES,
      tests: [
        'usage: an aggregation > %s of %j is %s',
        'billing: an event in %s > of a count is billed whatever it holds',
      ],
    },
    {
      id: 'counting.not-undone',
      known: READ,
      says: 'No event takes back a count or a maximum.',
      source: POSTGRES,
      tests: ['usage: an aggregation > %s cannot be taken back by another event: %j is %s'],
    },
    {
      id: 'counting.unique',
      known: RUN,
      says: 'Of a unique value an add counts after nothing or a remove, a remove only after an add, by order of timestamp.',
      source: 'lago-api: app/services/events/stores/postgres/unique_count_query.rb',
      tests: ['usage: an aggregation > unique count follows %s'],
    },
    {
      id: 'counting.unique-tie',
      known: READ,
      says: 'Equal timestamps have no order there.',
      source: `lago-api: app/services/events/stores/postgres/unique_count_query.rb; ${UNSURE}`,
      tests: [
        'usage: an aggregation > unique count may read an add and its remove at one instant in the wrong order',
      ],
    },
    {
      id: 'counting.unique-operation',
      known: RUN,
      says: 'Any other operation than add and remove adds nothing: on Postgres it counts minus one, on ClickHouse only after an add; the count of events is the total, below zero too.',
      source:
        'lago-api: app/services/events/stores/postgres/unique_count_query.rb, clickhouse/unique_count_query.rb',
      tests: [
        'billing: an event in %s > of a unique count with the operation %j adds nothing, and may take one away',
      ],
    },
    {
      id: 'counting.latest-tie',
      known: RUN,
      says: 'Of equal timestamps the latest is the one stored last on Postgres; of one batch, and on ClickHouse, there is no rule.',
      source: `${POSTGRES} (last); ${CLICKHOUSE} (last); ${UNSURE}`,
      tests: [
        'usage: an aggregation > latest takes the one stored last when timestamps are equal',
        'usage: an aggregation > latest has no rule for equal timestamps in a batch: the fake takes the one that comes first',
        'usage: an aggregation > latest has no rule for equal timestamps on ClickHouse: the fake takes the one stored first',
      ],
    },
    {
      id: 'counting.weighted',
      known: RUN,
      says: 'A weighted sum averages its deltas over the seconds of the period.',
      source: 'lago-api: app/services/events/stores/postgres/weighted_sum_query.rb',
      tests: [
        'usage: an aggregation > weighted sum averages deltas over the seconds of the period',
      ],
    },
    {
      id: 'counting.rounding',
      known: RUN,
      says: 'A metric may round its result.',
      source: 'lago-api: app/models/billable_metric.rb',
      tests: ['usage: an aggregation > rounds as its metric says'],
    },
    {
      id: 'counting.recurring',
      known: RUN,
      says: 'A recurring sum or unique count has what came before the period, too.',
      source: POSTGRES,
      tests: [
        'usage: an aggregation > of a recurring metric counts what came before the period',
        'billing: an event in %s > of a recurring metric that comes late is billed in a later period, one in time where it was first',
      ],
    },
    {
      id: 'counting.carried',
      known: RUN,
      says: 'A recurring weighted sum begins with a value that is kept with the invoice before: an event of an earlier period that came after its invoice was made counts in no month, one that came into its draft later on only if it is the newest there. The number of events of a fee is that of its own period, whatever it begins with.',
      source:
        'lago-api: app/services/billable_metrics/aggregations/weighted_sum_service.rb, app/services/events/stores/base_store.rb, app/models/cached_aggregation.rb',
      tests: [
        'invoices: an invoice > begins a recurring weighted sum with what the one before left, and never has what came later',
        'invoices: an invoice > begins it with what a draft had when it was finalized, if that is newer',
      ],
    },
    {
      id: 'counting.filters',
      known: RUN,
      says: 'A filter takes events whose property equals one of its values as text, in the same case, __ALL_FILTER_VALUES__ each that the metric knows; it leaves them to a filter that asks for more or for fewer values, shares them with one that overlaps, and what none takes is the default’s.',
      source: `${CHARGES}; lago-api: app/services/charge_filters/matching_and_ignored_service.rb`,
      tests: [
        'usage: a charge > prices a filter by its own properties, compares its values as text and leaves the rest to the default',
        'usage: a charge > with a filter for all values takes each that the metric knows, after narrower filters',
        'usage: a charge > counts what two filters of the same key share in both, and in one where they are the same',
        'billing: an event in %s > has a price where its filter or the default has one',
        'billing: an event in %s > without the property of a filter matches no value of it, not even an empty one',
      ],
    },
    {
      id: 'counting.groups',
      known: RUN,
      says: 'Groups are priced apart, and filters within a group. An empty text, null and nothing are one group, named null; Postgres aggregates the first apart from the others.',
      source: CHARGES,
      tests: [
        'usage: a charge > prices groups apart',
        'usage: a charge > names a group without a value null, and prices an empty text apart from nothing on Postgres',
        'usage: a charge > shows the filters of each group',
        'usage: a charge > has the flat amount once for a group without a value',
      ],
    },
    {
      id: 'counting.presentation',
      known: READ,
      says: 'By the properties that presentation_group_keys of a charge name, an invoice shows its usage apart; they change no amount.',
      source: 'lago-api: app/services/charges/validators/base_service.rb',
      tests: ['usage: a charge > costs the same whatever it is shown apart by'],
    },
    {
      id: 'counting.models',
      known: RUN,
      says: 'Standard, graduated, package, volume and percentage charges price the units of the period.',
      source: 'lago-api: app/services/charge_models',
      tests: ['usage: a charge > %s with %j prices %j'],
    },
    {
      id: 'counting.flat',
      known: RUN,
      says: 'The flat amount of the first range is due without any units, also in a filter that takes nothing.',
      source: 'lago-api: app/services/charge_models/graduated_service.rb, volume_service.rb',
      tests: ['usage: a charge > %s with %j prices %j'],
    },
    {
      id: 'counting.percentage',
      known: RUN,
      says: 'The fixed amount of a percentage charge is due for each event, negative ones too, but not where the total is below zero.',
      source: 'lago-api: app/services/charge_models/percentage_service.rb',
      tests: ['usage: a charge > %s with %j prices %j'],
    },
    {
      id: 'counting.dynamic',
      known: RUN,
      says: 'A dynamic charge adds up the precise amounts of the events that it counts, negative ones too, and costs nothing where their units add up to zero.',
      source: 'lago-api: app/services/charge_models/dynamic_service.rb',
      tests: [
        'usage: a charge > of the dynamic model adds up precise amounts',
        'usage: a charge > of the dynamic model is taken back by the negative amount',
        'usage: a charge > of the dynamic model costs nothing where its units add up to zero or are no number',
      ],
    },
    {
      id: 'counting.neutral',
      known: READ,
      says: 'A reversal and a replacement leave exactly the difference.',
      source: 'lago-api: app/services/charge_models',
      tests: [
        'usage: a charge > %s with %j costs the same after a reversal and a replacement as without the mistake',
      ],
    },
    {
      id: 'counting.not-neutral',
      known: READ,
      says: 'Not so where a percentage charge has a fee per event.',
      source: 'lago-api: app/services/charge_models/percentage_service.rb',
      tests: [
        'usage: a charge > by percentage grows its fixed amounts with every reversal and replacement',
      ],
    },
    {
      id: 'counting.clamped',
      known: RUN,
      says: 'Totals below zero are zero: what of a reversal outweighs the rest of the period is lost.',
      source: CHARGES,
      tests: ['usage: a charge > loses of a reversal what outweighs the rest of the period'],
    },
    {
      id: 'counting.volume',
      known: RUN,
      says: 'Not so under a volume charge: there a total below zero breaks current usage, and the whole invoice is never made, nor is one with an amount of more than eight bytes of cents.',
      source: 'lago-api: app/services/charge_models/volume_service.rb',
      tests: [
        'usage: GET current_usage > breaks where the total of a volume charge is below zero',
        'invoices: an invoice > is never made where the total of a volume charge is below zero or an amount too large',
      ],
    },
    {
      id: 'counting.volume-fraction',
      known: READ,
      says: 'A total between -1 and zero is rounded up into the first range of a volume charge, and billed as zero.',
      source: 'lago-api: app/services/charge_models/volume_service.rb',
      tests: ['usage: a charge > %s with %j prices %j'],
    },
    {
      id: 'counting.latest-clamped',
      known: READ,
      says: 'A latest value below zero is zero before it is priced: the flat amount of a first range is due, and a volume charge does not break.',
      source: 'lago-api: app/services/billable_metrics/aggregations/latest_service.rb',
      tests: ['usage: a charge > of a latest value below zero prices no units'],
    },
    {
      id: 'counting.reversal-filter',
      known: READ,
      says: 'A reversal without the properties of filter and group takes back nothing there.',
      source: CHARGES,
      tests: ['usage: a charge > leaves a reversal without the filter property in another bucket'],
    },
    {
      id: 'counting.uncharged',
      known: RUN,
      says: 'What the plan does not charge, or no longer since its metric was deleted, is not billed.',
      source: CHARGES,
      tests: [
        'billing: an event in %s > whose metric the plan does not charge is not billed',
        'billing: an event in %s > whose metric was deleted is not billed',
      ],
    },
  ],
};

const jobs: Area = {
  title: 'What Lago does by the clock',
  facts: [
    {
      id: 'jobs.minutes',
      known: RUN_POSTGRES,
      says: 'Every five minutes pending subscriptions are started; every hour planned ends are carried out at 5 past, periods are invoiced at 10 past, and drafts made final at 20 past.',
      source: 'lago-api: clock.rb',
      tests: [
        'jobs: a subscription > of the future starts with the first job of its day where the customer is (%s)',
        SITUATIONS,
        'invoices: a period > has no invoice before the job that makes it, ten minutes after its end',
        'invoices: the last invoice > of a draft is final soon after midnight, however late in the day the end was',
      ],
    },
    {
      id: 'jobs.events',
      known: RUN_POSTGRES,
      says: 'Each event has a job in the background, 30 to 60 of them a second on two cores: what waits for it is late by those before it, 26 seconds behind 800.',
      source: 'a running Lago',
      tests: [
        'usage: current usage behind a queue of jobs > is late by the %i jobs that wait: %i ms, whatever they are of',
        SITUATIONS,
      ],
    },
    {
      id: 'jobs.old-period',
      known: RUN_POSTGRES,
      says: 'Until the job has run, a period that has ended still takes events, and there is no draft of it.',
      source: 'a running Lago with its clock in hand',
      tests: [
        SITUATIONS,
        'jobs: until the job has run > current usage is that of the new period already',
      ],
    },
    {
      id: 'jobs.missed',
      known: READ,
      says: 'Where the job does not run for the whole first day of a period, the former one is never invoiced.',
      source: 'lago-api: app/services/subscriptions/organization_billing_service.rb',
      tests: [SITUATIONS],
    },
    {
      id: 'jobs.start',
      known: RUN_POSTGRES,
      says: 'A pending subscription starts with the first job on its local day: started_at is the time of the job.',
      source: 'a running Lago with its clock in hand',
      tests: [
        'jobs: a subscription > of the future starts with the first job of its day where the customer is (%s)',
        'invoices: a period > begins with the job that starts the subscription, on the day that was asked for',
      ],
    },
    {
      id: 'jobs.end',
      known: RUN_POSTGRES,
      says: 'A planned end is carried out by the first job of its local day, however late in it the end was asked for: what is later is not billed.',
      source: 'a running Lago with its clock in hand',
      tests: [
        SITUATIONS,
        'invoices: the last invoice > comes with a planned end too, by the first job of its day',
        'invoices: the last invoice > of a subscription whose end lies before its creation comes with the next job',
      ],
    },
    {
      id: 'jobs.upgrade',
      known: RUN_POSTGRES,
      says: 'A larger plan takes the place of the old one at once. Between the end of a period and its job that loses the invoice of the period.',
      source: 'a running Lago with its clock in hand',
      tests: [SITUATIONS, 'jobs: asking for the plan that a subscription has changes nothing'],
    },
    {
      id: 'jobs.downgrade',
      known: RUN_POSTGRES,
      says: 'A smaller plan begins with the job that invoices the period; what is dated between midnight and the job is in neither.',
      source: 'a running Lago with its clock in hand',
      tests: [
        'jobs: a smaller plan > begins with the job that invoices the period; what is dated before that is in neither',
        'jobs: a smaller plan > waits for the end of the plan’s own period, where its charges are billed every month',
      ],
    },
    {
      id: 'jobs.downgrade-given-up',
      known: READ,
      says: 'A smaller plan that still waits is given up when its subscription ends before.',
      source: 'lago-api: app/services/subscriptions/terminate_service.rb',
      tests: ['jobs: a smaller plan > is given up when its subscription ends before'],
    },
    {
      id: 'jobs.ended-first-day',
      known: READ,
      says: 'A subscription that is ended on the first day of a period, before the job, is invoiced for both periods: nobody ran it.',
      source: 'inferred',
      tests: [
        SITUATIONS,
        'invoices: the last invoice > is another one than that of a period which ends in the same instant',
      ],
    },
    {
      id: 'jobs.broken-drafts',
      known: READ,
      says: 'A draft with an amount that cannot be worked out is not made final; the next job tries again: nobody ran it.',
      source: 'inferred',
      tests: [SITUATIONS],
    },
    {
      id: 'jobs.drafts',
      known: RUN_POSTGRES,
      says: 'A draft keeps the fees that it was made with until it is made final, by the date in UTC and not at the customer’s midnight.',
      source: 'a running Lago with its clock in hand',
      tests: [
        'invoices: an invoice > takes in what arrived before it is final, and shows it only then (%s)',
        'invoices: an invoice > is a draft for days of the customer, and final by the job of that date in UTC',
      ],
    },
  ],
};

const periods: Area = {
  title: 'Periods, usage and invoices',
  facts: [
    {
      id: 'periods.boundaries',
      known: READ,
      says: 'An event counts from the start of its subscription and period to the last millisecond, and not a millisecond beside.',
      source: POSTGRES,
      tests: [
        'usage: the running period > counts an event %s of a subscription: %s -> %s',
        'billing: an event in %s > at %s, of a subscription from 5 August 10:00 that is to end on 20 August 8:00, is billed: %s',
      ],
    },
    {
      id: 'periods.zone',
      known: READ,
      says: 'Periods end in the time zone of the customer, else of the organization, across changes of the clocks.',
      source: 'lago-api: app/services/subscriptions/dates_service.rb',
      tests: [
        'usage: the running period > is the calendar month of the customer',
        'usage: the running period > follows a clock change inside it',
        'catalog: customers > without a zone have that of the organization',
        'invoices: a period > ends where the customer is',
      ],
    },
    {
      id: 'periods.intervals',
      known: READ,
      says: 'Plans run by week, month, quarter, half-year and year, by the calendar or from the anniversary.',
      source: 'lago-api: app/services/subscriptions/dates',
      tests: [
        'usage: the running period > of a %s plan runs from %s to %s',
        'usage: the running period > starts at the anniversary',
        'invoices: a period > of an anniversary on the 31st ends the day before the next one',
        'invoices: a period > of the charges is a month where a yearly plan bills them so, and that of the plan a year',
      ],
    },
    {
      id: 'periods.future',
      known: RUN,
      says: 'An event of the future is billed once its period runs.',
      source: 'documentation: Retrieve usage',
      tests: ['billing: an event in %s > of the future is billed once its period runs'],
    },
    {
      id: 'periods.future-lost',
      known: READ,
      says: 'It is lost when the subscription ends before.',
      source: 'lago-api: app/services/events/stores/postgres_store.rb',
      tests: ['billing: an event in %s > of the future is lost when its subscription ends before'],
    },
    {
      id: 'periods.late',
      known: READ,
      says: 'A draft takes late events in when it is made final, and shows them only then; a final invoice takes none.',
      source: 'lago-api: app/services/invoices/refresh_draft_service.rb',
      tests: [
        'invoices: an invoice > takes in what arrived before it is final, and shows it only then (%s)',
        'billing: an event in %s > moves from the running period to a draft and to an invoice',
      ],
    },
    {
      id: 'periods.backdated',
      known: READ,
      says: 'A subscription that is made with a start in the past runs from that start, but its first invoice is that of the period in which it was made: earlier ones never have one.',
      source:
        'lago-api: app/services/subscriptions/create_service.rb, app/services/subscriptions/organization_billing_service.rb',
      tests: [SITUATIONS],
    },
    {
      id: 'periods.grace',
      known: READ,
      says: 'An invoice is a draft for the days of grace of its customer, else of the organization; an hourly job makes it final by the date in UTC.',
      source: 'lago-api: app/models/customer.rb',
      tests: [
        'invoices: an invoice > is a draft for days of the customer, and final by the job of that date in UTC',
        'invoices: an invoice > has the grace of its organization where its customer says nothing',
        'invoices: the grace period of a customer > is set over REST, shown and kept by later updates',
      ],
    },
    {
      id: 'periods.terminated',
      known: RUN,
      says: 'The end of a subscription ends its last period and makes its last invoice.',
      source: 'lago-api: app/services/subscriptions/terminate_service.rb',
      tests: [
        'invoices: the last invoice > covers the last period up to the termination, which belongs to it',
      ],
    },
    {
      id: 'periods.invoices',
      known: RUN,
      says: 'Invoices are listed by status, customer and date, without their periods; a single one tells them.',
      source:
        'lago-api: app/queries/invoices_query.rb, app/serializers/v1/invoices/billing_period_serializer.rb',
      tests: [
        'invoices: GET /invoices > filters by %s',
        'invoices: GET /invoices > lists the newest first, without the billing periods',
        'invoices: GET /invoices/:lago_id > tells the billing periods',
      ],
    },
    {
      id: 'periods.refreshed',
      known: READ,
      says: 'A draft that is refreshed by hand has what has arrived by then. An invoice that is final stays as it is.',
      source: 'lago-api: app/services/invoices/refresh_draft_service.rb',
      tests: [
        SITUATIONS,
        'invoices: a draft that is refreshed by hand > has what has arrived by then, and stays a draft',
        'invoices: a draft that is refreshed by hand > stays as it is once it is final',
        'invoices: a draft that is refreshed by hand > stays as it was where an amount cannot be worked out',
      ],
    },
    {
      id: 'periods.in-advance',
      known: RUN_POSTGRES,
      says: 'An event of a charge that is paid in advance is billed at once by an invoice of its own, whatever its date; a negative one brings nothing back and is in no later invoice. Current usage shows the sum as if it did.',
      source: 'a running Lago with its clock in hand',
      tests: [SITUATIONS],
    },
    {
      id: 'periods.in-advance-terms',
      known: READ,
      says: 'That invoice has what the event adds to those paid before in its period, is never a draft, and is dated as the event. One id is billed once per charge of an organization.',
      source:
        'lago-api: app/services/invoices/create_pay_in_advance_charge_service.rb, app/services/fees/create_pay_in_advance_service.rb',
      tests: [
        'invoices: an event that is paid in advance > adds to what was paid before it: %s',
        'invoices: an event that is paid in advance > is billed once by its id, also where ClickHouse takes it again',
        'invoices: an event that is paid in advance > has one fee, which names it, and an invoice that is final at once',
        'invoices: an event that is paid in advance > is billed nowhere where its charge does not count it',
      ],
    },
    {
      id: 'periods.fees',
      known: RUN,
      says: 'An invoice has a fee for its subscription and one for each charge, filter and group that came to anything; GET /fees lists them by type, metric, subscription and customer.',
      source: 'lago-api: app/queries/fees_query.rb, app/serializers/v1/fee_serializer.rb',
      tests: [
        'invoices: the fees of an invoice > are one for the subscription and one for each charge that came to anything',
        'invoices: the fees of an invoice > are listed with %j: %i of them',
        'invoices: the fees of an invoice > are not listed by a type that there is not',
      ],
    },
    {
      id: 'periods.past-usage',
      known: RUN,
      says: 'Past usage has the invoiced periods of a subscription as current usage has the running one.',
      source: 'lago-api: app/queries/past_usage_query.rb',
      tests: ['invoices: the fees of an invoice > are the past usage of its subscription'],
    },
    {
      id: 'periods.usage',
      known: RUN,
      says: 'Current usage has amounts in cents, units as text, and every charge of the plan.',
      source: 'lago-api: app/serializers/v1/customers/usage_serializer.rb',
      tests: [
        'usage: GET current_usage > reports amounts, units as text and the charges of the plan',
        'usage: GET current_usage > shows one charge by its code or its id',
      ],
    },
    {
      id: 'periods.usage-inactive',
      known: RUN,
      says: 'It answers 405 where the subscription is missing, has ended or has not begun, and for the full usage, which is premium; 404 for a charge that the plan has not.',
      source: USAGE,
      tests: [
        'usage: GET current_usage > answers 405 with %j',
        'usage: GET current_usage > answers 405 for a subscription that %s',
        'usage: GET current_usage > answers 405 to a wish for the full usage, which is premium',
        'usage: GET current_usage > answers 404 for a charge that the plan has not',
      ],
    },
    {
      id: 'periods.usage-unknown-customer',
      known: RUN,
      says: 'For an unknown customer it answers 404 resource_not_found, unlike all other look-ups of one.',
      source: USAGE,
      tests: [
        'usage: GET current_usage > answers 404 without a name for a customer that nobody knows',
      ],
    },
    {
      id: 'periods.usage-cached',
      known: RUN_POSTGRES,
      says: 'It is kept per charge until the job of an event of that charge has run: fresh while no job waits, else late. Lists are never late on PostgreSQL.',
      source: USAGE,
      tests: [
        'usage: current usage behind a queue of jobs > is fresh at once while nothing waits',
        'usage: current usage behind a queue of jobs > is late by the %i jobs that wait: %i ms, whatever they are of',
        'usage: current usage behind a queue of jobs > has all that has arrived by the job of one of its events',
      ],
    },
  ],
};

const catalog: Area = {
  title: 'Metrics, plans, customers and subscriptions',
  facts: [
    {
      id: 'catalog.metrics',
      known: RUN,
      says: 'Metrics are listed with aggregation, field, filters and expression, and cannot be searched.',
      source: 'lago-api: app/serializers/v1/billable_metric_serializer.rb',
      tests: [
        'catalog: billable metrics > are listed with their deprecated zero counters and without a search',
      ],
    },
    {
      id: 'catalog.metric-rules',
      known: RUN,
      says: 'A code is unique and not blank, and count, maximum and latest cannot recur.',
      source: 'lago-api: app/models/billable_metric.rb',
      tests: [
        'catalog: billable metrics > with %j are refused',
        'catalog: billable metrics > of the custom kind are refused with 403',
      ],
    },
    {
      id: 'catalog.plans',
      known: RUN,
      says: 'Plans tell which metrics they charge; a charge is made with the metric’s lago_id.',
      source: 'lago-api: app/serializers/v1/plan_serializer.rb',
      tests: [
        'catalog: plans > tell which metrics they charge',
        'catalog: plans > need the id of a metric for a charge',
      ],
    },
    {
      id: 'catalog.prices',
      known: RUN,
      says: 'Prices are texts of numbers from zero on; each range begins where the one before it ends and holds more than one unit, and the last alone has no end. Others are refused with codes like invalid_volume_ranges.',
      source: 'lago-api: app/services/charges/validators',
      tests: ['catalog: plans > refuse %s with %j: %j'],
    },
    {
      id: 'catalog.plan-update',
      known: RUN,
      says: 'A plan that is updated loses the charges that are not named, and what was sent for them.',
      source: 'lago-api: app/services/plans/update_service.rb',
      tests: [
        'catalog: plans > lose a charge that an update does not name, and what it would have billed',
      ],
    },
    {
      id: 'catalog.plans-deleted',
      known: READ,
      says: 'A plan that is deleted is there for another moment, until a job has ended the subscriptions on it and made their drafts final.',
      source:
        'lago-api: app/services/plans/prepare_destroy_service.rb, app/services/plans/destroy_service.rb',
      tests: [
        'catalog: plans > can be deleted, and go with their subscriptions a moment later',
        'invoices: an invoice > is final once its plan is deleted',
      ],
    },
    {
      id: 'catalog.customers',
      known: RUN,
      says: 'Customers are created once and updated afterwards, found by external id, or by a term in name or id, and listed newest first.',
      source: 'lago-api: app/queries/customers_query.rb',
      tests: [
        'catalog: customers > are created once and updated afterwards',
        'catalog: customers > with %s are %j',
      ],
    },
    {
      id: 'catalog.customers-deleted',
      known: RUN,
      says: 'A customer that is deleted is gone; its subscriptions are there for another moment, until a job ends them.',
      source: 'lago-api: app/services/customers/destroy_service.rb',
      tests: ['catalog: customers > can be deleted, and their subscriptions end a moment later'],
    },
    {
      id: 'catalog.subscriptions-listed',
      known: RUN,
      says: 'Subscriptions are listed while active, unless other statuses are asked for.',
      source: SUBSCRIPTIONS,
      tests: [
        'catalog: subscriptions > are listed only while active unless other statuses are asked for',
        'catalog: subscriptions > of one customer have a path of their own',
      ],
    },
    {
      id: 'catalog.subscriptions-incomplete',
      known: READ,
      says: 'A subscription with activation rules is incomplete until they are met, and canceled if they are not; a pending one that is given up is canceled, too. Neither was ever active: no invoice is made, and its usage is not billed.',
      source: 'documentation: Activation rules',
      tests: [
        'catalog: subscriptions > that were never active are listed as incomplete or canceled',
        'invoices: a period > of a pending, a canceled or an incomplete subscription is not invoiced',
      ],
    },
    {
      id: 'catalog.subscriptions-order',
      known: RUN,
      says: 'They are listed newest start first; a status that Lago does not know lists all, and lists of ids or a term are ignored.',
      source: 'lago-api: app/queries/subscriptions_query.rb',
      tests: [
        'catalog: subscriptions > are listed newest start first, and all of them where a status is unknown',
      ],
    },
    {
      id: 'catalog.subscriptions-times',
      known: RUN,
      says: 'They tell their start with milliseconds, their end without, and the running period.',
      source: 'lago-api: app/serializers/v1/subscription_serializer.rb',
      tests: [
        'catalog: subscriptions > tell their start with milliseconds and their end without',
        'catalog: subscriptions > tell their billing period in the zone of the customer',
      ],
    },
    {
      id: 'catalog.subscriptions-created',
      known: RUN,
      says: 'They create their customer, give it the currency of their plan, and their external id loses spaces around it, which events do not.',
      source: 'lago-api: app/services/subscriptions/create_service.rb',
      tests: [
        'catalog: subscriptions > create their customer, lose spaces around their id and start now',
        'billing: an event in %s > with %s is not billed',
        'catalog: subscriptions > give their customer the currency of their plan, if it has none',
      ],
    },
    {
      id: 'catalog.subscriptions-refused',
      known: RUN,
      says: 'An unknown plan answers 404, an external id that is taken 422, and so does an end that is not after today and the start (read).',
      source: 'lago-api: app/services/subscriptions/validate_service.rb',
      tests: ['catalog: subscriptions > with %j are refused with %i'],
    },
    {
      id: 'catalog.subscriptions-again',
      known: RUN,
      says: 'One that comes again with the same customer and plan answers with the one that is there; one that is refused leaves the customer that it created.',
      source: 'lago-api: app/services/subscriptions/create_service.rb',
      tests: [
        'catalog: subscriptions > are the ones that are there when they come again, and leave the customer of a refused one',
      ],
    },
    {
      id: 'catalog.wallets',
      known: READ,
      says: 'A wallet holds granted credits at once, and those to be paid once they are paid.',
      source: 'lago-api: app/services/wallets/create_service.rb',
      tests: [
        'catalog: wallets > hold the credits that were granted, and none of those to be paid',
        'catalog: wallets > are listed for all customers or for one',
      ],
    },
    {
      id: 'catalog.subscriptions-follow',
      known: READ,
      says: 'Under the external id of a subscription that ended another one may follow; a look-up shows the one that runs, or the one that ended last.',
      source: 'lago-api: app/controllers/api/v1/subscriptions_controller.rb',
      tests: [
        'billing: an event in %s > is billed by the subscription that was active under the external id',
        'catalog: subscriptions > of one external id show the one that ended last',
      ],
    },
  ],
};

export const AREAS: readonly Area[] = [
  requests,
  single,
  batches,
  expressions,
  reading,
  clickhouse,
  counting,
  periods,
  jobs,
  catalog,
];

/** What Lago has and the fake has not: the product asks for none of it. */
export const NOT_FAKED: readonly string[] = [
  'GET /events_enriched; POST /events/estimate_fees, /events/estimate_instant_fees and /events/batch_estimate_instant_fees',
  'PUT /billable_metrics/:code, POST /billable_metrics/evaluate_expression',
  'GET /customers/:external_id/projected_usage (premium); of current_usage the parameters apply_taxes, group and filter_by_…',
  'GET /subscriptions by `overridden`; plans overridden by a subscription (premium)',
  'Taxes, coupons, credit notes, fixed fees and minimum amounts on invoices, the amount of the plan itself; payments, so that wallets are not topped up and pay no invoice; invoices that are voided, failed or pending',
  'Of charges that are paid in advance those of recurring metrics, which are billed again when a period begins, and those that are not invoiced (premium)',
  'The charge models graduated_percentage (premium) and custom, the custom aggregation, and prorated charges',
  'Webhooks, among them events.errors; /ready; the ingest host of the Python client',
  'Lago before 1.32, which checked timestamps and ids otherwise',
];
