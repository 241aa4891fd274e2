import type { PaginationMeta } from 'lago-javascript-client';

/** Unless asked for otherwise. */
export const PER_PAGE = 100;

/** One page of a list with its meta; an empty list has page 0 of 0 (lago: requests.pages). */
export function paginate<T>(
  items: T[],
  query: URLSearchParams,
): { items: T[]; meta: PaginationMeta } {
  const perPage = positive(query.get('per_page'), PER_PAGE);
  const page = positive(query.get('page'), 1);
  const totalPages = Math.ceil(items.length / perPage);
  const within = page <= totalPages;
  return {
    items: items.slice((page - 1) * perPage, page * perPage),
    meta: {
      current_page: items.length === 0 ? 0 : page,
      next_page: within && page < totalPages ? page + 1 : null,
      prev_page: within && page > 1 ? page - 1 : null,
      total_pages: totalPages,
      total_count: items.length,
    },
  };
}

function positive(text: string | null, fallback: number): number {
  const number = Number.parseInt(text ?? '', 10);
  return number > 0 ? number : fallback;
}
