import { activate, createWorld, fireHourly, inLago, TAB, usageRows } from './world';

test('a chart on a sheet of its own, open while all is set up and run, is in nobody’s way', () => {
  const world = createWorld({ rows: usageRows(3) });
  world.google.spreadsheet.insertChartSheet('Chart');
  world.google.spreadsheet.select('Chart', 1, 1);
  expect(world.ask('open', {})).toMatchObject({ tabs: [{ name: TAB }], canEdit: true });
  const id = activate(world);
  const revision = world.ask('open', {}).syncs[0]?.sync.revision ?? -1;
  world.ask('setStatusColumn', { id, revision, column: 'new' });
  expect(world.ask('runNow', { id }).stopped).toBeUndefined();
  world.google.spreadsheet.edit(TAB, 5, 1, 'r4');
  world.google.spreadsheet.paste(TAB, 5, 2, [['acme', '2026-11-03 10:00', '4']]);
  expect(fireHourly(world).error).toBeUndefined();
  expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2', 'r3 = 3', 'r4 = 4']);
});
