// Finds the Temporal CLI before anything is built: TEMPORAL_CLI_PATH, else `temporal` on the PATH, else the copy that
// set-up fetched. What runs campaigns has its own search, in packages/workflows/src/temporal-cli.ts.
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const temporalFolder = join(root, '.toolchain', 'temporal');

/** @returns {{path: string, source: 'TEMPORAL_CLI_PATH' | 'PATH' | 'set-up'} | null} */
export function findTemporalCli() {
  const configured = process.env.TEMPORAL_CLI_PATH;
  if (configured && existsSync(configured)) return { path: configured, source: 'TEMPORAL_CLI_PATH' };
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'temporal')).find(existsSync);
  if (onPath) return { path: onPath, source: 'PATH' };
  if (!existsSync(temporalFolder)) return null;
  const fetched = readdirSync(temporalFolder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /^temporal(-cli.*)?(\.exe)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))[0];
  return fetched ? { path: fetched, source: 'set-up' } : null;
}
