import { actionOf } from '../../../src/sidebar/parts/ways';
import { sync } from '../../browser/canned-backend';

const opened = (screen: object) => ({ type: 'opened', screen });

test('each way out leads to where the problem is put right', () => {
  const { id } = sync;
  expect(actionOf('settings', id)).toEqual({ type: 'setup-resumed', id, step: 'rows' });
  expect(actionOf('event', id)).toEqual(opened({ name: 'preview', id }));
  expect(actionOf('connection', id)).toEqual(opened({ name: 'connection' }));
  expect(actionOf('late', id)).toEqual(opened({ name: 'activation', id }));
  expect(actionOf('activation', id)).toEqual(opened({ name: 'activation', id }));
  expect(actionOf('rows', id)).toEqual(opened({ name: 'report', id }));
  expect(actionOf('statuses', id)).toEqual(opened({ name: 'statuses', id }));
  expect(actionOf('next-tab', id)).toEqual(opened({ name: 'next-tab', id }));
});
