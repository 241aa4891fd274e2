/** A second key, another organization, or other permissions would be needed. */
const ONE_KEY = 'It takes a second key, and this has one.';
const IN_FRONT = 'It is about what stands between Lago and its client.';
const CLOCK = 'It takes the end of a period, or hours of Lago’s own jobs.';
const INVOICED = 'It takes a period that has ended and its invoice.';
const LIMIT = 'It would take so many requests that others notice.';

/** Why a fact of docs/lago.md cannot be asked over HTTP with one key in a few minutes. */
export const NOT_ASKED: Readonly<Record<string, string>> = {
  'requests.shapes':
    'It is about the fake; what the product reads of each answer, its main job asks.',
  'requests.revoked': 'It would revoke the key that asks.',
  'requests.organization': ONE_KEY,
  'requests.permissions': ONE_KEY,
  'requests.proxies': IN_FRONT,
  'requests.too-large': IN_FRONT,
  'requests.lost': IN_FRONT,
  'requests.other-errors': IN_FRONT,
  'requests.rate-limit': LIMIT,
  'requests.rate-limit-shared': LIMIT,
  'requests.rate-limit-buckets': LIMIT,
  'requests.rate-limit-headers': LIMIT,
  'requests.pages-limited': IN_FRONT,
  'batch.size-set': 'It is a setting; batch.size asks for the limit that this Lago has.',
  'batch.partial': 'It is about older versions; batch.second-stage asks whether this is one.',
  'batch.blanks-break': 'It is about older versions; batch.first-stage asks whether this is one.',
  'batch.after-commit': 'It takes an answer that is lost on its way.',
  'reading.deleted-events':
    'It is about older versions; reading.deleted-metric asks whether this is one.',
  'reading.retention': 'It takes 90 days.',
  'catalog.subscriptions-incomplete': 'It takes a payment provider that lets a first payment wait.',
  'counting.unique-tie': 'It says that there is no rule, which no answer can show to be wrong.',
  'counting.carried': INVOICED,
  'periods.backdated': CLOCK,
  'jobs.minutes': CLOCK,
  'jobs.old-period': CLOCK,
  'jobs.missed': CLOCK,
  'jobs.start': CLOCK,
  'jobs.end': CLOCK,
  'jobs.ended-first-day': CLOCK,
  'jobs.drafts': CLOCK,
  'jobs.broken-drafts': CLOCK,
  'jobs.events': 'It takes a Lago that is busy.',
  'periods.in-advance-terms': INVOICED,
  'periods.refreshed': INVOICED,
  'periods.late': INVOICED,
  'periods.grace': INVOICED,
  'periods.usage-cached': 'How old current usage is depends on how busy Lago is just now.',
};
