import { access } from 'node:fs/promises';
import type { Fold } from './fold.js';
import { runFolder } from './run-folder.js';

/** Whether a run's folder holds a finished epoch of a fold, from which its training can go on. */
export async function isFoldBegun(folder: string, fold: Fold): Promise<boolean> {
  return access(runFolder(folder).fold(fold).state).then(
    () => true,
    () => false,
  );
}
