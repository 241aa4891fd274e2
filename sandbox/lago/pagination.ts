import type { PaginationMeta } from 'lago-javascript-client';
import { internal } from './errors';

/** Unless asked for otherwise. */
export const PER_PAGE = 100;

/** Where what was asked for is no number, or below zero. */
const PER_PAGE_OF_NONSENSE = 25;

/** One page of a list with its meta; an empty list has page 0 of 0 (lago: requests.pages). */
export function paginate<T>(
  items: T[],
  query: URLSearchParams,
): { items: T[]; meta: PaginationMeta } {
  const perPage = perPageOf(query.get('per_page'));
  const page = Math.max(Number.parseInt(query.get('page') ?? '', 10) || 1, 1);
  if (perPage === 0 && items.length > 0) throw internal();
  const isEmpty = items.length === 0;
  const totalPages = isEmpty ? 0 : Math.ceil(items.length / perPage);
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    meta: {
      current_page: isEmpty ? 0 : page,
      next_page: page < totalPages ? page + 1 : null,
      prev_page: !isEmpty && page > 1 ? page - 1 : null,
      total_pages: totalPages,
      total_count: items.length,
    },
  };
}

function perPageOf(text: string | null): number {
  if (text === null) return PER_PAGE;
  return /^\d/.test(text) ? Number.parseInt(text, 10) : PER_PAGE_OF_NONSENSE;
}
