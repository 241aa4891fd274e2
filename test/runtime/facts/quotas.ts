import type { Area } from './fact';

const QUOTAS = 'Apps Script guide: Quotas for Google Services';

export const quotas: Area = {
  title: 'Quotas',
  facts: [
    {
      id: 'quota.returns',
      says: 'Quotas are counted by person, and return 24 hours after the first use.',
      source: QUOTAS,
      heldBy:
        'bundle/quotas.test.ts > the day’s requests are used up > in %s: the sync stops, says when they return, and goes on by itself',
    },
    {
      id: 'quota.texts',
      says: 'A quota that is used up is told in the person’s language, with the name of the service as it is: urlfetch, email, properties.',
      source:
        'RomainVialard/ErrorHandler: translations of errors (French, Spanish, Portuguese, Vietnamese, Indonesian, Dutch, Polish); reports in public code (Japanese)',
      heldBy: 'runtime/services.test.ts > a quota that is used up > is told in %s',
    },
    {
      id: 'quota.short-time',
      says: 'Calls that follow too fast are refused with a text that proposes Utilities.sleep(1000), or that they are too many per second.',
      source: `${QUOTAS}, exception messages`,
      heldBy:
        'bundle/quotas.test.ts > requests that leave too fast for Google > in %s: are tried again, and the run goes on',
    },
  ],
};
