import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeAtomically } from '@geoscribe/core-io/node';
import type { Pointers, PointerValues } from '../engine/pointers.js';

/**
 * Pointers of a fold: how far its training has come stands in a file of its folder, so that a deleted folder is a training
 * that never was; all else is in `base`.
 */
export function foldPointers(state: string, base: Pointers): Pointers {
  return {
    async read(group, key) {
      return group === 'training' ? ((await readJson(state)) as PointerValues[typeof group] | null) : base.read(group, key);
    },
    async write(group, key, value) {
      if (group !== 'training') return base.write(group, key, value);
      await mkdir(dirname(state), { recursive: true });
      await writeAtomically(state, Buffer.from(`${JSON.stringify(value, null, 1)}\n`));
    },
  };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return null;
  }
}
