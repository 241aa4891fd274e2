import { repairDates } from '../../../src/template/help/date-repair';
import { applyEdits } from '../../../src/value/text-edit';
import { berlin, cellsOf, columns, eventOf, withField, withProperties } from '../fixture';

const repairs = (at: string, order: 'dmy' | 'mdy' | 'ymd', text = withProperties('{}')) =>
  repairDates({ text, columns, cells: cellsOf({ at }), rule: berlin, order });

describe('a date that a row is held for', () => {
  it('is offered to be read in the order of the locale', () => {
    const [fix, ...others] = repairs('01.11.2026', 'dmy');
    expect(others).toEqual([]);
    expect(fix?.label).toBe('Read “01.11.2026” as 2026-11-01');
    const repaired = applyEdits(withProperties('{}'), fix?.edits ?? []);
    expect(repaired).toContain('{{ row.at | parse_date: "dmy" | unix }}');
    expect(eventOf(repaired, cellsOf({ at: '01.11.2026' })).timestamp).toBe(
      Date.parse('2026-11-01T12:00:00+01:00') / 1000,
    );
  });

  it('is read in the only order that it can have, whatever the locale is', () => {
    expect(repairs('31.12.2026', 'mdy').map(({ label }) => label)).toEqual([
      'Read “31.12.2026” as 2026-12-31',
    ]);
    expect(repairs('5 Nov 2026', 'ymd').map(({ label }) => label)).toEqual([
      'Read “5 Nov 2026” as 2026-11-05',
    ]);
  });

  it('is not guessed where the locale reads it in no way', () => {
    expect(repairs('01/11/2026', 'ymd')).toEqual([]);
    expect(repairs('soon', 'dmy')).toEqual([]);
  });

  it('is no matter where nothing is refused', () => {
    expect(repairs('2026-11-01', 'dmy')).toEqual([]);
    expect(repairs('01.11.2026', 'dmy', withField('timestamp', '1795795200'))).toEqual([]);
  });
});
