import type { Check } from './check';
import { type Conformance, isConforming } from './conformance';
import type { Outcome } from './outcome';

const count = (outcomes: readonly Outcome[], wanted: Outcome['outcome']): number =>
  outcomes.filter(({ outcome }) => outcome === wanted).length;

const json = (value: Check['got']): string => JSON.stringify(value);

const MARKS: Readonly<Record<Outcome['outcome'], string>> = {
  holds: 'holds    ',
  differs: 'DIFFERS  ',
  'not asked': 'not asked',
};

function lines({ id, says, outcome, differences, because, without }: Outcome): string[] {
  const details = [
    ...differences.map(
      ({ what, expected, got }) =>
        `           ${what}: expected ${json(expected)}, got ${json(got)}`,
    ),
    ...(because === undefined ? [] : [`           ${because}`]),
    ...(without === undefined ? [] : [`           Asked without ${without}.`]),
  ];
  return [`${MARKS[outcome]}  ${id}: ${says}`, ...details];
}

/** The report for people: fact by fact, then the play, then what was removed and what stays. */
export function reportText(conformance: Conformance): string {
  const { organization, store, facts, play, cleanup } = conformance;
  const all = [...facts, ...play];
  const removed = Object.entries(cleanup.removed).map(([kind, number]) => `${number} ${kind}`);
  const differs = count(all, 'differs');
  return [
    `Lago of “${organization}”, events in ${store ?? 'a store that it does not tell'}`,
    '',
    'Facts',
    ...facts.flatMap(lines),
    '',
    'Play',
    ...play.flatMap(lines),
    '',
    `Removed: ${removed.join(', ') || 'nothing'}.`,
    ...cleanup.stays,
    '',
    [
      `${count(all, 'holds')} hold`,
      `${differs} ${differs === 1 ? 'differs' : 'differ'}`,
      `${count(all, 'not asked')} could not be asked.`,
    ].join(', '),
    isConforming(conformance)
      ? 'All that was asked holds.'
      : 'The product does not know this Lago: what differs may bill wrongly.',
    '',
  ].join('\n');
}

/** The same as JSON, in one line. */
export const reportJson = (conformance: Conformance): string =>
  `${JSON.stringify({ conforms: isConforming(conformance), ...conformance })}\n`;
