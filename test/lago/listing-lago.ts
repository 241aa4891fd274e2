import type { LagoResponse } from '../../src/lago/http';
import { requestsTo } from '../../src/lago/requests';
import { answered, ScriptedHttp, TestClock } from './scripted-http';

export const THINGS = { path: '/things', name: 'things' };
export const OTHERS = { path: '/others?status[]=active', name: 'others', perPage: 10 };

/** A Lago that lists `counts` things of each name. */
export function lagoWith(
  counts: Readonly<Record<string, number>>,
  scripted?: (path: string, page: number) => LagoResponse | undefined,
  perSecond = 1000,
) {
  const clock = new TestClock();
  const http = new ScriptedHttp((path, asked) => {
    const name = path.slice(1);
    const [number, size] = [Number(asked.get('page')), Number(asked.get('per_page'))];
    const total = counts[name] ?? 0;
    const shown = Array.from(
      { length: Math.max(0, Math.min(size, total - (number - 1) * size)) },
      (_, index) => `${name}-${(number - 1) * size + index}`,
    );
    return (
      scripted?.(path, number) ??
      answered(200, {
        [name]: shown,
        meta: { total_pages: Math.ceil(total / size), total_count: total },
      })
    );
  });
  return { http, clock, requests: requestsTo(http, clock, perSecond) };
}
