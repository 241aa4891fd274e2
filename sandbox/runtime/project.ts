import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const HERE = 'sandbox/runtime';

/**
 * Found from the working directory, as `import.meta` does not exist under jest and `__dirname` not
 * elsewhere.
 */
function projectRoot(directory = process.cwd()): string {
  if (existsSync(join(directory, HERE, 'realm-prelude.js'))) return directory;
  if (dirname(directory) === directory)
    throw new Error(`${HERE} is not below ${process.cwd()} or a folder above it.`);
  return projectRoot(dirname(directory));
}

export const runtimeFile = (name: string): string => join(projectRoot(), HERE, name);

export const runtimeText = (name: string): string => readFileSync(runtimeFile(name), 'utf8');
