import {
  activate,
  createWorld,
  draftOf,
  fireHourly,
  HOUR,
  inLago,
  usageRows,
  type World,
} from './world';

/** Files that came from elsewhere may have any text for a time zone. */
const UNKNOWN = ['', 'Mars/Olympus', 'GMT+2'] as const;

function inZone(zone: string): World {
  const world = createWorld({ rows: usageRows(2) });
  activate(world, { onEdit: true });
  world.google.spreadsheet.setTimeZone(zone);
  return world;
}

describe.each(UNKNOWN)('a file in the time zone “%s”', (zone) => {
  test('is stopped by a problem that says so, in the sidebar too, and sends once it has another', () => {
    const world = inZone(zone);
    expect(fireHourly(world).error).toBeUndefined();
    const [view] = world.ask('open', {}).syncs;
    expect(view?.lastRun?.stopped).toMatchObject({
      code: 'sheet.zone-unknown',
      message: expect.stringContaining(`“${zone}”`),
    });
    expect(view?.health.state).toBe('stopped');
    expect(inLago(world)).toEqual([]);
    world.google.spreadsheet.setTimeZone('Europe/Berlin');
    world.time.now += HOUR;
    fireHourly(world);
    expect(inLago(world)).toEqual(['r1 = 1', 'r2 = 2']);
  });

  test('is named by whatever reads the tab', () => {
    const world = inZone(zone);
    const { tabId } = draftOf(world).source;
    const refused = { ok: false, problem: { code: 'sheet.zone-unknown' } };
    expect(world.call('describeTab', { tabId, headerRow: 1 })).toMatchObject(refused);
    expect(world.call('preview', { draft: draftOf(world), row: 2 })).toMatchObject(refused);
  });

  test('ends an edit without an error', () => {
    const world = inZone(zone);
    world.google.spreadsheet.edit('usage', 2, 4, '5');
    expect(world.google.runEditQueue()[0]?.error).toBeUndefined();
  });
});
