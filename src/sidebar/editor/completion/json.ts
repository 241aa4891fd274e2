import { type JsonText, type Scan, textAt } from '../tokens';
import { columnOutputs } from './columns';
import { eventFields, metricFields } from './fields';
import { contentOf, type Frame, type JsonPlace, jsonPlace } from './json-place';
import type { Cursor, Labelled, Proposal, Proposals } from './proposal';

/** A cursor in the JSON of a template. */
interface JsonCursor extends Cursor {
  /** The JSON text that it is inside of, if any. */
  readonly around: JsonText | undefined;
}

/** What could be written at a cursor outside of Liquid. */
export function inJson(cursor: Cursor, scanned: Scan): Proposals | undefined {
  const { text, at, asked } = cursor;
  const around = textAt(scanned, at);
  if (around === undefined && !asked) return undefined;
  const place = jsonPlace(text, scanned, around?.from ?? at);
  return place === undefined ? undefined : atPlace({ ...cursor, around }, place);
}

function atPlace(cursor: JsonCursor, { frame, key, expects }: JsonPlace): Proposals | undefined {
  const { around, asked } = cursor;
  const isName = expects === 'name';
  // A text with an output in it is not a name or code that could be known.
  if (isName || (expects === 'value' && key === 'code' && isEvent(frame)))
    return around?.hasLiquid === true ? undefined : isName ? names(cursor, frame) : codes(cursor);
  return expects === 'value' && asked
    ? columnOutputs(cursor, key, around !== undefined)
    : undefined;
}

/** The event itself: the outermost object, or the one that Hightouch's form calls `event`. */
const isEvent = ({ path }: Frame): boolean =>
  path.length === 0 || (path.length === 1 && path[0] === 'event');
const isProperties = ({ path }: Frame): boolean =>
  path[path.length - 1] === 'properties' && path.length <= 2;

function names(cursor: JsonCursor, frame: Frame): Proposals {
  const { text, around, known } = cursor;
  const own = around === undefined ? undefined : contentOf(text, around);
  const taken = new Set(frame.keys.filter((key) => key !== own));
  const fields = isProperties(frame)
    ? metricFields(text, known.metrics)
    : isEvent(frame)
      ? eventFields
      : [];
  const colon = around?.property === true ? '' : ': ';
  return quotedProposals(
    cursor,
    fields.filter(({ label }) => !taken.has(label)),
    colon,
  );
}

/** Names of Lago's aggregations come as `sum_agg`. */
const inPlainWords = (aggregation: string): string =>
  aggregation.replace(/_agg$/, '').replace(/_/g, ' ');

const codes = (cursor: JsonCursor): Proposals =>
  quotedProposals(
    cursor,
    (cursor.known.metrics ?? []).map(({ code, name, aggregation }) => ({
      label: code,
      detail: `${name}, ${inPlainWords(aggregation)}`,
    })),
  );

/** Proposals that write their label as a JSON text, with `more` behind it. */
function quotedProposals(cursor: JsonCursor, labelled: readonly Labelled[], more = ''): Proposals {
  const proposals = labelled.map((each) => quoted(cursor, each, more));
  return { from: narrowedFrom(cursor, proposals), proposals };
}

/** Takes the place of a whole JSON text; where there is none it is put in with quotes. */
function quoted({ at, around }: JsonCursor, { label, detail }: Labelled, more: string): Proposal {
  const content = JSON.stringify(label).slice(1, -1);
  if (around === undefined)
    return { label, detail, from: at, to: at, insert: `"${content}"${more}` };
  return { label, detail, from: around.from + 1, to: around.to, insert: `${content}"${more}` };
}

/**
 * Where the typing begins that narrows the proposals. A person who asks at a text that is one of
 * them, or like none of them, wants to see all.
 */
function narrowedFrom(
  { text, at, around, asked }: JsonCursor,
  proposals: readonly Proposal[],
): number {
  if (around === undefined) return at;
  const typed = text.slice(around.from + 1, at).toLowerCase();
  const narrows = proposals.some(
    ({ label }) => label.toLowerCase() !== typed && label.toLowerCase().includes(typed),
  );
  return asked && !narrows ? at : around.from + 1;
}
