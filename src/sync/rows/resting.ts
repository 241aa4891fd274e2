import { DAY_MS } from '../../value/duration';
import { digest } from './content';

/**
 * When rows were last edited, as on-edit runs saw it: per moment (ms) the contents that rows then
 * had; and when anything in the tab was.
 */
export interface Touched {
  /** Marks of rows with their contents, by the moment (ms, as text) at which the edit was seen. */
  readonly moments: Readonly<Record<string, readonly string[]>>;
  /** When anything in the tab was last edited (ms); 0 if never. */
  readonly tabAt: number;
  /** When rows that had rested were last looked for (ms); 0 if never. */
  readonly lookedAt: number;
  /** When all rows are due (ms), since those of an edit could not be looked at, or sent. */
  readonly againAt?: number | undefined;
}

/** A tab in which no edit was seen. */
export const untouched: Touched = { moments: {}, tabAt: 0, lookedAt: 0 };

/**
 * Longest stored form; a property holds 9 KB. Older marks are dropped first, and their rows then
 * rest by the rule for the whole tab.
 */
const KEPT_CHARACTERS = 8_000;
const KEPT_MS = DAY_MS;
/**
 * Short, so that a pasted range of 600 rows fits. If two rows get the same mark by chance, they
 * only rest by the rule for the whole tab.
 */
const KEY_DIGITS = 4;
const DIGEST_DIGITS = 6;

/** A mark of a row's key and content: its first digits tell the key. */
const markOf = (key: string, content: string): string =>
  digest(key).slice(0, KEY_DIGITS) + digest(content).slice(0, DIGEST_DIGITS);
const keyOf = (mark: string): string => mark.slice(0, KEY_DIGITS);

/**
 * Notes that rows have these contents since `now` (ms), in place of earlier ones. If they were not
 * edited now, contents that are known already keep their moment.
 */
export function touch(
  touched: Touched,
  rows: readonly { readonly key: string; readonly content: string }[],
  now: number,
  byEdit: boolean,
): Touched {
  const known = new Set(Object.values(touched.moments).flat());
  const fresh = rows
    .map(({ key, content }) => markOf(key, content))
    .filter((mark) => byEdit || !known.has(mark));
  const replaced = new Set(fresh.map(keyOf));
  const moments: Record<string, readonly string[]> = {};
  let room = KEPT_CHARACTERS;
  const keep = (moment: string, marks: readonly string[]): void => {
    // A moment costs its own digits and quotes, each mark its digits, quotes and a comma.
    const fitting = marks.slice(
      0,
      Math.max(0, Math.floor((room - moment.length - 8) / (KEY_DIGITS + DIGEST_DIGITS + 3))),
    );
    if (fitting.length === 0) return;
    moments[moment] = [...(moments[moment] ?? []), ...fitting];
    room -= moment.length + 8 + fitting.length * (KEY_DIGITS + DIGEST_DIGITS + 3);
  };
  keep(String(now), fresh);
  for (const moment of Object.keys(touched.moments).sort(
    (left, right) => Number(right) - Number(left),
  )) {
    if (now - Number(moment) > KEPT_MS) continue;
    keep(
      moment,
      (touched.moments[moment] ?? []).filter((mark) => !replaced.has(keyOf(mark))),
    );
  }
  return { ...touched, moments, tabAt: byEdit ? now : touched.tabAt };
}

/** Forgets contents that were sent: they rest no more. */
export function forget(
  touched: Touched,
  rows: readonly { readonly key: string; readonly content: string }[],
): Touched {
  const gone = new Set(rows.map(({ key, content }) => markOf(key, content)));
  const moments = Object.entries(touched.moments)
    .map(
      ([moment, contents]) => [moment, contents.filter((content) => !gone.has(content))] as const,
    )
    .filter(([, contents]) => contents.length > 0);
  return { ...touched, moments: Object.fromEntries(moments) };
}

/** Whether rows have rested since rows that had were last looked for. Times in ms. */
export const hasRested = ({ moments, lookedAt }: Touched, restMs: number, now: number): boolean =>
  Object.keys(moments).some((moment) => {
    const restedAt = Number(moment) + restMs;
    return lookedAt < restedAt && restedAt <= now;
  });

/** Whether a row still rests; it does not if its period is about to end (ms, if that is known). */
export type RestingRule = (key: string, content: string, endsAt?: number) => boolean;

/** No row rests: a person waits, or there is no trigger that would send it soon. */
export const NONE_RESTS: RestingRule = () => false;

/** Whether a period ends soon (all in ms): a later run might begin too late for it. */
export const endsSoon = (endsAt: number | undefined, now: number, aheadMs: number): boolean =>
  endsAt !== undefined && now <= endsAt && endsAt <= now + aheadMs;

/**
 * Tells which contents are younger than the rest (ms). A content that no on-edit run saw rests
 * while anything in the tab is being edited, since Google queues two edits at most and drops the
 * others.
 * @param aheadMs how long before the end of its period a row has no time left to rest
 */
export function restingRule(
  touched: Touched,
  restMs: number,
  now: number,
  aheadMs: number,
): RestingRule {
  const isYoung = (at: number): boolean => now - at < restMs;
  const isClosing = (endsAt: number | undefined): boolean => endsSoon(endsAt, now, aheadMs);
  // No mark can match, and making one costs two digests a row.
  if (Object.keys(touched.moments).length === 0)
    return (_key, _content, endsAt) => isYoung(touched.tabAt) && !isClosing(endsAt);
  const since = new Map(
    Object.entries(touched.moments).flatMap(([moment, contents]) =>
      contents.map((content) => [content, Number(moment)] as const),
    ),
  );
  return (key, content, endsAt) =>
    isYoung(since.get(markOf(key, content)) ?? touched.tabAt) && !isClosing(endsAt);
}

/** Tells whether an on-edit run has seen exactly this content of a row. */
export function isTracked(touched: Touched): (key: string, content: string) => boolean {
  const known = new Set(Object.values(touched.moments).flat());
  return (key, content) => known.has(markOf(key, content));
}
