import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This package's own folder: two levels above this file, built or not. */
export const ownFolder = fileURLToPath(new URL('../..', import.meta.url));

export interface Manifest {
  name: string;
  version: string;
  dependencies?: Record<string, string>;
}

/**
 * Folder of an installed package as Node finds it from `start`: in the nearest `node_modules` upwards. Looks at folders
 * only, so that it also finds what cannot be loaded. Null where it is not installed.
 */
export function packageFolder(name: string, start: string = ownFolder): string | null {
  const candidate = join(start, 'node_modules', name);
  if (existsSync(join(candidate, 'package.json'))) return candidate;
  const parent = dirname(start);
  return parent === start ? null : packageFolder(name, parent);
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}
