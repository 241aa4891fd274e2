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
 * Google's text of a daily quota that is used up, by language (google: quota.texts). The name of
 * the service is the same in all of them.
 */
const USED_UP: { readonly [language: string]: (service: string) => string } = {
  es: (service) => `Servicio solicitado demasiadas veces en un mismo día: ${service}.`,
  fr: (service) => `Trop d'appels pour ce service aujourd'hui : ${service}.`,
  id: (service) => `Layanan terlalu sering diminta di hari yang sama: ${service}.`,
  ja: (service) => `1 日にサービス ${service} を実行した回数が多すぎます。`,
  nl: (service) => `Service is te vaak aangeroepen voor één dag: ${service}.`,
  pl: (service) => `Usługa wywołana zbyt wiele razy jednego dnia: ${service}.`,
  pt: (service) => `Serviço chamado muitas vezes no mesmo dia: ${service}.`,
  vi: (service) => `Dịch vụ bị gọi quá nhiều lần trong một ngày: ${service}.`,
};

const USED_UP_IN_ENGLISH = /^Service invoked too many times for one day: (\w+)\.$/;

/**
 * What stays as it is in every language: addresses, code, names of cells, and the name of a service
 * at the end.
 */
const UNTRANSLATED = /https?:\S+|\b[A-Z]{1,3}\d+\b|\w+\.\w+\(\w*\)|(?<=: )[a-z]+\.$|[aeiou]/gi;

/**
 * Google translates its messages into the user's language (google: realm.localized), so code that
 * branches on an English text breaks for everybody else. Here a language whose text nobody has
 * reported is English with accents.
 */
export function localized(message: string, locale: string): string {
  const [language = ''] = locale.toLowerCase().split(/[-_]/);
  if (language === 'en') return message;
  const [, service] = USED_UP_IN_ENGLISH.exec(message) ?? [];
  const reported = USED_UP[language];
  return service !== undefined && reported !== undefined
    ? reported(service)
    : message.replace(UNTRANSLATED, (part) => FOREIGN[part] ?? part);
}
