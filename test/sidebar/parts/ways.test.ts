import { draftOf } from '../../../src/sidebar/draft/draft';
import { actionOf } from '../../../src/sidebar/parts/ways';
import { sync } from '../../browser/canned-backend';

const opened = (screen: object) => ({ type: 'opened', screen });

test('each way out leads to where the problem is put right', () => {
  const { id } = sync;
  const draft = draftOf(sync);
  expect(actionOf('settings', sync)).toEqual({ type: 'editing-began', draft });
  expect(actionOf('event', sync)).toEqual(opened({ name: 'preview', draft }));
  expect(actionOf('connection', sync)).toEqual(opened({ name: 'connection' }));
  expect(actionOf('late', sync)).toEqual(opened({ name: 'activation', id }));
  expect(actionOf('activation', sync)).toEqual(opened({ name: 'activation', id }));
  expect(actionOf('rows', sync)).toEqual(opened({ name: 'report', id }));
  expect(actionOf('statuses', sync)).toEqual(opened({ name: 'statuses', id }));
  expect(actionOf('next-tab', sync)).toEqual(opened({ name: 'next-tab', id }));
});
