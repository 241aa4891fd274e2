import { activate, createWorld, draftOf, inLago, usageRows } from './world';

describe('a person who may only look at the file', () => {
  test('is told so on the first screen', () => {
    const world = createWorld({ rows: usageRows(1), google: { role: 'viewer' } });
    expect(world.ask('open', {})).toMatchObject({ canEdit: false });
  });

  test('is told what to do when something is to be written', () => {
    const world = createWorld({ rows: usageRows(1) });
    const id = activate(world);
    world.google.access.setRole(world.google.user, 'viewer');
    const report = world.call('runNow', { id });
    const found = report.ok ? report.value.stopped?.code : report.problem.code;
    expect(found).toBe('google.view-only');
    expect(inLago(world)).toEqual([]);
  });

  test('adds no id column', () => {
    const world = createWorld({ rows: usageRows(1), google: { role: 'viewer' } });
    const reply = world.call('fillIds', { tabId: draftOf(world).source.tabId, headerRow: 1 });
    expect(reply).toMatchObject({ ok: false, problem: { code: 'google.view-only' } });
  });
});

test('somebody whose permission has lapsed is asked to allow it again, and nothing is lost', () => {
  const world = createWorld({ rows: usageRows(2) });
  const id = activate(world);
  world.google.access.authorize(world.google.user, { withheld: ['script.external_request'] });
  const report = world.call('runNow', { id });
  expect(report.ok ? report.value.stopped?.code : report.problem.code).toBe('google.authorization');
  world.google.access.authorize(world.google.user, 'granted');
  world.ask('runNow', { id });
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
});
