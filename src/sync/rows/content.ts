import JsSha from 'jssha/sha256';
import type { Column } from '../../template/template';
import { type Cells, type CellValue, plainText } from '../../value/cell';
import { addTo } from '../../value/group';
import { ownValue, parsedJson } from '../../value/json';

/**
 * 128 bits of a SHA-256: with a million rows, a chance of 10^-27 that two different texts look the
 * same.
 */
const HEX_DIGITS = 32;

/** The hexadecimal digest (32 digits) of a text. */
export function digest(text: string): string {
  return new JsSha('SHA-256', 'TEXT', { encoding: 'UTF8' })
    .update(text)
    .getHash('HEX')
    .slice(0, HEX_DIGITS);
}

/**
 * What a row says in the columns that a template reads, by header: a short value as JSON text, a
 * longer one as `#` and its digest. Dates are the wall clock that the sheet shows, so that another
 * number format, time zone, template or name of a column changes nothing.
 */
export type Content = Readonly<Record<string, string>>;

/** Longest value that is kept as it is; an auditor can read it in the ledger. */
const LONGEST_PLAIN = 40;

function token(value: CellValue): string {
  const text = JSON.stringify(plainText(value));
  return text.length <= LONGEST_PLAIN ? text : `#${digest(text)}`;
}

/** The content of a row in some columns. */
export const contentOf = (cells: Cells, columns: readonly Column[]): Content =>
  Object.fromEntries(
    columns.map(({ header, name }) => [header, token(cells.get(name)?.value ?? '')]),
  );

/**
 * Whether a kept value is that of a key: keys are texts, and the cells of some are numbers.
 * @param said as the content has it; undefined if it has none
 */
export const saysKey = (said: string | undefined, key: string): boolean =>
  said === key || said === token(key);

/** A content as one text, for comparison. */
export const contentText = (content: object): string =>
  JSON.stringify(Object.entries(content).sort(([left], [right]) => (left < right ? -1 : 1)));

/** The content that `contentText` has made a text of. */
export function contentIn(text: string): Content {
  const parsed = parsedJson(text);
  const pairs: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
  return Object.fromEntries(
    pairs.flatMap((pair) => (Array.isArray(pair) ? [[String(pair[0]), String(pair[1])]] : [])),
  );
}

/**
 * Whether a row still says what it said when it was sent. Only columns that were read then and are
 * read now are compared: a template that reads more or fewer columns, or a column under a new
 * header, makes no sent row a changed one.
 * @param now the row's content in the columns that the template reads now
 */
export const sameContent = (sent: Content, now: Content): boolean =>
  Object.entries(sent).every(([header, value]) => (ownValue(now, header) ?? value) === value);

const among = (content: Content, headers: readonly string[]): Content =>
  Object.fromEntries(headers.map((header) => [header, content[header] ?? '']));

/**
 * Finds, among contents that Lago bills and no row shows any more, those that equal a row in all
 * but the key; each is found once.
 */
export class LeftContents {
  /** The first key of a body last, where taking one costs the same however many there are. */
  readonly #keysByBody = new Map<string, string[]>();
  readonly #headerSets = new Map<string, readonly string[]>();

  /**
   * @param compared headers that are picked now, without the key's: what was read under others
   * cannot be compared any more.
   */
  constructor(
    left: readonly { readonly key: string; readonly content: Content }[],
    compared: ReadonlySet<string>,
  ) {
    for (const { key, content } of left) {
      const headers = Object.keys(content).filter((header) => compared.has(header));
      if (headers.length === 0) continue;
      this.#headerSets.set(JSON.stringify(headers), headers);
      addTo(this.#keysByBody, contentText(among(content, headers)), key);
    }
    for (const keys of this.#keysByBody.values()) keys.reverse();
  }

  /**
   * The key under which this content is billed, which is then taken; undefined if there is none.
   */
  take(content: Content): string | undefined {
    for (const headers of this.#headerSets.values()) {
      const key = this.#keysByBody.get(contentText(among(content, headers)))?.pop();
      if (key !== undefined) return key;
    }
    return undefined;
  }
}

const OTHER = '#other content in Lago';

/**
 * The content of a row of which only Lago's event is known. It equals no real content, so the row
 * counts as changed.
 */
export const otherContent = (content: Content): Content =>
  Object.fromEntries(Object.keys(content).map((header) => [header, OTHER]));
