import { readFile } from 'node:fs/promises';
import { GeoscribeError } from '@geoscribe/campaign';
import { faultInWords } from '@geoscribe/core-io/node';

/** Text of a file; null where there is none. */
export async function readText(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}

/**
 * Text of a file that somebody named.
 *
 * @throws GeoscribeError `InvalidConfigError` naming the file.
 */
export async function requireText(file: string, what: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError('InvalidConfigError', `${what} cannot be read`, { file, expected: 'a JSON file', received: faultInWords(cause) }, { cause });
  });
}
