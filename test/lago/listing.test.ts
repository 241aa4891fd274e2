import { firstPages, listAll } from '../../src/lago/listing';
import { lagoWith, OTHERS, THINGS } from './listing-lago';
import { answered, unreachable } from './scripted-http';

describe('listings', () => {
  it('are read in two waves: the first pages of all, then all others', () => {
    const { http, requests } = lagoWith({ things: 1_200, others: 25 });
    const listed = listAll(requests, [THINGS, OTHERS]);
    expect(listed).toEqual([
      Array.from({ length: 1_200 }, (_, index) => `things-${index}`),
      Array.from({ length: 25 }, (_, index) => `others-${index}`),
    ]);
    expect(http.sent).toEqual([2, 4]);
    expect(http.paths()).toEqual([
      '/things?per_page=500&page=1',
      '/others?status[]=active&per_page=10&page=1',
      '/things?per_page=500&page=2',
      '/things?per_page=500&page=3',
      '/others?status[]=active&per_page=10&page=2',
      '/others?status[]=active&per_page=10&page=3',
    ]);
  });

  it('that are empty have no pages', () => {
    const { http, requests } = lagoWith({});
    expect(listAll(requests, [THINGS])).toEqual([[]]);
    expect(http.sent).toEqual([1]);
  });

  it('that the key may not read are undefined, beside the others', () => {
    const { requests } = lagoWith({ others: 1 }, (path) =>
      path === '/things' ? answered(403, {}) : undefined,
    );
    expect(listAll(requests, [THINGS, OTHERS])).toEqual([undefined, ['others-0']]);
  });

  it('of which a later page cannot be read are a problem, never a part', () => {
    const { requests } = lagoWith({ things: 1_200 }, (_, number) =>
      number === 3 ? answered(403, {}) : undefined,
    );
    expect(listAll(requests, [THINGS])).toMatchObject({ code: expect.stringMatching(/^lago\./) });
    const { requests: lost } = lagoWith({ things: 1_200 }, (_, number) =>
      number === 2 ? unreachable() : undefined,
    );
    expect(listAll(lost, [THINGS])).toMatchObject({ code: 'lago.unreachable' });
  });

  it.each([
    ['what is no list', answered(200, { things: 'x' })],
    ['a page of a proxy', answered(200, '<html>')],
  ])('that are %s are a problem', (_, answer) => {
    const { requests } = lagoWith({}, () => answer);
    expect(listAll(requests, [THINGS])).toMatchObject({ code: expect.stringMatching(/^lago\./) });
  });

  it('end after 200 pages', () => {
    const { http, requests } = lagoWith({ things: 150_000 });
    expect((listAll(requests, [THINGS]) as string[][])[0]).toHaveLength(100_000);
    expect(http.requests).toHaveLength(200);
  });

  it('tell how many there are with their first page alone', () => {
    const { http, requests } = lagoWith({ things: 1_200 });
    expect(firstPages(requests, [THINGS])).toMatchObject([{ total: 1_200, pages: 3 }]);
    expect(http.sent).toEqual([1]);
  });
});
