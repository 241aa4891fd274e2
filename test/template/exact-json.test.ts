import fc from 'fast-check';
import { withExactNumbers } from '../../src/template/exact-json';

test.each([
  ['{"gb":1.5}', '{"gb":1.5}'],
  ['{"gb":0.30000000000000004}', '{"gb":0.30000000000000004}'],
  ['{"gb":0.12345678901234567890}', '{"gb":"0.12345678901234567890"}'],
  ['{"gb":-12345678901234567.89}', '{"gb":"-12345678901234567.89"}'],
  ['{"gb":12345678901234567890}', '{"gb":"12345678901234567890"}'],
  ['{"gb":9007199254740992}', '{"gb":9007199254740992}'],
  ['{"gb":1.50000000000000000000}', '{"gb":1.50000000000000000000}'],
  [
    '[0.12345678901234567890,"0.12345678901234567890"]',
    '["0.12345678901234567890","0.12345678901234567890"]',
  ],
  ['{"0.12345678901234567890\\"":1}', '{"0.12345678901234567890\\"":1}'],
  ['{"gb":1.2345678901234567890e5}', '{"gb":1.2345678901234567890e5}'],
  ['{"gb":1e05,"id":"1234567890123456"}', '{"gb":1e05,"id":"1234567890123456"}'],
  ['{"gb":1.5E-07,"id":1234567890123456}', '{"gb":1.5E-07,"id":1234567890123456}'],
  ['{"gb":1e+00,"id":"1234567890123456"}', '{"gb":1e+00,"id":"1234567890123456"}'],
  // No JSON: whether it is refused depends on no other number.
  ['{"gb":007,"id":"1234567890123456"}', '{"gb":007,"id":"1234567890123456"}'],
])('%s is read as %s', (json, expected) => {
  expect(withExactNumbers(json)).toBe(expected);
});

test('no number of the result is another one once it was read', () => {
  const digits = fc.stringMatching(/^\d{0,20}$/);
  const number = fc
    .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 1n, max: 10n ** 18n }), digits)
    .map(([sign, whole, end]) => `${sign}${whole}${end === '' ? '' : `.${end}`}`);
  fc.assert(
    fc.property(number, (text) => {
      const [read] = JSON.parse(withExactNumbers(`[${text}]`));
      const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
      expect([text, plain]).toContain(typeof read === 'number' ? String(read) : read);
    }),
  );
});
