import { CONTRACT, differences, isThere } from './lago-fake/contract';
import { writeRecordings } from './lago-fake/recordings/making/write';

if (!isThere()) throw new Error(`There are no recordings in ${CONTRACT}.`);
if (process.argv.includes('--write')) await writeRecordings();
else
  for (const store of ['postgres', 'clickhouse'] as const) {
    for (const part of ['answers', 'bills'] as const)
      process.stdout.write(`${part} on ${store}\n${await differences(part, store)}\n`);
  }
