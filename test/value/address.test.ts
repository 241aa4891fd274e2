import { pathPart } from '../../src/value/address';

test.each([
  ['acme', 'acme'],
  ['acme.com', 'acme%2Ecom'],
  ['bob@acme.com', 'bob%40acme%2Ecom'],
  ['a/b c?é', 'a%2Fb%20c%3F%C3%A9'],
  ['..', '%2E%2E'],
  ['a\uD83Db', 'a%EF%BF%BDb'],
  ['\uD83D\uDE00', '%F0%9F%98%80'],
])('the id %j is one part of a path: %s', (id, part) => {
  expect(pathPart(id)).toBe(part);
});
