import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Folder of real data beside the repository. */
export const sharedData = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data');

/** False, with a printed reason, where a folder of the shared data is absent. */
export function hasSharedData(folder: string): boolean {
  const found = existsSync(join(sharedData, folder));
  if (!found) console.warn(`skipped: real data ${folder} not found in ../shared/data`);
  return found;
}
