/** Which signs a locale writes numbers with. */
interface Signs {
  readonly decimal: string;
  readonly group: string;
}

/**
 * Between thousands, where editions of the Unicode data differ: the one that is shown here, and all
 * that a person may type for it.
 */
const VARIANTS: readonly Variants[] = [
  { shown: '\u202f', typed: /[ \u00a0\u202f]/ },
  { shown: '\u2019', typed: /['\u2019]/ },
];

interface Variants {
  readonly shown: string;
  readonly typed: RegExp;
}

/**
 * How numbers are entered and shown in a file of one locale. The decimal and grouping signs are
 * those of this machine's Unicode data; that Google has the same ones is an inference.
 */
export class NumberNotation {
  /** Such as `de_DE`. */
  readonly locale: string;
  readonly #signs: Signs;
  readonly #number: RegExp;
  readonly #grouping: RegExp;

  constructor(locale: string) {
    this.locale = locale;
    this.#signs = signsOf(locale);
    const decimal = `\\${this.#signs.decimal}`;
    const group =
      VARIANTS.find(({ shown }) => shown === this.#signs.group)?.typed.source ??
      `\\${this.#signs.group}`;
    this.#number = new RegExp(
      `^([-+]?)(?:(\\d{1,3}(?:${group}\\d{3})+|\\d+)(?:${decimal}(\\d*))?|${decimal}(\\d+))(?:[eE]([-+]?\\d+))?(%?)$`,
    );
    this.#grouping = new RegExp(group, 'g');
  }

  /** What a person means by `text` if it is a number; undefined if it is not one here. */
  read(text: string): EnteredNumber | undefined {
    const match = this.#number.exec(text);
    if (!match) return undefined;
    const [, sign, whole = '', decimals, bareDecimals, exponent, percent] = match;
    const ungrouped = whole.replace(this.#grouping, '');
    const fraction = decimals || bareDecimals || '';
    const magnitude = Number(
      `${ungrouped || '0'}.${fraction || '0'}${exponent === undefined ? '' : `e${exponent}`}`,
    );
    if (!Number.isFinite(magnitude)) return undefined;
    return {
      value: (sign === '-' ? -magnitude : magnitude) / (percent ? 100 : 1) + 0,
      hasFraction: fraction !== '',
      grouped: ungrouped !== whole,
      scientific: exponent !== undefined,
      percent: percent !== '',
    };
  }

  /**
   * Puts this locale's signs into a number that is written as in JavaScript, with commas between
   * the thousands where it is grouped.
   */
  shown(digits: string): string {
    const { decimal, group } = this.#signs;
    return decimal === '.' && group === ','
      ? digits
      : digits.replace(/[.,]/g, (sign) => (sign === '.' ? decimal : group));
  }
}

export interface EnteredNumber {
  readonly value: number;
  readonly hasFraction: boolean;
  readonly grouped: boolean;
  readonly scientific: boolean;
  readonly percent: boolean;
}

function signsOf(locale: string): Signs {
  const tag = locale.replace('_', '-');
  if (
    !/^[a-z]{2,3}_[A-Z]{2}$/.test(locale) ||
    Intl.NumberFormat.supportedLocalesOf(tag).length === 0
  ) {
    throw new Error(`Unknown locale ${locale}: such as en_US or de_DE.`);
  }
  const parts = new Intl.NumberFormat(tag, { numberingSystem: 'latn' }).formatToParts(1_234_567.5);
  const sign = (type: 'decimal' | 'group'): string =>
    parts.find((part) => part.type === type)?.value ?? '';
  const group = sign('group');
  return {
    decimal: sign('decimal'),
    group: VARIANTS.find(({ typed }) => typed.test(group))?.shown ?? group,
  };
}
