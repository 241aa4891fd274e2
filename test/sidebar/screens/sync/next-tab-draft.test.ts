import type { Value } from '../../../../src/rpc/contract';
import {
  idPrefix,
  isIdOfKey,
  missingIn,
  nextName,
  nextTabDraft,
  nextTabObstacle,
  withPrefix,
} from '../../../../src/sidebar/screens/sync/next-tab-draft';
import { sync as former } from '../../../browser/canned-backend';
import { column, tab as other } from '../../fixture';

type Sync = Value<'saveSync'>;

const tab = { ...other, tab: { id: 7, name: 'Usage December' }, headerRow: 2 };
const sync: Sync = {
  ...former,
  state: 'active',
  changed: 'flag',
  removed: 'ignore',
  late: 'book',
  ready: 'hours',
  organization: 'org-1',
};
const withId = (id: string): Sync => ({
  ...sync,
  template: `{ "transaction_id": ${JSON.stringify(id)}, "code": "hours" }`,
});

describe('the columns of a sync in another tab', () => {
  test('that are all there are none that are missing', () => {
    expect(missingIn(sync, tab)).toEqual([]);
  });

  test('that are missing are named with the header that is most like each, and those that stand there twice are told as such', () => {
    const columns = [
      column('usage-id', 'text'),
      column('Subscription', 'text'),
      column('Subscription', 'text'),
      column('Days', 'date'),
    ];
    expect(missingIn(sync, { ...tab, columns })).toEqual([
      { header: 'Usage ID', isDouble: false, nearest: 'usage-id' },
      { header: 'Subscription', isDouble: true, nearest: undefined },
      { header: 'Day', isDouble: false, nearest: 'Days' },
      { header: 'Hours', isDouble: false, nearest: undefined },
    ]);
  });

  test('a header that is another column of the sync is offered for none', () => {
    const columns = sync.source.columns
      .filter(({ header }) => header !== 'Day')
      .map(({ header }) => column(header, 'text'));
    const days = {
      ...sync,
      source: { ...sync.source, columns: [...sync.source.columns, { name: 'd', header: 'Hour' }] },
    };
    expect(missingIn(days, { ...tab, columns })).toEqual([
      { header: 'Day', isDouble: false, nearest: undefined },
      { header: 'Hour', isDouble: false, nearest: undefined },
    ]);
  });
});

describe('the sync for another tab', () => {
  test('has the tab\u2019s name behind its own, in the place of the former tab\u2019s', () => {
    const source = { ...sync.source, tabName: 'November' };
    expect(nextName({ name: 'Compute hours', source }, 'December')).toBe(
      'Compute hours \u2013 December',
    );
    expect(nextName({ name: 'Compute hours \u2013 November', source }, 'December')).toBe(
      'Compute hours \u2013 December',
    );
    expect(nextName({ name: 'November', source }, 'December')).toBe('December');
  });

  test('has everything that a person chose for the former one, and is at its review', () => {
    const draft = nextTabDraft(sync, tab, { id: 'new', taken: [sync.name], prefixed: false });
    expect(draft).toEqual({
      id: 'new',
      revision: 0,
      name: 'Compute hours \u2013 Usage December',
      source: { tabId: 7, tabName: 'Usage December', headerRow: 2, columns: sync.source.columns },
      key: 'usage_id',
      ready: 'hours',
      template: sync.template,
      dateOnly: 'noon',
      changed: 'flag',
      removed: 'ignore',
      late: 'book',
      step: 'review',
    });
  });

  test('has nothing that was never chosen, and a name of its own', () => {
    const taken = ['Compute hours \u2013 Usage December'];
    const draft = nextTabDraft(former, tab, { id: 'new', taken, prefixed: false });
    expect(draft.name).toBe('Compute hours \u2013 Usage December 2');
    const sent: unknown = JSON.parse(JSON.stringify(draft));
    expect(sent).not.toHaveProperty('late');
    expect(sent).not.toHaveProperty('ready');
  });

  test('reads its columns in the order of the new tab', () => {
    const turned = { ...tab, columns: [...tab.columns].reverse() };
    const headers = nextTabDraft(sync, turned, {
      id: 'new',
      taken: [],
      prefixed: false,
    }).source.columns.map(({ header }) => header);
    expect(headers).toEqual(['Hours', 'Day', 'Subscription', 'Usage ID']);
  });
});

describe('ids in another tab', () => {
  test.each([
    ['{{ row.usage_id }}', true],
    ['{{row.usage_id}}-compute_hours', true],
    ['{{- row.usage_id | strip | downcase -}}', true],
    ['{{ row.usage_id }}-{{ row.day }}', false],
    ['{{ row.day }}', false],
    ['{{ row.usage_id_2 }}', false],
    ['the same', false],
  ])('“%s” is made of the key alone: %s', (id, alone) => {
    expect(isIdOfKey(withId(id))).toBe(alone);
  });

  test('a template without a transaction_id has none of the key', () => {
    expect(isIdOfKey({ ...sync, template: '{}' })).toBe(false);
    expect(withPrefix('{}', 'December')).toBe('{}');
  });

  test('get the words of the tab\u2019s name in front, and nothing else of the template changes', () => {
    expect(idPrefix('Usage  December 2026!')).toBe('usage-december-2026-');
    expect(idPrefix('\u0414\u0435\u043a "x" {{')).toBe('\u0434\u0435\u043a-x-');
    expect(idPrefix('\u2014')).toBe('');
    const { template } = nextTabDraft(sync, tab, { id: 'new', taken: [], prefixed: true });
    expect(template).toBe(
      sync.template.replace('"{{ row.usage_id }}"', '"usage-december-{{ row.usage_id }}"'),
    );
    expect(template).not.toBe(sync.template);
  });
});

test('another tab has to be there, to be chosen, and to have all columns', () => {
  const tabs = [{ id: 7, name: 'Usage December' }];
  const missing = [{ header: 'Day', isDouble: false, nearest: undefined }];
  expect(nextTabObstacle([], undefined, [])).toBe('There is no other tab in this file.');
  expect(nextTabObstacle(tabs, undefined, [])).toBe('Choose the tab.');
  expect(nextTabObstacle(tabs, 7, missing)).toBe('Give the tab the missing columns first.');
  expect(nextTabObstacle(tabs, 7, [])).toBeUndefined();
});
