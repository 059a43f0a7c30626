import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { faultInWords } from '@geoscribe/core-io/node';

/**
 * Refuses a folder that could not be made or written, before hours go into what it is for. Makes nothing.
 *
 * @throws GeoscribeError `InvalidArgumentError` naming the folder.
 */
export async function requireWritableFolder(folder: string): Promise<void> {
  try {
    const existing = await nearestExisting(resolve(folder));
    await access(existing, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw notWritable(folder, faultInWords(cause), cause);
  }
}

/** The error of a folder that takes no results. */
export function notWritable(folder: string, received: string, cause: unknown): GeoscribeError {
  return new GeoscribeError(
    'InvalidArgumentError',
    'Results cannot be written',
    { file: folder, expected: 'a folder that can be written', received, nextStep: 'Choose another folder, or free disk space.' },
    { cause },
  );
}

async function nearestExisting(path: string): Promise<string> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && dirname(path) !== path) return nearestExisting(dirname(path));
    throw error;
  }
  throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR' });
}
