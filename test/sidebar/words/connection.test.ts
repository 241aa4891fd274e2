import type { ConnectionView, OrganizationChange } from '../../../src/rpc/contract';
import {
  effectWords,
  organizationMarks,
  organizationQuestion,
} from '../../../src/sidebar/words/connection';

const address = 'https://api.eu.getlago.com';
const acme: ConnectionView = {
  address,
  keyEnding: 'a1b2',
  organization: 'Acme',
  organizationId: 'id-1',
  store: 'postgres',
  requestsPerSecond: 25,
  environment: 'live',
};
const other: ConnectionView = {
  ...acme,
  keyEnding: 'c3d4',
  organization: 'Other GmbH',
  organizationId: 'id-2',
};
const change = (more: Partial<OrganizationChange>): OrganizationChange => ({
  from: acme,
  to: other,
  syncs: [],
  ...more,
});

test('organizations of different names are told apart by their names and keys', () => {
  expect(organizationQuestion(change({}))).toBe('This key belongs to “Other GmbH”, not to “Acme”.');
  expect(organizationMarks(other, change({}))).toEqual(['Key ends in c3d4']);
});

test('organizations of the same name are told apart by their ids too', () => {
  const same = change({ to: { ...other, organization: 'ACME ' } });
  expect(organizationQuestion(same)).toBe(
    'This key belongs to another organization with the same name, “ACME ”.',
  );
  expect(organizationMarks(acme, same)).toEqual(['Key ends in a1b2', 'ID id-1']);
});

test('organizations in different regions are told apart by those too', () => {
  const elsewhere = change({ to: { ...other, address: 'https://api.getlago.com' } });
  expect(organizationMarks(elsewhere.to, elsewhere)).toEqual([
    'Key ends in c3d4',
    'US (api.getlago.com)',
  ]);
});

test('without a stored key the question names what the syncs have done', () => {
  expect(organizationQuestion(change({ from: undefined }))).toContain('another organization');
});

test.each([
  ['stops', 'stops until'],
  ['moves', 'will send to “Other GmbH”'],
  ['returns', 'goes on'],
] as const)('a sync that %s is told so', (effect, words) => {
  expect(effectWords(effect, 'Other GmbH')).toContain(words);
});
