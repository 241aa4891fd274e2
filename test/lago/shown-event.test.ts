import { lagoWith } from './answering-lago';
import { ADDRESS, answered, unreachable, usageEvent } from './scripted-http';

describe('an event that is shown', () => {
  it('is Lago’s own, or nothing', () => {
    const { destination } = lagoWith({ events: [usageEvent('a')] });
    expect(destination.show({ transaction_id: 'a' })).toMatchObject({
      transaction_id: 'a',
      properties: { quantity: 5 },
    });
    expect(destination.show({ transaction_id: 'b' })).toBeUndefined();
  });

  it('is a problem where Lago does not answer', () => {
    expect(
      lagoWith({ shown: () => answered(401, {}) }).destination.show({ transaction_id: 'a' }),
    ).toMatchObject({
      code: 'lago.unauthorized',
    });
    expect(
      lagoWith({ shown: () => unreachable() }).destination.show({ transaction_id: 'a' }),
    ).toMatchObject({
      code: 'lago.unreachable',
      message: expect.stringContaining(ADDRESS),
    });
  });
});
