import { edit, fix, type Repair } from './candidate';

/** The braces around the pasted recipe. */
export const missingBraces: Repair = ({ text }) => {
  const end = text.trimEnd().replace(/,$/, '').length;
  const isOnLines = text.trim().includes('\n');
  const opening = /^\s/.test(text) ? '{' : isOnLines ? '{\n' : '{ ';
  return [
    fix(
      'Add the outer braces',
      edit(0, 0, opening),
      edit(end, text.length, isOnLines ? '\n}' : ' }'),
    ),
  ];
};

/**
 * Where a text ends without the letters at its end. They are taken one by one, since a pattern
 * would begin again at each of a thousand spaces.
 */
function endWithout(text: string, letter: RegExp): number {
  let end = text.length;
  while (end > 0 && letter.test(text[end - 1] ?? '')) end--;
  return end;
}

const straightQuotes: Repair = ({ text }) => {
  const curly = [...text.matchAll(/[“”„‟]/g)].map(({ index }) => edit(index, index + 1, '"'));
  return curly.length === 0 ? [] : [fix('Use straight quotes', ...curly)];
};

/** No-break spaces between the parts of the JSON; in its texts they may be meant. */
const plainSpaces: Repair = ({ text }, { from }) => {
  const rest = /^[\u00a0\u2007\u202f]+/.exec(text.slice(from))?.[0].length ?? 0;
  const all = [...text.matchAll(/[\u00a0\u2007\u202f]/g)];
  return rest === 0
    ? []
    : [fix('Use plain spaces', ...all.map(({ index }) => edit(index, index + 1, ' ')))];
};

const comma: Repair = ({ text }, { from }) => {
  const before = text.slice(0, from).trimEnd().length;
  return [
    ...(text[before - 1] === ',' ? [fix('Remove the comma', edit(before - 1, before, ''))] : []),
    ...(before > 0 ? [fix('Add a comma', edit(before, before, ','))] : []),
  ];
};

const closingBraces: Repair = ({ text }) => {
  // The place of an error at the very end is the last character, perhaps one of the event.
  const end = text.trimEnd().length;
  return [' }', ' } }', ' } } }'].map((closing) =>
    fix('Close the braces', edit(end, end, closing)),
  );
};

const behindTheEvent: Repair = ({ text }, { from }) => {
  const begin = endWithout(text, /[\s,;}]/);
  return text.length - begin > 1 && from >= begin
    ? [fix('Remove what stands behind the event', edit(Math.max(from, begin), text.length, ''))]
    : [];
};

/** What is mostly wrong with JSON that people write or paste. */
export const brokenJson: Repair = (draft, found) =>
  [straightQuotes, plainSpaces, comma, closingBraces, behindTheEvent].flatMap((repair) =>
    repair(draft, found),
  );
