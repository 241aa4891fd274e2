import type { EventReading } from '../../template/read-event';
import type { Template } from '../../template/template';
import type { Cells } from '../../value/cell';
import { isDateOnly, type TimeRule } from '../../value/time';
import type { UsageEvent } from '../../value/usage-event';

/**
 * IANA zone in which the periods of an event's customer end; undefined if Lago gives none but the
 * organization's.
 */
export type ZoneOf = (event: UsageEvent) => string | undefined;

/** A template that keeps what it has rendered: the plans of one reading ask for the same rows. */
export function remembering(template: Template): Template {
  const known = new Map<Cells, { readonly rule: TimeRule; readonly reading: EventReading }>();
  return {
    ...template,
    render: (cells, rule) => {
      const kept = known.get(cells);
      if (kept !== undefined && isSameRule(kept.rule, rule)) return kept.reading;
      const reading = template.render(cells, rule);
      known.set(cells, { rule, reading });
      return reading;
    },
  };
}

const isSameRule = (left: TimeRule, right: TimeRule): boolean =>
  left.sheetZone === right.sheetZone &&
  left.periodZone === right.periodZone &&
  left.dateOnly === right.dateOnly;

/**
 * The event of a row. A date without a time gets its hour in the customer's zone. The customer is
 * known only from the event, so such a row is rendered in the organization's zone first. Other rows
 * never ask for a zone.
 */
export function renderRow(
  template: Template,
  cells: Cells,
  rule: TimeRule,
  zoneOf: ZoneOf,
): EventReading & { readonly zone: string } {
  const reading = template.render(cells, rule);
  const asks =
    'event' in reading &&
    template.reads.some(({ name }) => isDateOnly(cells.get(name)?.value ?? ''));
  const zone = (asks ? zoneOf(reading.event) : undefined) ?? rule.periodZone;
  return {
    ...(zone === rule.periodZone ? reading : template.render(cells, { ...rule, periodZone: zone })),
    zone,
  };
}
