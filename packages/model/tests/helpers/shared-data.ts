import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of a real data set beside the repository, or null, with a printed reason, where it is absent. */
export function sharedData(folder: string): string | null {
  const path = fileURLToPath(new URL(`../../../../../shared/data/${folder}`, import.meta.url));
  if (existsSync(path)) return path;
  console.warn(`skipped: real data ${folder} not found in ../shared/data`);
  return null;
}
