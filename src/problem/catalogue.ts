/** Who must act before the problem goes away. `us` means the makers of this product. */
export type Actor = 'sheet' | 'template' | 'settings' | 'lago' | 'wait' | 'us';

/** One kind of problem. `{name}` in its sentences is replaced by a detail. */
interface Entry {
  /** Who has to act before it goes away. */
  readonly actor: Actor;
  /** What happened. */
  readonly message: string;
  /** What to do about it, in the imperative. */
  readonly remedy: string;
}

const entries = <Code extends string>(table: Record<Code, Entry>): Record<Code, Entry> => table;

/**
 * Every problem that a person can meet, by its code. Each code has a section in docs/problems.md
 * and a test that provokes it.
 */
export const catalogue = entries({
  // the template's text
  'template.empty': {
    actor: 'template',
    message: 'The template is empty.',
    remedy: 'Write the event as JSON, or start from the example.',
  },
  'template.not-json': {
    actor: 'template',
    message: 'The template is not valid JSON: {detail}.',
    remedy: 'Correct the JSON at this place.',
  },
  'template.not-an-object': {
    actor: 'template',
    message: 'The template is not a JSON object.',
    remedy: 'Write one event in braces: { "transaction_id": …, … }.',
  },
  'template.missing-braces': {
    actor: 'template',
    message: 'The template starts with "event" but has no outer braces.',
    remedy: 'Put { before it and } after it.',
  },
  'template.liquid': {
    actor: 'template',
    message: 'The Liquid part cannot be read: {detail}.',
    remedy: 'Correct it at this place. An output is written {{ row.column }}.',
  },
  'template.too-large': {
    actor: 'template',
    message: 'The template is too large: it has {what}, and {most} is the most.',
    remedy: 'Make it smaller. What differs from row to row can stand in a column of the sheet.',
  },
  'template.unknown-column': {
    actor: 'template',
    message: 'There is no column “{name}” in this sync.',
    remedy: '{suggestion}',
  },
  'template.unknown-variable': {
    actor: 'template',
    message: '“{name}” is not known in templates.',
    remedy: 'Read cells as {{ row.column }}; only “row” and names that the template assigns exist.',
  },
  'template.unknown-filter': {
    actor: 'template',
    message: 'There is no filter “{name}”.',
    remedy: '{suggestion}',
  },
  'template.unknown-tag': {
    actor: 'template',
    message: 'The tag “{name}” is not available.',
    remedy: 'Use if, unless, case, assign or comment.',
  },
  'template.stray-letter': {
    actor: 'template',
    message: 'There are {what} in what Liquid reads, which it does not know.',
    remedy: 'Type plain quotes and spaces. They came in when the text was copied.',
  },
  'template.date-order': {
    actor: 'template',
    message: '“parse_date” does not say in which order the date is written.',
    remedy:
      'Write parse_date: "dmy" for 31.12.2026, "mdy" for 12/31/2026, or "ymd" for 2026/12/31.',
  },
  'template.json-in-text': {
    actor: 'template',
    message: '“json” makes its own quotes, and stands inside of others here.',
    remedy: 'Take away the quotes around the output, or the filter.',
  },
  'template.other-type': {
    actor: 'template',
    message:
      '“{column}” holds {what}, and is compared with {literal}. Rows are held if their cell is ' +
      'not of the same kind.',
    remedy: 'Compare with a value of the same kind: a text in quotes, a number without.',
  },
  'template.computed-column': {
    actor: 'template',
    message: 'A column is chosen by a computed name.',
    remedy: 'Name the column itself, such as row.customer.',
  },
  'template.branch-in-text': {
    actor: 'template',
    message: 'A branch begins inside a JSON text and ends outside of it, or the other way round.',
    remedy: 'Let every branch hold whole texts.',
  },
  'template.shown': {
    actor: 'template',
    message: '“shown” works only directly behind a column.',
    remedy: 'Write {{ row.column | shown }}.',
  },
  'template.number-mark': {
    actor: 'template',
    message: '“number” has to be told the decimal mark that the numbers are written with.',
    remedy: 'Write | number: "." for 1,234.5, or | number: "," for 1.234,5.',
  },
  'template.filter-values': {
    actor: 'template',
    message: '“{name}” takes {takes} behind its colon, and has {has} here.',
    remedy: '{hint}. Write numbers with a point and without groups: 1234.5.',
  },
  'template.missing-field': {
    actor: 'template',
    message: 'The event has no “{field}”.',
    remedy: '{suggestion}',
  },
  'template.duplicate-field': {
    actor: 'template',
    message: 'The field “{field}” stands here twice.',
    remedy: 'Keep one of them.',
  },
  'template.customer-field': {
    actor: 'template',
    message:
      'Lago ignores “external_customer_id” since version 1.7: an event that has nothing else is ' +
      'never billed.',
    remedy: 'Use “external_subscription_id” with the id of the subscription.',
  },
  'template.unknown-field': {
    actor: 'template',
    message: 'Lago drops the field “{field}” silently.',
    remedy: 'Move it into “properties”, or remove it.',
  },
  'template.timestamp': {
    actor: 'template',
    message: 'The timestamp {value} is {what}; Lago takes Unix seconds only.',
    remedy: 'Write it without quotes as {{ row.column | unix }}.',
  },
  'template.placeholder-code': {
    actor: 'template',
    message: 'The code “{code}” stands for a billable metric that is still to be chosen.',
    remedy: 'Write the code of a billable metric of your Lago in its place.',
  },
  'template.unknown-code': {
    actor: 'template',
    message:
      'Lago has no billable metric “{code}”; it would accept the events and never bill them.',
    remedy: '{suggestion}',
  },
  'template.constant-id': {
    actor: 'template',
    message: 'The transaction_id is the same for every row.',
    remedy: 'Build it from a column that is different in every row, such as the key.',
  },

  // the sheet as a whole
  'sheet.tab-missing': {
    actor: 'sheet',
    message: 'The tab “{name}” is gone.',
    remedy:
      'Restore it from the version history, or choose another tab in the settings of the sync.',
  },
  'sheet.no-header': {
    actor: 'sheet',
    message: 'Row {headerRow} of “{name}” holds no column names.',
    remedy: 'Write a name above each column, or choose the row that holds them.',
  },
  'sheet.header-twice': {
    actor: 'sheet',
    message: 'Two columns are called “{name}”.',
    remedy: 'Give each column that the sync reads a name of its own.',
  },
  'sheet.header-missing': {
    actor: 'sheet',
    message: 'The column “{name}” is gone or was renamed.',
    remedy: '{suggestion}',
  },
  'sheet.restless': {
    actor: 'wait',
    message: 'The tab “{name}” was being changed all the time while it was read.',
    remedy: 'Nothing: the next run reads it again.',
  },
  'sheet.column-restless': {
    actor: 'sheet',
    message: '{columns} showed another value each time it was read. Nothing is sent.',
    remedy:
      'Formulas such as NOW, RAND and IMPORTRANGE do that. Replace them by their values, or make ' +
      'the event without this column. If somebody was typing in it, the next run reads it again.',
  },
  'sheet.zone-unknown': {
    actor: 'sheet',
    message: 'The time zone of this file, “{zone}”, is not one that is known. No date can be read.',
    remedy: 'Choose a time zone in File, Settings. The next run reads the tab again.',
  },
  'sheet.empty': {
    actor: 'sheet',
    message: 'There are no rows below the header.',
    remedy: 'Add a row; it will be sent by the next run.',
  },

  // one row
  'key.empty': {
    actor: 'sheet',
    message: 'The key is empty.',
    remedy: 'Fill in “{column}”; a row is known by it.',
  },
  'key.no-id': {
    actor: 'sheet',
    message: 'The row has no id.',
    remedy: 'Press “Fill the missing ids”, or fill in “{column}” yourself; a row is known by it.',
  },
  'key.unreadable': {
    actor: 'sheet',
    message: 'The key shows {value}.',
    remedy: 'Correct the formula or value in “{column}”.',
  },
  'key.duplicate': {
    actor: 'sheet',
    message: 'The key “{key}” stands in the rows {rows}.',
    remedy: 'Give each of these rows a key of its own; until then none of them is sent.',
  },
  'key.imprecise': {
    actor: 'sheet',
    message: 'The key is a number of more than 15 digits; the sheet has lost the last ones.',
    remedy: 'Format the column as plain text and enter the key again.',
  },
  'key.long': {
    actor: 'sheet',
    message: 'The key has {characters} characters; {limit} fit into the ledger.',
    remedy: 'Choose a column with shorter keys, or shorten this one.',
  },
  'key.shown-differently': {
    actor: 'template',
    message: '“{column}” shows {shown}, and {value} is sent.',
    remedy:
      'If what is shown is meant, format the column as plain text, or write | shown behind it ' +
      'in the template.',
  },
  'key.renamed': {
    actor: 'sheet',
    message: 'This row looks like the sent row “{key}” under another key.',
    remedy: 'Set the key back to “{key}”. If it is new usage, change what makes it look the same.',
  },
  'key.moving': {
    actor: 'sheet',
    message:
      'These rows show what was sent under the keys of other rows: the keys move with the rows. ' +
      'Nothing is sent for them, or the sheet would be billed twice.',
    remedy:
      'Use an id that stays with its row when others are inserted or sorted, not a row number. ' +
      'Or undo the move.',
  },
  'key.reused': {
    actor: 'sheet',
    message:
      'The key “{key}” was sent for {period}, and now stands for other usage in another month.',
    remedy: 'Give the new row a new key.',
  },
  'row.empty-cell': {
    actor: 'sheet',
    message: '“{column}” is empty.',
    remedy: 'Fill in the cell; the row goes out with the next run.',
  },
  'row.error-cell': {
    actor: 'sheet',
    message: '“{column}” shows {value}.',
    remedy: 'Correct the formula or wait until it is loaded; the row goes out with the next run.',
  },
  'row.not-ready': {
    actor: 'sheet',
    message: 'The row is not ticked as ready.',
    remedy: 'Tick “{column}” when the row is complete.',
  },
  'row.no-tick-box': {
    actor: 'sheet',
    message: '“{column}” shows “{value}”, which is not a tick box. The row waits.',
    remedy: 'Select the cells of “{column}”, then Insert, Tick box, and tick the complete rows.',
  },
  'row.resting': {
    actor: 'wait',
    message: 'The row was edited a moment ago.',
    remedy: 'Nothing: it goes out when it has rested for {minutes} minutes.',
  },
  'row.render': {
    actor: 'template',
    message: 'The template fails for this row: {detail}.',
    remedy: 'Correct the cell, or the template.',
  },
  'row.not-a-number': {
    actor: 'sheet',
    message: '“{value}” is not a number that can be calculated with.',
    remedy: '{suggestion}',
  },
  'row.imprecise': {
    actor: 'sheet',
    message:
      '“{column}” is a whole number of more than 15 digits; the sheet has made zeros of the last ' +
      'ones.',
    remedy: 'Format the column as plain text and enter it again.',
  },
  'row.not-comparable': {
    actor: 'sheet',
    message: '“{value}” cannot be compared with “{other}”: {because}.',
    remedy: '{suggestion}',
  },
  'row.divided-by-zero': {
    actor: 'sheet',
    message: 'The template divides by a value that is zero in this row.',
    remedy: 'Correct the cell, or let the template ask for zero first.',
  },
  'row.ambiguous-number': {
    actor: 'template',
    message: '“{value}” counts as {read}; in this spreadsheet it may mean {meant}.',
    remedy:
      'If {meant} is meant, add | number: "{mark}" behind the column in the template. Nothing ' +
      'is held for this.',
  },
  'row.not-a-time': {
    actor: 'sheet',
    message: '“{value}” is not a date that can be read.',
    remedy:
      'Enter it as 2026-11-30 or 2026-11-30 14:05; a time of another zone as 2026-11-30 14:05 ' +
      'UTC or 2026-11-30 14:05 +02:00.',
  },
  'row.not-a-duration': {
    actor: 'sheet',
    message: '“{value}” is neither a duration nor a time of day.',
    remedy: 'Enter it as 1:30 or 1:30:00, or take the filter out of the template.',
  },
  'row.duration': {
    actor: 'template',
    message: '“{value}” is a duration or a time of day; Lago counts only numbers.',
    remedy:
      'Add | hours, | minutes or | seconds behind the column in the template, or | shown for the ' +
      'text that the sheet displays.',
  },
  'row.not-a-written-date': {
    actor: 'sheet',
    message: '“{value}” is no date in the order that the template names.',
    remedy: 'Correct the cell, or the order behind parse_date in the template.',
  },
  'row.not-a-zone': {
    actor: 'template',
    message: '“{value}” is no time zone.',
    remedy: 'Use a name such as "Europe/Berlin" or "UTC", or leave the zone out.',
  },
  'row.changed': {
    actor: 'sheet',
    message: 'The row was changed after it was sent; Lago still bills what was sent.',
    remedy: 'Set it back, or enter the difference as a new row.',
  },
  'row.changed-uncorrected': {
    actor: 'sheet',
    message:
      'The row was changed after it was sent, and no event can correct Lago: {because}. Lago ' +
      'still bills what was sent.',
    remedy: 'Set the row back, or correct the bill in Lago by hand.',
  },
  'row.uncorrected': {
    actor: 'sheet',
    message:
      'Lago bills another value than the rows say, and no event can correct that: {because}.',
    remedy: 'Look at the rows of the same subscription, or correct the bill in Lago by hand.',
  },
  'row.removed-uncorrected': {
    actor: 'sheet',
    message:
      'The row “{key}” was sent and is gone from the sheet, and no event can take it back: ' +
      '{because}. Lago still bills it.',
    remedy: 'Bring it back, or correct the bill in Lago by hand.',
  },
  'row.not-undone': {
    actor: 'lago',
    message: 'What this run sent for the row stays as it is: {because}.',
    remedy: 'Look whether the bill is right with it, or correct it in Lago by hand.',
  },
  'row.undone-correction': {
    actor: 'wait',
    message:
      '“{key}” was {was} before this run and {is} after it. Neither is billed until the row is ' +
      'sent again.',
    remedy: 'Nothing: it is sent again as the sheet says by then.',
  },
  'row.replaced': {
    actor: 'sheet',
    message:
      'Lago no longer has what this sheet sent for the row “{key}”: another file or tool sends ' +
      'under the same transaction_id. The correction would not add up, so it is not sent.',
    remedy:
      'Find out who else sends it, and let one of the two end. Then correct the bill in Lago by ' +
      'hand.',
  },
  'row.changed-elsewhere': {
    actor: 'sheet',
    message: 'The row was taken as billed elsewhere and was changed since; nothing is sent for it.',
    remedy: 'Set it back, correct it where it was billed, or enter the difference as a new row.',
  },
  'row.removed': {
    actor: 'sheet',
    message: 'The row “{key}” was sent and is gone from the sheet; Lago still bills it.',
    remedy: 'Bring it back, or enter the correction as a new row.',
  },
  'row.missing': {
    actor: 'sheet',
    message: 'Rows that were sent and are not in the tab: {count}. Lago still bills them.',
    remedy:
      'Give every row a key of its own that can be read: until then a removed row cannot be ' +
      'told from one whose key is damaged.',
  },
  'row.uncertain': {
    actor: 'sheet',
    message:
      'No row is known for it. It may belong to one of the rows {rows}, whose keys are empty, ' +
      'double or unreadable.',
    remedy:
      'Give every row a key of its own that can be read, then reconcile again. Until then ' +
      'nothing is taken back for it.',
  },
  'row.eventless': {
    actor: 'sheet',
    message: 'It may belong to the row {row}, which makes no event now.',
    remedy: 'Correct the row, then reconcile again. Until then nothing is taken back for it.',
  },
  'row.not-found': {
    actor: 'sheet',
    message: 'The row “{key}” is not in the tab “{name}” any more.',
    remedy: 'Look whether it was deleted or has another key now.',
  },
  'row.unsettled': {
    actor: 'wait',
    message: 'The row was handed over, but it is not clear yet whether Lago has it.',
    remedy: 'Nothing: the next run finds out what became of it and goes on.',
  },
  'row.unasked': {
    actor: 'wait',
    message:
      'A period of “{value}” has just ended, and Lago was not asked yet whether its invoice is ' +
      'made.',
    remedy: 'Nothing: the next run asks, before it sends the row.',
  },
  'row.unproved': {
    actor: 'wait',
    message:
      'The row was changed since it was sent. It was sent after its period had ended, and it is ' +
      'not known yet whether the invoice of that period has it.',
    remedy: 'Nothing: once Lago has made the invoice, a run compares the two.',
  },
  'row.unanswered': {
    actor: 'wait',
    message:
      'Lago does not say whether it has the row already, or still, so nothing is sent for it.',
    remedy: 'Nothing: each run asks again. If it stays so, show it to whoever runs your Lago.',
  },
  'row.uncovered': {
    actor: 'wait',
    message:
      'With it the total of “{code}” of the subscription “{subscription}”{of} would be {total} ' +
      'under a volume price. Below zero Lago makes no invoice at all for the customer.',
    remedy:
      'Nothing, if usage that outweighs it follows: it goes by itself once Lago has that. ' +
      'Otherwise correct the row, or give the customer a credit note in Lago.',
  },
  'row.total-unread': {
    actor: 'wait',
    message:
      'It lowers “{code}” of the subscription “{subscription}” under a volume price, and what ' +
      'Lago has there is not known: {because}. Below zero Lago makes no invoice at all for the ' +
      'customer.',
    remedy:
      'Nothing: each run asks again, and it goes once the total is known to cover it. If it ' +
      'stays for days, the period has too many events for a run, such as 100,000: give the ' +
      'customer a credit note.',
  },
  'row.total-unknown': {
    actor: 'lago',
    message:
      'It lowers “{code}” of the subscription “{subscription}” under a volume price, and what ' +
      'the total would be cannot be known: {because}. Below zero Lago makes no invoice at all ' +
      'for the customer.',
    remedy:
      'If the key may not list events, give it the right to read them in Lago. Otherwise give ' +
      'the customer a credit note in Lago, or choose another model for the charge.',
  },

  // one event
  'event.blank-field': {
    actor: 'sheet',
    message: '“{field}” of the event is blank.',
    remedy: 'Fill in the cell that it is made from.',
  },
  'event.padded-field': {
    actor: 'sheet',
    message:
      '“{field}” of the event is “{value}”, with a space at its beginning or end; for Lago that ' +
      'is another value.',
    remedy: 'Remove the space from the cell, or add | strip in the template.',
  },
  'event.text': {
    actor: 'sheet',
    message: '“{field}” of the event contains {what}, which Lago does not take.',
    remedy: 'Enter the cell again. If the template splits a text, split it elsewhere.',
  },
  'event.long-id': {
    actor: 'sheet',
    message: 'The transaction_id has {characters} characters; {limit} are safe in Lago’s index.',
    remedy: 'Make it from a shorter column.',
  },
  'event.timestamp-empty': {
    actor: 'template',
    message: 'The event has no time.',
    remedy: 'Fill in the cell that the timestamp is made from.',
  },
  'event.timestamp-text': {
    actor: 'template',
    message: 'The timestamp “{value}” is not in Unix seconds; Lago refuses it.',
    remedy: 'Add the filter: {{ row.column | unix }}.',
  },
  'event.timestamp-milliseconds': {
    actor: 'template',
    message:
      'The timestamp {value} is in milliseconds; Lago would take it for a date in the year ' +
      '{year} and never bill it.',
    remedy: 'Divide it: {{ row.column | divided_by: 1000 }}.',
  },
  'event.timestamp-implausible': {
    actor: 'sheet',
    message: 'The time {value} is in the year {year}.',
    remedy: 'Correct the date in the sheet.',
  },
  'event.far-future': {
    actor: 'sheet',
    message: 'The usage is dated {date}, more than {days} days ahead.',
    remedy: 'Correct the date; if it is right, the row goes out by itself when the day comes near.',
  },
  'event.properties': {
    actor: 'template',
    message: '“properties” is not a JSON object; Lago would drop it.',
    remedy: 'Write it in braces: "properties": { … }.',
  },
  'event.amount': {
    actor: 'sheet',
    message: '“precise_total_amount_cents” is “{value}”, not a number; Lago would take it as 0.',
    remedy: 'Enter a plain number of cents.',
  },
  'event.too-long': {
    actor: 'sheet',
    message: 'The event has {characters} characters; {limit} fit into the ledger.',
    remedy: 'Shorten the longest cell, or leave it out of the template.',
  },
  'event.id-twice': {
    actor: 'sheet',
    message: 'The transaction_id “{id}” is made by the rows {rows}.',
    remedy:
      'Make it from a column that is different in every row; until then none of them is sent.',
  },
  'event.id-used': {
    actor: 'sheet',
    message: 'The transaction_id “{id}” was already used by the row “{key}”.',
    remedy:
      'If it is the same usage, set the key of this row back to “{key}”. If both are usage of ' +
      'their own, make the id from a column that is different in every row.',
  },
  'event.unknown-code': {
    actor: 'lago',
    message: 'Lago has no billable metric “{value}”; it would accept the event and never bill it.',
    remedy: '{suggestion}',
  },
  'event.before-start': {
    actor: 'lago',
    message: 'The subscription “{value}” starts at {start}; Lago would not bill usage of {time}.',
    remedy:
      'Correct the date, name the subscription that ran then, or let this one start earlier in ' +
      'Lago.',
  },
  'event.after-end': {
    actor: 'lago',
    message: 'The subscription “{value}” ended at {end}; Lago would not bill usage of {time}.',
    remedy: 'Correct the date, or name the subscription that runs then.',
  },
  'event.not-charged': {
    actor: 'lago',
    message:
      'The plan “{plan}” of the subscription “{value}” has no charge for “{code}”; Lago would ' +
      'not bill it.',
    remedy: 'Add a charge for it to the plan in Lago, or correct the code or the subscription.',
  },
  'event.missing-variable': {
    actor: 'template',
    message:
      'Lago computes the metric “{code}” from the property “{field}”, which the event does not ' +
      'have; it would refuse the event.',
    remedy: 'Add it to “properties”.',
  },
  'event.not-an-operand': {
    actor: 'sheet',
    message:
      'Lago computes the metric “{code}” from “{field}”, and “{value}” is not a number for it; ' +
      'it would refuse the event.',
    remedy: '{suggestion}',
  },
  'event.too-large': {
    actor: 'lago',
    message:
      'The metric “{code}” counts “{field}”, and {value} has more than 12 digits before the ' +
      'point; on its event store Lago would count it as nothing.',
    remedy:
      'Count in a larger unit, such as gigabytes in the place of bytes, in the template and in ' +
      'the price.',
  },
  'event.too-many': {
    actor: 'sheet',
    message:
      'The metric “{code}” counts “{field}”, and {value} is a million billion ' +
      '(1,000,000,000,000,000) or more. So large a number may keep Lago from making the whole ' +
      'invoice.',
    remedy:
      'Correct the number, or count in a larger unit, such as gigabytes in the place of bytes, ' +
      'in the template and in the price.',
  },
  'event.too-costly': {
    actor: 'sheet',
    message:
      'The metric “{code}” counts “{field}”, and by the plan’s prices {value} could cost more ' +
      'than an invoice of Lago can hold. Lago would make no invoice at all for the subscription.',
    remedy: 'Correct the number, or the unit that the plan’s prices are for.',
  },
  'event.amount-too-high': {
    actor: 'sheet',
    message:
      '“precise_total_amount_cents” is {value}, which is more than an invoice of Lago can hold.',
    remedy: 'Correct the amount. It is given in cents.',
  },
  'event.operation': {
    actor: 'sheet',
    message:
      '“operation_type” is “{value}”; the metric “{code}” knows “add” and “remove” only, in ' +
      'small letters.',
    remedy: 'Correct the cell that it is made from, or leave it out: then the value is added.',
  },
  'event.filter-spelling': {
    actor: 'sheet',
    message:
      '“{field}” is “{value}”; the metric “{code}” has a price for “{meant}”. For Lago these ' +
      'are two values.',
    remedy: 'Write “{meant}”, or use | strip, | downcase or | upcase in the template.',
  },
  'event.no-price': {
    actor: 'lago',
    message:
      'The plan “{plan}” prices “{code}” for certain values only, and {found}: Lago would bill ' +
      'it at 0.',
    remedy: '{suggestion}',
  },
  'event.no-refund': {
    actor: 'lago',
    message:
      '“{code}” is paid in advance, and “{field}” is {value}: Lago bills each event at once and ' +
      'gives nothing back for one that takes away, neither now nor in a later invoice.',
    remedy:
      'Give the customer a credit note in Lago, and take the row out. If the plan is to count ' +
      'returns, let the charge be paid in arrears.',
  },
  'event.in-advance': {
    actor: 'wait',
    message:
      'These rows are paid in advance: Lago bills each at once, by an invoice of its own, and ' +
      'does not take it back when the row is changed or removed.',
    remedy: 'Nothing, if the rows are right. A wrong one takes a credit note in Lago.',
  },
  'event.missing-amount': {
    actor: 'template',
    message:
      'The plan “{plan}” bills “{code}” by the amount that each event brings, and the event ' +
      'brings none: Lago would bill it at 0.',
    remedy: 'Add "precise_total_amount_cents" with the amount in cents beside “properties”.',
  },
  'event.waits-for-start': {
    actor: 'wait',
    message:
      'The subscription “{value}” is planned to start at {planned}; Lago starts it at some ' +
      'moment of that day. Usage of {time} waits until then.',
    remedy: 'Nothing: the row is then checked by itself against the real start, and sent.',
  },
  'event.waits-for-end': {
    actor: 'wait',
    message:
      'The subscription “{value}” is planned to end at {planned}; Lago ends it as that day ' +
      'begins for the customer. Usage of {time} waits until then.',
    remedy:
      'Nothing: the row is then checked by itself against the real end. To have it billed, plan ' +
      'a later end in Lago, or name the subscription that runs then.',
  },
  'event.waits-for-plan': {
    actor: 'wait',
    message:
      'The plan of “{value}” changes some minutes after its billing period, which ends at ' +
      '{planned}. Usage of {time} waits until then.',
    remedy: 'Nothing: the row is then checked by itself against the new plan, and sent.',
  },
  'event.late': {
    actor: 'settings',
    message:
      'The usage of {date} lies in a billing period of “{value}” that is closed; Lago would not ' +
      'bill it any more.',
    remedy: '{suggestion}',
  },
  'event.before-first-invoice': {
    actor: 'settings',
    message:
      'The usage of {date} lies in a billing period that had ended before “{value}” was made in ' +
      'Lago. Its first invoice begins later: Lago will not bill this usage.',
    remedy: '{suggestion}',
  },
  'event.between-plans': {
    actor: 'settings',
    message:
      'The usage of {date} lies between the billing period of the former plan of “{value}” and ' +
      'the moment at which Lago changed the plan. It is on neither plan’s invoice.',
    remedy: '{suggestion}',
  },
  'event.tie': {
    actor: 'sheet',
    message:
      'Another event of “{value}” has the same time. The metric “{code}” goes by which of the ' +
      'two is later, and no free millisecond beside it is left in the billing period.',
    remedy: 'Give the row another time.',
  },
  'event.late-level': {
    actor: 'sheet',
    message:
      'The usage of {date} is of a period of “{value}” that has ended. “{code}” begins each ' +
      'period with the level that the invoice before it left, so Lago would count this {where}.',
    remedy:
      'Enter the change with a time in the running period: from then on it counts. Bill what is ' +
      'missing before that by hand in Lago.',
  },
  'event.not-billed': {
    actor: 'lago',
    message:
      'This row was sent after the period of “{value}” that ended on {end}, and the invoice of ' +
      'that period was made without it.',
    remedy:
      '“Send again” bills it in the running period, where sums and counts stay right. Or bill it ' +
      'by hand in Lago.',
  },
  'event.untold': {
    actor: 'lago',
    message:
      'This row was sent after the period of “{value}” that ended on {end}. It cannot be told ' +
      'whether the invoice of that period has it.',
    remedy:
      'Look at that invoice in Lago. If the row is missing there, bill it by hand: it is never ' +
      'sent again. Then choose “I have checked”.',
  },
  'event.books-later': {
    actor: 'wait',
    message:
      'The usage of {date} lies in a period of “{value}” that has just ended, and Lago has not ' +
      'made its invoice.',
    remedy:
      'Nothing: it is billed in the running period once that invoice is made, or from {until} on.',
  },
  'event.id-elsewhere': {
    actor: 'template',
    message:
      'The transaction_id “{id}” was already used by another sync, for its row “{key}”, which is ' +
      'other usage.',
    remedy:
      'Make it different, for example by the code of the metric in front of it; ids are best ' +
      'unique in the whole organization.',
  },
  'event.sent-elsewhere': {
    actor: 'settings',
    message:
      'This usage was sent already by another sync of this file, as “{id}” for its row “{key}”. ' +
      'Nothing is sent for it here, or it would be billed twice.',
    remedy:
      'Take the row out here, or delete the sync that is not needed. A new sync of a tab offers ' +
      'what a deleted one has sent; choose to go on with it.',
  },
  'event.unknown-subscription': {
    actor: 'lago',
    message: 'Lago has no subscription “{value}”; it would accept the event and never bill it.',
    remedy: '{suggestion}',
  },
  'event.incomplete-subscription': {
    actor: 'lago',
    message:
      'The subscription “{value}” is incomplete: Lago keeps it back until its activation rules ' +
      'are met, such as a first payment, and bills no usage until then.',
    remedy:
      'See in Lago what it waits for, or name the subscription that runs. Once it is active, the ' +
      'row goes out by itself, if its usage is not dated before that.',
  },
  'event.canceled-subscription': {
    actor: 'lago',
    message:
      'The subscription “{value}” was canceled before it was ever active; Lago would accept the ' +
      'event and never bill it.',
    remedy: 'Name the subscription that runs, or create a new one in Lago.',
  },
  'event.missing-property': {
    actor: 'template',
    message: 'The metric “{code}” counts the property “{field}”, which the event does not have.',
    remedy: 'Add it to “properties”.',
  },
  'event.not-a-number': {
    actor: 'sheet',
    message:
      'The metric “{code}” counts “{field}”, and “{value}” is not a number for Lago: it would ' +
      'count as nothing.',
    remedy: '{suggestion}',
  },
  'event.rejected': {
    actor: 'sheet',
    message: 'Lago refused the event: {answer}.',
    remedy:
      'Correct the row or the template; then it is sent as a new event. “Send again” sends it ' +
      'unchanged.',
  },
  'event.conflict': {
    actor: 'settings',
    message: 'Lago already has another event with the transaction_id “{id}”.',
    remedy:
      'Compare the two in Lago. If Lago has this row as it was sent earlier, it is billed ' +
      'already: leave it, since another key would bill it twice. Only if it is usage of its own, ' +
      'give it another key. “Send again” is there only if Lago bills nothing under the id.',
  },
  'event.stuck': {
    actor: 'lago',
    message: 'Lago fails again and again for this event ({answer}).',
    remedy: 'It is tried again in every run; show it to whoever runs your Lago.',
  },

  // Lago's answers
  'lago.no-key': {
    actor: 'settings',
    message: 'There is no API key for {address}.',
    remedy: 'Enter the API key of your Lago organization (Lago: Developers, API keys).',
  },
  'lago.address': {
    actor: 'settings',
    message: '“{address}” is not an https address.',
    remedy: 'Enter an address such as https://api.getlago.com.',
  },
  'lago.header': {
    actor: 'settings',
    message: 'The header “{name}” cannot be sent: {detail}.',
    remedy: 'Enter it as whoever runs the proxy in front of Lago has given it to you.',
  },
  'lago.unauthorized': {
    actor: 'settings',
    message: 'Lago does not accept the API key (401).',
    remedy:
      'Enter a valid key (Lago: Developers, API keys). What waits to be sent goes out afterwards.',
  },
  'lago.forbidden': {
    actor: 'settings',
    message: 'The API key may not do this (403 {answer}).',
    remedy: 'Give the key the right to read and write events, and to read the rest, in Lago.',
  },
  'lago.may-not-write': {
    actor: 'settings',
    message: 'The API key may not write events (403), so it was not saved.',
    remedy:
      'In Lago, open Developers, API keys, and give this key the right to write events, or enter ' +
      'a key that has it.',
  },
  'lago.unchecked': {
    actor: 'settings',
    message:
      'The API key may not read {what} (403), so rows are not checked against them, and Lago ' +
      'might not bill some that it accepts.',
    remedy: 'Give the key the right to read {what} in Lago.',
  },
  'lago.no-zones': {
    actor: 'settings',
    message:
      'The API key may not read customers (403), so dates without a time get their hour in the ' +
      'organization’s time zone, and planned starts and ends count as up to a day earlier.',
    remedy: 'Give the key the right to read customers in Lago.',
  },
  'lago.no-drafts': {
    actor: 'settings',
    message:
      'Of the draft invoices, which still take usage of closed periods, {read} could be read; ' +
      'usage that might go on one of the others is held.',
    remedy:
      'Give the key the right to read invoices in Lago, or finalize drafts that are done; the ' +
      'next run reads them again.',
  },
  'lago.usage-unread': {
    actor: 'lago',
    message: 'Lago did not show what it would bill now for {names}. Their events are compared.',
    remedy:
      'Look at their usage in Lago. If your Lago stands behind a proxy, let it pass addresses as ' +
      'they are.',
  },
  'lago.usage-paid': {
    actor: 'wait',
    message:
      'What Lago would bill now is not shown for {names}: it is paid in advance, so each event ' +
      'has an invoice of its own already.',
    remedy:
      'Nothing: the events are compared. What was billed stands in the customer’s invoices in ' +
      'Lago.',
  },
  'lago.no-metrics': {
    actor: 'lago',
    message: 'Lago has no billable metric, so there is nothing that usage could count for.',
    remedy:
      'In Lago, open “Billable metrics” and add one, with the aggregation that fits your ' +
      'usage.',
  },
  'lago.no-plans': {
    actor: 'lago',
    message:
      'No plan in Lago charges for {metrics}, so that usage would be counted and never billed.',
    remedy:
      'In Lago, open “Plans”, add or edit a plan, and add the metric to its usage-based ' +
      'charges.',
  },
  'lago.no-subscriptions': {
    actor: 'lago',
    message:
      'No customer in Lago has an active subscription, so there is nobody whom usage could be ' +
      'billed to.',
    remedy: 'In Lago, open “Customers”, add or choose one, and assign a plan to it.',
  },
  'lago.not-found': {
    actor: 'settings',
    message: 'There is no Lago API at {address} (404).',
    remedy:
      'Check the address: US https://api.getlago.com, EU https://api.eu.getlago.com, or your ' +
      'own server.',
  },
  'lago.not-lago': {
    actor: 'settings',
    message: '{address} answers, but not as Lago does ({answer}).',
    remedy:
      'Check the address: that of Lago’s web pages is not that of its API. If it is right, a ' +
      'proxy or a sign-in page stands in the way; ask whoever runs that network.',
  },
  'lago.unreachable': {
    actor: 'wait',
    message: '{address} cannot be reached: {answer}.',
    remedy:
      'Check the address. If it is right, wait: the next run tries again and nothing is lost.',
  },
  'lago.unavailable': {
    actor: 'wait',
    message: 'Lago answered {status} several times.',
    remedy: 'Wait a few minutes and try again; a run does so by itself, and nothing is sent twice.',
  },
  'lago.rate-limit': {
    actor: 'wait',
    message: 'Lago asks us to slow down.',
    remedy: 'Nothing: the next run goes on. Lower the requests per second if it comes often.',
  },
  'lago.redirect': {
    actor: 'settings',
    message: '{address} redirects to another address; the API key is not sent there.',
    remedy: 'Enter the address that is meant.',
  },
  'lago.unexpected': {
    actor: 'us',
    message: 'Lago answered in an unknown way: {answer}.',
    remedy: 'Nothing is lost. Please report it with this text.',
  },
  'lago.other-organization': {
    actor: 'settings',
    message:
      'The API key belongs to “{name}”, but this sync has sent {rows} to another organization.',
    remedy:
      'Enter the key of the organization that it has sent to, or say that it starts anew in ' +
      '“{name}”.',
  },
  'lago.other-address': {
    actor: 'settings',
    message:
      'This sync has sent to {address}, and the connection names {other} now. Nothing is sent ' +
      'there until {person} confirms it.',
    remedy:
      'If Lago has moved, {person} says so here. Otherwise enter the former address and its key ' +
      'again.',
  },
  'lago.unknown-organization': {
    actor: 'settings',
    message: 'Which organization the API key belongs to cannot be read ({answer}).',
    remedy: 'Give the key the right to read the organization.',
  },

  // the ledger
  'ledger.vanished': {
    actor: 'settings',
    message:
      'The ledger has {lines} lines, but {recorded} were written: lines were deleted, or an old ' +
      'version was restored.',
    remedy:
      'Restore the file with the version history (File, Version history), then resume; or have ' +
      'the ledger rebuilt from Lago’s events here. Until then nothing is sent.',
  },
  'ledger.missing': {
    actor: 'settings',
    message: 'The ledger sheet “{name}” is gone.',
    remedy:
      'Restore the file with the version history (File, Version history), then resume; or have ' +
      'the ledger rebuilt from Lago’s events here. Until then nothing is sent.',
  },
  'ledger.damaged': {
    actor: 'settings',
    message: 'Lines of the ledger were altered (line {rows}).',
    remedy:
      'Restore the file with the version history (File, Version history), then resume; or have ' +
      'the ledger rebuilt from Lago’s events here. Until then nothing is sent.',
  },
  'ledger.rebuilding': {
    actor: 'settings',
    message:
      'The ledger is being rebuilt and is not complete yet, so nobody knows which rows were sent.',
    remedy:
      'Go on rebuilding it, also after the file was restored: what is there is taken over. ' +
      'Until then nothing is sent.',
  },
  'ledger.not-visible': {
    actor: 'wait',
    message:
      'Lago takes minutes to show the newest events, so the rows cannot be compared with it yet.',
    remedy: 'Go on rebuilding the ledger in {minutes} minutes. Nothing is sent meanwhile.',
  },
  'ledger.rebuild-long': {
    actor: 'settings',
    message:
      'Lago’s list of events is too long to compare with, so {rows} rows are looked up one by ' +
      'one: up to {requests} requests.',
    remedy:
      'Rebuild again to go on. Restoring the ledger from the version history of the file takes ' +
      'no requests.',
  },
  'ledger.copied': {
    actor: 'settings',
    message:
      'This spreadsheet is a copy of another one, which may go on sending these rows. ' +
      '{rows} were sent when it was copied.',
    remedy:
      'Send from one of the two only. To send from here, pause the sync in the original first, ' +
      'and go on with what was sent.',
  },
  'ledger.no-line': {
    actor: 'settings',
    message: 'The ledger has no line for “{key}”: nothing was sent for it.',
    remedy: 'Look under “Dry run” why it waits.',
  },
  'ledger.found': {
    actor: 'settings',
    message: 'This tab was sent before by “{name}”, a sync that was deleted: {rows}.',
    remedy:
      'Go on with what was sent, so that nothing is billed twice, and let {column} identify the ' +
      'rows as before: by another column each row would count as another one.{metric}',
  },
  'ledger.other-metric': {
    actor: 'settings',
    message:
      'What this sync goes on with was sent for another metric than its template names: {rows}.',
    remedy:
      'Start empty if these rows are to be billed for the metric of the template too. Go on with ' +
      'what was sent if they are not: then they are never sent for it.',
  },

  // runs and settings
  'run.busy': {
    actor: 'wait',
    message: 'Another run is at work in this file.',
    remedy: 'Nothing: it looks once more before it ends.',
  },
  'run.not-listed': {
    actor: 'settings',
    message: 'The sheet of runs does not have this run any more, so it cannot be taken back.',
    remedy: 'Take back single rows: delete them, with “Correct it” for removed rows.',
  },
  'run.undo-changed': {
    actor: 'settings',
    message:
      'Taking the run back would send {events} events now, and {expected} when you looked; so ' +
      'nothing more is sent.',
    remedy: 'Look at the preview again.',
  },
  'run.repeats': {
    actor: 'settings',
    message:
      '{repeated} sent rows of “{name}” changed and would be sent as further events, beside what ' +
      'Lago bills for them already; they wait.',
    remedy:
      'If that is meant, approve it. If rows were inserted or sorted and their ids moved with ' +
      'them, undo that first.',
  },
  'run.volume': {
    actor: 'settings',
    message:
      'This run would send {events} events; more than {limit} at once is far more than usual, ' +
      'so they wait.',
    remedy: 'Look at the dry run. If it is right, approve these {events} events.',
  },
  'run.removals': {
    actor: 'settings',
    message:
      '{removed} rows that were sent are gone from the tab “{name}” at once, and {events} ' +
      'events would be sent; they wait.',
    remedy:
      'If rows were cleared by mistake, bring them back (Edit, Undo, or the version history). ' +
      'If it is right, approve it.',
  },
  'period.closing': {
    actor: 'sheet',
    message:
      'A billing period ends at {end}. Rows that may belong to it and are not billed as the ' +
      'sheet says: {rows}.{later}',
    remedy: 'Complete or correct them before that; afterwards they are late.',
  },
  'period.below-zero': {
    actor: 'sheet',
    message:
      'A billing period ends at {end}. Totals in it that Lago does not bill as they are: ' +
      '{totals}. It bills nothing below zero, nor amounts without units, and makes no invoice at ' +
      'all where a volume charge is below zero.',
    remedy:
      'Open the sync to see which. Once the period is over, only a credit note in Lago can give ' +
      'something back.',
  },
  'total.breaks': {
    actor: 'lago',
    message:
      'Lago can make no invoice at all for the customer {customers}: by its own list of events ' +
      'a total under a volume price is below zero there already ({codes}).',
    remedy:
      'Before the period ends, send usage that outweighs it, or change the model of the charge ' +
      'in Lago. Rows that would lower it further wait.',
  },
  'total.below-zero': {
    actor: 'sheet',
    message:
      'Totals below zero in {period}: {totals} ({named}). Lago bills each as zero, and gives ' +
      'nothing back.',
    remedy:
      'Nothing, if more usage follows or this is meant. Otherwise give the customer a credit ' +
      'note in Lago. Reconcile lists all of them. Nothing is held for this. What others send to ' +
      'Lago is not counted here.',
  },
  'total.no-invoice': {
    actor: 'sheet',
    message:
      'What this sheet sent comes to totals below zero under a volume price in {period}: ' +
      '{totals} ({named}). Unless what others sent outweighs that, Lago makes no invoice at all ' +
      'for the customer.',
    remedy:
      'Look at the current usage of the customer in Lago. If Lago shows none, bring the total to ' +
      'zero with further rows before the period ends, or change the model of the charge. ' +
      'Reconcile lists all of them.',
  },
  'total.no-refund': {
    actor: 'sheet',
    message:
      'Totals of {period} that Lago bills higher, because they are paid in advance: ' +
      '{totals} ({named}). It gives nothing back for events below zero.',
    remedy:
      'Give the customer a credit note in Lago. Reconcile lists all of them. Nothing is held for ' +
      'this.',
  },
  'total.no-units': {
    actor: 'sheet',
    message:
      'Totals of {period} with amounts, whose units add up to zero under a dynamic charge: ' +
      '{totals} ({named}). Lago bills nothing for them.',
    remedy:
      'Before the period ends, give rows units, such as 1, in the property that the metric ' +
      'counts. Reconcile lists all of them. Nothing is held for this.',
  },
  'total.cut': {
    actor: 'lago',
    message:
      'Amounts of {period} under a dynamic charge that come to whole cents, which Lago’s event ' +
      'store cuts to whole units of the currency: {totals} ({named}).',
    remedy:
      'Bill the rest by hand in Lago, or give the plan a charge of another model. Amounts with ' +
      'fractions of a cent are billed right if their total has one, too. Nothing is held for this.',
  },
  'total.cut-ahead': {
    actor: 'lago',
    message:
      'A dynamic charge bills the amounts of {named}. If they come to whole cents, Lago’s event ' +
      'store cuts them to whole units of the currency: 225 cents are billed as 200.',
    remedy:
      'Give the plan a charge of another model, or amounts whose total has a fraction of a cent.',
  },
  'total.first-tier': {
    actor: 'sheet',
    message:
      'Totals that come to zero because events are taken back: {totals} ({named}). Lago still ' +
      'bills the flat amount of the charge’s first tier, which is due without any usage.',
    remedy:
      'Nothing, if this is meant. Otherwise give the customer a credit note in Lago, or change ' +
      'the first tier of the charge.',
  },
  'total.near-limit': {
    actor: 'lago',
    message:
      'Lago’s event store counts totals of more than 1,700,000,000,000 in a period wrong, and ' +
      'these metrics come near that: {named}.',
    remedy:
      'Before the first row is sent, count in a larger unit, such as gigabytes in the place of ' +
      'bytes, in the template and in the price. Rows beyond the limit are held.',
  },
  'event.total-too-large': {
    actor: 'lago',
    message:
      'With this row the usage of “{code}” ({of}) would come to more than 1,700,000,000,000 in ' +
      'its period. Lago’s event store counts wrong above that, and the invoice would be made so.',
    remedy:
      'Count in a larger unit, such as gigabytes in the place of bytes, in the template and in ' +
      'the price. Rows that still fit are sent.',
  },
  'event.total-unread': {
    actor: 'wait',
    message:
      'The total of “{code}” in its period is near a limit of Lago’s, and what Lago has of it ' +
      'could not be read in this run.',
    remedy:
      'Nothing: the next run looks again. If it stays for days, the period has too many events ' +
      'for a run, such as 100,000: send fewer rows with larger numbers.',
  },
  'event.total-too-costly': {
    actor: 'lago',
    message:
      'With this row the usage of “{code}” ({of}) could cost more in its period than an invoice ' +
      'of Lago can hold. Lago would make no invoice at all for the subscription.',
    remedy:
      'Correct the row if its number is wrong, or the prices of the plan and the unit that they ' +
      'are for. Rows that still fit are sent.',
  },
  'run.time': {
    actor: 'wait',
    message: 'The run stopped before Google’s time limit; {events} events are left.',
    remedy: 'Nothing: the next run goes on.',
  },
  'run.silent': {
    actor: 'settings',
    message:
      'A run has been due for {time}, and Google has not begun it. No limit of Google’s lasts ' +
      'that long: the trigger must be switched off.',
    remedy:
      'Activate the sync again: that makes a new trigger. What is not sent yet goes out with ' +
      'its first run.',
  },
  'run.no-trigger': {
    actor: 'settings',
    message: 'The trigger that runs this sync is gone: you activated it, and you have none here.',
    remedy: 'Activate the sync again: that makes a new trigger.',
  },
  'run.killed': {
    actor: 'settings',
    message:
      'The last {runs} runs did not end: Google stopped them after six minutes, or failed. The ' +
      'last one was {doing}.',
    remedy:
      'Press “Run now” and watch it: the page goes on where Google stops. Nothing is sent twice. ' +
      'A smaller tab takes less time.',
  },
  'schedule.costly': {
    actor: 'settings',
    message:
      'With this schedule the runs of this file would take {minutes} minutes a day. Google gives ' +
      'a person 90 for all triggers; more than {most} are not taken.',
    remedy: 'Choose one that runs less often.',
  },
  'run.google': {
    actor: 'wait',
    message: 'Google stopped the work: {detail}.',
    remedy: 'Nothing: the next run goes on where this one ended.',
  },
  'run.late': {
    actor: 'wait',
    message:
      'A run has been due for {time}, and Google has not begun it. It lets the scheduled runs of ' +
      'one account take 90 minutes a day (6 hours in a company): they may be used up, or the ' +
      'trigger may be switched off.',
    remedy:
      'Press “Run now” to send at once: that does not count. If the runs do not come back within ' +
      '24 hours, activate the sync again: that makes a new trigger.',
  },
  'quota.requests': {
    actor: 'wait',
    message:
      'Google lets one account make 20,000 requests a day (100,000 in a company), and those of ' +
      'the account that ran this are used up. Lago was not asked.',
    remedy:
      'Nothing: the limit is lifted within 24 hours, and the next run goes on. If it ' +
      'comes often, another person can activate the sync.',
  },
  'quota.properties': {
    actor: 'wait',
    message:
      'Google lets one account read and write settings 50,000 times a day (500,000 in a ' +
      'company), and the account that ran this has used them up.',
    remedy:
      'Nothing: the limit is lifted within 24 hours, and the next run goes on. If it ' +
      'comes often, another person can activate the sync.',
  },
  'quota.trigger-time': {
    actor: 'wait',
    message:
      'Google lets the scheduled runs of one account take 90 minutes a day (6 hours in a ' +
      'company), and they are used up.',
    remedy:
      'Press “Run now” to send at once: that does not count. Runs by the schedule come back ' +
      'within 24 hours.',
  },
  'quota.mail': {
    actor: 'wait',
    message:
      'No mail about this file can be sent today: Google lets one account write to 100 addresses ' +
      'a day (1,500 in a company), and they are used up.',
    remedy: 'Look here for what the mail would say. It is sent within 24 hours.',
  },
  'google.too-fast': {
    actor: 'wait',
    message: 'Google asked for a pause: this account used it too often within seconds.',
    remedy: 'Wait a minute. A run goes on by itself within the hour.',
  },
  // Short, because it has to fit into settings that are full.
  'google.settings-full': {
    actor: 'settings',
    message: 'The settings of this file are full: Google stores 500 KB of them.',
    remedy: 'Delete syncs that are no longer needed.',
  },
  'google.cells-full': {
    actor: 'sheet',
    message:
      'The file is full: Google allows 10 million cells in all tabs together, empty ones ' +
      'included. The ledger cannot take another line, so nothing is sent.',
    remedy: 'Delete tabs, or empty rows and columns, that nobody needs. The next run goes on.',
  },
  'mail.no-address': {
    actor: 'settings',
    message:
      'Nobody is mailed if “{name}” stops: Google does not say the address of whoever ' +
      'activated it.',
    remedy: 'Look here from time to time, or let a person of your company activate it again.',
  },
  'mail.not-allowed': {
    actor: 'settings',
    message:
      'A mail about “{name}” could not be sent: this add-on may not send mail for whoever ' +
      'activated it.',
    remedy: 'Activate the sync again, and allow sending mail when Google asks.',
  },
  'mail.refused': {
    actor: 'wait',
    message: 'A mail about “{name}” could not be sent: {detail}.',
    remedy: 'Look here for what the mail would say. It is tried again once a day.',
  },
  'google.authorization': {
    actor: 'settings',
    message:
      'Google needs your permission again; until you give it, nothing is sent in your ' +
      'name.{missing}',
    remedy:
      'Reload the spreadsheet, open the sidebar from the menu, and allow everything that Google ' +
      'asks for.',
  },
  'google.other-account': {
    actor: 'settings',
    message:
      'This sidebar was opened by {opened}, but Google passes its calls on as {account}: this ' +
      'browser is signed in to several Google accounts. Nothing was done.',
    remedy:
      'Sign out of the other accounts, or open the spreadsheet in a private window or a browser ' +
      'profile with one account only, and open the sidebar there.',
  },
  'google.not-called': {
    actor: 'sheet',
    message:
      '“{name}” is for Google’s menu and triggers; called from a cell or by hand it does nothing.',
    remedy: 'Remove the formula.',
  },
  'page.expired': {
    actor: 'settings',
    message: 'This sidebar was opened more than a day ago, or in another file. Nothing was done.',
    remedy: 'Close it and open it again from the menu.',
  },
  'google.no-file': {
    actor: 'settings',
    message: 'Google did not say which file this is about.',
    remedy:
      'Install this as the script of the spreadsheet itself, as its README says; as an add-on it ' +
      'is not proven.',
  },
  'google.view-only': {
    actor: 'settings',
    message: 'You may look at this file or tab, but not change it.',
    remedy: 'Ask its owner for the right to edit, or somebody who has it to do this.',
  },
  'settings.newer-version': {
    actor: 'settings',
    message: 'The settings were written by a newer version of this add-on.',
    remedy: 'Update the add-on; until then it sends nothing.',
  },
  'settings.unreadable': {
    actor: 'settings',
    message: 'The stored settings are damaged{where}.',
    remedy: 'Set the sync up again; the ledger keeps what was sent.',
  },
  'settings.stale': {
    actor: 'settings',
    message: 'The settings were changed in another window meanwhile.',
    remedy: 'Look at the newer ones and make your change again.',
  },
  'settings.incomplete': {
    actor: 'settings',
    message: 'The sync is not complete: {detail}.',
    remedy: 'Fill this in first.',
  },
  'settings.no-sync': {
    actor: 'settings',
    message: 'This sync does not exist any more.',
    remedy: 'Open the list of syncs again.',
  },
  'settings.not-yours': {
    actor: 'settings',
    message: '{person} has activated this sync, and nobody else can send it elsewhere.',
    remedy:
      'Ask {person} to confirm it here, or enter the former address and key again. ' +
      'If nobody can be asked, delete the sync and set it up again: what was sent is kept.',
  },
  'settings.triggers': {
    actor: 'settings',
    message: 'Google did not allow the trigger: {detail}.',
    remedy:
      'Remove triggers of this script (Extensions, Apps Script, Triggers) and activate again.',
  },
  'cell.rule': {
    actor: 'sheet',
    message: 'The data validation of cell {cell} rejects what was to be written there.',
    remedy:
      'Select the column “{column}”, then Data, Data validation: remove the rule, or let it show ' +
      'a warning instead of rejecting the input.',
  },
  'cell.typed': {
    actor: 'sheet',
    message: 'The column “{column}” belongs to a table and has a type. Google rejected the text.',
    remedy:
      'Set the type of the column to “None” in its menu, or choose a column outside of the table.',
  },
  'cell.unwritable': {
    actor: 'sheet',
    message: 'Nothing could be written into the column “{column}”: {detail}',
    remedy:
      'Look whether the column is protected, has a rule (Data, Data validation) or belongs to a ' +
      'table, and try again.',
  },
  'status.missing': {
    actor: 'sheet',
    message: 'The tab has no column “{column}” for the statuses.',
    remedy: 'Bring it back, or choose another one in the settings of the sync. Sending goes on.',
  },
  'status.unwritable': {
    actor: 'sheet',
    message: 'The statuses could not be written into the column “{column}”: {detail}',
    remedy: '{suggestion} Sending goes on.',
  },
  'status.in-use': {
    actor: 'settings',
    message: 'The sync reads the column “{column}”, or another sync of the tab uses it.',
    remedy:
      'Choose a column for the statuses that no event is made from; its cells are overwritten.',
  },
  'test.no-row': {
    actor: 'settings',
    message: 'No row of this sync is selected.',
    remedy: 'Select a row of the tab “{name}” below the header.',
  },
  'test.elsewhere': {
    actor: 'settings',
    message: 'This row was taken as billed elsewhere; it is never sent.',
    remedy: 'Choose another row for the test.',
  },
  'test.already-sent': {
    actor: 'settings',
    message: 'Lago already has this row, as {id}.',
    remedy: 'Choose another row for the test: a test event is a real event.',
  },
  'request.unknown': {
    actor: 'us',
    message: 'The sidebar asked for something unknown ({detail}).',
    remedy: 'Close the sidebar and open it again.',
  },
  internal: {
    actor: 'us',
    message: 'Something went wrong inside: {detail}.',
    remedy: 'Nothing is lost. Try again; please report it with this text if it stays.',
  },
});

/** The stable name of a problem, by which code and documentation refer to it. */
export type ProblemCode = keyof typeof catalogue;
