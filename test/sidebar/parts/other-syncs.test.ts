import { otherSyncsOf } from '../../../src/sidebar/parts/other-syncs';
import { CannedServer } from '../../browser/canned-backend';

const view = new CannedServer().view('s1');
const named = (id: string, name: string, tabId = view.sync.source.tabId) => ({
  ...view,
  sync: { ...view.sync, id, name, source: { ...view.sync.source, tabId } },
});

test('the other syncs of a tab are named in quotation marks', () => {
  const syncs = [named('a', 'Calls'), named('b', 'Seats'), named('c', 'Hours', 99)];
  const { tabId } = view.sync.source;
  expect(otherSyncsOf({ syncs }, tabId, 'a')).toEqual(['\u201cSeats\u201d']);
  expect(otherSyncsOf({ syncs }, tabId, undefined)).toHaveLength(2);
  expect(otherSyncsOf({ syncs }, 99, 'c')).toEqual([]);
});
