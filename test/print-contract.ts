import { CONTRACT, differences, isThere } from './lago-fake/contract';

if (!isThere()) throw new Error(`There are no recordings in ${CONTRACT}.`);
for (const store of ['postgres', 'clickhouse'] as const) {
  for (const part of ['answers', 'bills'] as const)
    process.stdout.write(`${part} on ${store}\n${await differences(part, store)}\n`);
}
