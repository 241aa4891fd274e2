/** What Lago does and the fake does too: said, with where that is known from and the tests that hold it. */
export interface Fact {
  id: string;
  says: string;
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
/** The fake takes the reading that hurts a client more. */
const UNSURE = 'nobody documents it; the fake does what hurts more';

const requests: Area = {
  title: 'Requests and their errors',
  facts: [
    {
      id: 'requests.created-200',
      says: 'What creates something answers 200, not 201.',
      source: 'lago-api: app/controllers/api/v1',
      tests: ['catalog: creating %s answers 200, not 201'],
    },
    {
      id: 'requests.shapes',
      says: 'Every answer has the fields, and no others, that Lago’s own client knows, but for deviations that are named in one place.',
      source: CLIENT,
      tests: [
        'client-types: every answer has the type that Lago’s own client has for it, but for the deviations that are named in sandbox/lago/answers',
        'client-types: there is an answer of every route, and an error of every status',
      ],
    },
    {
      id: 'requests.key',
      says: 'The key is the second word of the header Authorization, whatever the first one is; a bare key is none.',
      source: 'lago-api: app/controllers/api/base_controller.rb',
      tests: [
        'access: authentication > reads the second word, whatever the scheme',
        'access: authentication > answers 401 to %s',
      ],
    },
    {
      id: 'requests.revoked',
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
      says: 'A key belongs to one organization and sees nothing of another one.',
      source: 'lago-api: app/models/api_key.rb',
      tests: [
        'access: authentication > keeps organizations apart',
        'invoices: GET /invoices/:lago_id > answers 404 to an unknown id, also to that of another organization',
      ],
    },
    {
      id: 'requests.order',
      says: 'The key is looked at first (401), then its permissions (403), then the body as a whole (400), then what is in it (422).',
      source: EVENTS,
      tests: [
        'access: authentication > comes before the permissions, these before the body, and that before its events',
      ],
    },
    {
      id: 'requests.permissions',
      says: 'GET reads, anything else writes; without the permission the answer is 403 with a code like write_action_not_allowed_for_event.',
      source: 'lago-api: app/models/api_key.rb, app/controllers/api/base_controller.rb',
      tests: [
        'access: permissions > of a limited key refuse %s %s',
        'access: permissions > allow what they name',
        'invoices: GET /invoices > needs the right to read invoices',
      ],
    },
    {
      id: 'requests.unknown-path',
      says: 'A path that Lago does not serve answers 404 resource_not_found without a key.',
      source: ERRORS,
      tests: ['access: a path > that Lago does not serve answers 404 without a key: %s %s'],
    },
    {
      id: 'requests.health',
      says: '/health needs no key.',
      source: 'lago-api: config/routes.rb',
      tests: ['access: a path > /health needs no key'],
    },
    {
      id: 'requests.broken-json',
      says: 'A body that is no JSON answers 400, with JSON only for those who accept JSON.',
      source: 'inferred from Rails',
      tests: [
        'access: a body > that is no JSON answers 400, with JSON only for those who accept it',
      ],
    },
    {
      id: 'requests.content-type',
      says: 'A body of another content type than application/json is not read.',
      source: 'inferred from Rails',
      tests: ['access: a body > of another type is not read'],
    },
    {
      id: 'requests.not-found',
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
      says: 'Rules of the business answer 405, such as no_active_subscription.',
      source: USAGE,
      tests: ['usage: GET current_usage > answers 405 with %j'],
    },
    {
      id: 'requests.500',
      says: 'What Lago does not foresee answers 500 with status and error alone.',
      source: 'inferred from Rails',
      tests: ['timestamp: an event timestamp > of %j breaks Lago'],
    },
    {
      id: 'requests.proxies',
      says: '500, 502, 503 and 504 come before or after Lago did its work, with JSON, a page or nothing.',
      source: 'every proxy in front of it',
      tests: [
        'faults: a fault > answers %i with a body of %s in place of Lago, before or after the event is stored',
      ],
    },
    {
      id: 'requests.too-large',
      says: 'Whatever stands in front of Lago may refuse large bodies with 413 and any text, before Lago sees them.',
      source: 'every proxy in front of it; Lago itself has no limit',
      tests: [
        'faults: a fault > refuses bodies that are longer than a proxy lets through with 413',
      ],
    },
    {
      id: 'requests.lost',
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
      says: 'Other bodies, such as too_many_provider_requests or a 422 without error_details, may come at any time.',
      source: ERRORS,
      tests: ['faults: a fault > answers with any text, late if it says so'],
    },
    {
      id: 'requests.rate-limit',
      says: 'Lago itself has no rate limit. The cloud’s tells on every answer what is left and when its window ends, in seconds, and answers 429 to what is too much.',
      source: LIMITS,
      tests: [
        'access: the rate limit > is absent unless set',
        'access: the rate limit > tells on every answer what is left, refuses what is too much and forgets after a second',
      ],
    },
    {
      id: 'requests.rate-limit-shared',
      says: 'It counts by organization, whichever key is used.',
      source: LIMITS,
      tests: ['access: the rate limit > is shared by the keys of an organization'],
    },
    {
      id: 'requests.rate-limit-buckets',
      says: 'Single events and current usage have limits of their own; all else, batches too, shares one.',
      source: `${LIMITS}; for batches ${UNSURE}`,
      tests: ['access: the rate limit > has a bucket of its own for single events and for usage'],
    },
    {
      id: 'requests.rate-limit-headers',
      says: 'A 429 may come with the headers of the rate limit, with Retry-After alone, or with none.',
      source: 'every proxy in front of it',
      tests: ['faults: a fault > answers 429 %s'],
    },
    {
      id: 'requests.pages',
      says: 'Lists come in pages, 100 items unless asked for otherwise, without a maximum; an empty list is page 0 of 0.',
      source: 'lago-api: app/controllers/concerns/pagination.rb, app/queries/base_query.rb',
      tests: [
        'events: GET /events > with %s tells %j',
        'catalog: a crowd > has its %s listed page by page and counted',
      ],
    },
    {
      id: 'requests.pages-limited',
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
      says: 'On Postgres the answer is the event with its lago_id, and with null for customer and subscription, for ever.',
      source: 'lago-api: app/serializers/v1/event_serializer.rb',
      tests: [
        'events: POST /events on Postgres > answers 200 with the event, without customer and subscription ids',
      ],
    },
    {
      id: 'event.empty',
      says: 'A body without an event answers 400.',
      source: EVENTS,
      tests: ['events: POST /events on Postgres > answers 400 to %j'],
    },
    {
      id: 'event.mandatory',
      says: 'On Postgres transaction_id and code must not be blank; a bad timestamp hides that.',
      source: CREATE,
      tests: ['events: POST /events on Postgres > refuses %s'],
    },
    {
      id: 'event.duplicate',
      says: 'On Postgres an id that its subscription has already is refused, whatever else differs.',
      source: `${CREATE}; ${INDEX}`,
      tests: [
        'events: POST /events on Postgres > refuses a transaction_id that the subscription has already, whatever else differs',
      ],
    },
    {
      id: 'event.duplicate-scope',
      says: 'The same id is accepted on another subscription, in other case, and without a subscription any number of times.',
      source: INDEX,
      tests: ['events: POST /events on Postgres > accepts the same transaction_id %s'],
    },
    {
      id: 'event.unchecked',
      says: 'Nothing checks that code, subscription, value or date make sense: the event is accepted and never billed.',
      source: CREATE,
      tests: [
        'events: POST /events on Postgres > accepts %s',
        'billing: an event in %s > with %s is not billed',
      ],
    },
    {
      id: 'event.dropped-keys',
      says: 'Keys that Lago does not know, external_customer_id among them, are dropped without a word.',
      source: EVENTS,
      tests: [
        'events: POST /events on Postgres > drops keys that it does not know, external_customer_id among them, in a batch too',
      ],
    },
    {
      id: 'event.cast',
      says: 'Ids become texts, properties that are no object are dropped, and what is in them is kept as it is.',
      source: EVENTS,
      tests: ['events: POST /events on Postgres > stores %j as %j'],
    },
    {
      id: 'event.amount',
      says: 'A precise amount that is no number is stored as 0, others with 15 digits behind the point; the answer has them as text.',
      source: 'lago-api: spec/services/events/create_service_spec.rb, db/structure.sql',
      tests: [
        'events: POST /events on Postgres > stores %j as %j',
        'events: an amount of %s cents does not fit the Postgres column and breaks the request',
      ],
    },
    {
      id: 'event.nul',
      says: 'A NUL character breaks the request on Postgres.',
      source: 'documentation of PostgreSQL: character types, jsonb',
      tests: ['events: the Postgres column > breaks on a NUL character: %j'],
    },
    {
      id: 'event.long-id',
      says: 'An id or a subscription that is longer than an entry of a Postgres index breaks the request.',
      source: 'documentation of PostgreSQL: B-tree indexes',
      tests: [
        'events: the Postgres index > breaks on %s that is too long for its entry',
        'events: the Postgres index > takes ids of two thousand characters',
      ],
    },
    {
      id: 'event.properties-order',
      says: 'Postgres keeps properties in an order of its own.',
      source: 'documentation of PostgreSQL: jsonb',
      tests: [
        'events: the Postgres column > shows properties in an order of its own: by length of the key, then by its text',
      ],
    },
    {
      id: 'event.timestamp',
      says: 'A timestamp is seconds as a number or a text of one, as Ruby reads decimals; answers have UTC with three decimals.',
      source: CREATE,
      tests: ['timestamp: an event timestamp > of %j is %s'],
    },
    {
      id: 'event.timestamp-invalid',
      says: 'Dates, empty texts, true and anything else are refused as invalid_format.',
      source: CREATE,
      tests: ['timestamp: an event timestamp > of %j is refused as invalid_format'],
    },
    {
      id: 'event.timestamp-breaks',
      says: 'NaN, Infinity and, on Postgres, years that the column does not have break the request.',
      source: CREATE,
      tests: [
        'timestamp: an event timestamp > of %j breaks Lago',
        'events: POST /events/batch on Postgres > keeps nothing of a batch with a date that Postgres cannot hold',
      ],
    },
    {
      id: 'event.timestamp-milliseconds',
      says: 'Milliseconds are taken for seconds, accepted, and never billed.',
      source: CREATE,
      tests: [
        'timestamp: an event timestamp > in milliseconds is taken for a date 54,000 years ahead',
        'clickhouse: a ClickHouse organization > accepts milliseconds as seconds and shows the event never again',
      ],
    },
    {
      id: 'event.timestamp-absent',
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
      says: 'The answer has the events in the order sent, and no meta.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > answers with the events in the order sent and without meta',
      ],
    },
    {
      id: 'batch.size',
      says: 'More than 100 events, or none, are refused as a whole: too_many_events, no_events.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > refuses %s',
        'events: POST /events/batch on Postgres > accepts 100 events',
      ],
    },
    {
      id: 'batch.size-set',
      says: 'Whoever runs Lago may set another limit (LAGO_EVENTS_BATCH_MAX_LENGTH), at any time.',
      source: BATCH,
      tests: [
        'faults: a fault > lowers the batch limit',
        'faults: a fault > changes the limit of a batch, or the version, in mid-run',
      ],
    },
    {
      id: 'batch.first-stage',
      says: 'Faulty events are named by their index, as text, and these alone; then nothing is stored.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > names only the faulty events of its first stage, by index, and stores none',
      ],
    },
    {
      id: 'batch.second-stage',
      says: 'Only when none is faulty, on Postgres, all duplicates are named at once; then nothing is stored.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > names every duplicate at once in its second stage and stores none',
      ],
    },
    {
      id: 'batch.round-trips',
      says: 'So a batch with every kind of mistake takes three round trips.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > with every kind of mistake takes three round trips',
      ],
    },
    {
      id: 'batch.repeated',
      says: 'Of equal ids inside a batch the first passes and the later ones are named.',
      source: 'lago-api: spec/services/events/create_batch_service_spec.rb',
      tests: [
        'events: POST /events/batch on Postgres > passes the first of equal ids inside a batch and names the later ones',
      ],
    },
    {
      id: 'batch.id-alone',
      says: 'Inside a batch an id alone must be unique, whatever its subscription; the wrong event may be blamed.',
      source: BATCH,
      tests: [
        'events: POST /events/batch on Postgres > refuses one id on two subscriptions in one batch, and accepts it in two requests',
        'events: POST /events/batch on Postgres > blames the wrong event when one id is old on one subscription and new on another',
      ],
    },
    {
      id: 'batch.subscription',
      says: 'A missing or unknown subscription never fails a batch.',
      source: `${BATCH}; ${INGESTING} (the page on batches says otherwise)`,
      tests: ['events: POST /events/batch on Postgres > never fails for want of a subscription'],
    },
    {
      id: 'batch.partial',
      says: 'Lago 1.32.4 to 1.38 keeps the new events of a batch that it refuses for duplicates.',
      source: 'lago-api: pull requests 4133 and 4772',
      tests: [
        'events: POST /events/batch on Postgres > leaves the new events of a refused batch behind in Lago 1.32.4 to 1.38',
      ],
    },
    {
      id: 'batch.blanks-break',
      says: 'Lago 1.32.4 to 1.35 answers 500 to a batch with a blank id.',
      source: `lago-api: pull request 4580; for a blank code ${UNSURE}`,
      tests: [
        'events: POST /events/batch on Postgres > breaks on %j in Lago 1.32.4 to 1.35 and keeps nothing',
      ],
    },
    {
      id: 'batch.after-commit',
      says: 'Events are stored before the answer leaves: after a 5xx or no answer they may all be there, and exist when they come again.',
      source: BATCH,
      tests: [
        'faults: an event that was handed over > is kept when the answer was lost or replaced, and tells what Lago did',
      ],
    },
    {
      id: 'batch.poison',
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
      says: 'The value is computed when the event comes, and written into its properties as text.',
      source:
        'lago-api: app/services/events/calculate_expression_service.rb; lago-expression: expression-core/src/evaluate.rs',
      tests: ['events: an expression metric > has its result written into the properties as text'],
    },
    {
      id: 'expression.grammar',
      says: 'There are + - * /, parentheses, texts, six functions, and the event’s code, timestamp and properties.',
      source: 'lago-expression: expression-core/src/grammar.pest',
      tests: ['expression: an expression > %s gives its value'],
    },
    {
      id: 'expression.fails',
      says: 'A variable that is missing, a text where a number is needed, or a property with a space or a dash in its name fails.',
      source: 'lago-expression: expression-core/src/evaluate.rs, grammar.pest',
      tests: ['expression: an expression > %s with %j fails'],
    },
    {
      id: 'expression.error',
      says: 'A failure is told as a text in place of an object, before a blank id is noticed.',
      source: CREATE,
      tests: [
        'events: an expression metric > fails with a text in place of details',
        'events: an expression metric > fails before a missing field is noticed',
      ],
    },
    {
      id: 'expression.batch',
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
      says: 'An event is found by its encoded id, whatever characters it has.',
      source: 'lago-api: config/routes.rb',
      tests: ['events: GET /events/:transaction_id > finds %j by its encoded id'],
    },
    {
      id: 'reading.first',
      says: 'Of an id that two subscriptions have only the first event is shown.',
      source: EVENTS,
      tests: [
        'events: GET /events/:transaction_id > shows only the first event of an id that two subscriptions have',
      ],
    },
    {
      id: 'reading.order',
      says: 'Postgres lists the newest timestamp first, equal ones by id.',
      source: 'lago-api: app/queries/events_query.rb',
      tests: ['events: GET /events > orders by timestamp, newest first, then by transaction_id'],
    },
    {
      id: 'reading.filters',
      says: 'Lists are filtered by code, subscription and time, both ends included, and not by id.',
      source:
        'lago-api: app/queries/events_query.rb, app/contracts/queries/events_query_filters_contract.rb',
      tests: ['events: GET /events > with %s gives %j'],
    },
    {
      id: 'reading.invalid-filters',
      says: 'Times that are not ISO 8601 are refused as invalid_date, and so is the start of a subscription without one or beside another start.',
      source: 'lago-api: app/contracts/queries/events_query_filters_contract.rb',
      tests: [
        'events: GET /events > refuses %s',
        'events: GET /events > refuses the start of a subscription in %s',
      ],
    },
    {
      id: 'reading.since-start',
      says: 'From the start of its subscription on, earlier events are left out.',
      source: 'lago-api: app/queries/events_query.rb',
      tests: [
        'events: GET /events since the start of a subscription > leaves out what is dated before',
      ],
    },
    {
      id: 'reading.no-changes',
      says: 'No event can be changed, deleted or voided.',
      source: 'lago-api: config/routes.rb',
      tests: ['access: a path > that Lago does not serve answers 404 without a key: %s %s'],
    },
    {
      id: 'reading.deleted-metric',
      says: 'Deleting a metric leaves its events.',
      source: 'lago-api: commit d76413e50',
      tests: ['catalog: deleting a metric > takes its charge away and leaves its events'],
    },
    {
      id: 'reading.deleted-events',
      says: 'Until August 2026 it took those on plans that charged it too, while on Postgres their ids stayed taken.',
      source: `lago-api: app/services/events/delete_for_metric_service.rb; ${INDEX}`,
      tests: [
        'catalog: deleting a metric > takes its events on plans that charge it too in Lago before August 2026, while their ids stay taken',
        'catalog: deleting a metric > takes them on ClickHouse as well, where the ids were never taken',
      ],
    },
    {
      id: 'reading.retention',
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
      says: 'The organization tells its event store since Lago 1.47; until then nothing does.',
      source: 'lago-api: app/serializers/v1/organization_serializer.rb, commit 3fa204042',
      tests: ['access: the organization > tells its event store since 1.47'],
    },
    {
      id: 'clickhouse.answer',
      says: 'The answer has neither lago_id nor created_at.',
      source: CREATE,
      tests: [
        'clickhouse: a ClickHouse organization > answers without lago_id and created_at, properties as sent',
      ],
    },
    {
      id: 'clickhouse.no-validation',
      says: 'A single event needs neither id nor code; in a batch both are checked.',
      source: `${CREATE}; ${BATCH}`,
      tests: [
        'clickhouse: a ClickHouse organization > asks nothing of a single event but its timestamp',
        'clickhouse: a ClickHouse organization > checks presence in a batch',
      ],
    },
    {
      id: 'clickhouse.duplicates',
      says: 'No duplicate is ever refused.',
      source: INGESTING,
      tests: [
        'clickhouse: a ClickHouse organization > accepts every duplicate, alone and in a batch',
      ],
    },
    {
      id: 'clickhouse.reading',
      says: 'GETs show every copy, the newest arrival first, with values as text and a composite lago_id.',
      source: CLICKHOUSE,
      tests: [
        'clickhouse: a ClickHouse organization > shows every copy, newest arrival first, with values as text and a composite lago_id',
      ],
    },
    {
      id: 'clickhouse.delay',
      says: 'What was accepted is seen and billed only after a while, each event after its own.',
      source: `${CLICKHOUSE}; how long, nobody documents`,
      tests: [
        'clickhouse: a ClickHouse organization > shows and bills an event only after a while',
        'clickhouse: a ClickHouse organization > may show each event after a while of its own, which is drawn once',
      ],
    },
    {
      id: 'clickhouse.removal',
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
      says: 'Where they are not, every copy is billed.',
      source: CLICKHOUSE,
      tests: [
        'clickhouse: a ClickHouse organization > bills every copy where duplicates are not removed',
      ],
    },
    {
      id: 'clickhouse.other-key',
      says: 'An id that comes again with another code, subscription or timestamp, or without any timestamp, is billed again.',
      source: INGESTING,
      tests: [
        'clickhouse: a ClickHouse organization > bills both where the same id comes again with another %s',
        'clickhouse: a ClickHouse organization > bills twice what comes again with another timestamp, as an omitted one does',
      ],
    },
    {
      id: 'clickhouse.unknown',
      says: 'An event whose metric or subscription is not known when it is processed is lost, and nothing tells.',
      source: 'lago: events-processor',
      tests: [
        'clickhouse: a ClickHouse organization > never bills an event whose metric was created later',
        'billing: on ClickHouse > an event before its metric or its subscription is never billed, which on Postgres it is',
      ],
    },
    {
      id: 'clickhouse.dates',
      says: 'Dates outside of 1900 to 2299 never come out again.',
      source: 'documentation of ClickHouse: DateTime64',
      tests: [
        'clickhouse: a ClickHouse organization > accepts milliseconds as seconds and shows the event never again',
      ],
    },
    {
      id: 'clickhouse.numbers',
      says: 'A number of thirteen digits before the point is zero.',
      source: 'documentation of ClickHouse: Decimal',
      tests: [
        'usage: a numeric property > %j has more digits than ClickHouse keeps before the point, and is zero there alone',
      ],
    },
  ],
};

const counting: Area = {
  title: 'What is counted',
  facts: [
    {
      id: 'counting.numbers',
      says: 'JSON numbers count, and texts of digits with at most a minus and a point.',
      source: `${POSTGRES} (the regular expression)`,
      tests: [
        'usage: a numeric property > %j counts',
        'billing: an event in %s > with the number %j is billed',
      ],
    },
    {
      id: 'counting.no-numbers',
      says: 'Commas, signs of currencies, percent, spaces, +5, .5, 1e3 and empty texts count for nothing: not at all on Postgres, as zero on ClickHouse.',
      source: `${POSTGRES}; ${CLICKHOUSE}`,
      tests: [
        'usage: a numeric property > %j counts for nothing',
        'billing: an event in %s > without a number is not billed: %j',
      ],
    },
    {
      id: 'counting.aggregations',
      says: 'Count ignores properties, maximum and latest take one value, a unique count compares values as text.',
      source: POSTGRES,
      tests: [
        'usage: an aggregation > %s of %j is %s',
        'billing: an event in %s > of a count is billed whatever it holds',
      ],
    },
    {
      id: 'counting.not-undone',
      says: 'No event takes back a count or a maximum.',
      source: POSTGRES,
      tests: ['usage: an aggregation > %s cannot be taken back by another event: %j is %s'],
    },
    {
      id: 'counting.unique',
      says: 'Of a unique value an add counts after nothing or a remove, a remove only after an add, by order of timestamp.',
      source: 'lago-api: app/services/events/stores/postgres/unique_count_query.rb',
      tests: ['usage: an aggregation > unique count follows %s'],
    },
    {
      id: 'counting.unique-tie',
      says: 'Equal timestamps have no order there.',
      source: `lago-api: app/services/events/stores/postgres/unique_count_query.rb; ${UNSURE}`,
      tests: [
        'usage: an aggregation > unique count may read an add and its remove at one instant in the wrong order',
      ],
    },
    {
      id: 'counting.unique-operation',
      says: 'Any other operation than add and remove counts for nothing.',
      source: UNSURE,
      tests: [
        'billing: an event in %s > of a unique count with the operation %j counts for nothing',
      ],
    },
    {
      id: 'counting.latest-tie',
      says: 'Of equal timestamps the latest is the one stored last on Postgres; ClickHouse has no rule.',
      source: `${POSTGRES} (last); ${CLICKHOUSE} (last)`,
      tests: [
        'usage: an aggregation > latest takes the one stored last when timestamps are equal',
        'usage: an aggregation > latest has no rule for equal timestamps on ClickHouse: the fake takes the one stored first',
      ],
    },
    {
      id: 'counting.weighted',
      says: 'A weighted sum averages its deltas over the seconds of the period.',
      source: 'lago-api: app/services/events/stores/postgres/weighted_sum_query.rb',
      tests: [
        'usage: an aggregation > weighted sum averages deltas over the seconds of the period',
      ],
    },
    {
      id: 'counting.rounding',
      says: 'A metric may round its result.',
      source: 'lago-api: app/models/billable_metric.rb',
      tests: ['usage: an aggregation > rounds as its metric says'],
    },
    {
      id: 'counting.recurring',
      says: 'A recurring metric counts what came before the period, too.',
      source: POSTGRES,
      tests: [
        'usage: an aggregation > of a recurring metric counts what came before the period',
        'billing: an event in %s > of a recurring metric that comes late is billed in a later period, one in time where it was first',
      ],
    },
    {
      id: 'counting.filters',
      says: 'A filter takes events whose property equals one of its values as text, in the same case; what none takes is the default’s.',
      source: CHARGES,
      tests: [
        'usage: a charge > prices a filter by its own properties, compares its values as text and leaves the rest to the default',
        'billing: an event in %s > has a price where its filter or the default has one',
        'billing: an event in %s > without the property of a filter matches no value of it, not even an empty one',
      ],
    },
    {
      id: 'counting.groups',
      says: 'Groups are priced apart.',
      source: CHARGES,
      tests: ['usage: a charge > prices groups apart'],
    },
    {
      id: 'counting.models',
      says: 'Standard, graduated, package, volume and percentage charges price the units of the period.',
      source: 'lago-api: app/services/charge_models',
      tests: ['usage: a charge > %s with %j prices %j'],
    },
    {
      id: 'counting.dynamic',
      says: 'A dynamic charge adds up the precise amounts of its events, negative ones too.',
      source: 'lago-api: app/services/charge_models/dynamic_service.rb',
      tests: [
        'usage: a charge > of the dynamic model adds up precise amounts',
        'usage: a charge > of the dynamic model is taken back by the negative amount',
      ],
    },
    {
      id: 'counting.neutral',
      says: 'A reversal and a replacement leave exactly the difference.',
      source: 'lago-api: app/services/charge_models',
      tests: [
        'usage: a charge > %s with %j costs the same after a reversal and a replacement as without the mistake',
      ],
    },
    {
      id: 'counting.not-neutral',
      says: 'Not so where a percentage charge has a fee per event.',
      source: 'lago-api: app/services/charge_models/percentage_service.rb',
      tests: [
        'usage: a charge > by percentage grows its fixed amounts with every reversal and replacement',
      ],
    },
    {
      id: 'counting.clamped',
      says: 'Totals below zero are zero: what of a reversal outweighs the rest of the period is lost.',
      source: CHARGES,
      tests: ['usage: a charge > loses of a reversal what outweighs the rest of the period'],
    },
    {
      id: 'counting.reversal-filter',
      says: 'A reversal without the properties of filter and group takes back nothing there.',
      source: CHARGES,
      tests: ['usage: a charge > leaves a reversal without the filter property in another bucket'],
    },
    {
      id: 'counting.uncharged',
      says: 'What the plan does not charge, or no longer since its metric was deleted, is not billed.',
      source: CHARGES,
      tests: [
        'billing: an event in %s > whose metric the plan does not charge is not billed',
        'billing: an event in %s > whose metric was deleted is not billed',
      ],
    },
  ],
};

const RUN = 'run on PostgreSQL, 2026-11-29';

const jobs: Area = {
  title: 'What Lago does by the clock',
  facts: [
    {
      id: 'jobs.minutes',
      says: 'Every five minutes pending subscriptions are started; every hour planned ends are carried out at 5 past, periods are invoiced at 10 past, and drafts made final at 20 past.',
      source: `lago-api: clock.rb; ends ${RUN}`,
      tests: [
        'jobs: a subscription > of the future starts with the first job of its day where the customer is (%s)',
        'jobs: a subscription > that is to end at %s ends five minutes after the day has begun, and what is later is lost',
        'invoices: a period > has no invoice before the job that makes it, ten minutes after its end',
        'invoices: the last invoice > of a draft is final soon after midnight, however late in the day the end was',
      ],
    },
    {
      id: 'jobs.old-period',
      says: 'Until the job has run, a period that has ended still takes events, and there is no draft of it.',
      source: RUN,
      tests: [
        'jobs: until the job has run > a period that has ended still takes events (%s)',
        'jobs: until the job has run > there is no draft of a period that has ended',
        'jobs: until the job has run > current usage is that of the new period already',
      ],
    },
    {
      id: 'jobs.missed',
      says: 'Where the job does not run for the whole first day of a period, the former one is never invoiced.',
      source: 'lago-api: app/services/subscriptions/organization_billing_service.rb',
      tests: [
        'jobs: a job that is left out > makes the invoice later on the same day, with what has arrived by then',
        'jobs: a job that is left out > for the whole first day of a period never invoices the former one',
        'jobs: a job that is left out > lets a planned end come when it runs again',
      ],
    },
    {
      id: 'jobs.start',
      says: 'A pending subscription starts with the first job on its local day: started_at is the time of the job.',
      source: RUN,
      tests: [
        'jobs: a subscription > of the future starts with the first job of its day where the customer is (%s)',
        'invoices: a period > begins with the job that starts the subscription, on the day that was asked for',
      ],
    },
    {
      id: 'jobs.end',
      says: 'A planned end is carried out by the first job of its local day, however late in it the end was asked for: what is later is not billed.',
      source: RUN,
      tests: [
        'jobs: a subscription > that is to end at %s ends five minutes after the day has begun, and what is later is lost',
        'invoices: the last invoice > comes with a planned end too, by the first job of its day',
        'invoices: the last invoice > of a subscription whose end lies before its creation comes with the next job',
      ],
    },
    {
      id: 'jobs.upgrade',
      says: 'A larger plan takes the place of the old one at once. Between the end of a period and its job that loses the invoice of the period.',
      source: RUN,
      tests: [
        'jobs: a larger plan > begins at once, and what is dated before it is billed by the old one',
        'jobs: a larger plan > between the end of a period and its job loses the invoice of that period',
        'jobs: asking for the plan that a subscription has changes nothing',
      ],
    },
    {
      id: 'jobs.downgrade',
      says: 'A smaller plan begins with the job that invoices the period; what is dated between midnight and the job is in neither.',
      source: RUN,
      tests: [
        'jobs: a smaller plan > begins with the job that invoices the period; what is dated before that is in neither',
        'jobs: a smaller plan > waits for the end of the plan’s own period, where its charges are billed every month',
      ],
    },
    {
      id: 'jobs.ended-first-day',
      says: 'A subscription that is ended on the first day of a period, before the job, is invoiced for both periods: nobody ran it.',
      source: 'inferred',
      tests: [
        'jobs: a subscription > that is ended on the first day of a period, before its job, has both invoices',
        'invoices: the last invoice > is another one than that of a period which ends in the same instant',
      ],
    },
    {
      id: 'jobs.drafts',
      says: 'A draft keeps the fees that it was made with until it is made final, by the date in UTC and not at the customer’s midnight.',
      source: RUN,
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
      says: 'An event counts from the start of its subscription and period to the last millisecond, and not a millisecond beside.',
      source: POSTGRES,
      tests: [
        'usage: the running period > counts an event %s of a subscription: %s -> %s',
        'billing: an event in %s > at %s, of a subscription from 5 August 10:00 that is to end on 20 August 8:00, is billed: %s',
      ],
    },
    {
      id: 'periods.zone',
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
      says: 'An event of the future is billed once its period runs.',
      source: 'documentation: Retrieve usage',
      tests: ['billing: an event in %s > of the future is billed once its period runs'],
    },
    {
      id: 'periods.future-lost',
      says: 'It is lost when the subscription ends before.',
      source: 'lago-api: app/services/events/stores/postgres_store.rb',
      tests: ['billing: an event in %s > of the future is lost when its subscription ends before'],
    },
    {
      id: 'periods.late',
      says: 'A draft takes late events in when it is made final, and shows them only then; a final invoice takes none.',
      source: 'lago-api: app/services/invoices/refresh_draft_service.rb',
      tests: [
        'invoices: an invoice > takes in what arrived before it is final, and shows it only then (%s)',
        'billing: an event in %s > moves from the running period to a draft and to an invoice',
      ],
    },
    {
      id: 'periods.grace',
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
      says: 'The end of a subscription ends its last period and makes its last invoice.',
      source: 'lago-api: app/services/subscriptions/terminate_service.rb',
      tests: [
        'invoices: the last invoice > covers the last period up to the termination, which belongs to it',
      ],
    },
    {
      id: 'periods.invoices',
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
      id: 'periods.usage',
      says: 'Current usage has amounts in cents, units as text, and every charge of the plan.',
      source: 'lago-api: app/serializers/v1/customers/usage_serializer.rb',
      tests: [
        'usage: GET current_usage > reports amounts, units as text and the charges of the plan',
        'usage: GET current_usage > shows one charge by its code or its id',
      ],
    },
    {
      id: 'periods.usage-inactive',
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
      says: 'For an unknown customer it answers 500, or 404: nobody ran it.',
      source: USAGE,
      tests: ['usage: GET current_usage > answers %i for a customer that nobody knows'],
    },
    {
      id: 'periods.usage-cached',
      says: 'It is kept per charge, and may be older than the events.',
      source: USAGE,
      tests: ['usage: GET current_usage > may be older than the events, since Lago keeps it'],
    },
  ],
};

const catalog: Area = {
  title: 'Metrics, plans, customers and subscriptions',
  facts: [
    {
      id: 'catalog.metrics',
      says: 'Metrics are listed with aggregation, field, filters and expression, and cannot be searched.',
      source: 'lago-api: app/serializers/v1/billable_metric_serializer.rb',
      tests: [
        'catalog: billable metrics > are listed with their deprecated zero counters and without a search',
      ],
    },
    {
      id: 'catalog.metric-rules',
      says: 'A code is unique and not blank, and count, maximum and latest cannot recur.',
      source: 'lago-api: app/models/billable_metric.rb',
      tests: [
        'catalog: billable metrics > with %j are refused',
        'catalog: billable metrics > of the custom kind are refused with 403',
      ],
    },
    {
      id: 'catalog.plans',
      says: 'Plans tell which metrics they charge; a charge is made with the metric’s lago_id.',
      source: 'lago-api: app/serializers/v1/plan_serializer.rb',
      tests: [
        'catalog: plans > tell which metrics they charge',
        'catalog: plans > need the id of a metric for a charge',
      ],
    },
    {
      id: 'catalog.customers',
      says: 'Customers are created once and updated afterwards, and found by external id or a term.',
      source:
        'lago-api: app/services/customers/upsert_from_api_service.rb, app/queries/customers_query.rb',
      tests: [
        'catalog: customers > are created once and updated afterwards',
        'catalog: customers > with %s are %j',
      ],
    },
    {
      id: 'catalog.subscriptions-listed',
      says: 'Subscriptions are listed while active, unless other statuses are asked for.',
      source: SUBSCRIPTIONS,
      tests: [
        'catalog: subscriptions > are listed only while active unless other statuses are asked for',
        'catalog: subscriptions > of one customer have a path of their own',
      ],
    },
    {
      id: 'catalog.subscriptions-times',
      says: 'They tell their start with milliseconds, their end without, and the running period.',
      source: 'lago-api: app/serializers/v1/subscription_serializer.rb',
      tests: [
        'catalog: subscriptions > tell their start with milliseconds and their end without',
        'catalog: subscriptions > tell their billing period in the zone of the customer',
      ],
    },
    {
      id: 'catalog.subscriptions-created',
      says: 'They create their customer, and their external id loses spaces around it, which events do not.',
      source: 'lago-api: app/services/subscriptions/create_service.rb',
      tests: [
        'catalog: subscriptions > create their customer, lose spaces around their id and start now',
        'billing: an event in %s > with %s is not billed',
      ],
    },
    {
      id: 'catalog.subscriptions-refused',
      says: 'An unknown plan answers 404, an external id that is taken 422.',
      source: 'lago-api: app/services/subscriptions/create_service.rb',
      tests: ['catalog: subscriptions > with %j are refused with %i'],
    },
    {
      id: 'catalog.subscriptions-follow',
      says: 'Under the external id of a subscription that ended another one may follow.',
      source: 'lago-api: app/services/subscriptions/create_service.rb',
      tests: [
        'billing: an event in %s > is billed by the subscription that was active under the external id',
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
  'GET /customers/:external_id/projected_usage (premium) and /past_usage; of current_usage the parameters apply_taxes, group and filter_by_…',
  'GET /subscriptions by `overridden`; plans overridden by a subscription (premium)',
  'Taxes, coupons, credit notes, wallets, fixed fees and minimum amounts on invoices; invoices that are voided, failed or pending',
  'Fees in advance: charges that are paid in advance are billed with their period, so that one transaction_id is not billed once per organization there',
  'The charge models graduated_percentage (premium) and custom, the custom aggregation, and prorated charges',
  'Webhooks, among them events.errors; /ready; the ingest host of the Python client',
  'Lago before 1.32, which checked timestamps and ids otherwise',
];
