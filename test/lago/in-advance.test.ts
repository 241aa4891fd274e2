import type { Catalog, Charge } from '../../src/lago/catalog';
import { inAdvance } from '../../src/lago/in-advance';

const charge = (payInAdvance: boolean): Charge => ({
  model: 'standard',
  filters: [],
  isFreeOtherwise: false,
  payInAdvance,
  prorated: false,
  byEvent: false,
  groups: [],
});

const plan = (code: string, charges: readonly boolean[]) =>
  [
    code,
    {
      code,
      name: code,
      charges: new Map(charges.length === 0 ? [] : [['units', charges.map(charge)]]),
    },
  ] as const;

const plans: Catalog['plans'] = new Map([
  plan('advance', [true]),
  plan('two', [true, true]),
  plan('both', [false, true]),
  plan('arrears', [false]),
  plan('none', []),
]);

describe('charges of a metric are paid in advance', () => {
  test.each<[string, readonly string[], string | undefined]>([
    ['all of one plan', ['advance'], 'all'],
    ['all of several', ['two'], 'all'],
    ['some beside others', ['both'], 'some'],
    ['none', ['arrears'], undefined],
    ['none where the plan has none for the metric', ['none'], undefined],
    ['none where no subscription counts the event', [], undefined],
    ['none is known of a plan that is not listed', ['unknown'], undefined],
    ['all of two plans', ['advance', 'two'], 'all'],
    ['of one plan only', ['advance', 'arrears'], 'some'],
    ['of one plan, while another has none', ['advance', 'none'], 'some'],
    ['of one plan, while another is not known', ['advance', 'unknown'], 'some'],
  ])('%s', (_, counting, expected) => {
    const subscriptions = counting.map((each) => ({ plan: each }));
    expect(inAdvance({ plans }, 'units', subscriptions)).toBe(expected);
  });

  test('nobody knows where the key may not read plans', () => {
    expect(inAdvance({ plans: undefined }, 'units', [{ plan: 'advance' }])).toBe(undefined);
  });
});
