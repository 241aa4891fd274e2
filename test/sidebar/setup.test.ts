import { withReady } from '../../src/sidebar/draft/changes';
import { newDraft } from '../../src/sidebar/draft/draft';
import { isUnsaved, NEW_SETUP } from '../../src/sidebar/setup';
import { column, tab } from './fixture';

test('a choice that was taken back leaves nothing to save', () => {
  const saved = newDraft(tab, 'a');
  const ready = withReady(saved, tab, column('Done', 'tick box'));
  const setup = { ...NEW_SETUP, savesItself: false, saved };
  expect(isUnsaved({ ...setup, draft: ready })).toBe(true);
  expect(isUnsaved({ ...setup, draft: withReady(ready, tab, undefined) })).toBe(false);
});
