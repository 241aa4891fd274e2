/** Carries the name under which calls are counted; also how a service object is told from data. */
export const SERVICE = Symbol('service');

export interface ServiceObject {
  readonly [SERVICE]: string;
}
