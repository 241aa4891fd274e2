import type { ProblemCode } from '../problem/catalogue';
import { type Problem, problem } from '../problem/problem';

/** Services whose use a day is limited, by the names that Google's texts give them. */
const DAILY: ReadonlyMap<string | undefined, ProblemCode> = new Map([
  ['urlfetch', 'quota.requests'],
  ['email', 'quota.mail'],
  ['gmail', 'quota.mail'],
  ['properties', 'quota.properties'],
]);

const NAMES = [...DAILY.keys()].join('|');

/**
 * The name at the end, as in “Trop d'appels pour ce service aujourd'hui : urlfetch.”, or behind
 * “サービス”. Google translates the sentence and leaves the name as it is, in lower case
 * (google: quota.texts), so this knows languages that nobody has listed. “Service error: Docs” has
 * the same form with a capital.
 */
const IN_ANY_LANGUAGE = new RegExp(`(?:[:：]\\s*|サービス )(${NAMES})(?= を|[.。]?\\s*(?:\\(|$))`);

/** Google's documentation writes the name with a capital (google: quota.texts). */
const IN_ENGLISH = new RegExp(`^Service invoked too many times[^:]*: *(${NAMES})\\b`, 'i');

/** Limits of seconds. The code is not translated (google: quota.short-time). */
const TOO_FAST = /Utilities\.sleep\(|in a short time|per second|simultaneous|Bandwidth quota/;

/**
 * The only text that names no service; no translation of it is known
 * (google: trigger.daily-time).
 */
const TRIGGER_TIME = /too much computer time/;

const SETTINGS_FULL = /property storage quota/;

/** The limit stands in the text (google: sheet.cells); languages group its digits differently. */
const CELLS_FULL = /\b10[.,'\s]?000[.,'\s]?000\b/;

/**
 * What is used up, or full, at Google; undefined if an exception is about something else.
 * @param text of the exception, in the language of whoever runs the script
 */
export function quotaProblem(text: string): Problem | undefined {
  // An address may contain the name of a service.
  const sentence = text.replace(/https?:\/\/\S+/g, '(address)');
  if (TOO_FAST.test(sentence)) return problem('google.too-fast');
  if (TRIGGER_TIME.test(sentence)) return problem('quota.trigger-time');
  if (SETTINGS_FULL.test(sentence)) return problem('google.settings-full');
  if (CELLS_FULL.test(sentence)) return problem('google.cells-full');
  const [, name] = IN_ENGLISH.exec(sentence) ?? IN_ANY_LANGUAGE.exec(sentence) ?? [];
  const code = DAILY.get(name?.toLowerCase());
  return code === undefined ? undefined : problem(code);
}
