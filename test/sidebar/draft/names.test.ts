import type { TabView } from '../../../src/rpc/contract';
import { newDraft, withTab } from '../../../src/sidebar/draft/draft';
import { freeName } from '../../../src/sidebar/draft/names';
import { tab } from '../fixture';
import { draft } from './fixture';

test('the name that a new sync proposes is free', () => {
  expect(newDraft(tab, 'a', ['usage', 'Usage 2']).name).toBe('Usage 3');
  expect(freeName('Hours', ['Usage'])).toBe('Hours');
  const other: TabView = { ...tab, tab: { id: 2, name: 'Other' } };
  const known = { newId: 'b', before: tab, taken: ['Usage'] };
  expect(withTab(newDraft(tab, 'a', ['Usage']), other, known).name).toBe('Other');
  expect(withTab({ ...draft, name: 'Mine' }, other, known).name).toBe('Mine');
});
