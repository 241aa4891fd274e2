/** Half of a character, which no address can carry. */
const HALVES = /\p{Surrogate}/gu;

/** A text as an address carries it. */
export const encoded = (text: string): string => encodeURIComponent(text.replace(HALVES, '\uFFFD'));

/**
 * An id as one part of an address's path, encoded whole: Lago takes what follows a dot for the
 * format of the answer (lago: requests.dots), and `encodeURIComponent` leaves dots as they are.
 * Nobody documents whether Google keeps this (google: fetch.encoded-dots); where it doesn't, Lago
 * does not find what is asked for.
 */
export const pathPart = (id: string): string => encoded(id).replace(/\./g, '%2E');

/** Google takes 2,082 characters in an address. */
const LONGEST_PART = 1_500;

/** Whether an id fits into an address. */
export const fitsIntoPath = (id: string): boolean => pathPart(id).length <= LONGEST_PART;
