/**
 * An error that Google's services throw. In the script it arrives as an `Error` of that realm named
 * "Exception".
 */
export class GoogleException extends Error {
  override readonly name = 'Exception';
}

/**
 * What a dead execution meets at every further service call. It never reaches a person: Google's
 * process is simply gone.
 */
export class ExecutionKilled extends Error {
  override readonly name = 'ExecutionKilled';
}

const FOREIGN: { readonly [letter: string]: string } = {
  a: 'á',
  e: 'é',
  i: 'í',
  o: 'ó',
  u: 'ú',
  A: 'Á',
  E: 'É',
  I: 'Í',
  O: 'Ó',
  U: 'Ú',
};

/**
 * Google translates its messages into the user's language (google: realm.localized), so code that
 * branches on an English text breaks for everybody else. Here every other language is English with
 * accents; addresses and names of cells stay as they are.
 */
export const localized = (message: string, locale: string): string =>
  /^en\b/i.test(locale)
    ? message
    : message.replace(
        /https?:\S+|\b[A-Z]{1,3}\d+\b|[aeiouAEIOU]/g,
        (part) => FOREIGN[part] ?? part,
      );
